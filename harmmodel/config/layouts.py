"""Layouts of files that many places have alike: how one is known, and what may be read of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from harmmodel.config.passport import ColumnName
from harmmodel.config.place import UnitNoun
from harmmodel.config.reader import Reader
from harmmodel.config.types import Identifier, Strict, Text
from harmmodel.errors import ConfigError


class LayoutCode(Strict):
    """An offence as the publisher writes it, and the class it stands for everywhere."""

    code: str = Field(min_length=1, max_length=400, description="As the publisher writes it.")
    class_: Identifier = Field(alias="class", description="The class it stands for.")
    enforcement: bool = Field(default=False, description="True: recorded because police looked.")
    match: Literal["exact", "closest", "proxy"] = Field(default="exact", description="How well the class fits.")
    note: str = Field(default="", max_length=400, description="What the class leaves out.")


class LayoutPlace(Strict):
    """What a place fed by such files alone is called, and what it can score."""

    unit_noun: UnitNoun = Field(description="What one unit and several are called.")
    indicators: tuple[Identifier, ...] = Field(default=(), description="Indicators that the files can feed.")
    serious_violence: tuple[Identifier, ...] = Field(default=(), description="Harm classes of serious violence.")
    drug_classes: tuple[Identifier, ...] = Field(default=(), description="Enforcement classes that are drug arrests.")


class Layout(Strict):
    """A file that a publisher hands out in one form to everybody. ``config/layouts/<id>.yaml``.

    It says nothing of one place: which file, which period and which hash is found by ``harmmodel add``.
    """

    id: Identifier = Field(description="Equals the file name.")
    label: Text = Field(description="What the file is.")
    source: Identifier = Field(description="Name of the passport that is written for it.")
    recognise: tuple[ColumnName, ...] = Field(min_length=2, description="Headings that every such file has.")
    passport: dict[str, Any] = Field(description="The passport, but for file, hash, period and day of access.")
    codes: tuple[LayoutCode, ...] = Field(default=(), description="Its offences. One that is missing is suggested.")
    place: LayoutPlace | None = Field(default=None, description="A place that has such files alone.")
    indicators: dict[Identifier, dict[str, Any]] = Field(
        default_factory=dict, description="Indicators that a project is given if it has none of that name."
    )

    @model_validator(mode="after")
    def _without_a_file(self) -> Layout:
        if own := sorted({"id", "file", "files", "sha256", "covers", "accessed"} & set(self.passport)):
            raise ValueError(f"passport: {', '.join(own)}: found in each file by itself. Leave it out")
        return self


def load_layouts(project: Path) -> dict[str, Layout]:
    """Return the layouts that a project knows by their id; none where it has no ``config/layouts``.

    Raises
    ------
    ConfigError
        With every fault of every layout.
    """
    home = project / "config" / "layouts"
    if not home.is_dir():
        return {}
    reader = Reader(project)
    layouts = reader.named(home, Layout)
    if reader.faults:
        raise ConfigError("layouts cannot be read:\n  " + "\n  ".join(reader.faults))
    return layouts
