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


def poisson_rates(events: Floats, exposure: Floats, *, interval: tuple[float, float] = (0.05, 0.95)) -> Rates:
    """Give the rate of a Poisson count with Garwood's exact interval.

    Parameters
    ----------
    events : any shape, counts, not negative
    exposure : same shape; zero or NaN exposure gives NaN
    interval : lower and upper quantile

    Returns
    -------
    Rates
        ``low = G⁻¹(y; lower) / n`` and ``high = G⁻¹(y + 1; upper) / n`` with ``G⁻¹(a; q)`` the gamma quantile. The
        low end of zero events is 0, its high end is above 0. NaN stays NaN.

    Raises
    ------
    ValueError
        If the interval is not two rising shares between 0 and 1.

    References
    ----------
    Garwood (1936), Fiducial limits for the Poisson distribution, Biometrika 28.

    Examples
    --------
    >>> found = poisson_rates(np.array([0.0, 10.0]), np.array([2.0, 2.0]))
    >>> found.rate, found.low.round(3), found.high.round(3)
    (array([0., 5.]), array([0.   , 2.713]), array([1.498, 8.481]))
    """
    lower, upper = interval
    if not 0 < lower < upper < 1:
        raise ValueError(f"an interval is two rising shares between 0 and 1; got {interval}")
    known = np.isfinite(events) & np.isfinite(exposure) & (exposure > 0)
    n = np.where(known, exposure, np.nan)
    low = np.where(events > 0, gammaincinv(np.where(events > 0, events, 1.0), lower), 0.0)
    high = gammaincinv(events + 1.0, upper)
    return Rates(rate=events / n, low=low / n, high=high / n)
