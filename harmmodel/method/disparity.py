"""Who is stopped how often, and what comes of it: ratios of rates and shares, with intervals and bounds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaln, ndtri

from harmmodel.method.arrays import Floats

Rate = tuple[ArrayLike, ArrayLike]


class Ratio(NamedTuple):
    """A value and its interval."""

    value: Floats
    low: Floats
    high: Floats


def rate_ratio(one: Rate, other: Rate, level: float, *, sampled: bool = False) -> Ratio:
    """Divide two rates, (a / of_a) / (b / of_b), with the interval on the logarithmic scale.

    Parameters
    ----------
    one, other : count of events of the group and what it is set against; the same of the group it is compared with
    level : of the interval, such as 0.9
    sampled : whether what the counts are set against are counts of events too, so that they add their own chance

    Returns
    -------
    NaN where a count or what it is set against is 0: no ratio can be told.

    Notes
    -----
    The standard error of the logarithm is sqrt(1/a + 1/b), with 1/of_a + 1/of_b added when these are *sampled*. It
    holds for events that come one by one; events that come in groups vary more.

    Examples
    --------
    >>> ratio = rate_ratio((200, 1000), (100, 1000), 0.9)
    >>> [round(float(x), 2) for x in ratio]
    [2.0, 1.64, 2.45]
    """
    x, n, y, m = (_positive(v) for v in (*one, *other))
    variance = 1 / x + 1 / y + ((1 / n + 1 / m) if sampled else 0)
    return _around((x / n) / (y / m), variance, level)


def ratio_bounds(
    a: ArrayLike, of_a: tuple[ArrayLike, ArrayLike], b: ArrayLike, of_b: tuple[ArrayLike, ArrayLike], unknown: Rate
) -> tuple[Floats, Floats]:
    """Bound a ratio of rates by what it would be if every unknown case went one way, or every one the other.

    Parameters
    ----------
    a, b : counts that are known
    of_a, of_b : the smallest and largest value of what the counts are set against
    unknown : events that may belong to the first group, and those that may belong to the other

    Examples
    --------
    >>> [round(float(x), 2) for x in ratio_bounds(200, (1000, 1000), 100, (1000, 1000), (100, 100))]
    [1.0, 3.0]
    """
    x, y, u, v = (np.asarray(count, np.float64) for count in (a, b, *unknown))
    (n0, n1), (m0, m1) = ((_positive(low), _positive(high)) for low, high in (of_a, of_b))
    # With no event known of the other group, the upper bound is open.
    low = (x / n1) / _positive((y + v) / m0)
    high = np.where(y > 0, ((x + u) / n0) / _positive(y / m1), np.inf)
    return np.asarray(low, np.float64), np.asarray(high, np.float64)


def share(hits: ArrayLike, of: ArrayLike, level: float) -> Ratio:
    """Give a share with its Wilson interval; NaN where there is nothing to share.

    Examples
    --------
    >>> [round(float(x), 3) for x in share(20, 100, 0.9)]
    [0.2, 0.143, 0.273]
    """
    x, n = np.asarray(hits, np.float64), _positive(of)
    z = float(ndtri(0.5 + level / 2))
    p, inflated = x / n, 1 + z * z / n
    middle = (p + z * z / (2 * n)) / inflated
    half = z / inflated * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Ratio(p, np.clip(middle - half, 0, p), np.clip(middle + half, p, 1))


def share_ratio(hits_a: ArrayLike, of_a: ArrayLike, hits_b: ArrayLike, of_b: ArrayLike, level: float) -> Ratio:
    """Divide two shares, with Katz's interval on the logarithmic scale; NaN where a share is 0.

    Examples
    --------
    >>> [round(float(x), 2) for x in share_ratio(30, 100, 20, 100, 0.9)]
    [1.5, 0.99, 2.27]
    """
    x, n, y, m = (_positive(v) for v in (hits_a, of_a, hits_b, of_b))
    return _around((x / n) / (y / m), 1 / x - 1 / n + 1 / y - 1 / m, level)


def share_bounds(hits: ArrayLike, of: ArrayLike, unknown_hits: ArrayLike, unknown: ArrayLike) -> tuple[Floats, Floats]:
    """Bound a share by the unknown cases: all misses join the group, or all hits do.

    Examples
    --------
    >>> [round(float(x), 3) for x in share_bounds(20, 100, 10, 50)]
    [0.143, 0.273]
    """
    x, n, h, u = (np.asarray(v, np.float64) for v in (hits, of, unknown_hits, unknown))
    return x / _positive(n + u - h), (x + h) / _positive(n + h)


def found_above(threshold: float, alpha: float, beta: float) -> float:
    """Return the share of searches that find something when everyone above *threshold* is searched.

    Parameters
    ----------
    threshold : chance of a find from which on a person is searched, the same for everybody
    alpha, beta : of the Beta distribution of that chance in a group

    Notes
    -----
    Two groups under one threshold have different shares when their distributions differ: the outcome test then points
    at a difference in treatment that is not there, or misses one that is (infra-marginality).

    Examples
    --------
    >>> round(found_above(0.1, 1, 9), 3), round(found_above(0.1, 2, 8), 3)
    (0.19, 0.24)
    """
    tail = 1 - float(betainc(alpha, beta, threshold))
    ratio = float(np.exp(betaln(alpha + 1, beta) - betaln(alpha, beta)))
    return ratio * (1 - float(betainc(alpha + 1, beta, threshold))) / tail


def _positive(values: ArrayLike) -> Floats:
    """*values* as floats, NaN in place of 0."""
    numbers = np.asarray(values, np.float64)
    return np.where(numbers > 0, numbers, np.nan)


def _around(value: Floats, variance: Floats, level: float) -> Ratio:
    reach = np.exp(float(ndtri(0.5 + level / 2)) * np.sqrt(variance))
    return Ratio(value, value / reach, value * reach)
