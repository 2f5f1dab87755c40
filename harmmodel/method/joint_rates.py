"""Rates of many kinds of harm estimated together: an area high in ten kinds is believed in the eleventh.

The model, for the count y of area u and column k with exposure x::

    y ~ Poisson(x · rate),   rate = place's mean · exp(intercept + loading · level) · g
    level ~ N(link · outer, 1), one for each area;   g ~ Gamma(shape, 1 / shape), one for each area and column

with loading and link ≥ 0. *outer* is the level that other columns gave the area before, where there are such; else 0:
so some columns can teach others and learn nothing from them. Given the level, a count is negative binomial and a rate
is gamma, in closed form. One integral over one number is all that is left, and no normal approximation of the rates is
needed, which is poor where counts are near zero. As no loading is negative, more of one kind of harm never lowers what
is expected of another.

References
----------
Aitchison & Ho (1989), The multivariate Poisson-log normal distribution, Biometrika 76(4): the same with lognormal g.
Liu & Pierce (1994), A note on Gauss-Hermite quadrature, Biometrika 81(3): nodes around the mode.
Louis (1982), Finding the observed information matrix when using the EM algorithm, JRSS B 44(2): the curvature.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, polygamma

from harmmodel.method.area_levels import (
    CLOSE,
    LONGEST_STEP,
    NODES,
    Around,
    Counts,
    JointModel,
    Record,
    levels_around,
    log_chance,
    log_prior,
    modes_of,
    nodes,
    observed,
    outer_of,
    parted,
    point_of,
)
from harmmodel.method.arrays import Bools, Floats

# Weak knowledge that decides only where counts say next to nothing, so that every maximum exists: loadings of a few at
# most, and areas of one level that differ neither not at all nor by orders of magnitude.
LOADING_SD = 2.0
LOG_SHAPE, LOG_SHAPE_SD = float(np.log(5.0)), 2.0

CAVITY_NODES = 31
SMALLEST_STEP = 1e-4
FLATTEST = 0.01  # curvature, in units of one area's information
ROUNDS = 200
NEAR = 1e-4  # of the top: from here every whole step is taken, since rounding hides what it gains
NOISE = 1e-12  # of the likelihood, in its own size: what rounding may take away at the top
DECIMALS = 6  # parameters are rounded, so that processors that add in another order agree
MANY = 2**16  # sets of counts: up to here their numbers are sorted by two bytes, which takes a fraction of the time
GRID, REACH = 401, 16.0  # points of the level that is drawn, and how many standard deviations around its mode


@dataclass(frozen=True)
class Belief:
    """What all other columns say of an area's rate in one column: its own count is not among what taught it.

    Attributes
    ----------
    expected, variance : shape (areas, columns), per unit of exposure and its square; NaN where nothing is known
    """

    expected: Floats
    variance: Floats


def learned(record: Record) -> JointModel:
    """Estimate the model of a place by maximum likelihood, with weak penalties on loadings, link and log shapes.

    Parameters
    ----------
    record : counts; each column needs an event

    Returns
    -------
    JointModel
        At the maximum, found by Newton's method with the exact curvature; parameters rounded to six decimals.

    Raises
    ------
    ValueError
        If a column has no event or a count is negative.
    """
    y, x = observed(record.events, record.exposure)
    if np.any(y < 0) or np.any(y.sum(axis=0) <= 0):
        raise ValueError("counts must not be negative, and each column needs an event")
    mean = y.sum(axis=0) / x.sum(axis=0)
    point, link = _maximised(Counts(y, x * mean, outer_of(record)))
    point = np.round(point, DECIMALS)
    return JointModel(mean, point[:, 0], point[:, 1], np.exp(point[:, 2]), round(link, DECIMALS))


def _is_bounded(point: Floats) -> Bools:
    """Say which parameters may not be negative."""
    return np.asarray((np.arange(point.size) % 3 == 1) | (np.arange(point.size) == point.size - 1))


def _maximised(counts: Counts) -> tuple[Floats, float]:
    """Climb to the maximum; a loading or link that would become negative stays at 0."""
    linked = float(np.any(counts.outer != 0))
    point = np.append(np.tile([-0.3, 0.7, LOG_SHAPE], counts.y.shape[1]), 0.7 * linked)
    for _ in range(ROUNDS):
        value, slope, curve = _likelihood(point, counts)
        step, size = _newton_step(point, slope, curve), 1.0
        step[-1] *= linked
        tried = _moved(point, step, size)
        while (
            size > SMALLEST_STEP and np.max(np.abs(step)) > NEAR and _value(tried, counts) < value - NOISE * abs(value)
        ):
            size /= 2
            tried = _moved(point, step, size)
        length = float(np.max(np.abs(tried - point)))
        point = tried
        if length < CLOSE:
            break
    return parted(point)


def _moved(point: Floats, step: Floats, size: float) -> Floats:
    moved = point + size * step
    return np.asarray(np.where(_is_bounded(point), np.maximum(moved, 0.0), moved))


def _newton_step(point: Floats, slope: Floats, curve: Floats) -> Floats:
    """Solve for the step; where the surface is not yet curved as at a top, its curvature is turned over."""
    chosen = np.flatnonzero(~_is_bounded(point) | (point > 0) | (slope > 0))
    sizes, ways = np.linalg.eigh(-curve[np.ix_(chosen, chosen)])
    bent = np.maximum(np.abs(sizes), FLATTEST)
    step = np.zeros(point.size)
    step[chosen] = ways @ ((ways.T @ slope[chosen]) / bent)
    # Shortened as a whole: one part alone would turn it away from the way up.
    return np.asarray(step * min(1.0, LONGEST_STEP / np.max(np.abs(step), initial=LONGEST_STEP)))


def _penalty(point: Floats) -> tuple[float, Floats, Floats]:
    """Return the penalty with its slope and curvature, shape of *point* each."""
    columns = (point.size - 1) // 3
    precision = np.append(np.tile([0.0, LOADING_SD**-2, LOG_SHAPE_SD**-2], columns), LOADING_SD**-2)
    centred = point - np.append(np.tile([0.0, 0.0, LOG_SHAPE], columns), 0.0)
    return float(np.sum(precision * centred * centred)) / 2, precision * centred, precision


def _value(point: Floats, counts: Counts) -> float:
    """Return the penalised log likelihood, up to a constant."""
    total = -_penalty(point)[0]
    for part in counts.blocks(counts.y.shape[1] * NODES):
        around = levels_around(point, part)
        total += float(around.log_sum.sum())
    return total


def _likelihood(point: Floats, counts: Counts) -> tuple[float, Floats, Floats]:
    """Return the penalised log likelihood with its slope, shape of *point*, and its curvature, a square matrix."""
    penalty, pull, precision = _penalty(point)
    value, slope, curve = -penalty, -pull, -np.diag(precision)
    for part in counts.blocks(3 * counts.y.shape[1] * NODES):
        around = levels_around(point, part)
        value += float(around.log_sum.sum())
        slopes, own = _derivatives(point, part, around)
        mean = np.einsum("ujq,uq->uj", slopes, around.weights)
        slope = slope + mean.sum(axis=0)
        spread = (slopes * np.sqrt(around.weights)[:, None, :]).transpose(1, 0, 2).reshape(point.size, -1)
        curve = curve + own + spread @ spread.T - mean.T @ mean
    return value, slope, curve


def _derivatives(point: Floats, counts: Counts, around: Around) -> tuple[Floats, Floats]:
    """Slopes of the log chance at each node, shape (areas, parameters, nodes), and the mean of their curvatures."""
    parameters, link = parted(point)
    columns, m, y = parameters.shape[0], around.expected, counts.y[:, :, None]
    shape = np.exp(parameters[:, 2])
    a, level, weights = shape[:, None], around.levels[:, None, :], around.weights[:, None, :]
    both, missed = a + m, y - m
    by_mean = a * missed / both
    first = (digamma(shape + counts.y) - digamma(shape))[:, :, None]
    by_shape = first + np.log(a / both) + missed * -1 / both
    second = (polygamma(1, shape + counts.y) - polygamma(1, shape) + 1 / shape)[:, :, None]
    bend_mean = -a * m * (a + y) / both**2
    bend_both = a * m * missed / both**2
    bend_shape = a * a * (second - 1 / both + missed / both**2) + a * by_shape
    slopes = np.stack([by_mean, by_mean * level, a * by_shape], axis=2).reshape(m.shape[0], 3 * columns, -1)
    own = np.zeros((columns, 3, columns, 3))
    at = np.arange(columns)
    bends = {(0, 0): bend_mean, (0, 1): bend_mean * level, (1, 1): bend_mean * level * level}
    bends |= {(0, 2): bend_both, (1, 2): bend_both * level, (2, 2): bend_shape}
    for (row, column), bend in bends.items():
        mean = np.einsum("ukq,uq->k", bend, weights[:, 0])
        own[at, row, at, column] = own[at, column, at, row] = mean
    away = (around.levels - link * counts.outer[:, None]) * counts.outer[:, None]
    whole = np.zeros((point.size, point.size))
    whole[:-1, :-1] = own.reshape(3 * columns, 3 * columns)
    whole[-1, -1] = -np.sum(counts.outer**2)
    return np.concatenate([slopes, away[:, None, :]], axis=1), whole


def believed(model: JointModel, record: Record) -> Belief:
    """Say what the other columns of each area tell of its rate in each column.

    Returns
    -------
    Belief
        Mean and variance of ``rate`` given all counts of the area but its own of that column. A column without
        exposure in an area has them as well; NaN where the area has no exposure at all.
    """
    y, x = observed(record.events, record.exposure)
    parts = [
        _left_out(model, part) for part in Counts(y, x * model.mean, outer_of(record)).blocks(y.shape[1] * CAVITY_NODES)
    ]
    nothing = (x > 0).sum(axis=1, keepdims=True) == 0
    expected, variance = (np.concatenate([part[n] for part in parts]) for n in (0, 1))
    return Belief(np.where(nothing, np.nan, expected), np.where(nothing, np.nan, variance))


def _left_out(model: JointModel, counts: Counts) -> tuple[Floats, Floats]:
    """Integrate over the level with one column after the other left out; shape (areas, columns) each."""
    at, weight = nodes(CAVITY_NODES)
    point, shape = point_of(model), model.shape
    columns, modes = parted(point)[0], modes_of(point, counts)
    m = counts.x * np.exp(columns[:, 0] + columns[:, 1] * modes[0][:, None])
    moments = np.empty((2, *counts.y.shape))
    precision = 1 / modes[1] ** 2
    for column in range(shape.size):
        a, own, loading = shape[column], m[:, column], model.loading[column]
        # The normal approximation without the column places the nodes; the integral itself is of the density.
        left = np.maximum(precision - loading**2 * a * own * (a + counts.y[:, column]) / (a + own) ** 2, 1.0)
        centre = modes[0] - loading * a * (counts.y[:, column] - own) / (a + own) / left
        others = [other for other in range(shape.size) if other != column]
        levels = centre[:, None] + np.sqrt(2 / left)[:, None] * at
        central = np.exp(columns[others, 0, None] + columns[others, 1, None] * levels[:, None])
        logs = log_chance(columns[others], counts.y[:, others], counts.x[:, others, None] * central, levels).sum(axis=1)
        logs += np.log(weight) + at * at + log_prior(levels, model.link * counts.outer)
        chances = np.exp(logs - logs.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        rates = model.central(column, levels)
        moments[0, :, column] = (chances * rates).sum(axis=1)
        square = (chances * rates * rates).sum(axis=1) * (1 + 1 / a)
        moments[1, :, column] = square - moments[0, :, column] ** 2
    return moments[0], moments[1]


@dataclass(frozen=True)
class LevelDraws:
    """Draws of one area's level.

    Attributes
    ----------
    level : shape (draws,)
    middle : the level at the likeliest counts
    variance : of the level there; also by how much the level follows when its middle is moved
    """

    level: Floats
    middle: float
    variance: float


def level_draws(model: JointModel, drawn: Floats, record: Record, uniform: Floats) -> LevelDraws:
    """Draw one area's level from its posterior, by the inverse of its distribution.

    Parameters
    ----------
    drawn : shape (columns, draws), or (columns, 1) where the counts are known; each distinct set of counts gets its
        own posterior
    record : of that area alone: the counts around which the drawn ones lie, whatever the number of draws
    uniform : shape (draws,), between 0 and 1; the same numbers give levels that move with the counts alone
    """
    y, x = observed(drawn.T, np.broadcast_to(record.exposure, drawn.T.shape))
    sets, inverse = np.unique(y.T, axis=1, return_inverse=True)
    point, x, outer = point_of(model), x[:1] * model.mean, outer_of(record)
    (mode,), (spread,) = modes_of(point, Counts(np.nan_to_num(record.events), x, outer))
    levels = mode + REACH * spread * np.linspace(-1.0, 1.0, GRID)
    logs = np.repeat(log_prior(levels[None], model.link * outer), sets.shape[1], axis=0)
    columns = parted(point)[0]
    for column, own in enumerate(sets):  # a column has few distinct counts, whatever the number of sets
        values, at = np.unique(own, return_inverse=True)
        expected = x[0, column] * np.exp(columns[column, 0] + columns[column, 1] * levels)
        logs += log_chance(columns[[column]], values[:, None], expected, levels[None])[np.ravel(at), 0]
    chances = np.exp(logs - logs.max(axis=1, keepdims=True))
    reach = np.zeros_like(chances)
    np.cumsum((chances[:, 1:] + chances[:, :-1]) / 2, axis=1, out=reach[:, 1:])
    reach /= reach[:, -1:]
    which = np.broadcast_to(np.ravel(inverse), uniform.shape)
    result = np.empty(uniform.shape)
    order = np.argsort(which.astype(np.uint16) if len(reach) <= MANY else which, kind="stable")
    ends = np.cumsum(np.bincount(which, minlength=len(reach)))
    for number, (start, end) in enumerate(zip(np.append(0, ends[:-1]), ends, strict=True)):
        chosen = order[start:end]
        result[chosen] = np.interp(uniform[chosen], reach[number], levels)
    return LevelDraws(result, float(mode), float(spread**2))


def rates_at(
    shape: float, central: Floats, events: float | Floats, exposure: float, rng: np.random.Generator
) -> Floats:
    """Draw one area's rate in one column, given the rate at the drawn levels.

    Parameters
    ----------
    shape : of the column
    central : shape (draws,), as `JointModel.central` gives it
    events : the count, or shape (draws,) when it is drawn itself
    exposure : of the area in that column
    rng : the stream of the area and column

    Returns
    -------
    Shape (draws,), events per unit of exposure, from ``Gamma(shape + y, 1 / (shape / central + x))``. All NaN when
    events or exposure are unknown.
    """
    if not np.isfinite(exposure) or not np.all(np.isfinite(events)):
        return np.full(central.shape, np.nan)
    return np.asarray(rng.standard_gamma(shape + events, size=central.size) / (shape / central + exposure))
