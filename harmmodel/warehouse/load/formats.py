"""CSV files as they lie on disk: their encoding, line ends and number of records, read without the database."""

from __future__ import annotations

import codecs
import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import numpy as np

from harmmodel.config import Passport
from harmmodel.config.passport import Column
from harmmodel.errors import SourceError
from harmmodel.warehouse.load.geography import features
from harmmodel.warehouse.store.connection import Connection, identifier, literal

BLOCK = 1 << 20
NEWLINE = 10
LONGEST_LINE = 10_000_000  # bytes


def opened(path: Path) -> IO[bytes]:
    """Open a file for reading bytes, unpacking it when it is gzipped."""
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def header(path: Path, passport: Passport) -> list[str]:
    """Return the column names of a CSV file; an empty list for an empty file.

    Raises
    ------
    SourceError
        When the first line is not text in the passport's encoding.
    """
    encoding = "utf-8-sig" if codecs.lookup(passport.encoding).name == "utf-8" else passport.encoding
    with opened(path) as stream:
        first = stream.read(BLOCK)
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(first)
    except UnicodeDecodeError as error:
        head = first[: error.start].decode(encoding, "replace")
        if "\n" not in head and "\r" not in head:
            raise SourceError(
                f"{path.name}: byte {error.start} of the header is not {passport.encoding}. Save the file as "
                f"{passport.encoding}, or correct encoding in its passport"
            ) from error
        text = head
    return next(csv.reader(text.splitlines(), delimiter=passport.delimiter), [])


def as_utf8(path: Path, passport: Passport, folder: Path) -> Path:
    """Return the file itself, or a UTF-8 copy in *folder* when the passport names another encoding."""
    if codecs.lookup(passport.encoding).name == "utf-8":
        return path
    copy = folder / f"{passport.id}.csv"
    decode = codecs.getincrementaldecoder(passport.encoding)("strict").decode
    try:
        with opened(path) as source, copy.open("w", encoding="utf-8", newline="") as target:
            while block := source.read(BLOCK):
                target.write(decode(block))
            target.write(decode(b"", True))
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path.name} is not {passport.encoding} ({error.reason}). Correct encoding in sources/{passport.id}.yaml"
        ) from error
    return copy


def line_count(path: Path) -> int:
    """Count the lines of a file; a last one without a line end counts too. Meant to run beside the database."""
    with opened(path) as stream:
        lines, last = 0, b"\n"
        while block := stream.read(BLOCK):
            lines += int(np.count_nonzero(np.frombuffer(block, dtype=np.uint8) == NEWLINE))  # thrice as fast as count
            last = block[-1:]
    return lines + (last != b"\n")


def reconcile(readable: Path, name: str, counted: int, lines: int, delimiter: str) -> None:
    """Compare the rows read or rejected with the records of the file, counted without the database.

    One quote that is opened and never closed would otherwise swallow every row after it in silence.

    Parameters
    ----------
    lines : of the file, from `line_count`; only where they are not header and rows are the records counted

    Raises
    ------
    SourceError
        When the two differ.
    """
    if lines - 1 == counted:
        return
    records = sum(1 for _ in _records(readable, name, delimiter)) - 1
    if records != counted:
        raise SourceError(
            f"{name} holds {records:,} records but {counted:,} were read. A quote may be opened and not closed, or "
            "line ends are mixed. Repair the file"
        )


def _records(path: Path, name: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the records of a CSV file that are not blank, as Python reads them."""
    csv.field_size_limit(LONGEST_LINE)
    with opened(path) as stream:
        reader = csv.reader((line.decode("utf-8", "replace") for line in stream), delimiter=delimiter, strict=True)
        try:
            yield from (row for row in reader if row)
        except csv.Error as error:
            raise SourceError(
                f"{name} line {reader.line_num:,}: {error}. A quote is opened and not closed, or stands inside a "
                "value. Repair the file"
            ) from error


TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
}


@dataclass(frozen=True)
class Source:
    """A file as SQL can read it: a table expression, its parameters and the types it comes in."""

    sql: str
    parameters: dict[str, str | bool]
    types: dict[str, str]


def is_csv(path: Path) -> bool:
    """Say whether a file is read as text with separators, packed or not."""
    return path.suffix not in (".parquet", ".geojson")


def source(con: Connection, path: Path, passport: Passport, columns: list[str], *, sets_aside: bool) -> Source:
    """Describe how to read a file; *sets_aside*: whether lines of a CSV file that cannot be read are left out."""
    if path.suffix == ".geojson":
        con.register("feature_frame", features(path))
        found = con.execute("describe feature_frame").fetchall()
        return Source("feature_frame", {}, {str(row[0]): str(row[1]) for row in found})
    if path.suffix == ".parquet":
        found = con.execute("describe select * from read_parquet($path)", {"path": str(path)}).fetchall()
        return Source("read_parquet($path)", {"path": str(path)}, {str(row[0]): str(row[1]) for row in found})
    types = {name: _csv_type(name, passport) for name in columns}
    listed = ", ".join(f"{literal(name)}: '{kind}'" for name, kind in types.items())
    sql = (
        "read_csv($path, auto_detect = false, header = true, delim = $delim, quote = '\"', escape = '\"', "
        f"strict_mode = true, null_padding = false, nullstr = '', columns = {{{listed}}}, store_rejects = $aside)"
    )
    return Source(sql, {"path": str(path), "delim": passport.delimiter, "aside": sets_aside}, types)


def _csv_type(name: str, passport: Passport) -> str:
    """Type to parse a CSV column as: text where the passport does not read it or it is cast afterwards."""
    is_text = name not in passport.columns or passport.is_text_first(name)
    return "VARCHAR" if is_text else TYPES[passport.columns[name].type]


def typed(name: str, column: Column, found: str) -> str:
    """SQL that reads a column in its declared type; just its name where it has that type already."""
    quoted, wanted = identifier(name), TYPES[column.type]
    if column.format:
        return f"try_strptime({quoted}::varchar, {literal(column.format)})::{wanted}"
    return quoted if found == wanted else f"try_cast({quoted} as {wanted})"
