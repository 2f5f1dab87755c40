"""Layouts of files that many places have alike: how one is known, and what may be read of it."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from harmmodel.config.place import UnitNoun
from harmmodel.config.reader import Reader
from harmmodel.config.rows.columns import ColumnName
from harmmodel.config.types import Identifier, Reason, Strict, Text
from harmmodel.errors import ConfigError


class LayoutCode(Strict):
    """An offence as the publisher writes it, and the class that it is proposed to stand for."""

    code: str = Field(min_length=1, max_length=400, description="As the publisher writes it.")
    class_: Identifier = Field(alias="class", description="The class it stands for.")
    enforcement: bool = Field(default=False, description="True: recorded because police looked.")
    match: Literal["exact", "closest", "proxy"] = Field(default="exact", description="How well the class fits.")
    kind: Identifier | Literal[""] = Field(default="", description="What enforcement is about, as in the crosswalk.")
    note: str = Field(default="", max_length=400, description="What the class leaves out.")


class LayoutPlace(Strict):
    """What a place of such files is called where it has no outlines, and what is serious there."""

    unit_noun: UnitNoun | None = Field(default=None, description="What one unit and several are called.")
    serious_violence: tuple[Identifier, ...] = Field(default=(), description="Harm classes of serious violence.")
    drug_classes: tuple[Identifier, ...] = Field(default=(), description="Enforcement classes that are drug arrests.")
    measure: Identifier = Field(default="police_record", description="What its rows of enforcement are counts of.")


class Joined(Strict):
    """Tables that are one only together: which headings tell each, and what is taken of them."""

    name: Identifier = Field(description="Name of the table that they make.")
    tables: dict[Identifier, tuple[ColumnName, ...]] = Field(
        min_length=2, description="Headings that tell each table, in any capitals; rows are those of the first."
    )
    keys: dict[Identifier, ColumnName] = Field(description="The column by which each other table is found.")
    optional: tuple[Identifier, ...] = Field(default=(), description="Tables that may be missing.")
    columns: dict[Identifier, tuple[str, ...]] = Field(
        min_length=1, description="Column → where it is taken from, as table.COLUMN; the first that is filled counts."
    )
    dates: dict[Identifier, tuple[str, ...]] = Field(
        default_factory=dict, description="Columns that are days, with forms besides the standard's."
    )
    others: tuple[ColumnName, ...] = Field(default=(), description="Headings of tables that are left out beside them.")


class Layout(Strict):
    """A file that a publisher hands out in one form to everybody. ``config/layouts/<id>.yaml``.

    It says nothing of one place: which file, which period and which hash is found by ``harmmodel add``.
    """

    id: Identifier = Field(description="Equals the file name.")
    label: Text = Field(description="What the file is.")
    source: Identifier = Field(description="Name of the passport that is written for it.")
    recognise: tuple[ColumnName, ...] = Field(default=(), description="Headings that every such file has.")
    joined: Joined | None = Field(default=None, description="Tables that are joined into one, which has its layout.")
    codes_of: Identifier | None = Field(default=None, description="The layout that has the same offences.")
    lacks: tuple[ColumnName, ...] = Field(default=(), description="Headings that none of these files has.")
    left_out: Reason | None = Field(default=None, description="Why such a file is not read, if it is not.")
    alone: Reason | None = Field(default=None, description="What is said where a place has such files alone.")
    passport: dict[str, Any] = Field(
        default_factory=dict, description="The passport, but for file, hash, period and day of access."
    )
    units: tuple[ColumnName, ...] = Field(
        default=(), description="Columns that may hold ids of units; the first whose ids the outlines have is taken."
    )
    reduce: str | None = Field(default=None, max_length=4000, description="A SELECT that reduces its rows.")
    complete: Reason | None = Field(
        default=None,
        description="Why a month without a record is one without an event; it covers whole calendar years.",
    )
    counted_where: str | None = Field(
        default=None,
        max_length=400,
        description="SQL of which rows of harm core_count takes, where not all can be placed.",
    )
    counted_in: dict[ColumnName, str] = Field(
        default_factory=dict, description="The same where units are those of a column, as of whole states."
    )
    codes: tuple[LayoutCode, ...] = Field(default=(), description="Its offences, each proposed until reviewed.")
    place: LayoutPlace = Field(default=LayoutPlace(), description="What a place of such files is.")
    indicators: dict[Identifier, dict[str, Any]] = Field(
        default_factory=dict, description="Indicators that a project is given if it has none of that name."
    )

    @model_validator(mode="after")
    def _without_a_file(self) -> Layout:
        if own := sorted({"id", "file", "files", "sha256", "covers", "accessed"} & set(self.passport)):
            raise ValueError(f"passport: {', '.join(own)}: found in each file by itself. Leave it out")
        if bool(self.passport) == bool(self.left_out):
            raise ValueError("give either passport, or left_out: the reason why such a file is not read")
        if (self.recognise and self.joined) or not (self.recognise or self.joined or self.codes):
            raise ValueError("give either recognise, or joined; or codes alone, which are words for offences")
        return self


def load_layouts(project: Path) -> dict[str, Layout]:
    """Return the layouts that ship with the package and those of the project, which come first, by id.

    Raises
    ------
    ConfigError
        With every fault of every layout.
    """
    with as_file(files("harmmodel").joinpath("example", "config", "layouts")) as shipped:
        found = {**_read(shipped), **_read(project / "config" / "layouts")}
    return {
        name: item.model_copy(update={"codes": found[item.codes_of].codes}) if item.codes_of in found else item
        for name, item in found.items()
    }


def _read(home: Path) -> dict[str, Layout]:
    if not home.is_dir():
        return {}
    reader = Reader(home.parent)
    layouts = reader.named(home, Layout)
    if reader.faults:
        raise ConfigError("layouts cannot be read:\n  " + "\n  ".join(reader.faults))
    return layouts
