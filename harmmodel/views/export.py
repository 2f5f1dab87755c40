"""Rows that are handed out: every format that verbs and downloads offer, and CSV that no spreadsheet runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import pandas as pd

from harmmodel.config import characters


@dataclass(frozen=True)
class Export:
    """Rows as they are handed out, whatever the format.

    Attributes
    ----------
    frame : one row each, numbers in full precision
    about : what a document says before its rows, such as run and place
    document : what a document holds instead, where it is more than rows or other than them
    seal : stands alone before the first row, for example to mark an exercise
    colon : follows a name in JSON; a file that was always written without the space stays so, byte for byte
    """

    frame: pd.DataFrame
    about: Mapping[str, Any] = field(default_factory=dict)
    document: object = None
    seal: str | None = None
    colon: str = ": "

    def content(self) -> object:
        """Return what a document holds; what is not known is null."""
        return {**self.about, "rows": records(self.frame)} if self.document is None else self.document


@dataclass(frozen=True)
class Format:
    """A way to write rows. To add one, add it to `FORMATS`: verbs and pages offer what stands there.

    Attributes
    ----------
    id : the word after ``--format`` and the end of a file's name
    text : the whole text, with a line end
    on_pages : whether tables of pages are downloaded so too
    """

    id: str
    label: str
    mime: str
    text: Callable[[Export], str]
    on_pages: bool = False

    def named(self, file_name: str) -> str:
        """Return *file_name* with the end of this format.

        >>> FORMATS["json"].named("chicago-areas.csv")
        'chicago-areas.json'
        """
        return str(PurePath(file_name).with_suffix(f".{self.id}"))


def neutral(cell: object) -> object:
    r"""Text that a spreadsheet would run gets a quote in front, and a line inside a cell ends in one way only.

    A lone carriage return would end the row, since the writer of CSV does not set it in quotes. Spreadsheets pass over
    spaces at the start. What cannot be seen is written as its code.

    >>> neutral("=1+1"), neutral("  @SUM(1)"), neutral("Loop"), neutral(-3.5), neutral("one\rtwo")
    ("'=1+1", "'  @SUM(1)", 'Loop', -3.5, 'one\ntwo')
    """
    if not isinstance(cell, str):
        return cell
    text = characters.visible(cell.replace("\r\n", "\n").replace("\r", "\n"))
    return f"'{text}" if characters.begins_formula(cell) else text


def neutralised(frame: pd.DataFrame) -> pd.DataFrame:
    """Return *frame* for spreadsheets: numbers stay numbers, text that starts like a formula does not run."""
    safe = frame.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]) and not pd.api.types.is_bool_dtype(safe[name]):
            safe[name] = pd.Series([neutral(cell) for cell in safe[name]], index=safe.index, dtype=object)
    safe.columns = pd.Index([neutral(str(name)) for name in safe.columns])
    return safe


def separated(rows: Export, separator: str = ",") -> str:
    """Return rows as neutralised text, a line each and without the index, the seal alone in the first line."""
    alone = [] if rows.seal is None else [pd.DataFrame(columns=[rows.seal])]
    frames = [neutralised(frame) for frame in (*alone, rows.frame)]
    return "".join(str(frame.to_csv(index=False, lineterminator="\n", sep=separator)) for frame in frames)


def records(frame: pd.DataFrame, *, decimals: int = 15) -> list[dict[str, Any]]:
    """Return rows for a document: plain values, None where something is not known."""
    rows: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=decimals))
    return rows


def as_json(content: object, colon: str = ": ") -> str:
    r"""Write a document; what it says is unchanged wherever it is put.

    What cannot be seen is written by its code, as JSON itself does for some of it, and an end tag so that it ends no
    script when the text is put into a page.

    >>> print(as_json({"a": "</script>\u2028\x1b\u202e"}), end="")
    {
     "a": "<\/script>\u2028\u001b\u202e"
    }
    """
    separators = (",", colon)
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False, separators=separators) + "\n"
    return _json_visible(text).replace("</", "<\\/").replace("<!--", "<\\u0021--")


def _json_visible(text: str) -> str:
    if text.replace("\n", "").isprintable():
        return text
    hidden = {character for character in set(text) if characters.is_refused(character)}
    return text.translate({ord(character): json.dumps(character)[1:-1] for character in hidden})


def _json(rows: Export) -> str:
    return as_json(rows.content(), rows.colon)


FORMATS: dict[str, Format] = {
    file_format.id: file_format
    for file_format in (
        Format("csv", "CSV", "text/csv", separated, on_pages=True),
        Format("json", "JSON", "application/json", _json),
    )
}
