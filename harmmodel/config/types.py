"""The types of ``config/``: what may be said about indicators, scheme, policy and weights, and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Pillar = Literal["violence", "corruption", "community"]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Reason = Annotated[str, Field(min_length=20, max_length=4000)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]


class Strict(BaseModel):
    """Base of every type: unknown keys are refused and values cannot change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Reference(Strict):
    """Where a statement can be checked."""

    title: Text
    href: str = Field(pattern=r"^https?://[^\s<>\"']+$", description="Public address of the reference.")
    accessed: dt.date = Field(description="Day on which the reference was read.")


class Count(Strict):
    """Which rows of the cube an indicator counts."""

    classes: tuple[Identifier, ...] = Field(min_length=1, description="Harm classes of the crosswalk.")
    place_classes: tuple[Literal["shared", "other"], ...] = Field(
        default=("other", "shared"), min_length=1, description="Kinds of place; both when absent."
    )
    months: int = Field(ge=1, le=240, description="Length of the window that ends at as_of, in months.")
    per: Literal["resident", "km2"] = Field(description="Exposure: residents or square kilometres, times days.")
    weighted: bool = Field(description="True: the offence weight set weighs the classes against each other.")


class Goalposts(Strict):
    """The fixed values that score 0 and 100."""

    low: float = Field(allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)
    why: Reason
    high_range: Share | None = Field(default=None, description="Half-width of the draw of *high*; scheme's if absent.")

    @model_validator(mode="after")
    def _ordered(self) -> Goalposts:
        if not self.low < self.high:
            raise ValueError(f"high ({self.high:g}) must be above low ({self.low:g})")
        return self


class Indicator(Strict):
    """One measurable sign of harm. One file in ``config/indicators/<lens>/``."""

    id: Identifier = Field(description="Equals the file name.")
    label: str = Field(min_length=3, max_length=60, description="Shown to users; at most six words.")
    pillar: Pillar
    question: str = Field(
        pattern=r"\?$", max_length=300, description="The question this number answers; ends with '?'."
    )
    unit: Text = Field(description="Unit with its denominator and period.")
    role: Literal["score", "view"] = Field(description="view: shown, never part of a score.")
    evidence: Literal["victim-reported", "physically verified", "police-discovered", "expert", "allegation"]
    police_contact: bool = Field(description="True when an event of this kind needs contact with the police.")
    count: Count
    goalposts: Goalposts
    limits: Reason = Field(description="What this number cannot tell you.")
    references: tuple[Reference, ...] = Field(min_length=1)

    @field_validator("label")
    @classmethod
    def _short(cls, label: str) -> str:
        if len(label.split()) > 6:
            raise ValueError("at most six words")
        return label


class Weight(Strict):
    """A dated judgement of how much a pillar counts."""

    from_: dt.date = Field(alias="from")
    value: Share
    range: tuple[Share, Share] = Field(description="Draws take the weight uniform in this range, renormalised.")
    decided_by: Text
    why: Reason
    references: tuple[Reference, ...] = ()

    @model_validator(mode="after")
    def _inside(self) -> Weight:
        if not self.range[0] <= self.value <= self.range[1]:
            raise ValueError(f"weight {self.value:g} lies outside its range {self.range[0]:g} to {self.range[1]:g}")
        return self


class PillarScheme(Strict):
    """A pillar, its names and its weights over time; the newest entry is in force."""

    id: Pillar
    label: Text
    short: Text
    weights: tuple[Weight, ...] = Field(min_length=1)

    @property
    def weight(self) -> Weight:
        """The weight in force: the entry with the newest date."""
        return max(self.weights, key=lambda w: w.from_)


class IndicatorWeight(Strict):
    """A dated judgement of how much an indicator counts inside its pillar, before renormalising."""

    from_: dt.date = Field(alias="from")
    value: Positive
    spread: Share = Field(description="Draws take value × (1 ± spread), uniform.")
    decided_by: Text
    why: Reason
    references: tuple[Reference, ...] = ()


class Aggregation(Strict):
    """How pillars become one number."""

    across_p: float = Field(ge=1, le=50, description="Exponent of the generalised mean over pillars.")


class Screen(Strict):
    """When an indicator is too thin to count: it is shown with weight 0."""

    own_share: Share
    events: int = Field(ge=0)


class Scheme(Strict):
    """The method in force. ``config/scheme.yaml``."""

    as_of: dt.date = Field(description="First day of a month; nothing from that day on is read.")
    seed: int = Field(ge=0)
    draws: int = Field(ge=100, le=100_000)
    interval: tuple[Share, Share]
    minimum_observed: Share = Field(description="Share of a pillar's weight that must be observed.")
    top_share: Annotated[float, Field(gt=0, le=0.5)]
    aggregation: Aggregation
    weight_set: Identifier
    high_range: Share
    screen: Screen
    pillars: tuple[PillarScheme, ...] = Field(min_length=1)
    indicator_weights: tuple[IndicatorWeight, ...] = Field(min_length=1)

    @field_validator("as_of")
    @classmethod
    def _first_of_month(cls, day: dt.date) -> dt.date:
        if day.day != 1:
            raise ValueError(f"must be the first of a month, not {day}")
        return day

    @field_validator("minimum_observed", mode="before")
    @classmethod
    def _fraction(cls, value: object) -> object:
        """Accept 2/3 as written by people."""
        if isinstance(value, str) and value.count("/") == 1:
            top, bottom = (part.strip() for part in value.split("/"))
            if top.isdigit() and bottom.isdigit() and int(bottom) > 0:
                return int(top) / int(bottom)
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Scheme:
        if len({p.id for p in self.pillars}) != len(self.pillars):
            raise ValueError("a pillar is named twice")
        if not self.interval[0] < self.interval[1]:
            raise ValueError("interval: the lower share must be below the upper")
        return self

    @property
    def indicator_weight(self) -> IndicatorWeight:
        """The entry in force for indicators inside a pillar."""
        return max(self.indicator_weights, key=lambda w: w.from_)


class Tiers(Strict):
    """Limits on the share of draws in which a unit is in the top."""

    focus: Share
    baseline: Share


class Disclosure(Strict):
    """Smallest count shown from sensitive sources, by audience."""

    public: int = Field(ge=1)
    internal: int = Field(ge=1)


class Policy(Strict):
    """What follows from a score. ``config/policy.yaml``."""

    tiers: Tiers
    leads: dict[Pillar, Text]
    disclosure: Disclosure


class OffenceWeight(Strict):
    """The weight of one harm class and the published row it comes from."""

    value: Positive
    row: Text
    match: Literal["exact", "closest", "proxy"]
    note: str = ""


class WeightSet(Strict):
    """A published set of offence weights mapped to harm classes. ``config/weights/<id>.yaml``."""

    id: Identifier
    title: Text
    unit: Text
    citation: Text
    licence: Text
    values: dict[Identifier, OffenceWeight] = Field(min_length=1)
