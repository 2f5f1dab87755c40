"""The violence pillar of cells as it would have been on an earlier day."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from harmmodel.assembly.areas import observed_of
from harmmodel.audit.validation import schedule
from harmmodel.audit.validation.orders import DAYS_PER_MONTH, VIOLENCE, scored_indicators, stand_in
from harmmodel.audit.validation.schedule import Task, Wanted, month_of
from harmmodel.config.rows.covers import months_between
from harmmodel.lenses.areas.cube import ClassCount, Cube
from harmmodel.lenses.areas.joint import learn
from harmmodel.lenses.areas.spec import IndicatorSpec
from harmmodel.method.arrays import Floats
from harmmodel.method.shrinkage import marshall_prior, own_share, posterior_mean
from harmmodel.method.validation.neighbours import Ring, expected_level, shrunk_class
from harmmodel.warehouse.read.areas import window
from harmmodel.warehouse.read.validation import HARM, VALIDATION


@dataclass(frozen=True)
class ClassEvents:
    """Events of one class in each cell.

    Attributes
    ----------
    weight : of one event inside its indicator
    months : over which they were counted
    say : how much the indicator counts in the pillar
    police_contact : whether an event presupposes contact with the police, so that it teaches no other class
    """

    indicator: str
    name: str
    events: Floats
    weight: float
    months: int
    say: float = 1.0
    police_contact: bool = False


@dataclass(frozen=True)
class Recipe:
    """How the pillar of cells is made; the fields are what was tried.

    Attributes
    ----------
    shrinks : ``together`` (all classes at once, as areas are), ``place`` (each class towards the place's average),
        ``around`` (towards what is recorded in and around the cell), ``not``
    rings : how many rings of neighbours count, for ``around``
    pools : whether milder recorded violence helps to tell what to expect
    by_offence : whether all offences are added up by their weight, instead of indicators counting alike
    """

    shrinks: str
    rings: int = 0
    pools: bool = False
    by_offence: bool = False


IN_FORCE = Recipe("together")
RAW = Recipe("not")
AROUND = Recipe("around", rings=2, pools=True)


def tries() -> Iterator[tuple[str, Recipe]]:
    """Name what was tried on the way, the method in force last."""
    yield "indicators alike, without shrinkage", RAW
    yield "offence weights added up, without shrinkage", replace(RAW, by_offence=True)
    yield "indicators alike, towards the place's average", Recipe("place")
    yield "offence weights added up, towards the place's average", Recipe("place", by_offence=True)
    yield "towards serious violence in the cell, no neighbours", Recipe("around")
    yield "towards serious violence in and around the cell", replace(AROUND, pools=False)
    yield "towards all recorded violence in the cell, no neighbours", replace(AROUND, rings=0)
    yield "towards all recorded violence, one ring of neighbours", replace(AROUND, rings=1)
    yield "indicators alike, towards all recorded violence in and around the cell", AROUND
    yield (
        "offence weights added up, towards all recorded violence in and around the cell",
        replace(AROUND, by_offence=True),
    )
    yield "offence weights added up, all classes together, as areas are", replace(IN_FORCE, by_offence=True)
    yield "indicators alike, all classes and milder violence together", replace(IN_FORCE, pools=True)
    yield "in force: indicators alike, all classes together, as areas are", IN_FORCE


def cell_pillar(task: Task, recipe: Recipe) -> Floats:
    """Score cells by violence per km², before the origin's day.

    Returns
    -------
    Shape (cells,): the mean over indicators of the cell's weighted rate over the average cell's. Cells are of
    practically one size, so a count orders them as a rate per km² would.
    """
    parts = _full_parts(task) if task.origin.full else _history_parts(task)
    rates = [part.weight * rate for part, rate in zip(parts, _rates(parts, task, recipe), strict=True)]
    return _joined(list(zip(parts, rates, strict=True)), recipe)


def _rates(parts: Sequence[ClassEvents], task: Task, recipe: Recipe) -> list[Floats]:
    """Estimate the events per month of each class; shape (cells,) each."""
    if recipe.shrinks == "together":
        return _together(parts, _milder(task) if recipe.pools else ())
    if recipe.shrinks == "around":
        rings = [Ring(pairs[0], pairs[1]) for pairs in task.past.levels[task.level].rings[: recipe.rings]]
        expected = expected_level(_plentiful(task, recipe), rings)
        return [shrunk_class(part.events, expected) / part.months for part in parts]
    if recipe.shrinks == "place":
        one = np.ones_like(parts[0].events)
        return [posterior_mean(part.events, one, marshall_prior(part.events, one)) / part.months for part in parts]
    return [part.events / part.months for part in parts]


def _together(parts: Sequence[ClassEvents], beside: Sequence[ClassEvents]) -> list[Floats]:
    """Estimate all classes at once, by the model by which areas are published; *beside* teaches and is not estimated.

    A cell is one unit of exposure per month. What is believed of a class comes from the other classes of the cell, and
    its own count is trusted as far as it tells more.
    """
    counts = [_class_count(part) for part in [*parts, *beside]]
    cells = tuple(str(number) for number in range(counts[0].events.size))
    classes: dict[str, tuple[ClassCount, ...]] = {}
    for count in counts:
        classes[count.indicator] = (*classes.get(count.indicator, ()), count)
    contact = {part.indicator: part.police_contact for part in [*parts, *beside]}
    cube = Cube(cells, cells, np.full(len(cells), np.nan), classes, {})
    found = learn(cube, [_spec(name, contact[name], cube.classes[name]) for name in classes]).estimates
    rates = []
    for count in counts[: len(parts)]:
        believed = found[count.indicator, count.name]
        own = count.events / count.person_years
        trust = own_share(count.person_years, believed.worth)
        rates.append(np.asarray(believed.expected + trust * (own - believed.expected), dtype=np.float64))
    return rates


def _class_count(part: ClassEvents) -> ClassCount:
    """Give a class of cells as the lens takes it: every count is known and lies in its cell."""
    events, months = part.events, float(part.months)
    return ClassCount(
        indicator=part.indicator,
        name=part.name,
        events=events,
        low=events,
        high=events,
        certain=events,
        zones=(),
        withheld=(),
        person_years=np.full(events.size, months),
        scale=1,
        days=months * DAYS_PER_MONTH,
        unallocated=(0.0, 0.0),
    )


def _spec(name: str, police_contact: bool, counts: Sequence[ClassCount]) -> IndicatorSpec:
    """Describe an indicator as far as estimating asks for it; cells have no goalposts."""
    return IndicatorSpec(
        id=name,
        label=name,
        pillar=VIOLENCE,
        low=0.0,
        high=1.0,
        high_range=0.0,
        police_contact=police_contact,
        role="score",
        weight=1.0,
        weight_range=(1.0, 1.0),
        classes=tuple(count.name for count in counts),
        weighted=False,
        per="km2",
        least=0.0,
        least_share=0.0,
    )


def _joined(rates: list[tuple[ClassEvents, Floats]], recipe: Recipe) -> Floats:
    indicators: dict[str, Floats] = {}
    say: dict[str, float] = {}
    for part, rate in rates:
        name = "all" if recipe.by_offence else part.indicator
        indicators[name] = indicators.get(name, np.zeros_like(rate)) + rate
        say[name] = part.say
    known = {name: rate / rate.mean() for name, rate in sorted(indicators.items()) if rate.mean() > 0}
    if not known:
        return np.zeros(rates[0][1].size)
    total = math.fsum(say[n] for n in known)
    return np.asarray(sum(say[n] * rate for n, rate in known.items()) / total, dtype=np.float64)


def _full_parts(task: Task) -> list[ClassEvents]:
    """Count the classes of the pillar's scored indicators, each in its own window."""
    sources, weights, parts = observed_of(task.config), task.config.weight_set.values, []
    for item in scored_indicators(task.config):
        for class_ in _known_in_cells(item.count.classes, task):
            start, stop = window(task.origin.as_of, item.count.months, sources[class_])
            months = sum(sources[class_].days(*span) > 0 for span in months_between(start, stop))
            if months > 0:
                events = task.counts(Wanted((HARM,), (class_,)), since=month_of(start), until=month_of(stop))
                weight = weights[class_].value if item.count.weighted else 1.0
                parts.append(ClassEvents(item.id, class_, events, weight, months, police_contact=item.police_contact))
    return parts


def _known_in_cells(classes: Sequence[str], task: Task) -> list[str]:
    """Return the classes that are counted by cell; of the others a cell knows nothing, which is not none."""
    return [name for name in classes if name in task.config.place.counted_in_cells]


def _history_parts(task: Task) -> list[ClassEvents]:
    """Count the named history over three years: the long classes keep their say, the kept file speaks for the rest."""
    since, months = task.past.stop - schedule.HISTORY_MONTHS, schedule.HISTORY_MONTHS
    long = [
        ClassEvents(class_, class_, task.counts(Wanted((HARM,), (class_,)), since=since), 1.0, months)
        for class_ in task.found.long_classes
    ]
    counts = task.counts(Wanted((VALIDATION,)), since=since)
    held_back, say = task.found.held_back, stand_in(task.config, task.found)
    return [*long, ClassEvents(held_back, held_back, counts, 1.0, months, say=say)]


def _milder(task: Task) -> list[ClassEvents]:
    """Count milder violence over the months of the short sources; the long history has none."""
    since = month_of(task.origin.since)
    known = _known_in_cells(schedule.MILDER, task) if task.origin.full else []
    return [
        ClassEvents(name, name, task.counts(Wanted((HARM,), (name,)), since=since), 1.0, task.past.stop - since)
        for name in known
    ]


def _plentiful(task: Task, recipe: Recipe) -> Floats:
    """Count the violence that tells what to expect."""
    if not task.origin.full:
        return task.counts(*task.found.history, since=task.past.stop - schedule.HISTORY_MONTHS)
    milder = tuple(c for c in schedule.MILDER if c in task.config.place.classes) if recipe.pools else ()
    wanted = Wanted((HARM,), (*task.config.place.serious_violence, *milder))
    return task.counts(wanted, since=month_of(task.origin.since))
