"""What lies in a file that nobody has described: its encoding, its separator, its columns and what is in them."""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from harmmodel.config import Passport
from harmmodel.errors import SourceError
from harmmodel.warehouse.intake import values
from harmmodel.warehouse.load import csv_text, files, kinds, personal
from harmmodel.warehouse.store.connection import Connection, identifier, loading

MOST_VALUES = 20_000  # different values of a column that are looked at; beyond, those that most rows have
TYPES = {"BOOLEAN": "boolean", "DATE": "date", "DOUBLE": "number", "FLOAT": "number", "VARCHAR": "text"}
ENCODINGS = ("utf-8", "cp1252", "latin-1")  # tried in this order; every byte is a letter of the last one


@dataclass(frozen=True)
class ColumnProfile:
    """A column as it is found.

    Attributes
    ----------
    counts : different values with the number of their rows, in order of that number; at most `MOST_VALUES`
    filled, distinct : rows with a value; different values
    read : how the values can be read
    is_personal : whether the heading points at a person
    """

    name: str
    counts: Mapping[str, int]
    filled: int
    distinct: int
    read: values.Found
    is_personal: bool


@dataclass(frozen=True)
class FileProfile:
    """A file as it is found: one passport is drafted for it, and for others of the same columns."""

    path: Path
    encoding: str
    delimiter: str
    rows: int
    columns: tuple[ColumnProfile, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Its headings in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> ColumnProfile:
        """Return the column of that heading."""
        return next(column for column in self.columns if column.name == name)

    @property
    def is_outlines(self) -> bool:
        """Whether its rows are outlines."""
        return "geometry" in kinds.of(self.path).own


@contextmanager
def _opened(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[Connection, list[str]]]:
    """Read a file into a table ``found`` of a database that is thrown away; yields it with the headings."""
    passport = Passport.model_construct(id="draft", encoding=encoding, delimiter=delimiter, columns={})
    with tempfile.TemporaryDirectory(prefix="harmmodel-add-") as folder, loading(Path(folder) / "add.duckdb") as con:
        header = files.column_names(con, path, passport)
        if not header:
            raise SourceError(f"{path.name} is empty: it has no header. Leave it out")
        if len(set(header)) != len(header):
            raise SourceError(f"{path.name}: a column name stands twice in the header. Rename one")
        _read(con, path, passport, header, Path(folder))
        yield con, header


def profile(path: Path) -> FileProfile:
    """Look at every row of a file.

    Raises
    ------
    SourceError
        When it is no file of a kind that can be read.
    """
    encoding, delimiter = "utf-8", ","
    if isinstance(kinds.of(path), kinds.Csv):
        encoding = _encoding(path)
        delimiter = _delimiter(path, encoding)
    with _opened(path, encoding, delimiter) as (con, header):
        rows = int(con.execute("select count(*) from found").fetchall()[0][0])
        own = kinds.of(path).own
        columns = tuple(_column(con, name) for name in header if name not in own)
        return FileProfile(path, encoding, delimiter, rows, columns)


def arrest_shares(file: FileProfile, code: str, arrest: str) -> dict[str, float]:
    """Return for each value of column *code* the share of its rows in which column *arrest* is true."""
    with _opened(file.path, file.encoding, file.delimiter) as (con, _):
        rows = con.execute(
            f"select {identifier(code)}::varchar as v, avg(case when lower(left({identifier(arrest)}::varchar, 1)) "
            "in ('t', 'y', '1') then 1.0 else 0.0 end) from found where v is not null group by v"
        ).fetchall()
    return {str(value): float(share) for value, share in rows}


def _encoding(path: Path) -> str:
    """Return the first encoding in which the whole file is text."""
    first = next(csv_text.blocks(path), b"")
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for name in ENCODINGS:
        decoder = codecs.getincrementaldecoder(name)("strict")
        try:
            for block in csv_text.blocks(path):
                decoder.decode(block)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            continue
        return name
    raise SourceError(f"{path.name} is no text")


def _delimiter(path: Path, encoding: str) -> str:
    """Ask the database which sign parts the cells; a comma where a file has one column."""
    passport = Passport.model_construct(id="sniffed", encoding=encoding, delimiter=",", columns={})
    with tempfile.TemporaryDirectory(prefix="harmmodel-add-") as folder, loading(Path(folder) / "add.duckdb") as con:
        readable = csv_text.as_utf8(path, passport, Path(folder))
        try:
            rows = con.execute("select Delimiter from sniff_csv($path)", {"path": kinds.pattern(readable)}).fetchall()
        except duckdb.Error as error:
            told = str(error).splitlines()[0][:200]
            raise SourceError(f"{path.name} cannot be read as text with separators: {told}. Replace it") from error
    return str(rows[0][0]) if rows and str(rows[0][0]) in ",;|\t" else ","


def _read(con: Connection, path: Path, passport: Passport, header: list[str], folder: Path) -> None:
    """Read a file into the table ``found``, as it comes; every cell of a text file as text."""
    kind = kinds.of(path)
    readable = kind.readable(path, passport, folder)
    reading = kind.reading(con, readable, passport, header, sets_aside=False)
    try:
        con.execute(f"create table found as select * from {reading.sql}", reading.parameters)
    except duckdb.Error as error:
        where = str(error).splitlines()[0][:200]
        raise SourceError(f"{path.name} cannot be read: {where}. Correct that line of the file") from error


def _column(con: Connection, name: str) -> ColumnProfile:
    quoted = identifier(name)
    (kind,), *_ = con.execute("select data_type from duckdb_columns() where table_name = 'found' and column_name = ?", [name]).fetchall()
    filled, distinct = con.execute(
        f"select count(*), count(distinct v) from (select {quoted}::varchar as v from found) where trim(v) <> ''"
    ).fetchall()[0]
    counted = con.execute(
        f"select {quoted}::varchar as v, count(*) as n from found where v is not null and trim(v) <> '' "
        f"group by v order by n desc, v limit {MOST_VALUES}"
    ).fetchall()
    counts = {str(value): int(n) for value, n in counted}
    typed = _of_type(str(kind))
    read = values.Found(typed) if typed and typed != "text" else values.found(counts)
    return ColumnProfile(name, counts, int(filled), int(distinct), read, personal.looks_personal(name))


def _of_type(kind: str) -> str:
    if kind.startswith("TIMESTAMP"):
        return "timestamp"
    if "INT" in kind:
        return "integer"
    return "number" if kind.startswith("DECIMAL") else TYPES.get(kind, "")
