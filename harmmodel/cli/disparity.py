"""The verb disparity: how often stops fall on each group, and what comes of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from harmmodel.cli import tables
from harmmodel.cli.base import PlaceName, Project, app, root
from harmmodel.cli.tables import TERMINAL, Part, TerminalLine, TerminalTable, format_option
from harmmodel.views import words
from harmmodel.views.disparity import page as view
from harmmodel.views.disparity import tables as told
from harmmodel.warehouse.read import disparity as read_disparity
from harmmodel.warehouse.read.disparity import DisparityRun


@app.command()
def disparity(
    place: PlaceName,
    project: Project = Path(),
    format_: Annotated[
        str, format_option("table prints the stops for drugs, {files} print every comparison.")
    ] = TERMINAL,
) -> None:
    """Print how often stops fall on each ethnicity and gender against several populations, and what comes of them."""
    run = read_disparity.published(root(project), place)
    tables.answer(format_, told.long_export(run), terminal(run))


def terminal(run: DisparityRun, most: int | None = None) -> Iterator[Part]:
    """Return ratios and outcomes of drug stops, at most so many rows of each, and what must be said beside them."""
    chosen = view.asked(run, None, None, None)
    result = view.disparity(run, chosen)
    ratios, shares = view.cut(run, chosen)
    # By gender and by both against the first population alone: the others would be four times the rows.
    ratios = ratios[(ratios["dimension"] == "ethnicity") | (ratios["benchmark"] == chosen.benchmark)]
    period = words.period(run.facts["from"], run.facts["to"])
    yield TerminalLine(
        f"{run.place.label}: stops of people, {period}, run {run.run_id}. Nothing is scored.", wraps=True
    )
    for shown in told.tables(run, chosen.reason, chosen.scheme, ratios, shares)[:2]:
        written = shown.written()
        names = [str(name) for name in written.columns]
        figures = [name for name in names if name not in ("Group", "Compared with", "Population", "Outcome")]
        yield TerminalTable(names, written[:most].itertuples(index=False), title=shown.alt, right=figures)
    for line in (*result.sentences, *result.limits):
        yield TerminalLine(line, wraps=True)
    known = result.gaps.frame
    yield TerminalTable(list(known.columns), known.itertuples(index=False), title=result.gaps.label)
