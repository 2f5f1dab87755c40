"""Do recorded weights pile up on one side of a threshold? A jump of their density there, with its uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta, norm

from harmmodel.method.arrays import Floats
from harmmodel.method.thresholds.classification import LEVEL

HALF_WIDTH = 0.7  # of the window in log grams: from half the threshold to twice it
BINS = 14  # on each side
NEAR = 0.1  # the simple count compares (0.9 T, T] with (T, 1.1 T]
LEAST = 50  # weights in the window, below which nothing is said
PLACEBOS = 40
STEPS = 50


@dataclass(frozen=True)
class Bunching:
    """What the weights around a threshold show.

    ``jump`` is the density just above over the density just below: under 1, weights pile up below the threshold; over
    1, above it. ``below`` and ``above`` count the weights within a tenth of the threshold, ``exactly`` those equal to
    it, which the tenth below includes. ``placebo_share`` is the share of other points of the same data at which a jump
    as clear as this one is found: people round weights, and round weights alone make jumps.
    """

    weights: int
    in_window: int
    below: int
    above: int
    exactly: int
    share_below: float
    share_below_low: float
    share_below_high: float
    jump: float
    jump_low: float
    jump_high: float
    p_value: float
    placebos: int
    placebo_share: float

    @property
    def is_known(self) -> bool:
        """Whether there were weights enough."""
        return math.isfinite(self.jump)


def bunching(weights: Floats, threshold: float, *, level: float = LEVEL) -> Bunching:
    """Test whether the density of *weights* jumps at *threshold*.

    Weights in a window around the threshold are counted in equal bins of log grams that end at it. A Poisson
    regression with a smooth (quadratic) log density and one step at the threshold gives the jump; its standard error
    is widened where counts scatter more than Poisson counts do. The same test at other points is the placebo.

    Parameters
    ----------
    weights : grams, above 0
    threshold : grams
    level : of the intervals

    Returns
    -------
    The finding; jump and p-value are NaN with under 50 weights in the window or none on one side.

    References
    ----------
    McCrary (2008), Manipulation of the running variable in the regression discontinuity design, Journal of
    Econometrics 142; the local polynomial is replaced by a Poisson regression on the same bins.
    """
    logs = np.log(weights)
    at = math.log(threshold)
    counts = binned(logs, at)
    jump, error = _step(counts)
    below = int(((weights > (1 - NEAR) * threshold) & (weights <= threshold)).sum())
    above = int(((weights > threshold) & (weights <= (1 + NEAR) * threshold)).sum())
    reach = float(norm.ppf((1 + level) / 2)) * error
    z = abs(jump / error) if error > 0 else math.nan
    placebos = _placebos(logs, at) if math.isfinite(z) else np.empty(0)
    return Bunching(
        weights=int(weights.size),
        in_window=int(counts.sum()),
        below=below,
        above=above,
        exactly=int((weights == threshold).sum()),
        share_below=below / (below + above) if below + above else math.nan,
        **dict(zip(("share_below_low", "share_below_high"), exact_interval(below, below + above, level), strict=True)),
        jump=math.exp(jump),
        jump_low=math.exp(jump - reach),
        jump_high=math.exp(jump + reach),
        p_value=float(2 * norm.sf(z)),
        placebos=int(placebos.size),
        placebo_share=float((placebos >= z).mean()) if placebos.size else math.nan,
    )


def exact_interval(hits: int, of: int, level: float) -> tuple[float, float]:
    """Clopper and Pearson's interval of a share, which never covers less than *level*; NaN of nothing.

    Examples
    --------
    >>> tuple(round(end, 3) for end in exact_interval(5, 10, 0.9))
    (0.222, 0.778)
    """
    if of == 0:
        return math.nan, math.nan
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(beta.ppf(tail, hits, of - hits + 1))
    high = 1.0 if hits == of else float(beta.ppf(1 - tail, hits + 1, of - hits))
    return low, high


def binned(logs: Floats, at: float) -> Floats:
    """Counts in the bins of the window around *at*, from low to high; a weight at the threshold lies below it.

    Examples
    --------
    >>> counts = binned(np.log([1.0, 1.01, 1.0, 9.0]), 0.0)
    >>> counts[BINS - 1], counts[BINS], counts.sum()
    (np.float64(2.0), np.float64(1.0), np.float64(3.0))
    """
    bins = np.ceil((logs - at) / (HALF_WIDTH / BINS) - 1e-9).astype(np.int64) + BINS - 1
    inside = bins[(bins >= 0) & (bins < 2 * BINS)]
    return np.bincount(inside, minlength=2 * BINS).astype(np.float64)


def _step(counts: Floats) -> tuple[float, float]:
    """Log jump between the two middle bins of a smooth curve, and its standard error; NaN where there is too little."""
    if counts.sum() < LEAST or not counts[:BINS].any() or not counts[BINS:].any():
        return math.nan, math.nan
    x = (np.arange(2 * BINS) - BINS + 0.5) / BINS
    design = np.column_stack([np.ones_like(x), x, x**2, x > 0])
    fit = _poisson(design, counts)
    if fit is None:
        return math.nan, math.nan
    coefficients, covariance = fit
    return float(coefficients[-1]), math.sqrt(covariance[-1, -1])


def _poisson(design: Floats, counts: Floats) -> tuple[Floats, Floats] | None:
    """Poisson regression by Newton's method; the covariance is scaled by the scatter where that is above 1."""
    coefficients = np.linalg.lstsq(design, np.log(counts + 0.5), rcond=None)[0]
    for _ in range(STEPS):
        expected = np.exp(np.clip(design @ coefficients, -30, 30))
        information = design.T @ (design * expected[:, None])
        if not np.isfinite(information).all() or np.linalg.cond(information) > 1e12:
            return None
        step = np.linalg.solve(information, design.T @ (counts - expected))
        coefficients = coefficients + step
        if np.abs(step).max() < 1e-9:
            scatter = float(((counts - expected) ** 2 / expected).sum() / (counts.size - design.shape[1]))
            return np.asarray(coefficients), np.asarray(np.linalg.inv(information) * max(1.0, scatter))
    return None


def _placebos(logs: Floats, at: float) -> Floats:
    """How clear a jump is at other points, spread over the data: those as well observed as the threshold itself."""
    points = np.quantile(logs, np.linspace(0.05, 0.95, PLACEBOS))
    apart = points[np.abs(points - at) > HALF_WIDTH / 2]
    steps = [_step(binned(logs, float(point))) for point in np.unique(apart)]
    return np.array([abs(jump / error) for jump, error in steps if error > 0])
