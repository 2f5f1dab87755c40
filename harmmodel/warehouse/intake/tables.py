"""Tables as CSV: raw rows as they were got, lines of config, and failing rows, of which no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

from harmmodel.config import characters


def put(stream: IO[str], header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write rows as they are."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)


def of_config(header: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return lines of config as the text of a CSV."""
    text = io.StringIO(newline="")
    put(text, header, ([_cell(row.get(key)) for key in header] for row in rows))
    return text.getvalue()


def for_reading(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows as the text of a CSV that people open: no cell is taken for a formula."""
    text = io.StringIO(newline="")
    put(text, header, ([f"'{cell}" if characters.begins_formula(cell) else cell for cell in row] for row in rows))
    return text.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
