"""Intervals, ranks and shares of draws in the top: what the draws allow to be said."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from harmmodel.method.arrays import Floats, Real, Singles

# Draws are handled a slice at a time, which bounds the extra memory whatever the number of units.
CHUNK = 1000


def quantiles(draws: Real, levels: tuple[float, ...]) -> Floats:
    """Take quantiles over the draws of each unit.

    Parameters
    ----------
    draws : shape (units, draws); a unit with a NaN draw is not known
    levels : between 0 and 1

    Returns
    -------
    Shape (levels, units), linear between order statistics, NaN for units that are not known.

    Examples
    --------
    >>> quantiles(np.array([[1.0, 2.0, 3.0], [np.nan, 2.0, 3.0]]), (0.5,))
    array([[ 2., nan]])
    """
    result = np.full((len(levels), draws.shape[0]), np.nan)
    for unit, row in enumerate(draws):
        if not np.isnan(row).any():
            result[:, unit] = np.quantile(row.astype(np.float64), levels)
    return result


def top_size(units: int, share: float) -> int:
    """How many units make the top: ``ceil(units · share)``.

    Examples
    --------
    >>> top_size(77, 0.1), top_size(80, 0.1), top_size(0, 0.1)
    (8, 8, 0)
    """
    # 0.1 is not a tenth in binary: without rounding, 30 units of which a tenth is taken would make four.
    return math.ceil(round(units * share, 9))


def ranks(scores: Floats) -> Floats:
    """Rank units from most to least harm; ties share the average rank, NaN stays NaN.

    Examples
    --------
    >>> ranks(np.array([10.0, 40.0, 10.0, np.nan]))
    array([2.5, 1. , 2.5, nan])
    """
    result = np.full(scores.shape, np.nan)
    known = np.isfinite(scores)
    result[known] = rankdata(-scores[known])
    return result


def rank_draws(draws: Real) -> Singles:
    """Rank the units within each draw, most harm first.

    Parameters
    ----------
    draws : shape (units, draws); NaN rows are not ranked

    Returns
    -------
    Shape (units, draws); ties share the average rank, NaN stays NaN.

    Examples
    --------
    >>> rank_draws(np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 1.0]]))
    array([[3. , 1.5],
           [2. , 1.5],
           [1. , 3. ]], dtype=float32)
    """
    result = np.full(draws.shape, np.nan, dtype=np.float32)
    known = ~np.isnan(draws).any(axis=1)
    for part, columns in _slices(draws[known]):
        result[np.flatnonzero(known)[:, None], np.arange(columns.start, columns.stop)] = _ranks_of_slice(part).T
    return result


def _slices(draws: Real) -> Iterator[tuple[Real, slice]]:
    """Yield draws a slice at a time as (slice, units), each draw contiguous."""
    for start in range(0, draws.shape[1], CHUNK):
        columns = slice(start, min(start + CHUNK, draws.shape[1]))
        yield np.ascontiguousarray(draws[:, columns].T), columns


def _ranks_of_slice(part: Real) -> Singles:
    order = np.argsort(-part, axis=1)
    ranked = np.empty(part.shape, dtype=np.float32)
    places = np.arange(1, part.shape[1] + 1, dtype=np.float32)
    np.put_along_axis(ranked, order, np.broadcast_to(places, part.shape), axis=1)
    ordered = np.take_along_axis(part, order, axis=1)
    # Draws of a continuous score hardly ever tie; those clipped at a goalpost do, and must not be ordered by row.
    tied = (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
    if tied.any():
        ranked[tied] = rankdata(-part[tied], axis=1)
    return ranked


def share_of_draws_in_top(draws: Real, k: int) -> Floats:
    """Share of the draws in which each unit is among the *k* with most harm.

    Parameters
    ----------
    draws : shape (units, draws); NaN rows are not known and take no place
    k : size of the top

    Returns
    -------
    Shape (units,), adding to ``min(k, known units)``. Units that tie for the last places share them equally, so that
    the order of rows decides nothing. NaN rows stay NaN.

    Examples
    --------
    >>> share_of_draws_in_top(np.array([[3.0, 3.0], [2.0, 4.0], [1.0, 3.0]]), 1)
    array([0.5, 0.5, 0. ])
    """
    result = np.full(draws.shape[0], np.nan)
    known = ~np.isnan(draws).any(axis=1)
    units = int(known.sum())
    if units <= k:
        result[known] = 1.0
        return result
    if k <= 0:
        result[known] = 0.0
        return result
    total = np.zeros(units)
    for part, _ in _slices(draws[known]):
        last = np.partition(part, units - k, axis=1)[:, units - k, None]
        above, level = part > last, part == last
        places = (k - above.sum(axis=1)) / level.sum(axis=1)
        total += above.sum(axis=0) + (level * places[:, None]).sum(axis=0)
    result[known] = total / draws.shape[1]
    return result


@dataclass(frozen=True)
class Shifts:
    """Points of score that would change what a unit is called.

    Attributes
    ----------
    up : shape (units,), least gain with which the share of draws in the top reaches the focus limit; NaN if it does
        already
    down : shape (units,), least loss with which that share falls to the baseline limit; NaN if it is there already
    """

    up: Floats
    down: Floats


def shifts_to_limits(draws: Real, k: int, *, focus: float, baseline: float) -> Shifts:
    """Find how far each unit's score must move, the other units standing still.

    A unit's margin in a draw is its score less the k-th best score of the *other* units: above zero it is in the top.
    Adding s to every draw adds s to every margin, so the wanted shift is an order statistic of the margins.

    Parameters
    ----------
    draws : shape (units, draws); NaN rows are not known
    k : size of the top
    focus, baseline : limits on the share of draws in the top

    Returns
    -------
    Shifts
        In points of score. Where *k* units or fewer are known, each of them is always in the top and no loss of its
        own changes that: infinite.
    """
    known = np.flatnonzero(~np.isnan(draws).any(axis=1))
    up, down = np.full(draws.shape[0], np.nan), np.full(draws.shape[0], np.nan)
    if known.size <= k or k <= 0:
        (down if k > 0 else up)[known] = np.inf
        return Shifts(up=up, down=down)
    last, next_after = _edge_of_top(draws[known], k)
    in_top = share_of_draws_in_top(draws, k)
    count = draws.shape[1]
    for unit in known:
        row = draws[unit].astype(np.float64)
        margins = row - np.where(row >= last, next_after, last)
        if in_top[unit] < focus:
            may_stay_out = min(_whole(count * (1 - focus)), count - 1)
            up[unit] = -np.partition(margins, may_stay_out)[may_stay_out]
        if in_top[unit] > baseline:
            may_stay_in = count - 1 - min(_whole(count * baseline), count - 1)
            down[unit] = np.partition(margins, may_stay_in)[may_stay_in]
    return Shifts(up=up, down=down)


def _whole(number: float) -> int:
    return math.floor(round(number, 6))


def _edge_of_top(draws: Real, k: int) -> tuple[Floats, Floats]:
    """Give the k-th and the (k+1)-th best score of each draw; both shape (draws,)."""
    units = draws.shape[0]
    last, next_after = np.empty(draws.shape[1]), np.empty(draws.shape[1])
    for part, columns in _slices(draws):
        ordered = np.partition(part, (units - k - 1, units - k), axis=1)
        last[columns], next_after[columns] = ordered[:, units - k], ordered[:, units - k - 1]
    return last, next_after
