"""Counts of which only two ends are known, because small ones are withheld: what they may have been."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln, logsumexp

from harmmodel.method.arrays import Bools, Floats

# Ends of the search, as logarithms: events of a cell beside the mean of all, and how alike cells are.
MEAN_REACH, SHAPE_ENDS = 6.0, (-4.0, 8.0)


def released(counts: Floats, k: int) -> tuple[Floats, Floats]:
    """Return what may be known of counts: the count itself, or 1 to k − 1 of a small one.

    Parameters
    ----------
    counts : any shape, whole and not negative; NaN where not known
    k : the smallest count above 0 that is told; 0 or 1: every count is

    Returns
    -------
    Low and high end, of the shape of *counts*; NaN stays NaN.

    Examples
    --------
    >>> [ends.tolist() for ends in released(np.array([0.0, 3.0, 5.0, np.nan]), 5)]
    [[0.0, 1.0, 5.0, nan], [0.0, 4.0, 5.0, nan]]
    """
    is_small = (counts > 0) & (counts < k)
    return np.where(is_small, 1.0, counts), np.where(is_small, k - 1.0, counts)


@dataclass(frozen=True)
class Withheld:
    """What counts may have been, judged by the told counts of the same class and nothing else.

    Attributes
    ----------
    expected : shape (cells,), the count where it is told, else its mean under *chances*; NaN where not known
    first, last : shape (cells,), the smallest and the largest that each may have been
    chances : shape (cells, width), chance of first, first + 1, …; each row adds to 1, that of a told count is 1, 0, …
    """

    expected: Floats
    first: Floats
    last: Floats
    chances: Floats

    def drawn(self, cell: int, uniform: Floats) -> Floats:
        """Turn uniform numbers, shape (draws,), into counts of one cell."""
        steps = np.cumsum(self.chances[cell])[:-1]
        return np.asarray(self.first[cell] + np.searchsorted(steps, uniform, side="right"), dtype=np.float64)


def judged(low: Floats, high: Floats, exposure: Floats) -> Withheld:
    """Judge what withheld counts may have been.

    The cells of a class are taken for negative binomial, with a rate per exposure that varies between cells as a gamma
    distribution. Its two parameters are found by maximum likelihood, to which a told count gives its own chance and a
    withheld one that of lying between its ends. No withheld count enters in any other way, so others between the same
    ends give the same answer to the last bit.

    Parameters
    ----------
    low, high : shape (cells,), ends of each count; NaN where not known
    exposure : shape (cells,); a cell without exposure teaches nothing, and its count is taken evenly between its ends

    Raises
    ------
    ValueError
        If an end is not whole, or the high one is below the low one.

    References
    ----------
    Interval-censored negative binomial likelihood: Cameron & Trivedi (2013), Regression Analysis of Count Data, 4.3.
    """
    known = np.isfinite(low) & np.isfinite(high)
    if np.any(high[known] < low[known]) or np.any(low[known] % 1) or np.any(high[known] % 1):
        raise ValueError("the ends of a count must be whole, the high one not below the low one")
    width = int(np.max(high[known] - low[known], initial=0.0)) + 1
    ends = low.astype(np.float64), high.astype(np.float64)
    if width == 1:
        return Withheld(ends[0], *ends, np.ones((low.size, 1)))
    steps = np.arange(width, dtype=np.float64)
    inside = steps <= np.where(known, high - low, 0.0)[:, None]
    teaches = known & np.isfinite(exposure) & (exposure > 0)
    log_chances = np.where(inside, 0.0, -np.inf)
    if teaches.any():
        mean, shape = fitted(low[teaches], high[teaches], exposure[teaches])
        log_chances[teaches] = _log_chances(low[teaches], exposure[teaches], inside[teaches], mean, shape)
    chances = np.exp(log_chances - logsumexp(log_chances, axis=1, keepdims=True))
    return Withheld(np.where(known, low + chances @ steps, np.nan), *ends, chances)


def _log_chances(low: Floats, exposure: Floats, inside: Bools, mean: float, shape: float) -> Floats:
    """Log chances of low, low + 1, … under a negative binomial; minus infinity beyond the high end."""
    counts = low[:, None] + np.arange(inside.shape[1])
    expected = (mean * exposure)[:, None]
    log_chance = (
        gammaln(shape + counts)
        - gammaln(shape)
        - gammaln(counts + 1)
        + shape * (np.log(shape) - np.log(shape + expected))
        + counts * (np.log(expected) - np.log(shape + expected))
    )
    return np.where(inside, log_chance, -np.inf)


def fitted(low: Floats, high: Floats, exposure: Floats) -> tuple[float, float]:
    """Return mean events per exposure and gamma shape that make the told counts and ends likeliest."""
    width = int(np.max(high - low)) + 1
    inside = np.arange(width) <= (high - low)[:, None]
    middle = float((low + high).sum() / 2 / exposure.sum())
    if middle == 0:
        return 0.5 / float(exposure.sum()), 1.0

    def unlikeliness(point: Floats) -> float:
        mean, shape = middle * float(np.exp(point[0])), float(np.exp(point[1]))
        return -float(logsumexp(_log_chances(low, exposure, inside, mean, shape), axis=1).sum())

    best = minimize(
        unlikeliness, np.zeros(2), method="L-BFGS-B", bounds=[(-MEAN_REACH, MEAN_REACH), SHAPE_ENDS], tol=1e-12
    )
    return middle * float(np.exp(best.x[0])), float(np.exp(best.x[1]))
