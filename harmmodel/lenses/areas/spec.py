"""What a lens is given: frames of counts, what to make of them and the scheme of weights and limits."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from harmmodel.lenses.scheme import AnyIndicatorSpec, LensScheme

DAYS_PER_YEAR = 365
PER = 100_000
KEPT_DRAWS = 1000
RESIDENT, PRESENT = "resident", "present"  # rates per person; PRESENT: with or by the place's second population
GUARDED = "violence"  # focus driven by this pillar must hold on this pillar alone


@dataclass(frozen=True)
class IndicatorSpec(AnyIndicatorSpec):
    """A sign of harm that is counted in events; its goalposts are rates.

    Attributes
    ----------
    classes : harm classes whose events are counted; each must have exposure, else the indicator is not observed
    weighted : whether offence weights rank the classes; else each event counts one
    per : ``resident``: rates are per 100,000 person-years of 365 days; ``km2``: per square kilometre and year;
        ``present``: as ``resident``, of the persons that a place counts as present
    least : residents or square kilometres of an area; a smaller one is not observed
    least_share : share of the days of a class that an area must have reported; one with less is not observed
    """

    classes: tuple[str, ...]
    weighted: bool
    per: str
    least: float
    least_share: float

    @property
    def scale(self) -> int:
        """What one unit of exposure is multiplied by to get the rate that is shown."""
        return PER if self.per in (RESIDENT, PRESENT) else 1


@dataclass(frozen=True)
class AreaScheme(LensScheme):
    """All judgements of the area lens in one value.

    Attributes
    ----------
    class_weights : offence weights by harm class, used by weighted indicators only
    screen_own_share, screen_events : below either an indicator has weight 0
    include_contact : whether indicators that need police contact count in the main score
    guarded_pillar : focus driven by this pillar must hold on this pillar alone
    kept_draws : class rates kept for later questions
    anchors : classes that are hardly under-recorded; an error of recording never moves them
    recording_sd : standard deviation of the logarithm of how completely an area records all other classes; 0 takes
        every area to record alike
    """

    class_weights: Mapping[str, float]
    screen_own_share: float
    screen_events: float
    anchors: frozenset[str]
    include_contact: bool = True
    guarded_pillar: str = GUARDED
    kept_draws: int = KEPT_DRAWS
    recording_sd: float = 0.0


@dataclass(frozen=True)
class AreaInputs:
    """Counts of harm. There is no place here for enforcement: the scoring cannot be given any.

    Attributes
    ----------
    units : unit_id, label, residents, km2 (for indicators per km2), present (for those per person present); a unit of
        unknown size is not scored
    counts : unit_id (missing: city row), indicator, class, and the ends of what may be known of the count: events_low,
        events_high (``events`` where all is known). An absent row is no event; NaN is not known
    exposure : indicator, class, days, period_from, period_to; an absent row or no days: not observed
    beat_counts : beat_id, indicator, class and the same ends, for events whose unit is known by beat only
    beat_shares : beat_id, unit_id, share of the beat's events that falls into the unit; the rest lies outside
    unit_exposure : unit_id, indicator, class, source, days, whole_days, reported, of_months, for units that reported
        fewer days than *exposure* says, and in how many of how many months something
    """

    units: pd.DataFrame
    counts: pd.DataFrame
    exposure: pd.DataFrame
    beat_counts: pd.DataFrame | None = None
    beat_shares: pd.DataFrame | None = None
    unit_exposure: pd.DataFrame | None = None
