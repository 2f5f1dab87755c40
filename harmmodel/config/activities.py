"""Loading what config says about activities: three files that belong together, or none of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from harmmodel.config.reader import Reader
from harmmodel.config.types import Identifier, Reason, Reference, Share, Strict, Text, must_lie_in
from harmmodel.config.written_text import Label

NOT_CLASSED = "not_classed"
# Events within these are compared pair by pair: farther than this nothing is near, and the work has no end.
Metres = Annotated[float, Field(gt=0, le=10_000)]
Days = Annotated[float, Field(gt=0, le=366)]
Minutes = Annotated[float, Field(gt=0, le=10_080)]


class ActivityRule(Strict):
    """Which enforcement records belong to an activity; every condition that is given must hold."""

    classes: tuple[Identifier, ...] = Field(
        default=(), description="Enforcement classes of the crosswalk; any of them."
    )
    kinds: tuple[Identifier, ...] = Field(
        default=(), description="Kinds that crosswalk.csv gives its offences, as heroin; any of them."
    )
    setting: Literal["open", "closed"] | None = Field(default=None, description="Public space, or behind doors.")

    @model_validator(mode="after")
    def _something(self) -> ActivityRule:
        if not self.classes and not self.kinds:
            raise ValueError("name the classes, the kinds or both that a record must have")
        return self

    @property
    def said(self) -> str:
        """The rule in words."""
        parts = [f"class {' or '.join(self.classes)}"] if self.classes else []
        parts += [f"kind {' or '.join(self.kinds)}"] if self.kinds else []
        return ", ".join([*parts, *([f"{self.setting} setting"] if self.setting else [])])


class Objection(Strict):
    """Evidence of corruption, or of control over people or territory, that stands against lower priority."""

    what: Reason = Field(description="What is known, and where.")
    reference: Reference = Field(description="Where it can be checked.")


class Activity(Strict):
    """One kind of activity that enforcement records are about."""

    id: Identifier = Field(description="Name in commands and addresses.")
    label: Label = Field(min_length=3, max_length=60, description="Name shown to users.")
    family: Identifier = Field(description="Kind of activity; costs.yaml gives hours by family.")
    rules: tuple[ActivityRule, ...] = Field(
        min_length=1, description="The first activity with a fitting rule takes the record."
    )
    easiest: bool | None = Field(
        default=False,
        description="True: possession or the lowest level, the easiest to catch. null: the records do not tell.",
    )
    unmeasurable: Reason | None = Field(default=None, description="Why its harm is not expected at the record's place.")
    pathway: Text | None = Field(default=None, description="The health or diversion pathway that would take over.")
    services: tuple[Identifier, ...] = Field(default=(), description="Services of services.yaml on that pathway.")
    dispositions: tuple[Identifier, ...] = Field(default=(), description="Alternatives of services.yaml that fit.")
    objections: tuple[Objection, ...] = Field(default=(), description="Evidence that stands against lower priority.")

    @model_validator(mode="after")
    def _pathway_has_services(self) -> Activity:
        if bool(self.pathway) != bool(self.services):
            raise ValueError("give pathway and services together, or leave out both")
        return self


class SelfMatch(Strict):
    """When an event and a record are one occurrence."""

    metres: Metres = Field(description="At most this far apart; blocks are the finest that sources give.")
    minutes: Minutes = Field(description="At most this far apart in time, before or after.")


class Variant(Strict):
    """Another honest choice of what counts as linked."""

    metres: Metres = Field(description="How near.")
    after: Days = Field(description="Days after the record.")
    before: float = Field(default=0, ge=0, le=366, description="Days before the record.")


class LinkedHarm(Strict):
    """How violence after a record is compared with chance."""

    classes: tuple[Identifier, ...] = Field(min_length=1, description="Serious victim-based harm classes.")
    metres: Metres = Field(description="How near to the record.")
    after: Days = Field(description="Days after the record; records of the last so many days are left out.")
    self_match: SelfMatch = Field(description="What is left out because record and event are one occurrence.")
    square: Metres = Field(description="Metres; records of one square are moved together in a permutation.")
    permutations: int = Field(ge=999, le=20_000, description="How often records are moved by whole weeks.")
    variants: tuple[Variant, ...] = Field(default=(), description="Other choices, shown beside the one in force.")


class LikePlaces(Strict):
    """Which cells are compared, and how like each other they must be."""

    cell: int = Field(default=9, ge=6, le=9, description="H3 resolution of the cells that are compared.")
    block: int = Field(default=7, ge=4, le=8, description="H3 resolution of what is drawn again as one.")
    caliper: float = Field(
        default=0.25, gt=0, le=1, description="Standard deviations by which like cells may differ in each setting."
    )

    @model_validator(mode="after")
    def _ordered(self) -> LikePlaces:
        if not self.block < self.cell:
            raise ValueError("block must be coarser than cell: a smaller H3 resolution")
        return self


class Typology(Strict):
    """Every kind of activity and how violence is linked to it. ``config/activities.yaml``."""

    linked_harm: LinkedHarm = Field(description="What counts as linked, and what it is compared with.")
    like_places: LikePlaces = Field(default=LikePlaces(), description="How places with records find like places.")
    activities: tuple[Activity, ...] = Field(min_length=1, description="In the order in which rules are tried.")

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind that a rule names."""
        return frozenset(kind for activity in self.activities for rule in activity.rules for kind in rule.kinds)

    @model_validator(mode="after")
    def _once(self) -> Typology:
        twice = [name for name, n in Counter(a.id for a in self.activities).items() if n > 1]
        if twice or NOT_CLASSED in {a.id for a in self.activities}:
            raise ValueError(
                f"activities: {', '.join(twice or [NOT_CLASSED])} is named twice or is reserved. Give it another id"
            )
        return self


class Quantity(Strict):
    """A number with its range, and either its source or the mark that it is an assumption."""

    value: float = Field(ge=0, allow_inf_nan=False, description="The value in force.")
    range: tuple[float, float] = Field(description="Draws are taken between these ends, most often near the value.")
    unit: Text = Field(description="Unit, with the year of money.")
    assumption: bool = Field(default=False, description="True: nobody measured it here.")
    source: Reference | None = Field(default=None, description="Where the value can be checked.")
    why: Reason = Field(description="How the value and its range were chosen.")

    @model_validator(mode="after")
    def _honest(self) -> Quantity:
        must_lie_in(self.range, self.value, "value")
        if self.assumption == (self.source is not None):
            raise ValueError("give either a source or assumption: true")
        return self


class MoneyAmount(Quantity):
    """An amount of money, and whether less enforcement frees it as money at all."""

    frees: Literal["capacity", "cash"] = Field(
        description="capacity: time of people who stay employed, which can be put to other work and pays for nothing; "
        "cash: money that is not spent and could buy something else, at most."
    )

    @property
    def is_cash(self) -> bool:
        """Whether it is money that could buy something else."""
        return self.frees == "cash"


class Effort(Strict):
    """What one record of a family of activities takes. Missing entries are those of family *default*."""

    officer_hours: Quantity | None = Field(default=None, description="Officer hours for one record.")
    custody_nights: Quantity | None = Field(default=None, description="Nights in custody for one arrest.")
    criminal_records: Quantity | None = Field(default=None, description="Criminal records for one arrest.")
    court_cost: MoneyAmount | None = Field(default=None, description="Prosecution and court for one arrest.")
    force_complaints: Quantity | None = Field(default=None, description="Complaints of force for one arrest.")


class Costs(Strict):
    """What enforcement takes. ``config/costs.yaml``."""

    officer_hour: MoneyAmount = Field(description="Price of one officer hour.")
    custody_night: MoneyAmount = Field(description="Price of one night in custody.")
    families: dict[Identifier, Effort] = Field(description="By family of activities; default is used for the rest.")

    @model_validator(mode="after")
    def _default_is_whole(self) -> Costs:
        default = self.families.get("default")
        if default is None or any(getattr(default, name) is None for name in Effort.model_fields):
            raise ValueError("families.default must have every entry, because other families fall back on it")
        return self

    @property
    def assumed(self) -> tuple[int, int]:
        """How many of the values are assumptions, and how many values there are."""
        entries = [getattr(family, name) for family in self.families.values() for name in Effort.model_fields]
        values = [self.officer_hour, self.custody_night, *(entry for entry in entries if entry is not None)]
        return sum(value.assumption for value in values), len(values)

    def of(self, family: str, name: str) -> tuple[str, Quantity]:
        """Return an entry of *family*, or of default where it has none, and which of the two it is."""
        own = self.families.get(family)
        quantity: Quantity | None = getattr(own, name) if own else None
        return (family, quantity) if quantity is not None else ("default", getattr(self.families["default"], name))


class Service(Strict):
    """A service that people can use instead of, or beside, being arrested."""

    id: Identifier = Field(description="Name in files.")
    label: Label = Field(description="Name shown to users.")
    offers: Text = Field(description="What it does.")
    capacity: Quantity = Field(description="How many people it can take.")
    price: Quantity = Field(description="What one unit of it costs.")
    buys: Text = Field(description="What one unit is, in the plural, such as 'years of methadone treatment'.")
    evidence: Text = Field(description="What is known of its effect.")
    references: tuple[Reference, ...] = Field(min_length=1, description="Where that can be checked.")
    rating: Share | None = Field(default=None, description="Share of the people using it who would recommend it.")
    rated_by: Text = Field(description="Who was asked, when and how; 'nobody yet' where rating is empty.")
    needs_guilty_plea: Literal[False] = Field(description="Always false: nobody's access depends on a plea.")
    needs_abstinence: Literal[False] = Field(description="Always false: nobody's access depends on abstinence.")

    @model_validator(mode="after")
    def _asked(self) -> Service:
        if self.rating is not None and "nobody" in self.rated_by.lower():
            raise ValueError("a rating needs people who gave it: name them in rated_by, or leave the rating empty")
        return self


class Disposition(Strict):
    """What can be done instead of an arrest."""

    id: Identifier = Field(description="Name in files.")
    label: Label = Field(description="Name shown to users.")
    needs: Reason = Field(description="What has to be in place first.")
    decided_by: Literal["police", "prosecutor", "court"] = Field(description="Who decides.")
    risk: Reason = Field(description="What can go wrong, and for whom.")


class Services(Strict):
    """What there is besides enforcement. ``config/services.yaml``."""

    services: tuple[Service, ...] = Field(min_length=1, description="The register of services.")
    dispositions: tuple[Disposition, ...] = Field(min_length=1, description="From no action to diversion.")


FILES = ("activities.yaml", "costs.yaml", "services.yaml")


@dataclass(frozen=True)
class ActivityConfig:
    """Everything ``config/`` says about activities."""

    typology: Typology
    costs: Costs
    services: Services

    def activity(self, name: str) -> Activity | None:
        """Return an activity by id; None for those that no rule classed."""
        return next((a for a in self.typology.activities if a.id == name), None)


def load_activities(reader: Reader, config: Path) -> ActivityConfig | None:
    """Load the three files; a project without any of them has no activity lens. Faults are noted in *reader*."""
    if not any((config / name).exists() for name in FILES):
        return None
    typology = reader.model(config / FILES[0], Typology)
    costs = reader.model(config / FILES[1], Costs)
    services = reader.model(config / FILES[2], Services)
    if typology is None or costs is None or services is None:
        return None
    activities = ActivityConfig(typology, costs, services)
    reader.faults += [f"config/{fault}" for fault in _faults(activities)]
    return activities


def _faults(activities: ActivityConfig) -> Iterator[str]:
    services = {s.id for s in activities.services.services}
    dispositions = {d.id for d in activities.services.dispositions}
    for activity in activities.typology.activities:
        for name in sorted(set(activity.services) - services):
            yield f"activities.yaml: {activity.id}: services: {name!r} is not in services.yaml. Add it there"
        for name in sorted(set(activity.dispositions) - dispositions):
            yield f"activities.yaml: {activity.id}: dispositions: {name!r} is not in services.yaml. Add it there"
    families = {a.family for a in activities.typology.activities} | {"default"}
    for name in sorted(set(activities.costs.families) - families):
        yield f"costs.yaml: families: no activity is of family {name!r}. Correct the name or take it out"
