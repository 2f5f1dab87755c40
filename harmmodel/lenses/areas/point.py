"""The score that can be followed by hand: posterior mean rates and central weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harmmodel.lenses.areas.cube import Cell, ClassCount, Cube
from harmmodel.lenses.areas.spec import AreaScheme, IndicatorSpec
from harmmodel.method.aggregation import generalised_mean, mean_event_weights, shares, weighted_mean
from harmmodel.method.arrays import Floats
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
    found_share = _sum_over_classes(shares(weights * means), own_shares)
    events = _sum_over_classes(np.ones(len(counts)), np.stack([count.events for count in counts]))
    screened, reason = _screen(spec, events, found_share, scheme)
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
        own_share=found_share,
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
        faults.append(f"median own share {median:.2f}, under {scheme.screen_own_share:.2f}")
    if spec.role == "view":
        return bool(faults), "; ".join(["shown only, never counted", *faults])
    return bool(faults), "; ".join(faults)


def effective_weights(indicators: Sequence[IndicatorPoint], *, with_contact: bool) -> dict[str, float]:
    """Give each indicator's weight before it is shared out in its pillar; 0 where it does not count."""
    return {
        found.spec.id: 0.0
        if found.screened or found.spec.role != "score" or (found.spec.police_contact and not with_contact)
        else found.spec.weight
        for found in indicators
    }


def score(indicators: Sequence[IndicatorPoint], scheme: AreaScheme, *, with_contact: bool) -> Scored:
    """Aggregate indicators to pillars and pillars to one score, with central weights."""
    weights = effective_weights(indicators, with_contact=with_contact)
    units = indicators[0].scaled.shape[0]
    pillars = np.full((len(scheme.pillars), units), np.nan)
    for place, pillar in enumerate(scheme.pillars):
        members = [found for found in indicators if found.spec.pillar == pillar.id]
        if members:
            own = np.array([weights[found.spec.id] for found in members])
            pillars[place] = weighted_mean(np.stack([m.scaled for m in members]), own, minimum=scheme.minimum_observed)
    central = np.array([pillar.weight for pillar in scheme.pillars])
    return Scored(weights=weights, pillars=pillars, overall=generalised_mean(pillars, central, p=scheme.p))
