"""The types that describe a place: what its units are, what it can feed and what its offences stand for."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from harmmodel.config.rows.columns import ColumnName
from harmmodel.config.rows.locate import UnitIds
from harmmodel.config.types import Identifier, Strict, Text
from harmmodel.config.written_text import Label


class Bounds(Strict):
    """The part of the Earth in which a place lies, in degrees; not across the 180th meridian."""

    west: float = Field(ge=-180, le=180, description="Least longitude.")
    south: float = Field(ge=-90, le=90, description="Least latitude.")
    east: float = Field(ge=-180, le=180, description="Greatest longitude.")
    north: float = Field(ge=-90, le=90, description="Greatest latitude.")

    @model_validator(mode="after")
    def _ordered(self) -> Bounds:
        if not (self.west < self.east and self.south < self.north):
            raise ValueError("west must lie below east, and south below north")
        return self


class Boundaries(Strict):
    """What the units are: outlines of a source, or the H3 cells in which harm is recorded."""

    source: Identifier | None = Field(default=None, description="Passport of the file with the outlines.")
    id: ColumnName | None = Field(default=None, description="Its column with the unit's id.")
    h3: int | None = Field(default=None, ge=4, le=9, description="H3 resolution of the units, instead of a source.")
    within: Bounds | None = Field(
        default=None, description="With h3: where the place may be. A point beyond is outside the place and no unit."
    )
    left_out: UnitIds | None = Field(
        default=None, description="Outlines of the source that are no unit of the place, as a lake, and why."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Boundaries:
        if bool(self.source) != bool(self.id) or (self.h3 is not None and self.source):
            raise ValueError("give either source and id, or h3")
        if self.within and self.h3 is None:
            raise ValueError("within is for places of cells: outlines say themselves where a place is. Leave it out")
        if self.left_out and not self.source:
            raise ValueError("left_out names outlines of a source. Leave it out here")
        return self

    @property
    def is_given(self) -> bool:
        """Whether the place has units at all."""
        return self.h3 is not None or self.source is not None


class UnitTable(Strict):
    """Which file lists the units of a place without outlines."""

    source: Identifier = Field(description="Passport of the file; it says use: reference.")
    id: ColumnName = Field(description="Its column with the unit's id, one row for each unit.")


NONE = "none"


def _without(value: Any) -> Any:
    return Boundaries() if value == NONE else value


BoundariesOrNone = Annotated[Boundaries, BeforeValidator(_without, json_schema_input_type=Boundaries | Literal["none"])]


class UnitNoun(Strict):
    """What a unit is called."""

    one: Label = Field(description="For example: community area.")
    many: Label = Field(description="For example: community areas.")


class SecondPopulation(Strict):
    """Who else is in the units of a place, counted by ``core/core_population.sql``: shown beside, never scored by."""

    source: Identifier = Field(description="Passport of the file that counts them; it says use: reference.")
    noun: UnitNoun = Field(description="What one of them and several are called: job and jobs, visitor and visitors.")
    residents: Literal["added", "included"] = Field(
        description="added: residents are not among them, as of jobs or visitors, so rates are per resident and one "
        "of them. included: everybody present is counted, residents too, as of an ambient or workday population, so "
        "rates are per one of them alone."
    )
    limits: Text = Field(description="What this count cannot tell of who is there, and when; shown beside its figures.")


class TrendClass(Strict):
    """The class drawn year by year on a unit's page."""

    class_: Identifier = Field(alias="class", description="Harm class whose yearly rates are drawn.")
    label: Label = Field(description="Its name shown to users.")


class GroupKeys(Strict):
    """What a place feeds of its groups."""

    indicators: tuple[Identifier, ...] = Field(
        min_length=1, description="Indicators of groups that the place's data, or people who assess, can feed."
    )
    classes: dict[Identifier, Identifier] = Field(
        min_length=1, description="Class of violence between or by groups → the source whose period bounds it."
    )


LISTED_UNITS = " Where there are no outlines, units names the table: {source: residents, id: code}."
OLD_KEYS = {
    "lens": "lens: a place has the lenses that it feeds, so none is chosen. Remove the line; indicators and classes of "
    "groups stand under groups, as groups: {indicators: [...], classes: {...}}"
}


class Place(Strict):
    """A place and what its data can feed. ``config/places/<place>/place.yaml``."""

    id: Identifier = Field(description="Equals the folder's name.")
    label: Label = Field(description="Name shown to users.")
    clock: dt.date | None = Field(
        default=None, description="Groups: day on which review and expiry are measured; this month if absent."
    )
    as_of: dt.date | None = Field(
        default=None, description="Instead of the scheme's as_of, where the data end elsewhere."
    )
    unit_noun: UnitNoun = Field(description="What one unit and several are called.")
    whole: Label = Field(
        default="the place",
        description="What all of it together is called inside a sentence: the city, the state, the country, the force "
        "area.",
    )
    boundaries: BoundariesOrNone = Field(
        default=Boundaries(),
        description="What the units are; none: they have no outlines and stand under units. A place of stops "
        "alone has no units at all.",
    )
    units: UnitTable | None = Field(
        default=None, description="Areas, with boundaries: none: the table of agencies, wards or the like."
    )
    district: ColumnName | None = Field(
        default=None,
        description="Area lens, optional: the column of the outlines, or of the table under units, that says in which "
        "district a unit lies. Pages of a place with many units can then be narrowed to one.",
    )
    indicators: tuple[Identifier, ...] = Field(
        default=(), description="Indicators of areas that the place's data can feed; without them no area is scored."
    )
    classes: dict[Identifier, Identifier] = Field(
        default_factory=dict, description="Harm class counted by area → source that covers it."
    )
    groups: GroupKeys | None = Field(default=None, description="What the place feeds of its groups, if anything.")
    drug_classes: tuple[Identifier, ...] = Field(default=(), description="Enforcement classes that are drug arrests.")
    measures: tuple[Identifier, ...] = Field(
        default=("police_record",),
        description="What rows of act_enforcement may be counts of, for example police_record, stop or seizure_kg.",
    )
    serious_violence: tuple[Identifier, ...] = Field(
        default=(),
        description="Harm classes set beside drug arrests; areas need one at least, and none of a sensitive source.",
    )
    counted_in_cells: tuple[Identifier, ...] = Field(
        default=(),
        description="Classes that a snapshot may count by month and H3 cell, for validation. Every other class is "
        "counted by area alone: leave out sexual offences and what else could point at one person.",
    )
    matched_on: tuple[Identifier, ...] = Field(
        default=(),
        description="Harm classes without violence that victims report, by which cells with records of an activity "
        "find like cells without; none leaves that comparison out.",
    )
    second_population: SecondPopulation | None = Field(
        default=None,
        description="Area lens: another count of people, where residents alone mislead. What it would change is shown "
        "beside the score, which stays per resident.",
    )
    trend: TrendClass | None = Field(default=None, description="What is drawn year by year, if anything.")
    names: tuple[Text, ...] = Field(
        default=(),
        description="Names in the labels of groups that look like those of people; listed here, each is confirmed to "
        "be of a group or a place.",
    )
    arrest_reasons: dict[Identifier, Text] = Field(
        default_factory=dict, description="Why a class with mostly arrests still counts as harm."
    )

    @property
    def class_sources(self) -> dict[str, str]:
        """Every class that counts as harm, of areas or of groups, with its source."""
        return {**self.classes, **(self.groups.classes if self.groups else {})}

    @field_validator("as_of")
    @classmethod
    def _first_of_month(cls, day: dt.date | None) -> dt.date | None:
        if day is not None and day.day != 1:
            raise ValueError(f"must be the first of a month, not {day}")
        return day

    @model_validator(mode="before")
    @classmethod
    def _not_as_before(cls, value: Any) -> Any:
        if isinstance(value, dict) and (old := [text for key, text in OLD_KEYS.items() if key in value]):
            raise ValueError("; ".join(old))
        return value

    @model_validator(mode="after")
    def _second_of_areas(self) -> Place:
        if self.second_population is not None and not self.indicators:
            raise ValueError("second_population is for areas, and no indicator of areas is listed. Leave it out")
        return self

    @model_validator(mode="after")
    def _complete(self) -> Place:
        given = {
            "boundaries": self.boundaries.is_given or self.units is not None,
            "indicators": bool(self.indicators),
            "classes": bool(self.classes),
            "serious_violence": bool(self.serious_violence),
        }
        has_areas = any(given[key] for key in given if key != "boundaries" or self.groups is None)
        if has_areas and (missing := [name for name, is_there in given.items() if not is_there]):
            asked = LISTED_UNITS if "boundaries" in missing else ""
            raise ValueError(f"scoring areas needs {', '.join(missing)}. Add what is missing.{asked}")
        if self.groups is not None and self.boundaries.source is None and self.units is None:
            raise ValueError(
                "boundaries: groups need the areas in which they act, as outlines or as a table (units), not cells"
            )
        if self.units is not None and self.boundaries.is_given:
            raise ValueError(
                "units lists the areas of a place without outlines. Leave it out, or write boundaries: none"
            )
        if self.district is not None and (not self.indicators or self.held_by is None):
            raise ValueError(
                "district names a column of the outlines or of the table under units, and this place has neither. "
                "Leave it out"
            )
        if self.boundaries.h3 is not None and self.boundaries.within is None:
            raise ValueError(
                "boundaries.within: cells become units wherever a point lies, 0,0 among them. Say where the place may "
                "be, in degrees, as within: {west: -1.5, south: 54.4, east: -0.7, north: 54.8}"
            )
        return self

    @property
    def held_by(self) -> str | None:
        """The source that says which units there are: their outlines or their table; None for cells."""
        return self.units.source if self.units else self.boundaries.source
