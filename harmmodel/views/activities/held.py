"""What the sources of enforcement do not hold, as the reason beside every "–" on the pages of activities."""

from __future__ import annotations

import pandas as pd

from harmmodel.lenses.activities.verdict import LACKING
from harmmodel.method import nullable
from harmmodel.views import words


def no_arrests(table: pd.DataFrame) -> str:
    """Say that arrests are not known, without a stop; empty where they are.

    Parameters
    ----------
    table : activities with records and arrests
    """
    unknown = _unknown(table, "arrests")
    if unknown.empty or not unknown.any():
        return ""
    if unknown.all():
        return "this source holds no arrests"
    return f"this source does not hold all arrests of {words.how_many(int(unknown.sum()), 'activity', 'activities')}"


def no_records(table: pd.DataFrame) -> str:
    """Say that numbers of records are not known, without a stop; empty where they are."""
    unknown = _unknown(table, "records")
    if unknown.empty or not unknown.any():
        return ""
    if unknown.all():
        return "this source holds no number of records"
    return f"this source does not hold all records of {words.how_many(int(unknown.sum()), 'activity', 'activities')}"


def _unknown(table: pd.DataFrame, name: str) -> pd.Series:
    """Say of each activity that has rows whether a measure of it is missing."""
    records = nullable.floats(table["records"])
    return table.loc[records != 0, name].isna()


def nothing_follows(table: pd.DataFrame, unit_id: str | None = None) -> str:
    """Say why nothing can be said to follow any record here, or of one activity, as a sentence; empty where it can."""
    codes = [str(code) for code in table["why"].unique() if str(code) in LACKING]
    if codes:
        return LACKING[codes[0]]
    own = table[table["unit_id"] == unit_id]
    if len(own) and nullable.floats(own["records"])[0] != 0 and own["linked"].isna().all():
        return "No record of this activity has both a time and a point, so nothing can be said to follow one."
    return ""
