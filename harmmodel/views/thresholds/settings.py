"""From what a reader types to what the lab works with: each fault of the settings is named, all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from harmmodel.config.thresholds import LabSettings
from harmmodel.errors import QuantityError
from harmmodel.method.arrays import Floats
from harmmodel.method.thresholds.holdings import Range, between, exactly
from harmmodel.views.thresholds.figures import Held, Settings
from harmmodel.views.thresholds.quantities import Sample, optional_range, parsed_range

EXAMPLE = "an example, not a survey"
Found = TypeVar("Found")


@dataclass(frozen=True)
class Entered:
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


def written(found: tuple[float, float]) -> str:
    """A range as it is typed.

    >>> written((2, 4)), written((0.5, 0.5))
    ('2 to 4', '0.5')
    """
    low, high = (f"{end:g}" for end in found)
    return low if low == high else f"{low} to {high}"


def defaults(config: LabSettings) -> Entered:
    """What the page starts with: the examples of the config."""
    return Entered(
        median=f"{config.users.median:g}",
        p90=f"{config.users.p90:g}",
        supplier_median=f"{config.suppliers.median:g}",
        supplier_p90=f"{config.suppliers.p90:g}",
        supplier_share=written(config.supplier_share),
        factors={group.id: written(group.factor) for group in config.groups},
    )


def settings(config: LabSettings, entered: Entered, sample: Sample | None = None, *, with_example: bool) -> Settings:
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
    is_own = bool(entered.supplier_median or entered.supplier_p90) and not _same(entered, start)
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
    from_file = sample is not None and sample.suppliers.size > 0
    return Settings(
        users=users,
        suppliers=suppliers,
        supplier_share=share,
        suppliers_from="suppliers of the file"
        if from_file
        else "suppliers as entered"
        if is_own
        else f"suppliers are {EXAMPLE}",
        purity=purity,
        dose=dose,
        doses_a_day=doses_a_day,
        days_a_week=week,
        factors={g.id: found for g in config.groups if (found := factors[g.label]) is not None},
        warn_above=config.warn_above,
    )


def _users(entered: Entered, start: Entered, sample: Sample | None, *, with_example: bool) -> Held | None:
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


def _suppliers(entered: Entered, start: Entered, sample: Sample | None) -> Held:
    if sample is not None and sample.suppliers.size:
        return _sampled(sample.suppliers)
    p90 = entered.supplier_p90 or start.supplier_p90
    return _typed(entered.supplier_median or start.supplier_median, p90, " of suppliers")


def _typed(median: str, p90: str, of: str, respondents: int | None = None) -> Held:
    """Two percentiles as typed; both are named where neither can be read."""
    found: list[Range] = []
    faults: list[str] = []
    for text, name in ((median, f"Median{of}"), (p90, f"90th percentile{of}")):
        try:
            found.append(parsed_range(text, name))
        except QuantityError as error:
            faults.append(str(error))
    if faults:
        raise QuantityError("\n".join(faults))
    return Held(found[0], found[1], respondents=respondents)


def _same(entered: Entered, start: Entered) -> bool:
    return (entered.supplier_median, entered.supplier_p90) == (start.supplier_median, start.supplier_p90)


def _sampled(quantities: Floats) -> Held:
    median, p90 = (exactly(float(value)) for value in np.quantile(quantities, (0.5, 0.9)))
    return Held(median, p90, sample=quantities)


def _respondents(text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdecimal() or not 10 <= int(text.strip()[:12]) <= 10_000_000:
        raise QuantityError(f"Respondents: {text[:40]!r} must be a whole number from 10 on")
    return int(text)


def _exact(found: Range, name: str) -> float:
    if not found.is_exact:
        raise QuantityError(f"{name}: one number, not a range")
    return found.value


def _factor(entered: Entered, group: str, label: str, default: tuple[float, float]) -> Range:
    text = entered.factors.get(group, "")
    return parsed_range(text, label, most=1000) if text.strip() else between(*default)
