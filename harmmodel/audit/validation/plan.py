"""From which days the past is read, what comes after, and what the names of candidates stand for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from harmmodel.audit.validation.panels import Panel, Wanted, month_of
from harmmodel.config import Config
from harmmodel.method.arrays import Floats
from harmmodel.warehouse.read.counts import months_before
from harmmodel.warehouse.read.validation import ENFORCEMENT, HARM, VALIDATION, Points

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
OTHERS = ("overall_raw", "community_pillar", "opioid_deaths_last")  # asked for beside the nine, kept apart from them


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


def ground(config: Config, points: Points) -> Ground:
    """Find out which sources reach how far."""
    sources = Counter(config.place.classes[c] for c in config.place.serious_violence)
    short = config.passports[sources.most_common(1)[0][0]].covers
    covers = {c: config.passports[config.place.classes[c]].covers for c in config.place.serious_violence}
    first = _first_year(points.covers[0])
    needed = months_before(dt.date(first, 1, 1), HISTORY_MONTHS)
    long = tuple(sorted(c for c, period in covers.items() if period and period.from_ <= needed))
    start = points.covers[0]
    begin = short.from_ if short else start
    end = short.to.replace(day=1) if short else start
    return Ground(long, _whole(begin), end, points.held_back, _whole(start), points.covers[1].replace(day=1))


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


def origins(found: Ground, as_of: dt.date) -> list[Origin]:
    """List the comparisons: yearly ones on the long history, then the few inside the short sources.

    The short sources begin with the year, so their origins lie in one year and overlap in what comes later: they are
    not independent of each other.
    """
    yearly = [
        Origin(dt.date(y, 1, 1), dt.date(y, 1, 1), dt.date(y + 1, 1, 1), False, dt.date(y - 1, 1, 1))
        for y in range(_first_year(found.held_from), min(as_of.year, found.held_to.year - 1) + 1)
    ]
    start, last = found.short_from, min(found.short_to, as_of)
    ends = ((3, last), (5, _ahead(start, 17)), (6, _ahead(start, 12)))
    inside = [Origin(_ahead(start, m), _ahead(start, m), stop, True, start) for m, stop in ends]
    once = Origin(last, dt.date(last.year + 1, 1, 1), dt.date(last.year + 2, 1, 1), True, start)
    return [o for o in [*yearly, *inside, once] if o.as_of <= last and o.start < o.stop <= found.held_to]


def outcomes(origin: Origin, config: Config) -> dict[str, tuple[tuple[Wanted, ...], dt.date]]:
    """Name what came later and up to when its file reaches; never what the score itself is made of."""
    found: dict[str, tuple[tuple[Wanted, ...], dt.date]] = {ASSAULT: ((Wanted((VALIDATION,)),), origin.stop)}
    reach = _reach(config, HOMICIDE)
    if reach is not None and min(reach, origin.stop) > origin.start:
        found[HOMICIDE] = ((Wanted((HARM,), (HOMICIDE,)),), min(reach, origin.stop))
    return found


def _reach(config: Config, class_: str) -> dt.date | None:
    source = config.place.classes.get(class_)
    covers = config.passports[source].covers if source else None
    return covers.to.replace(day=1) if covers else None


def arrests(config: Config) -> tuple[Wanted, ...]:
    """Drug arrests: records of the place's drug classes that carry one."""
    return (Wanted((ENFORCEMENT,), config.place.drug_classes, arrests_only=True),)


def all_crime() -> tuple[Wanted, ...]:
    """Every record, harm and enforcement alike."""
    return (Wanted((HARM, ENFORCEMENT)),)


def serious(config: Config) -> tuple[Wanted, ...]:
    """Serious violence as the place names it."""
    return (Wanted((HARM,), config.place.serious_violence),)


def _first_year(day: dt.date) -> int:
    """First January with a whole history behind it."""
    whole = _ahead(_whole(day), HISTORY_MONTHS)
    return whole.year if whole.month == 1 else whole.year + 1


def _whole(day: dt.date) -> dt.date:
    return day if day.day == 1 else _ahead(day.replace(day=1), 1)


def _ahead(day: dt.date, months: int) -> dt.date:
    return months_before(day, -months)


def month_span(start: dt.date, stop: dt.date) -> int:
    """Whole months between two firsts of a month."""
    return month_of(stop) - month_of(start)
