"""Long tables of the group lens: pillars, indicators with contributions, the register, and what stands beside harm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from harmmodel import nullable
from harmmodel.lenses.groups.assessments import UNKNOWN, Assessed
from harmmodel.lenses.groups.deaths import Deaths
from harmmodel.lenses.groups.spec import GroupIndicatorSpec, GroupInputs, GroupMethod
from harmmodel.lenses.scheme import high_draws, judged_draws
from harmmodel.method.aggregation import generalised_mean, is_enough, shares
from harmmodel.method.arrays import Bools, Floats, quotient
from harmmodel.method.scales import clipped_share, scaled
from harmmodel.method.uncertainty import filled, quantiles

SOURCES = {"decayed_deaths": ("done_recent", "fighting_recent"), "civilian_deaths": ("civilian_recent",) * 2}


def source(measure: str, method: GroupMethod) -> str:
    """Return the kind of deaths that a measure counts: own dead are among them where the method says so."""
    return SOURCES[measure][int(method.own_dead)]


@dataclass(frozen=True)
class Parts:
    """Scored indicators of every group on the scale from 0 to 100; NaN where unknown.

    Attributes
    ----------
    items : scored indicators, by pillar and id
    point : shape (items, groups)
    draws : shape (items, groups, draws)
    weights : shape (items, draws), inside a pillar before renormalising
    pillar_weights : shape (pillars, draws)
    """

    method: GroupMethod
    items: tuple[GroupIndicatorSpec, ...]
    point: Floats
    draws: Floats
    weights: Floats
    pillar_weights: Floats

    @property
    def known(self) -> Bools:
        """Which items are known; shape (items, groups)."""
        return np.isfinite(self.point)

    def rows(self, pillar: str, *, contact: bool = True) -> list[int]:
        """Return the places of a pillar's items; without *contact*, only those known without the police."""
        return [
            at for at, item in enumerate(self.items) if item.pillar == pillar and (contact or not item.police_contact)
        ]

    def central(self, rows: list[int]) -> Floats:
        """Return the central weights of items."""
        return np.array([self.items[at].weight for at in rows], dtype=np.float64)

    def observed(self, pillar: str) -> Floats:
        """Share of a pillar's weight that is known; shape (groups,)."""
        rows = self.rows(pillar)
        return np.asarray((shares(self.central(rows))[:, None] * self.known[rows]).sum(axis=0))


def parts(toll: Deaths, judged: Assessed, method: GroupMethod, is_counted: Bools) -> Parts:
    """Put counts and levels on one scale.

    Parameters
    ----------
    is_counted : shape (groups,): whether the source would have named the group; where not, no event means nothing
    """
    items = tuple(item for pillar in method.pillars for item in method.of_pillar(pillar.id))
    point = np.full((len(items), len(toll.ids)), np.nan)
    draws = np.full((len(items), len(toll.ids), method.draws), np.nan)
    for at, item in enumerate(items):
        if item.measure is None:
            point[at], draws[at] = judged.point[item.id], judged.draws[item.id]
            continue
        kind = source(item.measure, method)
        point[at, is_counted] = scaled(toll.point[kind][is_counted], low=item.low, high=item.high)
        draws[at, is_counted] = scaled(toll.draws[kind][is_counted], low=item.low, high=high_draws(item, method))
    weights = np.stack([judged_draws(method, item.weight_range, "weight", item.id) for item in items])
    across = np.stack([judged_draws(method, p.weight_range, "pillar", p.id) for p in method.pillars])
    return Parts(method, items, point, draws, weights, across)


def pillar_points(scale: Parts) -> Floats:
    """Return pillar scores by central weights; shape (pillars, groups), NaN where too little is known."""
    return np.stack([_pillar(scale, p.id, scale.point, None) for p in scale.method.pillars])


def pillar_draws(scale: Parts, *, contact: bool = True) -> Floats:
    """Return draws of the pillars; shape (pillars, groups, draws), NaN where too little is known."""
    return np.stack([_pillar(scale, p.id, scale.draws, scale.weights, contact=contact) for p in scale.method.pillars])


def _pillar(scale: Parts, pillar: str, values: Floats, weights: Floats | None, *, contact: bool = True) -> Floats:
    rows = scale.rows(pillar, contact=contact)
    total = np.full(values.shape[1:], np.nan)
    if not rows:
        return total
    known = scale.known[rows]
    observed = (shares(scale.central(rows))[:, None] * known).sum(axis=0)
    enough = is_enough(observed, scale.method.minimum_observed)
    weight = scale.central(rows)[:, None] if weights is None else weights[rows][:, None, :]
    mask = known if weights is None else known[:, :, None]
    heavy = np.where(mask, weight, 0.0)
    summed = (heavy * np.nan_to_num(values[rows])).sum(axis=0)
    total[enough] = (summed / np.where(heavy.sum(axis=0) > 0, heavy.sum(axis=0), 1.0))[enough]
    return total


def overall(scale: Parts, pillars: Floats) -> Floats:
    """Join the scored pillars; shape (groups,) for points and (groups, draws) for draws."""
    if pillars.ndim == 2:
        central = np.array([p.weight for p in scale.method.pillars])
        return generalised_mean(pillars, central, p=scale.method.p)
    return generalised_mean(pillars, scale.pillar_weights, p=scale.method.p)


def bounded(scale: Parts, fill: float | Mapping[int, Floats]) -> Floats:
    """Draw the score over all pillars with every unknown item filled; shape (groups, draws).

    Parameters
    ----------
    fill : one value for all, or item → shape (groups, draws)
    """
    stacked = []
    for pillar in scale.method.pillars:
        rows = scale.rows(pillar.id)
        weight = shares(scale.weights[rows])[:, None, :]
        values = [
            filled(scale.draws[at], scale.known[at][:, None], fill if isinstance(fill, float) else fill[at])
            for at in rows
        ]
        stacked.append((weight * np.stack(values)).sum(axis=0))
    return overall(scale, np.stack(stacked))


RECENT_YEARS = 2
SURE, UNSURE = 2 / 3, 1 / 3


def named(ids: list[str]) -> pd.Series[str]:
    """Return a column of ids; without one it would be a column of numbers, which joins with no other."""
    return pd.Series(ids, dtype="object")


def pillar_table(ids: list[str], scale: Parts, drawn: Floats) -> pd.DataFrame:
    """Return one row per group and pillar: score, interval, weight and the share of it that is observed."""
    points, tables, column = pillar_points(scale), [], named(ids)
    for at, pillar in enumerate(scale.method.pillars):
        ends = quantiles(drawn[at], scale.method.interval)
        tables.append(
            pd.DataFrame(
                {
                    "group_id": column,
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
    data: GroupInputs, scale: Parts, toll: Deaths, judged: Assessed, order: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per group and indicator: value with interval, points, weight in its pillar and contribution."""
    method, tables = scale.method, []
    ids = named(toll.ids)
    for item in sorted(method.indicators, key=lambda i: i.id):
        value, low, high = _value(item, data, method, toll, order)
        table = pd.DataFrame({"group_id": ids, "indicator": item.id, "value": value, "low": low, "high": high})
        tables.append(table.assign(**_scored(item, scale)))
    joined = pd.concat(tables, ignore_index=True)
    levels = judged.cells[["group_id", "indicator", "level_low", "level_high", "raters", "is_disputed"]]
    return joined.merge(levels, on=["group_id", "indicator"], how="left")


def _value(
    item: GroupIndicatorSpec, data: GroupInputs, method: GroupMethod, toll: Deaths, order: pd.DataFrame
) -> tuple[Floats, Floats, Floats]:
    nothing = np.full(len(toll.ids), np.nan)
    if item.measure is None:
        return nothing, nothing, nothing
    if item.measure in ("events", "deaths"):
        return tuple(order[f"{item.measure}{end}"].to_numpy(dtype=np.float64) for end in ("", "_low", "_high"))  # type: ignore[return-value]
    if item.measure == "municipalities":
        return nullable.floats(order["municipalities"]), nothing, nothing
    if item.measure == "feuds":
        return feuds(data, method, toll.ids), nothing, nothing
    point, drawn = _measured(item.measure, data, method, toll)
    ends = quantiles(drawn, method.interval)
    return point, ends[0], ends[1]


def _measured(measure: str, data: GroupInputs, method: GroupMethod, toll: Deaths) -> tuple[Floats, Floats]:
    if measure in SOURCES:
        kind = source(measure, method)
        return toll.point[kind], toll.draws[kind]
    if measure == "death_share":
        total = float(data.cells.loc[data.cells["year"].isin(method.years), "best"].sum()) or np.nan
        return toll.all / total, toll.all_draws / total
    last, before = slice(-RECENT_YEARS, None), slice(-2 * RECENT_YEARS, -RECENT_YEARS)
    return _change(toll.yearly[:, last], toll.yearly[:, before]), _change(
        toll.yearly_draws[:, last], toll.yearly_draws[:, before]
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
    texts = []
    for group in ids:
        if group not in own.index:
            texts.append(UNKNOWN)
            continue
        row = own.loc[group] if isinstance(own.loc[group], pd.Series) else own.loc[group].iloc[0]
        low, high = str(row["level_low"]), str(row["level_high"])
        texts.append(low if low == high else f"{low} to {high}")
    return texts


def confidence(scores: pd.DataFrame, cells: pd.DataFrame, toll: Deaths) -> list[str]:
    """Return how far the records of a group can be leaned on: high, medium, low, or none without a record.

    The share of its deaths that is dated to a month and placed in a municipality decides, and no assessment that it
    leans on may be graded worse: D to F or 4 to 6 make it low.
    """
    total = toll.all
    placed = quotient(toll.point["precise"], total)
    weak = cells[(cells["raters"] > 0) & ((cells["evidence"] >= "D") | (cells["information"] >= "4"))]
    poor = set(weak["group_id"])
    words = []
    for group, share in zip(scores["group_id"], placed, strict=True):
        word = "none" if np.isnan(share) else "high" if share >= SURE else "medium" if share >= UNSURE else "low"
        words.append("low" if group in poor else word)
    return words
