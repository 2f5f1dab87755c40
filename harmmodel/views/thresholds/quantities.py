"""Quantities as people write them: one number, a range, or a CSV of weights; every fault of a file is listed by row."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass

import numpy as np

from harmmodel.errors import QuantityError
from harmmodel.method.arrays import Floats
from harmmodel.method.thresholds.holdings import Range, between, exactly
from harmmodel.views import words
from harmmodel.warehouse.load.files import looks_personal

LARGEST_FILE = 20_000_000  # bytes
LARGEST = 1e7  # grams: ten tonnes are no quantity that a person holds
SMALLEST = 1e-9
MOST_FAULTS = 20
COLUMN, ROLE = "grams", "role"
ROLES = ("user", "supplier")
NUMBER = r"(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)\s*(%?)"
RANGE = re.compile(rf"^\s*{NUMBER}(?:\s*(?:to|-|–|:)\s*{NUMBER})?\s*$")


@dataclass(frozen=True)
class Sample:
    """Quantities of a file, in grams: of people who use, and of people who supply where the file tells them apart."""

    users: Floats
    suppliers: Floats

    @property
    def all(self) -> Floats:
        """Every quantity."""
        return np.concatenate([self.users, self.suppliers])


def parsed_range(text: str, name: str, *, most: float = LARGEST) -> Range:
    """Read one number above 0 or a range of two; a percent sign divides by 100.

    Raises
    ------
    QuantityError
        That names *name*, what was written and what would be accepted.

    Examples
    --------
    >>> parsed_range("0.3", "Purity"), parsed_range("20% to 45%", "Purity", most=1).ends
    (Range(low=0.3, value=0.3, high=0.3), (0.2, 0.45))
    """
    found = RANGE.match(text)
    if not found:
        advice = "write 0.5, not 0,5" if "," in text else "write a number such as 0.5 or a range such as 0.2 to 0.8"
        raise QuantityError(f"{name}: {text[:40]!r} cannot be read; {advice}")
    low, low_sign, high, high_sign = found.groups()
    first = float(low) / (100 if low_sign or high_sign else 1)
    last = first if high is None else float(high) / (100 if low_sign or high_sign else 1)
    if not (SMALLEST <= first <= last <= most):
        raise QuantityError(f"{name}: {text[:40]!r} must lie above 0 and up to {most:g}, the lower end first")
    return exactly(first) if high is None else between(first, last)


def optional_range(text: str | None, name: str, *, most: float = LARGEST) -> Range | None:
    """Read a range that may be left out."""
    return parsed_range(text, name, most=most) if text and text.strip() else None


def parsed_sample(raw: bytes, name: str) -> Sample:
    """Read a CSV with the column ``grams`` and perhaps ``role`` (user or supplier); other columns are not looked at.

    Raises
    ------
    QuantityError
        With the row of each fault, up to twenty, and how many there are. A file with a fault is not used at all.
    """
    rows = _table(raw, name)
    header = [cell.strip().lower() for cell in rows[0][1]]
    if personal := [cell for cell in header if looks_personal(cell)]:
        raise QuantityError(f"{name}: the column {personal[0][:40]!r} looks personal. Leave it out of the file")
    if COLUMN not in header:
        seen = ", ".join(header)[:80] or "nothing"
        raise QuantityError(
            f"{name}: the first row must name a column {COLUMN!r}, separated by commas; it names {seen}"
        )
    faults: list[str] = []
    found: dict[str, list[float]] = {role: [] for role in ROLES}
    grams_at, role_at = header.index(COLUMN), header.index(ROLE) if ROLE in header else None
    for line, cells in rows[1:]:
        grams = _cell(cells, grams_at)
        role = ROLES[0] if role_at is None else _cell(cells, role_at).lower()
        if fault := _fault(grams, role):
            faults.append(f"row {line}: {fault}")
        else:
            found[role].append(float(grams))
    if faults:
        raise QuantityError(
            f"{name} has {words.how_many(len(faults), 'faulty row', 'faulty rows')}:\n{_listed(faults)}"
        )
    if not any(found.values()):
        raise QuantityError(f"{name}: there is no row under the header")
    return Sample(*(np.array(found[role], dtype=np.float64) for role in ROLES))


def _table(raw: bytes, name: str) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, with the line on which each ends."""
    if len(raw) > LARGEST_FILE:
        raise QuantityError(f"{name}: larger than {LARGEST_FILE:,} bytes. Cut it to the columns grams and role")
    try:
        reader = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        rows = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except UnicodeDecodeError as error:
        raise QuantityError(f"{name}: byte {error.start} is not UTF-8. Save the file as CSV in UTF-8") from None
    except csv.Error as error:
        raise QuantityError(f"{name}: {error}. Save the file as CSV") from None
    if not rows:
        raise QuantityError(f"{name}: the file is empty")
    return rows


def _cell(cells: list[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _fault(grams: str, role: str) -> str:
    """What is wrong with a row, or nothing."""
    if role not in ROLES:
        return f"role {role[:20]!r} is neither user nor supplier"
    try:
        value = float(grams) if "_" not in grams else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        hint = "; write 0.5, not 0,5" if re.fullmatch(r"\d+,\d+", grams) else ""
        return f"{grams[:20]!r} is no number{hint}" if grams else "no quantity"
    if not SMALLEST <= value <= LARGEST:
        return f"{grams[:20]} g is not above 0 and up to {LARGEST:,.0f} g"
    return ""


def _listed(faults: list[str]) -> str:
    more = len(faults) - MOST_FAULTS
    return "\n".join(f"  {fault}" for fault in [*faults[:MOST_FAULTS], *([f"and {more:,} more"] if more > 0 else [])])
