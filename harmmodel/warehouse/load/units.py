"""Units of rows: by an id that an outline has, or by the point; an id that no outline has is named, never dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from harmmodel.config import Config, Passport
from harmmodel.config.place import Boundaries
from harmmodel.config.rows.locate import Locate
from harmmodel.errors import SourceError
from harmmodel.warehouse.load import row_classes
from harmmodel.warehouse.load import rows as load_rows
from harmmodel.warehouse.load.coverage import within
from harmmodel.warehouse.load.geography import Listed, Outlines, cells_of
from harmmodel.warehouse.load.told import near, notes
from harmmodel.warehouse.store.connection import Connection, identifier, literal, single

LISTED = 200  # ids named in a message
MOST_SILENT = 20  # units without a row that a message names
# What stands in ``unit_`` of a row outside the place, and of one whose point is no point: blank, as no id is.
OUTSIDE, NOWHERE = "''", "' '"
SWAPPED = 0.5  # share of the points that lie outside, and would lie inside with their axes swapped
FEWEST = 20  # points; of fewer nothing is said about axes


@dataclass(frozen=True)
class Ground:
    """Where the units of a place lie: their outlines, with other names that these give them, or bounds of its cells.

    ``held_by`` says what knows a unit: its outline, or its line in the table of a place without outlines.
    """

    outlines: Outlines | Listed | None
    boundaries: Boundaries
    names: Mapping[str, str] = field(default_factory=dict)
    held_by: str = "outline"

    def unit_of(self, longitude: pd.Series[float], latitude: pd.Series[float], h3: int | None) -> list[str | None]:
        """Return the unit of each point; None outside the place."""
        if h3 is None:
            return list(self.outlines.unit_of(longitude, latitude)) if self.outlines else [None] * len(longitude)
        is_inside = self._is_within(longitude, latitude)
        cells = iter(cells_of(longitude[is_inside], latitude[is_inside], h3))
        return [next(cells) if inside else None for inside in is_inside]

    def _is_within(self, longitude: pd.Series[float], latitude: pd.Series[float]) -> pd.Series[bool]:
        within = self.boundaries.within
        if within is None:
            return pd.Series(True, index=longitude.index)
        return longitude.between(within.west, within.east) & latitude.between(within.south, within.north)

    @property
    def holds_origin(self) -> bool:
        """Whether 0 degrees east and north, which files write for a missing point, lies in the place."""
        nought = pd.Series([0.0])
        if self.outlines:
            return bool(self.outlines.unit_of(nought, nought)[0] is not None)
        return bool(self._is_within(nought, nought)[0])


def ground_of(con: Connection, outlines: Outlines | Listed | None, config: Config) -> Ground:
    """Gather where the units lie; a name of one unit in the file of outlines is kept with its id."""
    boundaries, names = config.place.boundaries, dict[str, str]()
    source, key = _held(config)
    if outlines and source and key:
        texts = [
            name
            for name, column in config.passports[source].columns.items()
            if column.type == "text" and name not in (key, "geometry")
        ]
        for name in texts:
            rows = con.execute(
                f"select {identifier(name)}, any_value({identifier(key)}::varchar) from "
                f"harm.{identifier('raw_' + source)} where {identifier(name)} is not null "
                f"group by 1 having count(*) = 1"
            ).fetchall()
            names |= {str(said): str(unit) for said, unit in rows}
    file = config.passports[source].raw_files[0].file if config.place.units and source else ""
    return Ground(outlines, boundaries, names, f"line of {file}" if file else "outline")


def _held(config: Config) -> tuple[str | None, str | None]:
    """Return the source that says which units there are, and its column with their ids; None for cells."""
    held = config.place.units or config.place.boundaries
    return held.source, held.id


def list_known(con: Connection, ground: Ground) -> None:
    """Make ``known_unit``: the units that have an outline."""
    known = [str(unit) for unit in ground.outlines.unit_ids] if ground.outlines else []
    con.register("unit_frame", pd.DataFrame({"unit_id": pd.Series(known, dtype="object")}))
    con.execute("create or replace temp table known_unit as select unit_id::varchar as unit_id from unit_frame")
    con.unregister("unit_frame")


def spell(con: Connection, source: row_classes.ScoredSource) -> None:
    """Write the ids that the passport lists under ``spellings`` as the outlines have them."""
    if source.passport.locate and source.passport.locate.spellings:
        _spell(con, source.table, "unit_", source.passport.locate)


def _spell(con: Connection, table: str, column: str, locate: Locate) -> None:
    pairs = " ".join(
        f"when {literal(written)} then {literal(unit)}" for written, unit in sorted(locate.spellings.items())
    )
    con.execute(f"update {table} set {column} = case {column} {pairs} else {column} end")


def unknown(con: Connection, source: row_classes.ScoredSource, ground: Ground) -> Iterator[str]:
    """Tell of ids within the period that no outline has and the passport does not explain, with their counts.

    Ids of rows outside the period decide nothing, so they may be as they like.
    """
    passport = source.passport
    if passport.locate is None or passport.locate.unit is None or ground.outlines is None:
        return
    _refuse_contradictions(passport, ground)
    table, inside = source.table, within(passport.observed)
    rows = con.execute(
        f"select unit_, count(*) as n, unit_ in (select unit_id from known_unit) as is_known from {table} "
        f"where unit_ is not null and {inside} group by unit_ order by n desc, unit_"
    ).fetchall()
    strange = [
        (str(unit), int(n))
        for unit, n, is_known in rows
        if not is_known and not _explained(str(unit), passport, ground)
    ]
    if strange:
        seen = {str(unit) for unit, _, is_known in rows if is_known}
        yield _told(passport, passport.locate.unit, strange, ground, seen)


def _told(passport: Passport, column: str, strange: Sequence[tuple[str, int]], ground: Ground, seen: set[str]) -> str:
    """Name ids that no outline has, the known ids that may be meant, and what to do."""
    known, names = near.Known(_ids(ground)), near.Known(ground.names)
    same = {unit: found for unit, _ in strange if (found := _meant(unit, known, names, ground))}
    lines = [f"  {near.shown(unit)}: {_rows(n)}{_hint(unit, known, names, ground)}" for unit, n in strange[:LISTED]]
    lines += [f"  and {len(strange) - LISTED} more"] if len(strange) > LISTED else []
    silent = [near.shown(unit) for unit in _ids(ground) if unit not in seen | set(same.values())]
    unseen = f", and {len(silent) - MOST_SILENT} more" if len(silent) > MOST_SILENT else ""
    lines += [f"Units that no row names: {', '.join(silent[:MOST_SILENT])}{unseen}"] if silent else []
    pairs = ", ".join(f"{_quoted(unit)}: {_quoted(found)}" for unit, found in list(same.items())[:LISTED])
    if not same:
        pairs = f"{_quoted(strange[0][0])}: id of the outline"
    has_points = passport.locate is not None and passport.locate.longitude is not None
    by_point = ", by_point where the unit is not known and the point decides" if has_points else ""
    whose = "" if passport.locate else f"unit: {column}, "  # of a file of reference nothing else asks for locate
    many = "1 unit" if len(strange) == 1 else f"{len(strange)} units"
    here = f"sources/{passport.id}.yaml"
    return (
        f"{passport.raw_files[0].file}, column {column}, holds {many} that no {ground.held_by} has (source "
        f"{passport.id}):\n{chr(10).join(lines)}\nCorrect the file, or say in {here} under locate what they "
        f"mean: {whose}spellings: {{{pairs}}} where both are the same unit, outside (values and reason) where they lie "
        f"outside the place{by_point}"
    )


def _explained(unit: str, passport: Passport, ground: Ground) -> bool:
    """Say whether the passport, or the place, tells what an id that no outline has means."""
    locate = passport.locate
    listed = (*locate.listed_outside, *locate.listed_by_point) if locate else ()
    begun = locate.listed_outside if locate else ()
    is_begun = any(value.endswith("*") and unit.startswith(value[:-1]) for value in begun)
    return unit in listed or is_begun or unit in _left_out(ground)


def _left_out(ground: Ground) -> tuple[str, ...]:
    return ground.boundaries.left_out.values if ground.boundaries.left_out else ()


def _ids(ground: Ground) -> list[str]:
    return [str(unit) for unit in ground.outlines.unit_ids] if ground.outlines else []


def _meant(written: str, known: near.Known, names: near.Known, ground: Ground) -> str | None:
    """Return the id of the unit that differs in writing alone, or that the outlines call so; None: none."""
    called = written if written in ground.names else names.same(written)
    return known.same(written) or (ground.names[called] if called else None)


def _hint(written: str, known: near.Known, names: near.Known, ground: Ground) -> str:
    if known.same(written) is None and (unit := _meant(written, known, names, ground)):
        return f", as the outlines call {near.shown(unit)}"
    return known.hint(written) or names.hint(written)


def _rows(n: int) -> str:
    return "1 row" if n == 1 else f"{n:,} rows"


def _quoted(text: str) -> str:
    return '"' + near.shown(text)[1:-1].replace('"', '\\"') + '"'


def _refuse_contradictions(passport: Passport, ground: Ground) -> None:
    """Refuse a list of ids that says of a unit of the place that it is none, or spells one as no outline does."""
    locate, ids = passport.locate or Locate(unit="?"), {*_ids(ground)}
    here = f"passport sources/{passport.id}.yaml: locate"
    if wrong := sorted(ids & {*locate.listed_outside, *locate.listed_by_point, *locate.spellings}):
        raise SourceError(
            f"{here}: {', '.join(map(near.shown, wrong[:MOST_SILENT]))} has an outline or a line among "
            "the units, so it is a unit of the place. Take it out of spellings, outside and by_point, or name the "
            "outline under boundaries.left_out"
        )
    if wrong := sorted({*locate.spellings.values()} - ids):
        raise SourceError(
            f"{here}.spellings: no {ground.held_by} has {', '.join(map(near.shown, wrong[:MOST_SILENT]))}"
            f"{near.Known(ids).hint(wrong[0])}. Correct the id"
        )


def place(con: Connection, source: row_classes.ScoredSource, ground: Ground) -> None:
    """Give rows without a unit the one in which their point lies; mark those outside and those at 0,0.

    A point at 0,0 is no point where the place does not hold it: a row with a unit loses it, another is rejected.
    """
    table, locate = source.table, source.passport.locate
    listed = locate.listed_by_point if locate else ()
    con.execute(
        f"update {table} set unit_ = case when list_contains($listed::varchar[], unit_) then null else {OUTSIDE} end "
        "where unit_ is not null and unit_ not in (select unit_id from known_unit)",
        {"listed": list(listed)},
    )
    if locate is None or locate.longitude is None:
        return
    lon, lat = identifier(locate.longitude), identifier(locate.latitude or "")
    if not ground.holds_origin:
        con.execute(f"update {table} set unit_ = {NOWHERE} where unit_ is null and {lon} = 0 and {lat} = 0")
        con.execute(f"update {table} set {lon} = null, {lat} = null where {lon} = 0 and {lat} = 0")
    rows = con.execute(
        f"select rowid as rid, {lon} as lon, {lat} as lat from {table} "
        f"where unit_ is null and {lon} is not null and {lat} is not null order by rid"
    ).df()
    units = pd.Series(ground.unit_of(rows["lon"], rows["lat"], locate.h3), dtype="object", index=rows.index)
    _refuse_swapped(source.passport, rows[units.isna()], len(rows), ground)
    placed = pd.DataFrame({"rid": rows["rid"], "unit_id": units}).dropna()
    if len(placed):
        con.register("pointed", placed)
        con.execute(f"update {table} as h set unit_ = p.unit_id::varchar from pointed as p where p.rid = h.rowid")
        con.unregister("pointed")


def _refuse_swapped(passport: Passport, outside: pd.DataFrame, points: int, ground: Ground) -> None:
    """Refuse a file of whose points most lie outside, and would lie inside if longitude and latitude were swapped."""
    locate = passport.locate
    if locate is None or points < FEWEST or len(outside) <= SWAPPED * points:
        return
    could_be = outside[np.abs(outside["lon"]) <= 90]
    units = ground.unit_of(could_be["lat"], could_be["lon"], locate.h3)
    if (inside := sum(unit is not None for unit in units)) > SWAPPED * points:
        raise SourceError(
            f"{passport.raw_files[0].file}: {len(outside):,} of {points:,} points lie outside the place, and "
            f"{inside:,} of them inside when the two are swapped. Swap longitude: {locate.longitude} and latitude: "
            f"{locate.latitude} under locate in sources/{passport.id}.yaml"
        )


def find_notes(con: Connection, source: row_classes.ScoredSource, ground: Ground) -> list[notes.Note]:
    """Find what a person should know of how the rows of the period lie: see `notes`."""
    passport, table = source.passport, source.table
    locate, is_within = passport.locate, within(passport.observed)
    if locate is None:
        return []
    found: list[notes.Note] = []
    if ground.outlines is not None and passport.observed is not None:
        told = sorted(passport.observed.silent_units)  # of these the passport says that they did not report
        rows = con.execute(
            f"select unit_id from known_unit where unit_id not in (select unit_ from {table} where unit_ is not null "
            f"and {is_within}) and not list_contains($told::varchar[], unit_id) order by unit_id",
            {"told": told},
        ).fetchall()
        found += [(notes.SILENT, str(unit), None, None) for (unit,) in rows]
    (lost,) = single(con, f"select count(*) from {table} where unit_ = {NOWHERE} and {is_within}")
    found.append((notes.NOWHERE, "", int(lost), None))
    if locate.longitude is None:
        (unnamed,) = single(con, f"select count(*) from {table} where unit_ is null and {is_within}")
        return [*found, (notes.NO_UNIT, "", int(unnamed), None)]
    return [*found, *_outside(con, source, ground, is_within)]


def _outside(con: Connection, source: row_classes.ScoredSource, ground: Ground, is_within: str) -> list[notes.Note]:
    """Find points outside that would lie inside with their axes swapped, and those beyond bounds."""
    locate = source.passport.locate or Locate(unit="?")
    lon, lat, table = identifier(locate.longitude or ""), identifier(locate.latitude or ""), source.table
    rows = con.execute(
        f"select {lon} as lon, {lat} as lat, count(*) as n from {table} where unit_ is null and {is_within} "
        f"and {lon} is not null and {lat} is not null group by all order by all"
    ).df()
    if not len(rows):
        return []
    could_be = rows[np.abs(rows["lon"]) <= 90]
    is_inside = [unit is not None for unit in ground.unit_of(could_be["lat"], could_be["lon"], locate.h3)]
    outside, swapped = int(rows["n"].sum()), int(could_be["n"][is_inside].sum())
    beyond = outside if locate.h3 is not None else 0
    return [(notes.SWAPPED, "", swapped, float(outside)), (notes.BEYOND, "", beyond, None)]


def check_references(con: Connection, config: Config, ground: Ground) -> None:
    """Check the ids of files of reference, such as residents: the column under ``locate``, or that of the outlines.

    A core table joins on them; what meets no partner there would be lost without a word.

    Raises
    ------
    SourceError
        With every id that no outline has.
    """
    source, key = _held(config)
    faults: list[str] = []
    if ground.outlines is None:
        return
    list_known(con, ground)
    for name, passport in sorted(config.passports.items()):
        if passport.use != "reference" or name == source:
            continue
        column = passport.locate.unit if passport.locate else key
        is_read = load_rows.is_there(con, f"harm.{identifier('raw_' + name)}")  # else it is at fault, and told
        if column is None or column not in passport.columns or not is_read:
            continue
        faults += _unknown_reference(con, passport, column, ground)
    if faults:
        raise SourceError("\n".join(faults))


def _unknown_reference(con: Connection, passport: Passport, column: str, ground: Ground) -> Iterator[str]:
    table, unit = f"harm.{identifier('raw_' + passport.id)}", identifier(column)
    if passport.locate and ground.outlines:
        _refuse_contradictions(passport, ground)
        if passport.locate.spellings:
            _spell(con, table, unit, passport.locate)
    rows = con.execute(
        f"select {unit}::varchar as unit, count(*) as n from {table} where {unit} is not null group by unit "
        "order by n desc, unit"
    ).fetchall()
    known = {str(u) for u in ground.outlines.unit_ids} if ground.outlines else set()
    strange = [(str(u), int(n)) for u, n in rows if str(u) not in known and not _explained(str(u), passport, ground)]
    # A file may tell of more units than the place has. So a stranger is a fault where a unit has no row of its own and
    # they can be looked through, or where it is a unit written otherwise.
    near_known, is_short = near.Known(known), bool(known - {str(u) for u, _ in rows})
    if not (is_short and len(strange) <= LISTED):
        strange = [(u, n) for u, n in strange if near_known.same(u) is not None]
    if strange:
        yield _told(passport, column, strange, ground, {str(u) for u, _ in rows})
    (empty,) = single(con, f"select count(*) from {table} where {unit} is null or trim({unit}::varchar) = ''")
    if empty and not strange:
        yield (
            f"{passport.raw_files[0].file}, column {column}: {_rows(empty)} without an id (source {passport.id}), so "
            "nothing can be joined to them. Give the id, or take the rows out"
        )
