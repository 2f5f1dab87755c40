"""What lies in a file that nobody has described: its encoding, its separator, its columns and what is in them.

A column whose heading points at a person, or that a known layout ignores, is not read at all.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from harmmodel.config import Passport
from harmmodel.config.drafts.layouts import Layout
from harmmodel.config.rows.table import Table
from harmmodel.errors import SourceError
from harmmodel.warehouse.intake import framing, values
from harmmodel.warehouse.intake.framing import PLAIN
from harmmodel.warehouse.intake.unpack import Given
from harmmodel.warehouse.load import content, files, geography, kinds, personal
from harmmodel.warehouse.store.connection import Connection, identifier, literal, loading

MOST_VALUES = 20_000  # different values of a column that are looked at; beyond, those that most rows have
TYPES = {"BOOLEAN": "boolean", "DATE": "date", "DOUBLE": "number", "FLOAT": "number", "VARCHAR": "text"}
LABEL = re.compile(
    r"^(?:label|nombre|nome|nom|gen|community|district|neighbou?rhood)$|(?:name|nm)$", re.IGNORECASE
)  # GEN is the name in the outlines of Germany, LSOA11NM in those of England
# Headings that end in name and are those of areas or agencies, in a file of any kind.
OF_AREAS = re.compile(
    r"^(?:pub[ _])?(?:state|county|province|region|district|division|department|municipality|city|town|borough|ward|"
    r"agency|force|precinct|beat|sector|area|neighbou?rhood|community|parish|lsoa|msoa|lad)[ _-]?(?:name|nm)$",
    re.IGNORECASE,
)
RESIDENTS = re.compile(r"resident|popul|inhabit|habitant|poblaci|pop\b|persons|einwohner", re.IGNORECASE)
EDGE = 0.001  # share of the numbers at either end that may lie anywhere


@dataclass(frozen=True)
class ColumnProfile:
    """A column as it is found.

    Attributes
    ----------
    counts : different values with the number of their rows, in order of that number; at most `MOST_VALUES`
    filled, distinct : rows with a value; different values
    read : how the values can be read
    days : of a column of times the rows of each day
    edges : of a column of numbers the ends of nearly all of them, 0 left aside
    """

    name: str
    counts: Mapping[str, int]
    filled: int
    distinct: int
    read: values.Found
    days: Mapping[dt.date, int] = field(default_factory=dict)
    edges: tuple[float, float] | None = None


@dataclass(frozen=True)
class Widened:
    """Columns of a file that become rows: their headings go into one column, their counts into another.

    Attributes
    ----------
    form : how headings that are months or years are written; None: they are offences
    """

    columns: tuple[str, ...]
    heading: str
    value: str
    form: str | None = None


@dataclass(frozen=True)
class FileProfile:
    """A file as it is found: one passport is drafted for it, and for others of the same columns.

    Attributes
    ----------
    headings : every heading as it stands in the file, in order
    columns : those that were looked at
    personal : headings that point at a person; they were not read
    table : where its rows lie, where that is not below one line of headings
    crossing : numbers of its outlines that cross themselves
    wide : its columns that become rows; what stands above is then of these rows
    """

    given: Given
    encoding: str
    delimiter: str
    rows: int
    headings: tuple[str, ...]
    columns: tuple[ColumnProfile, ...]
    personal: tuple[str, ...]
    layout: Layout | None
    table: Table | None = None
    crossing: tuple[str, ...] = ()
    wide: Widened | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The headings of the columns that were looked at."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> ColumnProfile:
        """Return the column of that heading."""
        return next(column for column in self.columns if column.name == name)

    @property
    def is_outlines(self) -> bool:
        """Whether its rows are outlines."""
        return "geometry" in kinds.of(self.given.path).own


@contextmanager
def opened(
    path: Path, encoding: str, delimiter: str, wanted: Sequence[str] | None = None, table: Table | None = None
) -> Iterator[Connection]:
    """Read columns of a file into a table ``found`` of a database that is thrown away, every cell of a text as text."""
    passport = as_passport("draft", encoding, delimiter, table)
    with tempfile.TemporaryDirectory(prefix="harmmodel-add-") as folder, loading(Path(folder) / "add.duckdb") as con:
        header = files.column_names(con, path, passport)
        kind = kinds.of(path)
        readable = kind.readable(path, passport, Path(folder))
        reading = kind.reading(con, readable, passport, header, sets_aside=False)
        chosen = ", ".join(map(identifier, wanted)) if wanted else "1 as nothing"
        try:
            source = reading.sql
            con.execute(f"create table found as select {chosen} from {source}", reading.parameters)
        except duckdb.Error as error:
            where = str(error).splitlines()[0][:120]
            raise SourceError(f"{path.name} cannot be read: {where}. Correct that line of the file") from error
        yield con


@contextmanager
def opened_as(file: FileProfile, names: Sequence[str]) -> Iterator[Connection]:
    """Read columns of a file that was looked at, with a row for each column that becomes one, as `opened` does."""
    wide = file.wide
    made = (wide.heading, wide.value) if wide else ()
    wanted = [*(name for name in names if name not in made), *(wide.columns if wide else ())]
    with opened(file.given.path, file.encoding, file.delimiter, wanted, file.table) as con:
        if wide is not None:
            kept = "".join(f"{identifier(name)}, " for name in wanted if name not in wide.columns)
            cells = ", ".join(f"{{h: {literal(name)}, v: {identifier(name)}::varchar}}" for name in wide.columns)
            con.execute("alter table found rename to broad")
            con.execute(
                f"create table found as select {kept}cell_.h as {identifier(wide.heading)}, cell_.v as "
                f"{identifier(wide.value)} from (select {kept}unnest([{cells}]) as cell_ from broad)"
            )
        yield con


def anew(file: FileProfile, names: Sequence[str], day_first: bool | None) -> FileProfile:
    """Look at columns of a file once more, as what is known of it by now says."""
    wide = file.wide
    with opened_as(file, names) as con:
        columns = [_column(con, name, day_first) for name in names]
        if wide is not None and wide.form is not None:
            read = values.Found("text" if wide.form == "%m" else "date", wide.form)
            columns = [
                replace(c, read=read, edges=None, days=_days(con, c.name, read) if read.type == "date" else {})
                if c.name == wide.heading
                else c
                for c in columns
            ]
    return replace(file, columns=tuple(columns))


def as_passport(name: str, encoding: str, delimiter: str, table: Table | None = None) -> Passport:
    """Return as much of a passport as reading a text file, or outlines of any kind, asks for."""
    encoding = "utf-8" if encoding == PLAIN else encoding
    return Passport.model_construct(
        id=name, encoding=encoding, delimiter=delimiter, table=table, repair=True, columns={}
    )


def profile(
    given: Given,
    layouts: Mapping[str, Layout],
    day_first: bool | None = None,
    *,
    tells_residents: bool = False,
) -> FileProfile:
    """Look at every row of the columns of a file that may be read.

    Parameters
    ----------
    day_first : how 03/04/2024 is meant; None: not said
    tells_residents : whether somebody says that it lists units with their residents: then Name is that of a unit

    Raises
    ------
    SourceError
        When it is no file of a kind that can be read.
    """
    path, encoding, delimiter, table = given.path, "utf-8", ",", None
    if isinstance(kinds.of(path), kinds.Csv):
        content.refuse_other(path)
        encoding, delimiter = framing.read_as(path)
        table = framing.found(path, encoding, delimiter)
    header = headings(path, encoding, delimiter, table)
    if not header:
        raise SourceError(f"{path.name} is empty: it has no header. Leave it out")
    layout = recognised(header, layouts)
    own = kinds.of(path).own
    person = tuple(h for h in header if h.strip() and personal.looks_personal(h))
    # An outline is called by its own name, and so is a unit in a table of units.
    named = {h for h in person if (own or tells_residents) and LABEL.search(h)}
    of_areas = named | {h for h in person if OF_AREAS.match(h) or (tells_residents and RESIDENTS.search(h))}
    unread = {*own, *person} - of_areas
    usable = [h for h in header if h.strip() and header.count(h) == 1 and h not in unread]
    if layout is not None:
        known = set(layout.passport.get("columns", {}))
        person, usable = tuple(h for h in person if h not in known), [h for h in header if h in known]
    with opened(path, encoding, delimiter, usable, table) as con:
        rows = int(con.execute("select count(*) from found").fetchall()[0][0])
        if not rows:
            raise SourceError(f"{path.name} has headings and no row. Leave it out")
        columns = tuple(_column(con, name, day_first) for name in usable)
    shown = tuple(h for h in header if h not in own)
    crossing = tuple(geography.crossing(path)) if isinstance(kinds.of(path), kinds.GeoJson) else ()
    return FileProfile(given, encoding, delimiter, rows, shown, columns, person, layout, table, crossing)


def recognised(header: Sequence[str], layouts: Mapping[str, Layout]) -> Layout | None:
    """Return the layout all of whose headings a file has; of several the one that asks for most."""
    have = set(header)
    known = [item for item in layouts.values() if item.recognise]
    met = [item for item in known if set(item.recognise) <= have and not set(item.lacks) & have]
    return max(met, key=lambda item: (len(item.recognise), item.id), default=None)


def together(found: Sequence[FileProfile], day_first: bool | None = None) -> FileProfile:
    """Return several files of the same columns as if they were one."""
    if len(found) == 1:
        return found[0]
    distinct = _distinct(found)
    return replace(
        found[0],
        rows=sum(file.rows for file in found),
        columns=tuple(_merged(found, name, day_first, distinct.get(name)) for name in found[0].names),
    )


def _distinct(found: Sequence[FileProfile]) -> dict[str, int]:
    """Count the different values in all files together, of columns that have more of them than are looked at.

    Values are told apart by a 64-bit hash: of ten million, two share one by chance three times in a million.
    """
    held = {name: [file.column(name) for file in found] for name in found[0].names}
    many = [name for name, columns in held.items() if any(c.distinct > len(c.counts) for c in columns)]
    hashes: dict[str, list[NDArray[np.uint64]]] = {name: [] for name in many}
    for file in found if many else ():
        with opened_as(file, many) as con:
            for name in many:
                text = f"{identifier(name)}::varchar"
                sql = f"select distinct hash({text}) as h from found where trim({text}) <> ''"
                hashes[name].append(np.asarray(con.execute(sql).fetchnumpy()["h"], dtype=np.uint64))
    return {name: len(np.unique(np.concatenate(parts))) for name, parts in hashes.items()}


def _merged(found: Sequence[FileProfile], name: str, day_first: bool | None, distinct: int | None) -> ColumnProfile:
    columns = [file.column(name) for file in found]
    counts, days = Counter[str](), Counter[dt.date]()
    for column in columns:
        counts.update(column.counts)
    filled = [column for column in columns if column.filled] or columns
    read = values.found(counts, day_first) if filled[0].read.is_written else filled[0].read
    for file, column in zip(found, columns, strict=True):
        # What one file leaves open another may tell.
        is_dated = read.type in ("date", "timestamp")
        days.update(column.days if column.read.form == read.form or not is_dated else _days_anew(file, name, read))
    ends = [column.edges for column in columns if column.edges]
    return ColumnProfile(
        name=name,
        counts=dict(counts.most_common(MOST_VALUES)),
        filled=sum(column.filled for column in columns),
        distinct=len(counts) if distinct is None else distinct,
        read=read,
        days=dict(sorted(days.items())),
        edges=(min(low for low, _ in ends), max(high for _, high in ends)) if ends else None,
    )


def _days_anew(file: FileProfile, name: str, read: values.Found) -> dict[dt.date, int]:
    with opened_as(file, [name]) as con:
        return _days(con, name, read)


def headings(path: Path, encoding: str, delimiter: str, table: Table | None = None) -> list[str]:
    """Return the headings of a file in order."""
    with tempfile.TemporaryDirectory(prefix="harmmodel-add-") as folder, loading(Path(folder) / "head.duckdb") as con:
        return files.column_names(con, path, as_passport("draft", encoding, delimiter, table))


def _column(con: Connection, name: str, day_first: bool | None) -> ColumnProfile:
    quoted = identifier(name)
    kind = str(con.execute(f"select typeof({quoted}) from found limit 1").fetchall()[0][0]) if _has_rows(con) else ""
    filled, distinct = con.execute(
        f"select count(*), count(distinct v) from (select {quoted}::varchar as v from found) where trim(v) <> ''"
    ).fetchall()[0]
    counted = con.execute(
        f"select {quoted}::varchar as v, count(*) as n from found where v is not null and trim(v) <> '' "
        f"group by v order by n desc, v limit {MOST_VALUES}"
    ).fetchall()
    counts = {str(value): int(n) for value, n in counted}
    typed = _of_type(kind)
    zoned = "TIME ZONE" in kind
    read = (
        values.Found(typed, is_written=False, is_zoned=zoned, is_whole=typed == "integer")
        if typed and typed != "text"
        else values.found(counts, day_first)
    )
    days = _days(con, name, read) if read.type in ("date", "timestamp") else {}
    edges = _edges(con, name, read) if read.type in ("number", "integer") else None
    return ColumnProfile(name, counts, int(filled), int(distinct), read, days, edges)


def _has_rows(con: Connection) -> bool:
    return bool(con.execute("select 1 from found limit 1").fetchall())


def moment(name: str, read: values.Found) -> str:
    """SQL of the time in a column, null where it cannot be read."""
    text = f"trim({identifier(name)}::varchar)"
    return f"try_strptime({text}, {literal(read.form)})" if read.form else f"try_cast({text} as timestamp)"


def number(name: str, read: values.Found) -> str:
    """SQL of the number in a column, null where it cannot be read."""
    text = f"trim({identifier(name)}::varchar)"
    text = f"replace({text}, {literal(read.thousands)}, '')" if read.thousands else text
    text = f"replace({text}, {literal(read.decimal)}, '.')" if read.decimal else text
    return f"try_cast({text} as double)"


def _days(con: Connection, name: str, read: values.Found) -> dict[dt.date, int]:
    rows = con.execute(
        f"select day_, count(*) from (select {moment(name, read)}::date as day_ from found) "
        "where day_ is not null group by day_ order by day_"
    ).fetchall()
    return {day: int(n) for day, n in rows}


def _edges(con: Connection, name: str, read: values.Found) -> tuple[float, float] | None:
    low, high = con.execute(
        "select quantile_disc(v, $low), quantile_disc(v, $high) "
        f"from (select {number(name, read)} as v from found) where v <> 0",
        {"low": EDGE, "high": 1 - EDGE},
    ).fetchall()[0]
    return None if low is None else (float(low), float(high))


def _of_type(kind: str) -> str:
    if kind.startswith("TIMESTAMP"):
        return "timestamp"
    if "INT" in kind:
        return "integer"
    return "number" if kind.startswith("DECIMAL") else TYPES.get(kind, "")
