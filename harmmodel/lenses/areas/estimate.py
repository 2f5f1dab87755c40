"""The score that can be followed by hand: posterior mean rates and central weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harmmodel.lenses.areas.cube import Cell, ClassCount, Cube, WithheldCount
from harmmodel.lenses.areas.spec import AreaScheme, IndicatorSpec
from harmmodel.lenses.phrases import decimals
from harmmodel.lenses.scheme import PillarSpec, high_draws, judged_draws
from harmmodel.method.activities.allocation import drawn_events
from harmmodel.method.aggregation import generalised_mean, mean_event_weights, shares, weighted_mean
from harmmodel.method.arrays import Floats, Singles
from harmmodel.method.random_streams import rate_draws, stream
from harmmodel.method.scales import scaled
from harmmodel.method.shrinkage import Prior, marshall_prior, own_share, posterior_mean

Priors = Mapping[Cell, Prior]


@dataclass(frozen=True)
class IndicatorPoint:
    """One indicator in all units. Rates are (weighted) events per 100,000 person-years; NaN where not known.

    Attributes
    ----------
    spec, classes, priors : what was counted and how it is shrunk; classes in order of their names
    class_weights : shape (classes,), the place's average event counts 1
    class_rates, class_own_rates, class_own_shares : shape (classes, units), of unweighted events
    rate, own_rate, own_share, scaled, events, person_years : shape (units,)
    screened : whether too little is recorded for the indicator to count
    reason : why it does not count, or is not observed; empty when it counts
    """

    spec: IndicatorSpec
    classes: tuple[ClassCount, ...]
    priors: tuple[Prior, ...]
    class_weights: Floats
    class_rates: Floats
    class_own_rates: Floats
    class_own_shares: Floats
    rate: Floats
    own_rate: Floats
    own_share: Floats
    scaled: Floats
    events: Floats
    person_years: Floats
    screened: bool
    reason: str

    @property
    def total_events(self) -> float:
        """Events placed in the known units."""
        return float(np.nansum(self.events))

    @property
    def median_own_share(self) -> float:
        """Median over the known units; NaN when none is known."""
        known = self.own_share[np.isfinite(self.own_share)]
        return float(np.median(known)) if known.size else float("nan")


@dataclass(frozen=True)
class Scored:
    """Pillars, shape (pillars, units), and their mean, shape (units,); the weights of the indicators that made them."""

    weights: Mapping[str, float]
    pillars: Floats
    overall: Floats


def estimate_priors(cube: Cube) -> dict[Cell, Prior]:
    """Learn one prior for each class of each indicator from the place's own units."""
    return {
        (count.indicator, count.name): marshall_prior(count.events, count.person_years)
        for counts in cube.classes.values()
        for count in counts
    }


def indicator_point(
    spec: IndicatorSpec, counts: tuple[ClassCount, ...], priors: Priors, scheme: AreaScheme
) -> IndicatorPoint:
    """Shrink, weight and scale one indicator."""
    own_priors = tuple(priors[count.indicator, count.name] for count in counts)
    means = np.array([prior.mean for prior in own_priors])
    weights = _class_weights(spec, counts, means, scheme)
    rates, own_rates, own_shares = _class_rates(counts, own_priors)
    rate = _sum_over_classes(weights, rates)
    own_share = _sum_over_classes(shares(weights * means), own_shares)
    events = _sum_over_classes(np.ones(len(counts)), np.stack([count.events for count in counts]))
    screened, reason = _screen(spec, events, own_share, scheme)
    return IndicatorPoint(
        spec=spec,
        classes=counts,
        priors=own_priors,
        class_weights=weights,
        class_rates=rates,
        class_own_rates=own_rates,
        class_own_shares=own_shares,
        rate=rate,
        own_rate=_sum_over_classes(weights, own_rates),
        own_share=own_share,
        scaled=scaled(rate, low=spec.low, high=spec.high),
        events=events,
        person_years=np.max(np.stack([count.person_years for count in counts]), axis=0),
        screened=screened,
        reason=reason,
    )


def _class_rates(counts: Sequence[ClassCount], priors: Sequence[Prior]) -> tuple[Floats, Floats, Floats]:
    """Give shrunk rates, own rates and own shares, each of shape (classes, units)."""
    pairs = list(zip(counts, priors, strict=True))
    rates = np.stack([count.scale * posterior_mean(count.events, count.person_years, prior) for count, prior in pairs])
    own_rates = np.stack([count.scale * count.events / count.person_years for count in counts])
    own_shares = np.stack([own_share(count.person_years, prior) for count, prior in pairs])
    return rates, own_rates, np.where(np.isfinite(rates), own_shares, np.nan)


def _class_weights(spec: IndicatorSpec, counts: Sequence[ClassCount], means: Floats, scheme: AreaScheme) -> Floats:
    if not spec.weighted:
        return np.ones(len(counts))
    missing = [count.name for count in counts if count.name not in scheme.class_weights]
    if missing:
        raise ValueError(f"{spec.id}: the weight set has no value for {', '.join(missing)}")
    return mean_event_weights(np.array([float(scheme.class_weights[count.name]) for count in counts]), means)


def _sum_over_classes(weights: Floats, values: Floats) -> Floats:
    # Added one class after the other, in order of their names: a matrix product may add in another order on another
    # machine.
    total = np.zeros(values.shape[1])
    for weight, row in zip(weights, values, strict=True):
        total += weight * row
    return total


def _screen(spec: IndicatorSpec, events: Floats, own_shares: Floats, scheme: AreaScheme) -> tuple[bool, str]:
    known = own_shares[np.isfinite(own_shares)]
    if known.size == 0:
        # Nothing observed is not the same as too little observed: its weight stays and the two-thirds rule sees the
        # gap.
        return False, "not observed"
    total, median = float(np.nansum(events)), float(np.median(known))
    faults = []
    if total < scheme.screen_events:
        faults.append(f"{total:.0f} events, fewer than {scheme.screen_events:.0f}")
    if median < scheme.screen_own_share:
        faults.append(f"median own share {median:.2f}, under {decimals(scheme.screen_own_share, 2)}")
    if spec.role == "view":
        return bool(faults), "; ".join(["shown only, never counted", *faults])
    return bool(faults), "; ".join(faults)


def effective_weights(indicators: Sequence[IndicatorPoint], *, with_contact: bool) -> dict[str, float]:
    """Give each indicator's weight before it is shared out in its pillar; 0 where it does not count."""
    return {
        indicator.spec.id: 0.0
        if indicator.screened or indicator.spec.role != "score" or (indicator.spec.police_contact and not with_contact)
        else indicator.spec.weight
        for indicator in indicators
    }


def score(indicators: Sequence[IndicatorPoint], scheme: AreaScheme, *, with_contact: bool) -> Scored:
    """Aggregate indicators to pillars and pillars to one score, with central weights."""
    weights = effective_weights(indicators, with_contact=with_contact)
    units = indicators[0].scaled.shape[0]
    pillars = np.full((len(scheme.pillars), units), np.nan)
    for place, pillar in enumerate(scheme.pillars):
        members = [indicator for indicator in indicators if indicator.spec.pillar == pillar.id]
        if members:
            own = np.array([weights[indicator.spec.id] for indicator in members])
            pillars[place] = weighted_mean(np.stack([m.scaled for m in members]), own, minimum=scheme.minimum_observed)
    central = np.array([pillar.weight for pillar in scheme.pillars])
    return Scored(weights=weights, pillars=pillars, overall=generalised_mean(pillars, central, p=scheme.p))


# Units whose pillars are joined at once; bounds the extra memory.
BLOCK = 32


@dataclass(frozen=True)
class PillarDraws:
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
        self.known = {indicator.spec.id: np.isfinite(indicator.scaled) for indicator in indicators}
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
            drawn = shares(np.stack([_weight_draws("indicator", indicator.spec, scheme) for indicator in members]))
            self.weights |= {indicator.spec.id: row for indicator, row in zip(members, drawn, strict=True)}
            self.members[pillar] = [indicator.spec.id for indicator in members]

    def add(self, indicator: str, pillar: str, unit: int, scores: Floats) -> None:
        """Add one indicator's drawn scores, shape (draws,), to one unit."""
        if indicator in self.weights and self.scored[pillar][unit]:
            self.sums[pillar][unit] += self.weights[indicator] * scores

    def finish(self) -> PillarDraws:
        """Renormalise where an indicator is missing and join the pillars."""
        for pillar, total in self.sums.items():
            self._renormalise(pillar, total)
        return PillarDraws(pillars=self.sums, overall=self._overall())

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
        weights = np.stack([_weight_draws("pillar", pillar, self.scheme) for pillar in parts])
        for start in range(0, units, BLOCK):
            values = np.stack([self.sums[pillar.id][start : start + BLOCK] for pillar in parts])
            overall[start : start + BLOCK] = generalised_mean(values, weights, p=self.scheme.p)
        return overall


def _weight_draws(kind: str, spec: IndicatorSpec | PillarSpec, scheme: AreaScheme) -> Floats:
    return judged_draws(scheme, spec.weight_range, "weight", kind, spec.id)


ZoneDraws = Mapping[int, npt.NDArray[np.int64]]


@dataclass(frozen=True)
class Intervals:
    """Ends of the interval of one indicator, each of shape (units,)."""

    rate_low: Floats
    rate_high: Floats
    scaled_low: Floats
    scaled_high: Floats


def zone_draws(count: ClassCount, scheme: AreaScheme) -> ZoneDraws:
    """Draw where the events of zones that straddle units fell, and how many were withheld."""

    def open_stream(zone: str) -> np.random.Generator:
        return stream(scheme.seed, "zone", count.indicator, count.name, zone)

    drawn = dict(drawn_events(count.zones, draws=scheme.draws, open_stream=open_stream))
    for withheld in count.withheld:
        rng = stream(scheme.seed, "withheld", count.indicator, count.name, withheld.zone.key)
        for unit, events in _withheld_draws(withheld, scheme.draws, rng).items():
            drawn[unit] = drawn[unit] + events if unit in drawn else events
    return drawn


def _withheld_draws(withheld: WithheldCount, draws: int, rng: np.random.Generator) -> ZoneDraws:
    """Draw how many events were withheld, and the unit in which each of them fell."""
    zone, most = withheld.zone, int(withheld.judged.last[withheld.cell])
    uniform = rng.random((draws, 1 + most))  # draw by draw, so that fewer draws are the first of more
    events = withheld.judged.drawn(withheld.cell, uniform[:, 0]).astype(np.int64)
    if zone.is_whole:
        return {zone.units[int(np.argmax(zone.shares))]: events}
    reach, fallen = np.cumsum(zone.shares), np.zeros((len(zone.units), draws), dtype=np.int64)
    for number in range(1, most + 1):
        at = np.searchsorted(reach, uniform[:, number], side="right")  # beyond the last: outside the place
        for place in range(len(zone.units)):
            fallen[place] += (at == place) & (number <= events)
    return dict(zip(zone.units, fallen, strict=True))


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
    indicator : the indicator's point
    cube : gives the unit ids that name the streams
    scheme : seed, draws and interval
    """

    def __init__(self, indicator: IndicatorPoint, cube: Cube, scheme: AreaScheme) -> None:
        self.found, self.cube, self.scheme = indicator, cube, scheme
        spec, units = indicator.spec, len(cube.unit_ids)
        self.high = high_draws(spec, scheme)
        kept = min(scheme.kept_draws, scheme.draws)
        self.kept = {
            f"{spec.id}/{count.name}": np.full((units, kept), np.nan, np.float32) for count in indicator.classes
        }
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
