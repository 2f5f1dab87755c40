"""Counts by unit: what was recorded before a day, and what came after it. The two never meet in one object."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harmmodel.method.arrays import Floats
from harmmodel.warehouse.read.validation import Level, Points

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
    """Which events are counted: kinds (harm, enforcement, validation) and classes; all classes when none is named."""

    kinds: tuple[str, ...]
    classes: tuple[str, ...] = ()
    arrests_only: bool = False


@dataclass(frozen=True)
class Panel:
    """Events of a stretch of months. `before` and `after` make one; there is no way to widen it.

    Attributes
    ----------
    kinds, classes : names, in the order of their codes
    """

    first: int
    stop: int
    levels: dict[str, Level]
    kinds: tuple[str, ...]
    classes: tuple[str, ...]
    kind: Codes
    class_: Codes
    is_arrest: NDArray[np.bool_]
    month: Codes
    positions: dict[str, Codes]

    def counts(self, level: str, wanted: Sequence[Wanted], *, since: int, until: int | None = None) -> Floats:
        """Count events per unit from month *since* up to month *until* (the panel's end): shape (units,)."""
        chosen = self._chosen(wanted) & (self.month >= since) & (self.month < (self.stop if until is None else until))
        return self._by_unit(level, chosen)

    def decayed(self, level: str, wanted: Sequence[Wanted], *, since: int, half_life: float) -> Floats:
        """Count events per unit, each worth half as much for every *half_life* months of age: shape (units,)."""
        chosen = self._chosen(wanted) & (self.month >= since)
        age = self.stop - self.month[chosen] - 0.5
        return self._by_unit(level, chosen, np.asarray(0.5 ** (age / half_life), dtype=np.float64))

    def before(self, month: int) -> Panel:
        """Give the part of this panel before *month*."""
        return _cut(self, self.first, min(month, self.stop))

    def _chosen(self, wanted: Sequence[Wanted]) -> NDArray[np.bool_]:
        chosen = np.zeros(self.month.size, dtype=bool)
        for one in wanted:
            mask = _among(self.kinds, one.kinds)[self.kind]
            if one.classes:
                mask &= _among(self.classes, one.classes)[self.class_]
            if one.arrests_only:
                mask &= self.is_arrest
            chosen |= mask
        return chosen

    def _by_unit(self, level: str, chosen: NDArray[np.bool_], weights: Floats | None = None) -> Floats:
        units = self.positions[level][chosen]
        placed = units >= 0
        heavy = None if weights is None else weights[placed]
        counted = np.bincount(units[placed], weights=heavy, minlength=self.levels[level].size)
        return np.asarray(counted, dtype=np.float64)


def _among(names: tuple[str, ...], wanted: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.array([name in wanted for name in names], dtype=bool)


def all_months(points: Points) -> Panel:
    """Make the panel of everything; only the backtest itself holds it."""
    events = points.events
    months = events["month"].to_numpy(dtype=np.int32)
    kind, kinds = pd.factorize(events["kind"].astype(str), sort=True)
    class_, classes = pd.factorize(events["class"].fillna("").astype(str), sort=True)
    return Panel(
        first=int(months.min()) if months.size else 0,
        stop=int(months.max()) + 1 if months.size else 0,
        levels=points.levels,
        kinds=tuple(kinds),
        classes=tuple(classes),
        kind=kind.astype(np.int32),
        class_=class_.astype(np.int32),
        is_arrest=events["is_arrest"].to_numpy(dtype=bool),
        month=months,
        positions={name: events[name].to_numpy(dtype=np.int32) for name in points.levels},
    )


def before(panel: Panel, as_of: dt.date) -> Panel:
    """Give what was recorded before *as_of*: all that a candidate is ever handed."""
    return panel.before(month_of(as_of))


def after(panel: Panel, start: dt.date, stop: dt.date) -> Panel:
    """Give what was recorded from *start* up to *stop*: what candidates are judged by."""
    return _cut(panel, month_of(start), month_of(stop))


def _cut(panel: Panel, first: int, stop: int) -> Panel:
    kept = (panel.month >= first) & (panel.month < stop)
    return Panel(
        first=first,
        stop=stop,
        levels=panel.levels,
        kinds=panel.kinds,
        classes=panel.classes,
        kind=panel.kind[kept],
        class_=panel.class_[kept],
        is_arrest=panel.is_arrest[kept],
        month=panel.month[kept],
        positions={name: at[kept] for name, at in panel.positions.items()},
    )
