"""The types of ``config/``: what may be said about indicators, scheme, policy and weights, and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, RootModel, field_validator, model_validator

from harmmodel.config.written_text import Label

Pillar = Literal["violence", "corruption", "community"]
PILLARS: tuple[Pillar, ...] = get_args(Pillar)
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

    title: Text = Field(description="Author, year, work and the part that is meant.")
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


ANCHORED = "physically verified"  # events that are hardly under-recorded: an error of recording never moves them


class AnyIndicator(Strict):
    """What an indicator of any lens says of itself."""

    id: Identifier = Field(description="Equals the file name.")
    label: Label = Field(min_length=3, max_length=60, description="Shown to users; at most six words.")
    question: str = Field(pattern=r"\?$", max_length=300, description="The question it answers; ends with '?'.")
    role: Literal["score", "view"] = Field(description="view: shown, never part of a score.")
    limits: Reason = Field(description="What this number cannot tell you.")
    references: tuple[Reference, ...] = Field(min_length=1, description="Where its meaning and limits can be checked.")

    @field_validator("label")
    @classmethod
    def _short(cls, label: str) -> str:
        if len(label.split()) > 6:
            raise ValueError("use at most six words")
        return label


class Indicator(AnyIndicator):
    """One measurable sign of harm. One file in ``config/indicators/area/``."""

    pillar: Pillar = Field(description="The kind of harm it is a sign of.")
    unit: Text = Field(description="Unit with its denominator and period.")
    evidence: Literal[
        "victim-reported", "physically verified", "police-discovered", "expert", "event records", "allegation"
    ] = Field(description="How an event comes to be known.")
    police_contact: bool = Field(description="True when an event of this kind needs contact with the police.")
    count: Count = Field(description="Which recorded events are counted, and per what.")
    counts_deaths: bool = Field(default=False, description="True when each event counted is the death of a person.")

    @model_validator(mode="before")
    @classmethod
    def _without_goalposts(cls, content: Any) -> Any:
        if isinstance(content, dict) and "goalposts" in content:
            raise ValueError(
                "goalposts: they are facts of a place. Move them to config/places/<place>/goalposts.yaml, under the "
                "indicator's id"
            )
        return content


class Dated(Strict):
    """A judgement of how much something counts, from a day on."""

    from_: dt.date = Field(alias="from", description="First day on which this weight holds.")
    decided_by: Label = Field(description="The role or body that decided, never a person's name.")
    why: Reason = Field(description="The reason, for those who will ask.")
    references: tuple[Reference, ...] = Field(default=(), description="What the decision leans on.")


class Goalposts(Strict):
    """The fixed values of an indicator that score 0 and 100 at one place."""

    low: float = Field(allow_inf_nan=False, description="The rate that scores 0, in the indicator's unit.")
    high: float = Field(
        allow_inf_nan=False, description="The rate that scores 100; above every area's 95th percentile."
    )
    why: Reason = Field(description="Why these values and no others; at least 20 characters.")
    may_outweigh_a_death: Dated | None = Field(
        default=None, description="Who decided, and why, that one allegation may move a score further than a death."
    )
    high_range: Share | None = Field(default=None, description="Half-width of the draw of *high*; scheme's if absent.")
    limits: Text | None = Field(
        default=None, description="What the number cannot tell at this place, beside the indicator's own limits."
    )

    @model_validator(mode="after")
    def _ordered(self) -> Goalposts:
        if not self.low < self.high * (1 - (self.high_range or 0)):
            raise ValueError(
                f"high ({self.high:g}) must lie above low ({self.low:g}) even when high_range is taken off it"
            )
        return self


class PlaceGoalposts(RootModel[dict[Identifier, Goalposts]]):
    """The goalposts of a place: its ``goalposts.yaml``, one entry an indicator that is placed between them."""


def must_lie_in(range_: tuple[float, float], value: float, name: str) -> None:
    """Refuse a value that lies outside the range from which it is drawn."""
    if not range_[0] <= value <= range_[1]:
        raise ValueError(f"{name} {value:g} lies outside its range {range_[0]:g} to {range_[1]:g}")


Entry = TypeVar("Entry", bound=Dated)


def in_force(entries: tuple[Entry, ...]) -> Entry:
    """Return the entry with the newest date."""
    return max(entries, key=lambda entry: entry.from_)


class Weight(Dated):
    """A dated judgement of how much a pillar counts."""

    value: Share = Field(description="How much the pillar counts, beside the others.")
    range: tuple[Share, Share] = Field(description="Draws take the weight uniform in this range, renormalised.")

    @model_validator(mode="after")
    def _inside(self) -> Weight:
        must_lie_in(self.range, self.value, "weight")
        return self


class AnyPillar(Strict):
    """What a pillar of any lens says of itself: its names and its weights over time; the newest entry is in force."""

    label: Label = Field(description="Name shown to users, in full.")
    short: Label = Field(description="Name shown to users, in one word.")
    weights: tuple[Weight, ...] = Field(min_length=1, description="Weights over time; never edit an old one.")

    @property
    def weight(self) -> Weight:
        """The weight in force: the entry with the newest date."""
        return in_force(self.weights)


class PillarScheme(AnyPillar):
    """A pillar of the area lens; who leads where it drives stands in the policy."""

    id: Pillar = Field(description="Name in files and addresses.")


class IndicatorWeight(Dated):
    """A dated judgement of how much an indicator counts inside its pillar, before renormalising."""

    value: Positive = Field(description="How much each indicator counts inside its pillar.")
    spread: Share = Field(description="Draws take value × (1 ± spread), uniform.")

    @property
    def range(self) -> tuple[float, float]:
        """From where to where draws take it."""
        return self.value * (1 - self.spread), self.value * (1 + self.spread)


class Aggregation(Strict):
    """How pillars become one number."""

    across_p: float = Field(ge=1, le=50, description="Exponent of the generalised mean over pillars.")


class Screen(Strict):
    """When an indicator is too thin to count: it is shown with weight 0."""

    own_share: Share = Field(description="Least median share that areas' own records have in their rates.")
    events: int = Field(ge=0, description="Least number of events in the whole place.")


def fraction(value: object) -> object:
    """Accept 2/3 as written by people."""
    if isinstance(value, str) and value.count("/") == 1:
        top, bottom = (part.strip() for part in value.split("/"))
        if top.isdigit() and bottom.isdigit() and int(bottom) > 0:
            return int(top) / int(bottom)
    return value


class Scheme(Strict):
    """The method in force. ``config/scheme.yaml``."""

    as_of: dt.date = Field(description="First day of a month; nothing from that day on is read.")
    seed: int = Field(ge=0, description="Any whole number; the same seed gives the same draws.")
    draws: int = Field(ge=100, le=100_000, description="How often rates, weights and goalposts are drawn together.")
    interval: tuple[Share, Share] = Field(description="The two shares of draws between which an interval lies.")
    minimum_observed: Share = Field(description="Share of a pillar's weight that must be observed.")
    top_share: Annotated[float, Field(gt=0, le=0.5, description="Share of the units that is called the top.")]
    aggregation: Aggregation = Field(description="How pillars become one score.")
    weight_set: Identifier = Field(description="The file in config/weights that weighs offences.")
    high_range: Share = Field(description="Half-width of the draw of each high goalpost, as a share of it.")
    screen: Screen = Field(description="When an indicator is too thin to count.")
    pillars: tuple[PillarScheme, ...] = Field(
        min_length=1, description="The kinds of harm, in the order they are shown."
    )
    indicator_weights: tuple[IndicatorWeight, ...] = Field(
        min_length=1, description="Over time; never edit an old one."
    )

    @field_validator("as_of")
    @classmethod
    def _first_of_month(cls, day: dt.date) -> dt.date:
        if day.day != 1:
            raise ValueError(f"must be the first of a month, not {day}")
        return day

    _fraction_observed = field_validator("minimum_observed", mode="before")(lambda value: fraction(value))

    @model_validator(mode="after")
    def _consistent(self) -> Scheme:
        if len({p.id for p in self.pillars}) != len(self.pillars):
            raise ValueError("a pillar is named twice. Keep one of the two")
        if not 0 < self.interval[0] < self.interval[1] < 1:
            raise ValueError("interval: give two shares between 0 and 1, the lower one first")
        if not any(p.weight.value > 0 and p.weight.range[1] > 0 for p in self.pillars):
            raise ValueError("pillars: give at least one of them a weight above 0")
        return self

    @property
    def indicator_weight(self) -> IndicatorWeight:
        """The entry in force for indicators inside a pillar."""
        return in_force(self.indicator_weights)


class Tiers(Strict):
    """Limits on the share of draws in which a unit is in the top."""

    focus: Share = Field(description="From this share of draws in the top on, a unit is in focus.")
    baseline: Share = Field(description="Up to this share of draws in the top, a unit is baseline.")
    lead: Share = Field(
        default=0.6, description="From this share of draws on, the pillar that drives a score decides who leads."
    )
    burden: Share = Field(
        default=0.8,
        description="From this share of draws on, an area is among the fewest that hold half of serious violence.",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Tiers:
        if not self.baseline < self.focus:
            raise ValueError(f"baseline ({self.baseline:g}) must be below focus ({self.focus:g})")
        return self


class Disclosure(Strict):
    """Smallest count shown from sensitive sources, by audience."""

    public: int = Field(ge=10, le=10_000_000, description="For readers outside the force; 10 or more.")
    internal: int = Field(ge=5, le=10_000_000, description="For readers inside the force; 5 or more.")


class LeastExposure(Strict):
    """The smallest area of which a rate is worked out; a smaller one is not scored by it."""

    residents: int = Field(ge=1, le=100_000, description="Rates per resident need at least so many.")
    km2: float = Field(gt=0, le=100, description="Rates per square kilometre need at least so much land.")
    odd_rate: float = Field(default=0.1, gt=0, le=100, description="Named over so many events per resident and year.")
    why: Reason = Field(description="Why these values and no others.")


class Losses(Strict):
    """How much of a file may be lost before a run stops; a passport may accept more, with a reason (``accepts``).

    Shares are of the rows inside the period that the passport covers. Fewer lost rows than *least_rows* never stop it.
    """

    rejected: Share = Field(default=0.05, description="Faulty rows: no date, values that are not as declared.")
    outside: Share = Field(default=0.05, description="Rows outside the place.")
    no_location: Share = Field(default=0.05, description="Rows with neither a unit nor a point.")
    repeats: Share = Field(default=0.05, description="Rows that repeat another one, in this file or in one before it.")
    core: Share = Field(
        default=0.01, description="Counted events of one class that core SQL leaves out; a month or a unit never whole."
    )
    least_rows: int = Field(default=10, ge=1, le=1000, description="Fewer lost rows of a file never stop a run.")
    why: Reason = Field(
        default="One row in twenty is more than slips of the pen explain; what is rightly lost has a reason to name.",
        description="Why these values and no others.",
    )


class Completeness(Strict):
    """When too little is recorded to be all there is: limits of what stops a load, is named, or is not observed."""

    fraction: float = Field(
        default=0.25, gt=0, lt=1, description="A month with under this share of what its neighbours hold is looked at."
    )
    chance: float = Field(default=0.0001, gt=0, lt=1, description="It stops the load if less probable than this.")
    silent: float = Field(
        default=0.001, gt=0, lt=1, description="A unit without any record is named if that is less probable than this."
    )
    share: Share = Field(
        default=2 / 3,
        description="Share of an indicator's window that a unit must have reported to be observed by it.",
    )
    why: Reason = Field(
        default="Under a quarter of the neighbouring months is no season, and fewer than one in 10,000 no chance.",
        description="Why these values and no others.",
    )

    _fraction_of_share = field_validator("share", mode="before")(lambda value: fraction(value))


class LikePlaceLimits(Strict):
    """When a comparison of like places says something, and what lower priority asks of it."""

    high: float = Field(default=1.25, gt=0, allow_inf_nan=False, description="Lower priority: upper end under this.")
    cells: int = Field(default=30, ge=2, description="Fewer matched cells cannot be judged.")
    share: Share = Field(default=0.5, description="Nor can a smaller share of the cells with records that is matched.")
    balance: float = Field(default=0.1, gt=0, le=1, description="Nor larger standardised differences after matching.")


class ActivityTiers(Strict):
    """Limits for activities, whose score is violence after a record against chance; 1 is chance."""

    lower_priority: float = Field(default=1.10, gt=0, description="Lower priority: the upper end lies under this.")
    focus: float = Field(default=1.25, gt=0, allow_inf_nan=False, description="Focus: the lower end lies over this.")
    minimum_records: int = Field(default=200, ge=1, description="Fewer are not judged; one place and day count once.")
    family_error: float = Field(default=0.01, ge=0, le=1, description="Chance of one false finding among all of them.")
    like_places: LikePlaceLimits = Field(default=LikePlaceLimits(), description="Limits for like places.")

    @model_validator(mode="after")
    def _ordered(self) -> ActivityTiers:
        if not self.lower_priority < self.focus:
            raise ValueError("lower_priority must be below focus")
        return self


class Policy(Strict):
    """What follows from a score. ``config/policy.yaml``."""

    tiers: Tiers = Field(description="Limits of the tiers.")
    leads: dict[Pillar, Text] = Field(description="Who leads where a pillar drives the score.")
    disclosure: Disclosure = Field(description="Smallest counts that are shown.")
    activities: ActivityTiers = Field(default=ActivityTiers(), description="Limits for activities.")
    least_exposure: LeastExposure = Field(
        default=LeastExposure(
            residents=500, km2=0.01, why="One event a year of 500 residents is a rate of 200 per 100,000: chance alone."
        ),
        description="The smallest area that is scored.",
    )
    losses: Losses = Field(default=Losses(), description="How much of a file may be lost before a run stops.")
    completeness: Completeness = Field(
        default=Completeness(), description="When too little is recorded to be all there is."
    )


class OffenceWeight(Strict):
    """The weight of one harm class and the published row it comes from."""

    value: Positive = Field(description="The weight, in the unit of the set.")
    row: Text = Field(description="The row of the published table it is taken from.")
    match: Literal["exact", "closest", "proxy"] = Field(description="How well that row fits the class.")
    note: str = Field(default="", description="What a reader should know of the match.")


class WeightSet(Strict):
    """A published set of offence weights mapped to harm classes. ``config/weights/<id>.yaml``."""

    id: Identifier = Field(description="Equals the file name.")
    title: Text = Field(description="Name shown to users.")
    unit: Text = Field(description="What one unit of weight is, for example a day of prison.")
    citation: Text = Field(description="Where the set is published.")
    licence: Text = Field(description="Terms under which it may be used.")
    values: dict[Identifier, OffenceWeight] = Field(min_length=1, description="Weight of each harm class.")

    @property
    def by_class(self) -> dict[str, float]:
        """The weights alone, by harm class."""
        return {class_: weight.value for class_, weight in self.values.items()}
