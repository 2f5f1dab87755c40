"""What scoring and pages need from a snapshot, besides the indicator counts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from harmmodel.warehouse.read.counts import query
from harmmodel.warehouse.store.connection import Connection


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
    """Return where every row of every file went; ``rows`` equals the sum of the other counts."""
    return con.execute(query("reconciliation"), {"as_of": as_of}).df()


def arrest_shares(con: Connection) -> pd.DataFrame:
    """Return how many records of each harm class carry an arrest: class, records, arrests, share."""
    return con.execute(
        "select class, sum(records)::bigint as records, sum(arrests)::bigint as arrests, "
        "sum(arrests) / sum(records) as share from act_class_arrest group by class order by class"
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
