"""How much of the events lies in how few places, beside what chance alone would do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harmmodel.method.arrays import Floats


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
    >>> found = expected_by_chance(1000, 10, draws=20, rng=np.random.default_rng(0))
    >>> 0.4 < found.share_50 < 0.5
    True
    """
    found = []
    for _ in range(draws):
        events = np.bincount(rng.integers(0, places, size=count), minlength=places).astype(np.float64)
        found.append((share_of_places(events, 0.25), share_of_places(events, 0.5), generalised_gini(events)))
    return Chance(*(float(value) for value in np.mean(found, axis=0)))


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
