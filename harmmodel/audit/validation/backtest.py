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
from harmmodel.audit.validation.candidates import OUTCOME_LAST, Scores, candidates, pillar_order
from harmmodel.audit.validation.cells import cell_pillar, tries
from harmmodel.audit.validation.figures import Bench, Later, Row, measured
from harmmodel.audit.validation.outcomes import Judge
from harmmodel.audit.validation.panel import Panel, Wanted, after, all_months, before, month_of
from harmmodel.audit.validation.schedule import Ground, Task
from harmmodel.config import Config
from harmmodel.method.arrays import Floats
from harmmodel.method.contrast import spearman
from harmmodel.method.random_streams import stream
from harmmodel.method.uncertainty import top_size
from harmmodel.method.validation.accuracy import jaccard
from harmmodel.method.validation.capture import best_order, block_weights, captured, order_by
from harmmodel.warehouse.read import areas
from harmmodel.warehouse.read.areas import months_before
from harmmodel.warehouse.read.validation import AREA, PlacedCounts
from harmmodel.warehouse.store.connection import Connection

YEAR = 12


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

    others = {pillar_order(judge.pillar) for judge in task.found.judges if judge.pillar != "violence"}
    judged = {name: values for name, values in scores.items() if name not in others}
    pairs = [
        (bench(outcome, _recorded(everything, task, judge, stop)), judged)
        for outcome, (judge, stop) in schedule.outcomes(task.origin, task.found).items()
    ]
    for judge in task.found.judges:
        own = pillar_order(judge.pillar)
        if own in others and own in scores and _is_known(task, judge):
            later, last = _of_other_harm(con, task, judge)
            pairs.append((bench(judge.id, later), judged | {own: scores[own], OUTCOME_LAST: last}))
    return pairs


def _recorded(everything: Panel, task: Task, judge: Judge, stop: dt.date) -> Later:
    start = task.origin.start
    later = after(everything, start, stop)
    events = later.counts(task.level, judge.wanted, since=later.first)
    year = task.counts(*judge.wanted, since=task.past.stop - YEAR)
    expected = float(year.sum()) * schedule.month_span(start, stop) / YEAR
    return Later(events, _weighted(later, task, stop) if judge is task.found.main else None, expected)


def _weighted(later: Panel, task: Task, stop: dt.date) -> Floats | None:
    """Weigh what gives the verdict by offence, with the other later violence of the same months where it is recorded.

    None where a class has no weight, or another outcome of violence does not reach as far.
    """
    value = task.config.weight_set.by_class
    violence = [judge for judge in task.found.judges if judge.pillar == "violence"]
    reach = schedule.outcomes(task.origin, task.found)
    if any(judge.id not in reach or reach[judge.id][1] != stop for judge in violence):
        return None
    kinds = {(wanted.kinds, name) for judge in violence for wanted in judge.wanted for name in judge.classes}
    if any(name not in value for _, name in kinds):
        return None
    parts = [
        value[name] * later.counts(task.level, [Wanted(kind, (name,))], since=later.first)
        for kind, name in sorted(kinds)
    ]
    return np.asarray(sum(parts), dtype=np.float64)


def _is_known(task: Task, judge: Judge) -> bool:
    """Say whether all of the later period and a year before the day are recorded."""
    return judge.stop >= task.origin.stop and schedule.months_known(judge, task.origin.as_of) >= YEAR


def _of_other_harm(con: Connection, task: Task, judge: Judge) -> tuple[Later, Floats]:
    """Count what came after the origin's day, and for each unit's size in the year before: known by area and month."""
    level, origin = task.past.levels[AREA], task.origin

    def counted(start: dt.date, stop: dt.date) -> Floats:
        exact = areas.class_counts(con, judge.classes, start, stop)
        frame = release.middled(exact, release.gate(task.config)).groupby("unit_id", as_index=False)["events"].sum()
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
    everything, ground = all_months(placed), schedule.ground(config)
    parts: tuple[list[Row], list[Row], list[Row]] = ([], [], [])
    tops: Tops = {}
    for task in tasks(everything, config, ground, say):
        scores = candidates(con, task)
        for bench, judged in benches(con, everything, task, scores, replicates):
            for gathered, part in zip(parts, measured(bench, judged), strict=True):
                gathered.extend(part)
        if not task.origin.full:
            _keep_tops(tops, task, scores)
    say("What was tried for the violence pillar of cells")
    rows, whole, curves = (pd.DataFrame(part) for part in parts)
    return Backtest(rows, whole, curves, _stability(tops), _tried(everything, config, ground))


def levels(everything: Panel, config: Config, ground: Ground) -> tuple[str, ...]:
    """Return the sizes of units that are compared: cells only where records have points and enough may be counted."""
    in_cells = set(config.place.counted_in_cells)
    known = set(ground.main.classes) <= in_cells and in_cells & set(config.place.serious_violence)
    return tuple(level for level in LEVELS if level in everything.levels) if known else (AREA,)


def tasks(everything: Panel, config: Config, ground: Ground, say: Say) -> Iterator[Task]:
    """Hand out the past of each origin and level."""
    origins = schedule.origins(ground, config)
    for number, origin in enumerate(origins, start=1):
        say(f"Origin {number} of {len(origins)}: known before {origin.name}, judged by {origin.start} to {origin.stop}")
        past = before(everything, origin.as_of)
        for level in levels(everything, config, ground):
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


def _tried(everything: Panel, config: Config, ground: Ground) -> pd.DataFrame:
    """Mean PEI and rank correlation of each recipe over the origins inside the short sources."""
    full_tasks = [t for t in tasks(everything, config, ground, lambda _: None) if t.origin.full and t.level != AREA]
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
        task.level, task.found.main.wanted, since=month_of(origin.start)
    )
    once = np.ones((1, everything.levels[AREA].size))
    hit, best = (
        captured(order, later, units.sizes, np.array(schedule.SHARES), blocks=units.blocks, weights=once)[0]
        for order in (order_by(values), best_order(later, units.sizes))
    )
    return [*(hit / best).tolist(), spearman(values, later)]
