"""One candidate against what came later: every figure with its interval, and its lead over other candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from harmmodel.audit.validation import plan
from harmmodel.audit.validation.candidates import Scores
from harmmodel.method import accuracy
from harmmodel.method.arrays import Floats
from harmmodel.method.capture import (
    best_order,
    captured,
    interval,
    order_by,
    weighted_ndcg,
    weighted_spearman,
)
from harmmodel.warehouse.validation_data import AREA, Level

Row = dict[str, object]
CURVE = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.10, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50, 0.75, 1.0)
AGAINST = ("drug_arrests", "all_crime", "violence_last", "violence_pillar_raw", "violence_pillar")
NOT_COUNTS = ("overall", "overall_raw", "community_pillar")  # indices, not in proportion to a count


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


def shares_of(level: Level) -> Floats:
    """Shares at which a level is compared: under one unit, a share says nothing."""
    return np.array([share for share in plan.SHARES if share * level.size >= 1])


def measured(bench: Bench, scores: Scores) -> tuple[list[Row], list[Row], list[Row]]:
    """Measure all candidates: rows by share, rows by candidate, points of capture curves."""
    if bench.later.events.sum() < plan.FEWEST:
        return _insufficient(bench, scores), [], []
    shares = shares_of(bench.level)
    hits = {name: _hits(bench, values, shares) for name, values in scores.items()}
    efficiency = {name: found["pei"] for name, found in hits.items()}
    rows = [row for name in scores for row in _rows(bench, name, shares, hits[name], efficiency)]
    return rows, [_whole(bench, name, values) for name, values in scores.items()], _curves(bench, scores)


def _insufficient(bench: Bench, scores: Scores) -> list[Row]:
    return [
        {**bench.head, "candidate": name, "share": float(share), "sufficient": False}
        for name in scores
        for share in shares_of(bench.level)
    ]


def _hits(bench: Bench, values: Floats, shares: Floats) -> dict[str, Floats]:
    """Take units in by *values* and measure each sample: shape (samples, shares) each."""
    level, later, order = bench.level, bench.later, order_by(values)

    def taken(gains: Floats, by: Floats | None = None) -> Floats:
        found = order if by is None else best_order(by, level.sizes)
        return captured(found, gains, level.sizes, shares, blocks=level.blocks, weights=bench.weights)

    land, hit = taken(level.land_km2), taken(later.events)
    found = {
        "land_share": land,
        "hit_rate": hit,
        "pai": _over(hit, land),
        "pei": _over(hit, taken(later.events, later.events)),
    }
    if later.harm is not None:
        harm = taken(later.harm)
        found |= {
            "harm_hit_rate": harm,
            "harm_pai": _over(harm, land),
            "harm_pei": _over(harm, taken(later.harm, later.harm)),
        }
    return found


def _over(above: Floats, below: Floats) -> Floats:
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0))


def _rows(
    bench: Bench, name: str, shares: Floats, hits: Mapping[str, Floats], efficiency: Mapping[str, Floats]
) -> list[Row]:
    rows = []
    for at, share in enumerate(shares):
        row: Row = {**bench.head, "candidate": name, "share": float(share), "sufficient": True}
        for figure, samples in hits.items():
            low, high = interval(samples[1:, at])
            row |= {figure: float(samples[0, at]), f"{figure}_low": low, f"{figure}_high": high}
        for other in AGAINST:
            if other in efficiency and other != name:
                lead = efficiency[name][:, at] - efficiency[other][:, at]
                low, high = interval(lead[1:])
                row |= {f"over_{other}": float(lead[0]), f"over_{other}_low": low, f"over_{other}_high": high}
        rows.append(row)
    return rows


def _whole(bench: Bench, name: str, values: Floats) -> Row:
    """Measure the whole order, and what it would have led to expect in each unit."""
    level, later = bench.level, bench.later
    per_size = np.divide(later.events, level.sizes, out=np.zeros_like(later.events), where=level.sizes > 0)
    row: Row = {**bench.head, "candidate": name}
    for figure, samples in (
        ("ndcg", weighted_ndcg(values, per_size, blocks=level.blocks, weights=bench.weights)),
        ("spearman", weighted_spearman(values, per_size, blocks=level.blocks, weights=bench.weights)),
    ):
        low, high = interval(samples[1:])
        row |= {figure: float(samples[0]), f"{figure}_low": low, f"{figure}_high": high}
    row["kendall"] = accuracy.kendall(values, per_size)
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
    for name, order in orders.items():
        hit, land = (
            captured(order, gains, level.sizes, shares, blocks=level.blocks, weights=one)[0]
            for gains in (later.events, level.land_km2)
        )
        rows += [
            {**bench.head, "candidate": name, "share": float(s), "hit_rate": float(h), "land_share": float(km)}
            for s, h, km in zip(shares, hit, land, strict=True)
        ]
    return rows


def is_area(level: str) -> bool:
    """Whether a level is the areas, whose cost is residents, and not cells, whose cost is land."""
    return level == AREA
