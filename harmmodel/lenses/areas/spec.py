"""What a lens is given: frames of counts, what to make of them and the scheme of weights and limits."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from harmmodel.lenses.tiers import WithLimits

DAYS_PER_YEAR = 365
PER = 100_000
GUARDED = "violence"  # focus driven by this pillar must hold on this pillar alone


@dataclass(frozen=True)
class IndicatorSpec:
    """One measurable sign of harm.

    Attributes
    ----------
    id, label, pillar : names
    classes : harm classes whose events are counted; each must have exposure, else the indicator is not observed
    low, high : goalposts, events per 100,000 person-years of 365 days
    high_range : the high goalpost is uncertain by this share to either side
    weighted : whether offence weights rank the classes; else each event counts one
    police_contact : whether an event presupposes contact with the police
    role : ``score`` counts in its pillar, ``view`` is shown only
    per : ``resident``: rates are per 100,000 person-years of 365 days; ``km2``: per square kilometre and year
    weight, weight_range : weight inside the pillar and the range it is drawn from
    """

    id: str
    label: str
    pillar: str
    classes: tuple[str, ...]
    high: float
    low: float
    high_range: float
    weighted: bool
    police_contact: bool
    role: str
    per: str
    weight: float
    weight_range: tuple[float, float]

    @property
    def scale(self) -> int:
        """What one unit of exposure is multiplied by to get the rate that is shown."""
        return PER if self.per == "resident" else 1


@dataclass(frozen=True)
class PillarSpec:
    """A kind of harm, its weight with the range it is drawn from, and who leads where it drives the score."""

    id: str
    label: str
    weight: float
    weight_range: tuple[float, float]
    lead: str


@dataclass(frozen=True)
class AreaScheme(WithLimits):
    """All judgements of the area lens in one value; vary it with ``dataclasses.replace``.

    Attributes
    ----------
    pillars : the kinds of harm, in the order they are shown
    class_weights : offence weights by harm class, used by weighted indicators only
    seed, draws, interval : of the uncertainty
    p : power of the mean across pillars, from 1 to infinity
    minimum_observed : least share of a pillar's weight that must be observed
    top_share : the top is ``ceil(units · top_share)`` units
    screen_own_share, screen_events : below either an indicator has weight 0
    include_contact : whether indicators that need police contact count in the main score
    guarded_pillar : focus driven by this pillar must hold on this pillar alone
    kept_draws : class rates kept for later questions
    """

    pillars: tuple[PillarSpec, ...]
    class_weights: Mapping[str, float]
    seed: int
    draws: int
    interval: tuple[float, float]
    p: float
    minimum_observed: float
    top_share: float
    screen_own_share: float
    screen_events: float
    include_contact: bool = True
    guarded_pillar: str = GUARDED
    kept_draws: int = 1000


@dataclass(frozen=True)
class AreaInputs:
    """Counts of harm. There is no place here for enforcement: the scoring cannot be given any.

    Attributes
    ----------
    units : unit_id, label, residents, km2 (for indicators per km2); a unit of unknown size is not scored
    counts : unit_id (missing: city row), indicator, class, events. An absent row is no event; NaN is not known
    exposure : indicator, class, days, period_from, period_to; an absent row or no days: not observed
    beat_counts : beat_id, indicator, class, events, for events whose unit is known by beat only
    beat_shares : beat_id, unit_id, share of the beat's events that falls into the unit; the rest lies outside
    """

    units: pd.DataFrame
    counts: pd.DataFrame
    exposure: pd.DataFrame
    beat_counts: pd.DataFrame | None = None
    beat_shares: pd.DataFrame | None = None
