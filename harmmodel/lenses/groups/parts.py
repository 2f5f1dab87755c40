"""The parts of a group's score on the common scale, and their means under different ways to treat the unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from harmmodel.lenses.groups.assessments import Assessed
from harmmodel.lenses.groups.deaths import Deaths
from harmmodel.lenses.groups.spec import GroupIndicatorSpec, GroupMethod
from harmmodel.method.aggregation import generalised_mean, is_enough, shares
from harmmodel.method.arrays import Bools, Floats
from harmmodel.method.bounds import filled
from harmmodel.method.scales import scaled
from harmmodel.method.streams import stream, uniform_draws

SOURCES = {"decayed_deaths": "fighting_recent", "civilian_deaths": "civilian_recent"}


@dataclass(frozen=True)
class Parts:
    """Scored indicators of every group on the scale from 0 to 100; NaN where unknown.

    Attributes
    ----------
    items : scored indicators, by pillar and id
    point : shape (items, groups)
    draws : shape (items, groups, draws)
    weights : shape (items, draws), inside a pillar before renormalising
    pillar_weights : shape (pillars, draws)
    """

    method: GroupMethod
    items: tuple[GroupIndicatorSpec, ...]
    point: Floats
    draws: Floats
    weights: Floats
    pillar_weights: Floats

    @property
    def known(self) -> Bools:
        """Which items are known; shape (items, groups)."""
        return np.isfinite(self.point)

    def rows(self, pillar: str, *, contact: bool = True) -> list[int]:
        """Return the places of a pillar's items; without *contact*, only those known without the police."""
        return [
            at for at, item in enumerate(self.items) if item.pillar == pillar and (contact or not item.police_contact)
        ]

    def central(self, rows: list[int]) -> Floats:
        """Return the central weights of items."""
        return np.array([self.items[at].weight for at in rows], dtype=np.float64)

    def observed(self, pillar: str) -> Floats:
        """Share of a pillar's weight that is known; shape (groups,)."""
        rows = self.rows(pillar)
        return np.asarray((shares(self.central(rows))[:, None] * self.known[rows]).sum(axis=0))


def parts(found: Deaths, judged: Assessed, method: GroupMethod, is_counted: Bools) -> Parts:
    """Put counts and levels on one scale.

    Parameters
    ----------
    is_counted : shape (groups,): whether the source would have named the group; where not, no event means nothing
    """
    items = tuple(item for pillar in method.pillars for item in method.of_pillar(pillar.id))
    point = np.full((len(items), len(found.ids)), np.nan)
    draws = np.full((len(items), len(found.ids), method.draws), np.nan)
    for at, item in enumerate(items):
        if item.measure is None:
            point[at], draws[at] = judged.point[item.id], judged.draws[item.id]
            continue
        source = SOURCES[item.measure]
        high = uniform_draws(
            item.high * (1 - item.high_range),
            item.high * (1 + item.high_range),
            draws=method.draws,
            rng=stream(method.seed, "goalpost", item.id),
        )
        point[at, is_counted] = scaled(found.point[source][is_counted], low=item.low, high=item.high)
        draws[at, is_counted] = scaled(found.draws[source][is_counted], low=item.low, high=high)
    weights = np.stack([_weights(method, "weight", item.id, item.weight_range) for item in items])
    across = np.stack([_weights(method, "pillar", p.id, p.weight_range) for p in method.pillars])
    return Parts(method, items, point, draws, weights, across)


def _weights(method: GroupMethod, kind: str, name: str, reach: tuple[float, float]) -> Floats:
    return uniform_draws(*reach, draws=method.draws, rng=stream(method.seed, kind, name))


def pillar_points(found: Parts) -> Floats:
    """Return pillar scores by central weights; shape (pillars, groups), NaN where too little is known."""
    return np.stack([_pillar(found, p.id, found.point, None) for p in found.method.pillars])


def pillar_draws(found: Parts, *, contact: bool = True) -> Floats:
    """Return draws of the pillars; shape (pillars, groups, draws), NaN where too little is known."""
    return np.stack([_pillar(found, p.id, found.draws, found.weights, contact=contact) for p in found.method.pillars])


def _pillar(found: Parts, pillar: str, values: Floats, weights: Floats | None, *, contact: bool = True) -> Floats:
    rows = found.rows(pillar, contact=contact)
    total = np.full(values.shape[1:], np.nan)
    if not rows:
        return total
    known = found.known[rows]
    seen = (shares(found.central(rows))[:, None] * known).sum(axis=0)
    enough = is_enough(seen, found.method.minimum_observed)
    weight = found.central(rows)[:, None] if weights is None else weights[rows][:, None, :]
    mask = known if weights is None else known[:, :, None]
    heavy = np.where(mask, weight, 0.0)
    summed = (heavy * np.nan_to_num(values[rows])).sum(axis=0)
    total[enough] = (summed / np.where(heavy.sum(axis=0) > 0, heavy.sum(axis=0), 1.0))[enough]
    return total


def overall(found: Parts, pillars: Floats) -> Floats:
    """Join the scored pillars; shape (groups,) for points and (groups, draws) for draws."""
    if pillars.ndim == 2:
        central = np.array([p.weight for p in found.method.pillars])
        return generalised_mean(pillars, central, p=found.method.p)
    return generalised_mean(pillars, found.pillar_weights, p=found.method.p)


def bounded(found: Parts, fill: float | Mapping[int, Floats]) -> Floats:
    """Draw the score over all pillars with every unknown item filled; shape (groups, draws).

    Parameters
    ----------
    fill : one value for all, or item → shape (groups, draws)
    """
    stacked = []
    for pillar in found.method.pillars:
        rows = found.rows(pillar.id)
        weight = shares(found.weights[rows])[:, None, :]
        values = [
            filled(found.draws[at], found.known[at][:, None], fill if isinstance(fill, float) else fill[at])
            for at in rows
        ]
        stacked.append((weight * np.stack(values)).sum(axis=0))
    return overall(found, np.stack(stacked))
