"""The types of the group lens: its scheme in ``config/groups.yaml`` and its indicators, from events or assessments."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field, model_validator

from harmmodel.config.types import (
    AnyIndicator,
    AnyPillar,
    Identifier,
    IndicatorWeight,
    Pillar,
    Positive,
    Reason,
    Reference,
    Share,
    Strict,
    Text,
    in_force,
)
from harmmodel.config.written_text import Label

GroupPillar = Literal[Pillar, "laundering"]
Beside = Literal["capability", "capacity"]
Level = Literal["nil", "low", "medium", "high", "unknown"]
LEVELS: tuple[str, ...] = get_args(Level)  # rising; the last is no level: nobody looked, or it does not tell
Measure = Literal[
    "decayed_deaths", "civilian_deaths", "deaths", "events", "death_share", "trend", "municipalities", "feuds"
]


class Anchors(Strict):
    """What each level means, so that two assessors who see the same facts choose the same one."""

    nil: Reason = Field(description="Looked for with coverage and not found; never: nobody looked.")
    low: Reason = Field(description="When the level is low.")
    medium: Reason = Field(description="When the level is medium.")
    high: Reason = Field(description="When the level is high.")


class GroupIndicator(AnyIndicator):
    """One sign of the harm or the strength of a group. One file in ``config/indicators/group/``."""

    pillar: GroupPillar | Beside = Field(description="The kind of harm; capability and capacity stand apart from harm.")
    unit: Text = Field(description="Unit with its period, or the levels.")
    evidence: Literal["event records", "expert"] = Field(description="How it comes to be known.")
    police_contact: bool = Field(description="True when it tends to be known only where police look.")
    measure: Measure | None = Field(default=None, description="What is counted in the events.")
    anchors: Anchors | None = Field(default=None, description="Meaning of the levels, where people assess it.")

    @model_validator(mode="after")
    def _one_way(self) -> GroupIndicator:
        if (self.measure is None) == (self.anchors is None):
            raise ValueError("give either measure (counted in events) or anchors (assessed by people)")
        if self.measure and self.pillar != "violence":
            raise ValueError(
                "pillar: events tell of violence alone, so an indicator counted in events belongs to violence"
            )
        if self.pillar in get_args(Beside) and self.role == "score":
            raise ValueError("role: capability and capacity stand beside harm and are never scored. Say role: view")
        return self

    @property
    def is_assessed(self) -> bool:
        """True when people give its level."""
        return self.anchors is not None


class GroupPillarScheme(AnyPillar):
    """A pillar of the group lens, and who leads where it drives."""

    id: GroupPillar = Field(description="Name in files and addresses.")
    lead: Text = Field(description="Who leads where this pillar drives the score.")


class JudgedRange(Strict):
    """A judgement with the range from which draws take it."""

    value: Share = Field(description="The value of the point estimate.")
    range: tuple[Share, Share] = Field(description="Draws take it uniform in this range.")
    why: Reason = Field(description="The reason, for those who will ask.")


class OwnDead(Strict):
    """A rule of who is blamed for the dead of a group's own side."""

    counted: bool = Field(description="true: shared between the sides as all deaths; false: harm done by the others.")
    why: Reason = Field(description="The reason, for those who will ask.")


class Levels(Strict):
    """How many points each level of an assessment scores. Unknown has none: it is an interval."""

    nil: float = Field(ge=0, le=100, description="Points of nil.")
    low: float = Field(ge=0, le=100, description="Points of low.")
    medium: float = Field(ge=0, le=100, description="Points of medium.")
    high: float = Field(ge=0, le=100, description="Points of high.")
    why: Reason = Field(description="Why these distances and no others.")

    @model_validator(mode="after")
    def _ordered(self) -> Levels:
        if not 0 == self.nil < self.low < self.medium < self.high == 100:
            raise ValueError("levels must rise from nil = 0 to high = 100")
        return self

    @property
    def points(self) -> dict[str, float]:
        """Points by level, without unknown."""
        return {"nil": self.nil, "low": self.low, "medium": self.medium, "high": self.high}


class SizeBand(Strict):
    """A band of group sizes; rosters are never kept."""

    id: Identifier = Field(description="Name in files.")
    label: Label = Field(description="Name shown to users.")
    least: int | None = Field(default=None, ge=1, description="Least number in the band; empty for unknown.")


class Vignette(Strict):
    """The same facts for every assessor, with the levels that the method group expects."""

    id: str = Field(pattern=r"^V[0-9]{1,3}$", description="Stands in the place of a group in the sheet.")
    text: Reason = Field(description="The facts.")
    attribute: Identifier = Field(description="The assessed indicator it is about.")
    expected: tuple[Level, ...] = Field(min_length=1, description="Levels that fit the anchors.")


class GroupScheme(Strict):
    """The method of the group lens. ``config/groups.yaml``."""

    window_months: int = Field(ge=12, le=600, multiple_of=12, description="Whole years that end at as_of.")
    half_life_months: Positive = Field(description="Time in which the weight of a death halves.")
    dyad_share: JudgedRange = Field(description="Share of the deaths between two sides that falls to the first.")
    own_dead: OwnDead = Field(description="Whether killed members of a group count as harm that it did.")
    retention_years: int = Field(ge=1, le=30, description="Years within which a record of a group must be reviewed.")
    assessment_months: int = Field(ge=1, le=60, description="Months after which an assessment expires at the latest.")
    pillars: tuple[GroupPillarScheme, ...] = Field(min_length=1, description="In the order they are shown.")
    indicator_weights: tuple[IndicatorWeight, ...] = Field(min_length=1, description="Over time; newest in force.")
    sort_key: GroupPillar = Field(description="The pillar that orders groups while the others are not known.")
    levels: Levels = Field(description="Points of each level.")
    size_bands: tuple[SizeBand, ...] = Field(min_length=2, description="From small to large, and one for unknown.")
    vignettes: tuple[Vignette, ...] = Field(default=(), description="Test cases for assessors.")
    agreement: Positive = Field(description="Least Krippendorff's alpha at which assessors are said to agree.")
    references: tuple[Reference, ...] = Field(min_length=1, description="What the lens leans on.")

    @model_validator(mode="after")
    def _consistent(self) -> GroupScheme:
        for what in (self.pillars, self.size_bands, self.vignettes):
            if len({item.id for item in what}) != len(what):
                raise ValueError("an id is given twice. Give each entry an id of its own")
        if self.sort_key not in {p.id for p in self.pillars}:
            raise ValueError("sort_key: there is no pillar of this name. Name one of the pillars")
        if sum(band.least is None for band in self.size_bands) != 1:
            raise ValueError("size_bands: exactly one band (unknown) has no least number")
        low, high = self.dyad_share.range
        if not low <= self.dyad_share.value <= high:
            raise ValueError("dyad_share: the value lies outside its range")
        return self

    @property
    def indicator_weight(self) -> IndicatorWeight:
        """The entry in force for indicators inside a pillar."""
        return in_force(self.indicator_weights)
