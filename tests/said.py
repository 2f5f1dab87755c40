"""Every text of a view's answer, without drawing it: sentences, cells of tables and the words beside rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pandas as pd

from harmmodel.views.blocks import Step, Table


def said(answer: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Give each text with the place where it stands; a cell of a table or of a step is text, whatever it holds."""
    if isinstance(answer, str):
        yield where, answer
    elif isinstance(answer, Table):
        yield from ((f"{where}.{name}", getattr(answer, name)) for name in ("label", "alt", "note"))
        yield from _cells(answer.written(), where, of_all=True)
    elif isinstance(answer, Step):
        yield from ((f"{where}.{name}", getattr(answer, name)) for name in ("title", "words", "alt"))
        yield from _cells(answer.rows, f"{where}, {answer.title}", of_all=True)
    elif isinstance(answer, pd.DataFrame):
        yield from _cells(answer, where, of_all=False)
    elif isinstance(answer, Mapping):
        yield from (text for key, part in answer.items() for text in said(part, f"{where}[{key}]"))
    elif isinstance(answer, list | tuple):
        yield from (text for part in answer for text in said(part, where))
    elif is_dataclass(answer):
        yield from (text for f in fields(answer) for text in said(getattr(answer, f.name), f"{where}.{f.name}"))


def _cells(frame: pd.DataFrame, where: str, *, of_all: bool) -> Iterator[tuple[str, str]]:
    """Cells of a frame: all of a table that is read; of a picture's rows only what is text, since NaN draws nothing."""
    for name in frame.columns:
        for cell in frame[name]:
            if of_all or isinstance(cell, str):
                yield f"{where}, {name}", str(cell)


def sentences(answer: Any) -> str:
    """All of it in one text, one piece a line."""
    return "\n".join(text for _, text in said(answer))
