"""What validation reads of a snapshot: counts by area and cell, and the units to compare them in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harmmodel.config import Config, Covers, Passport
from harmmodel.errors import ValidationImpossible
from harmmodel.warehouse.load.geography import Outlines, cells_over, rings_of_cells, touching
from harmmodel.warehouse.read.areas import areas
from harmmodel.warehouse.store.connection import Connection, identifier

RESOLUTIONS = (7, 8, 9)
AREA = "area"
STEPS = 2  # rings of neighbours
HARM, ENFORCEMENT, VALIDATION = "harm", "enforcement", "validation"
NEEDED = {"class", "month", "area_id", "longitude", "latitude"}  # of core_incident


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
class PlacedCounts:
    """Counts of what was recorded, by level and unit, and the levels.

    Attributes
    ----------
    counts : kind (harm, enforcement, validation), class, month (whole months since 1970), is_arrest (missing: not
        held by the source), level, unit
        (position in the level, -1: none), n. Every event is in the level of areas once; in those of cells only where
        place.yaml lets its class be counted there, and where it has a point
    levels : by name
    """

    counts: pd.DataFrame
    levels: dict[str, Level]


def read_counts(con: Connection, config: Config) -> PlacedCounts:
    """Read what was counted by area and cell when the snapshot was made.

    Raises
    ------
    ValidationImpossible
        If the place has no outlines, no file that was kept for validation with a time, one class and points, or no
        points of harm.
    """
    held_back(config)
    found = outlines(con, config)
    levels = {AREA: _areas(con, found)} | {str(r): _cells(found, r) for r in RESOLUTIONS}
    try:
        counts = con.execute("select * from act_placed order by rowid").df()
    except duckdb.CatalogException:
        raise ValidationImpossible(
            "The snapshot counts no violence by cell. Add core/core_incident.sql with "
            f"{', '.join(sorted(NEEDED))}, then run again: harmmodel run {config.place.id}"
        ) from None
    counts = counts[counts["level"].isin(list(levels))].reset_index(drop=True)
    unit = np.full(len(counts), -1, dtype=np.int32)
    for name, level in levels.items():
        mine = (counts["level"] == name).to_numpy()
        unit[mine] = positions(counts.loc[mine, "unit_id"], level)
    counts["unit"] = unit
    counts["month"] = counts["month"].to_numpy(dtype="datetime64[M]").astype(np.int32)
    return PlacedCounts(counts.drop(columns="unit_id"), levels)


def read_crowding(con: Connection) -> pd.DataFrame:
    """Read how many places hold how many events: what, unit, places, events, harm."""
    return con.execute("select * from act_crowding order by rowid").df()


@dataclass(frozen=True)
class HeldBack:
    """The source that was kept for validation, with its one class and its longest period without a gap."""

    passport: Passport
    class_: str
    covers: Covers


def held_back(config: Config) -> HeldBack:
    """Return the source that was kept for validation.

    Raises
    ------
    ValidationImpossible
        If the place has no file that was kept for validation with a time, one class and points.
    """
    for _, passport in sorted(config.passports.items()):
        class_ = passport.classify.class_ if passport.classify else None
        if passport.is_placed_later and class_ and passport.observed:
            return HeldBack(passport, class_, passport.observed.stretch)
    raise ValidationImpossible(
        f"{config.place.id} has no source with use: validation that names its time, its class and its points, so there "
        f"is nothing later to compare with. Add one under config/places/{config.place.id}/sources, then run again: "
        f"harmmodel run {config.place.id}"
    )


def outlines(con: Connection, config: Config) -> Outlines:
    """Return the shapes of the areas of a place."""
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


def _areas(con: Connection, found: Outlines) -> Level:
    units = areas(con).sort_values("unit_id", ignore_index=True)
    at = {str(unit): place for place, unit in enumerate(found.unit_ids)}
    back = {at[unit]: place for place, unit in enumerate(units["unit_id"]) if unit in at}
    pairs = touching(found)
    neighbours = [(back[a], back[b]) for a, b in pairs.T if a in back and b in back]
    return Level(
        name=AREA,
        unit_ids=tuple(units["unit_id"].astype(str)),
        sizes=units["residents"].to_numpy(dtype=np.float64, na_value=0.0),
        land_km2=units["km2"].to_numpy(dtype=np.float64, na_value=0.0),
        blocks=np.arange(len(units), dtype=np.intp),
        rings=(np.array(sorted(neighbours), dtype=np.intp).reshape(-1, 2).T,),
    )


def _cells(found: Outlines, resolution: int) -> Level:
    table = cells_over(found, resolution)
    ids = sorted(set(found.unit_ids.astype(str)))
    at = {unit: place for place, unit in enumerate(ids)}
    return Level(
        name=str(resolution),
        unit_ids=tuple(table["cell"]),
        sizes=np.ones(len(table)),
        land_km2=table["land_km2"].to_numpy(dtype=np.float64),
        blocks=np.array([at[unit] for unit in table["unit_id"]], dtype=np.intp),
        rings=tuple(rings_of_cells(list(table["cell"]), STEPS)),
    )


def positions(units: Any, level: Level) -> Any:
    """Return where units stand in a level; -1 for one that is not among them."""
    at = {unit: place for place, unit in enumerate(level.unit_ids)}
    return pd.Series(units).map(at).fillna(-1).astype(np.int32).to_numpy()
