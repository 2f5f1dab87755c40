"""What people entered about groups, as the lens reads it, beside the register that the snapshot holds."""

from __future__ import annotations

import pandas as pd

from harmmodel.errors import AssessmentError
from harmmodel.warehouse.entered.entries import COLUMNS, EnteredRecords

VIGNETTE = r"^V[0-9]+$"  # a made-up case by which raters are compared; no group


def groups(register: pd.DataFrame, people: EnteredRecords) -> pd.DataFrame:
    """Return the groups of the register and those that people entered, with their origin, in order of their codes.

    Parameters
    ----------
    register : group_id, label, kind, parent_id, size_band, first_seen, last_year and review_due; the same columns and
        origin come back, with last_year empty where nobody counts events of a group

    Raises
    ------
    AssessmentError
        When a code was entered that the register has by now, or an assessment is of a group that neither holds.
    """
    found = pd.concat(
        [register.assign(origin="register"), _entered(people.frames["groups"]).assign(origin="entered")],
        ignore_index=True,
    )
    if twice := sorted(found.loc[found["group_id"].duplicated(), "group_id"]):
        raise AssessmentError(
            f"data/entered: {', '.join(twice)} was entered, and the register has it now. Enter it under another code"
        )
    rated = people.frames["assessments"]["group_id"].astype(str)
    if strange := sorted({*rated[~rated.str.match(VIGNETTE)]} - {*found["group_id"]}):
        raise AssessmentError(
            f"data/entered: assessments name {', '.join(strange)}, which the register does not know any more. Give the "
            "group its code again in core/core_group.sql, or enter it"
        )
    return found.sort_values("group_id", ignore_index=True)


def assessments(people: EnteredRecords) -> pd.DataFrame:
    """Return the assessments: columns as of the sheet, with days, in a fixed order."""
    rows = people.frames["assessments"].sort_values(list(COLUMNS["assessments"]), ignore_index=True)
    return rows.assign(**{name: _days(rows[name]) for name in ("assessed_on", "expires_on")})


def _entered(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group_id": rows["group_id"],
            "label": rows["group_label"],
            "kind": "criminal_group",
            "parent_id": "",
            "size_band": rows["size_band"],
            "first_seen": _days(rows["first_seen"]),
            "last_year": pd.Series(float("nan"), rows.index, "float64"),
            "review_due": _days(rows["review_due"]),
        }
    )


def _days(texts: pd.Series) -> pd.Series:
    return pd.to_datetime(texts, format="%Y-%m-%d").astype("datetime64[us]")
