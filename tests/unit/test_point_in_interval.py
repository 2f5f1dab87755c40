"""Every shipped figure with an interval lies inside it; where a document says why not, that is the exception."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from harmmodel import registry
from harmmodel.warehouse.store.runs import AreaRun
from tests.conftest import Project

VALUES = ("value", "score", "rate", "share", "deaths", "excess")  # whose ends may be called low and high alone
NEAR = 1e-9


def figures(frame: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Name each column with its ends: its own ones where it has them, else low and high of the row."""
    names = set(frame.columns)
    own = [name for name in frame.columns if {f"{name}_low", f"{name}_high"} <= names]
    yield from ((name, f"{name}_low", f"{name}_high") for name in own)
    if {"low", "high"} <= names:
        yield from ((name, "low", "high") for name in VALUES if name in names and name not in own)


def outside(frames: dict[str, pd.DataFrame]) -> list[str]:
    """Tell each figure that lies outside its interval."""
    found = []
    for frame_name, frame in frames.items():
        for name, low, high in figures(frame):
            point, start, stop = (pd.to_numeric(frame[column], errors="coerce") for column in (name, low, high))
            beyond = (point < start - NEAR * start.abs()) | (point > stop + NEAR * stop.abs())
            found += [f"{frame_name} {name}: {row.to_dict()}" for _, row in frame[beyond].head(3).iterrows()]
    return found


@pytest.mark.parametrize("place", ["project", "mexico", "london"])
def test_every_figure_lies_inside_its_interval(place: str, request: pytest.FixtureRequest):
    shown: Project = request.getfixturevalue(place)
    run = registry.published(shown.path, shown.place)
    frames = {name: getattr(run, name) for name in run.frames()}
    if isinstance(run, AreaRun):
        frames |= run.activities()
    assert sum(len(list(figures(frame))) for frame in frames.values()) >= 2
    assert outside(frames) == []


def test_a_figure_outside_is_found():
    frame = pd.DataFrame({"value": [0.0, 5.0], "low": [2.9, 4.0], "high": [85.0, 6.0]})
    assert len(outside({"freed": frame})) == 1
    assert outside({"freed": frame.assign(value=np.nan)}) == []
