"""What changes, for a place whose harm cannot be set beside arrests: why, and what to add."""

from __future__ import annotations

from dataclasses import dataclass

from harmmodel.views import source
from harmmodel.views.changes.contrast import QUESTION
from harmmodel.views.reach import has_arrests, why_no_arrests
from harmmodel.warehouse.store.runs import Run


@dataclass(frozen=True)
class Uncompared:
    """The page without its pictures."""

    kicker: str
    question: str
    answer: str  # Markdown
    empty: tuple[str, str]
    source: str


def uncompared(run: Run) -> Uncompared | None:
    """Return why nothing can be compared; None where harm and arrests stand side by side."""
    if has_arrests(run):
        return None
    fact, add = why_no_arrests(run)
    return Uncompared(
        kicker=source.place_line(run, source.units_line(run)),
        question=QUESTION,
        answer=f"**Not known here.** {fact}",
        empty=("There is no ranking by arrests.", f"{add} The order by harm stands on Overview and Areas."),
        source=source.source_line(run),
    )
