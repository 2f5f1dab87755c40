"""Yearly rates with exact intervals."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

from harmmodel.method.arrays import Floats


@dataclass(frozen=True)
class Rates:
    """Rates and their interval, each of the shape of the counts, in events per unit of exposure."""

    rate: Floats
    low: Floats
    high: Floats


def poisson_rates(events: Floats, exposure: Floats, *, interval: tuple[float, float]) -> Rates:
    """Give the rate of a Poisson count with Garwood's exact interval.

    Parameters
    ----------
    events : any shape, counts, not negative
    exposure : same shape; zero or NaN exposure gives NaN
    interval : lower and upper quantile

    Returns
    -------
    Rates
        Low and high are the ends of `garwood` over the exposure; the high end of zero events is above 0. NaN stays NaN.

    Raises
    ------
    ValueError
        If the interval is not two rising shares between 0 and 1.

    Examples
    --------
    >>> rates = poisson_rates(np.array([0.0, 10.0]), np.array([2.0, 2.0]), interval=(0.05, 0.95))
    >>> rates.rate, rates.low.round(3), rates.high.round(3)
    (array([0., 5.]), array([0.   , 2.713]), array([1.498, 8.481]))
    """
    lower, upper = interval
    if not 0 < lower < upper < 1:
        raise ValueError(f"an interval is two rising shares between 0 and 1; got {interval}")
    known = np.isfinite(events) & np.isfinite(exposure) & (exposure > 0)
    n = np.where(known, exposure, np.nan)
    low, high = garwood(events, interval)
    return Rates(rate=events / n, low=low / n, high=high / n)


def garwood(events: Floats, interval: tuple[float, float]) -> tuple[Floats, Floats]:
    """Give Garwood's exact interval of the mean behind a Poisson count: its low and its high end.

    Parameters
    ----------
    events : any shape, not negative; need not be whole
    interval : lower and upper quantile

    Returns
    -------
    ``G⁻¹(y; lower)`` and ``G⁻¹(y + 1; upper)`` with ``G⁻¹(a; q)`` the gamma quantile; the low end of zero events is 0.

    References
    ----------
    Garwood (1936), Fiducial limits for the Poisson distribution, Biometrika 28.

    Examples
    --------
    >>> low, high = garwood(np.array([0.0, 10.0]), (0.05, 0.95))
    >>> low.round(3), high.round(3)
    (array([0.   , 5.425]), array([ 2.996, 16.962]))
    """
    lower, upper = interval
    low = np.where(events > 0, gammaincinv(np.where(events > 0, events, 1.0), lower), 0.0)
    return np.asarray(low), np.asarray(gammaincinv(events + 1.0, upper))
