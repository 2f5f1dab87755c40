"""CSV files as they lie on disk: their encoding, line ends and number of records, read without the database."""

from __future__ import annotations

import codecs
import csv
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import numpy as np

from harmmodel.config import Passport
from harmmodel.errors import SourceError
from harmmodel.warehouse.load import content

BLOCK = 1 << 20
NEWLINE = 10
LOOKED_AT = 20  # lines in which a header is looked for that is not in the first
DELIMITERS = {",": '","', ";": '";"', "\t": '"\\t"', "|": '"|"'}  # as a passport writes them
LONGEST_LINE = 10_000_000  # bytes
MOST_COLUMNS = 2_000  # the widest public files of offences and surveys have some hundred
# What a packed file may unpack to. All offences of a large country in twenty years are some 10 GB; a column of one
# value packs to a thousandth, tables of real records to a fifth or a twentieth. Small files may be as they like.
LARGEST_UNPACKED = 20_000_000_000  # bytes
MOST_TIMES = 250  # the size that is packed
ALWAYS_UNPACKED = 100_000_000  # bytes that are no burden, however small they were packed


def is_packed(path: Path) -> bool:
    """Say whether a file is packed with gzip, or is called so."""
    return content.is_gzip(path) or path.suffix.lower() == ".gz"


def opened(path: Path) -> IO[bytes]:
    """Open a file for reading bytes, unpacking it when it is gzipped, whatever it is called."""
    if is_packed(path):
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def blocks(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file in pieces, and count what a packed one unpacks to while it does.

    Raises
    ------
    SourceError
        When a packed file is broken, or unpacks to more than it may.
    """
    packed, total = path.stat().st_size, 0
    most = min(max(ALWAYS_UNPACKED, MOST_TIMES * packed), LARGEST_UNPACKED)
    with opened(path) as stream:
        while block := _block(stream, path):
            total += len(block)
            if total > most and is_packed(path):
                raise SourceError(
                    f"{path.name} has {packed:,} bytes and unpacks to over {most:,}. Records do not pack so small; get "
                    "the file again, or divide it into files of a passport's list"
                )
            yield block


def _block(stream: IO[bytes], path: Path) -> bytes:
    try:
        return stream.read(BLOCK)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SourceError(f"{path.name} cannot be unpacked: {error}. Get the file again") from error


def header(path: Path, passport: Passport) -> list[str]:
    """Return the column names of a CSV file, which its passport may give; an empty list for an empty file.

    Those that the passport adds stand first.

    Raises
    ------
    SourceError
        When the first line is not text in the passport's encoding, or is longer than any header.
    """
    encoding = "utf-8-sig" if codecs.lookup(passport.encoding).name == "utf-8" else passport.encoding
    first = next(blocks(path), b"")
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(first)
    except UnicodeDecodeError as error:
        head = first[: error.start].decode(encoding, "replace")
        if "\n" not in head and "\r" not in head:
            if (marked := content.encoding(path)) is not None:
                raise SourceError(
                    f"{path.name} begins with the mark of {marked}, and its passport says {passport.encoding}. Say "
                    f"encoding: {marked} there"
                ) from error
            raise SourceError(
                f"{path.name}: byte {error.start} of the header is not {passport.encoding}. Save the file as "
                f"{passport.encoding}, or correct encoding in its passport"
            ) from error
        text = head
    cells = _cut(text, path, passport, is_whole=len(first) < BLOCK)
    if passport.table is None or not cells:
        return cells
    if not passport.table.names:
        return [*passport.table.adds, *cells]
    if len(cells) != len(passport.table.names):
        raise SourceError(
            f"{path.name} line {passport.table.heading or 1} has {len(cells):,} columns and table.names of its "
            f'passport {len(passport.table.names):,} names. Give each column a name, or ""'
        )
    return [*passport.table.adds, *passport.table.names]


def header_hints(path: Path, passport: Passport, missing: list[str]) -> Iterator[str]:
    """Say where the columns *missing* may be: parted by another sign, or in a line below the first."""
    lines = next(blocks(path), b"").decode(passport.encoding, "replace").removeprefix("\ufeff").splitlines()[:LOOKED_AT]
    for sign, said in DELIMITERS.items():
        if sign != passport.delimiter and lines and set(missing) <= _cells(lines[0], sign):
            yield f"The columns are parted by another sign: say delimiter: {said} in sources/{passport.id}.yaml"
    for number, line in enumerate(lines[1:], start=2):
        if set(missing) <= _cells(line, passport.delimiter):
            yield f"They stand in line {number}: take out the lines above it"
            return


def _cells(line: str, sign: str) -> set[str]:
    """Return what stands between the signs of a line."""
    try:
        return set(next(csv.reader([line], delimiter=sign), []))
    except csv.Error:
        return set()


def _cut(text: str, path: Path, passport: Passport, *, is_whole: bool) -> list[str]:
    """Cut the line of headings into columns; its length and their number are looked at before."""
    above = max(passport.table.above, 0) if passport.table else 0
    line, *rest = text.splitlines()[above:] or [""]
    if not rest and not is_whole:
        raise SourceError(
            f"{path.name} has a header of over {BLOCK:,} bytes. Replace the file, or end its lines as text files do"
        )
    if (columns := line.count(passport.delimiter) + 1) > MOST_COLUMNS:
        raise SourceError(f"{path.name} has {columns:,} columns; at most {MOST_COLUMNS:,} are read. Leave out the rest")
    return next(csv.reader([line, *rest[:MOST_COLUMNS]], delimiter=passport.delimiter), [])


def as_utf8(path: Path, passport: Passport, folder: Path) -> Path:
    """Return the file itself, or a copy in *folder*: of one in another encoding as UTF-8, of a packed one unpacked.

    So whatever reads on meets plain bytes whose number is known.
    """
    copy = folder / f"{passport.id}.csv"
    if codecs.lookup(passport.encoding).name == "utf-8":
        return _unpacked(path, copy) if is_packed(path) else path
    decode = codecs.getincrementaldecoder(passport.encoding)("strict").decode
    try:
        with copy.open("w", encoding="utf-8", newline="") as target:
            for block in blocks(path):
                target.write(decode(block))
            target.write(decode(b"", True))
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path.name} is not {passport.encoding} ({error.reason}). Correct encoding in sources/{passport.id}.yaml"
        ) from error
    return copy


def as_table(path: Path, name: str, passport: Passport, folder: Path) -> Path:
    """Return a text in UTF-8 as its passport lays it out: one line of headings, then the rows. The file itself if so.

    Parameters
    ----------
    name : of the raw file, for messages

    Raises
    ------
    SourceError
        When no line begins as the first one below the rows is said to.
    """
    table = passport.table
    if table is None:
        return path
    copy = folder / f"{passport.id}-table.csv"
    is_ended = table.ends is None
    with path.open(encoding="utf-8-sig", newline="") as source, copy.open("w", encoding="utf-8", newline="") as target:
        for number, line in enumerate(source, start=1):
            if table.ends is not None and number > table.heading and line.startswith(table.ends):
                is_ended = True
                break
            if table.names and number == max(table.heading, 1):
                end = "\r\n" if line.endswith("\r\n") else "\n"  # the database refuses lines that end in two ways
                quoted = ['"' + name.replace('"', '""') + '"' for name in table.names]
                target.write(passport.delimiter.join(quoted) + end)
            if number > table.heading or (number == table.heading and not table.names):
                target.write(line)
    if not is_ended:
        raise SourceError(f"{name}: no line begins with {table.ends!r}. Correct table.ends in its passport")
    return copy


def _unpacked(path: Path, copy: Path) -> Path:
    with copy.open("wb") as target:
        target.writelines(blocks(path))
    return copy


def line_count(path: Path) -> int:
    """Count the lines of a file; a last one without a line end counts too. Meant to run beside the database."""
    lines, last = 0, b"\n"
    for block in blocks(path):
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
        lines = (line.decode("utf-8", "replace") for line in _measured(stream, name))
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            yield from (row for row in reader if row)
        except csv.Error as error:
            raise SourceError(
                f"{name} line {reader.line_num:,}: {error}. A quote is opened and not closed, or stands inside a "
                "value. Repair the file"
            ) from error


def _measured(stream: IO[bytes], name: str) -> Iterator[bytes]:
    """Yield the lines of a file; one is measured before it is held whole."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise SourceError(f"{name} line {number:,} has over {LONGEST_LINE:,} bytes. Repair the file")
        yield line
