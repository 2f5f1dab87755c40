"""Printing the activity lens for the verb show."""

from __future__ import annotations

from collections.abc import Iterator

from harmmodel.cli.tables import Part, TerminalLine, TerminalTable
from harmmodel.views import words
from harmmodel.views.activities import table as activities_table
from harmmodel.views.activities.like import matched_on
from harmmodel.views.source import interval_name
from harmmodel.warehouse.store.runs import AreaRun

RIGHT = (
    "Records",
    "Share",
    "Place risk",
    "Followed",
    "Expected",
    "Rise",
    "Rise, interval",
    "Like places",
    "Like, interval",
    "Hours",
    "Hours, interval",
)


def terminal(run: AreaRun, most: int | None = None) -> Iterator[Part]:
    """Return the ladder of activities, at most so many of them, and what was found."""
    rows = activities_table.printed(run)
    facts = run.facts["activity"]
    yield TerminalTable(
        columns=list(rows.columns),
        rows=rows[:most].itertuples(index=False),
        right=RIGHT,
        title=f"{run.place.label}: violence after enforcement records, short-term rise and like places, "
        f"{words.period(facts['from'], facts['to'])}, {interval_name(run)}s, run {run.run_id}",
        caption="Rise is the short-term rise: followed over expected; 1.00 is what the same place gives in other "
        f"weeks. Like places: violence in cells with such records over that in like cells without. {matched_on(run)} "
        f"Place risk is against the average of {run.place.whole}. Hours are what the records took, not what a "
        "decision would free for certain; they are capacity, not cash. A person decides.",
    )
    yield TerminalLine(" ".join(activities_table.finding(run, activities_table.ladder(run))), wraps=True)
