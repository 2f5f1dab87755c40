"""The passport of a raw file: where it comes from, what may be read of it, and what is kept apart."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from harmmodel.config.types import Identifier, Reason, Strict, Text

FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$", max_length=120)]
# A file of a source may lie one folder deeper, as in 2018-10/2018-10-cleveland-street.csv.
FilePath = Annotated[
    str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9_.\-]*/)?[A-Za-z0-9][A-Za-z0-9_.\-]*$", max_length=240)
]
# Columns of such names tell what police did, so they may never reach a harm table.
ENFORCEMENT_WORDS = re.compile(r"arrest|seiz|search|detain|custody|outcome|disposition|charge", re.IGNORECASE)
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ColumnName = Annotated[str, Field(min_length=1, max_length=120)]


class Licence(Strict):
    """Terms under which a file may be used."""

    name: Text = Field(description="Name of the terms.")
    href: str = Field(pattern=r"^https?://[^\s<>\"']+$", description="Where the terms can be read.")


class Covers(Strict):
    """The period that a file covers, half-open."""

    from_: dt.date = Field(alias="from", description="First day of which the file holds everything.")
    to: dt.date = Field(description="First day of which it does not.")

    @model_validator(mode="after")
    def _ordered(self) -> Covers:
        if not self.from_ < self.to:
            raise ValueError(f"to ({self.to}) must be after from ({self.from_})")
        return self


# Names of the IANA time zone database; the loader knows which there are.
Zone = Annotated[str, Field(pattern=r"^(UTC|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+\-]+){1,2})$", max_length=60)]
DecimalSign = Literal[".", ","]
ThousandsSign = Literal[".", ",", " ", "'"]


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
    format: str | None = Field(
        default=None, max_length=60, description="How a date is written in the file, for example %d/%m/%Y %H:%M."
    )

    zone: Zone | None = Field(
        default=None, description="Instead of the file's: zone of the local time that an instant is read in."
    )
    decimal: DecimalSign | None = Field(default=None, description="Instead of the file's: its decimal sign.")
    thousands: ThousandsSign | None = Field(default=None, description="Instead of the file's: what parts thousands.")

    @property
    def enforcement(self) -> bool:
        """Whether it tells what police did, or does not say what it tells."""
        return self.tells == "enforcement"

    @model_validator(mode="after")
    def _dated(self) -> Column:
        if self.format and self.type not in ("timestamp", "date"):
            raise ValueError("format is for columns of type timestamp or date. Leave it out here")
        if self.zone and self.type not in ("timestamp", "date"):
            raise ValueError("zone is for columns of type timestamp or date. Leave it out here")
        if (self.decimal or self.thousands) and self.type not in ("integer", "number"):
            raise ValueError("decimal and thousands are for columns of type integer or number. Leave them out here")
        if self.thousands and self.thousands == self.decimal:
            raise ValueError("decimal and thousands are the same sign. Correct one of them")
        return self


class Classify(Strict):
    """How a row gets its class: by crosswalk columns, or one class for the whole file."""

    columns: tuple[ColumnName, ...] = Field(default=(), description="Columns that, joined, are the crosswalk's code.")
    class_: Identifier | None = Field(default=None, alias="class", description="One class for every row.")
    enforcement: bool = Field(default=False, description="With class: whether the whole file is enforcement.")

    @model_validator(mode="after")
    def _one_way(self) -> Classify:
        if bool(self.columns) == bool(self.class_):
            raise ValueError("give either columns (looked up in the crosswalk) or class")
        if self.columns and self.enforcement:
            raise ValueError("enforcement belongs to class; with columns the crosswalk says which rows are enforcement")
        return self


UnitId = Annotated[str, Field(min_length=1, max_length=120)]


class UnitIds(Strict):
    """Ids of units that are none of the place, and why."""

    values: tuple[UnitId, ...] = Field(
        min_length=1,
        description='The ids as the file writes them, as "99". Under outside, "E02*" is each that begins so.',
    )
    reason: Reason = Field(description="How it is known that they are no unit of the place.")


class Locate(Strict):
    """How a row gets its unit: by a column, by point where that is empty, or by the H3 cell of its point.

    An id that no outline has stops the load, unless one of *spellings*, *outside* and *by_point* has it.
    """

    unit: ColumnName | None = Field(default=None, description="Column that holds the unit's id.")
    spellings: dict[UnitId, UnitId] = Field(
        default_factory=dict, description="Ids as the file writes them, each with the id that the outlines have for it."
    )
    outside: UnitIds | None = Field(default=None, description="Ids that mean a place outside; never placed by point.")
    by_point: UnitIds | None = Field(
        default=None,
        description="Ids that mean that no unit is known, as 99: such rows are placed by their point.",
    )
    longitude: ColumnName | None = Field(default=None, description="Column of degrees east.")
    latitude: ColumnName | None = Field(default=None, description="Column of degrees north.")
    h3: int | None = Field(default=None, ge=4, le=9, description="H3 resolution; the cell of the point is the unit.")

    @model_validator(mode="after")
    def _something(self) -> Locate:
        if (self.longitude is None) != (self.latitude is None):
            raise ValueError("give longitude and latitude together, or leave out both")
        if self.unit is None and self.longitude is None:
            raise ValueError("name the column of the unit, or the columns of longitude and latitude")
        if self.h3 is not None and (self.unit is not None or self.longitude is None):
            raise ValueError("h3 needs longitude and latitude and no unit column")
        return self

    @model_validator(mode="after")
    def _listed_once(self) -> Locate:
        listed = [*self.spellings, *self.listed_outside, *self.listed_by_point]
        if listed and self.unit is None:
            raise ValueError("spellings, outside and by_point say what ids of a unit column mean. Name it under unit")
        if twice := sorted({i for i in listed if listed.count(i) > 1}):
            raise ValueError(f"spellings, outside and by_point: {', '.join(twice)} stands twice. Keep one of the two")
        if self.by_point and self.longitude is None:
            raise ValueError("by_point needs longitude and latitude. Name their columns, or list the ids as outside")
        return self

    @property
    def listed_outside(self) -> tuple[str, ...]:
        """Ids that mean a place outside."""
        return self.outside.values if self.outside else ()

    @property
    def listed_by_point(self) -> tuple[str, ...]:
        """Ids that mean that the unit is not known."""
        return self.by_point.values if self.by_point else ()


class RawFile(Strict):
    """One file of a source and its hash."""

    file: FilePath = Field(description="The file, below data/<place>/.")
    sha256: Digest = Field(description="SHA-256 of the file's bytes.")


class Passport(Strict):
    """Where a raw file comes from and what may be read of it. ``config/places/<place>/sources/<id>.yaml``."""

    id: Identifier = Field(description="Equals the file name.")
    file: FilePath | None = Field(default=None, description="The file, below data/<place>/.")
    sha256: Digest | None = Field(default=None, description="SHA-256 of the file's bytes.")
    files: tuple[RawFile, ...] = Field(default=(), description="Instead of file: several files of the same columns.")
    encoding: str = Field(default="utf-8", max_length=40, description="How text is written in a CSV file.")
    delimiter: str = Field(default=",", pattern=r"^[,;|\t]$", description="What parts the cells of a CSV file.")
    zone: Zone | None = Field(
        default=None,
        description="Zone of local time, as Europe/London: times with a zone or an offset become local time there. "
        "Other times are local already.",
    )
    decimal: DecimalSign | None = Field(default=None, description="Decimal sign of its numbers; a point if absent.")
    thousands: ThousandsSign | None = Field(
        default=None, description="What parts thousands in its numbers, as in 9.200; nothing if absent."
    )
    bad_rows: Literal["refuse", "reject"] = Field(
        default="refuse",
        description="Faulty rows: refuse the file, or leave them out and count them. A row of harm stays if it "
        "can be read and only a value of enforcement is not of its type.",
    )
    title: Text = Field(description="What the file holds, and over which period.")
    producer: Text = Field(description="Who made the records.")
    citation: Text = Field(description="How the source asks to be cited, or where it was got.")
    licence: Licence = Field(description="Terms under which the file may be used.")
    accessed: dt.date = Field(description="Day on which it was got.")
    covers: Covers | None = Field(default=None, description="The period it covers; needed to score it.")
    small_counts_told: Text | None = Field(
        default=None,
        description="Of a scored source that is not sensitive: why counts of one or two may be told of it.",
    )
    sensitive: bool = Field(description="True: small counts from it are not shown.")
    reduction: Text = Field(description="What is left out on load so that nobody can be singled out.")
    known_gaps: Text = Field(description="What is missing or differs over time.")
    use: Literal["scored", "validation", "reference"] = Field(description="What the file is for.")
    columns: dict[ColumnName, Column] = Field(min_length=1, description="The columns that are read.")
    ignore: tuple[Annotated[str, Field(max_length=120)], ...] = Field(
        default=(), description='Columns that are in the file and not read; "" is each that has no name.'
    )
    labels: tuple[ColumnName, ...] | dict[ColumnName, Reason] = Field(
        default=(),
        description="Columns that look personal and name a place or class; with a reason for each, values that look "
        "personal pass, too.",
    )
    time: tuple[ColumnName, ...] = Field(
        default=(), description="Columns of the event's time; the first one filled counts."
    )
    classify: Classify | None = Field(default=None, description="How a row gets its class.")
    locate: Locate | None = Field(default=None, description="How a row gets its unit.")
    unique: tuple[ColumnName, ...] = Field(
        default=(), description="Columns that no two rows share; repeats are left out."
    )
    counted: ColumnName | None = Field(
        default=None, description="Column with how many records a row stands for; such a file holds counts alone."
    )
    reduce: FileName | None = Field(default=None, description="A SELECT beside the passport that reduces the rows.")

    @field_validator("encoding")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            "".encode(name)
        except (LookupError, ValueError):
            raise ValueError(f"{name!r} is no text encoding. Use for example utf-8, cp1252 or utf-16") from None
        return name

    def is_text_first(self, name: str) -> bool:
        """Say whether a value is read as text, then cast: a date of its own form, or what may be wrong and stay."""
        column = self.columns[name]
        return column.format is not None or (column.enforcement and self.bad_rows == "reject")

    @property
    def columns_as_read(self) -> dict[str, Column]:
        """The columns, each with what the passport says of the whole file where the column says nothing itself."""
        return {name: column.model_copy(update=self._of_file(column)) for name, column in self.columns.items()}

    def _of_file(self, column: Column) -> dict[str, str | None]:
        if column.type in ("timestamp", "date"):
            return {"zone": column.zone or self.zone}
        if column.type in ("integer", "number"):
            return {"decimal": column.decimal or self.decimal, "thousands": column.thousands or self.thousands}
        return {}

    @property
    def label_reasons(self) -> dict[str, str]:
        """Why columns whose values look personal name places or classes, by column."""
        return dict(self.labels) if isinstance(self.labels, dict) else {}

    @property
    def raw_files(self) -> tuple[RawFile, ...]:
        """Every file of the source."""
        return self.files or (RawFile(file=self.file or "", sha256=self.sha256 or ""),)

    @property
    def is_placed_later(self) -> bool:
        """Whether it is a file kept for validation that names its period, its time, one class and its points."""
        is_whole = self.use == "validation" and bool(self.time) and self.covers is not None
        return is_whole and bool(self.classify and self.classify.class_ and self.locate and self.locate.longitude)

    @model_validator(mode="after")
    def _named(self) -> Passport:
        if bool(self.files) == bool(self.file) or bool(self.file) != bool(self.sha256):
            raise ValueError("give either file with sha256, or files")
        if len({f.file for f in self.files}) != len(self.files):
            raise ValueError("files: a file stands twice. Keep one of the two")
        return self

    @model_validator(mode="after")
    def _read_one_way(self) -> Passport:
        for name, column in self.columns_as_read.items():
            if column.thousands and column.thousands == column.decimal:
                raise ValueError(f"columns.{name}: decimal and thousands are the same sign. Correct one of them")
            if column.format and re.search("%[zZ]", column.format) and not column.zone:
                raise ValueError(
                    f"columns.{name}: its format holds a zone. Say whose local time is meant, as zone: Europe/London"
                )
        return self

    @model_validator(mode="after")
    def _kept_apart(self) -> Passport:
        names = {name.lower() for name in self.columns}
        if len(names) != len(self.columns):
            raise ValueError("columns: two names differ only in capitals. Rename one in the file")
        if taken := sorted(n for n in names if n == "rowid" or n.endswith("_")):
            raise ValueError(f"columns: the loader uses such names itself: {', '.join(taken)}. Rename them in the file")
        flagged = sorted(n for n, column in self.columns.items() if column.enforcement)
        if self.use == "reference" and flagged:
            raise ValueError(
                f"columns: a reference source may not hold enforcement, and {', '.join(flagged)} tells of it or does "
                "not say. Say tells: harm or neither, or list it under ignore"
            )
        told = {n for n, column in self.columns.items() if ENFORCEMENT_WORDS.search(n) and not column.enforcement}
        if silent := sorted(told - set(self.labels)):
            raise ValueError(
                f"columns: {', '.join(silent)}: seems to tell what police did. Say tells: enforcement, or list it "
                "under labels if it names a place or a class"
            )
        is_fine = self.use == "scored" and self.sensitive and not self.reduce and not self.counted
        if is_fine and (fine := self._fine_columns()):
            raise ValueError(
                f"reduce: a sensitive source needs it, so that no row describes one person. It is finer than month, "
                f"unit, class and a count in {', '.join(fine)}"
            )
        return self

    def _fine_columns(self) -> list[str]:
        """Name the columns that a file of mere counts by month and unit would not have."""
        plain = {
            *self.time,
            *(self.classify.columns if self.classify else ()),
            *([self.locate.unit] if self.locate else []),
        }
        points = [c for c in (self.locate.longitude, self.locate.latitude) if c] if self.locate else []
        return sorted({n for n, c in self.columns.items() if c.type != "integer" and n not in plain} | set(points))

    @model_validator(mode="after")
    def _reasoned(self) -> Passport:
        if self.use == "scored" and not self.sensitive and not self.small_counts_told:
            raise ValueError(
                "small_counts_told: a scored source that is not sensitive needs the reason why counts of one or two "
                "may be told. Give it, or say sensitive: true, as for deaths, complaints and stops"
            )
        return self

    @model_validator(mode="after")
    def _complete(self) -> Passport:
        if self.use == "scored" and not (self.time and self.classify and self.covers):
            raise ValueError("a scored source needs time, classify and covers")
        named = {*self.time, *self.unique, *(self.classify.columns if self.classify else ())}
        named |= {self.counted} if self.counted else set()
        if self.locate:
            named |= {c for c in (self.locate.unit, self.locate.longitude, self.locate.latitude) if c}
        if unknown := sorted(named - set(self.columns)):
            raise ValueError(
                f"columns: the passport uses columns that it does not declare: {', '.join(unknown)}. Declare them"
            )
        return self
