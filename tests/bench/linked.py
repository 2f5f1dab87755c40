"""Linked pairs at a multiple of the rows: as many cities beside each other, or one city more densely filled."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from harmmodel.method.activities import linkage
from harmmodel.method.activities.linkage import MINUTES_PER_DAY, Points, Weeks
from tests.schemes import link

LINK = link()
APART = 100_000.0  # metres between cities: far too wide for a pair
START, DAYS = 17_532 * MINUTES_PER_DAY, 212  # 2018-01-01, to the end of July
CLASSES = ["homicide", "shooting", "aggravated_assault", "aggravated_assault_firearm", "aggravated_battery", "robbery"]


@dataclass(frozen=True)
class Workload:
    """Records and events to link."""

    records: Points
    events: Points
    weeks: Weeks


def workload(tables: Path, copies: int, *, dense: bool) -> Workload:
    """Read records and serious events of a work folder; each copy lies up to 300 m and three days away from the first.

    Parameters
    ----------
    tables : what `keep_work` keeps of Chicago
    copies : 1 is the shipped data; 20 is twenty times the rows of both
    dense : whether the copies lie in one city, so that pairs grow with the square, or each in a city of its own
    """
    with duckdb.connect(str(tables), read_only=True) as con:
        minute = "cast(epoch(occurred_at) // 60 as bigint) as minute"
        records = con.execute(f"select longitude, latitude, {minute} from act_incident order by all").fetchnumpy()
        events = con.execute(
            f"select longitude, latitude, {minute} from core_incident "
            "where list_contains($classes, class) and longitude is not null and occurred_at >= '2018-01-01' "
            "order by all",
            {"classes": CLASSES},
        ).fetchnumpy()
    weeks = linkage.whole_weeks(START, START + DAYS * MINUTES_PER_DAY, LINK)
    placed = _copied(records, copies, seed=1, dense=dense)
    week = weeks.of(placed.minute)
    return Workload(placed.at((week >= 0) & (week < weeks.count)), _copied(events, copies, seed=2, dense=dense), weeks)


def _copied(columns: dict[str, np.ndarray], copies: int, *, seed: int, dense: bool) -> Points:
    rng = np.random.default_rng(seed)
    x, y = linkage.local_metres(np.asarray(columns["longitude"]), np.asarray(columns["latitude"]), around=41.84)
    far = rng.uniform(-300, 300, (2, x.size * copies))
    late = rng.integers(-3 * MINUTES_PER_DAY, 3 * MINUTES_PER_DAY, x.size * copies)
    first = np.arange(x.size * copies) < x.size
    far[:, first], late[first] = 0, 0
    if not dense:
        far[0] += APART * np.repeat(np.arange(copies), x.size)
    minute = np.tile(np.asarray(columns["minute"], dtype=np.int64), copies) + late
    return Points(np.tile(x, copies) + far[0], np.tile(y, copies) + far[1], minute)


def beside(tables: Path, copies: int) -> float:
    """Link that many cities of today's density; seconds of the linking alone."""
    return _seconds(workload(tables, copies, dense=False))


def denser(tables: Path, copies: int) -> float:
    """Link one city with that many times the rows; seconds of the linking alone."""
    return _seconds(workload(tables, copies, dense=True))


def _seconds(work: Workload) -> float:
    start = time.perf_counter()
    if not linkage.linked_counts(work.records, work.events, LINK, work.weeks).any():
        raise RuntimeError("nothing was linked")
    return time.perf_counter() - start
