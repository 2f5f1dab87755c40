"""One candidate against what came later: every figure with its interval, and its lead over other candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from harmmodel.audit.validation import schedule
from harmmodel.audit.validation.candidates import Scores
from harmmodel.method.arrays import Floats, quotient
from harmmodel.method.validation import accuracy
from harmmodel.method.validation.capture import (
    Order,
    best_order,
    captured,
    discounted_gain,
    interval,
    mid_ranks,
    order_by,
    weighted_correlation,
)
from harmmodel.warehouse.read.validation import Level

Row = dict[str, object]
CURVE = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.10, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50, 0.75, 1.0)
AGAINST = ("random", "drug_arrests", "all_crime", "violence_last", "violence_pillar_raw", "violence_pillar")
ORDER_SAMPLES = 300
NOT_COUNTS = (
    "overall",
    "overall_raw",
    "community_pillar",
    "corruption_pillar",
)  # indices, not in proportion to a count


@dataclass(frozen=True)
class Later:
    """What came later in the units of a level.

    Attributes
    ----------
    events : shape (units,)
    harm : shape (units,), weighted by offence, homicides of the same months among it; None where the files do not reach
    expected : how many events to expect in all: the last year's, for a period as long
    """

    events: Floats
    harm: Floats | None
    expected: float


@dataclass(frozen=True)
class Bench:
    """A level, what came later, and the samples of blocks that all candidates share."""

    level: Level
    later: Later
    weights: Floats
    head: Row  # origin, outcome, resolution, events
    interval: tuple[float, float]  # shares of samples at its ends

    @cached_property
    def shares(self) -> Floats:
        """Shares at which the level is compared: under one unit, a share says nothing."""
        return np.array([share for share in schedule.SHARES if share * self.level.size >= 1])

    @cached_property
    def gains(self) -> dict[str, Floats]:
        """What is taken in with a unit."""
        known = {"land_share": self.level.land_km2, "hit_rate": self.later.events}
        return known if self.later.harm is None else known | {"harm_hit_rate": self.later.harm}

    @cached_property
    def best(self) -> dict[str, Floats]:
        """The most that could be captured: it is the same for all candidates."""
        sizes = self.level.sizes
        return {n: self.taken(best_order(g, sizes), g) for n, g in self.gains.items() if n != "land_share"}

    @cached_property
    def per_size(self) -> Floats:
        """Later events over what taking a unit in costs."""
        events, sizes = self.later.events, self.level.sizes
        return np.asarray(np.divide(events, sizes, out=np.zeros_like(events), where=sizes > 0))

    @cached_property
    def samples(self) -> Floats:
        """The samples for figures of the whole order: fewer, since each takes all units."""
        return self.weights[: ORDER_SAMPLES + 1]

    @cached_property
    def later_ranks(self) -> Floats:
        """Units ranked by what came later, in each sample."""
        return mid_ranks(self.per_size, blocks=self.level.blocks, weights=self.samples)

    @cached_property
    def best_gain(self) -> Floats:
        """Discounted gain of the best order, in each sample."""
        return discounted_gain(self.per_size, self.per_size, blocks=self.level.blocks, weights=self.samples)

    def taken(self, order: Order, gains: Floats) -> Floats:
        """Share of gains that an order takes in, at each share and in each sample."""
        level = self.level
        return captured(order, gains, level.sizes, self.shares, blocks=level.blocks, weights=self.weights)


def measured(bench: Bench, scores: Scores) -> tuple[list[Row], list[Row], list[Row]]:
    """Measure all candidates: rows by share, rows by candidate, points of capture curves."""
    if bench.later.events.sum() < schedule.FEWEST:
        return _insufficient(bench, scores), [], []
    hits = {name: _hits(bench, values) for name, values in scores.items()}
    efficiency = {name: figures["pei"] for name, figures in hits.items()}
    rows = [row for name in scores for row in _rows(bench, name, hits[name], efficiency)]
    return rows, [_whole(bench, name, values) for name, values in scores.items()], _curves(bench, scores)


def _insufficient(bench: Bench, scores: Scores) -> list[Row]:
    return [
        {**bench.head, "candidate": name, "share": float(share), "sufficient": False}
        for name in scores
        for share in bench.shares
    ]


def _hits(bench: Bench, values: Floats) -> dict[str, Floats]:
    """Take units in by *values* and measure each sample: shape (samples, shares) each."""
    figures = dict(zip(bench.gains, bench.taken(order_by(values), np.stack(list(bench.gains.values()))), strict=True))
    for kind in ("", "harm_"):
        if f"{kind}hit_rate" in figures:
            hit = figures[f"{kind}hit_rate"]
            figures[f"{kind}pai"] = quotient(hit, figures["land_share"])
            figures[f"{kind}pei"] = quotient(hit, bench.best[f"{kind}hit_rate"])
    return figures


def _rows(bench: Bench, name: str, hits: Mapping[str, Floats], efficiency: Mapping[str, Floats]) -> list[Row]:
    rows = []
    for at, share in enumerate(bench.shares):
        row: Row = {**bench.head, "candidate": name, "share": float(share), "sufficient": True}
        for figure, samples in hits.items():
            row |= _with_ends(bench, figure, samples[:, at])
        for other in AGAINST:
            if other in efficiency and other != name:
                row |= _with_ends(bench, f"over_{other}", efficiency[name][:, at] - efficiency[other][:, at])
        rows.append(row)
    return rows


def _with_ends(bench: Bench, figure: str, samples: Floats) -> Row:
    """Give a figure of the data as they are, and the ends of its interval over the samples."""
    low, high = interval(samples[1:], bench.interval)
    return {figure: float(samples[0]), f"{figure}_low": low, f"{figure}_high": high}


def _whole(bench: Bench, name: str, values: Floats) -> Row:
    """Measure the whole order, and what it would have led to expect in each unit."""
    blocks, weights = bench.level.blocks, bench.samples
    gain = discounted_gain(values, bench.per_size, blocks=blocks, weights=weights)
    ranked = mid_ranks(values, blocks=blocks, weights=weights)
    row: Row = {
        **bench.head,
        "candidate": name,
        **_with_ends(bench, "ndcg", quotient(gain, bench.best_gain)),
        **_with_ends(bench, "spearman", weighted_correlation(ranked, bench.later_ranks, weights[:, blocks])),
        "kendall": accuracy.kendall(values, bench.per_size),
    }
    return row if name in NOT_COUNTS else row | _expectation(bench, values)


def _expectation(bench: Bench, values: Floats) -> Row:
    """Judge the counts an order leads to expect: a candidate shares the last year's total out by its own score."""
    level, later = bench.level, bench.later
    expected = accuracy.expected_counts(values * level.sizes, later.expected)
    chances, happened = accuracy.chance_of_any(expected), later.events > 0
    fit = accuracy.calibration(chances, happened)
    pairs = level.rings[0]
    return {
        "calibration_slope": fit.slope,
        "calibration_intercept": fit.intercept,
        "brier": float("nan") if happened.all() else accuracy.brier(chances, happened),
        "poisson_deviance": accuracy.poisson_deviance(later.events, expected),
        "morans_i": accuracy.morans_i(accuracy.pearson_residuals(later.events, expected), pairs[0], pairs[1]),
    }


def _curves(bench: Bench, scores: Scores) -> list[Row]:
    level, later, shares = bench.level, bench.later, np.array(CURVE)
    one = np.ones((1, bench.weights.shape[1]))
    orders = {name: order_by(values) for name, values in scores.items()}
    orders["best possible"] = best_order(later.events, level.sizes)
    rows = []
    gains = np.stack([later.events, level.land_km2])
    for name, order in orders.items():
        hit, land = captured(order, gains, level.sizes, shares, blocks=level.blocks, weights=one)[:, 0]
        rows += [
            {**bench.head, "candidate": name, "share": float(s), "hit_rate": float(h), "land_share": float(km)}
            for s, h, km in zip(shares, hit, land, strict=True)
        ]
    return rows
