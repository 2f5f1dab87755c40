"""Counts that a publisher suppressed: what they may have been, judged by how often the same unit has one."""

import numpy as np
from scipy.special import gammaln, logsumexp

from harmmodel.method.arrays import Floats
from harmmodel.method.withheld import Withheld, fitted

GRID = np.geomspace(1e-4, 1e3, 281)  # rates of one cell that are weighed
FLAT = (1.0, 0.0)  # mean and shape of a prior that knows nothing


def judged(parts: Floats, whole: Floats, exposure: Floats, cells: float) -> Withheld:
    """Judge the sum of the suppressed counts of each unit.

    A unit's counts are taken for Poisson in each of its *cells* (months), with one rate of its own. How rates differ
    between units is found as in `withheld.judged`. A mark says that the count of its cell lies between two ends, so a
    unit with a mark in every month has a higher rate than one with a single mark, and its marks stand for more.

    Parameters
    ----------
    parts : shape (4, units): marks of the unit, low and high end of their sum, and what is told of its other cells
    whole : shape (2, units): ends of all events of each unit; NaN where not known
    exposure : shape (units,); without it a unit's marks are judged by themselves alone
    cells : of the window, marked or not

    Returns
    -------
    Of the sum of the suppressed counts alone: nothing for a unit without marks.
    """
    marks, low, high, told = parts
    known = np.isfinite(whole).all(axis=0) & np.isfinite(exposure) & (exposure > 0)
    mean, shape = fitted(whole[0, known], whole[1, known], exposure[known]) if known.any() else FLAT
    width = int(np.max(high - low, initial=0.0)) + 1
    chances = np.zeros((marks.size, width))
    chances[:, 0] = 1.0
    for unit in np.flatnonzero(high > low):
        prior = (mean * exposure[unit] / cells, shape) if known[unit] else FLAT
        others = (float(np.nan_to_num(told[unit])), max(cells - marks[unit], 0.0))
        found = _sum_chances(int(marks[unit]), (low[unit], high[unit]), others, prior)
        chances[unit] = 0.0
        chances[unit, : found.size] = found
    return Withheld(low + chances @ np.arange(width), low, high, chances)


def _sum_chances(
    marks: int, ends: tuple[float, float], others: tuple[float, float], prior: tuple[float, float]
) -> Floats:
    """Chances of low, low + 1, … high for the sum of *marks* counts; each rate is weighed by all that it tells."""
    first, last = int(np.floor(ends[0] / marks)), int(np.ceil(ends[1] / marks))
    counts = np.arange(first, last + 1, dtype=np.float64)
    log_each = counts * np.log(GRID)[:, None] - GRID[:, None] - gammaln(counts + 1)
    log_between = logsumexp(log_each, axis=1)
    (told, unmarked), (expected, shape) = others, prior
    log_weight = marks * log_between + told * np.log(GRID) - unmarked * GRID
    log_weight += shape * (np.log(GRID) - GRID / expected)  # a gamma density of the logarithm of the rate
    weight = np.exp(log_weight - logsumexp(log_weight))
    size = marks * (counts.size - 1) + 1
    each = np.fft.rfft(np.exp(log_each - log_between[:, None]), n=size, axis=1)
    sums = np.clip(weight @ np.fft.irfft(each**marks, n=size, axis=1), 0.0, None)
    start = int(ends[0]) - marks * first  # marks with unlike ends: the sum lies between theirs
    within = sums[start : start + int(ends[1] - ends[0]) + 1]
    return np.asarray(within / within.sum())
