"""What a person should know of a file besides the account of its rows: kept with the snapshot, and said while loading.

``load_note`` has one row per source, kind and subject. Kinds, with what *subject*, *rows* and *other* are:

silent_unit   a unit in which no row of the period lies; none, none
nowhere       rows of the period at 0,0, which is no point of the place
swapped       rows outside that would lie inside with longitude and latitude swapped; *other*: all points outside
beyond        rows whose point lies beyond the bounds of a place of cells
no_unit       rows of the period that name no unit and have no point
suppressed    a column of counts; its rows of harm that give the ends of a count alone
uncounted     the columns of counts; rows of harm without a count, whose unit and month are not observed
unlisted      units and classes; cells of a table of counts that it does not list, which are not observed
km2           a unit whose square kilometres differ from those of its outline; none, those of the outline
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import shapely

from harmmodel.config import Config, Passport
from harmmodel.warehouse.load.geography import square_kilometres
from harmmodel.warehouse.load.told import marks, near
from harmmodel.warehouse.store.connection import Connection, identifier, single

SILENT, NOWHERE, SWAPPED, BEYOND = "silent_unit", "nowhere", "swapped", "beyond"
NO_UNIT, SUPPRESSED, UNCOUNTED, KM2, UNLISTED = "no_unit", "suppressed", "uncounted", "km2", "unlisted"
HERE = "its passport"
MOST_NAMED = 20  # units that a message names
OTHER_KM2 = 0.1  # share by which the square kilometres of a file and of its outline may differ without a note
Note = tuple[str, str, int | None, float | None]  # kind, subject, rows, other


def prepare(con: Connection) -> None:
    """Make the tables of notes, and of units and months whose count the file does not give."""
    con.execute(
        "create table harm.load_note (source varchar, kind varchar, subject varchar, rows bigint, other double)"
    )
    con.execute(
        "create table harm.load_uncounted (source varchar, unit_id varchar, month date, class varchar, rows bigint)"
    )


def record(con: Connection, source: str, found: Sequence[Note]) -> None:
    """Keep notes on a source; what counts no row is none."""
    for kind, subject, rows, other in found:
        if rows != 0:
            con.execute(
                "insert into harm.load_note values ($source, $kind, $subject, $rows, $other)",
                {"source": source, "kind": kind, "subject": subject, "rows": rows, "other": other},
            )


def record_counts(con: Connection, passport: Passport, table: str, is_counted: str) -> None:
    """Keep how many rows give no count, or its ends alone, and where; *is_counted*: SQL of which rows count."""
    if not passport.counts:
        return
    named = ", ".join(passport.counts)
    ended = ", ".join(name for name in passport.counts if passport.columns[name].suppressed)
    flag = identifier(marks.UNCOUNTED)
    con.execute(
        f"insert into harm.load_uncounted select $source, unit_, month_, class_, count(*) from {table} "
        f"where {flag} and {is_counted} group by all order by all",
        {"source": passport.id},
    )
    found: list[Note] = []
    for kind, subject, name in ((SUPPRESSED, ended, marks.SUPPRESSED_ROW), (UNCOUNTED, named, marks.UNCOUNTED)):
        (rows,) = single(con, f"select count(*) from {table} where {identifier(name)} and {is_counted}")
        found.append((kind, subject, int(rows), None))
    record(con, passport.id, found)


def record_km2(con: Connection, config: Config) -> str:
    """Keep units whose square kilometres in ``core_area`` differ from those of their outline, and word them.

    The file's own stand: land without water, say. But hectares or square miles would move every rate by land.
    """
    source, key = config.place.boundaries.source, config.place.boundaries.id
    if source is None or key is None:
        return ""
    rows = con.execute(
        f"select a.area_id, a.km2, o.geometry from core_area as a join {identifier(f'raw_{source}')} as o "
        f"on o.{identifier(key)}::varchar = a.area_id where a.km2 is not null order by a.area_id"
    ).fetchall()
    outlines = square_kilometres(shapely.from_geojson([geometry for *_, geometry in rows])) if rows else []
    found: list[Note] = [
        (KM2, str(unit), None, float(outline))
        for (unit, own, _), outline in zip(rows, outlines, strict=True)
        if abs(own / outline - 1) > OTHER_KM2
    ]
    record(con, source, found)
    own_of = {str(unit): float(own) for unit, own, _ in rows}
    named = ", ".join(
        f"{near.shown(unit)} ({own_of[unit]:,.4g}, by the outline {other or 0:,.4g})"
        for _, unit, _, other in found[:MOST_NAMED]
    )
    more = f" and {len(found) - MOST_NAMED:,} more" if len(found) > MOST_NAMED else ""
    return (
        f"{config.passports[source].raw_files[0].file}: square kilometres differ by over {OTHER_KM2:.0%} from those of "
        f"the outline in {named}{more}. What core/core_area.sql gives is taken"
        if found
        else ""
    )


def told(con: Connection, passport: Passport) -> list[str]:
    """Word the notes on a source, as they are said while it is loaded."""
    rows = con.execute(
        "select kind, subject, rows, other from harm.load_note where source = $source order by rowid",
        {"source": passport.id},
    ).fetchall()
    silent = [str(subject) for kind, subject, _, _ in rows if kind == SILENT]
    found = [*_silent(silent), *(said for row in rows if (said := _worded(*row)))]
    here = f"sources/{passport.id}.yaml"
    return [f"{passport.raw_files[0].file}: {said.replace(HERE, here)}" for said in found]


def _silent(units: list[str]) -> Iterator[str]:
    if units:
        named = ", ".join(near.shown(unit) for unit in units[:MOST_NAMED])
        more = f" and {len(units) - MOST_NAMED:,} more" if len(units) > MOST_NAMED else ""
        yield (
            f"no row of the period lies in {named}{more}. If the file holds nothing of these units, a count of 0 would "
            "be wrong there"
        )


def _worded(kind: str, subject: str, rows: int | None, other: float | None) -> str:
    many = "1 row" if rows == 1 else f"{rows or 0:,} rows"
    return {
        NOWHERE: f"{many} at 0,0, which is no point of the place: rejected, since where they lie is not known",
        SWAPPED: f"{many} of {other or 0:,.0f} outside the place would lie inside with longitude and latitude swapped. "
        "Correct them in the file",
        BEYOND: f"{many} with a point beyond the bounds of the place (boundaries.within): outside",
        NO_UNIT: f"{many} that name no unit and have no point: not counted, since where they lie is not known",
        SUPPRESSED: f"{many} in which {subject} is suppressed: between its ends, never 0",
        UNLISTED: f"{many.replace('row', 'cell')} of unit, class and month that the table does not list, though it "
        f"lists nearly all others{subject}. They are not observed, and no 0. If they are 0, say in {HERE} accepts: "
        "{unlisted: REASON}",
        UNCOUNTED: f"{many} without a count in {subject}: their units and months are not observed",
    }.get(kind, "")
