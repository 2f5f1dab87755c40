"""What the activity lens reads from a snapshot: enforcement in any measure, records and events with place and time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import duckdb
import pandas as pd

from harmmodel.warehouse.read.counts import query
from harmmodel.warehouse.store.connection import Connection, identifier

PARTS = ("area", "variant", "safety", "cell", "rule", "measure", "freed", "easiest", "effort")
FRAMES = ("activity", *(f"activity_{part}" for part in PARTS))  # what a run keeps of activities
OPTIONAL = {"code": "null::varchar", "setting": "null::varchar", "amount": "null::double"}
POINTS = {"occurred_at", "area_id", "class", "longitude", "latitude"}


def enforcement(con: Connection, start: dt.date, stop: dt.date) -> pd.DataFrame:
    """Return enforcement of whole months by unit, month, class, offence, setting and measure.

    Returns
    -------
    unit_id, month, class, code, setting, measure, records, arrests, amount. A place may leave out code, setting and
    amount; amount holds what is not a number of records, such as kilograms seized or hectares cleared.
    """
    present = _columns(con, "act_enforcement")
    chosen = ", ".join(name if name in present else f"{default} as {name}" for name, default in OPTIONAL.items())
    return con.execute(
        f"select unit_id, month, class, measure, records, arrests, {chosen} from act_enforcement "
        "where month >= $start and month < $stop order by all",
        {"start": start, "stop": stop},
    ).df()


def records(con: Connection, start: dt.date, stop: dt.date) -> pd.DataFrame:
    """Return enforcement records with time and point: unit_id, class, code, setting, longitude, latitude, minute."""
    return con.execute(query("activity_record"), {"start": start, "stop": stop}).df()


def events(con: Connection, classes: Sequence[str], start: dt.date, stop: dt.date) -> pd.DataFrame:
    """Return recorded harm with point and time: unit_id, class, longitude, latitude, minute; empty if not kept."""
    if not _columns(con, "core_incident") >= POINTS:
        columns = ["unit_id", "class", "longitude", "latitude", "minute"]
        return pd.DataFrame({name: pd.Series(dtype="object") for name in columns})
    return con.execute(query("activity_event"), {"classes": list(classes), "start": start, "stop": stop}).df()


def _columns(con: Connection, table: str) -> set[str]:
    try:
        return {row[0] for row in con.execute(f"describe {identifier(table)}").fetchall()}
    except duckdb.CatalogException:
        return set()
