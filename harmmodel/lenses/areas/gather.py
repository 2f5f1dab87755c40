"""Drawn indicator scores into drawn pillars and one drawn order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harmmodel.lenses.areas.point import IndicatorPoint, Scored
from harmmodel.lenses.areas.spec import AreaScheme, PillarSpec
from harmmodel.method.aggregation import generalised_mean, shares
from harmmodel.method.arrays import Floats, Singles
from harmmodel.method.streams import stream, uniform_draws

# Units whose pillars are joined at once; bounds the extra memory.
BLOCK = 32


@dataclass(frozen=True)
class Drawn:
    """Draws of the pillars, shape (units, draws) by pillar id, and of the sort key, shape (units, draws)."""

    pillars: Mapping[str, Singles]
    overall: Singles


class Accumulator:
    """Sums drawn indicator scores into their pillars, so that no more than a pillar is ever held.

    Parameters
    ----------
    indicators : in order of their ids
    scored : the point score, whose weights say what counts and whose pillars say which units are scored
    scheme : ranges and size of the draws
    """

    def __init__(self, indicators: Sequence[IndicatorPoint], scored: Scored, scheme: AreaScheme) -> None:
        self.scheme = scheme
        self.known = {found.spec.id: np.isfinite(found.scaled) for found in indicators}
        self.weights: dict[str, Floats] = {}
        self.members: dict[str, list[str]] = {}
        self.scored = {pillar.id: np.isfinite(row) for pillar, row in zip(scheme.pillars, scored.pillars, strict=True)}
        units = scored.overall.shape[0]
        self.sums = {
            pillar: np.zeros((units, scheme.draws), np.float32)
            for pillar, units_scored in self.scored.items()
            if units_scored.any()
        }
        for pillar in self.sums:
            members = [f for f in indicators if f.spec.pillar == pillar and scored.weights[f.spec.id] > 0]
            drawn = shares(np.stack([_weight_draws(found, scheme) for found in members]))
            self.weights |= {found.spec.id: row for found, row in zip(members, drawn, strict=True)}
            self.members[pillar] = [found.spec.id for found in members]

    def add(self, indicator: str, pillar: str, unit: int, scores: Floats) -> None:
        """Add one indicator's drawn scores, shape (draws,), to one unit."""
        if indicator in self.weights and self.scored[pillar][unit]:
            self.sums[pillar][unit] += self.weights[indicator] * scores

    def finish(self) -> Drawn:
        """Renormalise where an indicator is missing and join the pillars."""
        for pillar, total in self.sums.items():
            self._renormalise(pillar, total)
        return Drawn(pillars=self.sums, overall=self._overall())

    def _renormalise(self, pillar: str, total: Singles) -> None:
        members = self.members[pillar]
        for unit, is_scored in enumerate(self.scored[pillar]):
            observed = [name for name in members if self.known[name][unit]]
            if not is_scored:
                total[unit] = np.nan
            elif len(observed) < len(members):
                total[unit] /= np.sum([self.weights[name] for name in observed], axis=0)

    def _overall(self) -> Singles:
        parts = [pillar for pillar in self.scheme.pillars if pillar.id in self.sums]
        units = next(iter(self.scored.values())).shape[0]
        overall = np.full((units, self.scheme.draws), np.nan, dtype=np.float32)
        if not parts:
            return overall
        weights = np.stack([_pillar_draws(pillar, self.scheme) for pillar in parts])
        for start in range(0, units, BLOCK):
            values = np.stack([self.sums[pillar.id][start : start + BLOCK] for pillar in parts])
            overall[start : start + BLOCK] = generalised_mean(values, weights, p=self.scheme.p)
        return overall


def _weight_draws(found: IndicatorPoint, scheme: AreaScheme) -> Floats:
    rng = stream(scheme.seed, "weight", "indicator", found.spec.id)
    return uniform_draws(*found.spec.weight_range, draws=scheme.draws, rng=rng)


def _pillar_draws(pillar: PillarSpec, scheme: AreaScheme) -> Floats:
    rng = stream(scheme.seed, "weight", "pillar", pillar.id)
    return uniform_draws(*pillar.weight_range, draws=scheme.draws, rng=rng)
