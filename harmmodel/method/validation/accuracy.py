"""How well an order or an expected count agrees with what was recorded later, one number at a time."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy.stats import kendalltau

from harmmodel.method.arrays import Bools, Counts, Floats

# An expected count of exactly zero cannot be judged: one event more would be infinitely surprising.
LEAST_EXPECTED = 1e-6
STEPS = 50


def predictive_accuracy_index(hit_rate: float, land_share: float) -> float:
    """Share of events over share of land; 1 is what any part of the land holds on average.

    Examples
    --------
    >>> predictive_accuracy_index(0.4, 0.1), predictive_accuracy_index(1.0, 1.0)
    (4.0, 1.0)
    """
    return hit_rate / land_share if land_share > 0 else float("nan")


def predictive_efficiency_index(hit_rate: float, best: float) -> float:
    """Share of events captured over the most that could be captured with the same land.

    Examples
    --------
    >>> predictive_efficiency_index(0.25, 0.5)
    0.5
    """
    return hit_rate / best if best > 0 else float("nan")


def kendall(first: Floats, second: Floats) -> float:
    """Kendall's tau-b; NaN without variation.

    Examples
    --------
    >>> round(kendall(np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0])), 3)
    0.333
    """
    known = np.isfinite(first) & np.isfinite(second)
    if known.sum() < 2 or np.ptp(first[known]) == 0 or np.ptp(second[known]) == 0:
        return float("nan")
    return float(kendalltau(first[known], second[known]).statistic)


def jaccard(first: Collection[object], second: Collection[object]) -> float:
    """Share of the members of either set that are in both; NaN for two empty sets.

    Examples
    --------
    >>> jaccard({"A", "B"}, {"B", "C"})
    0.3333333333333333
    """
    either = set(first) | set(second)
    return len(set(first) & set(second)) / len(either) if either else float("nan")


def expected_counts(scores: Floats, total: float) -> Floats:
    """Share a total out over units in proportion to their scores.

    A unit with score 0 is given half the smallest score above 0, for counts half an event, so that nothing is held to
    be impossible.

    Examples
    --------
    >>> expected_counts(np.array([3.0, 1.0]), 8.0)
    array([6., 2.])
    """
    scores = np.nan_to_num(scores)
    if scores.sum() <= 0:
        return np.full(scores.shape, total / scores.size)
    shares = np.maximum(scores, scores[scores > 0].min() / 2)
    return np.asarray(total * shares / shares.sum(), dtype=np.float64)


def chance_of_any(expected: Floats) -> Floats:
    """Probability that a Poisson count is above zero.

    Examples
    --------
    >>> chance_of_any(np.array([0.0, np.log(2.0)]))
    array([0. , 0.5])
    """
    return np.asarray(-np.expm1(-expected), dtype=np.float64)


def brier(chances: Floats, happened: Bools) -> float:
    """Mean squared distance of probabilities from what happened; 0 is best.

    References
    ----------
    Brier (1950), Verification of forecasts expressed in terms of probability.

    Examples
    --------
    >>> brier(np.array([1.0, 0.5]), np.array([True, False]))
    0.125
    """
    return float(np.mean((chances - happened) ** 2))


def poisson_deviance(events: Floats, expected: Floats) -> float:
    """Mean Poisson deviance of counts from expected counts; 0 is best.

    References
    ----------
    McCullagh and Nelder (1989), Generalized Linear Models, section 2.3.

    Examples
    --------
    >>> poisson_deviance(np.array([0.0, 2.0]), np.array([0.0, 2.0])) < 1e-5
    True
    """
    mean = np.maximum(expected, LEAST_EXPECTED)
    ratio = np.divide(events, mean, out=np.ones_like(mean), where=events > 0)
    return float(np.mean(2.0 * (events * np.log(ratio) - (events - mean))))


@dataclass(frozen=True)
class Calibration:
    """Logistic regression of what happened on the log-odds of what was expected: slope 1 and intercept 0 are best."""

    slope: float
    intercept: float


def calibration(chances: Floats, happened: Bools) -> Calibration:
    """Fit slope and intercept by Newton's method.

    A slope below 1 says that the chances are too far apart, an intercept above 0 that they are too low on average at
    even odds. Both are NaN when everything or nothing happened, when all chances are equal, or when there is no fit.

    References
    ----------
    Cox (1958), Two further applications of a model for binary regression.
    """
    unknown = Calibration(float("nan"), float("nan"))
    clipped = np.clip(chances, 1e-9, 1 - 1e-9)
    odds = np.log(clipped / (1 - clipped))
    if happened.all() or not happened.any() or np.ptp(odds) == 0:
        return unknown
    design = np.column_stack([np.ones(odds.size), odds])
    rate = float(happened.mean())
    beta = np.array([np.log(rate / (1 - rate)), 0.0])  # from the line that knows the average only, Newton converges
    for _ in range(STEPS):
        fitted = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        information = design.T @ (design * (fitted * (1 - fitted))[:, None])
        if np.linalg.cond(information) > 1e14:
            return unknown
        step = np.linalg.solve(information, design.T @ (happened - fitted))
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            return Calibration(slope=float(beta[1]), intercept=float(beta[0]))
    return unknown


def pearson_residuals(events: Floats, expected: Floats) -> Floats:
    """Distance of counts from their expected value in standard deviations of a Poisson count."""
    mean = np.maximum(expected, LEAST_EXPECTED)
    return np.asarray((events - mean) / np.sqrt(mean), dtype=np.float64)


def morans_i(values: Floats, first: Counts, second: Counts) -> float:
    """Moran's I over pairs of neighbours: above its expectation ``-1 / (n - 1)``, like lies beside like.

    Parameters
    ----------
    values : shape (units,)
    first, second : shape (pairs,), positions of neighbours; each pair is given in both directions

    References
    ----------
    Moran (1950), Notes on continuous stochastic phenomena.

    Examples
    --------
    >>> morans_i(np.array([1.0, -1.0]), np.array([0, 1]), np.array([1, 0]))
    -1.0
    """
    centred = values - values.mean()
    spread = float(np.sum(centred**2))
    if spread == 0 or first.size == 0:
        return float("nan")
    together = math.fsum(centred[first] * centred[second])
    return values.size / first.size * together / spread
