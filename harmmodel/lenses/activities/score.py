"""Which activities are followed by violence more often than their place explains, with interval, tier and reason."""

from __future__ import annotations

import numpy as np
import pandas as pd

from harmmodel.lenses.activities.areas import by_area
from harmmodel.lenses.activities.spec import ActivityScheme, Judged, Linked
from harmmodel.lenses.activities.verdict import NO_EVENTS, SAYS, UNPLACED, UNTIMED, judge, like_verdict
from harmmodel.method.activities import excess
from harmmodel.method.activities.like_places import e_value, e_value_of_end
from harmmodel.method.arrays import Floats

UNDILUTED = ("undiluted", "undiluted_low", "undiluted_high")


def judge_activities(linked: Linked, scheme: ActivityScheme) -> Judged:
    """Judge every activity of the scheme by what was counted.

    Returns
    -------
    Judged
        Per record and never per count: entering every record twice, or changing arrest flags, changes no excess, no
        interval and no tier.
    """
    counted = linked.activities.set_index("activity").reindex([a.id for a in scheme.activities]).reset_index(drop=True)
    unknown = lacking(linked)
    counted = _known(counted, nothing=bool(unknown))
    frame = _with_excess(counted, scheme).assign(
        **counted[["dispersion", "p_alone", "p_family", "judged", "left_out", "occasions", "self_matches"]]
    )
    frame = _undiluted(frame, counted["covered"].to_numpy(np.float64))
    frame = pd.concat([frame, counted[["place_risk", "place_risk_low", "place_risk_high"]]], axis=1)
    frame = pd.concat([frame, _like(linked, [a.id for a in scheme.activities])], axis=1)
    frame.insert(0, "unit_id", [a.id for a in scheme.activities])
    frame.insert(1, "label", [a.label for a in scheme.activities])
    dispersion = counted["dispersion"].to_numpy(np.float64)
    return Judged(
        activities=_with_tiers(frame, scheme, unknown),
        areas=by_area(_known(linked.areas, nothing=bool(unknown)), dispersion, scheme),
        variants=_variants(linked.variants, scheme),
        safety=_safety(linked.months, scheme),
        balance=linked.balance,
        facts=_facts(linked, scheme),
    )


def lacking(linked: Linked) -> str:
    """Return the code of what keeps anything from following a record here; empty where nothing does."""
    whole = linked.whole.iloc[0]
    if not whole["placed"]:
        return UNPLACED
    if not whole["timed"]:
        return UNTIMED
    return "" if whole["events"] else NO_EVENTS


FOLLOWED = ("linked", "expected", "self_matches", "left_out", "p_family")


def _known(counted: pd.DataFrame, *, nothing: bool) -> pd.DataFrame:
    """Leave out what was counted where nothing can follow a record: that none followed is not known."""
    return counted.assign(**{name: np.nan for name in FOLLOWED if name in counted}) if nothing else counted


def _with_excess(counted: pd.DataFrame, scheme: ActivityScheme) -> pd.DataFrame:
    """Set the ratio and its interval beside linked and expected events; index as *counted*."""
    names = ("linked", "expected", "dispersion", "between")
    linked, expected, dispersion, between = (counted[c].to_numpy(np.float64) for c in names)
    # What squares show holds an effect that differs between them; by luck it can lie under what permutations show.
    low, high = excess.ratio_interval(linked, expected, np.fmax(dispersion, between), scheme.interval)
    figures = {"linked": linked, "expected": expected, "excess": linked / expected}
    return pd.DataFrame({**figures, "excess_low": low, "excess_high": high}, index=counted.index)


def _undiluted(frame: pd.DataFrame, covered: Floats) -> pd.DataFrame:
    ends = {name: frame[name.replace("undiluted", "excess")].to_numpy(np.float64) for name in UNDILUTED}
    return frame.assign(covered=covered, **{name: excess.undiluted(end, covered) for name, end in ends.items()})


LIKE = ("like_ratio", "like_low", "like_high")


def _like(linked: Linked, names: list[str]) -> pd.DataFrame:
    """Set the comparison of like places and its E-values beside the rest; a place that matches on nothing has none."""
    table = linked.like.set_index("activity").reindex(names).reset_index(drop=True)
    after = linked.balance["after"].abs().groupby(linked.balance["activity"]).max().reindex(names)
    low, high = (table[f"ratio_{end}"].to_numpy(np.float64) for end in ("low", "high"))
    ratio = table["ratio"].to_numpy(np.float64)
    return pd.DataFrame(
        {
            "like_cells": table["cells"].astype("float64"),
            "like_matched": table["matched"].astype("float64"),
            "like_difference": after.to_numpy(np.float64),
            "like_ratio": ratio,
            "like_low": low,
            "like_high": high,
            "like_e_value": e_value(ratio),
            "like_e_value_end": e_value_of_end(low, high),
        }
    )


def _with_tiers(frame: pd.DataFrame, scheme: ActivityScheme, unknown: str) -> pd.DataFrame:
    of_cells = [like_verdict(spec, row, scheme) for spec, row in zip(scheme.activities, _rows(frame), strict=True)]
    frame = frame.assign(like_verdict=of_cells)
    verdicts = [
        judge(spec, row, scheme, lacking=unknown) for spec, row in zip(scheme.activities, _rows(frame), strict=True)
    ]
    frame = frame.assign(
        tier=[v.tier for v in verdicts], why=[v.why for v in verdicts], reason=[v.reason for v in verdicts]
    )
    silent = np.array([bool(a.unmeasurable) for a in scheme.activities]) | bool(unknown)
    hidden = ["excess", "excess_low", "excess_high", *UNDILUTED, "p_alone", "p_family"]
    frame[hidden] = frame[hidden].mask(pd.Series(silent), np.nan)
    # A ratio of cells that are too few, or not alike, is not told.
    unsaid = ~frame["like_verdict"].isin(SAYS)
    told = [*LIKE, "like_e_value", "like_e_value_end"]
    frame[told] = frame[told].mask(unsaid, np.nan)
    return frame


def _rows(frame: pd.DataFrame) -> list[dict[str, float]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _variants(counted: pd.DataFrame, scheme: ActivityScheme) -> pd.DataFrame:
    """Judge again under each other choice of distance and days."""
    keys = counted[["activity", "metres", "after", "before"]]
    silent = {a.id for a in scheme.activities if a.unmeasurable}
    table = pd.concat([keys, _with_excess(counted, scheme)], axis=1)
    return table[~table["activity"].isin(silent)].reset_index(drop=True)


def _safety(months: pd.DataFrame, scheme: ActivityScheme) -> pd.DataFrame:
    """Weigh the serious events near records of each activity and in the days after: the cost of being wrong."""
    weights = np.array([float(scheme.class_weights[str(c)]) for c in months["class"]], dtype=np.float64)
    weighed = months.assign(weight=months["events"] * weights)
    keys = ["activity", "unit_id", "month"]
    return weighed.groupby(keys, as_index=False, dropna=False)[["events", "weight"]].sum()


def _facts(linked: Linked, scheme: ActivityScheme) -> dict[str, float]:
    whole = linked.whole.iloc[0]
    weights = [float(scheme.class_weights[str(c)]) for c in linked.classes["class"]]
    return {
        "weeks": int(whole["weeks"]),
        "events": int(whole["events"]),
        "event_weight": float(np.dot(linked.classes["events"].to_numpy(np.float64), np.array(weights, dtype=float))),
        **{name: int(whole[name]) for name in ("placed", "left_out", "pairs", "permutations")},
    }
