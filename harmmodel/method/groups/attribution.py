"""Deaths between two sides: how a total that is not exactly known, and its parts, are drawn and weighed by age."""

import math

import numpy as np

from harmmodel.method.arrays import Floats


def side_draws(
    members: tuple[int, int], share: tuple[float, float], *, draws: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Draw which part of the deaths between two sides falls to each of their members.

    Parameters
    ----------
    members : number of organisations on the first and on the second side
    share : range from which the first side's part is drawn, uniform; the second side has the rest
    draws : how many
    rng : the pair's own stream, so that every event of the pair is shared alike in a draw

    Returns
    -------
    Shapes (first members, draws) and (second members, draws); the parts of a draw add to 1. Inside a side nothing is
    known, so its members' parts are uniform among all divisions (Dirichlet with ones).

    Examples
    --------
    >>> first, second = side_draws((2, 1), (0, 1), draws=3, rng=np.random.default_rng(0))
    >>> (first.sum(axis=0) + second.sum(axis=0)).round(12)
    array([1., 1., 1.])
    """
    part = share[0] + (share[1] - share[0]) * rng.random(draws)
    sides = []
    for size, of_side in zip(members, (part, 1.0 - part), strict=True):
        inside = rng.standard_exponential((max(size, 1), draws))
        sides.append(np.asarray(of_side * inside / inside.sum(axis=0), dtype=np.float64)[:size])
    return sides[0], sides[1]


def total_draws(low: float, best: float, high: float, *, draws: int, rng: np.random.Generator) -> Floats:
    """Draw a total between its lowest and highest estimate, triangular with its peak at the best one.

    Raises
    ------
    ValueError
        If the three are not in order; sources do not always keep them so, and the reader must put them right.

    Examples
    --------
    >>> total_draws(4, 4, 4, draws=2, rng=np.random.default_rng(0))
    array([4., 4.])
    """
    if not low <= best <= high:
        raise ValueError(f"low, best and high must rise; got {low}, {best}, {high}")
    uniform = rng.random(draws)
    if low == high:
        return np.full(draws, float(best))
    peak = (best - low) / (high - low)
    rising = low + np.sqrt(uniform * (high - low) * (best - low))
    falling = high - np.sqrt((1.0 - uniform) * (high - low) * (high - best))
    return np.asarray(np.where(uniform < peak, rising, falling), dtype=np.float64)


def count_noise(totals: Floats, rng: np.random.Generator) -> Floats:
    """Draw the rate behind a drawn count: ``Gamma(count)``. Zero stays zero.

    Deaths come several at a time, so this is less than the true spread: intervals are the least that must be allowed.
    """
    return np.asarray(rng.standard_gamma(np.maximum(totals, 0.0)), dtype=np.float64)


def age_weight(months: float | Floats, half_life: float) -> Floats:
    """Weigh a death by its age: half for every half-life.

    Parameters
    ----------
    months : age at the reference date; any shape
    half_life : in months

    Returns
    -------
    Same shape: ``0.5 ** (age / half-life)`` times a constant that makes the sum deaths per year: a group with r deaths
    each year, for ever, has r.

    Examples
    --------
    >>> age_weight(np.array([0.0, 12.0, 24.0]), 12).round(4)
    array([0.6931, 0.3466, 0.1733])
    """
    per_year = math.log(2.0) * 12.0 / half_life
    return np.asarray(per_year * np.power(0.5, np.asarray(months, dtype=np.float64) / half_life), dtype=np.float64)


def mean_age_weight(start: float, stop: float, half_life: float) -> float:
    """Average of `age_weight` over a span of ages, for deaths of which only the span is known.

    Examples
    --------
    >>> round(mean_age_weight(0, 12, 12), 4)
    0.5
    """
    if stop <= start:
        raise ValueError(f"a span of ages must rise; got {start} to {stop}")
    year = 12.0 / (stop - start)
    return float(year * (0.5 ** (start / half_life) - 0.5 ** (stop / half_life)))
