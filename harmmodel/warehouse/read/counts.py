"""Indicator counts from the cube of a snapshot, as whole numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from importlib.resources import files

import duckdb
import pandas as pd

from harmmodel.config import Covers, Indicator

Params = dict[str, list[str] | list[dt.date] | list[list[str]]]


def query(name: str) -> str:
    """Return the text of one of the warehouse's own SQL files."""
    return files("harmmodel.warehouse.read").joinpath(f"{name}.sql").read_text("utf-8")


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the first of the month that lies *months* before *day*, a first of a month.

    >>> months_before(dt.date(2018, 8, 1), 12)
    datetime.date(2017, 8, 1)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, 1)


def window(as_of: dt.date, months: int, covers: Covers) -> tuple[dt.date, dt.date]:
    """Return the half-open window of whole months before *as_of* that lies inside *covers*; empty if none does."""
    first = covers.from_ if covers.from_.day == 1 else months_before(covers.from_.replace(day=1), -1)
    start = max(months_before(as_of, months), first)
    return start, max(start, min(as_of, covers.to.replace(day=1)))


def parameters(indicators: Sequence[Indicator], as_of: dt.date, covers: Mapping[str, Covers]) -> Params:
    """Return the named parameters with which indicators are counted: lists with one entry per indicator and class."""
    rows = [
        (item.id, name, window(as_of, item.count.months, covers[name]), [str(p) for p in item.count.place_classes])
        for item in indicators
        for name in item.count.classes
    ]
    return {
        "indicators": [row[0] for row in rows],
        "classes": [row[1] for row in rows],
        "starts": [row[2][0] for row in rows],
        "stops": [row[2][1] for row in rows],
        "place_classes": [row[3] for row in rows],
    }


def indicator_counts(
    con: duckdb.DuckDBPyConnection, indicators: Sequence[Indicator], as_of: dt.date, covers: Mapping[str, Covers]
) -> pd.DataFrame:
    """Count indicators, all in one pass over the cube.

    Returns
    -------
    One row per indicator, unit and class, in that order: indicator, unit_id (None: events of no known unit), class,
    period_from, period_to, events, days, person_days.
    """
    return con.execute(query("indicator_count"), parameters(indicators, as_of, covers)).df()


def beat_counts(
    con: duckdb.DuckDBPyConnection, indicators: Sequence[Indicator], as_of: dt.date, covers: Mapping[str, Covers]
) -> pd.DataFrame:
    """Count events that are known only by beat: indicator, beat_id, class, events."""
    return con.execute(query("beat_count"), parameters(indicators, as_of, covers)).df()


def beat_shares(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the share of each beat's land in each unit: beat_id, unit_id, share."""
    return con.execute(
        "select beat_id, unit_id, share::double as share from core_beat_share order by beat_id, unit_id"
    ).df()
