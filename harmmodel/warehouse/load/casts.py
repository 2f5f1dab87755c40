"""Values into their declared types, exactly: what would become another value is no value of that type.

DuckDB rounds 2.5 to 3, reads 9.200 as 9, takes the time off a date and the last digits off a large number, and says
nothing. Here each of these is a fault of its row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harmmodel.config import Passport
from harmmodel.config.rows.columns import HIGH, LOW, Column
from harmmodel.errors import SourceError
from harmmodel.warehouse.load import written
from harmmodel.warehouse.load.told import marks
from harmmodel.warehouse.store.connection import Connection, identifier, literal

TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
}
# The database's CSV reader rounds these in silence, or leaves out what stands after a time, so they come as text.
READ_AS_TEXT = {"integer", "number", "date", "timestamp"}
# From here on not every whole number is exact any more.
EXACT = {"DOUBLE": 2**53, "FLOAT": 2**24}
INSTANT = "TIMESTAMP WITH TIME ZONE"
NUMERIC = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL.*|BOOLEAN")
TEMPORAL = re.compile(r"DATE|TIMESTAMP.*")
# Whole numbers as people write them. Three noughts after a point may be thousands, so they are none.
WHOLE = r"[+-]?[0-9]+(\.|\.0{1,2}|\.0{4,})?"
WHOLE_BY_POWER = r"[+-]?[0-9]+(\.[0-9]+)?[eE][+]?[0-9]+"
# What to declare instead, so that the whole value is kept.
WIDER = {"integer": "number", "date": "timestamp"}


@dataclass(frozen=True)
class Cast:
    """SQL of a column in its declared type, of whether that is exactly what the file says, and of what is wrong.

    ``is_exact`` is true for a missing value. An empty one stands for a column of text, which takes everything.
    """

    value: str
    is_exact: str = ""
    why: str = ""

    @property
    def strict(self) -> str:
        """SQL of the value that stops the query where it is not exact."""
        return f"case when {self.is_exact} then {self.value} else error('inexact') end" if self.is_exact else self.value

    @property
    def is_wrong(self) -> str:
        """SQL of whether a row is at fault."""
        return f"not coalesce({self.is_exact}, false)"


def refuse_zones(con: Connection, file: str, passport: Passport, types: dict[str, str]) -> None:
    """Refuse instants of which the passport does not say whose local time is meant, and zones that nobody knows.

    Raises
    ------
    SourceError
        With each such column.
    """
    columns = passport.columns_as_read
    instants = [
        name
        for name, column in columns.items()
        if types.get(name) == INSTANT and column.type in ("timestamp", "date") and column.zone is None
    ]
    if instants:
        raise SourceError(
            f"{file}: {', '.join(instants)}: a time with a time zone ({INSTANT}) has no hour of its own. Say in "
            f"sources/{passport.id}.yaml whose local time is meant, as zone: America/Chicago"
        )
    zones = sorted({column.zone for column in columns.values() if column.zone})
    known = (
        {str(zone) for (zone,) in con.execute("select name from pg_timezone_names()").fetchall()} if zones else set()
    )
    if strange := [zone for zone in zones if zone not in known]:
        raise SourceError(
            f"passport sources/{passport.id}.yaml: zone: {', '.join(strange)} is no time zone of the IANA database. "
            "Name one, as Europe/London"
        )


def of(name: str, column: Column, read_type: str, *, is_count: bool = False) -> Cast:
    """Cast column *name*, which the file gives as *read_type*, to its declared type.

    Words for what is missing and marks of suppression are no value, and no fault. Neither is an empty cell, but in a
    column of counts (*is_count*) unless it is listed as such a word: nobody knows whether it means 0.
    """
    words = [word for word in column.words if word]
    if column.from_:
        return _of(joined(column), column, "VARCHAR")
    column_sql = identifier(name)
    cast = _of(column_sql, column, read_type)
    if is_count and "" not in column.words:
        is_blank = f"coalesce(trim({column_sql}::varchar), '') = ''"
        why = f"case when {is_blank} then {literal(marks.EMPTY)} else {cast.why} end"
        cast = Cast(cast.value, f"(not ({is_blank}) and {cast.is_exact})", why)
    if not words or read_type not in ("VARCHAR", ""):
        return cast
    is_word = f"coalesce(trim({column_sql}::varchar) in ({', '.join(map(literal, words))}), false)"
    value = f"case when not {is_word} then {cast.value} end"
    return Cast(value, f"({is_word} or {cast.is_exact})" if cast.is_exact else "", cast.why)


def joined(column: Column) -> str:
    """SQL of the parts of a date as one text; null where one of them is missing."""
    missing = ", ".join(map(literal, {"", *(column.missing or ())}))
    parts = [
        f"case when trim({identifier(p)}::varchar) not in ({missing}) then trim({identifier(p)}::varchar) end"
        for p in column.from_
    ]
    between = " || ' ' || "
    return f"({between.join(parts)})"


def ends(name: str, column: Column, cast: Cast, *, is_strict: bool) -> dict[str, str]:
    """SQL of the ends of a count that may be suppressed, by the names of their columns; nothing of other columns."""
    if not column.suppressions:
        return {}
    text, value = f"coalesce(trim({identifier(name)}::varchar), '')", cast.strict if is_strict else cast.value
    found: dict[str, str] = {}
    for suffix, key in ((LOW, "low"), (HIGH, "high")):
        cases = " ".join(
            f"when {text} in ({', '.join(map(literal, one.marks))}) then {getattr(one, key)}"
            for one in column.suppressions
        )
        found[f"{name}{suffix}"] = f"(case {cases} else {value} end)::bigint"
    return found


def _of(column_sql: str, column: Column, read_type: str) -> Cast:
    """Cast SQL of a value that comes as *read_type* to its declared type, whatever words may stand there."""
    declared = TYPES[column.type]
    if column.type == "text":
        return Cast(column_sql if read_type == declared else f"{column_sql}::varchar")
    if read_type == INSTANT and column.zone:
        column_sql, read_type = written.local_time(column_sql, column.zone), "TIMESTAMP"
    is_typed = NUMERIC.fullmatch(read_type) or TEMPORAL.fullmatch(read_type)
    text = f"trim({column_sql}::varchar)"
    if column.format:
        written_as = written.digits(column_sql) if NUMERIC.fullmatch(read_type) else f"{column_sql}::varchar"
        read, is_whole = written.formed(written_as, column)
        value, is_exact = f"{read}::{declared}", f"({read}::{declared} = {read} and {is_whole})"
    elif is_typed:
        value = column_sql if read_type == declared else f"try_cast({column_sql} as {declared})"
        is_exact = _exact(column_sql, value, column.type, read_type)
    else:
        value, is_exact = _of_text(column_sql, text, column, declared)
    is_blank = "" if is_typed else f" or {text} = ''"
    return Cast(value, f"({column_sql} is null or {is_exact}{is_blank})", _why(text, value, column))


def _of_text(column_sql: str, text: str, column: Column, declared: str) -> tuple[str, str]:
    """SQL of the value of a text, and of whether it is what the text says."""
    if column.type in ("timestamp", "date"):
        read, is_written = written.stamp(text, column)
        if column.type == "timestamp":
            return read, f"(isfinite({read}) and {is_written})"
        value = f"({read})::date"
        return value, f"(isfinite({value}) and {value} = {read} and {is_written})"
    if written.is_marked(column):
        value, is_written = written.number(text, column, declared)
        is_exact = "true" if column.type == "integer" else f"abs({value}) < {EXACT['DOUBLE']}"
        return value, f"({is_written} and {value} is not null and {is_exact})"
    value = f"try_cast({column_sql} as {declared})"
    if column.type == "number":
        return value, f"(abs({value}) < {EXACT['DOUBLE']} and not contains({column_sql}, '_'))"
    return value, _exact_text(column_sql, value, column.type)


def _exact(column: str, value: str, kind: str, read_type: str) -> str:
    """SQL that is true where *value* is what *column* holds; the cheap question comes first."""
    if kind == "number":  # not a number is greater than every number
        return f"abs({value}) < {EXACT['DOUBLE']}"
    if kind == "timestamp":
        return f"isfinite({value})"
    if read_type == TYPES[kind]:
        return f"isfinite({value})" if kind == "date" else "true"
    if NUMERIC.fullmatch(read_type):
        limit = f" and abs({column}) < {EXACT[read_type]}" if read_type in EXACT else ""
        return f"(try_cast({value} as {read_type}) = {column}{limit})"
    return f"(isfinite({value}) and try_cast({value} as {read_type}) = {column})"


def _exact_text(column: str, value: str, kind: str) -> str:
    """As `_exact`, of text: most of it is written as the database writes it, and the rest is looked at closely."""
    if kind == "boolean":
        return f"{value} is not null"
    text, number = f"trim({column}::varchar)", f"try_cast({column} as double)"
    power = f"({number} = trunc({number}) and abs({number}) < {EXACT['DOUBLE']})"
    return (
        f"({value}::varchar = {column} or {value} is not null and (regexp_full_match({text}, {literal(WHOLE)}) "
        f"or regexp_full_match({text}, {literal(WHOLE_BY_POWER)}) and {power}))"
    )


def _why(text: str, value: str, column: Column) -> str:
    """SQL of what is wrong with a value: it is of another type, or would become another value.

    Of the value itself its shape alone is told: row and column say where it stands, and it may be of a person.
    """
    kind = column.type + (f" written as {column.format}" if column.format else "")
    said = f"{marks.shown_in_sql(text)} || {literal(f' is no {kind}')}"
    hint = written.hint(text, column)
    if column.type == "number":
        large = literal(f" of which each digit is kept: that ends at {EXACT['DOUBLE']:,}")
        other = "': it would become another value'"
        is_large = f"isfinite({value}) and abs({value}) >= {EXACT['DOUBLE']}"
        return f"{said} || case when {is_large} then {large} when isfinite({value}) then {other} else '' end || {hint}"
    if column.type == "timestamp":
        return f"{said} || {hint}"
    wider = literal(f". Type {WIDER[column.type]} would keep it" if column.type in WIDER else "")
    advice = f"case when {hint} <> '' then {hint} when {value} is not null then {wider} else '' end"
    return f"{said} || case when {value} is not null then ': it would become another value' else '' end || {advice}"
