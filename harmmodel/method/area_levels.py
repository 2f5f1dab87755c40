"""The level of harm of an area, which all its kinds of harm share: what `joint_rates` integrates over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.polynomial.hermite import hermgauss
from scipy.special import gammaln

from harmmodel.method.arrays import Floats

NODES = 15
BLOCK = 2_000_000  # numbers that are held at once
LONGEST_STEP = 1.5  # of a level or parameter, each round
MODE_ROUNDS = 60
CLOSE = 1e-8  # a last step of this length leaves an error of its square


@dataclass(frozen=True)
class JointModel:
    """What the place teaches about its areas.

    Attributes
    ----------
    mean : shape (columns,), events per unit of exposure over the whole place
    intercept, loading : shape (columns,), logarithm of an area's rate over the mean at level 0, and per level
    shape : shape (columns,), gamma shape of what an area has of its own in a column; its variance is 1 / shape
    link : how far the level follows an outer one
    """

    mean: Floats
    intercept: Floats
    loading: Floats
    shape: Floats
    link: float = 0.0

    def central(self, column: int, level: Floats) -> Floats:
        """Return the rate of a column at each level, before what is an area's own."""
        return np.asarray(self.mean[column] * np.exp(self.intercept[column] + self.loading[column] * level))


@dataclass(frozen=True)
class Record:
    """Counts of areas.

    Attributes
    ----------
    events : shape (areas, columns), not negative; they may be fractional. NaN: not known
    exposure : shape (areas, columns); NaN or 0: not observed
    outer : shape (areas,), the level that other columns gave each area before; None where there are no such
    """

    events: Floats
    exposure: Floats
    outer: Floats | None = None


def outer_of(record: Record) -> Floats:
    """Return the outer level of each area, 0 where there is none."""
    return np.zeros(record.events.shape[0]) if record.outer is None else np.nan_to_num(record.outer)


def observed(events: Floats, exposure: Floats) -> tuple[Floats, Floats]:
    """Return counts and exposures with zeros for what is not known: without exposure, a count of 0 teaches nothing."""
    known = np.isfinite(events) & np.isfinite(exposure) & (exposure > 0)
    return np.where(known, events, 0.0), np.where(known, exposure, 0.0)


@dataclass(frozen=True)
class Counts:
    """Counts and what the place's mean would lead one to expect, shape (areas, columns); outer levels, (areas,)."""

    y: Floats
    x: Floats
    outer: Floats

    def blocks(self, each: int) -> Iterator[Counts]:
        """Cut into runs of areas, so that no more than BLOCK numbers are held when an area takes *each*."""
        length = max(1, BLOCK // each)
        for start in range(0, self.y.shape[0], length):
            part = slice(start, start + length)
            yield Counts(self.y[part], self.x[part], self.outer[part])


# Parameters of a place in one line: intercept, loading and log shape of each column, and the link last.


def parted(point: Floats) -> tuple[Floats, float]:
    """Return the parameters of the columns, shape (columns, 3), and the link."""
    return point[:-1].reshape(-1, 3), float(point[-1])


def point_of(model: JointModel) -> Floats:
    """Return all parameters in one line, as `parted` takes them apart."""
    columns = np.stack([model.intercept, model.loading, np.log(model.shape)], axis=1)
    return np.append(columns.ravel(), model.link)


@dataclass(frozen=True)
class Around:
    """The levels around the mode of each area and how likely they are.

    Attributes
    ----------
    levels, weights : shape (areas, nodes); weights add to 1
    expected : shape (areas, columns, nodes), events expected at each level
    log_sum : shape (areas,), logarithm of the area's likelihood, up to a constant
    """

    levels: Floats
    weights: Floats
    expected: Floats
    log_sum: Floats


def modes_of(point: Floats, counts: Counts) -> tuple[Floats, Floats]:
    """Find each area's likeliest level and its standard deviation there; the density is log-concave."""
    columns, link = parted(point)
    intercept, loading, shape = columns[:, 0], columns[:, 1], np.exp(columns[:, 2])
    level = middle = link * counts.outer
    curvature = np.ones_like(level)
    for _ in range(MODE_ROUNDS):
        m = counts.x * np.exp(intercept + loading * level[:, None])
        slope = (loading * shape * (counts.y - m) / (shape + m)).sum(axis=1) + middle - level
        curvature = 1 + (loading**2 * shape * m * (shape + counts.y) / (shape + m) ** 2).sum(axis=1)
        step = np.clip(slope / curvature, -LONGEST_STEP, LONGEST_STEP)
        level = level + step
        if np.max(np.abs(step), initial=0.0) < CLOSE:
            break
    return level, 1 / np.sqrt(curvature)


@cache
def nodes(number: int) -> tuple[Floats, Floats]:
    """Return so many Gauss-Hermite nodes and their weights."""
    at, weight = hermgauss(number)
    return at, weight


def levels_around(point: Floats, counts: Counts) -> Around:
    """Place nodes around the mode of each area's level, and weigh them by its density."""
    columns, link = parted(point)
    centre, spread = modes_of(point, counts)
    at, weight = nodes(NODES)
    levels = centre[:, None] + np.sqrt(2) * spread[:, None] * at
    expected = counts.x[:, :, None] * np.exp(columns[:, 0, None] + columns[:, 1, None] * levels[:, None, :])
    logs = log_chance(columns, counts.y, expected, levels).sum(axis=1)
    logs += np.log(weight) + at * at + log_prior(levels, link * counts.outer) + np.log(spread)[:, None]
    top = logs.max(axis=1)
    chances = np.exp(logs - top[:, None])
    total = chances.sum(axis=1)
    return Around(levels, chances / total[:, None], expected, np.log(total) + top)


def log_prior(levels: Floats, middle: Floats) -> Floats:
    """Log density of levels, shape (areas, nodes), around the middle of each area, up to a constant."""
    away = levels - middle[:, None]
    return np.asarray(-away * away / 2)


def log_chance(columns: Floats, y: Floats, expected: Floats, levels: Floats) -> Floats:
    """Log chance of counts at levels, up to a constant; shape (areas, columns, nodes)."""
    shape = np.exp(columns[:, 2])
    constant = gammaln(shape + y) - gammaln(shape) + shape * columns[:, 2] + y * columns[:, 0]
    rising = (y * columns[:, 1])[:, :, None] * levels[:, None, :]
    return np.asarray(
        constant[:, :, None] + rising - (shape + y)[:, :, None] * np.log(shape[:, None] + expected), dtype=np.float64
    )


def levels_of(model: JointModel, record: Record) -> Floats:
    """Return the mean of each area's level given its counts; shape (areas,), NaN where nothing is observed."""
    y, x = observed(record.events, record.exposure)
    point = point_of(model)
    parts = [
        (around.levels * around.weights).sum(axis=1)
        for part in Counts(y, x * model.mean, outer_of(record)).blocks(y.shape[1] * NODES)
        for around in [levels_around(point, part)]
    ]
    return np.where((x > 0).any(axis=1), np.concatenate(parts), np.nan)
