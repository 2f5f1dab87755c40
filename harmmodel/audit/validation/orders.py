"""The area lens as it would have scored on an earlier day."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from harmmodel.assembly import areas
from harmmodel.assembly.areas import covers_of
from harmmodel.audit.validation import schedule
from harmmodel.audit.validation.schedule import Ground, Task, Wanted, month_of
from harmmodel.config import Config, Indicator
from harmmodel.config.types import Pillar
from harmmodel.lenses.areas.cube import read_cube
from harmmodel.lenses.areas.estimate import IndicatorPoint, Scored, indicator_point, score
from harmmodel.lenses.areas.joint import learn
from harmmodel.lenses.areas.spec import PER, AreaInputs, AreaScheme, IndicatorSpec
from harmmodel.method.arrays import Floats
from harmmodel.method.shrinkage import marshall_prior, posterior_mean
from harmmodel.method.validation.neighbours import Ring, expected_level, shrunk_class
from harmmodel.warehouse.read.areas import window
from harmmodel.warehouse.read.validation import AREA, HARM, VALIDATION
from harmmodel.warehouse.store.connection import Connection

VIOLENCE: Pillar = "violence"


@dataclass(frozen=True)
class ClassEvents:
    """Events of one class in each cell.

    Attributes
    ----------
    weight : of one event inside its indicator
    months : over which they were counted
    say : how much the indicator counts in the pillar
    """

    indicator: str
    events: Floats
    weight: float
    months: int
    say: float = 1.0


@dataclass(frozen=True)
class Recipe:
    """How the pillar of cells is made; the fields are what was tried.

    Attributes
    ----------
    shrinks : ``not``, ``place`` (towards the place's average, as areas are), ``around`` (towards what is recorded in
        and around the cell)
    rings : how many rings of neighbours count
    pools : whether milder recorded violence helps to tell what to expect
    by_offence : whether all offences are added up by their weight, instead of indicators counting alike
    """

    shrinks: str = "around"
    rings: int = 2
    pools: bool = True
    by_offence: bool = False


IN_FORCE = Recipe()
RAW = replace(IN_FORCE, shrinks="not")


def tries() -> Iterator[tuple[str, Recipe]]:
    """Name what was tried on the way, the method in force last."""
    yield "indicators alike, without shrinkage", RAW
    yield "offence weights added up, without shrinkage", replace(RAW, by_offence=True)
    yield "indicators alike, towards the place's average", Recipe(shrinks="place")
    yield "offence weights added up, towards the place's average", Recipe(shrinks="place", by_offence=True)
    yield "towards serious violence in the cell, no neighbours", Recipe(rings=0, pools=False)
    yield "towards serious violence in and around the cell", Recipe(pools=False)
    yield "towards all recorded violence in the cell, no neighbours", Recipe(rings=0)
    yield "towards all recorded violence, one ring of neighbours", Recipe(rings=1)
    yield "offence weights added up, towards all recorded violence in and around the cell", Recipe(by_offence=True)
    yield "in force: indicators alike, towards all recorded violence in and around the cell", IN_FORCE


def cell_pillar(task: Task, recipe: Recipe) -> Floats:
    """Score cells by violence per km², before the origin's day.

    Returns
    -------
    Shape (cells,): the mean over indicators of the cell's weighted rate over the average cell's. Cells are of
    practically one size, so a count orders them as a rate per km² would.
    """
    counted = _full_parts(task) if task.origin.full else _history_parts(task)
    expected = None
    if recipe.shrinks == "around":
        rings = [Ring(pairs[0], pairs[1]) for pairs in task.past.levels[task.level].rings[: recipe.rings]]
        expected = expected_level(_plentiful(task, recipe), rings)
    return _joined([(part, _rate(part, recipe, expected)) for part in counted], recipe)


def _rate(part: ClassEvents, recipe: Recipe, expected: Floats | None) -> Floats:
    if expected is not None:
        events = shrunk_class(part.events, expected)
    elif recipe.shrinks == "place":
        one = np.ones_like(part.events)
        events = posterior_mean(part.events, one, marshall_prior(part.events, one))
    else:
        events = part.events
    return part.weight * events / part.months


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
    covers, weights, parts = covers_of(task.config), task.config.weight_set.values, []
    for item in _scored_indicators(task.config):
        for class_ in _known_in_cells(item.count.classes, task):
            start, stop = window(task.origin.as_of, item.count.months, covers[class_])
            months = schedule.month_span(start, stop)
            if months > 0:
                events = task.counts(Wanted((HARM,), (class_,)), since=month_of(start), until=month_of(stop))
                parts.append(
                    ClassEvents(item.id, events, weights[class_].value if item.count.weighted else 1.0, months)
                )
    return parts


def _known_in_cells(classes: Sequence[str], task: Task) -> list[str]:
    """Return the classes that are counted by cell; of the others a cell knows nothing, which is not none."""
    return [name for name in classes if name in task.config.place.counted_in_cells]


def _scored_indicators(config: Config) -> list[Indicator]:
    return [item for item in config.listed_indicators if item.pillar == VIOLENCE and item.role == "score"]


def _history_parts(task: Task) -> list[ClassEvents]:
    """Count the named history over three years: the long classes keep their say, the kept file speaks for the rest."""
    since, months = task.past.stop - schedule.HISTORY_MONTHS, schedule.HISTORY_MONTHS
    long = [
        ClassEvents(class_, task.counts(Wanted((HARM,), (class_,)), since=since), 1.0, months)
        for class_ in task.found.long_classes
    ]
    counts = task.counts(Wanted((VALIDATION,)), since=since)
    return [*long, ClassEvents(task.found.held_back, counts, 1.0, months, say=stand_in(task.config, task.found))]


def stand_in(config: Config, ground: Ground) -> float:
    """For how many scored indicators of violence the file kept for validation stands in on the long history."""
    missing = [i for i in _scored_indicators(config) if not set(i.count.classes) <= set(ground.long_classes)]
    return float(max(1, len(missing)))


def _plentiful(task: Task, recipe: Recipe) -> Floats:
    """Count the violence that tells what to expect."""
    if not task.origin.full:
        return task.counts(*task.found.history, since=task.past.stop - schedule.HISTORY_MONTHS)
    milder = tuple(c for c in schedule.MILDER if c in task.config.place.classes) if recipe.pools else ()
    wanted = Wanted((HARM,), (*task.config.place.serious_violence, *milder))
    return task.counts(wanted, since=month_of(task.origin.since))


HISTORY = "named_history"  # the indicator made of the file kept for validation
DAYS_PER_MONTH = 365 / 12


@dataclass(frozen=True)
class AreaOrder:
    """Scores of areas on one day, shape (areas,) each, in order of unit id; NaN where not scored."""

    violence: Floats
    violence_raw: Floats
    overall: Floats
    overall_raw: Floats
    community: Floats


def as_of_day(config: Config, as_of: dt.date) -> Config:
    """Return the config with another day from which on nothing is read."""
    return replace(config, scheme=config.scheme.model_copy(update={"as_of": as_of}))


def area_order(con: Connection, task: Task) -> AreaOrder:
    """Score areas with what was recorded before the origin's day."""
    dated = as_of_day(task.config, task.origin.as_of)
    specs = areas.indicator_specs(dated)
    data = areas.released_inputs(con, dated)
    if not task.origin.full:
        data, specs = _with_history(data, specs, task)
    scheme = areas.area_scheme(dated)
    shrunk, raw = (_scored(data, specs, scheme, shrinks=shrinks) for shrinks in (True, False))
    return AreaOrder(
        violence=_pillar(shrunk, scheme, VIOLENCE),
        violence_raw=_pillar(raw, scheme, VIOLENCE),
        overall=_overall(shrunk),
        overall_raw=_overall(raw),
        community=_pillar(shrunk, scheme, "community"),
    )


def _pillar(scored: Scored, scheme: AreaScheme, name: str) -> Floats:
    places = [place for place, pillar in enumerate(scheme.pillars) if pillar.id == name]
    return scored.pillars[places[0]] if places else np.full(scored.overall.shape, np.nan)


def _overall(scored: Scored) -> Floats:
    """Give the overall score where at least two pillars are scored: with one there is none."""
    return np.where(np.isfinite(scored.pillars).sum(axis=0) > 1, scored.overall, np.nan)


def area_points(
    data: AreaInputs, specs: Sequence[IndicatorSpec], scheme: AreaScheme, *, shrinks: bool = True
) -> list[IndicatorPoint]:
    """Shrink and scale each indicator, without draws; without shrinkage each rate is the area's own record."""
    cube = read_cube(data, specs)
    found = learn(cube, specs)
    found = found if shrinks else found.without_shrinkage()
    return [indicator_point(spec, cube.classes[spec.id], found.estimates, scheme) for spec in specs]


def _scored(data: AreaInputs, specs: Sequence[IndicatorSpec], scheme: AreaScheme, *, shrinks: bool) -> Scored:
    return score(area_points(data, specs, scheme, shrinks=shrinks), scheme, with_contact=scheme.include_contact)


def _with_history(
    data: AreaInputs, specs: Sequence[IndicatorSpec], task: Task
) -> tuple[AreaInputs, list[IndicatorSpec]]:
    """Keep the indicators that reach back, and let the file kept for validation stand in for the others of violence.

    The stand-in has no goalposts of its own: its highest rate before the day is 100. It counts as much as the
    indicators it stands in for.
    """
    reaching = set(data.exposure.loc[data.exposure["days"] > 0, "indicator"])
    long_classes = set(task.found.long_classes)
    long = [s for s in specs if s.id in reaching and (s.pillar != VIOLENCE or set(s.classes) <= long_classes)]
    level, held_back = task.past.levels[AREA], task.found.held_back
    events = task.counts(*task.found.history[1:], since=task.past.stop - schedule.HISTORY_MONTHS)
    days = round(schedule.HISTORY_MONTHS * DAYS_PER_MONTH)
    years = level.sizes * days / 365
    rates = np.divide(PER * events, years, out=np.zeros_like(events), where=years > 0)
    weight = stand_in(task.config, task.found)
    own = IndicatorSpec(
        id=HISTORY,
        label=HISTORY,
        pillar=VIOLENCE,
        classes=(held_back,),
        high=max(float(rates.max()), 1.0),
        low=0.0,
        high_range=0.0,  # only points are taken, so neither this nor the weight is drawn
        weighted=False,
        police_contact=False,
        role="score",
        per="resident",
        weight=weight,
        weight_range=(weight, weight),
    )
    counted = pd.DataFrame({"unit_id": level.unit_ids, "indicator": HISTORY, "class": held_back, "events": events})
    exposure = pd.DataFrame(
        [{"indicator": HISTORY, "class": held_back, "days": days, "period_from": None, "period_to": None}]
    )
    joined = replace(
        data,
        counts=pd.concat([data.counts, counted], ignore_index=True),
        exposure=pd.concat([data.exposure.astype({"period_from": object, "period_to": object}), exposure]),
    )
    return joined, [*long, own]


def months_known(config: Config, class_: str, as_of: dt.date) -> int:
    """Whole months before *as_of* that the source of a class covers."""
    source = config.place.classes.get(class_)
    covers = config.passports[source].covers if source else None
    return 0 if covers is None else max(0, month_of(min(as_of, covers.to.replace(day=1))) - month_of(covers.from_))
