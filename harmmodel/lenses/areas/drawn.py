"""Drawn rates and scores of one indicator, unit by unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harmmodel.lenses.areas.cube import ClassCount, Cube
from harmmodel.lenses.areas.gather import Accumulator
from harmmodel.lenses.areas.point import IndicatorPoint
from harmmodel.lenses.areas.spec import AreaScheme, IndicatorSpec
from harmmodel.method.activities.allocation import drawn_events
from harmmodel.method.arrays import Floats
from harmmodel.method.scales import scaled
from harmmodel.method.shrinkage import Prior
from harmmodel.method.streams import rate_draws, stream, uniform_draws

ZoneDraws = Mapping[int, npt.NDArray[np.int64]]


@dataclass(frozen=True)
class Intervals:
    """Ends of the interval of one indicator, each of shape (units,)."""

    rate_low: Floats
    rate_high: Floats
    scaled_low: Floats
    scaled_high: Floats


def high_draws(spec: IndicatorSpec, scheme: AreaScheme) -> Floats:
    """Draw the high goalpost of an indicator; shape (draws,)."""
    return uniform_draws(
        spec.high * (1 - spec.high_range),
        spec.high * (1 + spec.high_range),
        draws=scheme.draws,
        rng=stream(scheme.seed, "goalpost", spec.id),
    )


def zone_draws(count: ClassCount, scheme: AreaScheme) -> ZoneDraws:
    """Draw where the events of zones that straddle units fell."""

    def open_stream(zone: str) -> np.random.Generator:
        return stream(scheme.seed, "zone", count.indicator, count.name, zone)

    return drawn_events(count.zones, draws=scheme.draws, open_stream=open_stream)


def unit_rates(count: ClassCount, prior: Prior, coarse: ZoneDraws, unit: tuple[int, str], scheme: AreaScheme) -> Floats:
    """Draw one class's rate in the unit of that position and id; shape (draws,), per 100,000 person-years."""
    place, unit_id = unit
    events = count.certain[place] + coarse[place] if place in coarse else float(count.certain[place])
    rng = stream(scheme.seed, "rate", count.indicator, count.name, unit_id)
    rate = rate_draws(events, float(count.person_years[place]), prior, draws=scheme.draws, rng=rng)
    rate *= count.scale
    return rate


class IndicatorDraws:
    """Draws one indicator unit by unit, so that at most one indicator's coarse events are held.

    Parameters
    ----------
    found : the indicator's point
    cube : gives the unit ids that name the streams
    scheme : seed, draws and interval
    """

    def __init__(self, found: IndicatorPoint, cube: Cube, scheme: AreaScheme) -> None:
        self.found, self.cube, self.scheme = found, cube, scheme
        spec, units = found.spec, len(cube.unit_ids)
        self.high = high_draws(spec, scheme)
        kept = min(scheme.kept_draws, scheme.draws)
        self.kept = {f"{spec.id}/{count.name}": np.full((units, kept), np.nan, np.float32) for count in found.classes}
        self.ends = np.full((4, units), np.nan)

    def run(self, accumulators: Sequence[Accumulator]) -> Intervals:
        """Draw all units and add their scores to the accumulators."""
        spec = self.found.spec
        zones = [zone_draws(count, self.scheme) for count in self.found.classes]
        for unit, is_known in enumerate(np.isfinite(self.found.rate)):
            rate = self._unit_rate(unit, zones)
            if not is_known:
                continue
            scores = scaled(rate, low=spec.low, high=self.high)
            self.ends[:2, unit] = np.quantile(rate, self.scheme.interval)
            self.ends[2:, unit] = np.quantile(scores, self.scheme.interval)
            for accumulator in accumulators:
                accumulator.add(spec.id, spec.pillar, unit, scores)
        return Intervals(*self.ends)

    def _unit_rate(self, unit: int, zones: Sequence[ZoneDraws]) -> Floats:
        total = np.zeros(self.scheme.draws)
        parts = zip(self.found.classes, self.found.priors, self.found.class_weights, zones, strict=True)
        for count, prior, weight, coarse in parts:
            rate = unit_rates(count, prior, coarse, (unit, self.cube.unit_ids[unit]), self.scheme)
            kept = self.kept[f"{count.indicator}/{count.name}"]
            kept[unit] = rate[: kept.shape[1]]
            total += weight * rate
        return total
