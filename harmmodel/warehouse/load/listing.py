"""What texts of a source stand for, as SQL: offences of crosswalk.csv, and the fields that texts.csv gives a column.

A list has lines, numbered from 1; a value gets the number of its line, or none where no line lists it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harmmodel.config import Config, Passport
from harmmodel.config.rows.crosswalk import EMPTY, Spelling, TextRow
from harmmodel.errors import SourceError
from harmmodel.warehouse.load.told import near
from harmmodel.warehouse.store.connection import Connection, identifier, literal

LISTED = 200  # values that a message names
MOST_UNUSED = 10  # lines without a row that a message names
WILD = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})


@dataclass(frozen=True)
class Line:
    """A line of a list: the value as it stands in the file, as the list writes it, and its period."""

    text: str
    said: str
    period: Spelling
    is_pattern: bool = False


@dataclass(frozen=True)
class Listing:
    """A list of values and the name of the enumeration that finds them."""

    name: str
    lines: tuple[Line, ...]

    @property
    def texts(self) -> list[str]:
        """The different values that are written out, in the order of their lines."""
        return list(dict.fromkeys(line.text for line in self.lines if not line.is_pattern))

    def enumerate(self, con: Connection) -> None:
        """Make the enumeration; a list of patterns alone needs none."""
        if self.texts:
            listed = ", ".join(map(literal, self.texts))
            con.execute(f"create or replace type {identifier(self.name)} as enum ({listed})")

    def index(self, text: str) -> str:
        """SQL of a number that tells a value, whatever its lines say of it; null where it is not written out."""
        return f"enum_code(try_cast({text} as {identifier(self.name)})) + 1" if self.texts else "null::integer"

    def number(self, text: str, at: str | None) -> str:
        """SQL of the number of the line of a value, null if there is none; *text*, *at*: SQL of value and time."""
        index = self.index(text)
        exact: dict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(self.lines, start=1):
            if not line.is_pattern:
                exact[line.text].append(number)
        always = [n[0] if not self.lines[n[0] - 1].period.is_dated else None for n in exact.values()]
        dated = [
            f"when {index} = {place} and {self._holds(number, at)} then {number}"
            for place, numbers in enumerate(exact.values(), start=1)
            if always[place - 1] is None
            for number in numbers
        ]
        is_plain = always == list(range(1, len(always) + 1))
        found = index if is_plain else f"list_extract([{', '.join(str(n or 'null') for n in always)}], {index})"
        if dated:
            found = f"coalesce({found}, case {' '.join(dated)} end)"
        wild = [
            f"when {text} like {literal(line.text.translate(WILD).replace('*', '%'))} escape '\\' "
            f"and {self._holds(number, at)} then {number}"
            for number, line in enumerate(self.lines, start=1)
            if line.is_pattern
        ]
        return f"case when ({index}) is not null then {found} {' '.join(wild)} end" if wild else f"({found})"

    def _holds(self, number: int, at: str | None) -> str:
        """SQL of whether a line holds at a time; a row without a time counts nowhere, so any line will do."""
        period = self.lines[number - 1].period
        if not period.is_dated or at is None:
            return "true"
        bounds = [f"{at} >= {literal(period.from_)}::date"] if period.from_ else []
        bounds += [f"{at} < {literal(period.to)}::date"] if period.to else []
        return f"({at} is null or {' and '.join(bounds)})"


@dataclass(frozen=True)
class Field:
    """A field that texts.csv gives the rows of a source: a column that the loader adds."""

    name: str
    column: str
    listing: Listing
    values: tuple[str | None, ...]
    marker: str  # column that holds the number of the line

    def number(self, at: str | None) -> str:
        """SQL of the number of the line for a row (``t``)."""
        return self.listing.number(self.text, at)

    @property
    def text(self) -> str:
        """SQL of the value of a row (``t``); a blank one is an empty text."""
        return written(self.column)

    def value(self, at: str | None) -> str:
        """SQL of what the value of a row stands for; null: nothing, or no line lists it."""
        listed = ", ".join("null" if value is None else literal(value) for value in self.values)
        return f"list_extract([{listed}]::varchar[], {self.number(at)})"


def written(column: str) -> str:
    """SQL of the text of a row (``t``); a missing one, and one of spaces alone, is an empty text."""
    text = f"t.{identifier(column)}::varchar"
    return f"case when starts_with({text}, ' ') and trim({text}) = '' then '' else coalesce({text}, '') end"


def fields(passport: Passport, config: Config) -> list[Field]:
    """Return the fields that texts.csv gives the rows of a source, in the order of its lines."""
    by_field: dict[str, list[TextRow]] = defaultdict(list)
    for row in config.texts:
        if row.source == passport.id:
            by_field[row.field].append(row)
    return [
        Field(
            name,
            rows[0].column,
            Listing(
                f"text_of_{passport.id}_{name}",
                tuple(Line(row.text, row.written, row, is_pattern=row.is_pattern) for row in rows),
            ),
            tuple(row.value for row in rows),
            f"line_{number}_",
        )
        for number, (name, rows) in enumerate(by_field.items(), start=1)
    ]


def codes(passport: Passport, config: Config) -> Listing:
    """Return the list of a source's crosswalk codes."""
    rows = [row for row in config.crosswalk if row.source == passport.id]
    return Listing(f"code_of_{passport.id}", tuple(Line(row.written, row.code, row) for row in rows))


def at_sql(passport: Passport) -> str | None:
    """SQL of the time of a row (``t``); None where the source has none."""
    listed = ", ".join(f"t.{identifier(name)}::timestamp" for name in passport.time)
    return f"coalesce({listed})" if listed else None


def add_fields(con: Connection, passport: Passport, config: Config) -> str:
    """SQL of the fields of a reference file in ``typed`` (``t``), each as a column; refuses values of no line."""
    found = fields(passport, config)
    for field in found:
        field.listing.enumerate(con)
    at = at_sql(passport)
    if told := list(unlisted(con, passport, found, "typed", at)):
        raise SourceError("\n".join(told))
    return "".join(f", {field.value(at)} as {identifier(field.name)}" for field in found)


def unlisted(con: Connection, passport: Passport, found: Sequence[Field], table: str, at: str | None) -> Iterator[str]:
    """Tell of values that no line of texts.csv lists, a column at a time; *table*: all rows of the files, as read."""
    by_column: dict[str, list[Field]] = defaultdict(list)
    for field in found:
        by_column[field.column].append(field)
    for column, of_column in by_column.items():
        numbers = [field.number(at) for field in of_column]
        missing = ", ".join(f"bool_or({number} is null)" for number in numbers)
        any_missing = " or ".join(f"{number} is null" for number in numbers)
        text, day = of_column[0].text, at or "null"
        rows = con.execute(
            f"select {text} as said, count(*) as n, min({day})::date, max({day})::date, {missing} from {table} as t "
            f"where {any_missing} group by said order by n desc, said"
        ).fetchall()
        if rows:
            short = [field.name for place, field in enumerate(of_column) if any(row[4 + place] for row in rows)]
            lines = [line for field in of_column for line in field.listing.lines]
            values = [Value(str(said), n, first, last) for said, n, first, last, *_ in rows]
            what = f"{_counted(len(rows), 'value')} of column {column} that texts.csv does not list"
            yield (
                f"{passport.raw_files[0].file} holds {what} (source {passport.id}, {', '.join(short)}):\n"
                f"{told(values, lines, EMPTY)}\nAdd a line for each to texts.csv, with what it stands for, or (nothing)"
            )


@dataclass(frozen=True)
class Value:
    """A value that no line lists: as it stands in the file, its rows, and the first and last day of them."""

    text: str
    rows: int
    first: dt.date | None
    last: dt.date | None


def told(values: Sequence[Value], lines: Sequence[Line], empty: str, write: Callable[[str], str] = str) -> str:
    """Name values that no line lists, each with its rows and the line that may be meant.

    Parameters
    ----------
    empty : how a list writes a blank value
    write : how a list writes a value
    """
    listed: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if not line.is_pattern:
            listed[line.text].append(line)
    known = near.Known(text for text in listed if text)
    shown = [f"  {_one(value, listed, known, empty, write)}" for value in values[:LISTED]]
    more = [f"  and {len(values) - LISTED} more"] if len(values) > LISTED else []
    if any(value.text not in listed and known.same(value.text) for value in values):
        more.append("What is only written otherwise has to stand in the list as in the file")
    return "\n".join([*shown, *more])


def _one(
    value: Value, listed: dict[str, list[Line]], known: near.Known, empty: str, write: Callable[[str], str]
) -> str:
    rows = "1 row" if value.rows == 1 else f"{value.rows:,} rows"
    if value.text in listed:
        periods = " and ".join(_period(line.period) for line in dict.fromkeys(listed[value.text]))
        days = f", {value.first} to {value.last}" if value.first else ""
        return f"{near.shown(write(value.text))}: {rows}{days}, outside the period of its line ({periods})"
    if not value.text.strip(" "):
        return f"a blank value, to be written {empty}: {rows}"
    return f"{near.shown(write(value.text))}: {rows}{known.hint(value.text)}"


def _period(period: Spelling) -> str:
    if period.from_ and period.to:
        return f"{period.from_} to {period.to}"
    return f"from {period.from_}" if period.from_ else f"until {period.to}"


def unused(passport: Passport, listing: Listing, seen: set[int], said: str) -> Iterator[str]:
    """Tell of lines that hold in the period of a source and that no row of it has.

    Parameters
    ----------
    seen : numbers of the lines that rows have
    said : file and list, as ``texts.csv lists for setting``
    """
    spans = passport.observed.spans if passport.observed else ()
    idle = [
        near.shown(line.said)
        for number, line in enumerate(listing.lines, start=1)
        if number not in seen and (not spans or any(line.period.meets(*span) for span in spans))
    ]
    if idle:
        more = f" and {len(idle) - MOST_UNUSED:,} more" if len(idle) > MOST_UNUSED else ""
        yield (
            f"{said} {_counted(len(idle), 'value')} that no row of {passport.id} has: {', '.join(idle[:MOST_UNUSED])}"
            f"{more}. Correct each, give it a period, or take it out"
        )


def _counted(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number:,} {what}s"
