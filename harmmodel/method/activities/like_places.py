"""Comparing cells with records of an activity with like cells without: matching, balance, ratio, E-value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harmmodel.method.activities.linkage import Whole
from harmmodel.method.arrays import Bools, Floats, quotient

DIGITS = 6  # of standardised variables: what differs by less is equal, on every processor


@dataclass(frozen=True)
class Matching:
    """Which cells are compared, shape (cells,) each.

    Attributes
    ----------
    matched : cells with records that have at least one like cell without
    weight : how much each cell without records stands for matched ones; adds to their number, 0 in all other cells
    """

    matched: Bools
    weight: Floats


def standardised(counts: Whole) -> Floats:
    """Return log(1 + count), less its mean and divided by its standard deviation over all cells.

    Parameters
    ----------
    counts : shape (cells, variables)

    Returns
    -------
    The same shape, rounded; 0 in a variable that is the same in every cell.
    """
    logs = np.log1p(counts.astype(np.float64))
    if not len(logs):
        return np.asarray(logs)
    spread = logs.std(axis=0)
    scaled = np.divide(logs - logs.mean(axis=0), spread, out=np.zeros(logs.shape), where=spread > 0)
    return np.asarray(np.round(scaled, DIGITS))


def match(variables: Floats, has_records: Bools, caliper: float) -> Matching:
    """Find for each cell with records all cells without that differ in no variable by more than the caliper.

    Like cells of one cell share its weight equally, so ties need no lot. A cell without records may stand for several.

    Parameters
    ----------
    variables : shape (cells, variables), from `standardised`; never the outcome and never enforcement
    has_records : shape (cells,)
    caliper : in standard deviations

    References
    ----------
    Dehejia & Wahba (2002), Propensity score-matching methods: all neighbours inside a caliper, with replacement.
    """
    with_records, without = np.flatnonzero(has_records), np.flatnonzero(~has_records)
    weight = np.zeros(has_records.size)
    matched = np.zeros(has_records.size, dtype=np.bool_)
    if not with_records.size or not without.size:
        return Matching(matched, weight)
    from sklearn.neighbors import NearestNeighbors  # takes half a second to load, which most commands need not

    near = NearestNeighbors(radius=caliper + 10.0**-DIGITS / 2, metric="chebyshev", algorithm="kd_tree")
    graph = near.fit(variables[without]).radius_neighbors_graph(variables[with_records], mode="connectivity").tocsr()
    sizes = np.diff(graph.indptr)
    shares = np.repeat(quotient(np.ones(sizes.size), sizes), sizes)
    weight[without] = np.bincount(graph.indices, shares, without.size)
    matched[with_records] = sizes > 0
    return Matching(matched, weight)


def differences(variables: Floats, has_records: Bools, matching: Matching) -> tuple[Floats, Floats]:
    """Return the standardised mean difference of each variable before and after matching.

    The mean of cells with records less that of cells without, divided by the root of the mean of both variances
    before matching; after matching the matched cells and the weights are used and the divisor stays.

    Returns
    -------
    Two arrays of shape (variables,); NaN where there is nothing to compare or a variable does not vary.

    References
    ----------
    Austin (2009), Balance diagnostics for comparing the distribution of baseline covariates: under .1 is balanced.
    """
    none = np.full(variables.shape[1], np.nan)
    if not has_records.any() or has_records.all():
        return none, none
    one, other = variables[has_records], variables[~has_records]
    spread = np.sqrt((one.var(axis=0) + other.var(axis=0)) / 2)
    before = quotient(one.mean(axis=0) - other.mean(axis=0), spread)
    if not matching.matched.any():
        return before, none
    like = (matching.weight[:, None] * variables).sum(axis=0) / matching.weight.sum()
    return before, quotient(variables[matching.matched].mean(axis=0) - like, spread)


def rate_ratio(
    events: Floats, matching: Matching, *, chosen: Whole, block: Whole, ends: tuple[float, float]
) -> tuple[float, float, float]:
    """Events per matched cell divided by events per like cell without records, with the interval of blocks drawn again.

    Parameters
    ----------
    events : shape (cells,)
    chosen : shape (draws, blocks), how often each block was drawn again, from `resampled`
    block : shape (cells,), the larger area each cell lies in, numbered from 0; cells of one block are drawn together,
        so that neighbours, and a cell that stands for many, add no evidence of their own
    ends : quantiles of the interval

    Returns
    -------
    Ratio, low and high; all NaN where like cells have no events or a drawing leaves nothing to compare.
    """
    nothing = (float("nan"),) * 3
    if not matching.matched.any() or not matching.weight @ events > 0:
        return nothing
    mine = matching.matched.astype(np.float64)
    columns = (mine, mine * events, matching.weight, matching.weight * events)
    totals = np.stack([np.bincount(block, column, chosen.shape[1]) for column in columns], axis=1)
    drawn = chosen @ totals
    if not (drawn[:, [0, 3]] > 0).all():
        return nothing
    ratios = (drawn[:, 1] / drawn[:, 0]) / (drawn[:, 3] / drawn[:, 2])
    low, high = np.quantile(ratios, ends)
    whole = totals.sum(axis=0)
    return float(whole[1] / whole[0] / (whole[3] / whole[2])), float(low), float(high)


def e_value(ratio: Floats) -> Floats:
    """Return how strongly a hidden cause must be tied to records and to violence to explain a ratio away.

    Both ties as risk ratios, beyond what was matched on; 1 needs no hidden cause. A ratio under 1 is turned over.

    References
    ----------
    VanderWeele & Ding (2017), Sensitivity analysis in observational research: introducing the E-value.

    Examples
    --------
    >>> e_value(np.array([1.0, 2.0, 0.5, np.nan])).round(2).tolist()
    [1.0, 3.41, 3.41, nan]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        above = np.where(ratio < 1, 1 / ratio, ratio)
        return np.asarray(np.where(np.isinf(above), np.inf, above + np.sqrt(above * (above - 1))))


def e_value_of_end(low: Floats, high: Floats) -> Floats:
    """Return the E-value of the end of an interval that lies nearest to 1; 1 where the interval holds 1.

    Examples
    --------
    >>> e_value_of_end(np.array([0.9, 2.0]), np.array([1.2, 3.0])).round(2).tolist()
    [1.0, 3.41]
    """
    nearest = np.where(low > 1, low, np.where(high < 1, high, np.where(np.isnan(low + high), np.nan, 1.0)))
    return e_value(nearest)
