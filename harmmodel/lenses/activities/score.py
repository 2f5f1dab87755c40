"""Which activities are followed by violence more often than their place explains, with interval, tier and reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from harmmodel.lenses.activities.areas import by_area
from harmmodel.lenses.activities.spec import ActivityScheme, ActivitySpec, Judged, Linked
from harmmodel.lenses.phrases import decimals
from harmmodel.lenses.tiers import CONTESTED, FOCUS, LOWER, UNMEASURABLE, TierVerdict
from harmmodel.method.activities import excess
from harmmodel.method.arrays import Floats


def judge(spec: ActivitySpec, row: Mapping[str, Any], scheme: ActivityScheme, timed: bool) -> TierVerdict:
    """Apply the limits to the interval, and the guards of lower priority.

    Parameters
    ----------
    spec : the activity
    row : excess, excess_low, excess_high, covered, undiluted_low, undiluted_high, occasions, p_family
    timed : whether times are known well enough for anything to follow anything
    """
    if spec.unmeasurable:
        return TierVerdict(UNMEASURABLE, spec.unmeasurable)
    if not timed:
        return TierVerdict(UNMEASURABLE, "Times are known by month only, so nothing can be said to follow a record.")
    if row["occasions"] < scheme.minimum_records:
        return TierVerdict(
            CONTESTED,
            f"Too few records to judge: {row['occasions']:,.0f} at a place and day of their own, "
            f"{scheme.minimum_records:,} are needed.",
        )
    if not math.isfinite(row["excess"]):
        return TierVerdict(
            CONTESTED, "No serious violence is expected near its records, so there is nothing to compare."
        )
    opening = (
        f"Violence after a record is {row['excess']:.2f} times what the same place gives in other weeks "
        f"({row['excess_low']:.2f} to {row['excess_high']:.2f})"
    )
    if row["excess_low"] > scheme.focus:
        return TierVerdict(FOCUS, f"{opening}; focus asks for more than {decimals(scheme.focus, 2)} at the lower end.")
    if row["excess_high"] >= scheme.lower_priority:
        return TierVerdict(
            CONTESTED,
            f"{opening}: neither above {decimals(scheme.focus, 2)} nor under {_under(scheme)} with its whole interval.",
        )
    return _guarded(spec, row, opening, scheme)


def _under(scheme: ActivityScheme) -> str:
    return decimals(scheme.lower_priority, 2)


def _guarded(spec: ActivitySpec, row: Mapping[str, Any], opening: str, scheme: ActivityScheme) -> TierVerdict:
    faults = []
    if not row["undiluted_high"] < scheme.lower_priority:
        faults.append(
            f"{row['covered']:.0%} of the time it is compared with follows such a record itself, and with that taken "
            f"out the interval reaches {row['undiluted_high']:.2f}"
        )
    if spec.objections:
        faults.append("evidence of corruption or control stands against lower priority")
    if not spec.pathway:
        faults.append("no health or diversion pathway is named")
    if faults:
        return TierVerdict(
            CONTESTED,
            f"{opening}, the whole interval under {_under(scheme)}, but {' and '.join(faults)}.",
        )
    alone = f"{row['undiluted_low']:.2f} to {row['undiluted_high']:.2f}"
    return TierVerdict(
        LOWER,
        f"{opening}, the whole interval under {_under(scheme)}, also against time that follows no such record "
        f"({alone}); no evidence of corruption or control has been entered against it and a pathway is named.",
    )


UNDILUTED = ("undiluted", "undiluted_low", "undiluted_high")


def judge_activities(linked: Linked, scheme: ActivityScheme) -> Judged:
    """Judge every activity of the scheme by what was counted.

    Returns
    -------
    Judged
        Per record and never per count: entering every record twice, or changing arrest flags, changes no excess, no
        interval and no tier.
    """
    whole = linked.whole.iloc[0]
    timed = bool(whole["timed"])
    counted = linked.activities.set_index("activity").reindex([a.id for a in scheme.activities]).reset_index(drop=True)
    frame = _with_excess(counted, scheme).assign(
        **counted[["dispersion", "p_alone", "p_family", "judged", "left_out", "occasions", "self_matches"]]
    )
    frame = _undiluted(frame, counted["covered"].to_numpy(np.float64))
    frame = pd.concat([frame, counted[["place_risk", "place_risk_low", "place_risk_high"]]], axis=1)
    frame.insert(0, "unit_id", [a.id for a in scheme.activities])
    frame.insert(1, "label", [a.label for a in scheme.activities])
    dispersion = counted["dispersion"].to_numpy(np.float64)
    return Judged(
        activities=_with_tiers(frame, scheme, timed),
        areas=by_area(linked.areas, dispersion, scheme),
        variants=_variants(linked.variants, scheme),
        safety=_safety(linked.months, scheme),
        facts=_facts(linked, scheme),
    )


def _with_excess(counted: pd.DataFrame, scheme: ActivityScheme) -> pd.DataFrame:
    """Set the ratio and its interval beside linked and expected events; index as *counted*."""
    linked, expected, dispersion = (counted[c].to_numpy(np.float64) for c in ("linked", "expected", "dispersion"))
    low, high = excess.ratio_interval(linked, expected, dispersion, scheme.interval)
    figures = {"linked": linked, "expected": expected, "excess": linked / expected}
    return pd.DataFrame({**figures, "excess_low": low, "excess_high": high}, index=counted.index)


def _undiluted(frame: pd.DataFrame, covered: Floats) -> pd.DataFrame:
    ends = {name: frame[name.replace("undiluted", "excess")].to_numpy(np.float64) for name in UNDILUTED}
    return frame.assign(covered=covered, **{name: excess.undiluted(end, covered) for name, end in ends.items()})


def _with_tiers(frame: pd.DataFrame, scheme: ActivityScheme, timed: bool) -> pd.DataFrame:
    verdicts = [judge(spec, row, scheme, timed) for spec, row in zip(scheme.activities, _rows(frame), strict=True)]
    frame = frame.assign(tier=[v.tier for v in verdicts], reason=[v.reason for v in verdicts])
    silent = np.array([bool(a.unmeasurable) for a in scheme.activities]) | (not timed)
    hidden = ["excess", "excess_low", "excess_high", *UNDILUTED, "p_alone", "p_family"]
    frame[hidden] = frame[hidden].mask(pd.Series(silent), np.nan)
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
