"""Long tables of the group lens: pillars, indicators with contributions, the register, and what stands beside harm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from harmmodel.lenses.groups.assessments import UNKNOWN, Assessed
from harmmodel.lenses.groups.deaths import Deaths
from harmmodel.lenses.groups.parts import SOURCES, Parts, pillar_points
from harmmodel.lenses.groups.spec import GroupIndicatorSpec, GroupInputs, GroupMethod
from harmmodel.method.aggregation import shares
from harmmodel.method.arrays import Floats
from harmmodel.method.scales import clipped_share
from harmmodel.method.uncertainty import quantiles

RECENT_YEARS = 2
SURE, UNSURE = 2 / 3, 1 / 3


def pillar_table(ids: list[str], scale: Parts, drawn: Floats) -> pd.DataFrame:
    """Return one row per group and pillar: score, interval, weight and the share of it that is observed."""
    points, tables = pillar_points(scale), []
    for at, pillar in enumerate(scale.method.pillars):
        ends = quantiles(drawn[at], scale.method.interval)
        tables.append(
            pd.DataFrame(
                {
                    "group_id": ids,
                    "pillar": pillar.id,
                    "score": points[at],
                    "low": ends[0],
                    "high": ends[1],
                    "weight": pillar.weight,
                    "observed": scale.observed(pillar.id),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def indicator_table(
    data: GroupInputs, scale: Parts, found: Deaths, judged: Assessed, order: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per group and indicator: value with interval, points, weight in its pillar and contribution."""
    method, ids, tables = scale.method, found.ids, []
    for item in sorted(method.indicators, key=lambda i: i.id):
        value, low, high = _value(item, data, method, found, order)
        table = pd.DataFrame({"group_id": ids, "indicator": item.id, "value": value, "low": low, "high": high})
        tables.append(table.assign(**_scored(item, scale)))
    joined = pd.concat(tables, ignore_index=True)
    levels = judged.cells[["group_id", "indicator", "level_low", "level_high", "raters", "is_disputed"]]
    return joined.merge(levels, on=["group_id", "indicator"], how="left")


def _value(
    item: GroupIndicatorSpec, data: GroupInputs, method: GroupMethod, found: Deaths, order: pd.DataFrame
) -> tuple[Floats, Floats, Floats]:
    nothing = np.full(len(found.ids), np.nan)
    if item.measure is None:
        return nothing, nothing, nothing
    if item.measure in ("events", "deaths"):
        return tuple(order[f"{item.measure}{end}"].to_numpy(dtype=np.float64) for end in ("", "_low", "_high"))  # type: ignore[return-value]
    if item.measure == "municipalities":
        return order["municipalities"].to_numpy(dtype=np.float64), nothing, nothing
    if item.measure == "feuds":
        return feuds(data, method, found.ids), nothing, nothing
    point, drawn = _measured(item.measure, data, method, found)
    ends = quantiles(drawn, method.interval)
    return point, ends[0], ends[1]


def _measured(measure: str, data: GroupInputs, method: GroupMethod, found: Deaths) -> tuple[Floats, Floats]:
    if measure in SOURCES:
        return found.point[SOURCES[measure]], found.draws[SOURCES[measure]]
    if measure == "death_share":
        total = float(data.cells.loc[data.cells["year"].isin(method.years), "best"].sum()) or np.nan
        return found.all / total, found.all_draws / total
    last, before = slice(-RECENT_YEARS, None), slice(-2 * RECENT_YEARS, -RECENT_YEARS)
    return _change(found.yearly[:, last], found.yearly[:, before]), _change(
        found.yearly_draws[:, last], found.yearly_draws[:, before]
    )


def _change(now: Floats, then: Floats) -> Floats:
    """Ratio of two sums over years; NaN where there was nothing before."""
    base = then.sum(axis=1)
    return np.asarray(now.sum(axis=1) / np.where(base > 0, base, np.nan))


def feuds(data: GroupInputs, method: GroupMethod, ids: list[str]) -> Floats:
    """Count the opponents of each group in fighting of the last two years."""
    recent = data.parties[data.parties["year"].isin(method.years[-RECENT_YEARS:])]
    sides = data.sides[(data.sides["class"] == "non_state") & data.sides["dyad_id"].isin(set(recent["dyad_id"]))]
    pairs = sides.merge(sides, on="dyad_id", suffixes=("", "_other"))
    against = pairs[pairs["side"] != pairs["side_other"]].groupby("group_id")["group_id_other"].nunique()
    return np.asarray(against.reindex(ids).fillna(0).to_numpy(dtype=np.float64))


def _scored(item: GroupIndicatorSpec, scale: Parts) -> dict[str, Any]:
    if item not in scale.items:
        return {"points": np.nan, "weight": 0.0, "contribution": np.nan, "is_known": item.measure is not None}
    at = scale.items.index(item)
    rows = scale.rows(item.pillar)
    weights = np.where(scale.known[rows], scale.central(rows)[:, None], 0.0)
    share = shares(weights)[rows.index(at)]
    return {
        "points": scale.point[at],
        "weight": share,
        "contribution": share * scale.point[at],
        "is_known": scale.known[at],
    }


def register(data: GroupInputs, scale: Parts) -> pd.DataFrame:
    """Return one row per indicator: how many groups are known, its weight, and how much is clipped at its goalpost."""
    rows = []
    for item in sorted(scale.method.indicators, key=lambda i: i.id):
        scored = item in scale.items
        at = scale.items.index(item) if scored else -1
        known = int(scale.known[at].sum()) if scored else int(item.measure is not None) * scale.point.shape[1]
        counted = scored and item.measure is not None
        rows.append(
            {
                "indicator": item.id,
                "label": item.label,
                "pillar": item.pillar,
                "measure": item.measure or "assessed",
                "role": item.role,
                "weight": item.weight if scored else 0.0,
                "groups_known": known,
                "groups": scale.point.shape[1],
                "clipped_share": clipped_share(scale.draws[at], low=0.0, high=99.999999) if counted else np.nan,
            }
        )
    return pd.DataFrame(rows)


def beside(cells: pd.DataFrame, method: GroupMethod, pillar: str, ids: list[str]) -> list[str]:
    """Return the assessed level of what stands beside harm, capability or capacity: never a number in the score."""
    names = [i.id for i in method.indicators if i.pillar == pillar]
    own = cells[cells["indicator"].isin(names)].set_index("group_id")
    said = []
    for group in ids:
        if group not in own.index:
            said.append(UNKNOWN)
            continue
        row = own.loc[group] if isinstance(own.loc[group], pd.Series) else own.loc[group].iloc[0]
        low, high = str(row["level_low"]), str(row["level_high"])
        said.append(low if low == high else f"{low} to {high}")
    return said


def confidence(scores: pd.DataFrame, cells: pd.DataFrame, found: Deaths) -> list[str]:
    """Return how far the records of a group can be leaned on: high, medium, low, or none without a record.

    The share of its deaths that is dated to a month and placed in a municipality decides, and no assessment that it
    leans on may be graded worse: D to F or 4 to 6 make it low.
    """
    total = found.all
    placed = np.divide(found.point["precise"], total, out=np.full(len(total), np.nan), where=total > 0)
    weak = cells[(cells["raters"] > 0) & ((cells["evidence"] >= "D") | (cells["information"] >= "4"))]
    poor = set(weak["group_id"])
    words = []
    for group, share in zip(scores["group_id"], placed, strict=True):
        word = "none" if np.isnan(share) else "high" if share >= SURE else "medium" if share >= UNSURE else "low"
        words.append("low" if group in poor else word)
    return words
