"""What came later: the benches on which the candidates of an origin are measured."""

from __future__ import annotations

import datetime as dt

import numpy as np

from harmmodel.audit.validation import plan
from harmmodel.audit.validation.candidates import Scores
from harmmodel.audit.validation.lens import months_known
from harmmodel.audit.validation.measure import Bench, Later
from harmmodel.audit.validation.panels import Panel, Wanted, after
from harmmodel.audit.validation.plan import Task
from harmmodel.method.arrays import Floats
from harmmodel.method.streams import stream
from harmmodel.method.validation.capture import block_weights
from harmmodel.warehouse.read import areas
from harmmodel.warehouse.read.counts import months_before
from harmmodel.warehouse.read.validation import AREA, HARM
from harmmodel.warehouse.store.connection import Connection

YEAR = 12
COMMUNITY = "community_pillar"


def benches(
    con: Connection, everything: Panel, task: Task, scores: Scores, replicates: int
) -> list[tuple[Bench, Scores]]:
    """Set a bench up for each outcome of an origin, with the candidates it judges.

    Parameters
    ----------
    everything : the panel of all months; candidates never see it
    task : what the candidates were handed
    """
    level = everything.levels[task.level]
    rng = stream(task.config.scheme.seed, "validation", task.origin.name, task.level)
    weights = block_weights(everything.levels[AREA].size, replicates=replicates, rng=rng)

    def bench(outcome: str, later: Later) -> Bench:
        head: dict[str, object] = {"origin": task.origin.name, "outcome": outcome, "resolution": task.level}
        return Bench(level, later, weights, head | {"events": int(later.events.sum())})

    judged = {name: values for name, values in scores.items() if name != COMMUNITY}
    found = [
        (bench(outcome, _recorded(everything, task, wanted, stop)), judged)
        for outcome, (wanted, stop) in plan.outcomes(task.origin, task.config).items()
    ]
    if COMMUNITY in scores and _deaths_are_known(task):
        deaths, last = _deaths(con, task)
        found.append((bench(plan.OPIOID, deaths), scores | {"opioid_deaths_last": last}))
    return found


def _recorded(everything: Panel, task: Task, wanted: tuple[Wanted, ...], stop: dt.date) -> Later:
    start = task.origin.start
    later = after(everything, start, stop)
    events = later.counts(task.level, wanted, since=later.first)
    year = task.counts(*wanted, since=task.past.stop - YEAR)
    expected = float(year.sum()) * plan.month_span(start, stop) / YEAR
    return Later(events, _weighted(later, events, task, stop), expected)


def _weighted(later: Panel, events: Floats, task: Task, stop: dt.date) -> Floats | None:
    """Weigh assaults by offence and add the homicides of the same months, where the file reaches as far."""
    reach = plan.outcomes(task.origin, task.config).get(plan.HOMICIDE)
    if reach is None or reach[1] != stop or stop != task.origin.stop:
        return None
    value = task.config.weight_set.values
    deaths = later.counts(task.level, [Wanted((HARM,), (plan.HOMICIDE,))], since=later.first)
    return np.asarray(value[task.found.held_back].value * events + value[plan.HOMICIDE].value * deaths)


def _deaths_are_known(task: Task) -> bool:
    source = task.config.place.classes.get(plan.COMMUNITY_CLASS)
    covers = task.config.passports[source].covers if source else None
    before = months_known(task.config, plan.COMMUNITY_CLASS, task.origin.as_of)
    return covers is not None and covers.to >= task.origin.stop and before >= YEAR


def _deaths(con: Connection, task: Task) -> tuple[Later, Floats]:
    """Count opioid deaths after the origin's day, and per resident in the year before it: known by area and month."""
    level, origin = task.past.levels[AREA], task.origin

    def counted(start: dt.date, stop: dt.date) -> Floats:
        frame = areas.class_counts(con, [plan.COMMUNITY_CLASS], start, stop)
        by = dict(zip(frame["unit_id"], frame["events"], strict=True))
        return np.array([float(by.get(unit, 0)) for unit in level.unit_ids])

    year = counted(months_before(origin.as_of, YEAR), origin.as_of)
    expected = float(year.sum()) * plan.month_span(origin.start, origin.stop) / YEAR
    rate = np.divide(year, level.sizes, out=np.zeros_like(year), where=level.sizes > 0)
    return Later(counted(origin.start, origin.stop), None, expected), rate
