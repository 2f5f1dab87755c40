"""Which groups do most harm, how sure that is, and what the unknown could change."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from harmmodel.lenses.areas.tiers import drivers
from harmmodel.lenses.groups import tables
from harmmodel.lenses.groups.assessments import Assessed, assessed
from harmmodel.lenses.groups.deaths import Deaths, deaths
from harmmodel.lenses.groups.knowing import Value, value_of_knowing
from harmmodel.lenses.groups.orders import orders, yearly
from harmmodel.lenses.groups.parts import Parts, bounded, overall, parts, pillar_draws, pillar_points
from harmmodel.lenses.groups.spec import GroupInputs, GroupMethod, ranked_ids
from harmmodel.lenses.groups.tiers import verdict
from harmmodel.method.aggregation import pillars_scored
from harmmodel.method.arrays import Floats
from harmmodel.method.bounds import share_unknown
from harmmodel.method.uncertainty import quantiles, rank_draws, ranks, share_of_draws_in_top, top_size

QUARTILES = (0.25, 0.75)
HIGH = 100.0


@dataclass(frozen=True)
class GroupScores:
    """What the group lens found.

    Attributes
    ----------
    scores : one row per ranked group
    pillars, indicators : long tables of the same
    register : one row per indicator of the place
    orders : the four rankings side by side
    yearly : deaths and rank of each group in each year
    assessed : one row per group and assessed indicator
    value : one row per group and unknown indicator: how many tiers would change if it were learned
    draws : name → shape (groups, draws), groups in order of group_id
    """

    scores: pd.DataFrame
    pillars: pd.DataFrame
    indicators: pd.DataFrame
    register: pd.DataFrame
    orders: pd.DataFrame
    yearly: pd.DataFrame
    assessed: pd.DataFrame
    value: pd.DataFrame
    draws: dict[str, Floats] = field(default_factory=dict)


def score_groups(data: GroupInputs, method: GroupMethod) -> GroupScores:
    """Apply the method to the counts."""
    ids = ranked_ids(data, method)
    groups = data.groups.set_index("group_id").loc[ids]
    found = deaths(data, method, ids)
    judged = assessed(data.assessments, method, ids)
    scale = parts(found, judged, method, (groups["origin"] != "entered").to_numpy(dtype=bool))
    pillar_draw = pillar_draws(scale)
    order = orders(data, method, found)
    value = value_of_knowing(scale, ids)
    scores = _scores(groups.reset_index(), scale, pillar_draw, value)
    scores["confidence"] = tables.confidence(scores, judged.cells, found)
    for name in ("capability", "capacity"):
        scores[name] = tables.beside(judged.cells, method, name, ids)
    return GroupScores(
        scores=scores,
        pillars=tables.pillar_table(ids, scale, pillar_draw),
        indicators=tables.indicator_table(data, scale, found, judged, order),
        register=tables.register(data, scale),
        orders=order,
        yearly=yearly(method, found, data),
        assessed=judged.cells,
        value=value.cells,
        draws={
            "overall": overall(scale, pillar_draw),
            "deaths": found.all_draws,
            method.sort_key: pillar_draw[[p.id for p in method.pillars].index(method.sort_key)],
        },
    )


def _scores(groups: pd.DataFrame, scale: Parts, pillar_draw: Floats, value: Value) -> pd.DataFrame:
    method, low, high = scale.method, *scale.method.interval
    points = pillar_points(scale)
    key, drawn = overall(scale, points), overall(scale, pillar_draw)
    scored = pillars_scored(points)
    ends = quantiles(drawn, (low, high, *QUARTILES))
    floor, ceiling = quantiles(bounded(scale, 0.0), (low,))[0], quantiles(bounded(scale, HIGH), (high,))[0]
    placed = quantiles(rank_draws(drawn), (low, high))
    k = top_size(int(np.isfinite(key).sum()), method.top_share)
    weights = np.array([p.weight for p in method.pillars])
    known = np.stack([scale.observed(p.id) for p in method.pillars])
    driving = drivers(points, weights)
    table = groups[
        ["group_id", "label", "parent_id", "size_band", "first_seen", "last_year", "review_due", "origin"]
    ].assign(
        score=np.where(scored >= 2, key, np.nan),
        sort_key=key,
        score_low=ends[0],
        score_high=ends[1],
        score_q25=ends[2],
        score_q75=ends[3],
        bound_low=np.fmin(floor, ends[0]),
        bound_high=np.fmax(ceiling, ends[1]),
        weight_unknown=_unknown(scale, weights, known),
        rank=ranks(key),
        rank_low=placed[0],
        rank_high=placed[1],
        p_top=share_of_draws_in_top(drawn, k),
        p_top_no_contact=share_of_draws_in_top(overall(scale, pillar_draws(scale, contact=False)), k),
        p_top_unknown=value.p_top,
        pillars_scored=scored.astype(int),
        driver=["" if at is None else method.pillars[at].id for at in driving],
        lead=["" if at is None else method.pillars[at].lead for at in driving],
    )
    for at, pillar in enumerate(method.pillars):
        span = quantiles(pillar_draw[at], (low, high))
        table[pillar.id], table[f"{pillar.id}_low"], table[f"{pillar.id}_high"] = points[at], span[0], span[1]
    judged = [verdict(row, method) for row in table.to_dict("records")]
    table["tier"], table["reason"] = [v.tier for v in judged], [v.reason for v in judged]
    return table


def _unknown(scale: Parts, weights: Floats, observed: Floats) -> Floats:
    """Share of all weight, over pillars and their indicators, of which nothing is known."""
    if (observed == 0).all():
        return np.ones(observed.shape[1])
    nothing = share_unknown(observed > 0, weights)
    partly = ((weights / weights.sum())[:, None] * np.where(observed > 0, 1 - observed, 0.0)).sum(axis=0)
    return np.asarray(nothing + partly)


__all__ = ["Assessed", "Deaths", "GroupScores", "score_groups"]
