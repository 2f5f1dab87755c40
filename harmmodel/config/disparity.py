"""The types of ``config/places/<place>/disparity.yaml``: groups, and the populations that stops are set against."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from harmmodel.config.types import Identifier, Reason, Reference, Share, Strict, Text
from harmmodel.config.written_text import Label


class Named(Strict):
    """An id of the counts and its name shown to users."""

    id: Identifier = Field(description="As it stands in act_stops.")
    label: Label = Field(description="Name shown to users.")


class StopReason(Named):
    """Why people are stopped."""

    said: Text = Field(description="As it follows the word stopped in a sentence, for example: for drugs.")


class Description(Named):
    """Who described a person's ethnicity."""

    lacks: tuple[Identifier, ...] = Field(default=(), description="Groups that this description does not know.")
    counted_in: Identifier | None = Field(
        default=None, description="Group in which residents of the lacking groups are counted; bounds try the others."
    )

    @model_validator(mode="after")
    def _somewhere(self) -> Description:
        if bool(self.lacks) != bool(self.counted_in):
            raise ValueError("give lacks and counted_in together, or leave out both")
        return self


class References(Strict):
    """The groups that others are compared with."""

    ethnicity: Identifier = Field(description="An ethnicity.")
    gender: Identifier = Field(description="A gender.")
    both: tuple[Identifier, Identifier] = Field(description="An ethnicity and a gender.")


class Population(Strict):
    """A population that stops are set against."""

    id: Identifier = Field(description="Short name, also in addresses.")
    label: Label = Field(description="Name shown in each row that uses it.")
    kind: Literal["residents", "other_stops"] = Field(
        description="residents: counted people; other_stops: stops for other reasons, of the same file."
    )
    means: Reason = Field(description="What it says and what it cannot say.")
    status: Literal["verified", "unverified"] = Field(description="Whether its figures were compared with the source.")
    checked: Reason = Field(description="What was compared with what, and what was not.")
    source: Reference = Field(description="Where the figures come from.")
    people: dict[Identifier, int] = Field(default_factory=dict, description="People by ethnicity; of kind residents.")
    female_share: Share | None = Field(default=None, description="Share of women and girls; of kind residents.")
    female_range: tuple[Share, Share] | None = Field(
        default=None, description="Between which shares every ethnicity is taken to lie; bounds try both ends."
    )

    @model_validator(mode="after")
    def _of_a_kind(self) -> Population:
        given = (bool(self.people), self.female_share is not None, self.female_range is not None)
        if set(given) != {self.kind == "residents"}:
            raise ValueError(
                "people, female_share and female_range belong to the kind residents, which needs all three"
            )
        if self.female_share is not None and self.female_range is not None:
            low, high = self.female_range
            if not 0 < low <= self.female_share <= high < 1:
                raise ValueError("female_share must lie inside female_range, and both between 0 and 1")
        if any(n <= 0 for n in self.people.values()):
            raise ValueError("people must be above 0")
        return self


class DisparityScheme(Strict):
    """How stops of a place are compared. ``config/places/<place>/disparity.yaml``."""

    source: Identifier = Field(description="Passport of the file with the stops.")
    ethnicities: tuple[Named, ...] = Field(min_length=2, description="Groups, in the order in which they are shown.")
    genders: tuple[Named, Named] = Field(description="Women and girls first: female_share is theirs.")
    descriptions: tuple[Description, ...] = Field(
        min_length=1, description="Who described ethnicity; first by default."
    )
    reasons: tuple[StopReason, ...] = Field(min_length=1, description="Reasons of a stop; drugs among them.")
    without_suspicion: tuple[Identifier, ...] = Field(
        default=(), description="Reasons for which no suspicion of the person is needed; left out as other stops."
    )
    reference: References = Field(description="Whom the others are compared with, by ethnicity, gender and both.")
    benchmarks: tuple[Population, ...] = Field(min_length=2, description="Populations; the first is used by default.")

    @field_validator("ethnicities", "genders", "descriptions", "reasons", "benchmarks")
    @classmethod
    def _distinct(cls, items: tuple[Named | Population, ...]) -> tuple[Named | Population, ...]:
        if len({item.id for item in items}) != len(items):
            raise ValueError("an id stands twice. Give each entry an id of its own")
        return items

    @model_validator(mode="after")
    def _known(self) -> DisparityScheme:
        groups, genders = {g.id for g in self.ethnicities}, {g.id for g in self.genders}
        named = {self.reference.ethnicity, self.reference.both[0]}
        for item in self.descriptions:
            named |= {*item.lacks, item.counted_in or self.reference.ethnicity}
            if {self.reference.ethnicity, item.counted_in} & set(item.lacks):
                raise ValueError(
                    f"descriptions.{item.id}.lacks: counted_in or the reference needs one of these groups. Take it out"
                )
        if strange := named - groups:
            raise ValueError(
                f"there is no such ethnicity: {', '.join(sorted(strange))}. Add it to ethnicities or correct it"
            )
        if strange := {self.reference.gender, self.reference.both[1]} - genders:
            raise ValueError(f"there is no such gender: {', '.join(sorted(strange))}. Add it to genders or correct it")
        if strange := {"drugs", *self.without_suspicion} - {r.id for r in self.reasons}:
            raise ValueError(f"there is no such reason: {', '.join(sorted(strange))}. Add it to reasons or correct it")
        for population in self.benchmarks:
            if population.kind == "residents" and set(population.people) != groups:
                raise ValueError(f"benchmarks.{population.id}: people must name each ethnicity once")
        return self
