"""Random draws that belong to a name, not to an order: one Philox stream per key."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from harmmodel.method.arrays import Floats
from harmmodel.method.shrinkage import Prior


def stream(seed: int, *names: str) -> np.random.Generator:
    """Open the stream of random numbers that belongs to a seed and a chain of names.

    Parameters
    ----------
    seed : any integer; 0 is a seed like any other
    names : for instance ``"rate", indicator, class, unit id``

    Returns
    -------
    A generator that depends on nothing but its key: neither other units nor the order of rows move its draws.

    References
    ----------
    Salmon et al. (2011), Parallel random numbers: as easy as 1, 2, 3 (Philox).

    Examples
    --------
    >>> bool(stream(0, "rate", "A").random() == stream(0, "rate", "A").random())
    True
    """
    # The length in front of each part keeps ("ab", "c") and ("a", "bc") apart.
    parts = [str(seed), *names]
    text = "".join(f"{len(part)}:{part}" for part in parts)
    key = int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "little")
    return np.random.Generator(np.random.Philox(key=key))


def rate_draws(
    events: float | Floats, exposure: float, prior: Prior, *, draws: int, rng: np.random.Generator
) -> Floats:
    """Draw one area's rate from its posterior.

    Parameters
    ----------
    events : a count, or shape (draws,) when the count itself is drawn
    exposure : of that area
    prior : of the class of events
    draws : how many
    rng : the area's own stream

    Returns
    -------
    Shape (draws,), events per unit of exposure, from ``Gamma(shape + events, 1 / (rate + exposure))``. All NaN when
    events, exposure or prior are unknown.

    Examples
    --------
    >>> prior = Prior(mean=0.05, between_variance=0.0005, shape=5.0, rate=100.0)
    >>> bool((rate_draws(0.0, 50.0, prior, draws=100, rng=stream(0, "A")) > 0).all())
    True
    """
    if not prior.is_known or not np.isfinite(exposure) or not np.all(np.isfinite(events)):
        return np.full(draws, np.nan)
    # The scale is applied after the draw, so that a change of the unit of exposure changes no random number.
    sample = rng.standard_gamma(prior.shape + events, size=draws)
    sample /= prior.rate + exposure
    return np.asarray(sample, dtype=np.float64)


def uniform_draws(low: float, high: float, *, draws: int, rng: np.random.Generator) -> Floats:
    """Draw a judgement, such as a weight or a goalpost, uniformly from its stated range; shape (draws,)."""
    if low > high:
        raise ValueError(f"the range starts at {low}, above its end {high}")
    return np.asarray(low + (high - low) * rng.random(draws), dtype=np.float64)


# Up to this many, one number for each event costs no more than NumPy's own way.
EVENT_BY_EVENT = 50


def divided(events: int, shares: Sequence[float], *, draws: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Divide events among shares anew in each draw (a multinomial).

    Each event falls by a uniform number of its own: the way in which NumPy draws a multinomial differs between its
    versions, and uniform numbers do not. Only more than 50 events are left to NumPy.

    Parameters
    ----------
    shares : not negative, in any unit

    Returns
    -------
    Shape (draws, len(shares)); each row adds to *events*.

    Examples
    --------
    >>> divided(4, [3.0, 0.0, 1.0], draws=2, rng=stream(0, "A")).sum(axis=1)
    array([4, 4])
    """
    reach = np.cumsum(np.asarray(shares, dtype=np.float64))
    if events > EVENT_BY_EVENT:
        return np.asarray(rng.multinomial(events, np.diff(reach, prepend=0) / reach[-1], size=draws), dtype=np.int64)
    beyond = np.zeros((reach.size + 1, draws), dtype=np.int64)  # events that fell beyond each end
    beyond[0] = events
    falls = rng.random((draws, events)) * reach[-1]  # draw by draw, so that fewer draws are the first of more
    for fell in falls.T:
        for at, end in enumerate(reach[:-1], start=1):
            beyond[at] += fell >= end
    return np.asarray(-np.diff(beyond, axis=0).T)


def resampled(places: int, *, draws: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Draw as many places as there are, with replacement: how often each was drawn, shape (draws, places).

    Examples
    --------
    >>> resampled(3, draws=2, rng=stream(0, "A")).sum(axis=1)
    array([3, 3])
    """
    chosen = (rng.random((draws, places)) * places).astype(np.int64)
    chosen += np.arange(draws)[:, None] * places
    return np.bincount(chosen.ravel(), minlength=draws * places).reshape(draws, places).astype(np.int64)
