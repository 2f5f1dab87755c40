"""From which days the past is read, what comes after, and what the names of candidates stand for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from harmmodel.audit.validation.outcomes import Judge, impossible, judges, longest
from harmmodel.audit.validation.panel import Panel, Wanted, month_of
from harmmodel.config import Config
from harmmodel.method.arrays import Floats
from harmmodel.warehouse.read.areas import first_whole_month, months_before
from harmmodel.warehouse.read.validation import ENFORCEMENT, HARM, HeldBack, held_back

SHARES = (0.01, 0.02, 0.05, 0.10, 0.20)
FEWEST = 50  # outcome events; under these a figure would be noise
REPLICATES = 2000
HISTORY_MONTHS = 36
HALF_LIFE = 12.0  # months, of exponentially weighted violence
FEWEST_KNOWN, FEWEST_JUDGED = 3, 1  # months before a day, and after it, of one source
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
    judges : what came later; the first one gives the verdict
    held : the file that was kept for it, if the first one is such a file
    """

    long_classes: tuple[str, ...]
    short_from: dt.date
    short_to: dt.date
    judges: tuple[Judge, ...]
    held: HeldBack | None

    @property
    def main(self) -> Judge:
        """What gives the verdict."""
        return self.judges[0]

    @property
    def long(self) -> tuple[Wanted, ...]:
        """Events of the long classes."""
        return (Wanted((HARM,), self.long_classes),) if self.long_classes else ()

    @property
    def history(self) -> tuple[Wanted, ...]:
        """Events of the named history: the long classes and what gives the verdict."""
        return (*self.long, *self.main.wanted)


def ground(config: Config) -> Ground:
    """Find out which sources reach how far.

    Raises
    ------
    ValidationImpossible
        If nothing later is recorded that could judge, or no period of serious violence is known.
    """
    found = judges(config)
    source = config.validation.outcomes[0].source if config.validation and config.validation.outcomes else None
    held = held_back(config, source) if found[0].wanted[0].kinds != (HARM,) else None
    begin, end = short_period(config) or (found[0].first, found[0].first)
    long: tuple[str, ...] = ()
    if held:
        covers = {c: longest(config, config.place.classes[c]) for c in config.place.serious_violence}
        needed = months_before(dt.date(_first_year(found[0].first), 1, 1), HISTORY_MONTHS)
        long = tuple(sorted(c for c, period in covers.items() if period and period.from_ <= needed))
    return Ground(long, begin, end, found, held)


def short_period(config: Config) -> tuple[dt.date, dt.date] | None:
    """Return the whole months of the source that feeds most classes of serious violence; None if none are known."""
    sources = Counter(config.place.classes[c] for c in config.place.serious_violence)
    short = longest(config, sources.most_common(1)[0][0])
    return (first_whole_month(short.from_), short.to.replace(day=1)) if short else None


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


def origins(ground: Ground, config: Config) -> list[Origin]:
    """List the comparisons: those that the place names, else what its files allow.

    With a file that was kept for validation these are yearly ones on the long history, then the few inside the short
    sources, which overlap in what comes later and are not independent of each other. Without one they lie inside the
    source of serious violence, of which the earlier months order and the later ones judge.

    Raises
    ------
    ValidationImpossible
        If a day that the place names lies outside what its files cover, or they cover too few months.
    """
    scheme, as_of = config.validation, config.scheme.as_of
    if scheme and scheme.days:
        return _named(ground, config)
    found = _of_kept(ground, as_of) if ground.held else _inside(ground, as_of)
    if not found:
        main, months = ground.main, max(0, month_span(ground.short_from, min(ground.short_to, ground.main.stop)))
        raise impossible(
            config,
            f"its files hold {months} whole {'month' if months == 1 else 'months'} of serious violence from "
            f"{ground.short_from} and of {main.label} from {main.first} to {main.stop}, and a comparison takes "
            f"{FEWEST_KNOWN} months to order by before as_of and {FEWEST_JUDGED} later to judge by",
            "Load more months, or name the days in its validation.yaml",
        )
    return found


def _named(ground: Ground, config: Config) -> list[Origin]:
    """Take the days that the place names."""
    scheme, last, found = config.validation, min(ground.short_to, config.scheme.as_of), []
    for day in scheme.days if scheme else ():
        full = ground.short_from < day.known_before <= last
        since = ground.short_from if full else months_before(day.known_before, 12)
        if not (full or ground.held) or day.from_ < ground.main.first or day.to > ground.main.stop:
            raise impossible(
                config,
                f"{day.known_before}, judged by {day.from_} to {day.to}, lies outside what its files cover: serious "
                f"violence from {ground.short_from} to {last}, {ground.main.label} from {ground.main.first} to "
                f"{ground.main.stop}",
                "Correct the days in its validation.yaml",
            )
        found.append(Origin(day.known_before, day.from_, day.to, full, since))
    return found


def _of_kept(ground: Ground, as_of: dt.date) -> list[Origin]:
    until = ground.main.stop
    yearly = [
        Origin(dt.date(y, 1, 1), dt.date(y, 1, 1), dt.date(y + 1, 1, 1), False, dt.date(y - 1, 1, 1))
        for y in range(_first_year(ground.main.first), min(as_of.year, until.year - 1) + 1)
    ]
    start, last = ground.short_from, min(ground.short_to, as_of)
    ends = ((3, last), (5, _ahead(start, 17)), (6, _ahead(start, 12)))
    inside = [Origin(_ahead(start, m), _ahead(start, m), stop, True, start) for m, stop in ends]
    once = Origin(last, dt.date(last.year + 1, 1, 1), dt.date(last.year + 2, 1, 1), True, start)
    return [o for o in [*yearly, *inside, once] if o.as_of <= last and o.start < o.stop <= until]


def _inside(ground: Ground, as_of: dt.date) -> list[Origin]:
    """Order by the first half, two thirds and three quarters of the months, and judge by up to a year after."""
    start, stop = max(ground.short_from, ground.main.first), ground.main.stop
    months, last = month_span(start, stop), min(ground.short_to, as_of)
    cuts = sorted({max(FEWEST_KNOWN, part) for part in (months // 2, 2 * months // 3, 3 * months // 4)})
    days = [_ahead(start, cut) for cut in cuts if cut + FEWEST_JUDGED <= months]
    return [Origin(day, day, min(_ahead(day, 12), stop), True, ground.short_from) for day in days if day <= last]


def outcomes(origin: Origin, ground: Ground) -> dict[str, tuple[Judge, dt.date]]:
    """Name what of violence came later and up to when it is recorded; never what the score itself is made of."""
    return {
        judge.id: (judge, min(judge.stop, origin.stop))
        for judge in ground.judges
        if judge.pillar == "violence" and judge.first <= origin.start < min(judge.stop, origin.stop)
    }


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


def months_known(judge: Judge, as_of: dt.date) -> int:
    """Whole months before *as_of* in which a kind of harm is recorded."""
    return max(0, month_of(min(as_of, judge.stop)) - month_of(judge.first))


def month_span(start: dt.date, stop: dt.date) -> int:
    """Whole months between two firsts of a month."""
    return month_of(stop) - month_of(start)
