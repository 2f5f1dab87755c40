"""Printing the activity lens for the verbs show and explain."""

from __future__ import annotations

import typer
from rich.table import Table
from rich.text import Text

from harmmodel.cli.base import Format, output
from harmmodel.views import export, words
from harmmodel.views.activities import table as activities_table
from harmmodel.views.source import interval_name
from harmmodel.warehouse.store.runs import Run

RIGHT = ("Records", "Share", "Place risk", "Followed", "Expected", "Excess", "Interval", "Hours", "Hours, interval")


def show(run: Run, format_: Format) -> None:
    """Print the ladder of activities."""
    if format_ is Format.json:
        typer.echo(activities_table.as_json(run))
    elif format_ is Format.csv:
        typer.echo(export.csv_bytes(activities_table.activity_ranking(run)).decode("utf-8"), nl=False)
    else:
        _print(run)


def _print(run: Run) -> None:
    rows = activities_table.printed(run)
    facts = run.facts["activity"]
    table = Table(
        title=f"{run.place.label}: violence after enforcement records against chance, "
        f"{words.period(facts['from'], facts['to'])}, {interval_name(run)}s, run {run.run_id}",
        title_justify="left",
        caption_justify="left",
        caption="Excess is followed over expected; 1.00 is what the same place gives in other weeks. Place risk is "
        "against the city's average. Hours are what the records took, mostly by assumption, not what a decision would "
        "free for certain. A person decides.",
    )
    for name in rows.columns:
        table.add_column(str(name), justify="right" if name in RIGHT else "left")
    for row in rows.itertuples(index=False):
        table.add_row(*(Text(str(cell)) for cell in row))
    output().print(table)
    output().print(Text(" ".join(activities_table.finding(run, activities_table.ladder(run)))))
