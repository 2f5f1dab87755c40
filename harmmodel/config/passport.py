"""The passport of a raw file: where it comes from, what may be read of it, and what is kept apart."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from harmmodel.config.rows import account
from harmmodel.config.rows import columns as of_columns
from harmmodel.config.rows.account import Accounted, Digest, FilePath, RawFile
from harmmodel.config.rows.columns import Column, ColumnName, DecimalSign, ThousandsSign, Wide, Word, Zone
from harmmodel.config.rows.covers import Gap, Grain, Observed, Periods, Quiet, fault
from harmmodel.config.rows.locate import Locate
from harmmodel.config.types import Identifier, Reason, Strict, Text

FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$", max_length=120)]
# Columns of such names tell what police did, so they may never reach a harm table.
ENFORCEMENT_WORDS = re.compile(r"arrest|seiz|search|detain|custody|outcome|disposition|charge", re.IGNORECASE)


class Licence(Strict):
    """Terms under which a file may be used."""

    name: Text = Field(description="Name of the terms.")
    href: str = Field(pattern=r"^https?://[^\s<>\"']+$", description="Where the terms can be read.")


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


class Passport(Accounted):
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
    missing: tuple[Word, ...] = Field(
        default=(),
        description='Words that stand where no value is known, as ["NULL", "n/a", "-"]; "" is an empty cell. A row of '
        "counts without its count makes the unit and month not observed.",
    )
    wide: Wide | None = Field(default=None, description="Of a wide table: columns of which each becomes a row.")
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
    covers: Periods = Field(
        default=(), description="The period it covers, or a list of periods in order; needed to score it."
    )
    gaps: tuple[Gap, ...] = Field(
        default=(),
        description="Periods of which the source, or the source in some units, does not hold everything, inside covers "
        "or outside. What it holds of them is not counted, and they leave the exposure.",
    )
    quiet: tuple[Quiet, ...] = Field(
        default=(), description="Periods with far fewer records than their neighbours, in which nothing is missing."
    )
    grain: Grain | None = Field(
        default=None,
        description="How long a time one date stands for, if longer than a month: a quarter, a year, or whole: all "
        "that the file covers. A date of the form %Y stands for a year.",
    )
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
        column = self.columns_as_read[name]
        is_worded = column.type == "boolean" and bool(column.words)
        return column.format is not None or is_worded or (column.enforcement and self.bad_rows == "reject")

    @property
    def columns_as_read(self) -> dict[str, Column]:
        """The columns, each with what the passport says of the whole file where the column says nothing itself."""
        return {name: column.model_copy(update=self._of_file(column)) for name, column in self.columns.items()}

    def _of_file(self, column: Column) -> dict[str, str | tuple[str, ...] | None]:
        marks = {mark for one in column.suppressions for mark in one.marks}
        missing = tuple(w for w in self.missing if w not in marks) if column.missing is None else column.missing
        if column.type in ("timestamp", "date"):
            return {"missing": missing, "zone": column.zone or self.zone}
        if column.type in ("integer", "number"):
            thousands = column.thousands or self.thousands
            return {"missing": missing, "decimal": column.decimal or self.decimal, "thousands": thousands}
        return {"missing": missing}

    @property
    def made(self) -> set[str]:
        """Declared columns that no file has under that name: they are made of others."""
        wide = {self.wide.heading, self.wide.value} if self.wide else set()
        return wide | {name for name, column in self.columns.items() if column.from_}

    @property
    def parts(self) -> set[str]:
        """Columns of the file of which others are made."""
        return {part for column in self.columns.values() for part in column.from_}

    @property
    def ends(self) -> dict[str, Column]:
        """The columns that hold the ends of counts which may be suppressed."""
        return {
            end: column.model_copy(update={"suppressed": None})
            for name, column in self.columns.items()
            for end in of_columns.ends_of(name, column)
        }

    @property
    def counts(self) -> tuple[str, ...]:
        """Columns of counts: a row without such a value is no row of nothing, and may not be dropped.

        They are *counted*, those that may be suppressed, and the whole numbers of a file that holds nothing else.
        """
        if self.use != "scored":
            return ()
        named = {*self.time, *self.unique, *(self.classify.columns if self.classify else ())}
        is_plain = not self._fine_columns()
        return tuple(
            name
            for name, column in self.columns.items()
            if (column.type == "integer" or (name == self.counted and column.type == "number"))
            and column.tells == "harm"
            and not (self.locate and name == self.locate.unit)
            and (name == self.counted or column.suppressed or (is_plain and not self.counted and name not in named))
        )

    @property
    def observed(self) -> Observed | None:
        """The days of which it holds everything; None where it does not say what it covers."""
        if not self.covers:
            return None
        return Observed(tuple(period.span for period in self.covers), self.gaps, self.time_grain == "year")

    @property
    def time_grain(self) -> Grain:
        """How long a time one of its dates stands for, at least a month."""
        formats = [self.columns[name].format for name in self.time if name in self.columns]
        is_yearly = bool(formats) and all(f is not None and not re.search("%[mbBjcxDFUW]", f) for f in formats)
        return self.grain or ("year" if is_yearly else "month")

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
        """Whether it is a file kept for validation that names its period, its time, one class, and units or points."""
        is_whole = self.use == "validation" and bool(self.time) and bool(self.covers)
        place = self.locate and (self.locate.longitude or self.locate.unit)
        return is_whole and bool(self.classify and self.classify.class_ and place)

    @model_validator(mode="after")
    def _named(self) -> Passport:
        if bool(self.files) == bool(self.file) or bool(self.file) != bool(self.sha256):
            raise ValueError("give either file with sha256, or files")
        if len({f.file for f in self.files}) != len(self.files):
            raise ValueError("files: a file stands twice. Keep one of the two")
        return self

    @model_validator(mode="after")
    def _told_apart(self) -> Passport:
        if told := list(account.faults(self, self.raw_files, self.counts_column)):
            raise ValueError("; ".join(told))
        return self

    @property
    def counts_column(self) -> str | None:
        """The column with how many records a row stands for; None: a row is one record.

        A sensitive source that is loaded as it is may hold nothing but counts by month and unit, so its one whole
        number that is no key is the count; so is a column in which small counts are suppressed.
        """
        is_plain = self.sensitive and not self.reduce
        found = [name for name in self.counts if is_plain or self.columns[name].suppressed]
        return self.counted or (found[0] if len(found) == 1 else None)

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
    def _fits(self) -> Passport:
        told = list(of_columns.faults(self.columns, self.wide))
        headed = {self.wide.heading} if self.wide else set()  # a month's heading is part of a date, beside a year
        if strange := sorted(self.parts & (self.made - headed | set(self.ignore))):
            told.append(f"columns: from names {', '.join(strange)}, which is made of others or ignored. Name another")
        if self.reduce and any(column.suppressed for column in self.columns.values()):
            told.append("suppressed: a file of counts needs no reduce. Leave out one of the two")
        if told:
            raise ValueError("; ".join(told))
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
    def _covered(self) -> Passport:
        if wrong := fault(self.covers, self.gaps, self.quiet):
            raise ValueError(wrong)
        ends = [day for period in self.covers for day in (period.from_, period.to)]
        if self.time_grain == "year" and any((day.month, day.day) != (1, 1) for day in ends):
            raise ValueError(
                "covers: a file whose dates stand for years covers whole calendar years. Let from and to be the first "
                "of January"
            )
        return self

    @model_validator(mode="after")
    def _complete(self) -> Passport:
        if self.use == "scored" and not (self.time and self.classify and self.covers):
            raise ValueError("a scored source needs time, classify and covers")
        named = {*self.time, *self.unique, *(self.classify.columns if self.classify else ())}
        named |= {self.counted} if self.counted else set()
        named |= set(self.winning_columns)
        if self.locate:
            named |= {c for c in (self.locate.unit, self.locate.longitude, self.locate.latitude) if c}
        if unknown := sorted(named - set(self.columns)):
            raise ValueError(
                f"columns: the passport uses columns that it does not declare: {', '.join(unknown)}. Declare them"
            )
        return self
