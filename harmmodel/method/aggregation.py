"""From indicators to pillars and from pillars to one order."""

import math

import numpy as np

from harmmodel.method.arrays import Bools, Floats, Real


def shares(weights: Floats) -> Floats:
    """Make weights add to one along the first axis; all zero when there is no weight at all.

    Examples
    --------
    >>> shares(np.array([1.0, 3.0]))
    array([0.25, 0.75])
    """
    total = weights.sum(axis=0)
    return np.asarray(np.divide(weights, total, out=np.zeros_like(weights), where=total > 0))


def observed_share(known: Bools, weights: Floats) -> Floats:
    """Share of the weight for which a value is known.

    Parameters
    ----------
    known : shape (parts, units)
    weights : shape (parts,), not negative

    Returns
    -------
    Shape (units,), between 0 and 1; 0 when no part has weight.

    Examples
    --------
    >>> observed_share(np.array([[True, False], [True, True]]), np.array([3.0, 1.0]))
    array([1.  , 0.25])
    """
    total = np.zeros(known.shape[1])
    for part, share in zip(known, shares(weights), strict=True):
        total += np.where(part, share, 0.0)
    return total


def is_enough(observed: Floats, minimum: float) -> Bools:
    """Whether the observed share of weight allows a score; nothing observed is never enough."""
    # Two of three equal weights add to a hair below 2/3: rounding must not decide whether a pillar is scored.
    return np.asarray((observed > 0) & (observed >= minimum - 1e-9), dtype=np.bool_)


def weighted_mean(values: Floats, weights: Floats, *, minimum: float) -> Floats:
    """Average the indicators of a pillar where enough of its weight is observed.

    Parameters
    ----------
    values : shape (parts, units), 0-100; NaN where not known
    weights : shape (parts,), not negative; a part of weight 0 neither counts nor is missed
    minimum : least share of the weight that must be observed, for instance 2/3

    Returns
    -------
    Shape (units,). Weights are renormalised over the observed parts; below the minimum the result is NaN. A missing
    value is never taken for zero harm.

    Examples
    --------
    >>> weighted_mean(np.array([[80.0, np.nan], [20.0, 20.0]]), np.array([1.0, 1.0]), minimum=2 / 3)
    array([50., nan])
    """
    part_shares = shares(weights)
    observed = observed_share(np.isfinite(values), weights)
    total = np.zeros(values.shape[1])
    for part, share in zip(values, part_shares, strict=True):
        if share > 0:
            total += share * np.nan_to_num(part)
    mean = np.divide(total, observed, out=np.full(total.shape, np.nan), where=is_enough(observed, minimum))
    return np.asarray(mean, dtype=np.float64)


def generalised_mean(values: Real, weights: Floats, *, p: float) -> Floats:
    """Join pillars so that a low one offsets a severe one less than in a plain average.

    Parameters
    ----------
    values : shape (pillars, ...), 0-100; NaN where a pillar is not scored
    weights : shape (pillars,) or (pillars, ...), not negative
    p : 1 for the arithmetic mean, 2 for the quadratic, ``math.inf`` for the worst pillar

    Returns
    -------
    Shape (...), ``(Σ w x^p / Σ w)^(1/p)`` over the scored pillars. With one scored pillar this is that pillar; with
    none it is NaN.

    Raises
    ------
    ValueError
        If *p* is below 1: lower powers let a clean pillar hide a severe one.

    References
    ----------
    Hardy, Littlewood and Pólya (1934), Inequalities, chapter 2.

    Examples
    --------
    >>> generalised_mean(np.array([[30.0, np.nan], [40.0, 40.0]]), np.array([1.0, 1.0]), p=2).round(3)
    array([35.355, 40.   ])
    """
    if p < 1:
        raise ValueError(f"p must be at least 1; got {p}")
    total = np.zeros(values.shape[1:])
    weight_sum = np.zeros(values.shape[1:])
    worst = np.full(values.shape[1:], -np.inf)
    for value, weight in zip(values, weights, strict=True):
        known = np.isfinite(value) & (weight > 0)
        weight_sum += np.where(known, weight, 0.0)
        if math.isinf(p):
            worst = np.maximum(worst, np.where(known, value, -np.inf))
        else:
            total += np.where(known, weight * _power(np.nan_to_num(value).astype(np.float64), p), 0.0)
    scored = weight_sum > 0
    if math.isinf(p):
        return np.asarray(np.where(scored, worst, np.nan), dtype=np.float64)
    mean = np.divide(total, weight_sum, out=np.full(total.shape, np.nan), where=scored)
    return _power(mean, 1.0 / p)


def generalised_mean_slope(values: Floats, weights: Floats, *, p: float) -> Floats:
    """Say how far the generalised mean of each unit rises for one point more of each part.

    Parameters
    ----------
    values : shape (parts, units), not negative, NaN where not known; weights are renormalised over what is known
    weights : shape (parts,), not negative
    p : power of the mean

    Returns
    -------
    Shape (parts, units), ``w · (x / mean)^(p − 1)``; for infinite p, 1 for the largest part and 0 for the others. NaN
    where a part or the mean is not known, or the mean is 0.

    Examples
    --------
    >>> generalised_mean_slope(np.array([[30.0], [40.0]]), np.array([0.5, 0.5]), p=1)
    array([[0.5],
           [0.5]])
    """
    known = np.isfinite(values)
    mean = generalised_mean(values, weights, p=p)
    if math.isinf(p):
        return np.where(known, (values == mean).astype(np.float64), np.nan)
    own = np.where(known, weights[:, None], 0.0)
    share = own / np.where(own.sum(axis=0) > 0, own.sum(axis=0), np.nan)
    ratio = np.where(known & (mean > 0), values / np.where(mean > 0, mean, 1.0), np.nan)
    return np.asarray(share * _power(ratio, p - 1), dtype=np.float64)


def _power(values: Floats, exponent: float) -> Floats:
    # Products and square roots are exact to the last bit on every processor; the general power is not.
    if exponent == 1:
        return values
    if exponent == 2:
        return np.asarray(values * values, dtype=np.float64)
    powered = np.sqrt(values) if exponent == 0.5 else np.power(values, exponent)
    return np.asarray(powered, dtype=np.float64)


def pillars_scored(values: Floats) -> Floats:
    """Count the scored pillars of each unit; *values* has shape (pillars, units), the result (units,).

    Examples
    --------
    >>> pillars_scored(np.array([[30.0, np.nan], [40.0, 40.0]]))
    array([2., 1.])
    """
    return np.asarray(np.isfinite(values).sum(axis=0), dtype=np.float64)


def mean_event_weights(weights: Floats, means: Floats) -> Floats:
    """Rescale class weights so that the place's average event counts one.

    Parameters
    ----------
    weights : shape (classes,), harm weights in any unit, positive
    means : shape (classes,), the place's rate of each class; NaN for a class that is not observed

    Returns
    -------
    Shape (classes,), ``w · Σm / Σ(w m)`` over the observed classes. A goalpost in weighted events then holds for each
    weight set: only relative weights matter.

    Raises
    ------
    ValueError
        If a weight is negative or not a number.

    Examples
    --------
    >>> mean_event_weights(np.array([10.0, 1.0]), np.array([1.0, 9.0])).round(3)
    array([5.263, 0.526])
    """
    if not np.all(np.isfinite(weights)) or np.any(weights < 0):
        raise ValueError(f"class weights must be numbers, not negative; got {weights.tolist()}")
    known = np.isfinite(means)
    harm = float(np.sum(weights[known] * means[known]))
    if harm <= 0:
        return np.full(weights.shape, np.nan)
    return np.asarray(weights * (float(np.sum(means[known])) / harm), dtype=np.float64)
