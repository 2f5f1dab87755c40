"""Which groups do most harm, how sure that is, and what the unknown could change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from harmmodel import nullable
from harmmodel.lenses.groups import tables
from harmmodel.lenses.groups.assessments import Assessed, assessed
from harmmodel.lenses.groups.blame import blame_columns, other_rule, without_own
from harmmodel.lenses.groups.deaths import Deaths, deaths
from harmmodel.lenses.groups.sensitivity import Sensitivity, sensitivity_to_unknowns
from harmmodel.lenses.groups.spec import GroupInputs, GroupMethod, ranked_ids
from harmmodel.lenses.groups.tables import Parts, bounded, overall, parts, pillar_draws, pillar_points
from harmmodel.lenses.phrases import top
from harmmodel.lenses.tiers import (
    CONTESTED,
    FOCUS,
    NOT_SCORED,
    UNSCORED,
    TierVerdict,
    driver_shares,
    drivers,
    led,
    limit_tier,
    share_words,
)
from harmmodel.method.aggregation import pillars_scored
from harmmodel.method.arrays import Floats
from harmmodel.method.random_streams import stream
from harmmodel.method.uncertainty import (
    ends_around,
    quantiles,
    rank_draws,
    ranks,
    share_of_draws_in_top,
    share_unknown,
    top_size,
)


def verdict(row: Mapping[Any, Any], method: GroupMethod) -> TierVerdict:
    """Apply the limits to one row of the scores: p_top, p_top_no_contact, p_top_unknown and pillars_scored are read."""
    share = float(row["p_top"])
    tier = limit_tier(share, method)
    if tier == NOT_SCORED:
        return UNSCORED
    opening = f"{_on(row, method)} it is in the {top(method.top_share)} in {share_words(share, method)} of draws"
    alone = float(row["p_top_no_contact"])
    if tier == FOCUS and not alone >= method.focus:
        return TierVerdict(CONTESTED, f"{opening}, but not without what is known only where police look.")
    return TierVerdict(tier, f"{opening}. {_unknown_words(float(row['p_top_unknown']), tier, method)}")


def _on(row: Mapping[Any, Any], method: GroupMethod) -> str:
    scored = [p.label.lower() for p in method.pillars if np.isfinite(row[p.id])]
    if len(scored) == len(method.pillars):
        return "On all pillars"
    return f"On {' and '.join(scored)}{' alone' if len(scored) == 1 else ''}"


def _unknown_words(share: float, tier: str, method: GroupMethod) -> str:
    """Say what is left of the tier when the unknown is drawn from nil to high."""
    if np.isnan(share) or limit_tier(share, method) == tier:
        return "Drawing what is unknown from nil to high leaves its tier."
    return (
        f"With what is unknown drawn from nil to high it is there in {share_words(share, method)}, which would make it "
        f"{limit_tier(share, method)}."
    )


WAYS = ("events", "deaths", "civilian_deaths", "deaths_per_municipality")
FIRST = 10


def orders(data: GroupInputs, method: GroupMethod, toll: Deaths) -> pd.DataFrame:
    """Rank the groups by events, deaths, civilian deaths and deaths per municipality reached, all with intervals.

    An event counts once for each party. Deaths per municipality take the deaths that are placed in one, over the
    municipalities in which they are: nothing coarse can say anything about a municipality.
    """
    window = data.parties[data.parties["year"].isin(method.years)]
    events = _by_group(window.groupby("group_id")["events"].sum(), toll.ids)
    reached = data.reached[data.reached["year"].isin(method.years)]
    places = reached.drop_duplicates(["group_id", "state_id", "municipality"]).groupby("group_id").size()
    # Where no event names a municipality, that a group reached none is not known.
    municipalities = np.full(len(toll.ids), np.nan) if data.reached.empty else _by_group(places, toll.ids)
    where = np.where(municipalities > 0, municipalities, np.nan)
    drawn = {
        "events": np.stack([_events(method, g, n) for g, n in zip(toll.ids, events, strict=True)])
        if toll.ids
        else np.zeros((0, method.draws)),
        "deaths": toll.all_draws,
        "civilian_deaths": toll.draws["civilian"],
        "deaths_per_municipality": toll.draws["precise"] / where[:, None],
    }
    point = {
        "events": events,
        "deaths": toll.all,
        "civilian_deaths": toll.point["civilian"],
        "deaths_per_municipality": toll.point["precise"] / where,
    }
    table = pd.DataFrame({"group_id": tables.named(toll.ids), "municipalities": nullable.counts(municipalities)})
    table["deaths_precise"] = toll.point["precise"]
    table["deaths_coarse"] = toll.all - toll.point["precise"]
    for way in WAYS:
        table = table.assign(**_columns(way, point[way], drawn[way], method))
    table = pd.concat([table, without_own(toll)], axis=1)
    first = np.stack([(table[f"rank_{way}"] <= FIRST).to_numpy() for way in WAYS])
    table["first_ten_by"] = [", ".join(w for w, yes in zip(WAYS, column, strict=True) if yes) for column in first.T]
    table["depends_on_choice"] = np.asarray(first.any(axis=0) & ~first.all(axis=0))
    return table


def _by_group(counts: pd.Series[Any], ids: list[str]) -> Floats:
    return np.asarray(counts.reindex(ids).fillna(0), dtype=np.float64)


def _events(method: GroupMethod, group: str, events: float) -> Floats:
    return np.asarray(stream(method.seed, "events", group).standard_gamma(events, size=method.draws), dtype=np.float64)


def _columns(way: str, point: Floats, drawn: Floats, method: GroupMethod) -> dict[str, Floats]:
    ends = ends_around(point, drawn, method.interval)
    placed = ends_around(ranks(point), rank_draws(drawn), method.interval)
    return {
        way: point,
        f"{way}_low": ends[0],
        f"{way}_high": ends[1],
        f"rank_{way}": ranks(point),
        f"rank_{way}_low": placed[0],
        f"rank_{way}_high": placed[1],
    }


def yearly(method: GroupMethod, toll: Deaths, data: GroupInputs) -> pd.DataFrame:
    """Return deaths and rank of each group in each year of the window; without a death in a year there is no rank."""
    counted = data.parties.groupby(["group_id", "year"])["events"].sum()
    rows, column = [], tables.named(toll.ids)
    for at, year in enumerate(method.years):
        drawn = toll.yearly_draws[:, at]
        present = toll.yearly[:, at] > 0
        active = np.where(present[:, None], drawn, np.nan)
        points = toll.yearly[:, at]
        placing = ranks(np.where(present, points, np.nan))
        ends = ends_around(points, drawn, method.interval)
        placed = ends_around(placing, rank_draws(active), method.interval)
        rows.append(
            pd.DataFrame(
                {
                    "group_id": column,
                    "year": year,
                    "events": [int(counted.get((g, year), 0)) for g in toll.ids],
                    "deaths": points,
                    "deaths_low": ends[0],
                    "deaths_high": ends[1],
                    "rank": placing,
                    "rank_low": placed[0],
                    "rank_high": placed[1],
                    "groups": int(present.sum()),
                }
            )
        )
    return pd.concat(rows, ignore_index=True).sort_values(["group_id", "year"], ignore_index=True)


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
    sensitivity : one row per group and unknown indicator: how many tiers would change if it were learned
    draws : name → shape (groups, draws), groups in order of group_id
    """

    scores: pd.DataFrame
    pillars: pd.DataFrame
    indicators: pd.DataFrame
    register: pd.DataFrame
    orders: pd.DataFrame
    yearly: pd.DataFrame
    assessed: pd.DataFrame
    sensitivity: pd.DataFrame
    draws: dict[str, Floats] = field(default_factory=dict)


def score_groups(data: GroupInputs, method: GroupMethod) -> GroupScores:
    """Apply the method to the counts."""
    ids = ranked_ids(data, method)
    groups = data.groups.set_index("group_id").loc[ids]
    toll = deaths(data, method, ids)
    judged = assessed(data.assessments, method, ids)
    is_counted = (groups["origin"] != "entered").to_numpy(dtype=bool)
    scale = parts(toll, judged, method, is_counted)
    pillar_draw = pillar_draws(scale)
    order = orders(data, method, toll)
    moved = sensitivity_to_unknowns(scale, ids)
    scores = _scores(groups.reset_index(), scale, pillar_draw, moved)
    total = float(data.cells.loc[data.cells["year"].isin(method.years), "best"].sum())
    scores = scores.assign(
        **blame_columns(scale, toll, is_counted, total), rank_own_dead=other_rule(scale, toll, is_counted)
    )
    scores["confidence"] = tables.confidence(scores, judged.cells, toll)
    for name in ("capability", "capacity"):
        scores[name] = tables.beside(judged.cells, method, name, ids)
    return GroupScores(
        scores=scores,
        pillars=tables.pillar_table(ids, scale, pillar_draw),
        indicators=tables.indicator_table(data, scale, toll, judged, order),
        register=tables.register(data, scale),
        orders=order,
        yearly=yearly(method, toll, data),
        assessed=judged.cells,
        sensitivity=moved.cells,
        draws={
            "overall": overall(scale, pillar_draw),
            "deaths": toll.all_draws,
            method.sort_key: pillar_draw[[p.id for p in method.pillars].index(method.sort_key)],
        },
    )


def _scores(groups: pd.DataFrame, scale: Parts, pillar_draw: Floats, moved: Sensitivity) -> pd.DataFrame:
    method, low, high = scale.method, *scale.method.interval
    points = pillar_points(scale)
    key, drawn = overall(scale, points), overall(scale, pillar_draw)
    scored = pillars_scored(points)
    ends = quantiles(drawn, (low, high, *QUARTILES))
    floor, ceiling = quantiles(bounded(scale, 0.0), (low,))[0], quantiles(bounded(scale, HIGH), (high,))[0]
    placed = ends_around(ranks(key), rank_draws(drawn), (low, high))
    k = top_size(int(np.isfinite(key).sum()), method.top_share)
    weights = np.array([p.weight for p in method.pillars])
    known = np.stack([scale.observed(p.id) for p in method.pillars])
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
        p_top_unknown=moved.p_top,
        pillars_scored=scored.astype(int),
        **_leads(points, pillar_draw, method),
    )
    for at, pillar in enumerate(method.pillars):
        span = quantiles(pillar_draw[at], (low, high))
        table[pillar.id], table[f"{pillar.id}_low"], table[f"{pillar.id}_high"] = points[at], span[0], span[1]
    judged = [verdict(row, method) for row in table.to_dict("records")]
    table["tier"], table["reason"] = [v.tier for v in judged], [v.reason for v in judged]
    return table


def _leads(points: Floats, pillar_draw: Floats, method: GroupMethod) -> dict[str, list[Any]]:
    """Return the driver of each group, the share of draws in which it is the same, and who leads."""
    weights = np.array([p.weight for p in method.pillars])
    driving, shares = drivers(points, weights), driver_shares(list(pillar_draw), weights)
    p_lead = [float("nan") if at is None else float(shares[at, unit]) for unit, at in enumerate(driving)]
    named = ["" if at is None else method.pillars[at].lead for at in driving]
    return {
        "driver": ["" if at is None else method.pillars[at].id for at in driving],
        "p_lead": p_lead,
        "lead": led(named, p_lead, method.lead),
    }


def _unknown(scale: Parts, weights: Floats, observed: Floats) -> Floats:
    """Share of all weight, over pillars and their indicators, of which nothing is known."""
    if (observed == 0).all():
        return np.ones(observed.shape[1])
    nothing = share_unknown(observed > 0, weights)
    partly = ((weights / weights.sum())[:, None] * np.where(observed > 0, 1 - observed, 0.0)).sum(axis=0)
    return np.asarray(nothing + partly)


__all__ = ["Assessed", "Deaths", "GroupScores", "score_groups"]
