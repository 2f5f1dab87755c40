"""The orders that are compared. A candidate is handed what was recorded before its day and nothing else."""

from __future__ import annotations

import numpy as np

from harmmodel.audit.validation import plan
from harmmodel.audit.validation.forecast import forecast
from harmmodel.audit.validation.lens import area_order, months_known
from harmmodel.audit.validation.panels import month_of
from harmmodel.audit.validation.pillar import IN_FORCE, RAW, cell_pillar
from harmmodel.audit.validation.plan import Task
from harmmodel.method.arrays import Floats
from harmmodel.warehouse.read.validation import AREA
from harmmodel.warehouse.store.connection import Connection

Scores = dict[str, Floats]
YEAR = 12


def candidates(con: Connection, task: Task) -> Scores:
    """Score the units of a level by every candidate that exists on the origin's day.

    Returns
    -------
    By candidate, shape (units,): per resident for areas and per cell for cells, so that the highest come first for
    what taking them in costs.
    """
    scores = {**_counted(task), **_harm(con, task)}
    scores["forecast"] = _per_size(forecast(task), task)
    return {name: values for name, values in scores.items() if np.isfinite(values).any()}


def _per_size(counts: Floats, task: Task) -> Floats:
    sizes = task.past.levels[task.level].sizes
    return np.asarray(np.divide(counts, sizes, out=np.full(counts.shape, np.nan), where=sizes > 0))


def _counted(task: Task) -> Scores:
    """Count over the last period: all of it for the short sources, one year for the long history."""
    violence = plan.serious(task.config) if task.origin.full else task.found.history
    since = month_of(task.origin.since)
    aged = task.past.stop - plan.HISTORY_MONTHS
    counted = {
        "random": np.zeros(task.past.levels[task.level].size),
        "violence_last": task.counts(*violence, since=since),
        "violence_ewma": task.past.decayed(task.level, violence, since=aged, half_life=plan.HALF_LIFE),
    }
    if task.origin.full:
        counted["drug_arrests"] = task.counts(*plan.arrests(task.config), since=since)
        counted["all_crime"] = task.counts(*plan.all_crime(), since=since)
    return {name: _per_size(values, task) for name, values in counted.items()}


def _harm(con: Connection, task: Task) -> Scores:
    if task.level != AREA:
        return {"violence_pillar": cell_pillar(task, IN_FORCE), "violence_pillar_raw": cell_pillar(task, RAW)}
    order = area_order(con, task)
    scores = {"violence_pillar": order.violence, "violence_pillar_raw": order.violence_raw}
    known = months_known(task.config, plan.COMMUNITY_CLASS, task.origin.as_of)
    if task.origin.full or known >= YEAR:
        scores |= {"overall": order.overall, "overall_raw": order.overall_raw, "community_pillar": order.community}
    return scores
