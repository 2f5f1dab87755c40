"""The verb disparity: how often stops fall on each group, and what comes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from harmmodel.cli.base import Format, PlaceName, Project, app, output, root
from harmmodel.views import export, words
from harmmodel.views.disparity import page as view
from harmmodel.views.disparity import tables as told
from harmmodel.views.disparity.tables import tables
from harmmodel.views.parts import Table as Shown
from harmmodel.warehouse.read import disparity as read_disparity
from harmmodel.warehouse.read.disparity import StopsRun


@app.command()
def disparity(
    place: PlaceName,
    project: Project = Path(),
    format_: Annotated[
        Format, typer.Option("--format", help="table: drug stops; csv and json: every comparison.")
    ] = Format.table,
) -> None:
    """Print how often stops fall on each ethnicity and gender against several populations, and what comes of them."""
    run = read_disparity.published(root(project), place)
    if format_ is Format.json:
        typer.echo(told.as_json(run))
    elif format_ is Format.csv:
        typer.echo(export.csv_bytes(told.long_table(run)).decode("utf-8"), nl=False)
    else:
        print_tables(run)


def print_tables(run: StopsRun, most: int | None = None) -> None:
    """Print ratios and outcomes of drug stops, and what must be said beside them."""
    chosen = view.asked(run, None, None, None)
    result = view.disparity(run, chosen)
    ratios, shares = view.cut(run, chosen)
    # By gender and by both against the first population alone: the others would be four times the rows.
    ratios = ratios[(ratios["dimension"] == "ethnicity") | (ratios["benchmark"] == chosen.benchmark)]
    console = output()
    period = words.period(run.facts["from"], run.facts["to"])
    console.print(Text(f"{run.place.label}: stops of people, {period}, run {run.run_id}. Nothing is scored."))
    for shown in tables(run, chosen.reason, chosen.scheme, ratios, shares)[:2]:
        _print(shown, most)
    for line in (*result.sentences, *result.limits):
        console.print(Text(line))


def _print(shown: Shown, most: int | None) -> None:
    written = shown.written()
    table = Table(title=Text(shown.alt), title_justify="left")
    for name in written.columns:
        is_text = name in ("Group", "Compared with", "Population", "Outcome")
        table.add_column(str(name), justify="left" if is_text else "right")
    for row in written[:most].itertuples(index=False):
        table.add_row(*(Text(str(cell)) for cell in row))
    output().print(table)
