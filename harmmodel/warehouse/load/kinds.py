"""Kinds of raw files: how each is recognised, read by the database and checked, and how a place in it is named.

A new kind is one class here and its row in ``KINDS``; nothing else asks of which kind a file is.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from harmmodel.config import Passport
from harmmodel.errors import SourceError
from harmmodel.warehouse.load import casts, content, csv_text
from harmmodel.warehouse.load.geography import features, members
from harmmodel.warehouse.store.connection import Connection, identifier, literal, single

GLOB = re.compile(r"([\[*?])")


LARGEST_OUTLINES = 100_000_000  # bytes; held whole, in some ten times the memory
MOST_CELLS = 40_000_000_000  # of a Parquet file: 20 GB of text hold no more, and one value repeated takes a few bytes


@dataclass(frozen=True)
class Reading:
    """A file as SQL can read it: a table expression, its parameters and the types its columns come in."""

    sql: str
    parameters: dict[str, str | bool]
    types: dict[str, str]


class FileKind(ABC):
    """A kind of raw file. What is not overridden holds for a file that comes with types and is sound or unreadable."""

    suffix: ClassVar[str]
    own: ClassVar[frozenset[str]] = frozenset()  # columns that every file of this kind has; nobody need declare them
    # Whether values are read in their declared types at once; else they are cast, and may be of a wrong type.
    reads_declared: ClassVar[bool] = False

    def reads(self, path: Path) -> bool:
        """Say whether a file is of this kind."""
        return path.suffix.lower() == self.suffix

    @abstractmethod
    def columns(self, con: Connection, path: Path, passport: Passport) -> list[str]:
        """Return the names of a file's columns in order; an empty list for an empty file."""

    def header_hints(self, path: Path, passport: Passport, missing: list[str]) -> list[str]:
        """Say why the columns *missing* may not have been found."""
        return []

    def readable(self, path: Path, passport: Passport, folder: Path) -> Path:
        """Return what the database can read: the file itself, or a copy in *folder*."""
        return path

    @abstractmethod
    def reading(
        self, con: Connection, path: Path, passport: Passport, columns: list[str], *, sets_aside: bool
    ) -> Reading:
        """Describe how to read a file; *sets_aside*: whether what cannot be read is left out and listed."""

    def set_aside(self, passport: Passport) -> str | None:
        """SQL of place, column_name and why of what `reading` set aside; None: a file is read whole or not at all."""
        return None

    def counted(self, path: Path) -> int | None:
        """Count what `reconcile` needs beside the database, while that reads; None where the file counts itself."""
        return None

    def reconcile(self, path: Path, name: str, passport: Passport, rows: int, counted: int | None) -> None:
        """Refuse a file of which other rows were read than it holds; *rows*: read or set aside."""
        return

    def place(self, row: str) -> str:
        """SQL of the place of a row in the file, by which a person finds it; *row*: SQL of its number, from 1."""
        return f"'row ' || {row}"


class Csv(FileKind):
    """Text with separators, packed or not: whatever no other kind claims."""

    reads_declared = True

    def reads(self, path: Path) -> bool:
        """Say yes: text may bear any suffix."""
        return True

    def columns(self, con: Connection, path: Path, passport: Passport) -> list[str]:
        """Read the first line; a file that is no text of a table is told so."""
        content.refuse_other(path)
        return csv_text.header(path, passport)

    def header_hints(self, path: Path, passport: Passport, missing: list[str]) -> list[str]:
        """Name another sign that parts the columns, and the line further down in which the columns stand."""
        return list(csv_text.header_hints(path, passport, missing))

    def readable(self, path: Path, passport: Passport, folder: Path) -> Path:
        """Return the file, or a copy in UTF-8 when the passport names another encoding, or says where its rows are."""
        return csv_text.as_table(csv_text.as_utf8(path, passport, folder), path.name, passport, folder)

    def reading(
        self, con: Connection, path: Path, passport: Passport, columns: list[str], *, sets_aside: bool
    ) -> Reading:
        """Describe a strict reading in the declared types."""
        if sets_aside:
            con.execute("drop table if exists reject_errors; drop table if exists reject_scans")
        added = passport.table.adds if passport.table else {}
        types = {name: _csv_type(name, passport) for name in _distinct(columns[len(added) :])}
        listed = ", ".join(f"{literal(name)}: '{kind}'" for name, kind in types.items())
        sql = (
            "read_csv($path, auto_detect = false, header = true, delim = $delim, quote = '\"', escape = '\"', "
            f"strict_mode = true, null_padding = false, nullstr = '', columns = {{{listed}}}, store_rejects = $aside)"
        )
        if added:
            own = ", ".join(f"{literal(value)} as {identifier(name)}" for name, value in added.items())
            sql, types = f"(select {own}, * from {sql})", {**dict.fromkeys(added, "VARCHAR"), **types}
        return Reading(sql, {"path": pattern(path), "delim": passport.delimiter, "aside": sets_aside}, types)

    def set_aside(self, passport: Passport) -> str:
        """Name the lines of the file: neither their text nor a value, since columns nobody may read stand there."""
        above = passport.table.above if passport.table else 0
        return (
            f"select 'line ' || (line + {above}) as place, any_value(column_name order by column_name) as column_name, "
            "any_value(case when error_type = 'CAST' then 'cannot be read as ' "
            "|| regexp_extract(error_message, 'to ''([A-Z]+)''$', 1) else error_message end order by column_name) "
            "as why from reject_errors group by line"
        )

    def counted(self, path: Path) -> int:
        """Count the lines."""
        return csv_text.line_count(path)

    def reconcile(self, path: Path, name: str, passport: Passport, rows: int, counted: int | None) -> None:
        """Compare with the records as Python reads them: a quote that is not closed swallows rows in silence."""
        csv_text.reconcile(path, name, rows, counted or 0, passport.delimiter)


class Parquet(FileKind):
    """Columns with types of their own."""

    suffix = ".parquet"

    def reads(self, path: Path) -> bool:
        """Say whether the file begins so, or is called so and may be broken."""
        return content.is_parquet(path) or super().reads(path)

    def columns(self, con: Connection, path: Path, passport: Passport) -> list[str]:
        """Ask the file; what it says of its size is what is read."""
        rows, columns = single(
            con,
            "select num_rows, (select count(*) from parquet_schema($path)) from parquet_file_metadata($path)",
            {"path": str(path)},
        )
        _check_width(path, columns)
        if rows * columns > MOST_CELLS:
            raise SourceError(
                f"{path.name} holds {rows:,} rows of {columns:,} columns, over {MOST_CELLS:,} cells. Divide it"
            )
        return list(self.reading(con, path, passport, [], sets_aside=False).types)

    def reading(
        self, con: Connection, path: Path, passport: Passport, columns: list[str], *, sets_aside: bool
    ) -> Reading:
        """Describe a reading in the file's own types."""
        described = con.execute("describe select * from read_parquet($path)", {"path": pattern(path)}).fetchall()
        return Reading("read_parquet($path)", {"path": pattern(path)}, {str(row[0]): str(row[1]) for row in described})


class GeoJson(FileKind):
    """Outlines of units: a row per feature with its properties, ``geometry`` as GeoJSON text, and ``km2``."""

    suffix = ".geojson"
    own = frozenset({"geometry", "km2"})

    def reads(self, path: Path) -> bool:
        """Say whether the file is called so or .json, or holds JSON under another name."""
        return path.suffix.lower() in (self.suffix, ".json") or content.is_json(path)

    def columns(self, con: Connection, path: Path, passport: Passport) -> list[str]:
        """Return the names of all properties, and geometry; kind and length are looked at first."""
        content.refuse_other(path)
        if (size := path.stat().st_size) > LARGEST_OUTLINES:
            raise SourceError(
                f"{path.name} has {size:,} bytes; outlines of at most {LARGEST_OUTLINES:,} are read. Simplify them"
            )
        names = [*dict.fromkeys(key for feature in members(path) for key in feature["properties"]), "geometry"]
        _check_width(path, len(names))
        return names

    def reading(
        self, con: Connection, path: Path, passport: Passport, columns: list[str], *, sets_aside: bool
    ) -> Reading:
        """Describe a reading of the checked features."""
        con.register("feature_frame", features(path, repairs=passport.repair))
        described = con.execute("describe feature_frame").fetchall()
        return Reading("feature_frame", {}, {str(row[0]): str(row[1]) for row in described})


def _check_width(path: Path, columns: int) -> None:
    """Refuse a file of more columns than are read; each would be held for each row."""
    if columns > csv_text.MOST_COLUMNS:
        raise SourceError(
            f"{path.name} has {columns:,} columns; at most {csv_text.MOST_COLUMNS:,} are read. Leave out the rest"
        )


KINDS: tuple[FileKind, ...] = (Parquet(), GeoJson(), Csv())  # asked from the left; the last one reads whatever is left


def of(path: Path) -> FileKind:
    """Return the kind of a raw file.

    >>> [type(of(Path(name))).__name__ for name in ("a.parquet", "a.GeoJSON", "a.json", "a.csv.gz", "a.txt")]
    ['Parquet', 'GeoJson', 'GeoJson', 'Csv', 'Csv']
    """
    return next(kind for kind in KINDS if kind.reads(path))


def pattern(path: Path) -> str:
    """Return the pattern that only *path* fits: the database takes every path for a pattern.

    >>> pattern(Path("q[1]/a*.csv"))
    'q[[]1]/a[*].csv'
    """
    return GLOB.sub(r"[\1]", str(path))


def _distinct(columns: list[str]) -> list[str]:
    """Give each column a name of its own: one without a name, or with that of another, is called by its place.

    >>> _distinct(["", "area", "area"])
    ['column 1', 'area', 'column 3']
    """
    distinct: list[str] = []
    for place, name in enumerate(columns, start=1):
        if not name.strip() or name in distinct:
            name = f"column {place}"
            while name in columns:
                name += " "
        distinct.append(name)
    return distinct


def _csv_type(name: str, passport: Passport) -> str:
    """Type to parse a CSV column as: text where the passport does not read it or it is cast afterwards."""
    if name not in passport.columns or passport.is_text_first(name):
        return "VARCHAR"
    kind = passport.columns[name].type
    return "VARCHAR" if kind in casts.READ_AS_TEXT else casts.TYPES[kind]
