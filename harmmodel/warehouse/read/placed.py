"""Single records of a work folder as validation places them, and the counts that are kept of them."""

from __future__ import annotations

import pandas as pd

from harmmodel.config import Config
from harmmodel.warehouse.load.geography import Outlines, cells_of
from harmmodel.warehouse.read.validation import AREA, ENFORCEMENT, HARM, NEEDED, RESOLUTIONS, VALIDATION, HeldBack
from harmmodel.warehouse.store.connection import Connection, identifier

COLUMNS = ["kind", "class", "month", "is_arrest", "area_id", "longitude", "latitude"]
KEYS = ["kind", "class", "month", "is_arrest"]


def placed_records(con: Connection, config: Config, held: HeldBack, outlines: Outlines) -> pd.DataFrame | None:
    """Return harm, enforcement and what was held back, one row each with its point; None without points of harm.

    Parameters
    ----------
    con : a work folder; no snapshot holds these tables
    held : the source that was kept for validation
    """
    known = {str(r[0]) for r in con.execute(
        "select column_name from duckdb_columns() where table_name = 'core_incident'").fetchall()}  # fmt: skip
    if not known >= NEEDED:
        return None
    parts = [_harm(con), _enforcement(con, config), _held_back(con, held, outlines)]
    return pd.concat([part.astype({"is_arrest": "boolean"}) for part in parts], ignore_index=True)


def _harm(con: Connection) -> pd.DataFrame:
    return con.execute(
        "select $kind as kind, class, month, false as is_arrest, area_id, longitude, latitude from core_incident",
        {"kind": HARM},
    ).df()


def _enforcement(con: Connection, config: Config) -> pd.DataFrame:
    """Read enforcement records of sources with points; is_arrest is missing where nobody knows it.

    A column of enforcement that is true or false tells of arrests; a source without one holds none.
    """
    parts = []
    for name, passport in sorted(config.passports.items()):
        flags = [column for column, c in passport.columns.items() if c.enforcement and c.type == "boolean"]
        locate = passport.locate
        if passport.use != "scored" or locate is None or locate.longitude is None:
            continue
        lon, lat = identifier(locate.longitude), identifier(locate.latitude or "")
        table, flag = identifier(f"act_raw_{name}"), identifier(flags[0]) if flags else "null::boolean"
        parts.append(
            con.execute(
                f"select $kind as kind, class, month, {flag} as is_arrest, unit_id as area_id, "
                f"{lon} as longitude, {lat} as latitude from {table}",
                {"kind": ENFORCEMENT},
            ).df()
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def _held_back(con: Connection, held: HeldBack, outlines: Outlines) -> pd.DataFrame:
    """Read the rows held back; those outside their period or without a point are left out."""
    frame = con.execute(
        "select $kind as kind, $class as class, date_trunc('month', occurred_at)::date as month, false as is_arrest, "
        f"longitude, latitude from {identifier('act_held_' + held.passport.id)} where occurred_at >= $start "
        "and occurred_at < $stop and longitude is not null and latitude is not null order by rowid",
        {"kind": VALIDATION, "class": held.class_, "start": held.covers.from_, "stop": held.covers.to},
    ).df()
    frame["area_id"] = outlines.unit_of(frame["longitude"], frame["latitude"])
    return frame


def counted(records: pd.DataFrame, in_cells: frozenset[str]) -> pd.DataFrame:
    """Count records by month and area, and those of the classes *in_cells* by month and cell as well.

    Each level stands in rows of its own: an area and a cell together would be finer than either.

    Returns
    -------
    kind, class, month, is_arrest (missing: not held by the source), level, unit_id (missing: no area is known), n
    """
    by_area = records.assign(level=AREA, unit_id=records["area_id"])
    placed = records[records["class"].isin(in_cells)].dropna(subset=["longitude", "latitude"])
    by_cell = [
        placed.assign(level=str(r), unit_id=cells_of(placed["longitude"], placed["latitude"], r)) for r in RESOLUTIONS
    ]
    return pd.concat([_sums(frame) for frame in (by_area, *by_cell)], ignore_index=True)


def _sums(frame: pd.DataFrame) -> pd.DataFrame:
    sums = frame.groupby([*KEYS, "level", "unit_id"], dropna=False, sort=True).size()
    return sums.rename("n").reset_index()
