"""The verb reconcile, and what run and show end with: where every row of every file went."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from harmmodel import registry
from harmmodel.cli import tables
from harmmodel.cli.base import Audience, PlaceName, Project, app, root, tell
from harmmodel.cli.tables import TERMINAL, Part, TerminalLine, TerminalTable, format_option
from harmmodel.views import words
from harmmodel.views.overview import account, reconciliation
from harmmodel.warehouse.store import editions
from harmmodel.warehouse.store.runs import StoredRun


class By(StrEnum):
    """What a row of the answer is."""

    file = "file"
    class_ = "class"
    month = "month"


@app.command()
def reconcile(
    place: PlaceName,
    project: Project = Path(),
    by: Annotated[
        By, typer.Option(help="A row for each file, or for each class or month what of it reached the core tables.")
    ] = By.file,
    format_: Annotated[str, format_option("How to print it.")] = TERMINAL,
    audience: Annotated[
        Audience | None, typer.Option(help="For whom; internal in the terminal and public in files when left out.")
    ] = None,
) -> None:
    """Print where every row of every file went: counted, outside, rejected, repeated, and what reached the cube."""
    home = root(project)
    readers = audience or (Audience.internal if format_ == TERMINAL else Audience.public)
    run = registry.load_run(home, place, editions.published_id(home, place, readers))
    tables.answer(format_, account.export(run, by), _parts(run, by))


def tell_account(run: StoredRun) -> None:
    """Say on standard error what a run dropped or assumed, a line for each file."""
    for line in account.lines(run):
        tell(line)


def _parts(run: StoredRun, by: str) -> Iterator[Part]:
    if by == "file":
        shown = reconciliation.table(run)
        frame = shown.written()
        rows, right = frame.itertuples(index=False), list(shown.formats)
        yield TerminalTable(list(frame.columns), rows, title=shown.label, right=right, folds=True, ruled=True)
        yield TerminalLine(shown.note, wraps=True)
    else:
        frame = account.export(run, by).frame.drop(columns=["run_id", "as_of", "audience"])
        names = {name: words.capital(str(name)) for name in frame}
        numbers = [words.capital(name) for name in ("counted", "listed", "events", "difference")]
        frame = frame.rename(columns=names)
        cells = frame.assign(**{name: frame[name].map(words.count) for name in numbers}).fillna(words.MISSING)
        title = "Counted events, those listed one by one, and those in the cube"
        yield TerminalTable(list(cells.columns), cells.itertuples(index=False), title=title, right=numbers)
    for sentence in account.core_sentences(run):
        yield TerminalLine(sentence, wraps=True)
