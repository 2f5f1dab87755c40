"""Which activities are followed by violence more often than their place explains, with interval, tier and reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from harmmodel.lenses.activities import linkage as lens_linkage
from harmmodel.lenses.activities.areas import by_area
from harmmodel.lenses.activities.linkage import Followed, Numbered
from harmmodel.lenses.activities.spec import (
    ActivityInputs,
    ActivityScheme,
    ActivitySpec,
    Judged,
)
from harmmodel.lenses.phrases import decimals
from harmmodel.lenses.tiers import CONTESTED, FOCUS, LOWER, UNMEASURABLE, TierVerdict
from harmmodel.method.activities import excess
from harmmodel.method.activities import linkage as method_linkage
from harmmodel.method.activities.excess import Tested
from harmmodel.method.activities.linkage import MINUTES_PER_DAY, Whole
from harmmodel.method.arrays import Bools, Floats
from harmmodel.method.random_streams import stream


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


def judge_activities(data: ActivityInputs, scheme: ActivityScheme) -> Judged:
    """Judge every activity of the scheme.

    Returns
    -------
    Judged
        Per record and never per count: entering every record twice, or changing arrest flags, changes no excess, no
        interval and no tier.
    """
    numbered = lens_linkage.numbered(data, scheme)
    main = lens_linkage.followed(numbered, scheme.link, data, scheme)
    drawn = lens_linkage.shifts(main, scheme)
    occasions = _occasions(numbered, len(scheme.activities))
    family = (occasions >= scheme.minimum_records) & np.array([not a.unmeasurable for a in scheme.activities])
    family &= data.timed
    result = lens_linkage.tested(main, main.numbered.activity, family, drawn)
    frame = _figures(result, scheme).assign(
        judged=np.bincount(main.numbered.activity, minlength=len(scheme.activities)),
        left_out=main.left_out,
        occasions=occasions,
        self_matches=_self_matches(main, scheme),
    )
    frame = _undiluted(frame, lens_linkage.covered(numbered, main, scheme))
    frame = pd.concat([frame, _place_risk(numbered, data, scheme)], axis=1)
    frame = _with_tiers(frame, scheme, data.timed)
    return Judged(
        activities=frame,
        areas=by_area(main, result.dispersion, drawn, scheme),
        variants=_variants(numbered, data, scheme) if data.timed else _no_variants(),
        safety=_safety(numbered, scheme),
        facts=_facts(numbered, main, scheme),
    )


def _occasions(numbered: Numbered, activities: int) -> Whole:
    """Count records of one spot and day once: entering a record twice makes no second occasion."""
    occasions = np.stack([numbered.activity, *_spot(numbered), numbered.records.minute // MINUTES_PER_DAY])
    return np.bincount(np.unique(occasions, axis=1)[0], minlength=activities)


def _spot(numbered: Numbered) -> tuple[Whole, Whole]:
    return np.round(numbered.records.x).astype(np.int64), np.round(numbered.records.y).astype(np.int64)


def _figures(result: Tested, scheme: ActivityScheme) -> pd.DataFrame:
    low, high = excess.ratio_interval(result.linked, result.expected, result.dispersion, scheme.interval)
    return pd.DataFrame(
        {
            "unit_id": [a.id for a in scheme.activities],
            "label": [a.label for a in scheme.activities],
            "linked": result.linked,
            "expected": result.expected,
            "excess": result.linked / result.expected,
            "excess_low": low,
            "excess_high": high,
            "dispersion": result.dispersion,
            "p_alone": result.p_alone,
            "p_family": result.p_family,
        }
    )


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


def _self_matches(main: Followed, scheme: ActivityScheme) -> Floats:
    matches = method_linkage.self_matches(main.numbered.records, main.numbered.events, scheme.link, main.weeks)
    return np.bincount(main.numbered.activity, matches, len(scheme.activities)).astype(np.float64)


def _place_risk(numbered: Numbered, data: ActivityInputs, scheme: ActivityScheme) -> pd.DataFrame:
    """Events near a record over the whole period, against what the place's average square kilometre would give."""
    near = method_linkage.place_counts(numbered.records, numbered.events, scheme.link.metres, scheme.link.grid)
    area = float(data.units["km2"].sum())
    usual = (
        numbered.events.minute.size / area * method_linkage.near_square(scheme.link.metres, scheme.link.grid)
        if area
        else 0.0
    )
    risk = near / usual if usual > 0 else np.full(near.shape, np.nan)
    x, y = (np.floor(v / scheme.square).astype(np.int64) for v in (numbered.records.x, numbered.records.y))
    rows = [_mean_risk(spec, numbered.activity == n, (x, y), risk, scheme) for n, spec in enumerate(scheme.activities)]
    return pd.DataFrame(rows, columns=["place_risk", "place_risk_low", "place_risk_high"])


def _mean_risk(
    spec: ActivitySpec, mask: Bools, square: tuple[Whole, Whole], risk: Floats, scheme: ActivityScheme
) -> tuple[float, float, float]:
    if not mask.any():
        return (float("nan"),) * 3
    _, position = np.unique(np.stack([square[0][mask], square[1][mask]]), axis=1, return_inverse=True)
    totals, counts = (np.bincount(position, w).astype(np.float64) for w in (risk[mask], np.ones(int(mask.sum()))))
    rng = stream(scheme.seed, "place risk", spec.id)
    low, high = excess.resampled_mean(totals, counts, draws=1000, rng=rng, interval=scheme.interval)
    return float(totals.sum() / counts.sum()), low, high


def _no_variants() -> pd.DataFrame:
    columns = ["activity", "metres", "after", "before", "linked", "expected", "excess", "excess_low", "excess_high"]
    return pd.DataFrame({name: pd.Series(dtype="object" if name == "activity" else "float64") for name in columns})


def _variants(numbered: Numbered, data: ActivityInputs, scheme: ActivityScheme) -> pd.DataFrame:
    """Judge again under each other choice of distance and days."""
    frames = [_no_variants()]
    for link in (scheme.link, *scheme.variants):
        other = lens_linkage.followed(numbered, link, data, scheme)
        family = np.zeros(len(scheme.activities), dtype=np.bool_)
        result = lens_linkage.tested(other, other.numbered.activity, family, lens_linkage.shifts(other, scheme))
        figures = _figures(result, scheme).rename(columns={"unit_id": "activity"})
        frames.append(figures.assign(metres=link.metres, after=link.after, before=link.before))
    silent = {a.id for a in scheme.activities if a.unmeasurable}
    table = pd.concat([f for f in frames if len(f)] or frames, ignore_index=True)[list(_no_variants())]
    return table[~table["activity"].isin(silent)].reset_index(drop=True)


def _safety(numbered: Numbered, scheme: ActivityScheme) -> pd.DataFrame:
    """List serious events near records of each activity and in the days after: the cost of being wrong."""
    frames = []
    for n, spec in enumerate(scheme.activities):
        records = numbered.records.at(np.flatnonzero(numbered.activity == n))
        if records.minute.size:
            near = method_linkage.preceded(numbered.events, records, scheme.link)
            unit = numbered.event_unit[near]
            frames.append(
                pd.DataFrame(
                    {
                        "activity": spec.id,
                        "unit_id": [numbered.units[u] if u >= 0 else None for u in unit],
                        "day": numbered.events.minute[near] // MINUTES_PER_DAY,
                        "weight": numbered.event_weight[near],
                    }
                )
            )
    columns = ["activity", "unit_id", "day", "weight"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({c: [] for c in columns})


def _facts(numbered: Numbered, main: Followed, scheme: ActivityScheme) -> dict[str, float]:
    return {
        "weeks": main.weeks.count,
        "events": int(numbered.events.minute.size),
        "event_weight": float(numbered.event_weight.sum()),
        "placed": int(numbered.records.minute.size),
        "left_out": int(main.left_out.sum()),
        "pairs": int(
            np.take_along_axis(main.linked, main.weeks.of(main.numbered.records.minute)[:, None], axis=1).sum()
        )
        if main.weeks.count
        else 0,
        "permutations": scheme.permutations,
    }
