"""Areas that reported too little of an indicator's window to be scored by it, and how this is said."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd


def too_little(reporting: pd.DataFrame, least_share: float) -> pd.DataFrame:
    """Return the rows of units that reported less than that share of a window: unit_id, indicator, source, and figures.

    Parameters
    ----------
    reporting : unit_id, indicator, class, source, days, whole_days, reported, of_months

    Returns
    -------
    One row per unit, indicator and source, the one with the fewest days, in that order.
    """
    short = reporting[reporting["days"] < least_share * reporting["whole_days"]]
    short = short.sort_values(["unit_id", "indicator", "source", "days"], kind="stable")
    return short.drop_duplicates(["unit_id", "indicator", "source"], ignore_index=True)


def sentences(short: pd.DataFrame, labels: Mapping[str, str]) -> dict[str, str]:
    """Say by unit what it did not report enough of, in the words of the indicators' labels.

    >>> row = {"unit_id": "C3", "indicator": "c", "days": 60.0, "whole_days": 365.0, "reported": 2, "of_months": 12}
    >>> sentences(pd.DataFrame([row]), {"c": "Complaints"})
    {'C3': 'Complaints: this area reported 2 of 12 months'}
    """
    found: dict[str, list[str]] = {}
    for row in short.to_dict("records"):
        of_months = f"{row['reported']} of {row['of_months']} months"
        if row["reported"] == row["of_months"]:
            of_months = f"{row['days'] / row['whole_days']:.0%} of {row['of_months']} months"
        label = labels.get(str(row["indicator"]), str(row["indicator"]))
        found.setdefault(str(row["unit_id"]), []).append(f"{label}: this area reported {of_months}")
    return {unit: "; ".join(dict.fromkeys(parts)) for unit, parts in found.items()}
