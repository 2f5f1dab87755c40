"""Sheets that people fill: CSV or Excel in, rows of text with the address of each cell out; and the empty template."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from harmmodel.errors import AssessmentError

LARGEST = 5_000_000  # bytes of an upload
LARGEST_UNPACKED = 60_000_000  # bytes of what an upload unpacks to
MOST_ROWS = 20_000
MOST_COLUMNS = 100
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
)


@dataclass(frozen=True)
class SheetRow:
    """One filled row of a sheet: its number as people see it and its cells as text, by column name."""

    sheet: str
    number: int
    cells: dict[str, str]
    columns: tuple[str, ...]

    def address(self, column: str) -> str:
        """Return the address of a cell, such as ``assessments!C4``."""
        letter = get_column_letter(self.columns.index(column) + 1) if column in self.columns else "A"
        return f"{self.sheet}!{letter}{self.number}"


def read(content: bytes, name: str, sheets: Sequence[str]) -> dict[str, list[SheetRow]]:
    """Return the filled rows of each of *sheets*.

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
    if len(content) > LARGEST:
        raise AssessmentError(f"{name} has over {LARGEST:,} bytes. Split it")
    if name.lower().endswith(".xlsx"):
        return _workbook(content, name, sheets)
    text = _text(content, name)
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise AssessmentError(f"{name} cannot be read as CSV: {error}. Save it as CSV UTF-8 again") from None
    # A file of groups is told by its own column; anything else is taken for assessments and its faults are named.
    is_groups = "groups" in sheets and bool(table) and "size_band" in [cell.strip() for cell in table[0]]
    return {"groups" if is_groups else sheets[-1]: list(_rows("groups" if is_groups else sheets[-1], table))}


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AssessmentError(f"{name}: byte {error.start} is not UTF-8. Save it as CSV UTF-8 or as xlsx") from None


def _workbook(content: bytes, name: str, sheets: Sequence[str]) -> dict[str, list[SheetRow]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(item.file_size for item in packed.infolist()) > LARGEST_UNPACKED:
                raise AssessmentError(f"{name} unpacks to over {LARGEST_UNPACKED:,} bytes. Split it")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = {}
        for title in sheets:
            if title in book.sheetnames:
                rows[title] = list(_rows(title, _cells(book[title].iter_rows(values_only=True), name)))
    except DAMAGED as error:
        raise AssessmentError(f"{name} cannot be read as an Excel workbook: {error}. Fill in the template") from None
    if not rows:
        raise AssessmentError(f"{name} has no sheet named {' or '.join(sheets)}. Fill in the template")
    return rows


def _cells(rows: Iterator[tuple[object, ...]], name: str) -> list[list[str]]:
    table = []
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            raise AssessmentError(f"{name} has over {MOST_ROWS:,} rows. Split it")
        if any(value is not None for value in row[MOST_COLUMNS:]):
            raise AssessmentError(f"{name} has over {MOST_COLUMNS} columns. Fill in the template")
        table.append([_written(value) for value in row[:MOST_COLUMNS]])
    return table


def _written(value: object) -> str:
    """Write a cell as people would: a day without its time, a whole number without decimals."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


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
    book = Workbook()
    book.remove(book.active)
    for title, columns in sheets.items():
        page = book.create_sheet(title)
        page.append(list(columns))
        page.freeze_panes = "A2"
        for at, (name, values) in enumerate(columns.items(), start=1):
            letter = get_column_letter(at)
            page[f"{letter}1"].font = Font(bold=True)
            page.column_dimensions[letter].width = max(14, len(name) + 4)
            if values:
                _offer(page, letter, values)
    help_sheet = book.create_sheet("help")
    for row in help_rows:
        help_sheet.append(list(row))
    help_sheet.column_dimensions["A"].width, help_sheet.column_dimensions["B"].width = 28, 110
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _offer(page: object, letter: str, values: Sequence[str]) -> None:
    listed = ",".join(values)
    if len(listed) <= 250:  # the limit of a list written into a cell's rule
        rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
        page.add_data_validation(rule)  # type: ignore[attr-defined]
        rule.add(f"{letter}2:{letter}1000")
