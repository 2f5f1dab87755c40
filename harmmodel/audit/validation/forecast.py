"""A forecast by gradient boosting on the long victim-based history: a candidate to compare with, never the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from harmmodel.audit.validation.panels import Panel
from harmmodel.audit.validation.plan import Ground
from harmmodel.method.accuracy import poisson_deviance
from harmmodel.method.arrays import Floats
from harmmodel.method.neighbours import Ring, surroundings

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


def forecast(past: Panel, level: str, found: Ground, *, gap: int, months: int, seed: int) -> Floats:
    """Expect the later count of each unit.

    It learns from earlier days of the same history: what was known then, and what came after in a period as long and as
    far away as the one asked for. All of that lies before the panel's end. The setting is chosen by forward
    chaining: the last days are expected from the days before them.

    Parameters
    ----------
    past : only what was recorded before the day
    gap, months : the later period begins *gap* months after the day and is *months* long
    """
    days = _days(past, found, gap + months)
    samples = [_sample(past, day, level, found, gap, months) for day in days]
    if not samples:
        return np.full(past.levels[level].size, np.nan)
    setting = _chosen(samples, seed)
    model = _fitted(samples, setting, seed)
    return np.asarray(model.predict(_features(past, level, found, gap, months)), dtype=np.float64)


def _days(past: Panel, found: Ground, reach: int) -> list[int]:
    """Earlier days whose later period is over, oldest first."""
    first = (found.held_from.year - 1970) * 12 + found.held_from.month - 1
    days = [past.stop - reach - STEP * n for n in range(MOST_DAYS)]
    return [day for day in reversed(days) if day - first >= WINDOWS[1][1]]


def _sample(past: Panel, day: int, level: str, found: Ground, gap: int, months: int) -> Sample:
    features = _features(past.before(day), level, found, gap, months)
    later = past.counts(level, found.history[1:], since=day + gap, until=day + gap + months)
    return features, later


def _features(past: Panel, level: str, found: Ground, gap: int, months: int) -> Floats:
    """Describe each unit on the panel's last day: shape (units, features)."""
    start = (found.held_from.year - 1970) * 12 + found.held_from.month - 1
    columns: list[Floats] = []
    for newer, older in WINDOWS:
        since, until = max(past.stop - older, start), past.stop - newer
        # A window before the file begins repeats the one after it: a column that is all unknown cannot be learned from.
        known = past.counts(level, found.history, since=since, until=until) / max(until - since, 1)
        columns.append(known if until > since else columns[-1])
    columns.append(past.counts(level, found.history[:1], since=past.stop - 36) / 36)
    begin = past.stop + gap - 12 * (1 + (gap + months - 1) // 12)  # the same season, the last time it is known
    columns.append(past.counts(level, found.history[1:], since=begin, until=begin + months) / months)
    year = past.counts(level, found.history, since=past.stop - 12) / 12
    rings = [Ring(pairs[0], pairs[1]) for pairs in past.levels[level].rings]
    columns += [surroundings(year, rings[: n + 1]) for n in range(len(rings))]
    season = 2 * np.pi * (past.stop % 12) / 12
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
