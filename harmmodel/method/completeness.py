"""Whether counts are too low to be all there is: months beside their neighbours, areas beside the place."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from harmmodel.method.arrays import Bools, Floats

BESIDE = 6  # months with events, on either side, with which a month is compared
SPARSE = 10.0  # events of a usual month; of a source with fewer, empty months are as usual as others
HALF = 0.5  # share of a month; of a smaller part too little is known to compare with it
FEWEST = 3  # months or areas from which it is learned how much counts scatter


@dataclass(frozen=True)
class LowRun:
    """Months in a row with too few events: their first and last position, and what is expected of a whole one."""

    first: int
    last: int
    expected: float


def low_runs(events: Floats, weight: Floats, *, fraction: float, chance: float) -> list[LowRun]:
    """Find runs of months that hold far fewer events than those beside them.

    Parameters
    ----------
    events : shape (months,), in order of time
    weight : shape (months,), share of each month that is observed; 0: not at all
    fraction : a month with less than this share of what is expected of it is looked at
    chance : and is low when the events of its run are less probable than this

    Returns
    -------
    The runs in order of time. What is expected of a month is the median of the nearest months with events, of that side
    of the run where it is lower; of a source with few events a month it is the mean, empty months included, and never
    above that of all months. Counts scatter as a negative binomial whose dispersion is that of all other months, empty
    ones left out unless they are usual.
    """
    found = []
    is_low = np.zeros(events.size, dtype=bool)
    for at in np.flatnonzero(weight > 0):
        level = _beside(events, weight, int(at), int(at))
        is_low[at] = events[at] < fraction * level.usual * weight[at]
    for first, last in _runs(is_low, weight > 0):
        level = _beside(events, weight, first, last)
        inside = slice(first, last + 1)
        mean = level.usual * float(weight[inside].sum())
        if chance_of_at_most(float(events[inside].sum()), mean, level.dispersion) < chance:
            found.append(LowRun(first, last, level.usual))
    return found


@dataclass(frozen=True)
class Level:
    """What is usual beside a run of months: events of a whole month, and variance over mean, at least 1."""

    usual: float
    dispersion: float


def level_of(events: Floats, weight: Floats) -> Level:
    """Learn what is usual from all months, as `low_runs` does from those beside a run."""
    whole = events[weight >= HALF] / weight[weight >= HALF]
    full = whole[whole > 0]
    if not full.size:
        return Level(0.0, 1.0)
    if float(np.median(full)) < SPARSE:
        return Level(float(whole.mean()), _dispersion(whole))
    return Level(float(np.median(full)), _dispersion(full))


def _beside(events: Floats, weight: Floats, first: int, last: int) -> Level:
    """Learn what is usual from the months before *first* and after *last*; 0 where there are none with events."""
    sides = [part for part in (_side(events, weight, range(first - 1, -1, -1)),
                               _side(events, weight, range(last + 1, events.size))) if part.any()]  # fmt: skip
    if not sides:
        return Level(0.0, 1.0)
    full = [part[part > 0] for part in sides]
    enough = [at for at, part in enumerate(full) if part.size >= min(FEWEST, max(map(len, full)))]
    is_sparse = min(float(np.median(full[at])) for at in enough) < SPARSE
    outside = np.ones(events.size, dtype=bool)
    outside[first : last + 1] = False
    outside &= weight >= HALF
    everything = events[outside] / weight[outside]
    if is_sparse and (everything > 0).sum() < FEWEST:
        return Level(0.0, 1.0)  # so few events say nothing of how many to expect
    if is_sparse:
        usual = min([float(everything.mean()), *(float(sides[at].mean()) for at in enough)])
    else:
        usual, everything = min(float(np.median(full[at])) for at in enough), everything[everything > 0]
    return Level(usual, _dispersion(everything))


def _side(events: Floats, weight: Floats, order: range) -> Floats:
    """Return months in that order up to the sixth with events, each as if observed whole."""
    values: list[float] = []
    full = 0
    for at in order:
        if weight[at] < HALF:
            continue
        values.append(float(events[at] / weight[at]))
        full += events[at] > 0
        if full == BESIDE:
            break
    return np.array(values)


def _dispersion(values: Floats) -> float:
    """Return variance over mean, at least 1; 1 of a single value, which tells of no scatter."""
    if values.size < 2 or values.mean() <= 0:
        return 1.0
    return max(1.0, float(values.var(ddof=1) / values.mean()))


def _runs(is_low: Bools, is_observed: Bools) -> Iterator[tuple[int, int]]:
    """Yield first and last position of low months in a row; those that are not observed part nothing."""
    chosen = np.flatnonzero(is_observed)
    first = -1
    for place, at in enumerate(chosen):
        if is_low[at]:
            first = int(at) if first < 0 else first
            if place + 1 == chosen.size or not is_low[chosen[place + 1]]:
                yield first, int(at)
                first = -1


def chance_of_at_most(events: float, mean: float, dispersion: float) -> float:
    """Return the probability of at most so many events, negative binomial with that mean and variance over mean.

    >>> round(chance_of_at_most(0, 9.3, 1.0), 6), chance_of_at_most(0, 0.0, 1.0)
    (9.1e-05, 1.0)
    """
    if mean <= 0:
        return 1.0
    from scipy import stats

    if dispersion <= 1 + 1e-9:
        return float(stats.poisson.cdf(math.floor(events), mean))
    return float(stats.nbinom.cdf(math.floor(events), mean / (dispersion - 1), 1 / dispersion))


def chances_of_none(events: Floats, exposure: Floats) -> Floats:
    """Return the probability of no event in each area that has none, if it were as the areas that have some.

    Parameters
    ----------
    events, exposure : shape (areas,); an area without exposure is not looked at

    Returns
    -------
    Shape (areas,), NaN where there are events or no exposure, or fewer than three areas have some. Rates vary between
    areas as a gamma whose mean and variance are those of the areas with events, so that several areas that are missing
    at once do not hide each other. Where few events are expected no area is improbable.
    """
    known = np.isfinite(exposure) & (exposure > 0) & np.isfinite(events)
    some = known & (events > 0)
    found = np.full(events.shape, np.nan)
    if some.sum() < FEWEST:
        return found
    mean, between = _rates_between(events[some], exposure[some])
    none = known & (events == 0)
    expected = mean * exposure[none]
    if between <= 0:
        found[none] = np.exp(-expected)
    else:
        found[none] = np.exp(-(mean**2 / between) * np.log1p(expected * between / mean**2))
    return found


def _rates_between(y: Floats, x: Floats) -> tuple[float, float]:
    """Return the mean rate of areas and the variance between them, 0 or below where chance explains all of it."""
    mean = float(y.sum() / x.sum())
    return mean, float((x * (y / x - mean) ** 2).sum() / x.sum()) - mean * y.size / float(x.sum())


@dataclass(frozen=True)
class Silence:
    """Months in a row without any event of an area: first and last position, what is expected of them, how probable."""

    unit: int
    first: int
    last: int
    expected: float
    chance: float


def silences(events: Floats, sizes: Floats, *, chance: float) -> list[Silence]:
    """Find areas that have events in some months and improbably none in many others.

    Parameters
    ----------
    events : shape (areas, months)
    sizes : shape (areas,), residents or land; NaN is not looked at
    chance : what is less probable is found; it is shared among the months in which a silence could begin

    Returns
    -------
    At most one silence of an area, its longest. What is expected of a month goes with what all other areas have then,
    so that a quiet month of the place explains itself. The level of an area is that of its other months, as a gamma
    around the place's level.
    """
    known = np.isfinite(sizes) & (sizes > 0)
    total = np.where(known[:, None], events, 0.0).sum(axis=0)
    others = float(np.nansum(np.where(known, sizes, 0.0))) - np.where(known, sizes, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        exposure = np.where(known & (others > 0), sizes / others, np.nan)[:, None] * (total[None, :] - events)
    whole, seen = exposure.sum(axis=1), events.sum(axis=1)
    some = known & (seen > 0) & (whole > 0)
    if some.sum() < FEWEST:
        return []
    mean, between = _rates_between(seen[some], whole[some])
    found = []
    for unit in np.flatnonzero(some & (mean * whole > -np.log(chance))):
        first, last = max(_runs(events[unit] == 0, np.ones(events.shape[1], dtype=bool)), key=_length, default=(0, -1))
        run = float(exposure[unit, first : last + 1].sum())
        outside = float(whole[unit]) - run
        if last < first or outside <= 0:
            continue
        if between > 0:
            level, weight = mean**2 / between + float(seen[unit]), mean / between + outside
            probable, expected = (weight / (weight + run)) ** level, level / weight * run
        else:
            probable, expected = math.exp(-mean * run), mean * run
        if probable * events.shape[1] < chance:
            found.append(Silence(int(unit), first, last, expected, probable))
    return found


def _length(run: tuple[int, int]) -> int:
    return run[1] - run[0]
