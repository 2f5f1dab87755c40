"""Where every row of the raw files went: a table whose rows add up, and one sentence on those that are not counted."""

from __future__ import annotations

import pandas as pd

from harmmodel.views import source, words
from harmmodel.views.parts import Table
from harmmodel.warehouse.store.runs import Run

FATES = {
    "loaded": "Counted",
    "enforcement": "Enforcement",
    "reduced": "Merged or dropped",
    "outside_city": "Outside the place",
    "outside_period": "Outside the period",
    "rejected": "Rejected",
}
NOTE = (
    "The rows of each file are the sum of the six columns beside them. Enforcement is kept apart from every score. A "
    "reduction merges rows that tell of one event and drops what is not needed. Outside the period includes what lies "
    "after the day up to which the run counts."
)
UNREAD = "Counted without what police did"


def fates(run: Run) -> Table:
    """Return one row per file and their sum."""
    found = run.reconciliation.sort_values("source")
    shown = pd.DataFrame({"File": found["source"].astype(str), "Rows": found["rows"]})
    shown = shown.assign(**{name: found[fate] for fate, name in FATES.items()})
    numbers = ["Rows", *FATES.values()]
    total = pd.DataFrame([{"File": "All files", **shown[numbers].sum().to_dict()}])
    shown = pd.concat([shown, total], ignore_index=True).astype(dict.fromkeys(numbers, "Int64"))
    shown["Why rejected"] = [*(str(reason or words.MISSING) for reason in found["reasons"]), words.MISSING]
    unread = _unread(found)
    if unread.any():
        shown[UNREAD] = [*map(words.count, unread), words.count(int(unread.sum()))]
    return Table(
        "Where every row went",
        shown,
        f"{run.place.id}-rows.csv",
        f"{len(found)} files with the fate of their rows; each line adds up",
        dict.fromkeys(numbers, words.count),
        source.origin(run, [""] * len(shown)).drop(columns="unit_id"),
        NOTE,
    )


def fates_sentence(run: Run) -> str:
    """Say how many rows are counted and what became of the others (Markdown)."""
    rows = run.reconciliation
    total = {fate: int(rows[fate].sum()) for fate in FATES}
    said = {
        "outside_period": "outside the period",
        "outside_city": "outside the place",
        "reduced": "merged or dropped by the reduction",
        "enforcement": "enforcement, kept apart from every score",
        "rejected": "rejected",
    }
    others = [f"{words.count(total[fate])} {text}" for fate, text in said.items() if total[fate]]
    reasons = "; ".join(str(text) for text in rows["reasons"] if text)
    why = f" ({words.plain_markdown(reasons)})" if reasons and total["rejected"] else ""
    left = f" Not counted: {words.listing(others)}{why}." if others else ""
    unread = int(_unread(rows).sum())
    told = f" In {words.count(unread)} of those that count, what police did cannot be read." if unread else ""
    counted = words.count(total["loaded"])
    return f"Of {words.count(int(rows['rows'].sum()))} rows of the raw files {counted} count.{told}{left}"


def _unread(rows: pd.DataFrame) -> pd.Series[int]:
    """Rows that count although what they say of enforcement cannot be read; older runs kept none and do not say."""
    return rows["unread"] if "unread" in rows else pd.Series(0, index=rows.index)
