"""How verbs hand out rows: the formats they offer, and the one way a table is drawn in the terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import Console
from rich.table import Table as Drawn
from rich.text import Text

from harmmodel.cli.base import hand_out, messages, output, terminal_text
from harmmodel.views import export
from harmmodel.views.export import Export
from harmmodel.views.words import listing

TERMINAL = "table"


@dataclass(frozen=True)
class TerminalTable:
    """A table in the terminal. Every text of it is shown as it is written and never read as markup.

    Attributes
    ----------
    rows : one cell per column, whatever its type
    right : columns whose cells stand at the right
    folds : a cell that is too long goes on in the next line instead of being cut
    ruled : a line under each row
    """

    columns: Sequence[object]
    rows: Iterable[Sequence[object]]
    title: str = ""
    caption: str = ""
    right: Collection[str] = ()
    folds: bool = False
    ruled: bool = False


@dataclass(frozen=True)
class TerminalLine:
    """A line of text; *wraps* breaks it at the width of the terminal, *aside* is said on standard error."""

    text: str
    is_bold: bool = False
    wraps: bool = False
    aside: bool = False


Part = TerminalTable | TerminalLine


def formats(*, own: Sequence[str] = (), terminal: bool = True) -> tuple[str, ...]:
    """Return the formats that a verb with rows offers: *own* ones, the terminal's, and all that are registered."""
    return (*own, *((TERMINAL,) if terminal else ()), *export.FORMATS)


def format_option(
    help_: str, *, own: Sequence[str] = (), terminal: bool = True, also: Mapping[str, str] | None = None
) -> Any:
    """Return the option ``--format`` of a verb with rows.

    Parameters
    ----------
    help_ : what the formats hold; ``{files}`` stands for the registered ones
    own : formats of this verb alone
    terminal : whether it draws in the terminal too
    also : former names of formats, still understood
    """
    names = formats(own=own, terminal=terminal)

    def chosen(text: str) -> str:
        format_name = (also or {}).get(text, text)
        if format_name not in names:
            raise typer.BadParameter(f"{text!r} is not one of {', '.join(repr(name) for name in names)}.")
        return format_name

    help_text = help_.replace("{files}", listing(export.FORMATS))
    return typer.Option("--format", help=help_text, metavar=f"<{'|'.join(names)}>", parser=chosen)


def answer(format_: str, rows: Export, terminal: Iterable[Part] = ()) -> None:
    """Print *rows* in the format that was asked for; *terminal* is what is drawn instead where it is the terminal's."""
    if format_ == TERMINAL:
        show(terminal)
    else:
        hand_out(export.FORMATS[format_].text(rows))


def show(parts: Iterable[Part]) -> None:
    """Print tables and lines in their order."""
    console = output()
    for part in parts:
        if isinstance(part, TerminalTable):
            console.print(drawn(part))
        else:
            _say(messages if part.aside else console, part)


def _say(console: Console, line: TerminalLine) -> None:
    console.print(terminal_text(line.text, "bold" if line.is_bold else ""), soft_wrap=not line.wraps)


def drawn(table: TerminalTable) -> Drawn:
    """Lay out a table; no text of it is read as markup."""
    layout = Drawn(
        title=_styled(table.title, "table.title"),
        caption=_styled(table.caption, "table.caption"),
        title_justify="left",
        caption_justify="left",
        show_lines=table.ruled,
    )
    rows = [[terminal_text(cell) for cell in row] for row in table.rows]
    for place, column in enumerate(table.columns):
        name = str(column)
        # An id is what other verbs ask for: it is never cut.
        least = max((len(row[place]) for row in rows), default=0) if name == "Id" else None
        layout.add_column(
            terminal_text(name),
            justify="right" if name in table.right else "left",
            overflow="fold" if table.folds else "ellipsis",
            min_width=least,
        )
    for cells in rows:
        layout.add_row(*cells)
    return layout


def _styled(text: str, style: str) -> Text | None:
    return terminal_text(text, style) if text else None
