"""How a text file is written, and where its rows begin and end: titles above its headings, notes below."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from harmmodel.config.rows.table import Table
from harmmodel.errors import SourceError
from harmmodel.warehouse.intake import values
from harmmodel.warehouse.load import content, csv_text

HEAD = 65_536  # bytes that are looked at
LINES = 300
RULE = re.compile(r"_{3,}")  # the line by which offices of statistics part rows from notes
TOTAL = re.compile(r"(?:grand |sub)?(?:total|totals|sum|summe|gesamt|insgesamt|ensemble)\b", re.IGNORECASE)
NUMBER = re.compile(r"[+-]?[0-9][0-9.,' ]*%?|[.–-]|x")
MOSTLY = 0.8  # share of the first lines; titles and notes may stand above and below a table
PLAIN = "us-ascii"  # every encoding reads such a file alike
GUESSED = ("cp1252", "latin-1")  # nothing in a file says which; every byte is a letter of the last one
ENCODINGS = (PLAIN, "utf-8", *GUESSED)  # tried in this order
LEAST_TITLED = 3  # cells; in a narrower table a line of one filled cell may be a row


def read_as(path: Path) -> tuple[str, str]:
    """Return the encoding and the separator of a text file."""
    encoding = _encoding(path)
    return encoding, _delimiter(path, encoding)


def _encoding(path: Path) -> str:
    """Return the first encoding in which the whole file is text."""
    if (marked := content.encoding(path)) is not None:
        return "utf-8" if marked == "utf-8-sig" else marked
    for name in ENCODINGS:
        decoder = codecs.getincrementaldecoder(name)("strict")
        try:
            for block in csv_text.blocks(path):
                decoder.decode(block)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            continue
        return name
    raise SourceError(f"{path.name} is no text. Save the table as CSV UTF-8")


def _delimiter(path: Path, encoding: str) -> str:
    """Return the sign that parts most of the first lines into as many cells, and into most; else a comma."""
    first = next(csv_text.blocks(path), b"")[:65_536]
    text = codecs.getincrementaldecoder("utf-8" if encoding == PLAIN else encoding)("replace").decode(first)
    lines = [line for line in text.splitlines()[:-1] or text.splitlines() if line.strip()][:50]
    best, most = ",", 0
    for sign in ",;\t|":
        widths = [len(values.cells(line, sign)) for line in lines]
        width, alike = Counter(widths).most_common(1)[0] if widths else (0, 0)
        if width > 1 and alike >= MOSTLY * len(widths) and width > most:
            best, most = sign, width
    return best


def found(path: Path, encoding: str, delimiter: str) -> Table | None:
    """Return where the rows lie and what the columns are called; None where the first line holds a name for each.

    A column without a heading of its own, or with that of another, is called by its place: a person names it.
    """
    lines, is_whole = _lines(path, encoding)
    rows = [values.cells(line, delimiter) for line in lines[:LINES]]
    width = Counter(len(row) for row in rows if row).most_common(1)[0][0] if any(rows) else 0
    ends = _below(lines) if is_whole else None
    if width < LEAST_TITLED:
        return Table(ends=ends) if ends else None
    first = next((n for n, row in enumerate(rows) if len(row) == width and not _is_title(row)), 0)
    last = _last_heading(rows, first, width)
    heads = rows[first : last + 1] if last == first or not _counts(rows[first]) else rows[last : last + 1]
    plain = [
        " ".join(dict.fromkeys(cell.strip() for cell in column if cell.strip())) for column in zip(*heads, strict=False)
    ]
    twice = {name for name, n in Counter(plain).items() if n > 1 and name}
    is_framed = last > 0
    names = [
        f"{name} ({place})".strip() if name in twice else name or f"column {place}" * is_framed
        for place, name in enumerate(plain, start=1)
    ]
    if not is_framed and not twice and ends is None:
        return None
    return Table(heading=last + 1, names=tuple(names) if names != rows[last] else (), ends=ends)


def _below(lines: Sequence[str]) -> str | None:
    """Return how the first line below the rows begins: a rule, or a last row that is the sum of the others."""
    if (rule := next((line.rstrip()[:80] for line in lines[1:] if RULE.match(line)), None)) is not None:
        return rule
    filled = [line for line in lines if line.strip(' ,;\t|"')]
    met = TOTAL.match(filled[-1].lstrip('"')) if len(filled) > 2 else None
    begins = filled[-1][: filled[-1].index(met[0]) + len(met[0])] if met else ""
    return begins if begins and sum(line.startswith(begins) for line in lines) == 1 else None


def open_names(table: Table | None) -> list[str]:
    """Return the names that were given by place, because the file has none that tells the column."""
    return [name for name in table.names if re.search(r"^column [0-9]+$| \([0-9]+\)$", name)] if table else []


def _lines(path: Path, encoding: str) -> tuple[list[str], bool]:
    """Return the first lines of a file, and those of a small one whole."""
    first = next(csv_text.blocks(path), b"")
    is_whole = len(first) < csv_text.BLOCK
    block = first if is_whole else first[:HEAD]
    text = codecs.getincrementaldecoder("utf-8" if encoding == "us-ascii" else encoding)("replace").decode(block)
    return text.removeprefix("\ufeff").splitlines(), is_whole


def _is_title(row: Sequence[str]) -> bool:
    return sum(bool(cell.strip()) for cell in row) <= 1


def _counts(row: Sequence[str]) -> bool:
    """Say whether a line numbers the columns: 1, 2, 3 and so on; blank ones may follow."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return (
        len(filled) >= LEAST_TITLED
        and filled[0] in ("0", "1")
        and all(one.isdecimal() and other.isdecimal() and int(other) == int(one) + 1 for one, other in pairwise(filled))
    )


def _last_heading(rows: Sequence[Sequence[str]], first: int, width: int) -> int:
    """Return the last line of headings: numbers of columns stand above it, units of measurement below."""
    last = first + 1 if _counts(rows[first]) and first + 1 < len(rows) else first
    while (
        last + 1 < len(rows)
        and len(rows[last + 1]) == width
        and not rows[last + 1][0].strip()
        and not rows[last][0].strip()
        and not any(NUMBER.fullmatch(cell.strip()) for cell in rows[last + 1] if cell.strip())
    ):
        last += 1
    return last
