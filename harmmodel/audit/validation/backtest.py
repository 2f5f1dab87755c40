"""Every origin, outcome, level and candidate: the comparison itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from harmmodel.assembly import release
from harmmodel.audit.validation import schedule
from harmmodel.audit.validation.candidates import Scores, candidates
from harmmodel.audit.validation.cells import cell_pillar, tries
from harmmodel.audit.validation.figures import Bench, Later, Row, measured
from harmmodel.audit.validation.orders import months_known
from harmmodel.audit.validation.schedule import Panel, Task, Wanted, after, all_months, before, month_of
from harmmodel.config import Config
from harmmodel.method.arrays import Floats
from harmmodel.method.contrast import spearman
from harmmodel.method.random_streams import stream
from harmmodel.method.uncertainty import top_size
from harmmodel.method.validation.accuracy import jaccard
from harmmodel.method.validation.capture import best_order, block_weights, captured, order_by
from harmmodel.warehouse.read import areas
from harmmodel.warehouse.read.areas import months_before
from harmmodel.warehouse.read.validation import AREA, HARM, PlacedCounts, held_back
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
        return Bench(level, later, weights, head | {"events": int(later.events.sum())}, task.config.scheme.interval)

    judged = {name: values for name, values in scores.items() if name != COMMUNITY}
    pairs = [
        (bench(outcome, _recorded(everything, task, wanted, stop)), judged)
        for outcome, (wanted, stop) in schedule.outcomes(task.origin, task.config).items()
    ]
    if COMMUNITY in scores and _deaths_are_known(task):
        deaths, last = _deaths(con, task)
        pairs.append((bench(schedule.OPIOID, deaths), scores | {"opioid_deaths_last": last}))
    return pairs


def _recorded(everything: Panel, task: Task, wanted: tuple[Wanted, ...], stop: dt.date) -> Later:
    start = task.origin.start
    later = after(everything, start, stop)
    events = later.counts(task.level, wanted, since=later.first)
    year = task.counts(*wanted, since=task.past.stop - YEAR)
    expected = float(year.sum()) * schedule.month_span(start, stop) / YEAR
    return Later(events, _weighted(later, events, task, stop), expected)


def _weighted(later: Panel, events: Floats, task: Task, stop: dt.date) -> Floats | None:
    """Weigh assaults by offence and add the homicides of the same months, where the file reaches as far."""
    reach = schedule.outcomes(task.origin, task.config).get(schedule.HOMICIDE)
    if reach is None or reach[1] != stop or stop != task.origin.stop:
        return None
    value = task.config.weight_set.values
    deaths = later.counts(task.level, [Wanted((HARM,), (schedule.HOMICIDE,))], since=later.first)
    return np.asarray(value[task.found.held_back].value * events + value[schedule.HOMICIDE].value * deaths)


def _deaths_are_known(task: Task) -> bool:
    source = task.config.place.classes.get(schedule.COMMUNITY_CLASS)
    observed = task.config.passports[source].observed if source else None
    before = months_known(task.config, schedule.COMMUNITY_CLASS, task.origin.as_of)
    return observed is not None and observed.stretch.to >= task.origin.stop and before >= YEAR


def _deaths(con: Connection, task: Task) -> tuple[Later, Floats]:
    """Count opioid deaths after the origin's day, and per resident in the year before it: known by area and month."""
    level, origin = task.past.levels[AREA], task.origin

    def counted(start: dt.date, stop: dt.date) -> Floats:
        exact = areas.class_counts(con, [schedule.COMMUNITY_CLASS], start, stop)
        frame = release.middled(exact, release.gate(task.config))
        by = dict(zip(frame["unit_id"], frame["events"], strict=True))
        return np.array([float(by.get(unit, 0)) for unit in level.unit_ids])

    year = counted(months_before(origin.as_of, YEAR), origin.as_of)
    expected = float(year.sum()) * schedule.month_span(origin.start, origin.stop) / YEAR
    rate = np.divide(year, level.sizes, out=np.zeros_like(year), where=level.sizes > 0)
    return Later(counted(origin.start, origin.stop), None, expected), rate


Say = Callable[[str], None]
LEVELS = (AREA, "7", "8", "9")
Tops = dict[tuple[str, str], list[set[int]]]


@dataclass(frozen=True)
class Backtest:
    """Frames of the comparison.

    Attributes
    ----------
    rows : one per origin, outcome, candidate, resolution and share
    whole : one per origin, outcome, candidate and resolution: figures of the whole order
    curves : points of capture curves
    stability : how much of a candidate's top stays from one yearly origin to the next
    tried : what was tried for the violence pillar of cells
    """

    rows: pd.DataFrame
    whole: pd.DataFrame
    curves: pd.DataFrame
    stability: pd.DataFrame
    tried: pd.DataFrame


def backtest(
    con: Connection, placed: PlacedCounts, config: Config, say: Say, *, replicates: int = schedule.REPLICATES
) -> Backtest:
    """Compare all candidates from all origins."""
    everything = all_months(placed)
    parts: tuple[list[Row], list[Row], list[Row]] = ([], [], [])
    tops: Tops = {}
    for task in tasks(everything, config, say):
        scores = candidates(con, task)
        for bench, judged in benches(con, everything, task, scores, replicates):
            for gathered, part in zip(parts, measured(bench, judged), strict=True):
                gathered.extend(part)
        if not task.origin.full:
            _keep_tops(tops, task, scores)
    say("What was tried for the violence pillar of cells")
    rows, whole, curves = (pd.DataFrame(part) for part in parts)
    return Backtest(rows, whole, curves, _stability(tops), _tried(everything, config))


def levels(config: Config) -> tuple[str, ...]:
    """Return the sizes of units that can be compared: cells only where place.yaml lets enough be counted in them."""
    in_cells = set(config.place.counted_in_cells)
    known = held_back(config).class_ in in_cells and in_cells & set(config.place.serious_violence)
    return LEVELS if known else (AREA,)


def tasks(everything: Panel, config: Config, say: Say) -> Iterator[Task]:
    """Hand out the past of each origin and level."""
    ground = schedule.ground(config)
    origins = schedule.origins(ground, config.scheme.as_of)
    for number, origin in enumerate(origins, start=1):
        say(f"Origin {number} of {len(origins)}: known before {origin.name}, judged by {origin.start} to {origin.stop}")
        past = before(everything, origin.as_of)
        for level in levels(config):
            yield Task(past, origin, level, config, ground)


def _keep_tops(tops: Tops, task: Task, scores: Scores) -> None:
    k = top_size(task.past.levels[task.level].size, task.config.scheme.top_share)
    for name, values in scores.items():
        if name != "random":
            top = np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable")[:k]
            tops.setdefault((task.level, name), []).append(set(top.tolist()))


def _stability(tops: Tops) -> pd.DataFrame:
    """Mean Jaccard of the top from one yearly origin to the next, and how many units are in all of them."""
    rows = [
        {
            "resolution": level,
            "candidate": name,
            "origins": len(sets),
            "top": len(sets[0]),
            "jaccard": float(np.mean([jaccard(a, b) for a, b in pairwise(sets)])),
            "in_all": len(set.intersection(*sets)),
        }
        for (level, name), sets in tops.items()
        if len(sets) > 1
    ]
    return pd.DataFrame(rows)


def _tried(everything: Panel, config: Config) -> pd.DataFrame:
    """Mean PEI and rank correlation of each recipe over the origins inside the short sources."""
    full_tasks = [t for t in tasks(everything, config, lambda _: None) if t.origin.full and t.level != AREA]
    rows: list[Row] = []
    for level in LEVELS[1:]:
        for name, recipe in tries():
            level_tasks = [t for t in full_tasks if t.level == level]
            figures = [_figures(everything, task, cell_pillar(task, recipe)) for task in level_tasks]
            if figures:
                *pei, rank = np.mean(figures, axis=0)
                shares = {f"pei_{share:g}": float(value) for share, value in zip(schedule.SHARES, pei, strict=True)}
                rows.append({"resolution": level, "method": name, **shares, "spearman": float(rank)})
    return pd.DataFrame(rows)


def _figures(everything: Panel, task: Task, values: Floats) -> list[float]:
    """PEI at each share, then the rank correlation."""
    units, origin = task.past.levels[task.level], task.origin
    later = after(everything, origin.start, origin.stop).counts(
        task.level, task.found.history[1:], since=month_of(origin.start)
    )
    once = np.ones((1, everything.levels[AREA].size))
    hit, best = (
        captured(order, later, units.sizes, np.array(schedule.SHARES), blocks=units.blocks, weights=once)[0]
        for order in (order_by(values), best_order(later, units.sizes))
    )
    return [*(hit / best).tolist(), spearman(values, later)]
