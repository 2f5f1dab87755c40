"""Reads one upload and ends: run as a process of its own, with limits of memory and time, since anyone may send a file.

What comes in stands on standard input: a line of JSON that says what is asked, then the bytes of the file. What goes
out is JSON: rows of text by sheet, or a fault. A process that needs more than it may is ended by the system, and
whoever started it says so.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sys
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from harmmodel.limits import TableLimits, TooMuch, read_csv

Table = list[list[str]]
BLOCK = 1 << 16
MOST_PARTS = 1_000  # of a workbook; one with three sheets has some ten
LARGEST_UNPACKED = 60_000_000  # bytes of what a workbook unpacks to
MOST_CELLS = 2_000_000  # of a workbook's sheet, empty ones too: the limits of rows and columns together
# What a damaged workbook makes its readers raise.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    LookupError,
    AttributeError,
    ValueError,
    TypeError,
    OSError,
    SyntaxError,
    NotImplementedError,
)


class Unreadable(ValueError):
    """A file is not what its name says."""


def tables(content: bytes, name: str, sheets: Sequence[str], limits: TableLimits) -> dict[str, Table]:
    """Return the cells of each of *sheets* that a workbook has, or of the one sheet that a CSV file is.

    Raises
    ------
    Unreadable
        When the file cannot be read at all.
    TooMuch
        When it holds more than the limits allow.
    """
    limits.check_bytes(len(content), name)
    return (_workbook if name.lower().endswith(".xlsx") else _csv)(content, name, sheets, limits)


def _csv(content: bytes, name: str, sheets: Sequence[str], limits: TableLimits) -> dict[str, Table]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{name}: byte {error.start} is not UTF-8. Save it as CSV UTF-8 or as xlsx") from None
    try:
        table = [cells for _, cells in read_csv(text, name, limits)]
    except csv.Error as error:
        raise Unreadable(f"{name} cannot be read as CSV: {error}. Save it as CSV UTF-8 again") from None
    # A file of groups is told by its own column; anything else is taken for assessments and its faults are named.
    is_groups = "groups" in sheets and bool(table) and "size_band" in [cell.strip() for cell in table[0]]
    return {"groups" if is_groups else sheets[-1]: table}


def _workbook(content: bytes, name: str, sheets: Sequence[str], limits: TableLimits) -> dict[str, Table]:
    from openpyxl import load_workbook  # takes a second to load, which CSV need not wait for

    try:
        _unpack_once(content, name)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = {}
        for title in sheets:
            if title in book.sheetnames:
                page = book[title]
                page.reset_dimensions()  # what a sheet says of its own size is not believed
                rows[title] = _cells(page.iter_rows(values_only=True), name, limits)
    except TooMuch:
        raise
    except DAMAGED as error:
        raise Unreadable(
            f"{name} cannot be read as an Excel workbook: {str(error)[:200]}. Fill in the template"
        ) from None
    if not rows:
        raise Unreadable(f"{name} has no sheet named {' or '.join(sheets)}. Fill in the template")
    return rows


def _unpack_once(content: bytes, name: str) -> None:
    """Count what the parts of a workbook unpack to, whatever its directory says, and keep none of it."""
    total = 0
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if len(packed.infolist()) > MOST_PARTS:
            raise TooMuch(f"{name} has over {MOST_PARTS:,} parts. Fill in the template")
        for part in packed.infolist():
            with packed.open(part) as stream:
                while block := stream.read(BLOCK):
                    total += len(block)
                    if total > LARGEST_UNPACKED:
                        raise TooMuch(f"{name} unpacks to over {LARGEST_UNPACKED:,} bytes. Split it")


def _cells(rows: Iterable[tuple[Any, ...]], name: str, limits: TableLimits) -> Table:
    table: Table = []
    seen = 0
    for number, row in enumerate(rows, start=1):
        seen += len(row)
        limits.check_row(number, 0, name)
        if seen > MOST_CELLS or any(value is not None for value in row[limits.columns :]):
            limits.check_row(number, limits.columns + 1, name)
        cells = [_written(value) for value in row[: limits.columns]]
        if any(len(cell) > limits.cell for cell in cells):
            raise TooMuch(f"{name}, row {number}: a cell has over {limits.cell:,} characters. Shorten it")
        table.append(cells)
    return table


def _written(value: object) -> str:
    """Write a cell as people would: a day without its time, a whole number without decimals."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def confine(memory: int, seconds: int) -> None:
    """Limit what this process may use, where the system can."""
    try:
        import resource
    except ImportError:  # Windows: whoever started the process ends it after a time
        return
    for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # macOS does not limit memory so
            continue


def main() -> None:
    """Answer what standard input asks."""
    asked = json.loads(sys.stdin.buffer.readline())
    confine(asked["memory"], asked["seconds"])
    try:
        limits = TableLimits(**asked["limits"])
        answer: dict[str, Any] = {"tables": tables(sys.stdin.buffer.read(), asked["name"], asked["sheets"], limits)}
    except (Unreadable, TooMuch) as error:
        answer = {"fault": str(error)}
    except (MemoryError, RecursionError) as error:
        answer = {"over": type(error).__name__}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
