"""The same officer hours spent in two orders, and what of that is built in."""

from __future__ import annotations

import pandas as pd

from harmmodel.views import words
from harmmodel.views.areas.path import Step
from harmmodel.warehouse.store.runfiles import Frames

NAMES = {"arrests": "Most arrests first", "harm": "Most harm first"}
HOW = (
    "The same officer hours, spent in areas in two orders until they run out; each area takes what it takes now. "
    "{found}Hours are those of the costs in force, mostly assumptions; shares are of what was recorded, so they have "
    "no interval. The order by harm is made from the same violence, so part of its lead is built in: Validation sets "
    "orders against what was recorded later. To reach an area is not yet to prevent anything in it."
)


def effort(found: Frames) -> Step:
    """Give what each order of areas reaches with the same share of all hours."""
    rows = found["activity_effort"]
    shown = pd.DataFrame(
        {
            "Share of all hours": [words.share(v) for v in rows["budget"]],
            "Order of areas": [NAMES[str(v)] for v in rows["order"]],
            "Areas reached in full": [words.number(v) for v in rows["areas"]],
            "Share of arrests": [words.share(v) for v in rows["arrests"]],
            "Share of serious violence, weighted": [words.share(v) for v in rows["violence"]],
        }
    )
    said = HOW.format(found=_found(rows))
    return Step("Equal effort, two orders", said, shown, "Shares of arrests and violence reached at equal effort")


def _found(rows: pd.DataFrame) -> str:
    """Say in a sentence what the largest share of hours reaches."""
    last = rows[rows["budget"] == rows["budget"].max()].set_index("order")["violence"]
    if not set(NAMES) <= set(last.index) or last.isna().any():
        return ""
    return (
        f"With {words.share(float(rows['budget'].max()))} of all hours, the order by harm reaches areas with "
        f"{words.share(last['harm'])} of recorded serious violence by offence weight, the order by arrests "
        f"{words.share(last['arrests'])}. "
    )
