"""From what a reader types to what the lab works with: each fault of the settings is named, all at once."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from harmmodel.config.thresholds import LabSettings
from harmmodel.errors import QuantityError
from harmmodel.limits import TableLimits, TooMuch, read_csv
from harmmodel.method.arrays import Floats
from harmmodel.method.thresholds.classification import Range, between, exactly
from harmmodel.views import words
from harmmodel.views.thresholds.figures import Holdings, ThresholdSettings
from harmmodel.warehouse.load.personal import looks_personal

LARGEST_FILE = 20_000_000  # bytes
TABLE = TableLimits(bytes=LARGEST_FILE, rows=1_000_000, columns=100)  # a register of seizures of a large country
LARGEST = 1e7  # grams: ten tonnes are no quantity that a person holds
SMALLEST = 1e-9
MOST_FAULTS = 20
LONGEST_RANGE = 100  # characters of two numbers with signs and spaces
COLUMN, ROLE = "grams", "role"
ROLES = ("user", "supplier")
NUMBER = r"(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)\s*(%?)"
COMMA = re.compile(r"\d+,\d+")
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
    match = RANGE.match(text) if len(text) <= LONGEST_RANGE else None
    if not match:
        advice = "write 0.5, not 0,5" if "," in text else "write a number such as 0.5 or a range such as 0.2 to 0.8"
        raise QuantityError(f"{name}: {text[:40]!r} cannot be read; {advice}")
    low, low_sign, high, high_sign = match.groups()
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
    quantities: dict[str, list[float]] = {role: [] for role in ROLES}
    grams_at, role_at = header.index(COLUMN), header.index(ROLE) if ROLE in header else None
    for line, cells in rows[1:]:
        grams = _cell(cells, grams_at)
        role = ROLES[0] if role_at is None else _cell(cells, role_at).lower()
        if fault := _fault(grams, role):
            faults.append(f"row {line}: {fault}")
        else:
            quantities[role].append(float(grams))
    if faults:
        raise QuantityError(
            f"{name} has {words.how_many(len(faults), 'faulty row', 'faulty rows')}:\n{_listed(faults)}"
        )
    if not any(quantities.values()):
        raise QuantityError(f"{name}: there is no row under the header")
    return Sample(*(np.array(quantities[role], dtype=np.float64) for role in ROLES))


def _table(raw: bytes, name: str) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, with the line on which each ends."""
    if len(raw) > LARGEST_FILE:
        raise QuantityError(f"{name}: larger than {LARGEST_FILE:,} bytes. Cut it to the columns grams and role")
    try:
        rows = read_csv(raw.decode("utf-8-sig"), name, TABLE)
        rows = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    except TooMuch as error:
        raise QuantityError(str(error)) from None
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
        hint = "; write 0.5, not 0,5" if COMMA.fullmatch(grams) else ""
        return f"{grams[:20]!r} is no number{hint}" if grams else "no quantity"
    if not SMALLEST <= value <= LARGEST:
        return f"{grams[:20]} g is not above 0 and up to {LARGEST:,.0f} g"
    return ""


def _listed(faults: list[str]) -> str:
    more = len(faults) - MOST_FAULTS
    return "\n".join(f"  {fault}" for fault in [*faults[:MOST_FAULTS], *([f"and {more:,} more"] if more > 0 else [])])


EXAMPLE = "an example, not a survey"
Found = TypeVar("Found")


@dataclass(frozen=True)
class TypedSettings:
    """Settings as text, empty where the reader says nothing; ranges are written "0.4 to 0.8"."""

    median: str = ""
    p90: str = ""
    respondents: str = ""
    supplier_median: str = ""
    supplier_p90: str = ""
    supplier_share: str = ""
    purity: str = ""
    dose: str = ""
    doses_a_day: str = "1"
    days_a_week: str = "7"
    factors: Mapping[str, str] = field(default_factory=dict)


def written(ends: tuple[float, float]) -> str:
    """A range as it is typed.

    >>> written((2, 4)), written((0.5, 0.5))
    ('2 to 4', '0.5')
    """
    low, high = (f"{end:g}" for end in ends)
    return low if low == high else f"{low} to {high}"


def defaults(config: LabSettings) -> TypedSettings:
    """What the page starts with: the examples of the config."""
    return TypedSettings(
        median=f"{config.users.median:g}",
        p90=f"{config.users.p90:g}",
        supplier_median=f"{config.suppliers.median:g}",
        supplier_p90=f"{config.suppliers.p90:g}",
        supplier_share=written(config.supplier_share),
        factors={group.id: written(group.factor) for group in config.groups},
    )


def _suppliers_from(entered: TypedSettings, start: TypedSettings, sample: Sample | None) -> str:
    """Say where the quantities of suppliers come from."""
    if sample is not None and sample.suppliers.size > 0:
        return "suppliers of the file"
    if (entered.supplier_median or entered.supplier_p90) and not _same(entered, start):
        return "suppliers as entered"
    return f"suppliers are {EXAMPLE}"


def settings(
    config: LabSettings, entered: TypedSettings, sample: Sample | None = None, *, with_example: bool
) -> ThresholdSettings:
    """Read what was entered; suppliers, their share and factors fall back on the config where nothing is said.

    Parameters
    ----------
    config : examples and assumptions
    entered : what the reader typed
    sample : quantities of a file; they replace the typed ones of users, and of suppliers where it has them
    with_example : whether users fall back on the example too; without, nothing is said about them

    Raises
    ------
    QuantityError
        With every setting that cannot be read.
    """
    faults: list[str] = []
    start = defaults(config)

    def read(reading: Callable[[], Found]) -> Found | None:
        try:
            return reading()
        except QuantityError as error:
            faults.append(str(error))
            return None

    users = read(lambda: _users(entered, start, sample, with_example=with_example))
    suppliers = read(lambda: _suppliers(entered, start, sample))
    share = read(lambda: parsed_range(entered.supplier_share or start.supplier_share, "Share of suppliers", most=0.999))
    purity = read(lambda: optional_range(entered.purity, "Purity", most=1))
    dose = read(lambda: optional_range(entered.dose, "One dose"))
    doses_a_day = read(lambda: parsed_range(entered.doses_a_day, "Doses a day", most=1000))
    week = read(lambda: _exact(parsed_range(entered.days_a_week, "Days of use a week", most=7), "Days of use a week"))
    factors = {
        group.label: read(lambda g=group: _factor(entered, g.id, g.label, g.factor))  # type: ignore[misc]
        for group in config.groups
    }
    if faults or suppliers is None or share is None or doses_a_day is None or week is None:
        raise QuantityError("\n".join(faults))
    return ThresholdSettings(
        users=users,
        suppliers=suppliers,
        supplier_share=share,
        suppliers_from=_suppliers_from(entered, start, sample),
        purity=purity,
        dose=dose,
        doses_a_day=doses_a_day,
        days_a_week=week,
        factors={g.id: factor for g in config.groups if (factor := factors[g.label]) is not None},
        warn_above=config.warn_above,
    )


def _users(
    entered: TypedSettings, start: TypedSettings, sample: Sample | None, *, with_example: bool
) -> Holdings | None:
    if sample is not None and sample.users.size:
        return _sampled(sample.users)
    median, p90 = entered.median, entered.p90
    if not median and not p90:
        if not with_example:
            return None
        median, p90 = start.median, start.p90
    if not median or not p90:
        raise QuantityError("Median and 90th percentile belong together; give both, or a file of quantities")
    return _typed(median, p90, "", _respondents(entered.respondents))


def _suppliers(entered: TypedSettings, start: TypedSettings, sample: Sample | None) -> Holdings:
    if sample is not None and sample.suppliers.size:
        return _sampled(sample.suppliers)
    p90 = entered.supplier_p90 or start.supplier_p90
    return _typed(entered.supplier_median or start.supplier_median, p90, " of suppliers")


def _typed(median: str, p90: str, of: str, respondents: int | None = None) -> Holdings:
    """Two percentiles as typed; both are named where neither can be read."""
    ranges: list[Range] = []
    faults: list[str] = []
    for text, name in ((median, f"Median{of}"), (p90, f"90th percentile{of}")):
        try:
            ranges.append(parsed_range(text, name))
        except QuantityError as error:
            faults.append(str(error))
    if faults:
        raise QuantityError("\n".join(faults))
    return Holdings(ranges[0], ranges[1], respondents=respondents)


def _same(entered: TypedSettings, start: TypedSettings) -> bool:
    return (entered.supplier_median, entered.supplier_p90) == (start.supplier_median, start.supplier_p90)


def _sampled(quantities: Floats) -> Holdings:
    median, p90 = (exactly(float(value)) for value in np.quantile(quantities, (0.5, 0.9)))
    return Holdings(median, p90, sample=quantities)


def _respondents(text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdecimal() or not 10 <= int(text.strip()[:12]) <= 10_000_000:
        raise QuantityError(f"Respondents: {text[:40]!r} must be a whole number from 10 on")
    return int(text)


def _exact(bounds: Range, name: str) -> float:
    if not bounds.is_exact:
        raise QuantityError(f"{name}: one number, not a range")
    return bounds.value


def _factor(entered: TypedSettings, group: str, label: str, default: tuple[float, float]) -> Range:
    text = entered.factors.get(group, "")
    return parsed_range(text, label, most=1000) if text.strip() else between(*default)
