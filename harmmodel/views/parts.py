"""The parts a page is made of: pictures and tables with all their words, ready to draw."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd


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

    *formats* holds printf formats of number columns on the page; the download keeps the numbers as they are.
    """

    label: str
    frame: pd.DataFrame
    file_name: str
    alt: str
    formats: dict[str, str] = field(default_factory=dict)
