"""The orders that are compared. A candidate is handed what was recorded before its day and nothing else."""

from __future__ import annotations

import numpy as np

from harmmodel.audit.validation import plan
from harmmodel.audit.validation.forecast import forecast
from harmmodel.audit.validation.lens import area_order, months_known
from harmmodel.audit.validation.panels import Panel, month_of
from harmmodel.audit.validation.pillar import IN_FORCE, RAW, cell_pillar
from harmmodel.audit.validation.plan import Ground, Origin
from harmmodel.config import Config
from harmmodel.method.arrays import Floats
from harmmodel.warehouse.connection import Connection
from harmmodel.warehouse.validation_data import AREA

Scores = dict[str, Floats]


def candidates(con: Connection, past: Panel, origin: Origin, level: str, config: Config, found: Ground) -> Scores:
    """Score the units of a level by every candidate that exists on the origin's day.

    Returns
    -------
    By candidate, shape (units,): per resident for areas and per cell for cells, so that the highest come first for
    what taking them in costs.
    """
    if past.stop > month_of(origin.as_of):
        raise ValueError(f"the past of {origin.name} reaches beyond it")
    scores = {**_counted(past, origin, level, config, found), **_harm(con, past, origin, level, config, found)}
    gap, months = plan.month_span(origin.as_of, origin.start), plan.month_span(origin.start, origin.stop)
    scores["forecast"] = _per_size(
        forecast(past, level, found, gap=gap, months=months, seed=config.scheme.seed), past, level
    )
    return {name: values for name, values in scores.items() if np.isfinite(values).any()}


def _per_size(counts: Floats, past: Panel, level: str) -> Floats:
    sizes = past.levels[level].sizes
    return np.asarray(np.divide(counts, sizes, out=np.full(counts.shape, np.nan), where=sizes > 0))


def _counted(past: Panel, origin: Origin, level: str, config: Config, found: Ground) -> Scores:
    """Count over the last period: all of it for the short sources, one year for the long history."""
    violence = plan.serious(config) if origin.full else found.history
    since = month_of(origin.since)
    counted = {
        "random": np.zeros(past.levels[level].size),
        "violence_last": past.counts(level, violence, since=since),
        "violence_ewma": past.decayed(level, violence, since=past.stop - plan.HISTORY_MONTHS, half_life=plan.HALF_LIFE),
    }
    if origin.full:
        counted["drug_arrests"] = past.counts(level, plan.arrests(config), since=since)
        counted["all_crime"] = past.counts(level, plan.all_crime(), since=since)
    return {name: _per_size(values, past, level) for name, values in counted.items()}


def _harm(con: Connection, past: Panel, origin: Origin, level: str, config: Config, found: Ground) -> Scores:
    if level != AREA:
        return {
            "violence_pillar": cell_pillar(past, origin, level, config, found, IN_FORCE),
            "violence_pillar_raw": cell_pillar(past, origin, level, config, found, RAW),
        }
    order = area_order(con, past, origin, config, found)
    scores = {"violence_pillar": order.violence, "violence_pillar_raw": order.violence_raw}
    if origin.full or months_known(config, plan.COMMUNITY_CLASS, origin.as_of) >= 12:
        scores |= {"overall": order.overall, "overall_raw": order.overall_raw, "community_pillar": order.community}
    return scores


def opioid_deaths_last(con_counts: dict[str, float], past: Panel) -> Floats:
    """Opioid deaths of the last year per resident, from counts by unit."""
    counted = np.array([con_counts.get(unit, 0.0) for unit in past.levels[AREA].unit_ids])
    return _per_size(counted, past, AREA)
