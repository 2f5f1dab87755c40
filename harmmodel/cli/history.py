"""The verb on the periods of one place."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from harmmodel import pipeline, registry
from harmmodel.audit.history import history
from harmmodel.cli import tables
from harmmodel.cli.base import PlaceName, Project, app, progress, root, tell
from harmmodel.cli.tables import TERMINAL, Part, TerminalLine, TerminalTable, format_option
from harmmodel.views import history as views
from harmmodel.views import recorded, words
from harmmodel.warehouse.store.runs import AreaRun

FIRST = 12  # units in the terminal


@app.command("history")
def show_history(
    place: PlaceName,
    unit: Annotated[str | None, typer.Argument(help="An id as printed by show: its periods, with counts.")] = None,
    project: Project = Path(),
    every: Annotated[
        int | None,
        typer.Option(min=1, max=120, help="First score earlier periods, so many months apart."),
    ] = None,
    format_: Annotated[str, format_option("table prints the first units, {files} every unit and period.")] = TERMINAL,
) -> None:
    """Print scores and tiers of a place over time: all periods that were scored by its published method."""
    home = root(project)
    if every is not None:
        with progress("Scoring periods") as step:
            if ended := pipeline.score_periods(home, place, every, step):
                tell(f"No earlier period is scored: {ended}")
    run = registry.published(home, place)
    told = history(home, place, run.run_id)
    wanted = registry.explained(home, place, f"{run.lens}:{unit}").unit_id if unit else None
    tables.answer(format_, views.export(told), _parts(told, wanted))
    if isinstance(run, AreaRun):
        for sentence in recorded.jumps(run):
            tell(sentence)


def _parts(told: views.History, unit: str | None) -> Iterator[Part]:
    if len(told.periods) < views.FEWEST:
        yield TerminalLine(
            f"{told.place} is scored as of {words.date(told.periods['as_of'].iloc[0])} alone. Score more periods: "
            f"harmmodel history {told.place} --every 12",
            wraps=True,
        )
        return
    yield from (_of_unit(told, unit) if unit else _of_all(told))
    yield from (TerminalLine(sentence, wraps=True) for sentence in views.sentences(told))
    first, last = told.periods["run_id"].iloc[[0, -1]]
    yield TerminalLine(f"The first and the last side by side: harmmodel compare {first} {last}")


def _of_unit(told: views.History, unit: str) -> Iterator[Part]:
    for frame, title in (
        (views.of_unit(told, unit), "Score and tier"),
        (views.raw_of_unit(told, unit), "Counted (rate)"),
    ):
        if len(frame):
            if "Score" in frame:
                frame["Score"] = [words.score(value) for value in frame["Score"]]
            yield TerminalTable(list(frame.columns), frame.to_numpy().tolist(), title=title, folds=True)


def _of_all(told: views.History) -> Iterator[Part]:
    days = [str(day) for day in told.periods["as_of"]]
    rows = []
    for unit, part in told.units.groupby("unit_id", sort=False):
        scored = {str(row["as_of"]): _score(row) for row in part.to_dict("records")}
        rows.append((unit, part["label"].iloc[-1], *(scored.get(day, words.MISSING) for day in days)))
    more = f"The first {FIRST} of {len(rows)}; --format csv prints all." if len(rows) > FIRST else ""
    yield TerminalTable(("Id", "Unit", *map(words.date, days)), rows[:FIRST], caption=more, folds=True)


def _score(row: dict[Hashable, Any]) -> str:
    return f"{words.score(row['score'])} ({words.interval(row['score_low'], row['score_high'])}) {row['tier']}"
