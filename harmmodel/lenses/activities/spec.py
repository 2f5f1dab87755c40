"""What the activity lens is given: records and events of a work folder, then counts of them, and the scheme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from harmmodel.method.activities.linkage import Link


@dataclass(frozen=True)
class ActivitySpec:
    """One kind of activity; without a pathway, or with objections, it is never proposed for lower priority.

    ``easiest`` is None where its records may be of the easiest to catch and the source does not tell.
    """

    id: str
    label: str
    family: str = "other"
    easiest: bool | None = False
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
    cell, block : H3 resolutions of the cells that are compared as like places, and of those drawn again together
    caliper : how far like cells may differ in each variable, in standard deviations
    like_draws : how often blocks are drawn again
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
    cell: int
    block: int
    caliper: float
    like_draws: int


@dataclass(frozen=True)
class LikeLimits:
    """When the comparison of like places says something, and what it must say for lower priority.

    Attributes
    ----------
    high : the upper end of the interval of the ratio must lie under this
    cells, share : matched cells, and their share of all cells with records, under which nothing can be judged
    balance : largest standardised mean difference after matching
    """

    high: float
    cells: int
    share: float
    balance: float


@dataclass(frozen=True)
class ActivityScheme:
    """The judgements in force for activities.

    Attributes
    ----------
    link, variants : what counts as linked, and other honest choices of it
    square : metres; records of one square are moved together
    cell, block, caliper : as in `LinkSettings`
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
    like: LikeLimits
    cell: int
    block: int
    caliper: float
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
            cell=self.cell,
            block=self.block,
            caliper=self.caliper,
            like_draws=self.draws,
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
    matched_on : longitude, latitude, setting (missing: not told); offences without violence that police do not find,
        by which like places are found; empty where the place names none
    """

    records: pd.DataFrame
    events: pd.DataFrame
    units: pd.DataFrame
    start: int
    stop: int
    timed: bool = True
    matched_on: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["longitude", "latitude", "setting"]))


@dataclass(frozen=True)
class Linked:
    """What linking counts; no row of it describes one record or one event.

    Attributes
    ----------
    activities : one row per activity: activity, judged, left_out, occasions, self_matches, linked, expected,
        dispersion, between, p_alone, p_family, covered (share of the compared time that itself follows such a record),
        place_risk and its interval
    areas : activity, unit_id, judged, linked, expected, p_family
    variants : activity, metres, after, before, linked, expected, dispersion, between
    weeks : activity, week (from 0), judged, linked, expected: what adds up to the figures of an activity
    months : activity, unit_id, month (months since 1970), class, events: serious events near records
    classes : class, events: serious events of the period
    like : activity, cells, matched, ratio, ratio_low, ratio_high: cells with records beside like cells without
    balance : activity, setting, before, after: standardised mean differences of what is matched on
    whole : one row: timed, weeks, events, placed, left_out, pairs, permutations
    """

    activities: pd.DataFrame
    areas: pd.DataFrame
    variants: pd.DataFrame
    weeks: pd.DataFrame
    months: pd.DataFrame
    classes: pd.DataFrame
    like: pd.DataFrame
    balance: pd.DataFrame
    whole: pd.DataFrame


@dataclass(frozen=True)
class Judged:
    """The lens's result; one row per activity, per activity and unit, and so on.

    Attributes
    ----------
    activities : unit_id (the activity), linked, expected, excess, excess_low, excess_high, covered (share of the
        compared time that itself follows such a record), undiluted and its interval (the excess with that taken out),
        place_risk and its interval, p_alone, p_family, judged, occasions, left_out, self_matches,
        tier, why (a code of `reasons`), reason; like_cells, like_matched, like_ratio and its interval, like_difference
        (the largest after matching), like_e_value, like_e_value_end and like_verdict (a code of `reasons`)
    balance : as in `Linked`
    areas : activity, unit_id, judged, linked, expected, excess (shrunk), excess_low, excess_high, p_family
    variants : activity, metres, after, before, linked, expected, excess, excess_low, excess_high
    safety : activity, unit_id, month (months since 1970), events, weight; the safety list
    facts : figures of the whole
    """

    activities: pd.DataFrame
    areas: pd.DataFrame
    variants: pd.DataFrame
    safety: pd.DataFrame
    balance: pd.DataFrame
    facts: dict[str, float] = field(default_factory=dict)
