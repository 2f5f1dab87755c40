"""Whether events follow records more often than the same place gives in other weeks: ratio, interval, test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.stats import norm as normal
from scipy.stats import t as student

from harmmodel.method.activities.linkage import Whole
from harmmodel.method.arrays import Bools, Floats, quotient
from harmmodel.method.random_streams import resampled
from harmmodel.method.yearly_rates import garwood

Stream = Callable[[str], np.random.Generator]
UPPER = 0.95  # where Student's and the normal distribution are set beside each other


@dataclass(frozen=True)
class Profile:
    """Linked and expected events of clusters of records, in their own week and moved together to each other week.

    Attributes
    ----------
    linked, expected : shape (clusters, weeks); column 0 is what was recorded, column k is all records k weeks later
        (past the last week, from the first on)
    group : shape (clusters,), what the clusters are summed by, such as the activity
    square : shape (clusters,), the place; all clusters of a square move together
    """

    linked: Whole
    expected: Floats
    group: Whole
    square: Whole


@dataclass(frozen=True)
class Tested:
    """One entry per group, shape (groups,) each.

    Attributes
    ----------
    linked, expected : sums over the records of the group
    dispersion : variance under permutation as a multiple of the expected count; 1 if linked events were independent
    between : the same multiple as the squares show it that were observed, for the interval only; see `between_squares`
    p_alone, p_family : how often a permutation departs from chance as far, for this group alone and for the group that
        departs furthest; both tails. NaN in p_family where the group was not part of the family
    """

    linked: Floats
    expected: Floats
    dispersion: Floats
    between: Floats
    p_alone: Floats
    p_family: Floats


def expected_counts(linked: Whole, city: Whole) -> Floats:
    """What the same place gives in the other weeks, at the city's level of each week.

    Parameters
    ----------
    linked, city : shape (records, weeks), from `linked_counts` and `city_counts`

    Returns
    -------
    Shape (records, weeks): the mean over the other weeks of ``linked / city``, times ``city`` of the week itself, so
    that a season, which moves the whole city, is no excess. NaN with fewer than two weeks.

    Examples
    --------
    >>> expected_counts(np.array([[3, 1, 2]]), np.array([[100, 100, 200]]))
    array([[1., 2., 4.]])
    """
    weeks = linked.shape[1]
    if weeks < 2:
        return np.full(linked.shape, np.nan)
    shares = np.divide(linked, city, out=np.zeros(linked.shape), where=city > 0)
    return np.asarray(city * (shares.sum(axis=1, keepdims=True) - shares) / (weeks - 1))


def clustered(linked: Whole, expected: Floats, week: Whole, keys: tuple[Whole, Whole]) -> Profile:
    """Sum records by group and square, each turned so that column 0 is its own week.

    Parameters
    ----------
    linked, expected : shape (records, weeks)
    week : each record's own week
    keys : group and square of each record, numbered from 0
    """
    group, square = keys
    turned = (week[:, None] + np.arange(linked.shape[1])[None, :]) % linked.shape[1]
    order = np.lexsort((square, group))
    first = np.flatnonzero(np.r_[True, (np.diff(group[order]) != 0) | (np.diff(square[order]) != 0)][: order.size])
    if not first.size:
        return Profile(linked[:0], expected[:0], group[:0], square[:0])
    sums = [
        np.add.reduceat(np.take_along_axis(table, turned, axis=1)[order], first, axis=0) for table in (linked, expected)
    ]
    return Profile(sums[0], sums[1], group[order][first], square[order][first])


def tested(profile: Profile, *, groups: int, family: Bools, permutations: int, shifts: Whole) -> Tested:
    """Compare each group with permutations that move the records of each square together by whole weeks.

    Place, weekday, time of day and the order of records inside a square stay as they are; only what ties the records to
    the events that followed is cut. Records that lie close together move together, so a record entered twice adds no
    evidence.

    Parameters
    ----------
    profile : clusters
    groups : how many there are; groups without clusters get NaN
    family : shape (groups,), which are judged together
    permutations : at least 1
    shifts : shape (squares, permutations), from `shift_draws`
    """
    linked, expected = (
        np.bincount(profile.group, t[:, 0], groups).astype(np.float64) for t in (profile.linked, profile.expected)
    )
    departures = np.zeros((groups, permutations))
    difference = profile.linked - profile.expected
    bounds = np.searchsorted(profile.group, np.arange(groups + 1))
    for group, (low, high) in enumerate(pairwise(bounds)):
        moved = np.take_along_axis(difference[low:high], shifts[profile.square[low:high]], axis=1)
        departures[group] = moved.sum(axis=0)
    middle, spread = departures.mean(axis=1), departures.std(axis=1)
    known = (spread > 0) & (expected > 0)
    scale = np.where(known, spread, np.nan)
    observed = np.abs(linked - expected - middle) / scale
    permuted = np.abs(departures - middle[:, None]) / scale[:, None]
    family = family & known
    furthest = permuted[family].max(axis=0) if family.any() else np.full(permutations, np.nan)
    return Tested(
        linked=linked,
        expected=np.where(expected > 0, expected, np.nan),
        dispersion=np.divide(spread**2, expected, out=np.full(groups, np.nan), where=known),
        between=between_squares(profile, groups),
        p_alone=np.where(known, _share((permuted >= observed[:, None] - 1e-12).sum(axis=1), permutations), np.nan),
        p_family=np.where(
            family, _share((furthest[None, :] >= observed[:, None] - 1e-12).sum(axis=1), permutations), np.nan
        ),
    )


def between_squares(profile: Profile, groups: int) -> Floats:
    """Variance of linked events as the squares show it, as a multiple of their number, for an effect that may differ.

    Permutations know no effect, so they cannot tell that it is stronger in some squares than in others. The sum over
    squares of (linked - ratio · expected)² can: it holds what differs by chance and what differs by effect. Where few
    squares bear a group, the interval is widened as Student's distribution widens it, by the effective number of
    squares (Σ expected)² / Σ expected².

    Returns
    -------
    Shape (groups,); NaN without linked events or with less than two effective squares.
    """
    linked, expected = profile.linked[:, 0].astype(np.float64), profile.expected[:, 0]
    total, chance, squared = (np.bincount(profile.group, v, groups) for v in (linked, expected, expected**2))
    ratio = quotient(total, chance)
    left = np.bincount(profile.group, (linked - ratio[profile.group] * expected) ** 2, groups)
    free = quotient(chance**2, squared) - 1
    known = (free >= 1) & (total > 0)
    free = np.where(known, free, 1.0)
    widened = (student.ppf(UPPER, free) / normal.ppf(UPPER)) ** 2 * (free + 1) / free
    return np.where(known, left * widened / np.where(total > 0, total, 1.0), np.nan)


def _share(hits: Whole, permutations: int) -> Floats:
    """Return the share of permutations with the recorded one among them: never 0."""
    return np.asarray((1 + hits) / (permutations + 1))


def shift_draws(squares: list[str], weeks: int, permutations: int, open_stream: Stream) -> Whole:
    """Draw by how many weeks each square is moved in each permutation: shape (squares, permutations)."""
    if not squares:
        return np.zeros((0, permutations), dtype=np.int64)
    return np.stack([open_stream(name).integers(0, weeks, size=permutations) for name in squares])


def ratio_interval(
    linked: Floats, expected: Floats, dispersion: Floats, interval: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Interval of linked ÷ expected, for counts that vary *dispersion* times as much as independent events would.

    Garwood's exact interval of ``linked / dispersion`` over ``expected / dispersion``: doubling every record doubles
    all three and leaves it where it was. Dispersion below 1 is taken as it is found.
    """
    y, n = linked / dispersion, expected / dispersion
    low, high = garwood(y, interval)
    return low / n, high / n


def undiluted(ratio: Floats, covered: Floats) -> Floats:
    """What a ratio would be against time that does not itself follow such a record.

    Where records of one kind are dense, much of the time they are compared with follows another of them. If violence
    in all such time is m times that of the rest, this shows as ``m / (1 - covered + covered · m)`` only. Solved for m;
    infinite where no m is large enough, NaN where the ratio is.

    Parameters
    ----------
    ratio : linked ÷ expected, or an end of its interval
    covered : share of the compared time that follows a record of the same kind nearby, 0 to 1

    Examples
    --------
    >>> undiluted(np.array([1.0, 1.5, 1.5]), np.array([0.5, 0.5, 0.9])).tolist()
    [1.0, 3.0, inf]
    """
    left = 1 - ratio * covered
    without = np.where(np.isnan(left), np.nan, np.inf)
    return np.asarray(np.divide(ratio * (1 - covered), left, out=without, where=left > 0))


def resampled_mean(
    totals: Floats, counts: Floats, *, draws: int, rng: np.random.Generator, interval: tuple[float, float]
) -> tuple[float, float]:
    """Interval of ``Σ totals ÷ Σ counts`` when places are drawn again with replacement; NaN without places.

    Parameters
    ----------
    totals, counts : shape (places,)
    """
    if not totals.size:
        return float("nan"), float("nan")
    chosen = resampled(totals.size, draws=draws, rng=rng)
    means = (chosen @ totals) / (chosen @ counts)
    low, high = np.quantile(means, interval)
    return float(low), float(high)
