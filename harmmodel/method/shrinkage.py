"""Small-area shrinkage: how far an area's own record is trusted against the place's average."""

from dataclasses import dataclass

import numpy as np

from harmmodel.method.arrays import Floats

# An area of mean exposure keeps at least one per cent of its own record. Without a floor the variance between areas
# can be estimated as zero: the prior would be infinitely sure, a further event would change nothing (the score would
# not be strictly monotone) and no gamma distribution could be drawn.
LEAST_OWN_SHARE = 0.01


@dataclass(frozen=True)
class Prior:
    """A gamma distribution of rates over the areas of a place, for one class of events.

    Attributes
    ----------
    mean : events per unit of exposure over the whole place
    between_variance : variance of the true rates between areas, ``A`` in the formulas, never below its floor
    shape : gamma shape, ``mean² / between_variance``
    rate : gamma rate, ``mean / between_variance``, in units of exposure: an area with this much exposure trusts
        its own record by half
    """

    mean: float
    between_variance: float
    shape: float
    rate: float

    @property
    def is_known(self) -> bool:
        """Whether there was any exposure to learn from."""
        return bool(np.isfinite(self.shape) and np.isfinite(self.rate))


UNKNOWN = Prior(mean=np.nan, between_variance=np.nan, shape=np.nan, rate=np.nan)


def marshall_prior(events: Floats, exposure: Floats) -> Prior:
    """Estimate the Poisson-gamma prior of a place by Marshall's global method of moments.

    Parameters
    ----------
    events : shape (areas,), counts, not negative; may be fractional where shares of a wider area were counted
    exposure : shape (areas,), for instance person-years

    Returns
    -------
    Prior
        With ``m = Σy/Σn``, ``s² = Σn(r − m)²/Σn`` and ``A = max(s² − m/n̄, floor)``. The floor lets an area of mean
        exposure count its own record for one per cent. Areas with NaN, or without exposure, teach nothing and are left
        out. Without any event the prior is Jeffreys' posterior of the place's rate, ``Gamma(½, Σn)``: no recorded
        event never means no risk. Without any exposure the prior is unknown: all NaN.

    Raises
    ------
    ValueError
        If an event count or an exposure is negative, or the shapes differ.

    References
    ----------
    Marshall (1991), Mapping disease and mortality rates using empirical Bayes estimators, Applied Statistics 40(2).

    Examples
    --------
    >>> prior = marshall_prior(np.array([2.0, 10.0]), np.array([100.0, 100.0]))
    >>> round(prior.mean, 6), round(prior.between_variance, 6), round(prior.shape, 3)
    (0.06, 0.001, 3.6)
    """
    if events.shape != exposure.shape:
        raise ValueError(f"events {events.shape} and exposure {exposure.shape} must have one shape")
    if np.any(events < 0) or np.any(exposure < 0):
        raise ValueError("events and exposure must not be negative")
    known = np.isfinite(events) & np.isfinite(exposure) & (exposure > 0)
    if not known.any():
        return UNKNOWN
    y, n = events[known], exposure[known]
    total = float(n.sum())
    if y.sum() == 0:
        return Prior(mean=0.5 / total, between_variance=0.5 / total**2, shape=0.5, rate=total)
    return _moments(y, n, total)


def _moments(y: Floats, n: Floats, total: float) -> Prior:
    mean = float(y.sum()) / total
    observed = float(np.sum(n * (y / n - mean) ** 2)) / total
    chance = mean / (total / n.size)
    floor = LEAST_OWN_SHARE / (1 - LEAST_OWN_SHARE) * chance
    between = max(observed - chance, floor)
    return Prior(mean=mean, between_variance=between, shape=mean**2 / between, rate=mean / between)


def posterior_mean(events: Floats, exposure: Floats, prior: Prior) -> Floats:
    """Shrink recorded rates towards the place's mean.

    Parameters
    ----------
    events, exposure : shape (areas,)
    prior : of the same class of events, its rate in the same unit of exposure

    Returns
    -------
    Shape (areas,), events per unit of exposure: ``(shape + y) / (rate + n)``, which equals ``m + C(r − m)`` with ``C``
    the own share. NaN events or exposure stay NaN.

    Examples
    --------
    >>> prior = Prior(mean=0.05, between_variance=0.0005, shape=5.0, rate=100.0)
    >>> posterior_mean(np.array([0.0, 15.0, np.nan]), np.array([100.0, 100.0, 100.0]), prior)
    array([0.025, 0.1  ,   nan])
    """
    return np.asarray((prior.shape + events) / (prior.rate + exposure), dtype=np.float64)


def own_share(exposure: Floats, worth: float | Floats) -> Floats:
    """How much of a shrunk rate is the area's own record: ``C = n / (n + worth)``, between 0 and 1.

    Parameters
    ----------
    exposure : shape (areas,)
    worth : the exposure at which an area trusts its own record by half, in the same unit; a number or shape (areas,).
        That is the mean over the variance of what is expected

    Returns
    -------
    Shape (areas,). NaN exposure stays NaN.

    Examples
    --------
    >>> own_share(np.array([100.0, 300.0]), 100.0)
    array([0.5 , 0.75])
    """
    return np.asarray(exposure / (exposure + worth), dtype=np.float64)
