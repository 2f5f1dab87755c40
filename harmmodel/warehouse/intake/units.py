"""What the units of a place are: the outlines among its files, or a table that lists them, with their residents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harmmodel.config import CrosswalkRow
from harmmodel.errors import SourceError
from harmmodel.warehouse.intake import core_sql, passports, profiles, roles
from harmmodel.warehouse.intake.columns.ids import Ids
from harmmodel.warehouse.intake.parts import Parts
from harmmodel.warehouse.intake.passports import Drafted
from harmmodel.warehouse.intake.profiles import FileProfile
from harmmodel.warehouse.intake.unpack import Given
from harmmodel.warehouse.store.connection import identifier

UNIT_NOUN = {"one": "area", "many": "areas"}
CELL_NOUN = {"one": "cell", "many": "cells"}
SHOWN = 8  # headings in a message


@dataclass(frozen=True)
class Asked:
    """What somebody says of files that do not say it themselves.

    Attributes
    ----------
    boundaries, residents : which file holds the outlines, and which the residents; found if left out
    day_first : how 03/04/2024 is meant; None: not said
    """

    boundaries: Path | None = None
    residents: Path | None = None
    day_first: bool | None = None

    def tells_residents(self, given: Given) -> bool:
        """Say whether a file was named as the one with the residents of each unit."""
        return self.residents is not None and given.path.resolve() == self.residents.resolve()


@dataclass(frozen=True)
class Found:
    """The files that say what the units are.

    Attributes
    ----------
    table : the outlines; of a place without any the file that lists the units; None: the units are cells
    residents : how many live in each, where that is another file
    """

    table: FileProfile | None
    residents: FileProfile | None


def found(read: Sequence[FileProfile], told: Asked) -> Found:
    """Return the files of units and residents among those that are read.

    Raises
    ------
    SourceError
        When a file that somebody named is not what it was named for, or lists units that no other file has.
    """
    outlines = _outlines(read, told)
    rest = [f for f in read if f is not outlines and f.layout is None]
    if outlines is not None:
        return Found(outlines, _residents(rest, outlines, told))
    tables = [f for f in rest if not f.wide and _key(f, told) is not None]
    named = [f for f in tables if told.tells_residents(f.given)]
    if told.residents is not None and not named:
        raise SourceError(
            f"{told.residents.name} has no column that tells each row from the others beside a whole number. Give it "
            "one row for each unit, with its id and its residents"
        )
    for table in named or sorted(tables, key=lambda f: len(f.headings)):
        others = [f for f in read if f is not table]
        if any(roles.unit_of(f, table, _usable(f))[0] for f in others if f not in tables):
            listing = next((f for f in rest if f is not table and _lists(f, table)), None)
            return Found(listing or table, table if listing else None)
        if named:
            ids = ", ".join(list(table.column(str(_key(table, told))).counts)[:SHOWN])
            raise SourceError(
                f"no column of another file holds the units of {table.given.name}, as {ids}. Give the records a column "
                "with their ids or names, or name the outlines of the units: --boundaries FILE"
            )
    return Found(None, None)


def _usable(file: FileProfile) -> list[str] | None:
    """Return the columns that may hold units: those of its layout, else all."""
    return None if file.layout is None else list(file.layout.units) or None


def _key(file: FileProfile, told: Asked) -> str | None:
    """Return the column that tells each row from the others, of a file that may list units with their residents."""
    keyed = [c for c in file.columns if c.read.type in ("text", "integer")]
    keys = [c.name for c in keyed if c.distinct == c.filled == file.rows > 1]
    is_named = told.tells_residents(file.given)
    if not is_named and any(c.read.type in ("date", "timestamp") for c in file.columns):
        return None
    return next((key for key in keys if roles.residents_of(file, key, is_named=is_named)), None)


def _lists(file: FileProfile, residents: FileProfile) -> bool:
    """Say whether a file lists the units of *residents*, a row each, and counts nothing."""
    key = roles.unit_of(file, residents)[0]
    others = [c for c in file.columns if c.name != key and c.read.type not in ("text", "boolean")]
    return key is not None and not file.wide and not others and file.column(key).distinct == file.rows


def _outlines(read: Sequence[FileProfile], told: Asked) -> FileProfile | None:
    held = [file for file in read if file.is_outlines]
    if told.boundaries is not None:
        held = [file for file in held if file.given.path.resolve() == told.boundaries.resolve()] or held
        if not held:
            raise SourceError(f"{told.boundaries.name} holds no outlines. Save the layer as GeoJSON, in degrees")
    if len(held) > 1:
        names = " and ".join(file.given.name for file in held)
        raise SourceError(f"{names} hold outlines. Say which are those of the units: --boundaries FILE")
    return held[0] if held else None


def _residents(rest: Sequence[FileProfile], outlines: FileProfile, told: Asked) -> FileProfile | None:
    """Return the file that tells how many live in each unit: one row for each, and a number that says so."""
    for file in rest:
        is_named = told.tells_residents(file.given)
        key, _, _ = roles.unit_of(file, outlines)
        is_each = key is not None and file.column(key).distinct == file.rows
        if key and is_each and not file.wide and roles.residents_of(file, key, is_named=is_named):
            return file
        if is_named:
            rows = f" ({file.rows:,} rows, {file.column(key).distinct:,} ids in {key})" if key else ""
            raise SourceError(
                f"{file.given.name}: no column holds ids of the outlines, each once, beside a whole number{rows}. Give "
                "the file one row for each unit, and the residents as whole numbers"
            )
    return None


def drafted(records: Sequence[tuple[Drafted, list[CrosswalkRow]]], told: Found) -> Parts:
    """Draft the passports of units and residents, whose first column is the id that the records have."""
    if told.table is None:
        _refuse_unplaced([draft for draft, _ in records])
        return Parts(records, None, None)
    table, other = told.table, None
    key = next((d.roles.unit_of for d, _ in records if d.roles.unit_of), None) or _first_key(table)
    named = [c for c in table.columns if profiles.LABEL.search(c.name) and c.name != key]
    labels = [c.name for c in sorted(named, key=lambda c: -c.distinct)]
    number = roles.residents_of(table, key, is_named=not table.is_outlines and told.residents is None)
    if told.residents is not None:
        other, number = _of_residents(told.residents, table, key), None
    read = {key: "Id of the unit."} | dict.fromkeys(labels[:1], "Name of the unit.")
    read |= {number: "Residents of the unit."} if number else {}
    name = "outlines" if table.is_outlines else "units"
    draft = passports.of_reference(name, table, read, [number] if number else [])
    if number:
        others = roles.residents_in(table, key, is_named=False)[1:]
        draft = _asking(draft, number, key, others, is_sure=table.is_outlines)
    return Parts(records, draft, other)


def _of_residents(file: FileProfile, table: FileProfile, key: str) -> Drafted:
    """Draft the passport of residents: their ids become those of the units, which *key* of the table holds."""
    of_key = replace(table, columns=(table.column(key),))
    unit, met, _ = roles.unit_of(file, of_key) if roles.unit_of(file, of_key)[0] else roles.unit_of(file, table)
    number = roles.residents_of(file, str(unit), is_named=True)
    read_of = {str(unit): "Id of the unit.", str(number): "Residents."}
    others = roles.residents_in(file, str(unit), is_named=True)[1:]
    draft = _asking(passports.of_reference("residents", file, read_of, [str(number)]), str(number), str(unit), others)
    spellings, strange = _matched(file.column(str(unit)).counts, _ids_of(table, str(met), key))
    return passports.placed(draft, str(unit), spellings, strange, tuple(table.column(key).counts))


def _ids_of(table: FileProfile, met: str, key: str) -> dict[str, str]:
    """Return the id of each unit by what another column of the table calls it."""
    if met == key:
        return {unit: unit for unit in table.column(key).counts}
    with profiles.opened_as(table, [met, key]) as con:
        rows = con.execute(f"select {identifier(met)}::varchar, {identifier(key)}::varchar from found").fetchall()
    return {str(called): str(unit) for called, unit in rows}


def _matched(written: Iterable[str], ids: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the ids that mean a unit and are written otherwise, and those that mean none, or one that has a row."""
    known, spellings, strange = Ids(ids), dict[str, str](), list[str]()
    ordered = sorted(written, key=lambda text: (text not in ids, text))
    taken = {ids[text] for text in ordered if text in ids}
    for text in ordered:
        meant = text if text in ids else known.same(text)
        if meant is None or (text not in ids and ids[meant] in taken):
            strange.append(text)
        elif ids[meant] != text:
            spellings[text] = ids[meant]
            taken.add(ids[meant])
    return spellings, strange


def _asking(draft: Drafted, number: str, unit: str, others: Sequence[str] = (), *, is_sure: bool = False) -> Drafted:
    """Ask whether a column tells the residents, which others may be, too, and how its numbers are written."""
    question = f"column {number} is taken for the residents of each {unit}"
    question += f"; {', '.join(others)} may tell them, too: say which does" if others else ""
    asked = [] if is_sure and not others else [question]
    asked += roles.sign_question(draft.whole.column(number))
    return replace(draft, roles=replace(draft.roles, questions=tuple(asked)))


def _refuse_unplaced(drafts: Sequence[Drafted]) -> None:
    lacking = [d for d in drafts if core_sql.holds(d, False) and not d.roles.longitude]
    if not lacking:
        return
    headings = lacking[0].whole.headings
    named = ", ".join(headings[:SHOWN]) + (" …" if len(headings) > SHOWN else "")
    raise SourceError(
        f"no file holds outlines, and {', '.join(d.files[0].given.name for d in lacking)} has no degrees of longitude "
        f"and latitude under such headings; it has {named}. Add the outlines of the units as GeoJSON, --boundaries "
        "FILE; or without outlines a table of the units, a row each with id and residents: --residents FILE"
    )


def _first_key(table: FileProfile) -> str:
    """Return the first column that tells each unit from the others."""
    for column in table.columns:
        if column.distinct == column.filled == table.rows:
            return column.name
    what = "no property tells one outline" if table.is_outlines else "no column tells one unit"
    raise SourceError(f"{table.given.name}: {what} from the others. Give each an id")


def noun(parts: Parts) -> dict[str, str]:
    """Return what a unit and several are called: as a layout says whose own units they are, else areas or cells."""
    if parts.outlines is None:
        return CELL_NOUN
    for draft in parts.sources if parts.is_listed else ():
        told = draft.layout.place.unit_noun if draft.layout else None
        if draft.layout and told and draft.roles.unit == draft.layout.passport.get("locate", {}).get("unit"):
            return told.model_dump()
    return UNIT_NOUN
