"""CSV files as they lie on disk: their encoding, line ends and number of records, read without the database."""

from __future__ import annotations

import codecs
import csv
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import numpy as np

from harmmodel.config import Passport
from harmmodel.errors import SourceError

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
