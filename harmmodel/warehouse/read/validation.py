"""What validation reads: points of a snapshot, the file kept for validation alone, and the units to compare them in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h3
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harmmodel.config import Config, Passport
from harmmodel.errors import ValidationImpossible
from harmmodel.warehouse.load import files
from harmmodel.warehouse.load import rows as load_rows
from harmmodel.warehouse.load.geography import Outlines, cells_over, rings_of_cells, touching
from harmmodel.warehouse.read.areas import areas
from harmmodel.warehouse.store.connection import Connection, identifier
from harmmodel.warehouse.store.connection import loading as loading_room

RESOLUTIONS = (7, 8, 9)
AREA = "area"
STEPS = 2  # rings of neighbours
HARM, ENFORCEMENT, VALIDATION = "harm", "enforcement", "validation"


@dataclass(frozen=True)
class Level:
    """Units of one size.

    Attributes
    ----------
    name : ``area`` or an H3 resolution
    unit_ids : shape (units,), in order
    sizes : shape (units,), what taking a unit in costs: residents of an area, 1 for a cell
    land_km2 : shape (units,)
    blocks : shape (units,), position of the area a unit belongs to: what the bootstrap draws
    rings : pairs of neighbours by steps apart, each shape (2, pairs)
    """

    name: str
    unit_ids: tuple[str, ...]
    sizes: NDArray[np.float64]
    land_km2: NDArray[np.float64]
    blocks: NDArray[np.intp]
    rings: tuple[NDArray[np.intp], ...]

    @property
    def size(self) -> int:
        """How many units there are."""
        return len(self.unit_ids)


@dataclass(frozen=True)
class PlacedEvents:
    """Events with the unit of each level they fall in (-1: none), and the levels.

    Attributes
    ----------
    events : kind (harm, enforcement, validation), class, month (whole months since 1970), is_arrest, longitude,
        latitude, and one column of positions per level
    levels : by name
    held_back : the class of the validation file
    covers : the period of the validation file, half-open
    """

    events: pd.DataFrame
    levels: dict[str, Level]
    held_back: str
    covers: tuple[dt.date, dt.date]


def read_points(con: Connection, project: Path, config: Config) -> PlacedEvents:
    """Read every point of a snapshot and of the validation file, and place them in areas and cells.

    Raises
    ------
    ValidationImpossible
        If the place has no outlines, or no file that was kept for validation with a time, one class and points.
    """
    passport = validation_passport(config)
    outlines = _outlines(con, config)
    frames = [_harm(con), _enforcement(con, config), _held_back(project, config, passport, outlines)]
    events = pd.concat(frames, ignore_index=True)
    levels = {AREA: _areas(con, outlines)} | {str(r): _cells(outlines, r) for r in RESOLUTIONS}
    events[AREA] = _positions(events.pop("area_id"), levels[AREA])
    known = list(dict.fromkeys(zip(events["latitude"], events["longitude"], strict=True)))
    for resolution in RESOLUTIONS:
        level = levels[str(resolution)]
        cells = {p: h3.latlng_to_cell(*p, resolution) for p in known if p[0] == p[0]}
        column = [cells.get(p) for p in zip(events["latitude"], events["longitude"], strict=True)]
        events[level.name] = _positions(pd.Series(column, dtype="object"), level)
    events["month"] = events["month"].to_numpy(dtype="datetime64[M]").astype(np.int32)
    kept = passport.classify.class_ if passport.classify and passport.classify.class_ else ""
    covers = passport.covers
    period = (covers.from_, covers.to) if covers else (dt.date.min, dt.date.min)
    return PlacedEvents(events, levels, kept, period)


def validation_passport(config: Config) -> Passport:
    """Return the source that was kept for validation."""
    for _, passport in sorted(config.passports.items()):
        if passport.use == "validation" and passport.time and passport.covers and _is_placed(passport):
            return passport
    raise ValidationImpossible(
        f"{config.place.id} has no source with use: validation that names its time, its class and its points, so there "
        f"is nothing later to compare with. Add one under config/places/{config.place.id}/sources, then run again: "
        f"harmmodel run {config.place.id}"
    )


def _is_placed(passport: Passport) -> bool:
    return bool(passport.classify and passport.classify.class_ and passport.locate and passport.locate.longitude)


def _outlines(con: Connection, config: Config) -> Outlines:
    source, key = config.place.boundaries.source, config.place.boundaries.id
    if source is None or key is None:
        raise ValidationImpossible(
            f"{config.place.id} has no outlines of areas, and validation draws whole areas. Name a source of "
            "outlines under boundaries in its place.yaml"
        )
    rows = con.execute(
        f"select {identifier(key)}::varchar, geometry from {identifier('raw_' + source)} order by 1"
    ).fetchall()
    return Outlines([str(row[0]) for row in rows], [str(row[1]) for row in rows])


def _harm(con: Connection) -> pd.DataFrame:
    if not con.execute("select 1 from duckdb_tables() where table_name = 'core_incident'").fetchone():
        raise ValidationImpossible(
            "The snapshot has no table core_incident, so violence has no points. "
            "Add core/core_incident.sql, then run again"
        )
    return con.execute(
        "select 'harm' as kind, class, month, false as is_arrest, area_id, longitude, latitude from core_incident"
    ).df()


def _enforcement(con: Connection, config: Config) -> pd.DataFrame:
    """Read enforcement records that have a point; only the sources that core_incident may count too."""
    parts = []
    for name, passport in sorted(config.passports.items()):
        flags = [column for column, c in passport.columns.items() if c.enforcement and c.type == "boolean"]
        locate = passport.locate
        if passport.use != "scored" or not flags or locate is None or locate.longitude is None:
            continue
        lon, lat = identifier(locate.longitude), identifier(locate.latitude or "")
        table, flag = identifier(f"act_raw_{name}"), identifier(flags[0])
        parts.append(
            con.execute(
                f"select 'enforcement' as kind, class, month, coalesce({flag}, false) as is_arrest, unit_id as "
                f"area_id, {lon} as longitude, {lat} as latitude from {table}"
            ).df()
        )
    empty = pd.DataFrame(columns=["kind", "class", "month", "is_arrest", "area_id", "longitude", "latitude"])
    return pd.concat(parts, ignore_index=True) if parts else empty


def _held_back(project: Path, config: Config, passport: Passport, outlines: Outlines) -> pd.DataFrame:
    """Read the validation file, whose hash is checked again; rows outside its period or the place are left out."""
    [path, *more] = files.verified(project / "data" / config.place.id, passport)
    if more or passport.locate is None or passport.covers is None or passport.classify is None:
        raise ValidationImpossible(
            f"passport sources/{passport.id}.yaml: validation needs one file, with its period, its class and points"
        )
    with loading_room(Path(":memory:")) as con:
        load_rows.ingest(con, [path], passport, path.parent)
        time = identifier(passport.time[0])
        lon, lat = identifier(passport.locate.longitude or ""), identifier(passport.locate.latitude or "")
        frame = con.execute(
            f"select 'validation' as kind, $class as class, date_trunc('month', {time})::date as month, "
            f"false as is_arrest, {lon} as longitude, {lat} as latitude from typed "
            f"where {time} >= $start and {time} < $stop and {lon} is not null and {lat} is not null order by rowid",
            {"class": passport.classify.class_, "start": passport.covers.from_, "stop": passport.covers.to},
        ).df()
    frame["area_id"] = outlines.unit_of(frame["longitude"], frame["latitude"])
    return frame


def _areas(con: Connection, outlines: Outlines) -> Level:
    units = areas(con).sort_values("unit_id", ignore_index=True)
    at = {str(unit): place for place, unit in enumerate(outlines.unit_ids)}
    back = {at[unit]: place for place, unit in enumerate(units["unit_id"]) if unit in at}
    pairs = touching(outlines)
    neighbours = [(back[a], back[b]) for a, b in pairs.T if a in back and b in back]
    return Level(
        name=AREA,
        unit_ids=tuple(units["unit_id"].astype(str)),
        sizes=units["residents"].to_numpy(dtype=np.float64, na_value=0.0),
        land_km2=units["km2"].to_numpy(dtype=np.float64, na_value=0.0),
        blocks=np.arange(len(units), dtype=np.intp),
        rings=(np.array(sorted(neighbours), dtype=np.intp).reshape(-1, 2).T,),
    )


def _cells(outlines: Outlines, resolution: int) -> Level:
    table = cells_over(outlines, resolution)
    ids = sorted(set(outlines.unit_ids.astype(str)))
    at = {unit: place for place, unit in enumerate(ids)}
    return Level(
        name=str(resolution),
        unit_ids=tuple(table["cell"]),
        sizes=np.ones(len(table)),
        land_km2=table["land_km2"].to_numpy(dtype=np.float64),
        blocks=np.array([at[unit] for unit in table["unit_id"]], dtype=np.intp),
        rings=tuple(rings_of_cells(list(table["cell"]), STEPS)),
    )


def _positions(units: Any, level: Level) -> Any:
    at = {unit: place for place, unit in enumerate(level.unit_ids)}
    return pd.Series(units).map(at).fillna(-1).astype(np.int32).to_numpy()
