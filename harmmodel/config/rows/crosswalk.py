"""What texts of raw files stand for: offences in crosswalk.csv, every other text that classifies in texts.csv."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated, Literal, Protocol

from pydantic import BeforeValidator, Field, field_validator, model_validator

from harmmodel.config.passport import Passport
from harmmodel.config.rows.columns import ColumnName
from harmmodel.config.types import Identifier, Strict

EMPTY = "(empty)"  # how a line writes a value that the file leaves blank
NOTHING = "(nothing)"  # what a line says of a value that stands for nothing
OTHER = "other"  # a kind that no rule of an activity asks for
SEPARATOR = " | "  # between the values that make up a crosswalk code
# Names that the loader gives to columns of its own.
TAKEN = frozenset({"occurred_at", "month", "class", "unit_id", "geometry", "km2", "rowid", "code"})
Written = Annotated[str, Field(max_length=400), BeforeValidator(lambda text: EMPTY if text == "" else text)]


class Spelling(Strict):
    """A line about one way of writing, and the days on which it counts: all, if it says neither from nor to."""

    from_: dt.date | None = Field(default=None, alias="from")
    to: dt.date | None = None

    @field_validator("from_", "to", mode="before")
    @classmethod
    def _blank(cls, day: object) -> object:
        return None if day == "" else day

    @model_validator(mode="after")
    def _ordered(self) -> Spelling:
        if self.from_ and self.to and not self.from_ < self.to:
            raise ValueError(f"to ({self.to}) must be after from ({self.from_})")
        return self

    @property
    def is_dated(self) -> bool:
        """Whether it holds for a period only."""
        return self.from_ is not None or self.to is not None

    def meets(self, from_: dt.date, to: dt.date) -> bool:
        """Say whether it holds on a day of the half-open period."""
        return (self.from_ is None or self.from_ < to) and (self.to is None or from_ < self.to)


class CrosswalkRow(Spelling):
    """One offence as the source writes it and the class it stands for."""

    source: Identifier
    code: Written
    class_: Identifier = Field(alias="class")
    enforcement: bool
    match: Literal["exact", "closest", "proxy", "suggested"]
    kind: Identifier | Literal[""] = ""
    note: str = ""

    @property
    def written(self) -> str:
        """The code as it stands in the file: a blank value is an empty text."""
        return SEPARATOR.join("" if part == EMPTY else part for part in self.code.split(SEPARATOR))


class TextRow(Spelling):
    """One text of a column as the source writes it (* is any text) and what it stands for in a field."""

    source: Identifier
    column: ColumnName
    field: Identifier
    written: Written
    stands_for: Annotated[str, Field(min_length=1, max_length=400)]
    note: str = ""

    @property
    def value(self) -> str | None:
        """What it stands for; None: nothing."""
        return None if self.stands_for == NOTHING else self.stands_for

    @property
    def text(self) -> str:
        """The value as it stands in the file; a blank one is an empty text."""
        return "" if self.written == EMPTY else self.written

    @property
    def is_pattern(self) -> bool:
        """Whether a star in it stands for any text."""
        return "*" in self.written


class _Said(Protocol):
    """The parts of a config that are compared here."""

    @property
    def passports(self) -> dict[str, Passport]: ...
    @property
    def crosswalk(self) -> tuple[CrosswalkRow, ...]: ...
    @property
    def texts(self) -> tuple[TextRow, ...]: ...


def crosswalk_faults(config: _Said, here: str) -> Iterator[str]:
    """Tell contradictions inside crosswalk.csv, and between it and the passports; *here*: the place's folder."""
    by_code: dict[tuple[str, str], list[CrosswalkRow]] = defaultdict(list)
    flags: dict[str, set[bool]] = {}
    for row in config.crosswalk:
        by_code[row.source, row.written].append(row)
        flags.setdefault(row.class_, set()).add(row.enforcement)
        if row.source not in config.passports:
            yield (
                f"{here}/crosswalk.csv: {row.code!r}: there is no passport sources/{row.source}.yaml. Add it or "
                "correct source"
            )
    for (source, _), lines in sorted(by_code.items()):
        if _overlap(lines):
            yield (
                f"{here}/crosswalk.csv: {source}: {lines[0].code!r} stands {len(lines)} times. Keep one row, or give "
                "each a period (from, to) of its own"
            )
    for class_, both in sorted(flags.items()):
        if len(both) > 1:
            yield (
                f"{here}/crosswalk.csv: class {class_!r} is enforcement in some rows and harm in others; give them two "
                "names"
            )
    yield from _kinds(config.crosswalk, f"{here}/crosswalk.csv")


def _kinds(rows: Sequence[CrosswalkRow], here: str) -> Iterator[str]:
    """A class is told apart by kind in each of its rows or in none: a row without would be taken for any kind."""
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        kinds[row.source, row.class_].add(row.kind)
    for row in rows:
        known = sorted(kinds[row.source, row.class_] - {""})
        if known and not row.kind:
            yield (
                f"{here}: {row.source}: {row.code!r} has no kind, and other rows of class {row.class_} have "
                f"{', '.join(known)}. Write one of them, or {OTHER}"
            )
        if row.kind and not row.enforcement:
            yield f"{here}: {row.source}: {row.code!r}: kind tells activities of enforcement apart. Leave it empty"
    by_code: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.enforcement:
            by_code[row.code].add(row.kind)
    for code, said in sorted(by_code.items()):
        if len(said) > 1:
            yield f"{here}: {code!r} is of kind {' and '.join(map(repr, sorted(said)))}. Keep one of them"


def kind_faults(config: _Said, here: str, known: frozenset[str]) -> Iterator[str]:
    """Tell kinds of crosswalk.csv that no rule of an activity asks for; *known*: those that rules name."""
    for kind in sorted({row.kind for row in config.crosswalk} - known - {"", OTHER}):
        yield (
            f"{here}/crosswalk.csv: no rule of config/activities.yaml names kind {kind!r}. Correct it, name it there, "
            f"or write {OTHER}. Rules name {', '.join(sorted(known)) or 'none'}"
        )


def text_faults(config: _Said, here: str) -> Iterator[str]:
    """Tell contradictions inside texts.csv, and between it and the passports."""
    here = f"{here}/texts.csv"
    by_field: dict[tuple[str, str], list[TextRow]] = defaultdict(list)
    for row in config.texts:
        by_field[row.source, row.field].append(row)
    for (source, field), rows in sorted(by_field.items()):
        passport = config.passports.get(source)
        if passport is None:
            yield f"{here}: there is no passport sources/{source}.yaml. Add it or correct source"
            continue
        said = f"{here}: {source}, field {field}"
        yield from (f"{said}: {fault}" for fault in _field_faults(field, rows, passport))
        yield from (f"{said}: {fault}" for fault in _line_faults(rows, passport))


def _field_faults(field: str, rows: Sequence[TextRow], passport: Passport) -> Iterator[str]:
    columns = sorted({row.column for row in rows})
    if len(columns) > 1:
        yield f"it is made of the columns {', '.join(columns)}. Give each column a field of its own"
    if strange := [name for name in columns if name not in passport.columns]:
        yield f"sources/{passport.id}.yaml declares no column {', '.join(strange)}. Declare it or correct column"
    if field in TAKEN | {name.lower() for name in passport.columns} or field.endswith("_"):
        yield "the file or the loader has a column of that name. Choose another"
    if passport.use == "validation":
        yield "a file kept for validation is not loaded, so nothing is read of its texts. Take the lines out"


def _line_faults(rows: Sequence[TextRow], passport: Passport) -> Iterator[str]:
    if not passport.time and any(row.is_dated for row in rows):
        yield "from and to need the time of a row, and its passport names none. Leave them empty"
    by_text: dict[str, list[TextRow]] = defaultdict(list)
    for row in rows:
        by_text[row.text].append(row)
    for lines in by_text.values():
        if _overlap(lines):
            yield (
                f"{lines[0].written!r} stands {len(lines)} times. Keep one line, or give each a period (from, to) of "
                "its own"
            )
    same: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        same["".join(row.stands_for.casefold().split())].add(row.stands_for)
    for several in same.values():
        if len(several) > 1:
            yield f"stands_for: {' and '.join(map(repr, sorted(several)))} differ in writing alone. Write one of them"


def _overlap(lines: Sequence[Spelling]) -> bool:
    """Say whether two lines hold on one day."""
    periods = sorted((line.from_ or dt.date.min, line.to or dt.date.max) for line in lines)
    return any(start < stop for (_, stop), (start, _) in pairwise(periods))
