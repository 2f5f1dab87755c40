"""The parts a page is made of: pictures and tables with all their words, ready to draw."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from harmmodel.views import words

LARGE = 100  # areas; above, a list is drawn in part and a map can be enlarged
FIGURE = re.compile(r"^((under |fewer than )?[\d.,–%]+( events)?)$")


def intervals(frame: pd.DataFrame, name: str = "", decimals: int = 0) -> list[str]:
    """The interval of column *name* as text, row by row; without a name, from low to high."""
    low, high = (frame[f"{name}_{end}" if name else end] for end in ("low", "high"))
    return [words.interval(a, b, decimals) for a, b in zip(low, high, strict=True)]


@dataclass(frozen=True)
class Picture:
    """A picture: its heading, how to read it, its data, the finding in words and what must be said under it."""

    title: str
    how_to_read: str
    frame: pd.DataFrame
    alt: str
    note: str = ""


@dataclass(frozen=True)
class Table:
    """A table of all rows: the heading that opens it, its columns named for readers, and its file name.

    Numbers keep full precision: *formats* says how a column is written on the page, once and at the end, and the
    download holds the numbers as they are. *origin* holds columns that only the download has: run, date and unit.
    """

    label: str
    frame: pd.DataFrame
    file_name: str
    alt: str
    formats: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    origin: pd.DataFrame | None = None
    note: str = ""

    @property
    def download(self) -> pd.DataFrame:
        """The rows as they are downloaded, so that each can be led back to its run."""
        if self.origin is None:
            return self.frame
        return pd.concat([self.origin.reset_index(drop=True), self.frame.reset_index(drop=True)], axis=1)

    def written(self) -> pd.DataFrame:
        """The rows as they are read on the page, all text where a format says how."""
        formats = self.formats
        return self.frame.assign(**{name: [formats[name](cell) for cell in self.frame[name]] for name in formats})


@dataclass(frozen=True)
class Step:
    """One step of an explanation: its heading, what happens in words (plain text) and the rows it works on, as text."""

    title: str
    words: str
    rows: pd.DataFrame
    alt: str

    @property
    def figures(self) -> tuple[str, ...]:
        """Names of the columns that hold figures: these are set to the right."""
        return tuple(str(name) for name in self.rows if all(FIGURE.match(str(cell)) for cell in self.rows[name]))


@dataclass(frozen=True)
class Explanation:
    """How the figures of one unit, group or activity come about: every step in turn (plain text)."""

    unit_id: str
    label: str
    title: str
    finding: str
    steps: tuple[Step, ...]
    note: str


@dataclass(frozen=True)
class ActionLine:
    """One area and what to know of it; label as it is, text escaped."""

    unit_id: str
    label: str
    text: str


@dataclass(frozen=True)
class ActionList:
    """A heading with its sign, the areas it holds, and what is true of all of them."""

    key: str
    heading: str
    lines: tuple[ActionLine, ...]
    summary: str
