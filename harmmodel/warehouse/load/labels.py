"""Texts that config SQL may write into kept tables: each stands in a list, so that no row of a count is one record.

Whoever joins time, point and number of a record into a label has a table of single records that looks like a count.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from harmmodel.config import Config
from harmmodel.errors import SnapshotError
from harmmodel.warehouse.load.personal import masked
from harmmodel.warehouse.store.connection import Connection, identifier, single

SETTINGS = ("open", "closed")
# What a publisher may say of stops besides the ids of disparity.yaml: not told, and too few to tell apart.
UNTOLD = ("unknown", "pooled")
OUTCOMES = ("arrest", "other_action", "no_action")
SIDES, TIES, CONFIDENCE = ("a", "b"), ("ally", "rival"), ("low", "medium", "high")
KINDS_OF_EVENT = ("state_based", "non_state", "one_sided")
AS_LOADED = "Take class of the act_raw_ or raw_ table, which has it from crosswalk.csv or the passport"
AS_DECLARED = "Write an id of disparity.yaml, unknown or pooled"
# A beat is known by short codes, or by several that are joined; most of them stand in a file of reference.
BEAT = re.compile(r"[^\W_]{1,12}(?:[+/ -][^\W_]{1,12}){0,11}")
PARTS = re.compile(r"[+/ -]")
MOST_OTHER_BEATS = 20
# Tables whose labels people choose from, each with its id and what one row is.
NAMED = (("core_area", "area_id", "units"), ("core_group", "group_id", "groups"))
SHOWN = 5  # labels that a note names


@dataclass(frozen=True)
class Closed:
    """A column of which every value stands in a list, and what to do about another one."""

    table: str
    column: str
    known: tuple[str, ...]
    remedy: str
    is_empty_known: bool = False


def check_labels(con: Connection, config: Config) -> None:
    """Refuse texts of kept tables that no list knows, in the tables of the database that is open for writing.

    Raises
    ------
    SnapshotError
        With file, column, how many values, the shape of one of them, and the remedy for each.
    """
    present = {
        (str(table), str(column))
        for table, column in con.execute(
            "select table_name, column_name from duckdb_columns() where database_name = current_database()"
        ).fetchall()
    }
    lists = list(closed(config))
    if ("core_incident", "area_id") in present:
        areas = con.execute("select area_id from core_area order by 1").fetchall()
        lists.append(Closed("core_incident", "area_id", tuple(str(a) for (a,) in areas), "Leave it empty", True))
    faults = [fault for one in lists if (one.table, one.column) in present for fault in _unknown(con, one)]
    if ("core_count_beat", "beat_id") in present:
        faults += _beats(con, config)
    if faults:
        raise SnapshotError(
            "kept tables hold texts that no list knows, as of single records:\n  " + "\n  ".join(faults)
        )


def closed(config: Config) -> Iterator[Closed]:
    """Yield the lists of a place: from its crosswalk and its files, and those that the lenses know."""
    classes = tuple(sorted({*config.place.class_sources, *_given(config)}))
    for table in ("act_enforcement", "act_incident", "core_incident"):
        yield Closed(table, "class", classes, AS_LOADED)
    codes = (*classes, *sorted({text for row in config.crosswalk for text in (row.code, row.written)}))
    for table in ("act_enforcement", "act_incident"):
        yield Closed(table, "code", codes, "Write the code as it stands in crosswalk.csv, or leave it out", True)
        yield Closed(table, "setting", SETTINGS, "Write open or closed, or leave it out", True)
    measures = config.place.measures
    yield Closed("act_enforcement", "measure", measures, "Declare it under measures in place.yaml, or correct it")
    yield from _of_stops(config)
    yield Closed("core_event", "class", KINDS_OF_EVENT, f"Write one of {', '.join(KINDS_OF_EVENT)}")
    yield Closed("core_incident_group", "side", SIDES, "Write a or b")
    yield Closed("core_group_tie", "tie", TIES, "Write ally or rival")
    yield Closed("core_group_tie", "confidence", CONFIDENCE, "Write low, medium or high")
    if config.groups is not None:
        bands = tuple(band.id for band in config.groups.size_bands)
        yield Closed("core_group", "size_band", bands, "Write a size band of groups.yaml")


def _of_stops(config: Config) -> Iterator[Closed]:
    """Yield the lists of stops; a place without disparity.yaml has declared none."""
    scheme = config.disparity
    columns = {
        "scheme": scheme.descriptions if scheme else (),
        "ethnicity": scheme.ethnicities if scheme else (),
        "gender": scheme.genders if scheme else (),
        "reason": scheme.reasons if scheme else (),
    }
    for column, items in columns.items():
        more = ("other", *UNTOLD) if column == "gender" else UNTOLD
        yield Closed("act_stops", column, (*(item.id for item in items), *more), AS_DECLARED)
    outcomes = (*OUTCOMES, *UNTOLD)
    yield Closed("act_stops", "outcome", outcomes, f"Write one of {', '.join(outcomes)}")


def _given(config: Config) -> set[str]:
    """Return the classes that crosswalk and passports give."""
    whole = {p.classify.class_ for p in config.passports.values() if p.classify and p.classify.class_}
    return {row.class_ for row in config.crosswalk} | whole


def _unknown(con: Connection, one: Closed) -> Iterator[str]:
    column = identifier(one.column)
    empty = "false" if one.is_empty_known else "true"
    number, example = single(
        con,
        f"select count(distinct coalesce({column}, '')), min(coalesce({column}, '')) from {identifier(one.table)} "
        f"where coalesce(not list_contains($known::varchar[], {column}), {empty})",
        {"known": list(one.known)},
    )
    if number:
        shape = repr(masked(str(example))) if example else "an empty one"
        yield f"core/{one.table}.sql, column {one.column}: {number:,} values, for example {shape}. {one.remedy}"


def _beats(con: Connection, config: Config) -> list[str]:
    """Name the fault of beats that are no codes, or of too many codes that no file of reference has."""
    named = "select beat_id from core_count_beat union select beat_id from core_beat_share order by 1"
    beats = [str(beat) for (beat,) in con.execute(named).fetchall() if beat is not None]
    odd = [beat for beat in beats if not BEAT.fullmatch(beat)]
    if not odd:
        known = _of_reference(con, config) if beats else set()
        strange = {part: beat for beat in beats for part in PARTS.split(beat) if part not in known}
        odd = sorted(strange.values()) if len(strange) > MOST_OTHER_BEATS else []
    if not odd:
        return []
    return [
        f"core/core_count_beat.sql or core_beat_share.sql, column beat_id: {len(odd):,} values, for example "
        f"{masked(odd[0])!r}. Write codes of at most 12 letters and digits, joined by +, of which all but "
        f"{MOST_OTHER_BEATS} stand in a file of reference"
    ]


def _of_reference(con: Connection, config: Config) -> set[str]:
    """Return every value of the files of reference, as text; outlines are none."""
    values: set[str] = set()
    for name, passport in config.passports.items():
        if passport.use == "reference":
            for column in set(passport.columns) - {"geometry"}:
                rows = con.execute(f"select distinct {identifier(column)}::varchar from {identifier('raw_' + name)}")
                values |= {str(value) for (value,) in rows.fetchall() if value is not None}
    return values


def tell_apart(con: Connection) -> Iterator[str]:
    """Write the id after each label that another unit or group has too, and tell of it.

    Two that are called alike could not be told apart in any list, chart or picker. Labels are alike where they differ
    in capitals, spaces or composed accents alone.
    """
    present = {str(row[0]) for row in con.execute("select table_name from duckdb_tables()").fetchall()}
    for table, key, what in NAMED:
        if table not in present:
            continue
        rows = con.execute(f"select {key}, label from {table} where label is not null order by 1").fetchall()
        counted = Counter(_alike(str(label)) for _, label in rows)
        twice = [(str(key_), str(label)) for key_, label in rows if counted[_alike(str(label))] > 1]
        if twice:
            con.execute(
                f"update {table} set label = label || ' (' || {key} || ')' where list_contains($keys, {key})",
                {"keys": [key_ for key_, _ in twice]},
            )
            named = [f"{label} ({key_})" for key_, label in sorted(twice, key=lambda one: (_alike(one[1]), one[0]))]
            more = f" and {len(named) - SHOWN:,} more" if len(named) > SHOWN else ""
            yield (
                f"{len(named):,} {what} share a name and are shown with their id: {', '.join(named[:SHOWN])}{more}. "
                f"Give each a name of its own in core/{table}.sql if that is no fact of the place"
            )


def _alike(label: str) -> str:
    return " ".join(unicodedata.normalize("NFC", label).casefold().split())
