"""Stops: the counts of a snapshot, and runs of the lens disparity read back for pages and commands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pandas as pd

from harmmodel.errors import NoStops
from harmmodel.warehouse.store import editions, runs
from harmmodel.warehouse.store.connection import Connection


@dataclass(frozen=True)
class DisparityRun(runs.StoredRun):
    """A finished run of the lens disparity: its frames."""

    lens: ClassVar[str] = "disparity"
    stops: pd.DataFrame
    ratios: pd.DataFrame
    outcomes: pd.DataFrame


def counts(con: Connection) -> pd.DataFrame:
    """Return the stops by scheme, ethnicity, gender, reason and outcome."""
    return con.execute(
        "select scheme, ethnicity, gender, reason, outcome, stops from act_stops "
        "order by scheme, ethnicity, gender, reason, outcome"
    ).df()


def published(project: Path, place: str) -> DisparityRun:
    """Return the published run of *place*.

    Raises
    ------
    NoStops
        When the place has no records of stops by ethnicity and gender.
    """
    if DisparityRun.lens not in editions.edition(project, place).results:
        others = [
            name
            for name in editions.places_with_runs(project)
            if DisparityRun.lens in editions.edition(project, name).results
        ]
        known = f"Places that have: {', '.join(others)}" if others else "No place with a run has any"
        raise NoStops(f"{place} has no records of stops by ethnicity and gender. {known}")
    return DisparityRun.load(project, place, editions.published_id(project, place, lens=DisparityRun.lens))
