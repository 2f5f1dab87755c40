"""The score that can be followed by hand: posterior mean rates and central weights."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harmmodel.lenses.areas.cube import Cell, ClassCount
from harmmodel.lenses.areas.joint import Estimate
from harmmodel.lenses.areas.rates import RateDraws
from harmmodel.lenses.areas.spec import AreaScheme, IndicatorSpec
from harmmodel.lenses.phrases import decimals
from harmmodel.lenses.scheme import PillarSpec, high_draws, judged_draws
from harmmodel.method.aggregation import generalised_mean, mean_event_weights, shares, weighted_mean
from harmmodel.method.arrays import Floats, Singles
from harmmodel.method.scales import scaled
from harmmodel.method.shrinkage import own_share

Estimates = Mapping[Cell, Estimate]


@dataclass(frozen=True)
class IndicatorPoint:
    """One indicator in all units. Rates are (weighted) events per 100,000 person-years; NaN where not known.

    Attributes
    ----------
    spec, classes, estimates : what was counted and what is believed of it; classes in order of their names
    class_weights : shape (classes,), the place's average event counts 1
    class_rates, class_own_rates, class_own_shares : shape (classes, units), of unweighted events
    rate, own_rate, own_share, scaled, events, person_years : shape (units,)
    screened : whether too little is recorded for the indicator to count
    reason : why it does not count, or is not observed; empty when it counts
    """

    spec: IndicatorSpec
    classes: tuple[ClassCount, ...]
    estimates: tuple[Estimate, ...]
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
    """Pillars, shape (pillars, units), and their mean, shape (units,); the weights of the indicators that made them.

    unclipped holds the pillars as if goalposts ended nothing: these decide who leads.
    """

    weights: Mapping[str, float]
    pillars: Floats
    overall: Floats
    unclipped: Floats


def indicator_point(
    spec: IndicatorSpec, counts: tuple[ClassCount, ...], estimates: Estimates, scheme: AreaScheme
) -> IndicatorPoint:
    """Shrink, weight and scale one indicator."""
    own = tuple(estimates[count.indicator, count.name] for count in counts)
    means = np.array([estimate.mean for estimate in own])
    weights = _class_weights(spec, counts, means, scheme)
    rates, own_rates, own_shares = _class_rates(counts, own)
    rate = _sum_over_classes(weights, rates)
    own_share = _sum_over_classes(shares(weights * means), own_shares)
    events = _sum_over_classes(np.ones(len(counts)), np.stack([count.events for count in counts]))
    screened, reason = _screen(spec, events, own_share, scheme)
    return IndicatorPoint(
        spec=spec,
        classes=counts,
        estimates=own,
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


def _class_rates(counts: Sequence[ClassCount], estimates: Sequence[Estimate]) -> tuple[Floats, Floats, Floats]:
    """Give shrunk rates, own rates and own shares, each of shape (classes, units)."""
    own_rates = np.stack([count.events / count.person_years for count in counts])
    own_shares = np.stack(
        [own_share(count.person_years, one.worth) for count, one in zip(counts, estimates, strict=True)]
    )
    expected = np.stack([one.expected for one in estimates])
    rates = expected + own_shares * (own_rates - expected)
    scale = np.array([[float(count.scale)] for count in counts])
    return scale * rates, scale * own_rates, np.where(np.isfinite(rates), own_shares, np.nan)


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
    pillars, unclipped = np.full((2, len(scheme.pillars), units), np.nan)
    for place, pillar in enumerate(scheme.pillars):
        members = [indicator for indicator in indicators if indicator.spec.pillar == pillar.id]
        if members:
            own = np.array([weights[indicator.spec.id] for indicator in members])
            pillars[place] = weighted_mean(np.stack([m.scaled for m in members]), own, minimum=scheme.minimum_observed)
            wide = np.stack([scaled(m.rate, low=m.spec.low, high=m.spec.high, clips=False) for m in members])
            unclipped[place] = weighted_mean(wide, own, minimum=scheme.minimum_observed)
    central = np.array([pillar.weight for pillar in scheme.pillars])
    return Scored(
        weights=weights, pillars=pillars, overall=generalised_mean(pillars, central, p=scheme.p), unclipped=unclipped
    )


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
        self.pillar_weights = {pillar.id: _weight_draws("pillar", pillar, scheme) for pillar in scheme.pillars}
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

    def of_unit(self, unit: int, rows: int) -> "Accumulator":
        """Return an empty accumulator whose rows are variants of one unit, with the same drawn weights."""
        own = copy.copy(self)
        own.known = {name: np.repeat(known[unit], rows) for name, known in self.known.items()}
        own.scored = {name: np.repeat(scored[unit], rows) for name, scored in self.scored.items()}
        own.sums = {name: np.zeros((rows, self.scheme.draws), np.float32) for name in self.sums}
        return own

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
        weights = np.stack([self.pillar_weights[pillar.id] for pillar in parts])
        for start in range(0, units, BLOCK):
            values = np.stack([self.sums[pillar.id][start : start + BLOCK] for pillar in parts])
            overall[start : start + BLOCK] = generalised_mean(values, weights, p=self.scheme.p)
        return overall


def _weight_draws(kind: str, spec: IndicatorSpec | PillarSpec, scheme: AreaScheme) -> Floats:
    return judged_draws(scheme, spec.weight_range, "weight", kind, spec.id)


@dataclass(frozen=True)
class Intervals:
    """Ends of the interval of one indicator, each of shape (units,)."""

    rate_low: Floats
    rate_high: Floats
    scaled_low: Floats
    scaled_high: Floats


class IndicatorDraws:
    """Draws one indicator unit by unit.

    Parameters
    ----------
    indicator : the indicator's point
    rates : gives draws of the rate of each class
    scheme : size of the draws and interval
    """

    def __init__(self, indicator: IndicatorPoint, rates: RateDraws, scheme: AreaScheme) -> None:
        self.found, self.rates, self.scheme = indicator, rates, scheme
        spec, units = indicator.spec, indicator.scaled.size
        self.high = high_draws(spec, scheme)
        kept = min(scheme.kept_draws, scheme.draws)
        self.kept = {
            f"{spec.id}/{count.name}": np.full((units, kept), np.nan, np.float32) for count in indicator.classes
        }
        self.ends = np.full((4, units), np.nan)

    def run(self, accumulators: Sequence[Accumulator]) -> Intervals:
        """Draw all units and add their scores to the accumulators."""
        spec = self.found.spec
        for unit, is_known in enumerate(np.isfinite(self.found.rate)):
            rate = self._unit_rate(unit)
            if not is_known:
                continue
            scores = scaled(rate, low=spec.low, high=self.high)
            self.ends[:2, unit] = np.quantile(rate, self.scheme.interval)
            self.ends[2:, unit] = np.quantile(scores, self.scheme.interval)
            for accumulator in accumulators:
                accumulator.add(spec.id, spec.pillar, unit, scores)
        return Intervals(*self.ends)

    def _unit_rate(self, unit: int) -> Floats:
        total = np.zeros(self.scheme.draws)
        for count, weight in zip(self.found.classes, self.found.class_weights, strict=True):
            rate = self.rates.of(count, unit)
            kept = self.kept[f"{count.indicator}/{count.name}"]
            kept[unit] = rate[: kept.shape[1]]
            total += weight * rate
        return total
