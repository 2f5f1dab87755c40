"""How much work a file may ask for: limits on rows, columns and cells beside those on bytes, and CSV read within them.

Light on purpose: an upload is read in a process of its own, which starts with this module and little else.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass


class TooMuch(ValueError):
    """A file asks for more work than a table that people write can need."""


@dataclass(frozen=True)
class TableLimits:
    """How large a table may be. Cells are counted while they are read, empty ones too.

    A table within its limits is read in a time and a memory that grow with its bytes alone.
    """

    bytes: int
    rows: int
    columns: int
    cell: int = 20_000  # characters; the longest text that may be entered anywhere has 4,000

    def check_bytes(self, size: int, name: str) -> None:
        """Refuse what is too large before anything of it is read."""
        if size > self.bytes:
            raise TooMuch(f"{name} has over {self.bytes:,} bytes. Split it")

    def check_row(self, number: int, cells: int, name: str) -> None:
        """Refuse a row as soon as it is seen; *cells*: how many it has."""
        if number > self.rows + 1:  # the header is no row
            raise TooMuch(f"{name} has over {self.rows:,} rows. Split it")
        if cells > self.columns:
            raise TooMuch(f"{name} has over {self.columns:,} columns, in row {number}. Leave out what is not asked for")


def read_csv(text: str, name: str, limits: TableLimits) -> list[tuple[int, list[str]]]:
    """Return the rows of a CSV text, each with the number of the line on which it ends.

    Raises
    ------
    TooMuch
        When there are more rows, columns or characters in a cell than the limits allow.
    csv.Error
        When it is no CSV.
    """
    limits.check_bytes(len(text), name)
    rows: list[tuple[int, list[str]]] = []
    # A record is cut into cells at once, so a line is measured first: no cell and no row within the limits is longer.
    longest = limits.columns * (limits.cell + 3)
    lines = io.StringIO(text, newline="")
    reader = csv.reader((_measured(line, name, limits, longest) for line in lines), strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            limits.check_row(number, len(cells), name)
            if any(len(cell) > limits.cell for cell in cells):
                raise TooMuch(f"{name}, row {number}: a cell has over {limits.cell:,} characters. Shorten it")
            rows.append((reader.line_num, cells))
    except csv.Error as error:
        raise csv.Error(f"line {reader.line_num}: {error}") from None
    return rows


def by_name(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return a row by the names in the header; what is missing at its end is left out.

    >>> by_name(["a", "b"], ["1"])
    {'a': '1'}
    """
    return dict(zip(header, cells, strict=False))


def _measured(line: str, name: str, limits: TableLimits, longest: int) -> str:
    # Every comma may begin a cell; where they stand inside quotes, a table that people write still has not so many.
    if len(line) > longest or line.count(",") > limits.columns + limits.cell:
        raise TooMuch(f"{name} has a line of {len(line):,} characters with {line.count(','):,} commas. Split it")
    return line
