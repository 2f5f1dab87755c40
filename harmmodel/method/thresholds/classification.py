"""Whom a threshold quantity catches: shares of people who hold more than it, users per supplier, and the ROC curve.

Quantities are in grams and above 0. A person is *above* a threshold when holding more than it, or, where the law says
"less than", as much as it. NaN stays NaN.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr
from scipy.stats import norm

from harmmodel.method.arrays import Floats
from harmmodel.method.disparity import share

P90 = float(norm.ppf(0.9))
LEVEL = 0.9  # of every interval of the lab
# Variances and covariance of the sample median and 90th percentile of n standard normal values, times n.
_AT = (float(norm.pdf(0.0)), float(norm.pdf(P90)))
_V50, _V90, _COV = 0.25 / _AT[0] ** 2, 0.09 / _AT[1] ** 2, 0.05 / (_AT[0] * _AT[1])


@dataclass(frozen=True)
class Lognormal:
    """Quantities whose logarithm is normal: *mu* and *sigma* are its mean and standard deviation, in log grams."""

    mu: float
    sigma: float

    @property
    def median(self) -> float:
        """The quantity that half of the people exceed, in grams."""
        return math.exp(self.mu)

    @property
    def p90(self) -> float:
        """The quantity that one person in ten exceeds, in grams."""
        return math.exp(self.mu + P90 * self.sigma)

    def held(self, factor: float) -> Lognormal:
        """The distribution of people who hold *factor* times as much."""
        return Lognormal(self.mu + math.log(factor), self.sigma)

    def density(self, grams: Floats) -> Floats:
        """Density per unit of log grams, as drawn on a log scale."""
        return np.asarray(norm.pdf((np.log(grams) - self.mu) / self.sigma) / self.sigma, dtype=np.float64)


def lognormal(median: float, p90: float) -> Lognormal:
    """Lognormal distribution with this median and 90th percentile, both in grams.

    Raises
    ------
    ValueError
        If they are not finite, not above 0, or the 90th percentile is not above the median.

    References
    ----------
    The 90th percentile lies 1.2816 standard deviations above the median on the log scale.

    Examples
    --------
    >>> held = lognormal(0.6, 1.9014)
    >>> round(held.sigma, 3)
    0.9
    """
    if not (math.isfinite(p90) and 0 < median < p90):
        raise ValueError(f"the median must be above 0 and the 90th percentile above it; they are {median:g}, {p90:g}")
    return Lognormal(math.log(median), math.log(p90 / median) / P90)


def share_above(thresholds: float | Floats, held: Lognormal) -> Floats:
    """Share of people who hold more than each threshold.

    For people who use and do not supply this is the misclassified-user rate, ``1 - Phi((ln T - mu) / sigma)``.

    Parameters
    ----------
    thresholds : grams, any shape; NaN gives NaN, 0 gives 1
    held : what people hold

    References
    ----------
    Hughes, Ritter, Cowdery and Phillips (2014), Australian threshold quantities for drug trafficking: the quantity a
    person holds for own use is set beside the threshold.

    Examples
    --------
    >>> share_above(np.array([0.05, 1.0, 5.0]), Lognormal(np.log(0.6), 0.9)).round(3)
    array([0.997, 0.285, 0.009])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (np.log(np.asarray(thresholds, dtype=np.float64)) - held.mu) / held.sigma
    return np.asarray(ndtr(-z), dtype=np.float64)


def share_above_interval(
    threshold: float, held: Lognormal, *, respondents: int, level: float = LEVEL
) -> tuple[float, float]:
    """Interval of the share above a threshold when median and 90th percentile come from a survey.

    The two sample percentiles vary together; the delta method carries their covariance to ``z``, and ``Phi`` of its
    ends gives the interval, which therefore stays between 0 and 1.

    Parameters
    ----------
    threshold : grams
    held : from the sample's median and 90th percentile
    respondents : size of the survey, at least 10, taken as a simple random sample
    level : of the interval

    References
    ----------
    Serfling (1980), Approximation theorems of mathematical statistics, 2.3.3: joint distribution of sample quantiles.

    Examples
    --------
    >>> low, high = share_above_interval(1.0, Lognormal(np.log(0.6), 0.9), respondents=200)
    >>> round(low, 2), round(high, 2)
    (0.24, 0.33)
    """
    if respondents < 10:
        raise ValueError(f"a 90th percentile needs at least 10 respondents; there are {respondents}")
    z = (math.log(threshold) - held.mu) / held.sigma
    by_median, by_p90 = z / P90 - 1, -z / P90
    variance = by_median**2 * _V50 + by_p90**2 * _V90 + 2 * by_median * by_p90 * _COV
    reach = float(norm.ppf((1 + level) / 2)) * math.sqrt(variance / respondents)
    return float(ndtr(-z - reach)), float(ndtr(-z + reach))


def counted_above(quantities: Floats, threshold: float, *, at_limit: bool = False) -> int:
    """Number of quantities above *threshold*; with *at_limit* also those equal to it."""
    return int((quantities >= threshold).sum() if at_limit else (quantities > threshold).sum())


def wilson_interval(hits: int, of: int, *, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's score interval of a share; NaN of nothing.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference.

    Examples
    --------
    >>> tuple(round(end, 3) for end in wilson_interval(0, 40))
    (0.0, 0.063)
    """
    interval = share(hits, of, level)
    return float(interval.low), float(interval.high)


def users_per_supplier(users_above: float, suppliers_above: float, supplier_share: float) -> float:
    """Users who are treated as suppliers for each supplier whom the threshold catches.

    Parameters
    ----------
    users_above : misclassified-user rate
    suppliers_above : share of suppliers above the threshold
    supplier_share : share of suppliers among all people found with the substance

    Returns
    -------
    ``users_above (1 - share) / (suppliers_above share)``; infinite when no supplier is caught but users are, NaN when
    nobody is.

    Examples
    --------
    >>> users_per_supplier(0.285, 0.95, 0.1)
    2.7
    """
    wrong, right = users_above * (1 - supplier_share), suppliers_above * supplier_share
    if right == 0:
        return math.inf if wrong > 0 else float("nan")
    return wrong / right


def roc_area(users: Lognormal, suppliers: Lognormal) -> float:
    """Chance that a supplier holds more than a user: the area under the ROC curve of all thresholds.

    References
    ----------
    The binormal model: ``Phi((mu_s - mu_u) / sqrt(sigma_s^2 + sigma_u^2))``.

    Examples
    --------
    >>> roc_area(Lognormal(0.0, 1.0), Lognormal(0.0, 2.0))
    0.5
    """
    return float(ndtr((suppliers.mu - users.mu) / math.hypot(users.sigma, suppliers.sigma)))


def counted_roc_area(users: Floats, suppliers: Floats) -> float:
    """Share of pairs in which the supplier holds more, ties half; NaN without pairs.

    Examples
    --------
    >>> counted_roc_area(np.array([1.0, 2.0]), np.array([2.0, 3.0]))
    0.875
    """
    if not users.size or not suppliers.size:
        return float("nan")
    order = np.sort(users)
    below = np.searchsorted(order, suppliers, side="left") + np.searchsorted(order, suppliers, side="right")
    return float(below.mean() / 2 / users.size)


@dataclass(frozen=True)
class Range:
    """A quantity that is known between two ends; *value* is the central one. NaN in one place is NaN in all."""

    low: float
    value: float
    high: float

    @property
    def is_exact(self) -> bool:
        """Whether one number was given and no range."""
        return self.low == self.high

    @property
    def ends(self) -> tuple[float, ...]:
        """The ends, once where they are equal."""
        return (self.low,) if self.is_exact else (self.low, self.high)

    def __mul__(self, other: Range) -> Range:
        """Product of two ranges of values above 0."""
        return Range(self.low * other.low, self.value * other.value, self.high * other.high)

    def __truediv__(self, other: Range) -> Range:
        """Quotient of two ranges of values above 0: lowest over highest to highest over lowest."""
        return Range(self.low / other.high, self.value / other.value, self.high / other.low)


UNKNOWN = Range(math.nan, math.nan, math.nan)


def exactly(value: float) -> Range:
    """One number without a range."""
    return Range(value, value, value)


def between(low: float, high: float) -> Range:
    """A range of values above 0; its geometric mean is the central one, as ratios are what matters.

    Raises
    ------
    ValueError
        If the ends are not finite, not above 0 or in the wrong order.

    Examples
    --------
    >>> between(0.5, 2.0)
    Range(low=0.5, value=1.0, high=2.0)
    """
    if not (math.isfinite(high) and 0 < low <= high):
        raise ValueError(f"a range runs from a number above 0 to one that is not smaller; it is {low:g} to {high:g}")
    return exactly(low) if low == high else Range(low, math.sqrt(low * high), high)


def active_weight(total: Range, purity: Range) -> Range:
    """Grams of active substance in *total* grams; *purity* is a share of 0 to 1.

    Examples
    --------
    >>> active_weight(exactly(2.0), exactly(0.3))
    Range(low=0.6, value=0.6, high=0.6)
    """
    return total * purity


def total_weight(active: Range, purity: Range) -> Range:
    """Grams of a substance as sold that hold *active* grams of it; *purity* is a share of 0 to 1.

    Examples
    --------
    >>> total_weight(exactly(1.5), between(0.25, 0.5)).high
    6.0
    """
    return active / purity


def doses(total: Range, dose: Range) -> Range:
    """How many doses of *dose* grams are in *total* grams, both by total weight."""
    return total / dose


def days_of_supply(total: Range, dose: Range, doses_a_day: Range, days_a_week: float = 7) -> Range:
    """For how many calendar days *total* grams last one person.

    Parameters
    ----------
    total, dose : grams, by total weight
    doses_a_day : on a day of use
    days_a_week : days of use in a week, above 0 up to 7

    Examples
    --------
    >>> days_of_supply(exactly(1.0), exactly(0.1), exactly(2.0), days_a_week=3.5).value
    10.0
    """
    if not 0 < days_a_week <= 7:
        raise ValueError(f"days of use in a week lie above 0 and up to 7; they are {days_a_week:g}")
    return doses(total, dose) / (doses_a_day * exactly(days_a_week / 7))
