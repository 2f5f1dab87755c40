"""The types that say by what later harm the order of a place is judged: ``config/places/<place>/validation.yaml``."""

from __future__ import annotations

import datetime as dt

from pydantic import Field, model_validator

from harmmodel.config.types import Identifier, Pillar, Strict, Text
from harmmodel.config.written_text import Label


class LaterOutcome(Strict):
    """One kind of later harm."""

    id: Identifier = Field(description="Its name in exported rows.")
    label: Label = Field(description="What is counted, as inside a sentence: aggravated assaults.")
    source: Identifier | None = Field(
        default=None, description="A file kept for this: its passport says use: validation and names its one class."
    )
    classes: tuple[Identifier, ...] = Field(
        default=(),
        description="Or classes of place.yaml, counted from the day on: a part of a file, or its later months.",
    )
    pillar: Pillar = Field(default="violence", description="The pillar that it judges.")

    @model_validator(mode="after")
    def _one_way(self) -> LaterOutcome:
        if bool(self.source) == bool(self.classes):
            raise ValueError("give either source or classes")
        if self.source and self.pillar != "violence":
            raise ValueError("a source judges the pillar violence; count classes for another one")
        return self


class ComparedDay(Strict):
    """A day before which all is known, and the later period that judges; all three are firsts of a month."""

    known_before: dt.date = Field(description="Nothing from this day on is read.")
    from_: dt.date = Field(alias="from", description="First day of the later period.")
    to: dt.date = Field(description="The first day after it.")

    @model_validator(mode="after")
    def _in_order(self) -> ComparedDay:
        if any(day.day != 1 for day in (self.known_before, self.from_, self.to)):
            raise ValueError("known_before, from and to must be firsts of a month")
        if not self.known_before <= self.from_ < self.to:
            raise ValueError("known_before must not lie after from, and from must lie before to")
        return self


class ValidationScheme(Strict):
    """What judges the order of a place, and what that cannot show there."""

    outcomes: tuple[LaterOutcome, ...] = Field(
        default=(),
        description="What came later. The first one, of violence, gives the verdict; none: the file kept for "
        "validation, else serious violence as place.yaml names it.",
    )
    days: tuple[ComparedDay, ...] = Field(
        default=(), description="The days to compare from; none: worked out from what the files cover."
    )
    milder: tuple[Identifier, ...] = Field(
        default=(),
        description="Plentiful recorded violence that is not serious and lies where serious violence does; tried for "
        "cells alone.",
    )
    limits: tuple[Text, ...] = Field(default=(), description="What the comparison cannot show here, a paragraph each.")

    @model_validator(mode="after")
    def _first_judges(self) -> ValidationScheme:
        if self.outcomes and self.outcomes[0].pillar != "violence":
            raise ValueError("outcomes: the first one gives the verdict and must judge the pillar violence")
        if len({item.id for item in self.outcomes}) < len(self.outcomes):
            raise ValueError("outcomes: an id stands twice")
        return self
