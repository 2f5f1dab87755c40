"""What people assessed: which ratings are in force, where raters disagree, and how the levels are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.lenses.groups.spec import VIGNETTE, GroupMethod
from harmmodel.method.arrays import Floats
from harmmodel.method.random_streams import stream

UNKNOWN = "unknown"
ASSESSORS = "assessors"
CELL_COLUMNS = (
    "group_id",
    "indicator",
    "level",
    "level_low",
    "level_high",
    "raters",
    "unknown_raters",
    "is_disputed",
    "evidence",
    "information",
    "community_level",
)


@dataclass(frozen=True)
class Assessed:
    """Points of the assessed indicators.

    Attributes
    ----------
    point : indicator → shape (groups,); NaN where unknown
    draws : indicator → shape (groups, draws); NaN rows where unknown
    cells : one row per group and assessed indicator, columns `CELL_COLUMNS`; level is empty where raters disagree
    """

    point: dict[str, Floats]
    draws: dict[str, Floats]
    cells: pd.DataFrame


def in_force(assessments: pd.DataFrame, method: GroupMethod) -> pd.DataFrame:
    """Return the newest rating of each rater that has not expired; vignettes are no groups."""
    real = assessments[~assessments["group_id"].astype(str).str.match(VIGNETTE)]
    alive = real[pd.to_datetime(real["expires_on"]) > pd.Timestamp(method.clock)]
    ordered = alive.sort_values(["assessed_on", "level"])
    return ordered.drop_duplicates(["group_id", "attribute", "assessor", "panel"], keep="last")


def assessed(assessments: pd.DataFrame, method: GroupMethod, ids: list[str]) -> Assessed:
    """Set out what is known of each assessed indicator of each group.

    Raters who disagree are not averaged away: the draws take one rater's level at a time, and the cell keeps the lowest
    and the highest. The community panel is shown beside the assessors and never mixed with them.
    """
    valid = in_force(assessments, method)
    by_cell = dict(list(valid.groupby(["group_id", "attribute"], sort=True)))
    point, draws, cells = {}, {}, []
    for item in sorted((i for i in method.indicators if i.measure is None), key=lambda i: i.id):
        point[item.id] = np.full(len(ids), np.nan)
        draws[item.id] = np.full((len(ids), method.draws), np.nan)
        for at, group in enumerate(ids):
            rows = by_cell.get((group, item.id), valid.iloc[:0])
            cells.append(_cell(group, item.id, rows, method))
            levels = _points(rows[rows["panel"] == ASSESSORS], method)
            if levels.size:
                point[item.id][at] = levels.mean()
                rng = stream(method.seed, "rater", item.id, group)
                draws[item.id][at] = levels[rng.integers(levels.size, size=method.draws)]
    return Assessed(point, draws, pd.DataFrame(cells, columns=list(CELL_COLUMNS)))


def _points(rows: pd.DataFrame, method: GroupMethod) -> Floats:
    known = rows.loc[rows["level"] != UNKNOWN].sort_values("assessor")["level"]
    return np.array([method.levels[str(level)] for level in known], dtype=np.float64)


def _cell(group: str, indicator: str, rows: pd.DataFrame, method: GroupMethod) -> dict[str, object]:
    ours, theirs = rows[rows["panel"] == ASSESSORS], rows[rows["panel"] != ASSESSORS]
    low, high = _ends(ours, method)
    known = ours[ours["level"] != UNKNOWN]
    return {
        "group_id": group,
        "indicator": indicator,
        "level": low if low == high else "",
        "level_low": low,
        "level_high": high,
        "raters": len(known),
        "unknown_raters": len(ours) - len(known),
        "is_disputed": low != high,
        # The weakest grade that a level leans on; letters and digits both get worse as they rise.
        "evidence": str(known["evidence"].max()) if len(known) else "",
        "information": str(known["information"].max()) if len(known) else "",
        "community_level": _said(*_ends(theirs, method)) if len(theirs) else "",
    }


def _ends(rows: pd.DataFrame, method: GroupMethod) -> tuple[str, str]:
    known = [str(level) for level in rows["level"] if level != UNKNOWN]
    if not known:
        return UNKNOWN, UNKNOWN
    return min(known, key=lambda v: method.levels[v]), max(known, key=lambda v: method.levels[v])


def _said(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"
