"""Tables that are kept beside their tests, so that every change of a figure is seen in a review."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

HERE = Path(__file__).parent


def assert_kept(name: str, found: pd.DataFrame, update: bool) -> None:
    """Compare a table with the kept one, row by row; *update* keeps it anew.

    Draws go through log and exp, whose last digits differ between processors, so figures agree to six digits.
    """
    path = HERE / f"{name}.json"
    if update:
        path.write_text(_text(found), "utf-8")
    kept = json.loads(path.read_text("utf-8"))
    rows = _rows(found)
    assert list(found.columns) == kept["columns"]
    assert [row[0] for row in rows] == [row[0] for row in kept["rows"]], "the order of the rows"
    for row, before in zip(rows, kept["rows"], strict=True):
        for column, value, old in zip(kept["columns"], row, before, strict=True):
            same = pytest.approx(old, rel=1e-6, abs=1e-9) if isinstance(old, float | int) else old
            assert value == same, f"{row[0]}: {column}"


def _rows(found: pd.DataFrame) -> list[list[object]]:
    """Rows as JSON holds them; what is missing is null."""
    return [[None if pd.isna(cell) else cell for cell in row] for row in found.astype(object).to_numpy().tolist()]


def _text(found: pd.DataFrame) -> str:
    """One line for each row."""
    lines = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in _rows(found))
    return f'{{"columns": {json.dumps(list(found.columns))},\n "rows": [\n{lines}\n]}}\n'
