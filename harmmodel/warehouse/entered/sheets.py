"""Sheets that people fill: CSV or Excel in, rows of text with the address of each cell out; and the empty template."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import harmmodel
from harmmodel.config import characters
from harmmodel.errors import AssessmentError
from harmmodel.limits import TableLimits, TooMuch
from harmmodel.warehouse.entered import apart

# openpyxl takes a while to load, which commands that handle no sheet need not wait for.
if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

# An upload: some hundred people who assess a hundred groups fill 20,000 rows of nine columns.
UPLOAD = TableLimits(bytes=5_000_000, rows=20_000, columns=100)
# What was entered before is our own file, which only grows; it is read here.
KEPT = TableLimits(bytes=200_000_000, rows=1_000_000, columns=100)
# A workbook of 20,000 rows takes some 6 seconds and 100 MB.
MEMORY = 1_000_000_000  # bytes of the process that reads an upload
SECONDS = 30  # of its processor's time
PATIENCE = 120  # seconds until it is ended, however little it did
LONGEST_CELL = 32_767  # characters; Excel's own limit
PLAIN = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True)
class SheetRow:
    """One filled row of a sheet: its number as people see it and its cells as text, by column name."""

    sheet: str
    number: int
    cells: dict[str, str]
    columns: tuple[str, ...]

    def address(self, column: str) -> str:
        """Return the address of a cell, such as ``assessments!C4``."""
        from openpyxl.utils import get_column_letter

        letter = get_column_letter(self.columns.index(column) + 1) if column in self.columns else "A"
        return f"{self.sheet}!{letter}{self.number}"


def read(content: bytes, name: str, sheets: Sequence[str]) -> dict[str, list[SheetRow]]:
    """Return the filled rows of each of *sheets* of an upload, which is read in a process of its own.

    Parameters
    ----------
    content : an Excel workbook with sheets of these names, or one CSV file for the sheet that its header fits
    name : file name; the ending tells which
    sheets : names of the sheets that are read; others, such as the help, are not

    Raises
    ------
    AssessmentError
        When the file is too large or cannot be read at all.
    """
    try:
        UPLOAD.check_bytes(len(content), name)
    except TooMuch as error:
        raise AssessmentError(str(error)) from None
    asked = {
        "name": name,
        "sheets": list(sheets),
        "limits": asdict(UPLOAD),
        "memory": MEMORY,
        "seconds": SECONDS,
    }
    answer = _asked_apart(json.dumps(asked).encode() + b"\n" + content)
    if answer is None or "over" in answer:
        raise AssessmentError(
            f"{name} needs more than {MEMORY // 1_000_000:,} MB or {SECONDS} seconds to be read, as no filled template "
            "does. Copy its rows into a new template"
        )
    if "fault" in answer:
        raise AssessmentError(str(answer["fault"]))
    return {title: list(_rows(title, table)) for title, table in answer["tables"].items()}


def _asked_apart(question: bytes) -> dict[str, Any] | None:
    """Return what a process of its own answers, or None when it was ended before it could."""
    home = str(Path(harmmodel.__file__).resolve().parent.parent)
    known = os.environ.get("PYTHONPATH")
    # Mathematics that nobody asks for would take memory for each processor.
    quiet = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    own = {**os.environ, **quiet, "PYTHONPATH": os.pathsep.join(filter(None, (home, known)))}
    command = [sys.executable, "-P", "-m", apart.__name__]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and nothing of the upload is in the command
            command, input=question, capture_output=True, timeout=PATIENCE, env=own, check=False
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None
    return answer


def kept(content: bytes, name: str, sheet: str) -> list[SheetRow]:
    """Return the rows of what was entered before.

    Raises
    ------
    AssessmentError
        When the file is not as it was written.
    """
    try:
        return list(_rows(sheet, apart.tables(content, name, (sheet,), KEPT)[sheet]))
    except (apart.Unreadable, TooMuch) as error:
        raise AssessmentError(str(error)) from None


def _rows(sheet: str, table: list[list[str]]) -> Iterator[SheetRow]:
    columns = tuple(cell.strip() for cell in table[0]) if table else ()
    if not table:
        yield SheetRow(sheet, 1, {}, ())
    for number, row in enumerate(table[1:], start=2):
        if any(cell.strip() for cell in row):
            cells = {name: row[at].strip() if at < len(row) else "" for at, name in enumerate(columns)}
            yield SheetRow(sheet, number, cells, columns)


def template(sheets: Mapping[str, Mapping[str, Sequence[str]]], help_rows: Sequence[Sequence[str]]) -> bytes:
    """Return an empty workbook: a sheet per table with its columns, lists to choose from, and a sheet of help.

    Parameters
    ----------
    sheets : sheet → column → values to choose from, empty where anything may stand
    help_rows : rows of the sheet ``help``
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    for title, columns in sheets.items():
        page = book.create_sheet(title)
        page.freeze_panes = "A2"
        for at, (name, values) in enumerate(columns.items(), start=1):
            letter = get_column_letter(at)
            _put(page, 1, at, name).font = Font(bold=True)
            page.column_dimensions[letter].width = max(14, len(name) + 4)
            if values:
                _offer(page, letter, values)
    help_sheet = book.create_sheet("help")
    for number, row in enumerate(help_rows, start=1):
        for at, text in enumerate(row, start=1):
            _put(help_sheet, number, at, text)
    help_sheet.column_dimensions["A"].width, help_sheet.column_dimensions["B"].width = 28, 110
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _put(page: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write text into a cell, the one way in which any gets there: as text whatever it begins with, never a formula."""
    from openpyxl.cell.cell import TYPE_STRING

    cell = page.cell(row, column, characters.visible(text)[:LONGEST_CELL])
    cell.data_type = TYPE_STRING  # what begins with = was taken for a formula, and #N/A for an error
    cell.quotePrefix = True  # so that it stays text when somebody edits the cell
    return cell


def _offer(page: Worksheet, letter: str, values: Sequence[str]) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    listed = ",".join(values)
    # A rule is a formula too: what would end its text or part its list is not offered, and can still be typed.
    is_plain = all(PLAIN.fullmatch(value) for value in values)
    if is_plain and len(listed) <= 250:  # the limit of a list written into a cell's rule
        rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
        page.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}1000")
