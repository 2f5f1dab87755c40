"""Where recording seems to have changed: worded from the jumps that a run found."""

from __future__ import annotations

from typing import Any

from harmmodel.views import words
from harmmodel.warehouse.store.runs import AreaRun


def jumps(run: AreaRun, indicator: str | None = None) -> list[str]:
    """Return a plain sentence for each jump, of one indicator or of all; one class of several is told once.

    Labels are not escaped.
    """
    rows = run.jumps if indicator is None else run.jumps[run.jumps["indicator"] == indicator]
    return [_sentence(row) for row in rows.drop_duplicates(["class", "since"]).to_dict("records")]


def _sentence(row: dict[Any, Any]) -> str:
    name = str(row["class"]).replace("_", " ")
    ends = words.span(row["low"], row["high"], 1)
    return (
        f"{words.capital(name)} from {words.date(str(row['since']))} on: {words.number(row['before'])} a month before, "
        f"{words.number(row['after'])} after, while the other classes of its indicator went from "
        f"{words.number(row['like_before'])} to {words.number(row['like_after'])}: {words.number(row['ratio'], 1)} "
        f"times ({ends}) as many beside them. Recording may have changed, so figures before and after may not be of "
        "one measure."
    )
