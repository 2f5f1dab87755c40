"""Shrinkage for small cells: towards what is recorded in and around a cell, not towards the place's average."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from harmmodel.method.arrays import Counts, Floats

HALVED = 0.5  # each ring further out counts half as much
LEAST_SHAPE, MOST_SHAPE = 0.01, 1000.0


@dataclass(frozen=True)
class Ring:
    """Pairs of units that lie a number of steps apart, in both directions."""

    first: Counts
    second: Counts


def surroundings(events: Floats, rings: Sequence[Ring]) -> Floats:
    """Average over the units around each unit, itself left out; the place's average stands in as one neighbour more.

    Parameters
    ----------
    events : shape (units,), counts in units of equal size
    rings : the neighbours, nearest ring first; a ring counts half as much as the one inside it

    Returns
    -------
    Shape (units,). Without rings this is the place's average everywhere.

    Examples
    --------
    >>> pair = Ring(np.array([0, 1]), np.array([1, 0]))
    >>> surroundings(np.array([4.0, 0.0]), [pair])
    array([1., 3.])
    """
    units = events.size
    total, heavy = np.full(units, events.mean()), np.ones(units)
    for away, ring in enumerate(rings):
        weight = HALVED**away
        table = csr_matrix((np.full(ring.first.size, weight), (ring.first, ring.second)), shape=(units, units))
        total = total + table @ events
        heavy = heavy + np.asarray(table.sum(axis=1)).ravel()
    return np.asarray(total / heavy, dtype=np.float64)


def shrunk_towards(events: Floats, expected: Floats) -> Floats:
    """Shrink counts towards an expected count of each unit's own.

    Parameters
    ----------
    events : shape (units,), recorded counts
    expected : shape (units,), above 0 where anything is expected

    Returns
    -------
    Shape (units,), ``(shape + y) / (shape / m + 1)``: the posterior mean of a gamma prior with mean ``m`` (the
    expected count) and a shape that all units share. The shape is learned from the same counts by moments,
    ``Σm² / Σ((y − m)² − m)``: where counts scatter around what is expected no more than chance would have it, the
    expected count is trusted; where they scatter more, the record is. A unit of which nothing is expected keeps 0.

    References
    ----------
    Clayton and Kaldor (1987), Empirical Bayes estimates of age-standardized relative risks, Biometrics 43;
    Marshall (1991), the local estimator.

    Examples
    --------
    >>> shrunk_towards(np.array([0.0, 10.0]), np.array([5.0, 5.0])).round(2)
    array([1., 9.])
    """
    beyond_chance = float(np.sum((events - expected) ** 2 - expected))
    squared = float(np.sum(expected**2))
    if squared == 0:
        return np.zeros_like(events)
    shape = np.clip(squared / beyond_chance if beyond_chance > 0 else MOST_SHAPE, LEAST_SHAPE, MOST_SHAPE)
    out = np.zeros_like(events)
    known = expected > 0
    out[known] = (shape + events[known]) / (shape / expected[known] + 1.0)
    return out


def expected_level(events: Floats, rings: Sequence[Ring]) -> Floats:
    """Give each unit its level of a plentiful class: its own record, shrunk towards its surroundings."""
    return shrunk_towards(events, surroundings(events, rings))


def shrunk_class(events: Floats, level: Floats) -> Floats:
    """Shrink a rare class towards the share of *level* that it has in the whole place."""
    total = float(level.sum())
    return shrunk_towards(events, level * (float(events.sum()) / total)) if total > 0 else np.zeros_like(events)
