"""What the activity lens is given: records and events of a work folder, then counts of them, and the scheme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from harmmodel.method.activities.linkage import Link


@dataclass(frozen=True)
class ActivitySpec:
    """One kind of activity; without a pathway, or with objections, it is never proposed for lower priority."""

    id: str
    label: str
    family: str = "other"
    easiest: bool = False
    unmeasurable: str = ""
    pathway: str = ""
    objections: int = 0


@dataclass(frozen=True)
class LinkSettings:
    """All that decides what is counted from records and events; judgements are not among it.

    The linking step is handed this and nothing else of the scheme, so a hash of it names what the counts hang on.

    Attributes
    ----------
    activities : ids, in the scheme's order
    measurable : for each of them, whether the data can show its harm; only those are tested
    link, variants : what counts as linked, and other honest choices of it
    square : metres; records of one square are moved together
    minimum_records : occasions under which an activity is not tested
    interval : of the resampled risk of places
    """

    activities: tuple[str, ...]
    measurable: tuple[bool, ...]
    link: Link
    variants: tuple[Link, ...]
    square: float
    permutations: int
    minimum_records: int
    interval: tuple[float, float]
    seed: int


@dataclass(frozen=True)
class ActivityScheme:
    """The judgements in force for activities.

    Attributes
    ----------
    link, variants : what counts as linked, and other honest choices of it
    square : metres; records of one square are moved together
    class_weights : offence weights of the linked classes
    """

    activities: tuple[ActivitySpec, ...]
    link: Link
    class_weights: Mapping[str, float]
    variants: tuple[Link, ...]
    square: float
    permutations: int
    lower_priority: float
    focus: float
    minimum_records: int
    family_error: float
    interval: tuple[float, float]
    seed: int
    draws: int = 2000

    @property
    def linking(self) -> LinkSettings:
        """What of the scheme decides the counts."""
        return LinkSettings(
            activities=tuple(a.id for a in self.activities),
            measurable=tuple(not a.unmeasurable for a in self.activities),
            link=self.link,
            variants=self.variants,
            square=self.square,
            permutations=self.permutations,
            minimum_records=self.minimum_records,
            interval=self.interval,
            seed=self.seed,
        )


@dataclass(frozen=True)
class ActivityInputs:
    """Records and events of one period, one row each: only the loader ever holds them.

    Attributes
    ----------
    records : activity, unit_id (missing: not placed), longitude, latitude (missing: no point), minute
    events : unit_id, class, longitude, latitude, minute; serious harm to victims
    units : unit_id, label, residents, km2
    start, stop : the half-open period in minutes, on the same clock as the records
    timed : False where times are known by month only, so that nothing can follow anything
    """

    records: pd.DataFrame
    events: pd.DataFrame
    units: pd.DataFrame
    start: int
    stop: int
    timed: bool = True


@dataclass(frozen=True)
class Linked:
    """What linking counts; no row of it describes one record or one event.

    Attributes
    ----------
    activities : one row per activity: activity, judged, left_out, occasions, self_matches, linked, expected,
        dispersion, p_alone, p_family, covered (share of the compared time that itself follows such a record),
        place_risk and its interval
    areas : activity, unit_id, judged, linked, expected, p_family
    variants : activity, metres, after, before, linked, expected, dispersion
    weeks : activity, week (from 0), judged, linked, expected: what adds up to the figures of an activity
    months : activity, unit_id, month (months since 1970), class, events: serious events near records
    classes : class, events: serious events of the period
    whole : one row: timed, weeks, events, placed, left_out, pairs, permutations
    """

    activities: pd.DataFrame
    areas: pd.DataFrame
    variants: pd.DataFrame
    weeks: pd.DataFrame
    months: pd.DataFrame
    classes: pd.DataFrame
    whole: pd.DataFrame


@dataclass(frozen=True)
class Judged:
    """The lens's result; one row per activity, per activity and unit, and so on.

    Attributes
    ----------
    activities : unit_id (the activity), linked, expected, excess, excess_low, excess_high, covered (share of the
        compared time that itself follows such a record), undiluted and its interval (the excess with that taken out),
        place_risk and its interval, p_alone, p_family, judged, occasions, left_out, self_matches, tier, reason
    areas : activity, unit_id, judged, linked, expected, excess (shrunk), excess_low, excess_high, p_family
    variants : activity, metres, after, before, linked, expected, excess, excess_low, excess_high
    safety : activity, unit_id, month (months since 1970), events, weight; the safety list
    facts : figures of the whole
    """

    activities: pd.DataFrame
    areas: pd.DataFrame
    variants: pd.DataFrame
    safety: pd.DataFrame
    facts: dict[str, float] = field(default_factory=dict)
