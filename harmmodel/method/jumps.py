"""Where a class of records jumps while its like do not: a sign that recording changed, and not what happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t

from harmmodel.method.arrays import Floats

LEAST_MONTHS = 3  # on either side of a jump; fewer may be a holiday or a season's edge
LEAST_EVENTS = 30.0  # of the class and of its like, on either side; below, a ratio is mostly chance
LARGE = 1.5  # a ratio of ratios that a reader has to know of, up or down
ERROR = 0.05  # chance that any class of a place is named though none jumps


@dataclass(frozen=True)
class Jump:
    """Between two months, the share of a class among its like changes, and stays so.

    Attributes
    ----------
    at : position of the first month after it
    before, after : events of the class per month
    like_before, like_after : events of its like per month
    ratio, low, high : how many times the class rose beside its like, with the ends of its 95% interval
    """

    at: int
    before: float
    after: float
    like_before: float
    like_after: float
    ratio: float
    low: float
    high: float


def jump(events: Floats, like: Floats, *, tried: int = 1) -> Jump | None:
    """Find the month from which a class stands in another relation to its like, if there is one.

    Parameters
    ----------
    events, like : shape (months,), events of the class and of all its like in whole observed months, in order of time
    tried : how many classes are tried at the place, all of which share the chance ``ERROR`` of a false alarm

    Returns
    -------
    The most certain jump whose interval, of all months and classes tried at once, leaves out 1, and whose ratio is at
    least ``LARGE`` or at most its inverse; None where there is none, or too few months or events to tell.

    Notes
    -----
    A comparative interrupted series: log of (after / before) of the class less that of its like, for each month at
    which both sides are long enough. Its variance is that of four Poisson counts, times the Pearson dispersion of the
    monthly shares on the two sides where that is above 1; the quantile is Student's with months - 2 degrees of
    freedom. What moves both alike, as a season, cancels out.
    """
    months = events.size
    splits = range(LEAST_MONTHS, months - LEAST_MONTHS + 1)
    level = float(t.isf(ERROR / 2 / max(len(splits), 1) / max(tried, 1), max(months - 2, 1)))
    best: tuple[float, Jump] | None = None
    for at in splits:
        sums = [float(part.sum()) for part in (events[:at], events[at:], like[:at], like[at:])]
        if min(sums) < LEAST_EVENTS:
            continue
        log_ratio = float(np.log(sums[1] / sums[0]) - np.log(sums[3] / sums[2]))
        spread = float(np.sqrt(_dispersion(events, like, at) * sum(1 / part for part in sums)))
        certainty = abs(log_ratio) / spread
        if certainty > level and abs(log_ratio) >= np.log(LARGE) and (best is None or certainty > best[0]):
            ends = np.exp(log_ratio + np.array([-1.0, 1.0]) * 1.96 * spread)
            rates = sums[0] / at, sums[1] / (months - at), sums[2] / at, sums[3] / (months - at)
            best = certainty, Jump(at, *rates, float(np.exp(log_ratio)), float(ends[0]), float(ends[1]))
    return best[1] if best else None


def _dispersion(events: Floats, like: Floats, at: int) -> float:
    """Return how much more the share of the class scatters from month to month than a binomial does; 1 at least."""
    squares = 0.0
    for side in (slice(None, at), slice(at, None)):
        both = events[side] + like[side]
        share = events[side].sum() / both.sum()
        held = both > 0
        expected = both[held] * share
        squares += float(((events[side][held] - expected) ** 2 / (expected * (1 - share))).sum())
    return max(1.0, squares / (events.size - 2))
