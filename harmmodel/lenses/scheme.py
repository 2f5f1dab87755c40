"""What the lenses of areas and groups are given alike: indicators, pillars, the scheme, and draws of judgements."""

from dataclasses import dataclass

from harmmodel.lenses.tiers import WithLimits
from harmmodel.method.arrays import Floats
from harmmodel.method.random_streams import stream, uniform_draws


@dataclass(frozen=True)
class AnyIndicatorSpec:
    """One measurable sign of harm, whatever it is counted in.

    Attributes
    ----------
    id, label, pillar : names
    low, high : goalposts
    high_range : the high goalpost is uncertain by this share to either side
    police_contact : whether an event presupposes contact with the police
    role : ``score`` counts in its pillar, ``view`` is shown only
    weight, weight_range : weight inside the pillar and the range it is drawn from
    """

    id: str
    label: str
    pillar: str
    low: float
    high: float
    high_range: float
    police_contact: bool
    role: str
    weight: float
    weight_range: tuple[float, float]


@dataclass(frozen=True)
class PillarSpec:
    """A kind of harm, its weight with the range it is drawn from, and who leads where it drives the score."""

    id: str
    label: str
    weight: float
    weight_range: tuple[float, float]
    lead: str


@dataclass(frozen=True)
class LensScheme(WithLimits):
    """The judgements of any lens that scores; vary them with ``dataclasses.replace``.

    Attributes
    ----------
    pillars : the kinds of harm, in the order they are shown
    seed, draws, interval : of the uncertainty
    p : power of the mean across pillars, from 1 to infinity
    minimum_observed : least share of a pillar's weight that must be observed
    top_share : the top is ``ceil(units · top_share)`` units
    The limits of the tiers come with it, as the policy has them.
    """

    pillars: tuple[PillarSpec, ...]
    seed: int
    draws: int
    interval: tuple[float, float]
    p: float
    minimum_observed: float
    top_share: float


def judged_draws(scheme: LensScheme, reach: tuple[float, float], *names: str) -> Floats:
    """Draw a judgement uniform in its range, from the stream of these names; shape (draws,)."""
    return uniform_draws(*reach, draws=scheme.draws, rng=stream(scheme.seed, *names))


def high_draws(spec: AnyIndicatorSpec, scheme: LensScheme) -> Floats:
    """Draw the high goalpost of an indicator; shape (draws,)."""
    reach = spec.high * (1 - spec.high_range), spec.high * (1 + spec.high_range)
    return judged_draws(scheme, reach, "goalpost", spec.id)
