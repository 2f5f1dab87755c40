"""The orders that are compared. A candidate is handed what was recorded before its day and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from harmmodel.audit.validation import schedule
from harmmodel.audit.validation.cells import IN_FORCE, RAW, cell_pillar
from harmmodel.audit.validation.orders import area_order, months_known
from harmmodel.audit.validation.schedule import Panel, Task, Wanted, month_of
from harmmodel.method.arrays import Floats, quotient
from harmmodel.method.validation.accuracy import poisson_deviance
from harmmodel.method.validation.neighbours import Ring, surroundings
from harmmodel.warehouse.read.validation import AREA
from harmmodel.warehouse.store.connection import Connection

WINDOWS = ((0, 3), (3, 12), (12, 24), (24, 36))  # months back, newest first
STEP = 6  # months between the days it learns from
MOST_DAYS = 5
FOLDS = 2


@dataclass(frozen=True)
class Setting:
    """One setting of the regressor that time decides about."""

    iterations: int
    leaves: int


SETTINGS = (Setting(60, 7), Setting(120, 15))
Sample = tuple[Floats, Floats]


def forecast(task: Task) -> Floats:
    """Expect the later count of each unit.

    It learns from earlier days of the same history: what was known then, and what came after in a period as long and as
    far away as the one asked for. All of that lies before the panel's end. The setting is chosen by forward
    chaining: the last days are expected from the days before them.
    """
    first, origin, seed = month_of(task.found.held_from), task.origin, task.config.scheme.seed
    frame = _Frame(
        task.level,
        task.found.history,
        first,
        gap=schedule.month_span(origin.as_of, origin.start),
        months=schedule.month_span(origin.start, origin.stop),
    )
    samples = [_sample(task.past, day, frame) for day in _days(task.past, frame)]
    if not samples:
        return np.full(task.past.levels[task.level].size, np.nan)
    # Fits this small spend more time waiting for each other on several threads than computing.
    with threadpool_limits(1, user_api="openmp"):
        model = _fitted(samples, _chosen(samples, seed), seed)
        return np.asarray(model.predict(_features(task.past, frame)), dtype=np.float64)


@dataclass(frozen=True)
class _Frame:
    """What is expected: the later period begins *gap* months after a day and is *months* long."""

    level: str
    history: tuple[Wanted, ...]  # the long classes, then the file kept for validation
    first: int  # month with which that file begins
    gap: int
    months: int


def _days(past: Panel, frame: _Frame) -> list[int]:
    """Earlier days whose later period is over, oldest first."""
    days = [past.stop - frame.gap - frame.months - STEP * n for n in range(MOST_DAYS)]
    return [day for day in reversed(days) if day - frame.first >= WINDOWS[1][1]]


def _sample(past: Panel, day: int, frame: _Frame) -> Sample:
    start = day + frame.gap
    later = past.counts(frame.level, frame.history[1:], since=start, until=start + frame.months)
    return _features(past.before(day), frame), later


def _features(past: Panel, frame: _Frame) -> Floats:
    """Describe each unit on the panel's last day: shape (units, features)."""
    level, history = frame.level, frame.history
    columns: list[Floats] = []
    for newer, older in WINDOWS:
        since, until = max(past.stop - older, frame.first), past.stop - newer
        # A window before the file begins repeats the one after it: a column that is all unknown cannot be learned from.
        known = past.counts(level, history, since=since, until=until) / max(until - since, 1)
        columns.append(known if until > since else columns[-1])
    columns.append(past.counts(level, history[:1], since=past.stop - WINDOWS[-1][1]))
    # The same season, the last time that all of it is known.
    begin = past.stop + frame.gap - YEAR * (1 + (frame.gap + frame.months - 1) // YEAR)
    columns.append(past.counts(level, history[1:], since=begin, until=begin + frame.months) / frame.months)
    year = past.counts(level, history, since=past.stop - YEAR)
    rings = [Ring(pairs[0], pairs[1]) for pairs in past.levels[level].rings]
    columns += [surroundings(year, rings[: n + 1]) for n in range(len(rings))]
    season = 2 * np.pi * (past.stop % YEAR) / YEAR
    columns += [np.full(year.size, value) for value in (np.sin(season), np.cos(season))]
    return np.column_stack([*columns, past.levels[level].sizes])


def _chosen(samples: Sequence[Sample], seed: int) -> Setting:
    """Choose the setting that expects the newest known periods best from the older ones."""
    folds = range(max(1, len(samples) - FOLDS), len(samples))
    if not folds:
        return SETTINGS[0]
    loss = {
        setting: sum(
            poisson_deviance(samples[n][1], _fitted(samples[:n], setting, seed).predict(samples[n][0])) for n in folds
        )
        for setting in SETTINGS
    }
    return min(SETTINGS, key=lambda setting: loss[setting])


def _fitted(samples: Sequence[Sample], setting: Setting, seed: int) -> HistGradientBoostingRegressor:
    model = HistGradientBoostingRegressor(
        loss="poisson",
        learning_rate=0.08,
        max_iter=setting.iterations,
        max_leaf_nodes=setting.leaves,
        min_samples_leaf=20,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    )
    return model.fit(np.vstack([x for x, _ in samples]), np.concatenate([y for _, y in samples]))


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
    return quotient(counts, task.past.levels[task.level].sizes)


def _counted(task: Task) -> Scores:
    """Count over the last period: all of it for the short sources, one year for the long history."""
    violence = schedule.serious(task.config) if task.origin.full else task.found.history
    since = month_of(task.origin.since)
    aged = task.past.stop - schedule.HISTORY_MONTHS
    counted = {
        "random": np.zeros(task.past.levels[task.level].size),
        "violence_last": task.counts(*violence, since=since),
        "violence_ewma": task.past.decayed(task.level, violence, since=aged, half_life=schedule.HALF_LIFE),
    }
    if task.origin.full:
        if not schedule.no_arrests(task.past, task.config):
            counted["drug_arrests"] = task.counts(*schedule.arrests(task.config), since=since)
        counted["all_crime"] = task.counts(*schedule.all_crime(), since=since)
    return {name: _per_size(values, task) for name, values in counted.items()}


def _harm(con: Connection, task: Task) -> Scores:
    if task.level != AREA:
        return {"violence_pillar": cell_pillar(task, IN_FORCE), "violence_pillar_raw": cell_pillar(task, RAW)}
    order = area_order(con, task)
    scores = {"violence_pillar": order.violence, "violence_pillar_raw": order.violence_raw}
    known = months_known(task.config, schedule.COMMUNITY_CLASS, task.origin.as_of)
    if task.origin.full or known >= YEAR:
        scores |= {"overall": order.overall, "overall_raw": order.overall_raw, "community_pillar": order.community}
    return scores
