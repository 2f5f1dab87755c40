"""Columns of a raw file as its passport declares them: their types, how values are written, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from harmmodel.config.types import Strict, Text

ColumnName = Annotated[str, Field(min_length=1, max_length=120)]
# Names of the IANA time zone database; the loader knows which there are.
Zone = Annotated[str, Field(pattern=r"^(UTC|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+\-]+){1,2})$", max_length=60)]
DecimalSign = Literal[".", ","]
ThousandsSign = Literal[".", ",", " ", "'"]
Word = Annotated[str, Field(max_length=60)]  # that stands in the place of a value; an empty one is an empty cell
DATED = ("timestamp", "date")
LOW, HIGH = "_low", "_high"  # what ends the names of the columns with the ends of a count that may be suppressed


class Suppressed(Strict):
    """Marks that stand for small counts which the publisher does not tell, and between which ends these lie."""

    marks: tuple[Word, ...] = Field(min_length=1, description='What stands in the cells, as "*" or "<5".')
    low: int = Field(ge=0, description="The least that a mark may stand for.")
    high: int = Field(ge=0, le=1_000_000, description="The most that a mark may stand for.")

    @model_validator(mode="after")
    def _ordered(self) -> Suppressed:
        if self.high < self.low:
            raise ValueError(f"high ({self.high}) must not be below low ({self.low})")
        return self


class Column(Strict):
    """One column of a raw file: its type and what it means."""

    type: Literal["text", "integer", "number", "boolean", "timestamp", "date"] = Field(
        description="Type of its values."
    )
    means: Text = Field(description="What a value says, with its unit.")
    tells: Literal["harm", "enforcement", "neither"] = Field(
        default="enforcement",
        description="What a value tells: of what people suffered, of what police did (kept only in the act_ table; so "
        "is every column that does not say), or of neither, such as a number or a place.",
    )
    from_: tuple[ColumnName, ...] = Field(
        default=(),
        alias="from",
        max_length=6,
        description="Of a date in several columns: their names in the file, in the order of format, which reads them "
        "joined by a space. Empty where one of them is.",
    )
    format: str | None = Field(
        default=None, max_length=60, description="How a date is written in the file, for example %d/%m/%Y %H:%M."
    )
    zone: Zone | None = Field(
        default=None, description="Instead of the file's: zone of the local time that an instant is read in."
    )
    decimal: DecimalSign | None = Field(default=None, description="Instead of the file's: its decimal sign.")
    thousands: ThousandsSign | None = Field(default=None, description="Instead of the file's: what parts thousands.")
    missing: tuple[Word, ...] | None = Field(
        default=None, description="Instead of the file's: words that stand where no value is known."
    )
    suppressed: Suppressed | tuple[Suppressed, ...] | None = Field(
        default=None,
        description="Of a column of counts: marks in the place of small counts. The column is empty there, and two "
        "more, its name with _low and _high, hold the ends of every count.",
    )

    @property
    def enforcement(self) -> bool:
        """Whether it tells what police did, or does not say what it tells."""
        return self.tells == "enforcement"

    @property
    def suppressions(self) -> tuple[Suppressed, ...]:
        """Its marks of suppression, each list with its ends."""
        if self.suppressed is None:
            return ()
        return self.suppressed if isinstance(self.suppressed, tuple) else (self.suppressed,)

    @property
    def words(self) -> tuple[str, ...]:
        """All that stands in the place of a value: words of what is missing, and marks of suppression."""
        return (*(self.missing or ()), *(mark for one in self.suppressions for mark in one.marks))

    @model_validator(mode="after")
    def _dated(self) -> Column:
        if self.format and self.type not in DATED:
            raise ValueError("format is for columns of type timestamp or date. Leave it out here")
        if self.zone and self.type not in DATED:
            raise ValueError("zone is for columns of type timestamp or date. Leave it out here")
        if (self.decimal or self.thousands) and self.type not in ("integer", "number"):
            raise ValueError("decimal and thousands are for columns of type integer or number. Leave them out here")
        if self.thousands and self.thousands == self.decimal:
            raise ValueError("decimal and thousands are the same sign. Correct one of them")
        if self.format and "%I" in self.format and "%p" not in self.format:
            raise ValueError(
                "format: %I counts twelve hours, so %p has to say which half of the day. Say %H for 24 hours"
            )
        if self.from_ and not self.format:
            raise ValueError("from joins columns of a date or time by a space. Say their format, as %Y %m %d")
        return self

    @model_validator(mode="after")
    def _counts(self) -> Column:
        if not self.suppressed:
            return self
        if self.type != "integer" or self.tells != "harm":
            raise ValueError("suppressed is for columns of type integer that tell harm. Leave it out here")
        if twice := sorted({repr(word) for word in self.words if self.words.count(word) > 1}):
            raise ValueError(f"suppressed and missing: {', '.join(twice)} stands twice. Keep one of the two")
        return self


class Wide(Strict):
    """Columns side by side, as one for each month, each of which becomes a row."""

    columns: tuple[ColumnName, ...] = Field(
        min_length=1, description='Their headings in the file; "2024-*" names each that begins so.'
    )
    heading: ColumnName = Field(description="The declared column that takes the heading, as a month.")
    value: ColumnName = Field(description="The declared column that takes what stands below, as a count.")

    def holds(self, heading: str) -> bool:
        """Say whether a heading of the file is one of them."""
        return any(fits(name, heading) for name in self.columns)


def fits(name: str, heading: str) -> bool:
    """Say whether a heading is the one named; ``2024-*`` names each that begins so.

    >>> fits("2024-*", "2024-01"), fits("2024", "2024-01")
    (True, False)
    """
    return heading.startswith(name[:-1]) if name.endswith("*") else heading == name


def ends_of(name: str, column: Column) -> tuple[str, ...]:
    """Return the names of the columns that hold the ends of a count that may be suppressed; none for others."""
    return (f"{name}{LOW}", f"{name}{HIGH}") if column.suppressed else ()


def faults(columns: dict[str, Column], wide: Wide | None) -> Iterable[str]:
    """Say what does not fit between the columns of a file."""
    taken = {name.lower() for name in columns}
    for name, column in columns.items():
        if clash := sorted(taken & {end.lower() for end in ends_of(name, column)}):
            yield f"columns.{name}: suppressed adds {', '.join(clash)}, which the file has, too. Rename it there"
    if wide is None:
        return
    made = (wide.heading, wide.value)
    if absent := sorted(set(made) - set(columns)):
        yield f"wide: declare {', '.join(absent)} under columns, with type and meaning"
    if wide.heading == wide.value:
        yield "wide: heading and value are one column. Name two"
    if both := sorted(name for name in columns if name not in made and wide.holds(name)):
        yield f"wide: {', '.join(both)} is declared and becomes a row. Leave it out of one of the two"
