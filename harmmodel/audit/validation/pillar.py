"""The violence pillar of cells, per km²: the area pillar's indicators, shrunk towards what lies in and around a cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from harmmodel.assembly import covers_of
from harmmodel.audit.validation import plan
from harmmodel.audit.validation.panels import Panel, Wanted, month_of
from harmmodel.audit.validation.plan import Ground, Origin
from harmmodel.config import Config
from harmmodel.method.arrays import Floats
from harmmodel.method.neighbours import Ring, expected_level, shrunk_class
from harmmodel.method.shrinkage import marshall_prior, posterior_mean
from harmmodel.warehouse.counts import window
from harmmodel.warehouse.validation_data import HARM, VALIDATION

VIOLENCE = "violence"


@dataclass(frozen=True)
class Part:
    """Events of one class in each cell, with the weight of one event and the months they were counted over."""

    indicator: str
    class_: str
    events: Floats
    weight: float
    months: int


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


def cell_pillar(past: Panel, origin: Origin, level: str, config: Config, found: Ground, recipe: Recipe) -> Floats:
    """Score cells by violence per km², before the origin's day.

    Parameters
    ----------
    past : only what was recorded before the origin's day

    Returns
    -------
    Shape (cells,): the mean over indicators of the cell's weighted rate over the average cell's. Cells are of
    practically one size, so a count orders them as a rate per km² would.
    """
    counted = _full_parts(past, origin, level, config) if origin.full else _history_parts(past, level, config, found)
    expected = None
    if recipe.shrinks == "around":
        rings = [Ring(pairs[0], pairs[1]) for pairs in past.levels[level].rings[: recipe.rings]]
        expected = expected_level(_plentiful(past, origin, level, config, found, recipe), rings)
    return _joined([(part, _rate(part, recipe, expected)) for part in counted], recipe)


def _rate(part: Part, recipe: Recipe, expected: Floats | None) -> Floats:
    if expected is not None:
        events = shrunk_class(part.events, expected)
    elif recipe.shrinks == "place":
        one = np.ones_like(part.events)
        events = posterior_mean(part.events, one, marshall_prior(part.events, one))
    else:
        events = part.events
    return part.weight * events / part.months


def _joined(rates: list[tuple[Part, Floats]], recipe: Recipe) -> Floats:
    indicators: dict[str, Floats] = {}
    for part, rate in rates:
        name = "all" if recipe.by_offence else part.indicator
        indicators[name] = indicators.get(name, np.zeros_like(rate)) + rate
    known = [rate / rate.mean() for _, rate in sorted(indicators.items()) if rate.mean() > 0]
    return np.asarray(np.mean(known, axis=0), dtype=np.float64) if known else np.zeros(rates[0][1].size)


def _full_parts(past: Panel, origin: Origin, level: str, config: Config) -> list[Part]:
    """Count the classes of the pillar's scored indicators, each in its own window."""
    covers, weights, parts = covers_of(config), config.weight_set.values, []
    for name in sorted(config.place.indicators):
        item = config.indicators[name]
        if item.pillar != VIOLENCE or item.role != "score":
            continue
        for class_ in item.count.classes:
            start, stop = window(origin.as_of, item.count.months, covers[class_])
            months = plan.month_span(start, stop)
            if months > 0:
                events = past.counts(
                    level, [Wanted((HARM,), (class_,))], since=month_of(start), until=month_of(stop)
                )
                weight = weights[class_].value if item.count.weighted else 1.0
                parts.append(Part(name, class_, events, weight, months))
    return parts


def _history_parts(past: Panel, level: str, config: Config, found: Ground) -> list[Part]:
    """Count the named history: each long class and the file kept for validation, over three years."""
    since, weights = past.stop - plan.HISTORY_MONTHS, config.weight_set.values
    wanted = [(c, Wanted((HARM,), (c,))) for c in found.long_classes] + [(found.held_back, Wanted((VALIDATION,)))]
    return [
        Part(class_, class_, past.counts(level, [one], since=since), weights[class_].value, plan.HISTORY_MONTHS)
        for class_, one in wanted
    ]


def _plentiful(  # noqa: PLR0913 - what is counted follows from all of these
    past: Panel, origin: Origin, level: str, config: Config, found: Ground, recipe: Recipe
) -> Floats:
    """Count the violence that tells what to expect."""
    if not origin.full:
        return past.counts(level, found.history, since=past.stop - plan.HISTORY_MONTHS)
    milder = tuple(c for c in plan.MILDER if c in config.place.classes) if recipe.pools else ()
    wanted = [Wanted((HARM,), (*config.place.serious_violence, *milder))]
    return past.counts(level, wanted, since=month_of(origin.since))
