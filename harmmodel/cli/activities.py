"""Printing the activity lens for the verbs show and explain."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from harmmodel.cli.base import output
from harmmodel.views import words
from harmmodel.views.activities import table as activities_table
from harmmodel.views.source import interval_name
from harmmodel.warehouse.store.runs import Run

RIGHT = ("Records", "Share", "Place risk", "Followed", "Expected", "Excess", "Interval", "Hours", "Hours, interval")


def print_table(run: Run, most: int | None = None) -> None:
    """Print the ladder of activities, at most so many of them, and what was found."""
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
    for row in rows[:most].itertuples(index=False):
        table.add_row(*(Text(str(cell)) for cell in row))
    output().print(table)
    output().print(Text(" ".join(activities_table.finding(run, activities_table.ladder(run)))))
