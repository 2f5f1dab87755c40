"""Counts of whole months by unit, cut so that a candidate is handed nothing that came later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harmmodel.method.arrays import Floats
from harmmodel.warehouse.read.validation import AREA, Level, PlacedCounts

Codes = NDArray[np.int32]


def month_of(day: dt.date) -> int:
    """Whole months since January 1970; only the first of a month begins one.

    >>> month_of(dt.date(1971, 3, 1))
    14
    """
    if day.day != 1:
        raise ValueError(f"validation counts whole months; {day} is not the first of one")
    return (day.year - 1970) * 12 + day.month - 1


@dataclass(frozen=True)
class Wanted:
    """Which events are counted: kinds (harm, enforcement, validation) and classes; all classes when none is named.

    ``arrests_only``: those that carry one; ``untold_only``: those of which the source does not say.
    """

    kinds: tuple[str, ...]
    classes: tuple[str, ...] = ()
    arrests_only: bool = False
    untold_only: bool = False


@dataclass(frozen=True)
class Table:
    """Counts of one level, one entry per kind, class, month, flag and unit; *kind* and *class_* are codes."""

    kind: Codes
    class_: Codes
    is_arrest: NDArray[np.bool_]
    is_untold: NDArray[np.bool_]
    month: Codes
    unit: Codes
    n: Floats

    def within(self, first: int, stop: int) -> Table:
        """Return the counts of the months from *first* up to *stop*."""
        kept = (self.month >= first) & (self.month < stop)
        return Table(*(getattr(self, field.name)[kept] for field in fields(self)))


@dataclass(frozen=True)
class Panel:
    """Counts of a stretch of months. `before` and `after` make one; there is no way to widen it.

    Attributes
    ----------
    kinds, classes : names, in the order of their codes
    tables : by level
    """

    first: int
    stop: int
    levels: dict[str, Level]
    kinds: tuple[str, ...]
    classes: tuple[str, ...]
    tables: dict[str, Table]

    def counts(self, level: str, wanted: Sequence[Wanted], *, since: int, until: int | None = None) -> Floats:
        """Count events per unit from month *since* up to month *until* (the panel's end): shape (units,)."""
        table = self.tables[level]
        within = (table.month >= since) & (table.month < (self.stop if until is None else until))
        return self._by_unit(level, self._chosen(table, wanted) & within)

    def total(self, wanted: Wanted) -> float:
        """Count events of the whole place and all months, also those without a unit."""
        table = self.tables[AREA]
        return float(table.n[self._chosen(table, [wanted])].sum())

    def has(self, wanted: Sequence[Wanted], first: int, stop: int) -> bool:
        """Say whether any unit has an event of these months."""
        return bool(self.counts(AREA, wanted, since=first, until=stop).sum() > 0)

    def decayed(self, level: str, wanted: Sequence[Wanted], *, since: int, half_life: float) -> Floats:
        """Count events per unit, each worth half as much for every *half_life* months of age: shape (units,)."""
        table = self.tables[level]
        chosen = self._chosen(table, wanted) & (table.month >= since)
        age = self.stop - table.month[chosen] - 0.5
        return self._by_unit(level, chosen, np.asarray(0.5 ** (age / half_life), dtype=np.float64))

    def before(self, month: int) -> Panel:
        """Give the part of this panel before *month*."""
        return _cut(self, self.first, min(month, self.stop))

    def _chosen(self, table: Table, wanted: Sequence[Wanted]) -> NDArray[np.bool_]:
        chosen = np.zeros(table.month.size, dtype=bool)
        for one in wanted:
            mask = _among(self.kinds, one.kinds)[table.kind]
            if one.classes:
                mask &= _among(self.classes, one.classes)[table.class_]
            if one.arrests_only:
                mask &= table.is_arrest
            if one.untold_only:
                mask &= table.is_untold
            chosen |= mask
        return chosen

    def _by_unit(self, level: str, chosen: NDArray[np.bool_], weights: Floats | None = None) -> Floats:
        table = self.tables[level]
        units, n = table.unit[chosen], table.n[chosen]
        placed = units >= 0
        heavy = n[placed] if weights is None else n[placed] * weights[placed]
        counted = np.bincount(units[placed], weights=heavy, minlength=self.levels[level].size)
        return np.asarray(counted, dtype=np.float64)


def _among(names: tuple[str, ...], wanted: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.array([name in wanted for name in names], dtype=bool)


def all_months(placed: PlacedCounts) -> Panel:
    """Make the panel of everything; only the backtest itself holds it."""
    counts = placed.counts
    months = counts["month"].to_numpy(dtype=np.int32)
    kind, kinds = pd.factorize(counts["kind"].astype(str), sort=True)
    class_, classes = pd.factorize(counts["class"].fillna("").astype(str), sort=True)
    whole = Table(
        kind=kind.astype(np.int32),
        class_=class_.astype(np.int32),
        is_arrest=counts["is_arrest"].astype("boolean").fillna(False).to_numpy(dtype=bool),
        is_untold=counts["is_arrest"].isna().to_numpy(dtype=bool),
        month=months,
        unit=counts["unit"].to_numpy(dtype=np.int32),
        n=counts["n"].to_numpy(dtype=np.float64),
    )
    level = counts["level"].to_numpy()
    return Panel(
        first=int(months.min()) if months.size else 0,
        stop=int(months.max()) + 1 if months.size else 0,
        levels=placed.levels,
        kinds=tuple(kinds),
        classes=tuple(classes),
        tables={
            name: Table(*(getattr(whole, field.name)[level == name] for field in fields(whole)))
            for name in placed.levels
        },
    )


def before(panel: Panel, as_of: dt.date) -> Panel:
    """Give what was recorded before *as_of*: all that a candidate is ever handed."""
    return panel.before(month_of(as_of))


def after(panel: Panel, start: dt.date, stop: dt.date) -> Panel:
    """Give what was recorded from *start* up to *stop*: what candidates are judged by."""
    return _cut(panel, month_of(start), month_of(stop))


def _cut(panel: Panel, first: int, stop: int) -> Panel:
    tables = {name: table.within(first, stop) for name, table in panel.tables.items()}
    return replace(panel, first=first, stop=stop, tables=tables)
