"""From which days the past is read, what comes after, and what the names of candidates stand for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harmmodel.config import Config, Covers
from harmmodel.method.arrays import Floats
from harmmodel.warehouse.read.areas import first_whole_month, months_before
from harmmodel.warehouse.read.validation import AREA, ENFORCEMENT, HARM, VALIDATION, Level, PlacedCounts, held_back

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


SHARES = (0.01, 0.02, 0.05, 0.10, 0.20)
FEWEST = 50  # outcome events; under these a figure would be noise
REPLICATES = 2000
HISTORY_MONTHS = 36
HALF_LIFE = 12.0  # months, of exponentially weighted violence
# Recorded violence that is no serious violence: plentiful, reported by victims, and lies where serious violence does.
MILDER = ("simple_assault",)
COMMUNITY_CLASS = "opioid_death"
ASSAULT, HOMICIDE, OPIOID = "aggravated_assault", "homicide", "opioid_death"
CANDIDATES = (
    "random",
    "drug_arrests",
    "all_crime",
    "violence_last",
    "violence_ewma",
    "violence_pillar",
    "violence_pillar_raw",
    "overall",
    "forecast",
)


@dataclass(frozen=True)
class Origin:
    """One comparison: what was known before a day, what came later.

    Attributes
    ----------
    as_of : nothing from this day on is read
    start, stop : the later period, half-open
    full : whether arrests and every class of serious violence exist; else only the long history does
    since : first month of the short sources; the past of arrests, all crime and last period's violence
    """

    as_of: dt.date
    start: dt.date
    stop: dt.date
    full: bool
    since: dt.date

    @property
    def name(self) -> str:
        """The origin in rows."""
        return self.as_of.isoformat()


@dataclass(frozen=True)
class Ground:
    """What a place's files allow to be compared.

    Attributes
    ----------
    long_classes : classes of serious violence recorded for years, such as homicide
    short_from, short_to : whole months of the source that feeds most classes of serious violence
    """

    long_classes: tuple[str, ...]
    short_from: dt.date
    short_to: dt.date
    held_back: str
    held_from: dt.date
    held_to: dt.date

    @property
    def history(self) -> tuple[Wanted, ...]:
        """Events of the named history: the long classes and the file kept for validation."""
        return (Wanted((HARM,), self.long_classes), Wanted((VALIDATION,)))


def ground(config: Config) -> Ground:
    """Find out which sources reach how far.

    Raises
    ------
    ValidationImpossible
        If the place has no file that was kept for validation.
    """
    held = held_back(config)
    sources = Counter(config.place.classes[c] for c in config.place.serious_violence)
    short = longest(config, sources.most_common(1)[0][0])
    covers = {c: longest(config, config.place.classes[c]) for c in config.place.serious_violence}
    first = _first_year(held.covers.from_)
    needed = months_before(dt.date(first, 1, 1), HISTORY_MONTHS)
    long = tuple(sorted(c for c, period in covers.items() if period and period.from_ <= needed))
    start = held.covers.from_
    begin = short.from_ if short else start
    end = short.to.replace(day=1) if short else start
    return Ground(
        long, first_whole_month(begin), end, held.class_, first_whole_month(start), held.covers.to.replace(day=1)
    )


@dataclass(frozen=True)
class Task:
    """What a candidate is handed: the past of one origin and level, and how the place is described.

    Raises
    ------
    ValueError
        If the past reaches beyond the origin's day.
    """

    past: Panel
    origin: Origin
    level: str
    config: Config
    found: Ground

    def __post_init__(self) -> None:
        """Refuse a past that holds a later month."""
        if self.past.stop > month_of(self.origin.as_of):
            raise ValueError(f"the past of {self.origin.name} reaches beyond it")

    def counts(self, *wanted: Wanted, since: int, until: int | None = None) -> Floats:
        """Count events per unit of the task's level."""
        return self.past.counts(self.level, wanted, since=since, until=until)


def origins(ground: Ground, as_of: dt.date) -> list[Origin]:
    """List the comparisons: yearly ones on the long history, then the few inside the short sources.

    The short sources begin with the year, so their origins lie in one year and overlap in what comes later: they are
    not independent of each other.
    """
    yearly = [
        Origin(dt.date(y, 1, 1), dt.date(y, 1, 1), dt.date(y + 1, 1, 1), False, dt.date(y - 1, 1, 1))
        for y in range(_first_year(ground.held_from), min(as_of.year, ground.held_to.year - 1) + 1)
    ]
    start, last = ground.short_from, min(ground.short_to, as_of)
    ends = ((3, last), (5, _ahead(start, 17)), (6, _ahead(start, 12)))
    inside = [Origin(_ahead(start, m), _ahead(start, m), stop, True, start) for m, stop in ends]
    once = Origin(last, dt.date(last.year + 1, 1, 1), dt.date(last.year + 2, 1, 1), True, start)
    return [o for o in [*yearly, *inside, once] if o.as_of <= last and o.start < o.stop <= ground.held_to]


def outcomes(origin: Origin, config: Config) -> dict[str, tuple[tuple[Wanted, ...], dt.date]]:
    """Name what came later and up to when its file reaches; never what the score itself is made of."""
    by_outcome: dict[str, tuple[tuple[Wanted, ...], dt.date]] = {ASSAULT: ((Wanted((VALIDATION,)),), origin.stop)}
    reach = _reach(config, HOMICIDE)
    if reach is not None and min(reach, origin.stop) > origin.start:
        by_outcome[HOMICIDE] = ((Wanted((HARM,), (HOMICIDE,)),), min(reach, origin.stop))
    return by_outcome


def longest(config: Config, source: str | None) -> Covers | None:
    """Return the longest period that a source covers without a gap: what lies before or after cannot be compared."""
    observed = config.passports[source].observed if source else None
    return observed.stretch if observed else None


def _reach(config: Config, class_: str) -> dt.date | None:
    covers = longest(config, config.place.classes.get(class_))
    return covers.to.replace(day=1) if covers else None


def arrests(config: Config) -> tuple[Wanted, ...]:
    """Drug arrests: records of the place's drug classes that carry one."""
    return (Wanted((ENFORCEMENT,), config.place.drug_classes, arrests_only=True),)


def no_arrests(panel: Panel, config: Config) -> str:
    """Say why areas cannot be ordered by drug arrests, without a stop; empty where they can.

    One record of which nobody knows whether it carries an arrest leaves the place of its area in that order open.
    """
    drugs = config.place.drug_classes
    if not drugs:
        return "the place names no class of drug arrests"
    kinds = (ENFORCEMENT,)
    records = panel.total(Wanted(kinds, drugs))
    untold = panel.total(Wanted(kinds, drugs, untold_only=True))
    if not records:
        return "no drug record is dated and placed"
    if untold == records:
        return "this source holds no arrests"
    return f"of {untold:,.0f} of {records:,.0f} drug records this source does not say" if untold else ""


def all_crime() -> tuple[Wanted, ...]:
    """Every record, harm and enforcement alike."""
    return (Wanted((HARM, ENFORCEMENT)),)


def serious(config: Config) -> tuple[Wanted, ...]:
    """Serious violence as the place names it."""
    return (Wanted((HARM,), config.place.serious_violence),)


def _first_year(day: dt.date) -> int:
    """First January with a whole history behind it."""
    whole = _ahead(first_whole_month(day), HISTORY_MONTHS)
    return whole.year if whole.month == 1 else whole.year + 1


def _ahead(day: dt.date, months: int) -> dt.date:
    return months_before(day, -months)


def month_span(start: dt.date, stop: dt.date) -> int:
    """Whole months between two firsts of a month."""
    return month_of(stop) - month_of(start)
