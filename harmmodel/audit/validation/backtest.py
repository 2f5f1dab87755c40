"""Every origin, outcome, level and candidate: the comparison itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from harmmodel.audit.validation import plan
from harmmodel.audit.validation.candidates import Scores, candidates
from harmmodel.audit.validation.later import benches
from harmmodel.audit.validation.measure import Row, measured
from harmmodel.audit.validation.panels import Panel, after, all_months, before, month_of
from harmmodel.audit.validation.pillar import cell_pillar, tries
from harmmodel.audit.validation.plan import Task
from harmmodel.config import Config
from harmmodel.method.arrays import Floats
from harmmodel.method.contrast import spearman
from harmmodel.method.validation.accuracy import jaccard
from harmmodel.method.validation.capture import best_order, captured, order_by
from harmmodel.warehouse.read.validation import AREA, Points
from harmmodel.warehouse.store.connection import Connection

Say = Callable[[str], None]
TOP = 0.10
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
    stability : how much of a candidate's top tenth stays from one yearly origin to the next
    tried : what was tried for the violence pillar of cells
    """

    rows: pd.DataFrame
    whole: pd.DataFrame
    curves: pd.DataFrame
    stability: pd.DataFrame
    tried: pd.DataFrame


def backtest(
    con: Connection, points: Points, config: Config, say: Say, *, replicates: int = plan.REPLICATES
) -> Backtest:
    """Compare all candidates from all origins."""
    everything = all_months(points)
    parts: tuple[list[Row], list[Row], list[Row]] = ([], [], [])
    tops: Tops = {}
    for task in tasks(everything, points, config, say):
        scores = candidates(con, task)
        for bench, judged in benches(con, everything, task, scores, replicates):
            for kept, part in zip(parts, measured(bench, judged), strict=True):
                kept.extend(part)
        if not task.origin.full:
            _keep_tops(tops, task, scores)
    say("What was tried for the violence pillar of cells")
    rows, whole, curves = (pd.DataFrame(part) for part in parts)
    return Backtest(rows, whole, curves, _stability(tops), _tried(everything, points, config))


def tasks(everything: Panel, points: Points, config: Config, say: Say) -> Iterator[Task]:
    """Hand out the past of each origin and level."""
    found = plan.ground(config, points)
    asked = plan.origins(found, config.scheme.as_of)
    for number, origin in enumerate(asked, start=1):
        say(f"Origin {number} of {len(asked)}: known before {origin.name}, judged by {origin.start} to {origin.stop}")
        past = before(everything, origin.as_of)
        for level in LEVELS:
            yield Task(past, origin, level, config, found)


def _keep_tops(tops: Tops, task: Task, scores: Scores) -> None:
    k = int(np.ceil(TOP * task.past.levels[task.level].size))
    for name, values in scores.items():
        if name != "random":
            top = np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable")[:k]
            tops.setdefault((task.level, name), []).append(set(top.tolist()))


def _stability(tops: Tops) -> pd.DataFrame:
    """Mean Jaccard of the top tenth from one yearly origin to the next, and how many units are in all of them."""
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


def _tried(everything: Panel, points: Points, config: Config) -> pd.DataFrame:
    """Mean PEI and rank correlation of each recipe over the origins inside the short sources."""
    asked = [t for t in tasks(everything, points, config, lambda _: None) if t.origin.full and t.level != AREA]
    rows: list[Row] = []
    for level in LEVELS[1:]:
        for name, recipe in tries():
            mine = [t for t in asked if t.level == level]
            figures = [_figures(everything, task, cell_pillar(task, recipe)) for task in mine]
            if figures:
                *pei, rank = np.mean(figures, axis=0)
                shares = {f"pei_{share:g}": float(value) for share, value in zip(plan.SHARES, pei, strict=True)}
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
        captured(order, later, units.sizes, np.array(plan.SHARES), blocks=units.blocks, weights=once)[0]
        for order in (order_by(values), best_order(later, units.sizes))
    )
    return [*(hit / best).tolist(), spearman(values, later)]
