"""Enforcement beside harm: shares, their ratio and how two orders of areas differ."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from scipy.stats import rankdata

from harmmodel.method.arrays import Bools, Floats, Real, quotient

Level = Literal["over", "level", "under"]

# Half an event, as in Jeffreys' prior of a Poisson count: an area without a recorded event still has an interval.
HALF_EVENT = 0.5


def share_of_total(values: Real) -> Floats:
    """Share of each unit in the place's total.

    Parameters
    ----------
    values : shape (units,) or (units, draws), not negative; NaN units are left out of the total

    Returns
    -------
    Same shape, each draw adding to one; NaN stays NaN, and all are NaN where the total is zero.

    Examples
    --------
    >>> share_of_total(np.array([1.0, 3.0, np.nan]))
    array([0.25, 0.75,  nan])
    """
    total = np.zeros(values.shape[1:])
    for row in values:
        total = total + np.nan_to_num(row)
    return quotient(values, total)


def weighted_count_draws(
    events: Floats,
    weights: Floats,
    sizes: Floats,
    *,
    draws: int,
    open_stream: Callable[[int, int], np.random.Generator],
) -> Floats:
    """Draw weighted counts from the posterior of each class.

    The prior is half an event in a unit of average size, in proportion to size: it says that the units are alike, and
    pulls the share of a small unit neither up nor down.

    Parameters
    ----------
    events : shape (classes, units), counts; NaN where not known
    weights : shape (classes,), harm of one event
    sizes : shape (units,), residents or another exposure; a unit of unknown size counts as average
    draws : how many
    open_stream : gives the stream of (class position, unit position)

    Returns
    -------
    Shape (units, draws), ``Σ w · Gamma(y + ½ · size / mean size)``; a unit with an unknown class is NaN.
    """
    known = np.isfinite(sizes) & (sizes > 0)
    mean = float(np.mean(sizes[known])) if known.any() else 1.0
    prior = HALF_EVENT * np.where(known, sizes / mean, 1.0)
    total = np.zeros((events.shape[1], draws))
    for kind, weight in enumerate(weights):
        for unit, count in enumerate(events[kind]):
            if np.isnan(count):
                total[unit] = np.nan
            else:
                total[unit] += weight * open_stream(kind, unit).standard_gamma(count + prior[unit], size=draws)
    return total


def among_fewest(draws: Real, share: float) -> Floats:
    """Share of the draws in which each unit is among the fewest that together hold that share of the total.

    Parameters
    ----------
    draws : shape (units, draws), not negative; NaN rows are not known and hold nothing
    share : of the total, for instance a half

    Returns
    -------
    Shape (units,); NaN rows stay NaN.

    Examples
    --------
    >>> among_fewest(np.array([[6.0, 2.0], [3.0, 2.0], [1.0, 5.0]]), 0.5)
    array([0.5, 0. , 0.5])
    """
    known = np.asarray(~np.isnan(draws).any(axis=1), dtype=np.bool_)
    held = np.where(known[:, None], draws, 0.0)
    order = np.argsort(-held, axis=0, kind="stable")
    ordered = np.take_along_axis(held, order, axis=0)
    before = np.cumsum(ordered, axis=0) - ordered
    is_in = np.zeros(draws.shape, dtype=np.bool_)
    np.put_along_axis(is_in, order, (before < share * ordered.sum(axis=0)) & (ordered > 0), axis=0)
    return np.where(known, is_in.mean(axis=1), np.nan)


def ratio(share: Floats, harm_share: Floats) -> Floats:
    """Share of enforcement over share of harm; NaN where no harm is recorded, since no number says *infinitely over*.

    Examples
    --------
    >>> ratio(np.array([0.2, 0.1]), np.array([0.1, 0.0]))
    array([ 2., nan])
    """
    return quotient(share, harm_share)


def level(low: float, high: float) -> Level | None:
    """Say on which side of 1 an interval of the ratio lies; ``level`` when it contains 1, None when it is not known.

    Examples
    --------
    >>> level(1.1, 2.0), level(0.5, 1.5), level(0.2, 0.9), level(float("nan"), 1.0)
    ('over', 'level', 'under', None)
    """
    if np.isnan(low) or np.isnan(high):
        return None
    if low > 1:
        return "over"
    return "under" if high < 1 else "level"


def spearman(first: Floats, second: Floats) -> float:
    """Rank correlation over the units known in both, ties averaged; NaN with fewer than two units or without variation.

    Examples
    --------
    >>> round(spearman(np.array([1.0, 2.0, 3.0, np.nan]), np.array([2.0, 1.0, 3.0, 4.0])), 3)
    0.5
    """
    known = np.isfinite(first) & np.isfinite(second)
    if known.sum() < 2:
        return float("nan")
    one, two = rankdata(first[known]), rankdata(second[known])
    one, two = one - one.mean(), two - two.mean()
    spread = float(np.sqrt(np.sum(one**2) * np.sum(two**2)))
    return float(np.sum(one * two)) / spread if spread > 0 else float("nan")


def top_overlap(first: Floats, second: Floats, k: int) -> int:
    """Count the units among the top *k* of both; units that tie for the last place all count as in the top.

    Examples
    --------
    >>> top_overlap(np.array([9.0, 8.0, 1.0]), np.array([9.0, 1.0, 8.0]), 2)
    1
    """
    return int(np.sum(_in_top(first, k) & _in_top(second, k)))


def _in_top(scores: Floats, k: int) -> Bools:
    known = np.isfinite(scores)
    best = np.full(scores.shape, np.inf)
    best[known] = rankdata(-scores[known], method="min")
    return np.asarray(best <= k, dtype=np.bool_)
