"""On real records: the first half of each window predicts the second better when classes learn from each other."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from harmmodel.assembly import areas
from harmmodel.lenses.areas.cube import ClassCount, Cube, read_cube
from harmmodel.lenses.areas.joint import Learned, learn
from harmmodel.lenses.areas.spec import AreaInputs
from harmmodel.warehouse.store import editions, runs

# Length of the window in months: months in its first half and in its second, and the day between them. Of the windows
# of 12 months the data cover 7.
HALVES = {12: (4, 3, dt.date(2018, 5, 1)), 36: (18, 18, dt.date(2017, 2, 1)), 60: (30, 30, dt.date(2016, 2, 1))}
NOTHING_RECORDED = 0.25  # events expected where the first half had none: zero would make any later event impossible


@pytest.fixture(scope="module")
def halves(project):
    run = editions.published(project.path, project.place)
    specs = [spec for spec in areas.indicator_specs(run.config) if spec.role == "score"]
    with runs.snapshot_of(project.path, run) as snapshot:
        first, second = (read_cube(counted(snapshot.harm, run.config, half), specs) for half in (0, 1))
    return specs, first, second


def counted(con, config, half: int) -> AreaInputs:
    found = []
    for months, parts in HALVES.items():
        scheme = config.scheme.model_copy(update={} if half else {"as_of": parts[2]})
        counts = areas.area_inputs(con, replace(config, scheme=scheme), parts[half])
        names = [item.id for item in config.listed_indicators if item.count.months == months]
        found.append((counts, names))

    def together(name: str) -> pd.DataFrame:
        frames = [getattr(counts, name) for counts, _ in found]
        return pd.concat([f[f["indicator"].isin(n)] for f, (_, n) in zip(frames, found, strict=True)])

    frames = {name: together(name) for name in ("counts", "exposure", "beat_counts")}
    return replace(found[0][0], **frames)


def believed(learned: Learned) -> Callable[[ClassCount], np.ndarray]:
    def rates(count: ClassCount) -> np.ndarray:
        found = learned.estimates[(count.indicator, count.name)]
        own = count.person_years / (count.person_years + found.expected / found.variance)
        return found.expected + own * (count.events / count.person_years - found.expected)

    return rates


def deviance(first: Cube, second: Cube, rates: Callable[[ClassCount], np.ndarray]) -> float:
    """Sum the Poisson deviance of the second half over classes, each class's level taken from the second half."""
    total = 0.0
    for name in first.classes:
        for before, after in zip(first.classes[name], second.classes[name], strict=True):
            seen, expected = after.events, rates(before) * after.person_years
            expected = np.where(expected > 0, expected * seen.sum() / expected.sum(), NOTHING_RECORDED)
            logs = np.log(np.where(seen > 0, seen, 1) / expected)
            total += 2 * float(np.sum(np.where(seen > 0, seen * logs, 0) - (seen - expected)))
    return total


def test_the_second_half_is_foretold_better_as_the_method_says(halves):
    specs, first, second = halves
    found = [
        deviance(first, second, believed(learn(first, specs))),
        deviance(first, second, believed(learn(first, specs, alone=True))),
        deviance(first, second, lambda count: count.events / count.person_years),
    ]
    text = " ".join((Path(__file__).parents[2] / "METHOD.md").read_text("utf-8").split())
    told = re.search(r"Poisson deviance of ([\d,]+), against ([\d,]+) .*? and ([\d,]+) for", text)
    assert told is not None
    assert [f"{value:,.0f}" for value in found] == list(told.groups())
    assert found[0] < 0.85 * found[1]
