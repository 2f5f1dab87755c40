"""Does the score measure what it says: halves agree, enforcement adds nothing, each indicator earns its place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.assembly import areas
from harmmodel.audit.validation.orders import area_points
from harmmodel.config import Config
from harmmodel.lenses.areas.estimate import IndicatorPoint, score
from harmmodel.lenses.areas.spec import AreaScheme
from harmmodel.lenses.areas.tiers import size_of_top
from harmmodel.method.arrays import Bools, Floats
from harmmodel.method.contrast import spearman, top_overlap
from harmmodel.method.random_streams import stream
from harmmodel.method.uncertainty import ranks
from harmmodel.method.validation.capture import interval
from harmmodel.warehouse.store.connection import Connection
from harmmodel.warehouse.store.runs import AreaRun

SPLITS = 200
SAMPLES = 1000
WEAK = 0.7  # reliability under which single areas should not be told apart
SCORES = {
    "score": "the overall score",
    "score_no_contact": "the score without police-contact indicators",
    "corruption": "the corruption pillar",
    "community": "the community pillar",
}
SAME_ORDER = 0.995  # rank correlation from which on two orders are called the same


@dataclass(frozen=True)
class Construct:
    """Frames of the checks.

    Attributes
    ----------
    halves : indicator, label, pillar, events, reliability, low, high
    partial : score, plain, partial, low, high: rank correlation with drug arrests per resident, plain and
        given violence
    left_out : indicator, label, pillar, spearman, most_moved, top_kept, top, changes_nothing
    """

    halves: pd.DataFrame
    partial: pd.DataFrame
    left_out: pd.DataFrame


def construct(con: Connection, run: AreaRun) -> Construct:
    """Check the published run's own indicators and scores."""
    config = run.config
    scheme = areas.area_scheme(config)
    points = area_points(areas.released_inputs(con, config), areas.indicator_specs(config), scheme)
    return Construct(_halves(points, config), _partial(run), _left_out(points, scheme))


def findings(checks: Construct, named: str) -> list[str]:
    """Say what the checks came to; *named* is what the interval is called."""
    sentences = []
    if checks.partial.empty:
        sentences.append(
            "Whether scores go with drug arrests per resident is not known: no arrests, or no residents, are."
        )
    for row in checks.partial.to_dict("records"):
        name = SCORES[str(row["score"])]
        interval_ = f"{row['partial']:.2f}, {named} {row['low']:.2f} to {row['high']:.2f}"
        clear = (
            "still goes with" if row["low"] > 0 else "goes against" if row["high"] < 0 else "does not clearly go with"
        )
        sentences.append(f"With the violence pillar held, {name} {clear} drug arrests per resident ({interval_}).")
    nothing = [str(r["label"]) for r in checks.left_out.to_dict("records") if r["changes_nothing"]]
    sentences.append(
        f"Left out one at a time, these change nothing that matters: {', '.join(nothing)}."
        if nothing
        else "Each indicator changes something when it is left out."
    )
    weak = [f"{r['label']} {r['reliability']:.2f}" for r in checks.halves.to_dict("records") if r["reliability"] < WEAK]
    if weak:
        sentences.append(f"Two halves of the records agree poorly (reliability under {WEAK:.1f}): {', '.join(weak)}.")
    return sentences


def _halves(points: list[IndicatorPoint], config: Config) -> pd.DataFrame:
    """Throw each event into one of two halves and compare the areas' rates, again and again."""
    rows = []
    for point in points:
        rng = stream(config.scheme.seed, "split-half", point.spec.id)
        known = np.isfinite(point.events) & np.isfinite(point.person_years)
        if not known.any():
            continue
        halves = np.array([_split(point, known, rng) for _ in range(SPLITS)])
        whole = 2 * halves / (1 + halves)  # Spearman-Brown: a half is less reliable than the whole
        low, high = interval(whole, config.scheme.interval)
        rows.append(
            {
                "indicator": point.spec.id,
                "label": point.spec.label,
                "pillar": point.spec.pillar,
                "events": float(np.nansum(point.events)),
                "reliability": float(np.nanmedian(whole)),
                "low": low,
                "high": high,
            }
        )
    return pd.DataFrame(rows)


def _split(point: IndicatorPoint, known: Bools, rng: np.random.Generator) -> float:
    first, second = np.zeros(int(known.sum())), np.zeros(int(known.sum()))
    for weight, count in zip(point.class_weights, point.classes, strict=True):
        events = np.rint(np.nan_to_num(count.events[known])).astype(np.int64)
        half = rng.binomial(events, 0.5)
        first += weight * half
        second += weight * (events - half)
    years = point.person_years[known]
    return spearman(first / years, second / years)


def _partial(run: AreaRun) -> pd.DataFrame:
    """Correlate scores with drug arrests per resident, plain and with the violence pillar held."""
    table = run.scores.merge(run.contrast[["unit_id", "arrests_per_1000"]], on="unit_id")
    arrests = table["arrests_per_1000"].to_numpy(dtype=np.float64)
    violence = table["violence"].to_numpy(dtype=np.float64)
    if not np.isfinite(arrests).any():
        return pd.DataFrame()
    rng = stream(run.config.scheme.seed, "partial")
    draws = rng.integers(0, len(table), size=(SAMPLES, len(table)))
    rows = []
    for name in ("score", "score_no_contact", "corruption", "community"):
        values = table[name].to_numpy(dtype=np.float64)
        if not np.isfinite(values).any():
            continue
        samples = np.array([partial_rank_correlation(values[d], arrests[d], violence[d]) for d in draws])
        low, high = interval(samples, run.config.scheme.interval)
        rows.append(
            {
                "score": name,
                "plain": spearman(values, arrests),
                "partial": partial_rank_correlation(values, arrests, violence),
                "low": low,
                "high": high,
            }
        )
    return pd.DataFrame(rows)


def partial_rank_correlation(first: Floats, second: Floats, third: Floats) -> float:
    """Rank correlation of two things once a third is held.

    Examples
    --------
    >>> one = np.array([1.0, 2.0, 3.0, 4.0])
    >>> round(partial_rank_correlation(one, one[::-1], np.array([1.0, 3.0, 2.0, 4.0])), 3)
    -1.0
    """
    known = np.isfinite(first) & np.isfinite(second) & np.isfinite(third)
    a, b, c = first[known], second[known], third[known]
    ab, ac, bc = spearman(a, b), spearman(a, c), spearman(b, c)
    left = (1 - ac**2) * (1 - bc**2)
    return (ab - ac * bc) / float(np.sqrt(left)) if left > 0 else float("nan")


def _left_out(points: list[IndicatorPoint], scheme: AreaScheme) -> pd.DataFrame:
    """Score again without each indicator that counts."""
    full = score(points, scheme, with_contact=scheme.include_contact)
    k = size_of_top(full.overall, scheme)
    rows = []
    for point in points:
        if full.weights[point.spec.id] == 0:
            continue
        less = score([p for p in points if p is not point], scheme, with_contact=scheme.include_contact).overall
        same, top_kept = spearman(full.overall, less), top_overlap(full.overall, less, k)
        moved = np.abs(ranks(full.overall) - ranks(less))
        rows.append(
            {
                "indicator": point.spec.id,
                "label": point.spec.label,
                "pillar": point.spec.pillar,
                "spearman": same,
                "most_moved": float(np.nanmax(moved)),
                "top_kept": top_kept,
                "top": k,
                "changes_nothing": bool(same >= SAME_ORDER and top_kept == k),
            }
        )
    return pd.DataFrame(rows)
