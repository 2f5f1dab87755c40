"""How one order leads another, comparison by comparison, and the words for it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from harmmodel.warehouse.read.validation import AREA

PILLAR, OVERALL = "violence_pillar", "overall"
ARRESTS, CRIME, LAST, CHANCE = "drug_arrests", "all_crime", "violence_last", "random"
ABOVE, LEVEL, BELOW = "above", "level", "below"
FINEST = "9"
ORDER = (AREA, "7", "8", "9")  # what is published comes first
NAMES = {
    ARRESTS: "drug arrests",
    CRIME: "all recorded crime",
    LAST: "last period's count of violence",
    "violence_pillar_raw": "the same pillar without shrinkage",
    "forecast": "the forecast",
    PILLAR: "the violence pillar",
    OVERALL: "the overall score",
    "community_pillar": "the community pillar",
    "corruption_pillar": "the corruption pillar",
}


def standing(rows: pd.DataFrame, candidate: str, against: str) -> pd.DataFrame:
    """Say of each comparison whether the interval of a lead lies above 0, below it, or contains it.

    Returns
    -------
    origin, resolution, share, lead, low, high, standing; empty when the two never meet
    """
    column = f"over_{against}"
    if column not in rows:
        return pd.DataFrame(columns=["origin", "resolution", "share", "lead", "low", "high", "standing"])
    comparisons = rows[(rows["candidate"] == candidate) & rows[column].notna()]
    leads = comparisons[["origin", "resolution", "share"]].assign(
        lead=comparisons[column], low=comparisons[f"{column}_low"], high=comparisons[f"{column}_high"]
    )
    leads["standing"] = [
        ABOVE if low > 0 else BELOW if high < 0 else LEVEL
        for low, high in zip(leads["low"], leads["high"], strict=True)
    ]
    return leads.reset_index(drop=True)


def tally(leads: pd.DataFrame) -> tuple[int, int, int]:
    """Count the comparisons above, level and below."""
    numbers = leads["standing"].value_counts()
    return int(numbers.get(ABOVE, 0)), int(numbers.get(LEVEL, 0)), int(numbers.get(BELOW, 0))


def units(resolution: str) -> str:
    """Name the units of a size."""
    return "areas" if resolution == AREA else f"cells of resolution {resolution}"


def counted(part: pd.DataFrame) -> str:
    """Write the tally out."""
    above, level, below = tally(part)
    words = [f"{name} in {n}" for n, name in ((above, ABOVE), (level, LEVEL), (below, BELOW)) if n]
    return f"{', '.join(words)} of {len(part)} comparisons"


def guide(above: int, level: int, below: int) -> str:
    """Say in one word how a candidate does against another: it takes more than half of the comparisons to be called."""
    total = above + level + below
    if above > total / 2 and below == 0:
        return "does better than"
    if below > total / 2 or (below > above and below > level):
        return "does worse than"
    return "is level with" if level >= total / 2 else "cannot be told from"


def named(leads: pd.DataFrame) -> list[str]:
    """Name each comparison by its units, share and day."""
    rows = leads.to_dict("records")
    return [f"{units(r['resolution'])} at {r['share']:.0%} from {r['origin']}" for r in rows]


def listed(items: Sequence[str]) -> str:
    """Items in a sentence.

    >>> listed(["1%", "2%", "5%"]), listed(["1%"])
    ('1%, 2% and 5%', '1%')
    """
    return " and ".join(", ".join(items).rsplit(", ", 1))
