"""What the sources of enforcement do not hold, as the reason beside every "–" on the pages of activities."""

from __future__ import annotations

from typing import Any

import pandas as pd

from harmmodel import nullable
from harmmodel.lenses.activities.verdict import LACKING
from harmmodel.views import words


def no_arrests(table: pd.DataFrame) -> str:
    """Say that arrests are not known, without a stop; empty where they are.

    Parameters
    ----------
    table : activities with records and arrests
    """
    return _lacking(table, "arrests", "arrests")


def no_records(table: pd.DataFrame) -> str:
    """Say that numbers of records are not known, without a stop; empty where they are."""
    return _lacking(table, "records", "number of records")


def _lacking(table: pd.DataFrame, name: str, called: str) -> str:
    """Say of how many activities that have rows a measure is missing; *called*: what is missing where none has it."""
    of_some: pd.Series[Any] = table[name][nullable.floats(table["records"]) != 0]
    unknown = of_some.isna()
    if unknown.empty or not unknown.any():
        return ""
    if unknown.all():
        return f"this source holds no {called}"
    return f"this source does not hold all {name} of {words.how_many(int(unknown.sum()), 'activity', 'activities')}"


def nothing_follows(table: pd.DataFrame, unit_id: str | None = None) -> str:
    """Say why nothing can be said to follow any record here, or of one activity, as a sentence; empty where it can."""
    codes = [str(code) for code in table["why"].unique() if str(code) in LACKING]
    if codes:
        return LACKING[codes[0]]
    own = table[table["unit_id"] == unit_id]
    if len(own) and nullable.floats(own["records"])[0] != 0 and own["linked"].isna().all():
        return "No record of this activity has both a time and a point, so nothing can be said to follow one."
    return ""


def missing(table: pd.DataFrame) -> str:
    """Say in sentences why figures of the ladder are missing; empty where none is."""
    few = no_records(table)
    return " ".join(filter(None, (nothing_follows(table), f"{words.capital(few)}." if few else "")))
