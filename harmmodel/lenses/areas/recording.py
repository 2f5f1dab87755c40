"""How wrong may recording be: by how much an area may record more or less completely than others and keep its tier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.lenses.areas.cube import Cube
from harmmodel.lenses.areas.estimate import Accumulator, IndicatorPoint, PillarDraws, Scored
from harmmodel.lenses.areas.rates import RateDraws
from harmmodel.lenses.areas.spec import AreaScheme
from harmmodel.lenses.areas.tiers import TierEvidence, guarded_draws, guarded_size, judge, size_of_top
from harmmodel.lenses.scheme import high_draws
from harmmodel.lenses.tiers import BASELINE, NOT_SCORED, drivers, middles
from harmmodel.method.aggregation import weighted_mean
from harmmodel.method.arrays import Floats, Singles
from harmmodel.method.border import Border
from harmmodel.method.scales import scaled

BOUND = 100  # percent; beyond twice the recording of other areas nobody would compare them at all
STEP = 5  # percent; every fifth is looked at, then every percent below the first that changes the tier
BATCH = 5
MORE, LESS = "more", "less"
HAIR = 1 + 1e-6  # above what single precision rounds off


def factor(way: str, percent: Sequence[int]) -> Floats:
    """Give what rates are multiplied with where recording is that much more complete here, or else elsewhere.

    >>> factor(MORE, [25]), factor(LESS, [25])
    (array([0.8]), array([1.25]))
    """
    times = 1 + np.asarray(percent, dtype=np.float64) / 100
    return np.asarray(1 / times if way == MORE else times, dtype=np.float64)


@dataclass(frozen=True)
class Order:
    """Points and draws of one order: the main one, or the one without indicators that need police contact."""

    scored: Scored
    drawn: PillarDraws
    accumulator: Accumulator


@dataclass(frozen=True)
class _Split:
    """The rate of one indicator in one unit: what an error of recording leaves as it is, and what it moves."""

    indicator: IndicatorPoint
    anchored: Floats
    moving: Floats
    anchored_point: float
    moving_point: float


class Recording:
    """Judges one unit at a time with the rates of its classes that are not anchors multiplied.

    Everything else is held: other units, what was learned, screening, weights and the medians that drivers are
    measured against. Nothing is fitted again, so a class moves with its whole estimated rate.

    Parameters
    ----------
    points, rates : as the run scored them; rates are drawn again from the same streams, one unit at a time
    orders : the main order and the one without police contact, the same twice where they do not differ
    """

    def __init__(
        self, points: Sequence[IndicatorPoint], rates: RateDraws, orders: tuple[Order, Order], scheme: AreaScheme
    ) -> None:
        counted = orders[0].scored.weights.keys() | orders[1].scored.weights.keys()
        weighty = {name for name in counted if any(order.scored.weights[name] > 0 for order in orders)}
        self.points = [point for point in points if point.spec.id in weighty]
        self.rates, self.orders, self.scheme = rates, orders, scheme
        self.highs = {point.spec.id: high_draws(point.spec, scheme) for point in self.points}
        main = orders[0]
        self.weights = np.array([pillar.weight for pillar in scheme.pillars])
        self.middles = middles(main.scored.unclipped, self.weights)
        self.guarded = guarded_draws(main.drawn, scheme)
        self.borders = [Border(order.drawn.overall, size_of_top(order.scored.overall, scheme)) for order in orders]
        self.guard = Border(self.guarded, guarded_size(main.scored, scheme))

    def first_change(self, unit: int, tier: str) -> dict[str, object]:
        """Find the least percent that gives another tier in each direction: NaN where none does up to the bound."""
        row: dict[str, object] = {MORE: np.nan, "tier_more": "", LESS: np.nan, "tier_less": ""}
        if tier == NOT_SCORED or not self._can_leave(unit, tier):
            return row
        split = self._split(unit)
        for way in (MORE, LESS):
            if way == MORE and tier == BASELINE:
                continue  # less harm never lifts an area out of baseline
            if tier == BASELINE and self.tiers(unit, split, factor(way, [BOUND]))[0] == tier:
                continue  # more harm never lowers a share of draws in the top, and no driver matters to this tier
            percent, changed = self._search(unit, split, way, tier)
            row |= {way: percent, f"tier_{way}": changed}
        return row

    def _can_leave(self, unit: int, tier: str) -> bool:
        """Say whether it must be drawn again: not where even twice its scores would leave it baseline.

        Where every low goalpost is 0, twice all rates give at most twice every score.
        """
        if tier != BASELINE or any(point.spec.low > 0 for point in self.points):
            return True
        own = [order.drawn.overall[unit] for order in self.orders]
        most = [b.share(row, (1 + BOUND / 100) * HAIR * row[None])[0] for b, row in zip(self.borders, own, strict=True)]
        return any(share > self.scheme.baseline for share in most)

    def _search(self, unit: int, split: Sequence[_Split], way: str, tier: str) -> tuple[float, str]:
        for start in range(STEP, BOUND + 1, STEP * BATCH):
            coarse = range(start, min(start + STEP * BATCH, BOUND + 1), STEP)
            changed = [now != tier for now in self.tiers(unit, split, factor(way, coarse))]
            if any(changed):
                first = coarse[changed.index(True)]
                fine = range(first - STEP + 1, first + 1)
                tiers = self.tiers(unit, split, factor(way, fine))
                return next((float(x), now) for x, now in zip(fine, tiers, strict=True) if now != tier)
        return float("nan"), ""

    def _split(self, unit: int) -> list[_Split]:
        """Draw the rates of one unit again and part them."""
        found = []
        for point in self.points:
            if not np.isfinite(point.rate[unit]):
                continue
            drawn, central = np.zeros((2, self.scheme.draws)), np.zeros(2)
            for at, count in enumerate(point.classes):
                moves = int(count.name not in self.scheme.anchors)
                drawn[moves] += point.class_weights[at] * self.rates.of(count, unit)
                central[moves] += point.class_weights[at] * point.class_rates[at, unit]
            found.append(_Split(point, *drawn, *(float(part) for part in central)))
        return found

    def tiers(self, unit: int, split: Sequence[_Split], factors: Floats) -> list[str]:
        """Name the tier of one unit for each factor."""
        finished = [self._drawn(unit, split, factors, order) for order in self.orders]
        main, bare = (
            border.share(order.drawn.overall[unit], drawn.overall)
            for border, order, drawn in zip(self.borders, self.orders, finished, strict=True)
        )
        guarded = self.guard.share(self.guarded[unit], guarded_draws(finished[0], self.scheme))
        driving = drivers(self._unclipped(split, factors), self.weights, self.middles)
        names = ["" if at is None else self.scheme.pillars[at].id for at in driving]
        return [
            judge(TierEvidence(float(p), float(g), float(n), driver, ()), self.scheme).tier
            for p, g, n, driver in zip(main, guarded, bare, names, strict=True)
        ]

    def _drawn(self, unit: int, split: Sequence[_Split], factors: Floats, order: Order) -> PillarDraws:
        gathered = order.accumulator.of_unit(unit, factors.size)
        for part in split:
            spec = part.indicator.spec
            rate = part.anchored + factors[:, None] * part.moving
            for at, scores in enumerate(scaled(rate, low=spec.low, high=self.highs[spec.id])):
                gathered.add(spec.id, spec.pillar, at, scores)
        return gathered.finish()

    def _unclipped(self, split: Sequence[_Split], factors: Floats) -> Floats:
        """Give the pillars of one unit for each factor, as if goalposts ended nothing; shape (pillars, factors)."""
        weights, result = self.orders[0].scored.weights, np.full((len(self.scheme.pillars), factors.size), np.nan)
        known = {part.indicator.spec.id: part for part in split}
        for place, pillar in enumerate(self.scheme.pillars):
            members = [point.spec for point in self.points if point.spec.pillar == pillar.id]
            values = np.full((len(members), factors.size), np.nan)
            for at, spec in enumerate(members):
                if part := known.get(spec.id):
                    rate = part.anchored_point + factors * part.moving_point
                    values[at] = scaled(rate, low=spec.low, high=spec.high, clips=False)
            if members:
                own = np.array([weights[spec.id] for spec in members])
                result[place] = weighted_mean(values, own, minimum=self.scheme.minimum_observed)
        return result


COLUMNS = ("unit_id", MORE, "tier_more", LESS, "tier_less")


def recording_frame(cube: Cube, found: Recording, tiers: Sequence[str]) -> pd.DataFrame:
    """One row per unit: the least percent of more and of less complete recording that gives another tier, and which.

    ``more``: recording here is so much more complete than elsewhere. ``less``: elsewhere it is so much more complete
    than here. NaN and an empty tier where no percent up to `BOUND` changes the tier.
    """
    rows = [
        {"unit_id": unit_id, **found.first_change(unit, tier)}
        for unit, (unit_id, tier) in enumerate(zip(cube.unit_ids, tiers, strict=True))
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({MORE: float, LESS: float})


def order_agreement(before: Singles, after: Singles, k: int) -> tuple[float, float]:
    """Compare two orders of the same units, draw by draw, before and after a change.

    Parameters
    ----------
    before, after : ranks, shape (units, draws), NaN rows not known
    k : size of the top

    Returns
    -------
    How many of the top stay in it, and the rank correlation of Spearman, both on average over the draws; NaN where
    fewer than two units are known in both.
    """
    known = ~(np.isnan(before).any(axis=1) | np.isnan(after).any(axis=1))
    one, other = before[known].astype(np.float64), after[known].astype(np.float64)
    if one.shape[0] < 2:
        return float("nan"), float("nan")
    stay = float(((one <= k) & (other <= k)).sum(axis=0).mean())
    one, other = one - one.mean(axis=0), other - other.mean(axis=0)
    spread = np.sqrt((one**2).sum(axis=0) * (other**2).sum(axis=0))
    same = np.divide((one * other).sum(axis=0), spread, out=np.full(spread.shape, np.nan), where=spread > 0)
    return stay, float(np.nanmean(same)) if np.isfinite(same).any() else float("nan")
