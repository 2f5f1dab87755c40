"""What a passport says of a file that is more than headings and rows: titles above, notes below, crossing outlines."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from pydantic import Field, model_validator

from harmmodel.config.rows.columns import ColumnName
from harmmodel.config.types import Strict

Heading = Annotated[str, Field(max_length=120)]


class Table(Strict):
    """Where the rows of a CSV file begin and end, and what its columns are called where its headings do not say."""

    heading: int = Field(
        default=1,
        ge=0,
        le=1_000,
        description="Number of the line that holds the headings; what stands above it is not read. 0: no line does.",
    )
    names: tuple[Heading, ...] = Field(
        default=(),
        description='Names of the columns in their order, in the place of the headings; "" is a column without one.',
    )
    ends: str | None = Field(
        default=None,
        min_length=1,
        max_length=80,
        description="How the first line below the rows begins, as ____; it and what follows is not read.",
    )

    adds: dict[ColumnName, Annotated[str, Field(min_length=1, max_length=200)]] = Field(
        default={},
        description='Columns that the file does not have, each with the one value of all its rows, as year: "2019".',
    )

    @model_validator(mode="after")
    def _told_apart(self) -> Table:
        twice = sorted(name for name, n in Counter([*self.names, *self.adds]).items() if n > 1 and name)
        if twice:
            raise ValueError(f"table: {', '.join(twice)} stands twice. Give each column a name of its own")
        if self.heading == 0 and not self.names:
            raise ValueError("heading is 0, so no line holds headings. Give the names of the columns")
        return self

    @property
    def above(self) -> int:
        """How many lines stand above the rows beside one of headings; -1: not even that one does."""
        return self.heading - 1


class Laid(Strict):
    """How a file is laid out."""

    table: Table | None = Field(
        default=None, description="Of a CSV file with titles above its headings, notes below its rows, or other names."
    )
    repair: bool = Field(
        default=False,
        description="Of outlines: those that cross themselves are taken as what they enclose, instead of refused.",
    )
