"""How much of what came later an order of units would have captured, and how sure that is: hit rate, PAI, PEI."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harmmodel.method.arrays import Counts, Floats, quotient
from harmmodel.method.random_streams import resampled


@dataclass(frozen=True)
class Order:
    """Units from the highest score to the lowest; units of one score form one step and are taken in together.

    Attributes
    ----------
    units : shape (units,), positions in the order; unknown scores come last, as one step
    ends : shape (steps,), how many units are in when each step is complete
    """

    units: Counts
    ends: Counts


def order_by(scores: Floats) -> Order:
    """Order units by *scores*, highest first.

    Examples
    --------
    >>> order = order_by(np.array([1.0, 5.0, np.nan, 1.0]))
    >>> order.units.tolist(), order.ends.tolist()
    ([1, 0, 3, 2], [1, 3, 4])
    """
    known = np.where(np.isfinite(scores), scores, -np.inf)
    units = np.argsort(-known, kind="stable")
    changes = np.flatnonzero(np.diff(known[units]) != 0) + 1
    return Order(units=units, ends=np.append(changes, known.size))


def block_weights(blocks: int, *, replicates: int, rng: np.random.Generator) -> Floats:
    """Draw how often each block is in each bootstrap sample.

    Returns
    -------
    Shape (replicates + 1, blocks). The first row is all ones: the data as they are. Every candidate is measured with
    the same rows, so that differences between candidates are paired.

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 8 (resampling of blocks).
    """
    drawn = resampled(blocks, draws=replicates, rng=rng)
    return np.asarray(np.vstack([np.ones(blocks), drawn]), dtype=np.float64)


def by_step(values: Floats, order: Order, blocks: Counts, count: int) -> Floats:
    """Sum *values* along an order, apart for each block: shape (blocks, steps + 1), starting at 0."""
    spread = np.zeros((count, values.size + 1))
    spread[blocks[order.units], np.arange(1, values.size + 1)] = values[order.units]
    along = np.cumsum(spread, axis=1)
    return np.asarray(along[:, np.concatenate([[0], order.ends])], dtype=np.float64)


def captured(  # noqa: PLR0913 - an order, what it spends, what it gets, and the samples
    order: Order, gains: Floats, sizes: Floats, shares: Floats, *, blocks: Counts, weights: Floats
) -> Floats:
    """Share of *gains* in the units that an order takes in until a share of all *sizes* is spent.

    A unit that would overspend is taken in part, and units of one score in equal part each, so every order spends
    exactly the same and no order gains by luck among ties.

    Parameters
    ----------
    order : of the units
    gains : shape (units,) or (kinds, units), events or harm recorded later
    sizes : shape (units,), what taking a unit in costs: land, or residents
    shares : shape (shares,), of all sizes
    blocks : shape (units,), the block of each unit
    weights : shape (samples, blocks), from `block_weights`

    Returns
    -------
    Shape (samples, shares) or (kinds, samples, shares); NaN where a sample holds no gain.

    References
    ----------
    Chainey, Tompson and Uhlig (2008), The utility of hotspot mapping for predicting spatial patterns of crime (PAI);
    Hunt (2016), Do crime hot spots move? (PEI).

    Examples
    --------
    >>> one = np.ones(4)
    >>> order = order_by(np.array([4.0, 3.0, 2.0, 1.0]))
    >>> captured(order, np.array([6.0, 2.0, 1.0, 1.0]), one, np.array([0.25, 0.5]),
    ...          blocks=np.zeros(4, dtype=int), weights=np.ones((1, 1)))
    array([[0.6, 0.8]])
    """
    count = weights.shape[1]
    spent = weights @ by_step(sizes, order, blocks, count)
    goals = shares[None, :] * spent[:, -1:]
    after = np.array([np.searchsorted(row, goal) for row, goal in zip(spent, goals, strict=True)])
    after = np.clip(after, 1, spent.shape[1] - 1)
    low, high = np.take_along_axis(spent, after - 1, axis=1), np.take_along_axis(spent, after, axis=1)
    part = np.divide(goals - low, high - low, out=np.ones_like(goals), where=high > low)
    reached = [_reached(weights @ by_step(kind, order, blocks, count), after, part) for kind in np.atleast_2d(gains)]
    return np.asarray(reached if gains.ndim == 2 else reached[0], dtype=np.float64)


def _reached(curve: Floats, after: Counts, part: Floats) -> Floats:
    """Read a curve at steps taken in part: shape (samples, shares)."""
    low, high = np.take_along_axis(curve, after - 1, axis=1), np.take_along_axis(curve, after, axis=1)
    total = curve[:, -1:]
    return quotient(low + part * (high - low), total)


def best_order(gains: Floats, sizes: Floats) -> Order:
    """Order that captures most for what it spends: by what came later itself. It holds in every sample of blocks."""
    return order_by(np.divide(gains, sizes, out=np.zeros_like(gains), where=sizes > 0))


def interval(samples: Floats, shares: tuple[float, float]) -> tuple[float, float]:
    """Give the ends of the interval between two shares of bootstrap samples; NaN when no sample is known.

    Examples
    --------
    >>> interval(np.array([2.0, np.nan, 2.0]), (0.05, 0.95))
    (2.0, 2.0)
    """
    known = samples[np.isfinite(samples)]
    if known.size == 0:
        return float("nan"), float("nan")
    ends = np.quantile(known, shares)
    return float(ends[0]), float(ends[1])


def mid_ranks(values: Floats, *, blocks: Counts, weights: Floats) -> Floats:
    """Rank units in each sample of blocks, lowest first, ties averaged: shape (samples, units)."""
    order = order_by(values)
    ends = weights @ by_step(np.ones(values.size), order, blocks, weights.shape[1])
    middle = (ends[:, 1:] + ends[:, :-1]) / 2
    step = np.empty(values.size, dtype=np.intp)
    step[order.units] = np.repeat(np.arange(order.ends.size), np.diff(order.ends, prepend=0))
    return np.asarray(-middle[:, step])


def weighted_correlation(first: Floats, second: Floats, heavy: Floats) -> Floats:
    """Correlation of ranks in each sample: shape (samples,); NaN without variation.

    Parameters
    ----------
    first, second : shape (samples, units), from `mid_ranks`
    heavy : shape (samples, units), how often a unit is in a sample

    Examples
    --------
    >>> once = {"blocks": np.zeros(3, dtype=int), "weights": np.ones((1, 1))}
    >>> ranked = [mid_ranks(np.array(values), **once) for values in ([1.0, 2.0, 3.0], [2.0, 1.0, 3.0])]
    >>> weighted_correlation(*ranked, np.ones((1, 3))).round(3)
    array([0.5])
    """
    total = heavy.sum(axis=1, keepdims=True)
    one, two = (ranked - (heavy * ranked).sum(axis=1, keepdims=True) / total for ranked in (first, second))
    lifted = heavy * one
    both, spread = (lifted * two).sum(axis=1), (lifted * one).sum(axis=1) * (heavy * two**2).sum(axis=1)
    return quotient(both, np.sqrt(spread))


def discounted_gain(scores: Floats, gains: Floats, *, blocks: Counts, weights: Floats) -> Floats:
    """Discounted cumulative gain of all units in each sample of blocks: shape (samples,).

    Over the same of the gains' own order this is NDCG. A unit that is in a sample *w* times takes *w* places; units of
    one score share their gains.

    References
    ----------
    Järvelin and Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques.
    """
    order = order_by(scores)
    step_gains = np.diff(weights @ by_step(gains, order, blocks, weights.shape[1]), axis=1)
    places = np.rint(weights @ by_step(np.ones(gains.size), order, blocks, weights.shape[1])).astype(np.intp)
    # Units are in a sample whole times, so the discounts of a step are a difference of two running sums.
    running = np.concatenate([[0.0], np.cumsum(1.0 / np.log2(np.arange(2, places.max() + 3)))])
    taken = np.diff(places, axis=1)
    mean = np.divide(np.diff(running[places], axis=1), taken, out=np.zeros(taken.shape), where=taken > 0)
    return np.asarray((step_gains * mean).sum(axis=1))


def share_of_places(values: Floats, share: float) -> float:
    """Smallest share of places that holds *share* of the total.

    Parameters
    ----------
    values : shape (places,), events or harm, not negative; places without any count among the places
    share : for instance 0.5

    Returns
    -------
    Between 0 and 1; the last place is taken in part. NaN without any event.

    References
    ----------
    Weisburd (2015), The law of crime concentration and the criminology of place, Criminology 53.

    Examples
    --------
    >>> share_of_places(np.array([8.0, 4.0, 2.0, 2.0]), 0.5)
    0.25
    """
    falling = np.sort(values)[::-1]
    total = float(falling.sum())
    if total <= 0:
        return float("nan")
    reached = np.concatenate([[0.0], np.cumsum(falling)])
    return float(np.interp(share * total, reached, np.arange(reached.size))) / values.size


def generalised_gini(events: Floats) -> float:
    """Gini coefficient of counts that may be fewer than the places.

    With fewer events than places most places must be empty, and the plain Gini calls that concentration. The
    generalised one is 0 when no two events share a place and ``1 − 1/c`` when all *c* events fall in one (for
    c < n).

    Parameters
    ----------
    events : shape (places,), whole numbers

    References
    ----------
    Bernasco and Steenbeek (2017), More places than crimes, Journal of Quantitative Criminology 33.

    Examples
    --------
    >>> generalised_gini(np.array([0.0, 1.0, 1.0, 0.0])), generalised_gini(np.array([0.0, 0.0, 2.0, 0.0]))
    (0.0, 0.5)
    >>> generalised_gini(np.array([5.0, 5.0]))
    0.0
    """
    places, count = events.size, float(events.sum())
    if count <= 0:
        return float("nan")
    rising = np.sort(events) / count
    ranked = 2.0 * float(np.sum(np.arange(1, places + 1) * rising)) - places - 1.0
    return max(1.0 / count, 1.0 / places) * ranked - max(places / count, 1.0) + 1.0


@dataclass(frozen=True)
class Chance:
    """What concentration would be if every event fell on any place alike: the mean over draws."""

    share_25: float
    share_50: float
    gini: float


def expected_by_chance(count: int, places: int, *, draws: int, rng: np.random.Generator) -> Chance:
    """Throw *count* events on *places* and measure concentration, again and again.

    References
    ----------
    Hipp and Kim (2017), Measuring crime concentration across cities of varying sizes; Mohler, Brantingham, Carter and
    Short (2019), Reducing bias in estimates for the law of crime concentration.

    Examples
    --------
    >>> chance = expected_by_chance(1000, 10, draws=20, rng=np.random.default_rng(0))
    >>> 0.4 < chance.share_50 < 0.5
    True
    """
    measures = []
    for _ in range(draws):
        events = np.bincount(rng.integers(0, places, size=count), minlength=places).astype(np.float64)
        measures.append((share_of_places(events, 0.25), share_of_places(events, 0.5), generalised_gini(events)))
    return Chance(*(float(value) for value in np.mean(measures, axis=0)))


@dataclass(frozen=True)
class Shared:
    """Places that stand out by count, by harm, and by both."""

    by_count: int
    by_harm: int
    both: int

    @property
    def jaccard(self) -> float:
        """Share of the places that stand out at all that do so by both; NaN when none does."""
        either = self.by_count + self.by_harm - self.both
        return self.both / either if either else float("nan")


def standing_out(counts: Floats, harm: Floats, *, deviations: float = 2.0) -> Shared:
    """Compare the places above mean + *deviations* standard deviations by count with those by harm.

    References
    ----------
    Weinborn, Ariel, Sherman and O'Dwyer (2017), Hotspots vs. harmspots, Applied Geography 86.
    """
    high = [values > values.mean() + deviations * values.std() for values in (counts, harm)]
    return Shared(int(high[0].sum()), int(high[1].sum()), int((high[0] & high[1]).sum()))
