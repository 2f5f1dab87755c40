"""Rates onto a common scale from 0 to 100, between fixed goalposts."""

import numpy as np

from harmmodel.method.arrays import Floats


def scaled(values: Floats, *, low: float, high: float | Floats, clips: bool = True) -> Floats:
    """Place values on a 0-100 scale between two goalposts.

    Parameters
    ----------
    values : any shape, in the indicator's own unit
    low : the value that scores 0
    high : the value that scores 100; a number, or an array that broadcasts against *values* (one goalpost per draw)
    clips : whether values outside the goalposts end there

    Returns
    -------
    Same shape as *values*. NaN stays NaN: a missing value is never a harmless
    value.

    Raises
    ------
    ValueError
        If the high goalpost is not above the low one: for a harm, more is never better.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, chapter on normalisation.

    Examples
    --------
    >>> scaled(np.array([0.0, 10.0, 40.0, 80.0, np.nan]), low=0, high=40)
    array([  0.,  25., 100., 100.,  nan])
    """
    if not np.all(np.asarray(high) > low):
        raise ValueError(f"the high goalpost must lie above the low one, {low}; got {np.min(high)}")
    share = (values - low) / (high - low)
    return np.asarray(100.0 * (np.clip(share, 0.0, 1.0) if clips else share), dtype=np.float64)


def clipped_share(values: Floats, *, low: float, high: float) -> float:
    """Share of the known values that lie outside the goalposts, 0-1; NaN when none is known.

    Examples
    --------
    >>> clipped_share(np.array([-1.0, 10.0, 50.0, np.nan, 40.0]), low=0, high=40)
    0.5
    """
    known = values[np.isfinite(values)]
    if known.size == 0:
        return float("nan")
    return float(np.mean((known < low) | (known > high)))
