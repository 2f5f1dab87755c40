"""What the group lens is given: the groups, the deaths between sides, what people assessed, and the method in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from harmmodel.lenses.scheme import AnyIndicatorSpec, LensScheme

RANKED = "criminal_group"
VIGNETTE = r"^V[0-9]+$"


@dataclass(frozen=True)
class GroupIndicatorSpec(AnyIndicatorSpec):
    """A sign of harm that is counted in events (*measure*) or assessed by people."""

    measure: str | None


@dataclass(frozen=True)
class GroupMethod(LensScheme):
    """The method in force.

    Attributes
    ----------
    as_of : nothing from this day on is read
    clock : the day on which review and expiry of records are measured
    levels : points of each level; unknown has none
    dyad_share, dyad_range : share of the deaths between two sides that falls to the first, and the range of its draws
    own_dead : whether killed members of a group count as harm that it did
    sensitivity_draws : draws with which changes of tier are counted
    """

    indicators: tuple[GroupIndicatorSpec, ...]
    levels: Mapping[str, float]
    sort_key: str
    as_of: dt.date
    clock: dt.date
    window_months: int
    half_life: float
    dyad_share: float
    dyad_range: tuple[float, float]
    own_dead: bool
    sensitivity_draws: int = 1000

    @property
    def years(self) -> list[int]:
        """The calendar years of the window."""
        return list(range(self.as_of.year - self.window_months // 12, self.as_of.year))

    def of_pillar(self, pillar: str) -> tuple[GroupIndicatorSpec, ...]:
        """Return the scored indicators of a pillar, by id."""
        indicators = [i for i in self.indicators if i.pillar == pillar and i.role == "score"]
        return tuple(sorted(indicators, key=lambda i: i.id))


@dataclass(frozen=True)
class GroupInputs:
    """What was counted.

    Attributes
    ----------
    groups : group_id, label, kind, parent_id, size_band, first_seen, last_year, review_due, origin
    cells : dyad_id, class, year, month (empty where coarse), is_precise, events, low, best, high, civilians,
        dead_a and dead_b (of the members of each side; what is left of best is known of neither)
    sides : dyad_id, class, side, group_id, members
    parties : dyad_id, group_id, year, events, is_precise
    reached : group_id, year, state_id, municipality: precise events only
    assessments : group_id, attribute, level, evidence, information, assessor, panel, assessed_on, expires_on
    """

    groups: pd.DataFrame
    cells: pd.DataFrame
    sides: pd.DataFrame
    parties: pd.DataFrame
    reached: pd.DataFrame
    assessments: pd.DataFrame


def in_use(groups: pd.DataFrame, clock: dt.date) -> pd.Series[bool]:
    """Say of each record whether it may still be used: its review date has not come."""
    return pd.to_datetime(groups["review_due"]) > pd.Timestamp(clock)


def ranked_ids(data: GroupInputs, method: GroupMethod) -> list[str]:
    """Return the groups that are ranked, sorted.

    Criminal groups whose record may be used and that took part in an event of the window, were entered, or were
    assessed by someone whose assessment has not expired.
    """
    groups = data.groups
    usable = groups[(groups["kind"] == RANKED) & in_use(groups, method.clock)]
    parties = data.parties
    active = set(parties.loc[parties["year"].isin(method.years), "group_id"])
    alive = pd.to_datetime(data.assessments["expires_on"]) > pd.Timestamp(method.clock)
    active |= set(usable.loc[usable["origin"] == "entered", "group_id"]) | set(data.assessments.loc[alive, "group_id"])
    return sorted(set(usable["group_id"]) & active)
