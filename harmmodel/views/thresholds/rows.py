"""Threshold quantities as rows: one for each jurisdiction, rule and substance, and which of them may be exported."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

import pandas as pd

from harmmodel.config.thresholds import Jurisdiction, Laboratory, QuantityRule, Substance
from harmmodel.errors import QuantityError
from harmmodel.views import words

SUBSTANCES: tuple[str, ...] = get_args(Substance)
NAMES = {"mdma": "MDMA", "lsd": "LSD", "cannabis_herb": "cannabis herb", "cannabis_resin": "cannabis resin"}
NATURES = {
    "decriminalised": "up to it, no crime",
    "presumption": "where the presumption turns from own use to supply",
    "guideline": "a guide to discretion",
    "severity": "beyond it, a crime or a graver one",
}
OWN = "own"


@dataclass(frozen=True)
class QuantityRow:
    """One threshold quantity, in grams, with all that must be known to use it."""

    jurisdiction: str
    label: str
    instrument: str
    nature: str
    legal_level: str
    weight_basis: str
    substance: str
    grams: float
    limit: str = "up to"
    together: bool = False
    days: float | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    status: str = "unverified"
    checked_on: dt.date | None = None
    checked_by: str = ""
    review_due: dt.date | None = None
    consulted: tuple[str, ...] = ()
    source: str = ""
    source_kind: str = ""
    href: str = ""
    note: str = ""

    def in_force(self, on: dt.date) -> bool:
        """Whether it holds on that day, as far as is known."""
        return (self.valid_from or dt.date.min) <= on < (self.valid_to or dt.date.max)

    def is_official(self, on: dt.date) -> bool:
        """Whether it may be exported as a fact: verified, and the check not overdue."""
        return self.status == "verified" and self.review_due is not None and on <= self.review_due

    def standing(self, on: dt.date) -> str:
        """Verified, unverified, or review overdue."""
        return "review overdue" if self.status == "verified" and not self.is_official(on) else self.status


def rows(laboratory: Laboratory) -> tuple[QuantityRow, ...]:
    """Every row of the config, by jurisdiction, rule and substance."""
    return tuple(
        _row(home, rule, substance, grams)
        for home in laboratory.jurisdictions.values()
        for rule in home.rules
        for substance, grams in sorted(rule.quantities.items(), key=lambda item: SUBSTANCES.index(item[0]))
    )


def _row(home: Jurisdiction, rule: QuantityRule, substance: str, grams: float) -> QuantityRow:
    return QuantityRow(
        jurisdiction=home.id,
        label=home.label,
        instrument=rule.instrument,
        nature=rule.nature,
        legal_level=rule.legal_level,
        weight_basis=rule.weight_basis,
        substance=substance,
        grams=grams,
        limit=rule.limit,
        together=rule.together,
        days=rule.days,
        valid_from=rule.from_,
        valid_to=rule.to,
        status=rule.status,
        checked_on=rule.checked_on,
        checked_by=rule.checked_by or "",
        review_due=rule.review_due,
        consulted=rule.consulted,
        source=rule.source.title,
        source_kind=rule.source.kind,
        href=rule.source.href,
        note=rule.note or "",
    )


def own_row(substance: str, grams: float) -> QuantityRow:
    """A threshold that the reader sets."""
    return QuantityRow(
        jurisdiction=OWN,
        label="Own quantity",
        instrument="set by the reader",
        nature="presumption",
        legal_level="unknown",
        weight_basis="total",
        substance=substance,
        grams=grams,
        source="set by the reader",
    )


def official(quantities: Iterable[QuantityRow], on: dt.date) -> tuple[QuantityRow, ...]:
    """The only rows that an official export may hold: those that someone read beside their source, not overdue."""
    return tuple(row for row in quantities if row.is_official(on))


def chosen(
    quantities: Sequence[QuantityRow], jurisdiction: str, substance: str, on: dt.date
) -> tuple[QuantityRow, ...]:
    """Rows of a jurisdiction and substance, the one to begin with first: in force, and nearest to use.

    Raises
    ------
    QuantityError
        When there is no such jurisdiction, or it has no quantity of the substance; with those that there are.
    """
    homes = sorted({row.jurisdiction for row in quantities})
    if jurisdiction not in homes:
        raise QuantityError(f"No jurisdiction {jurisdiction[:40]!r}. Known: {', '.join(homes)}")
    here = [row for row in quantities if row.jurisdiction == jurisdiction]
    named(substance)
    fitting = [row for row in here if row.substance == substance]
    if not fitting:
        known = ", ".join(dict.fromkeys(row.substance for row in here))
        raise QuantityError(f"{here[0].label} has no quantity of {named(substance)}. It has: {known}")
    order = list(NATURES)
    return tuple(sorted(fitting, key=lambda row: (not row.in_force(on), order.index(row.nature), row.grams)))


def compared(quantities: Sequence[QuantityRow], substance: str, on: dt.date) -> tuple[QuantityRow, ...]:
    """One row for each jurisdiction and nature of the substance, the newest where there are several; lowest first."""
    named(substance)
    fitting = [row for row in quantities if row.substance == substance]
    newest: dict[tuple[str, str], QuantityRow] = {}
    for row in sorted(fitting, key=lambda row: (row.in_force(on), row.valid_from or dt.date.min)):
        newest[row.jurisdiction, row.nature] = row
    return tuple(sorted(newest.values(), key=lambda row: (row.grams, row.label, row.nature)))


def named(substance: str) -> str:
    """The substance as it stands in a sentence.

    Raises
    ------
    QuantityError
        When it is none that a rule can have.
    """
    if substance not in SUBSTANCES:
        raise QuantityError(f"No substance {substance[:40]!r}. Known: {', '.join(SUBSTANCES)}")
    return NAMES.get(substance, substance)


def in_force_words(row: QuantityRow, on: dt.date) -> str:
    """Whether a row holds on that day, in a word."""
    if row.valid_from is None and row.in_force(on):
        return "not known"
    return "yes" if row.in_force(on) else "no"


def grams(value: float) -> str:
    """A weight in grams, or in milligrams below 0.01 g.

    >>> grams(0.05), grams(1.5), grams(0.0005), grams(250)
    ('0.05 g', '1.5 g', '0.5 mg', '250 g')
    """
    if value != value:
        return words.MISSING
    return f"{value * 1000:.3g} mg" if value < 0.01 else f"{words.exact(float(f'{value:.3g}'))} g"


def decades(values: Iterable[float]) -> tuple[float, float, tuple[float, ...]]:
    """Ends of a log axis that holds all values, and the powers of ten between them; NaN is left out.

    >>> decades([0.05, 3.0])
    (0.01, 10.0, (0.01, 0.1, 1.0, 10.0))
    """
    known = [value for value in values if math.isfinite(value)] or [1.0]
    first, last = math.floor(math.log10(min(known))), math.ceil(math.log10(max(known)))
    ticks = tuple(10.0**n for n in range(first, max(last, first + 1) + 1))
    return ticks[0], ticks[-1], ticks


def table(quantities: Iterable[QuantityRow], on: dt.date) -> pd.DataFrame:
    """Rows as a frame for tables and downloads."""
    return pd.DataFrame([_cells(row, on) for row in quantities], columns=list(_cells(own_row("heroin", 1.0), on)))


def _cells(row: QuantityRow, on: dt.date) -> dict[str, object]:
    return {
        "jurisdiction": row.jurisdiction,
        "label": row.label,
        "substance": row.substance,
        "grams": row.grams,
        "limit": row.limit,
        "weight_basis": row.weight_basis,
        "nature": row.nature,
        "legal_level": row.legal_level,
        "instrument": row.instrument,
        "valid_from": str(row.valid_from or ""),
        "valid_to": str(row.valid_to or ""),
        "in_force": in_force_words(row, on),
        "status": row.standing(on),
        "checked_on": str(row.checked_on or ""),
        "review_due": str(row.review_due or ""),
        "consulted": "; ".join(row.consulted) or "nobody yet",
        "source": row.source,
        "source_kind": row.source_kind,
        "source_href": row.href,
        "note": row.note,
    }
