"""The answer to: which groups do most harm, and how much is unknown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.lenses.phrases import as_set, top
from harmmodel.lenses.tiers import FOCUS
from harmmodel.views import source, words
from harmmodel.views.blocks import Picture, Table, intervals
from harmmodel.views.groups import blame
from harmmodel.views.groups.explain import alone, basis, group_ranking, halves, sides, size, with_unknown
from harmmodel.views.ordering import first_places, leaders, overlap_sentence, place_format, place_words
from harmmodel.warehouse.read.groups import GroupRun

FIRST = 12
UNKNOWNS = 40
WAYS = {
    "events": "events",
    "deaths": "deaths",
    "civilian_deaths": "civilian deaths",
    "deaths_per_municipality": "deaths per municipality reached",
}


@dataclass(frozen=True)
class Groups:
    """What the page Groups shows before one group is looked at."""

    kicker: str
    answer: str
    options: dict[str, str]
    precision: Picture
    ranking: Picture
    orders: Table
    unknowns: Table
    aliases: Table
    table: Table
    source: str


def groups(run: GroupRun) -> Groups:
    """Return the page's pictures and tables."""
    ranked = group_ranking(run)
    facts = run.facts
    return Groups(
        kicker=source.place_line(
            run, "criminal groups", words.years(facts["from_year"], facts["to_year"]), "deaths in organised violence"
        ),
        answer=_answer(run, ranked),
        options=dict(zip(ranked["unit_id"].astype(str), _named(ranked), strict=True)),
        precision=_precision(run),
        ranking=_ranking(run, ranked),
        orders=_orders(run),
        unknowns=_unknowns(run),
        aliases=_aliases(run),
        table=_table(run, ranked),
        source=source.source_line(run),
    )


def _answer(run: GroupRun, ranked: pd.DataFrame) -> str:
    focus = [words.plain_markdown(label) for label in ranked.loc[ranked["tier"] == FOCUS, "label"]]
    rule, highest = as_set(run.config.policy.tiers.focus), top(run.config.scheme.top_share)
    start = "No group is in focus"
    if focus:
        verb = "are" if len(focus) > 1 else "is"
        start = (
            f"{words.listing(focus)} {verb} in focus{basis(run)}: among the {highest} in at least {rule} of draws"
            f"{with_unknown(run, ranked)}"
        )
    told = "No death is recorded in these years"
    if run.facts["deaths"]:
        coarse = words.share(run.facts["deaths_coarse"] / run.facts["deaths"])
        told = f"{coarse} of all deaths are recorded only by year or by state"
    if ranked.empty:
        return f"{start}. {told}."
    unknown = words.share(float(run.scores["weight_unknown"].mean()))
    return f"{start}. {told}, and {unknown} of the weight of what should be known about groups is unknown."


def _precision(run: GroupRun) -> Picture:
    rows = run.orders.merge(run.scores[["group_id", "label"]], on="group_id")
    every = rows.sort_values(["deaths", "group_id"], ascending=[False, True])
    rows = every.head(FIRST)
    frame = pd.DataFrame(
        {
            "row": rows["label"],
            "precise": rows["deaths_precise"],
            "total": rows["deaths"],
            "low": rows["deaths_low"],
            "high": rows["deaths_high"],
            "figure": [words.number(value) for value in rows["deaths"]],
        }
    )
    return Picture(
        "Deaths attributed, by how precisely they are placed",
        f"Deaths of a fight between two groups are shared {_shared(run)}; the thin line shows how far other shares "
        f"would reach ({source.interval_name(run)}).",
        frame.reset_index(drop=True),
        _leads(every),
        "Dark: dated to a month and placed in a municipality. Pale: known only by year or state; never put on a "
        "map point.",
    )


def _leads(rows: pd.DataFrame) -> str:
    """Say which group has most deaths and how many of them are placed; several that share the first place are named."""
    named, sharing = leaders(rows["label"], rows["deaths"])
    if not sharing or not rows["deaths"].max() > 0:
        return "No group has recorded deaths."
    most = words.number(rows["deaths"].max())
    if sharing > 1:
        return f"{named} lead with {most} deaths each."
    placed = words.number(rows.sort_values("deaths", ascending=False)["deaths_precise"].iloc[0])
    return f"{named} leads with {most} deaths, of which {placed} are dated and placed."


def _shared(run: GroupRun) -> str:
    first, other = sides(run)
    return "half and half" if halves(run) else f"{first} to the side named first, {other} to the other"


def _named(ranked: pd.DataFrame) -> list[str]:
    places = place_words(ranked["rank"], is_short=True)
    return [f"{place} {label}" for place, label in zip(places, ranked["label"], strict=True)]


def _ranking(run: GroupRun, ranked: pd.DataFrame) -> Picture:
    scored = ranked[ranked["rank"].notna()]
    frame = pd.DataFrame(
        {
            "row": _named(scored),
            "value": scored["sort_key"],
            "low": scored["score_low"],
            "high": scored["score_high"],
            "bound_low": scored["bound_low"],
            "bound_high": scored["bound_high"],
            "tier": scored["tier"],
            "figure": [words.score(value) for value in scored["sort_key"]],
            "detail": intervals(scored, "score"),
        }
    )
    over = overlap_sentence(scored["score_low"].tolist(), scored["score_high"].tolist())
    return Picture(
        "Harm score when unknowns are bounded",
        "Solid: from recorded evidence. Dotted to open ends: everything unknown set to nil, or to high.",
        frame.reset_index(drop=True),
        f"{words.how_many(len(scored), 'group', 'groups')} by score. {_wider(scored)}".strip(),
        f"{over} {alone(run)} {_blamed(scored)}".strip(),
    )


def _blamed(scored: pd.DataFrame) -> str:
    """Say how wide the places of the first group are, and of how many the place is certain, whatever the blame."""
    if scored.empty:
        return ""
    certain = int((scored["blame_rank_low"] == scored["blame_rank_high"]).sum())
    wide = float((scored["blame_rank_high"] - scored["blame_rank_low"]).median())
    return (
        f"Whatever the blame: {words.how_many(certain, 'group', 'groups')} of {len(scored)} "
        f"{'has' if certain == 1 else 'have'} a certain place; half of all could move by "
        f"{words.number(wide)} places or more."
    )


def _wider(scored: pd.DataFrame) -> str:
    """Say for how many groups what is unknown weighs more than what is drawn."""
    bounds, ends = (scored[f"{name}_high"] - scored[f"{name}_low"] for name in ("bound", "score"))
    return f"The bounds of the unknown are wider than the interval for {int((bounds > ends).sum())} of {len(scored)}."


def _orders(run: GroupRun) -> Table:
    rows = run.orders.merge(run.scores[["group_id", "label"]], on="group_id").sort_values(["rank_deaths", "group_id"])
    frame = pd.DataFrame({"Group": rows["label"]})
    for way in WAYS:
        name = words.capital(WAYS[way])
        frame[name] = rows[way]
        frame[f"Rank by {WAYS[way]}"] = [
            f"{place} ({ends})"
            for place, ends in zip(place_words(rows[f"rank_{way}"]), intervals(rows, f"rank_{way}"), strict=True)
        ]
    frame["Deaths without its own dead"] = rows["deaths_done"]
    frame["Rank without its own dead"] = place_words(rows["rank_deaths_done"])
    frame["Among the first ten by"] = [
        words.listing(WAYS[way] for way in str(ways).split(", ")) if ways else "none" for ways in rows["first_ten_by"]
    ]
    moved = rows.loc[rows["depends_on_choice"], "label"]
    return Table(
        label="Four ways to count, side by side",
        frame=frame.reset_index(drop=True),
        file_name=f"{run.place.id}-group-orders.csv",
        alt="Groups by events, deaths, civilian deaths and deaths per municipality, each with its rank",
        formats={words.capital(WAYS[way]): words.number for way in WAYS}
        | {"Deaths without its own dead": words.number},
        origin=source.origin(run, rows["group_id"]),
        note=f"The choice of what is counted decides for {words.how_many(len(moved), 'group', 'groups')} whether "
        "they are among "
        f"the first ten: {words.listing([words.plain_markdown(name) for name in moved], at_most=8)}. Deaths per "
        "municipality "
        "count only what is dated and placed.",
    )


def _unknowns(run: GroupRun) -> Table:
    labels = dict(zip(run.scores["group_id"], run.scores["label"], strict=True))
    rows = run.sensitivity.head(UNKNOWNS)
    frame = pd.DataFrame(
        {
            "Group": [labels[str(g)] for g in rows["group_id"]],
            "Unknown": [run.config.group_indicators[str(i)].label for i in rows["indicator"]],
            "Tiers changed on average": rows["tiers_changed"],
            "At most": rows["most_changed"],
        }
    )
    told = (
        f"Tiers are most sensitive to {frame['Unknown'].iloc[0].lower()} of "
        f"{words.plain_markdown(frame['Group'].iloc[0])}."
        if len(frame)
        else "Nothing is unknown."
    )
    return Table(
        label="Sensitivity: how many tiers hang on each single unknown?",
        frame=frame.reset_index(drop=True),
        file_name=f"{run.place.id}-unknowns.csv",
        alt="Unknown assessments by the number of tiers they would change",
        formats={"Tiers changed on average": lambda value: words.number(value, 2)},
        origin=source.origin(run, rows["group_id"]),
        note=f"{told} Unknown levels are drawn evenly from nil to high, then one is set to each level in turn. "
        f"{_by_weight(run)}Shown: the first {len(rows)} of {words.number(len(run.sensitivity))}.",
    )


def _by_weight(run: GroupRun) -> str:
    """Say how much of the sensitivity the weights alone explain; empty where either does not differ."""
    scheme, found = run.config.group_scheme, run.sensitivity
    items = run.config.group_indicators
    pillars = pd.Series([str(items[str(name)].pillar) for name in found["indicator"]], dtype="object")
    scored = [item.pillar for item in run.config.listed_group_indicators if item.role == "score"]
    share = {p.id: p.weight.value / max(scored.count(p.id), 1) for p in scheme.pillars}
    weight = pillars.map(share).astype(float)
    if len(found) < 3 or weight.nunique() < 2 or found["moved"].nunique() < 2:
        return ""
    explained = words.share(float(np.corrcoef(weight, found["moved"])[0, 1] ** 2))
    return f"The weights alone explain {explained} of how far this moves shares in the top. "


def _aliases(run: GroupRun) -> Table:
    rows = run.aliases[run.aliases["match"] != "same"].sort_values(["deaths", "actor_id"], ascending=[False, True])
    frame = pd.DataFrame(
        {
            "As published": rows["alias"].where(rows["alias"] != "", "(not repeated)"),
            "Counted as": rows["label"],
            "Why": rows["match"].fillna(words.MISSING),
            "Divided among": rows["members"],
            "Events": rows["events"],
            "Deaths": rows["deaths"],
            "Reviewed": [words.date(str(day)) for day in rows["reviewed_on"]],
        }
    )
    return Table(
        label="Names that were merged, divided or not repeated",
        frame=frame.reset_index(drop=True),
        file_name=f"{run.place.id}-aliases.csv",
        alt="Published names and the groups they are counted as",
        formats={"Events": words.number, "Deaths": words.number},
        origin=source.origin(run, rows["group_id"]),
        note="Published names that hold the name of a person or a family are not repeated; the publisher's "
        "number stands for "
        f"them. {words.number(int((run.aliases['match'] == 'same').sum()))} further names are taken as they are.",
    )


def _table(run: GroupRun, ranked: pd.DataFrame) -> Table:
    frame = pd.DataFrame(
        {
            "Rank": first_places(ranked["rank"]),
            "Group": ranked["label"],
            "Tier": ranked["tier"],
            "Score": ranked["sort_key"],
            "Interval": intervals(ranked, "score"),
            "Bounds": intervals(ranked, "bound"),
            "Whatever the blame": intervals(ranked, "blame_rank"),
            "Rank by the other rule for own dead": place_words(ranked["rank_own_dead"]),
            "Weight unknown": ranked["weight_unknown"],
            "Capability": ranked["capability"],
            "Capacity to respond": ranked["capacity"],
            "Confidence": ranked["confidence"],
            "Size": [size(run, band) for band in ranked["size_band"]],
        }
    )
    return Table(
        label="Table of all groups",
        frame=frame,
        file_name=f"{run.place.id}-groups.csv",
        alt=f"All {len(ranked)} groups with score, interval, bounds and what stands beside harm",
        formats={"Rank": place_format(frame["Rank"]), "Score": words.score, "Weight unknown": words.share},
        origin=source.origin(run, ranked["unit_id"]),
        note="Capability, capacity to respond and confidence stand apart; they are never part of the score. "
        f"{blame.own_dead(run)}",
    )
