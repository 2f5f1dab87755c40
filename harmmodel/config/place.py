"""The types that describe a place: its passports, its crosswalk and what it can feed."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from harmmodel.config.types import Identifier, Strict, Text

FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$", max_length=120)]
ColumnName = Annotated[str, Field(min_length=1, max_length=120)]


class Licence(Strict):
    """Terms under which a file may be used."""

    name: Text
    href: str = Field(pattern=r"^https?://[^\s<>\"']+$")


class Covers(Strict):
    """The period that a file covers, half-open."""

    from_: dt.date = Field(alias="from")
    to: dt.date

    @model_validator(mode="after")
    def _ordered(self) -> Covers:
        if not self.from_ < self.to:
            raise ValueError(f"to ({self.to}) must be after from ({self.from_})")
        return self


class Column(Strict):
    """One column of a raw file: its type and what it means."""

    type: Literal["text", "integer", "number", "boolean", "timestamp", "date"]
    means: Text
    enforcement: bool = Field(default=False, description="True: kept only in the act_ table.")


class Classify(Strict):
    """How a row gets its class: by crosswalk columns, or one class for the whole file."""

    columns: tuple[ColumnName, ...] = ()
    class_: Identifier | None = Field(default=None, alias="class")

    @model_validator(mode="after")
    def _one_way(self) -> Classify:
        if bool(self.columns) == bool(self.class_):
            raise ValueError("give either columns (looked up in the crosswalk) or class")
        return self


class Locate(Strict):
    """How a row gets its unit: by a column, and by point where that is empty."""

    unit: ColumnName | None = None
    longitude: ColumnName | None = None
    latitude: ColumnName | None = None

    @model_validator(mode="after")
    def _something(self) -> Locate:
        if (self.longitude is None) != (self.latitude is None):
            raise ValueError("longitude and latitude belong together")
        if self.unit is None and self.longitude is None:
            raise ValueError("name a unit column or a longitude and latitude")
        return self


class Passport(Strict):
    """Where a raw file comes from and what may be read of it. ``config/places/<place>/sources/<id>.yaml``."""

    id: Identifier
    file: FileName
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    title: Text
    producer: Text
    citation: Text
    licence: Licence
    accessed: dt.date
    covers: Covers | None = None
    sensitive: bool
    reduction: Text
    known_gaps: Text
    use: Literal["scored", "validation", "reference"]
    columns: dict[ColumnName, Column] = Field(min_length=1)
    ignore: tuple[ColumnName, ...] = ()
    labels: tuple[ColumnName, ...] = ()
    time: tuple[ColumnName, ...] = ()
    classify: Classify | None = None
    locate: Locate | None = None
    unique: tuple[ColumnName, ...] = ()
    reduce: FileName | None = None

    @model_validator(mode="after")
    def _complete(self) -> Passport:
        if self.use == "scored" and not (self.time and self.classify and self.covers):
            raise ValueError("a scored source needs time, classify and covers")
        named = {*self.time, *self.unique, *(self.classify.columns if self.classify else ())}
        if self.locate:
            named |= {c for c in (self.locate.unit, self.locate.longitude, self.locate.latitude) if c}
        if unknown := sorted(named - set(self.columns)):
            raise ValueError(f"columns not declared: {', '.join(unknown)}")
        return self


class Boundaries(Strict):
    """The source that holds the outlines of the units."""

    source: Identifier
    id: ColumnName


class UnitNoun(Strict):
    """What a unit is called."""

    one: Text
    many: Text


class Trend(Strict):
    """The class drawn year by year on a unit's page."""

    class_: Identifier = Field(alias="class")
    label: Text


class Place(Strict):
    """A place and what its data can feed. ``config/places/<place>/place.yaml``."""

    id: Identifier
    label: Text
    unit_noun: UnitNoun
    boundaries: Boundaries
    indicators: tuple[Identifier, ...] = Field(min_length=1)
    classes: dict[Identifier, Identifier] = Field(min_length=1, description="Harm class → source that covers it.")
    drug_classes: tuple[Identifier, ...] = ()
    serious_violence: tuple[Identifier, ...] = Field(min_length=1)
    trend: Trend | None = None
    arrest_reasons: dict[Identifier, Text] = Field(default_factory=dict)


class CrosswalkRow(Strict):
    """One offence as the source writes it and the class it stands for."""

    source: Identifier
    code: str = Field(min_length=1, max_length=400)
    class_: Identifier = Field(alias="class")
    enforcement: bool
    match: Literal["exact", "closest", "proxy"]
    note: str = ""
