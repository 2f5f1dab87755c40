"""What scoring and pages need from a snapshot, besides the indicator counts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

import duckdb
import pandas as pd

from harmmodel.config import Covers, Indicator
from harmmodel.warehouse.store.connection import Connection

Params = dict[str, list[str] | list[dt.date] | list[list[str]]]


# What counts events per indicator and class, inside each window: the table it counts and the column of its units.
COUNTED = {"indicator_count": ("core_count", "unit_id"), "beat_count": ("core_count_beat", "beat_id")}


def query(name: str) -> str:
    """Return the text of one of the warehouse's own SQL files, whole: the part that two share is written out."""
    text = files("harmmodel.warehouse.read").joinpath(f"{name}.sql").read_text("utf-8")
    if name in COUNTED:
        table, unit = COUNTED[name]
        text = text.replace("{counted}", query("counted").rstrip().replace("{table}", table).replace("{unit}", unit))
    return text


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the first of the month that lies *months* before the month of *day*.

    >>> months_before(dt.date(2018, 8, 1), 12)
    datetime.date(2017, 8, 1)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, 1)


def first_whole_month(day: dt.date) -> dt.date:
    """Return the first of the month that begins on *day* or next after it."""
    return day if day.day == 1 else months_before(day, -1)


def window(as_of: dt.date, months: int, covers: Covers) -> tuple[dt.date, dt.date]:
    """Return the half-open window of whole months before *as_of* that lies inside *covers*; empty if none does."""
    start = max(months_before(as_of, months), first_whole_month(covers.from_))
    return start, max(start, min(as_of, covers.to.replace(day=1)))


def common_window(as_of: dt.date, months: int, covers: Iterable[Covers]) -> tuple[dt.date, dt.date]:
    """Return the part of the window that lies inside all of *covers*; empty if none does, whole if nothing is said."""
    windows = [window(as_of, months, one) for one in covers] or [(months_before(as_of, months), as_of)]
    start = max(first for first, _ in windows)
    return start, max(start, min(last for _, last in windows))


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


def areas(con: Connection) -> pd.DataFrame:
    """Return the units: unit_id, label, residents, km2."""
    return con.execute(query("area")).df()


def enforcement_counts(con: Connection, classes: Sequence[str], start: dt.date, stop: dt.date) -> pd.DataFrame:
    """Return enforcement records by unit and class: unit_id, class, records, arrests. Never for a harm score."""
    return con.execute(query("enforcement_count"), {"classes": list(classes), "start": start, "stop": stop}).df()


def class_counts(con: Connection, classes: Sequence[str], start: dt.date, stop: dt.date) -> pd.DataFrame:
    """Return recorded events by unit and harm class over one window: unit_id, class, events."""
    return con.execute(query("class_count"), {"classes": list(classes), "start": start, "stop": stop}).df()


def yearly_counts(con: Connection, class_: str, start: dt.date, stop: dt.date) -> pd.DataFrame:
    """Return events of one class by unit and calendar year: unit_id, year, events."""
    return con.execute(query("yearly_count"), {"class": class_, "start": start, "stop": stop}).df()


def reconciliation(con: Connection, as_of: dt.date) -> pd.DataFrame:
    """Return where every row of every file went, one row for each; ``rows`` equals the sum of the fates."""
    return con.execute(query("reconciliation"), {"as_of": as_of}).df()


def core_account(con: Connection) -> pd.DataFrame:
    """Return counted events beside those in core tables: source, class, month, counted, listed, events."""
    return con.execute(
        "select source, class, month, counted, listed, events from load_core order by source, class, month nulls first"
    ).df()


def arrest_shares(con: Connection) -> pd.DataFrame:
    """Return how many records of each harm class carry an arrest: class, sources (a list), records, arrests, share."""
    return con.execute(
        "select class, list(distinct source order by source) as sources, sum(records)::bigint as records, "
        "sum(arrests)::bigint as arrests, sum(arrests) / sum(records) as share "
        "from act_class_arrest group by class order by class"
    ).df()


def boundaries(con: Connection) -> dict[str, Any]:
    """Return the simplified outlines as a GeoJSON FeatureCollection with unit_id and label on each feature."""
    rows = con.execute(
        "select b.unit_id, a.label, b.geometry from core_boundary as b join core_area as a "
        "on a.area_id = b.unit_id order by b.unit_id"
    ).fetchall()
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "unit_id": unit,
                "label": label,
                "properties": {"unit_id": unit, "label": label},
                "geometry": json.loads(geometry),
            }
            for unit, label, geometry in rows
        ],
    }
