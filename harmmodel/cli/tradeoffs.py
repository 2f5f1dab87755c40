"""The verb tradeoffs: what one more recorded event counts in a score, in homicides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from harmmodel.cli import tables
from harmmodel.cli.base import PlaceName, Project, app, root
from harmmodel.cli.tables import TERMINAL, Part, TerminalLine, TerminalTable, format_option
from harmmodel.views.areas.explain import find_unit
from harmmodel.views.indicators import tradeoffs as view
from harmmodel.warehouse.store import editions
from harmmodel.warehouse.store.runs import AreaRun


@app.command()
def tradeoffs(
    place: PlaceName,
    project: Project = Path(),
    unit: Annotated[str, typer.Option(help="An area by id or name; the median area when left out.")] = "",
    format_: Annotated[str, format_option("How to print it.")] = TERMINAL,
) -> None:
    """Show how many homicides one more recorded event of each kind counts in the score."""
    run = editions.published(root(project), place)
    unit_id = find_unit(run, unit) if unit else ""
    tables.answer(format_, view.export(run, unit_id), _parts(run, unit_id))


def _parts(run: AreaRun, unit_id: str) -> Iterator[Part]:
    shown = view.table(run, unit_id)
    frame = shown.frame.assign(**{name: shown.frame[name].map(write) for name, write in shown.formats.items()})
    yield TerminalTable(
        list(frame.columns), frame.itertuples(index=False), title=shown.label, right=list(shown.formats), folds=True
    )
    yield TerminalLine(shown.note, wraps=True)
    for sentence in view.sentences(run):
        yield TerminalLine(sentence, wraps=True)
