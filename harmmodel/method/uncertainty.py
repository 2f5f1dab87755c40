"""Intervals, ranks and shares of draws in the top: what the draws allow to be said."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

from harmmodel.method.aggregation import observed_share
from harmmodel.method.arrays import Bools, Floats, Real, Singles

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
    places = np.asarray(levels) * (draws.shape[1] - 1)
    below = np.floor(places).astype(np.intp)
    above = np.minimum(below + 1, draws.shape[1] - 1)
    for unit, row in enumerate(draws):
        # Sorting a row in its own precision is several times quicker than np.quantile on a copy in double precision.
        ordered = np.sort(row)
        if not np.isnan(ordered[-1]):
            low, high = ordered[below].astype(np.float64), ordered[above].astype(np.float64)
            result[:, unit] = low + (high - low) * (places - below)
    return result


def ends_around(points: Floats, draws: Real, interval: tuple[float, float]) -> Floats:
    """Take the ends of an interval that holds its point: the middle draws, stretched to a point that lies beyond them.

    A value at the end of its range, such as none, lies beyond the middle of its draws; an interval without the value
    that it belongs to would say that this value cannot be. Stretching makes it hold more draws, never fewer.

    Parameters
    ----------
    points : shape (units,); NaN stretches nothing
    draws : shape (units, draws); a unit with a NaN draw is not known
    interval : shares of draws at its ends

    Returns
    -------
    Shape (2, units), NaN for units that are not known.

    Examples
    --------
    >>> row = np.linspace(1.0, 101.0, 101)[None, :]
    >>> [ends_around(np.array([point]), row, (0.1, 0.9)).ravel().tolist() for point in (50.0, 0.0, 101.0)]
    [[11.0, 91.0], [0.0, 91.0], [11.0, 101.0]]
    """
    low, high = quantiles(draws, interval)
    known = np.isfinite(low)
    return np.stack([np.where(known, np.fmin(low, points), np.nan), np.where(known, np.fmax(high, points), np.nan)])


def normal_ends(interval: tuple[float, float]) -> tuple[float, float]:
    """Give the ends of an interval of the standard normal distribution.

    Examples
    --------
    >>> tuple(round(end, 4) for end in normal_ends((0.05, 0.95)))
    (-1.6449, 1.6449)
    """
    low, high = ndtri(interval)
    return float(low), float(high)


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
    everyone = bool(known.all())
    for part, columns in _slices(draws if everyone else draws[known]):
        if everyone:
            result[:, columns] = _ranks_of_slice(part).T
        else:
            result[np.flatnonzero(known)[:, None], np.arange(columns.start, columns.stop)] = _ranks_of_slice(part).T
    return result


def _slices(draws: Real) -> Iterator[tuple[Real, slice]]:
    """Yield draws a slice at a time as (slice, units), each draw contiguous."""
    for start in range(0, draws.shape[1], CHUNK):
        columns = slice(start, min(start + CHUNK, draws.shape[1]))
        yield np.ascontiguousarray(draws[:, columns].T), columns


def _ranks_of_slice(part: Real) -> Singles:
    if part.dtype != np.float32:
        return np.asarray(rankdata(-part, axis=1), dtype=np.float32)
    draws, units = part.shape
    # Value and position in one whole number: one sort of numbers, far quicker than an argsort, gives both in order.
    keys = (_descending(part).astype(np.uint64) << np.uint64(32)) | np.arange(units, dtype=np.uint64)
    keys.sort(axis=1)
    values = (keys >> np.uint64(32)).astype(np.uint32)
    order = (keys & np.uint64(0xFFFFFFFF)).astype(np.int64) + np.arange(draws, dtype=np.int64)[:, None] * units
    ranked = np.empty(draws * units, dtype=np.float32)
    ranked[order.ravel()] = np.tile(np.arange(1, units + 1, dtype=np.float32), draws)
    ranked = ranked.reshape(draws, units)
    # Draws of a continuous score hardly ever tie; those clipped at a goalpost do, and must not be ordered by row.
    tied = (values[:, 1:] == values[:, :-1]).any(axis=1)
    if tied.any():
        ranked[tied] = rankdata(-part[tied], axis=1)
    return ranked


def _descending(values: Singles) -> NDArray[np.uint32]:
    """Map single-precision numbers to whole numbers that fall as they rise: the bits of a float, put in order."""
    bits = np.ascontiguousarray(values + np.float32(0)).view(np.uint32)  # adding 0 makes -0 equal to 0
    ascending = np.where(bits >> np.uint32(31), ~bits, bits | np.uint32(0x80000000))
    return ~ascending


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


def draws_needed(share: float, draws: int, *, more: bool = False) -> int:
    """How many of *draws* make at least that share, or with *more* more than that share.

    Examples
    --------
    >>> draws_needed(0.8, 1000), draws_needed(0.1, 1000, more=True), draws_needed(0.8, 7)
    (800, 101, 6)
    """
    exact = round(share * draws, 6)  # 0.8 of 35 draws are 28, not the 28.000000000000004 of binary numbers
    return math.floor(exact) + 1 if more else math.ceil(exact)


def leeway(draws: Real, k: int, needed: tuple[int, ...]) -> Floats:
    """How many points of score each unit has to spare for being in the top in so many draws, the others standing still.

    A unit's margin in a draw is its score less the k-th best score of the *other* units: above zero it is in the top.
    Adding s to every draw adds s to every margin. So the unit is in the top in at least n draws while its n-th largest
    margin is above zero, and that margin is what it can lose, or, below zero, what it lacks.

    Parameters
    ----------
    draws : shape (units, draws); NaN rows are not known
    k : size of the top
    needed : numbers of draws

    Returns
    -------
    Shape (needed, units), in points of score: what may be lost, negative what is lacking; the change comes just beyond
    it, since units that tie share a place. NaN rows stay NaN. Infinite where no loss or no gain of its own matters: no
    more than *k* units are known and all are always in the top, or nothing or the impossible is needed.

    Examples
    --------
    >>> leeway(np.array([[5.0, 7.0], [4.0, 9.0]]), 1, (1, 2))
    array([[ 1.,  2.],
           [-2., -1.]])
    """
    known = np.flatnonzero(~np.isnan(draws).any(axis=1))
    result = np.full((len(needed), draws.shape[0]), np.nan)
    if known.size <= k or k <= 0:
        result[:, known] = np.inf if k > 0 else -np.inf
        return result
    last, next_after = edge_of_top(draws[known], k)
    count = draws.shape[1]
    places = [count - n for n in needed if 0 < n <= count]
    for unit in known:
        row = draws[unit].astype(np.float64)
        margins = row - np.where(row >= last, next_after, last)
        if places:
            margins.partition(places)
        result[:, unit] = [margins[count - n] if 0 < n <= count else (np.inf if n <= 0 else -np.inf) for n in needed]
    return result


def edge_of_top(draws: Real, k: int) -> tuple[Floats, Floats]:
    """Give the k-th and the (k+1)-th best score of each draw; both shape (draws,)."""
    units = draws.shape[0]
    last, next_after = np.empty(draws.shape[1]), np.empty(draws.shape[1])
    for part, columns in _slices(draws):
        ordered = np.partition(part, (units - k - 1, units - k), axis=1)
        last[columns], next_after[columns] = ordered[:, units - k], ordered[:, units - k - 1]
    return last, next_after


def filled(values: Floats, known: Bools, fill: float | Floats) -> Floats:
    """Put *fill* where a value is not known; the lowest and the highest fill give the bounds of anything monotone.

    Examples
    --------
    >>> filled(np.array([30.0, np.nan]), np.array([True, False]), 100.0)
    array([ 30., 100.])
    """
    return np.asarray(np.where(known, np.nan_to_num(values), fill), dtype=np.float64)


def share_unknown(known: Bools, weights: Floats) -> Floats:
    """Share of the weight of which nothing is known; *known* has shape (parts, units), the result (units,)."""
    return np.asarray(1.0 - observed_share(known, weights))


@dataclass(frozen=True)
class Learned:
    """How far one unknown moves the tiers, over the levels that it may turn out to have.

    Attributes
    ----------
    tiers, most : number of units whose tier differs from before, on average and at most
    moved : sum over the units of the change in their share of draws in the top, on average
    """

    tiers: float
    most: int
    moved: float


def tiers_changed(
    scores: Floats, unit: int, rows: list[Floats], *, k: int, named: Callable[[Floats], list[str]]
) -> Learned:
    """Count the tiers that change when one unit's unknown part is learned.

    Parameters
    ----------
    scores : shape (units, draws), with everything unknown drawn
    unit : whose part is learned
    rows : for each level that it may turn out to have, that unit's draws given the level; shape (draws,)
    k : size of the top
    named : the tier of each unit by its share of draws in the top

    Returns
    -------
    Learned

    Notes
    -----
    A sensitivity. It would be a value of information only if the levels had the chances that somebody gives them and
    a decision hung on the tier.
    """
    share = share_of_draws_in_top(scores, k)
    before, changed, moved = named(share), [], []
    learned = scores.copy()
    for row in rows:
        learned[unit] = row
        now = share_of_draws_in_top(learned, k)
        moved.append(float(np.nansum(np.abs(now - share))))
        changed.append(sum(old != new for old, new in zip(before, named(now), strict=True)))
    return Learned(float(np.mean(changed)), max(changed), float(np.mean(moved)))
