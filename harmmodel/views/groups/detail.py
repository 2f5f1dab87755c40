"""One group: when and where, against whom, and how its place among the groups moved."""

from __future__ import annotations

import math
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd

from harmmodel import nullable
from harmmodel.lenses.phrases import half_up
from harmmodel.lenses.tiers import FOCUS
from harmmodel.views import words
from harmmodel.views.blocks import Picture
from harmmodel.views.groups.explain import finding, opponents
from harmmodel.views.ordering import leaders, place_words
from harmmodel.views.source import interval_name
from harmmodel.warehouse.read.groups import GroupRun

BREAKS = (1, 50, 250, 1000, 5000)
BANDS = ("none", "1–49", "50–249", "250–999", "1,000–4,999", "5,000 or more")
FEUDS = 10
TEN = 10


@dataclass(frozen=True)
class GroupDetail:
    """What the page shows of one group."""

    title: str
    facts: str
    timeline: Picture
    ranks: Picture
    states: Picture
    spots: pd.DataFrame
    feuds: Picture


def detail(run: GroupRun, group_id: str) -> GroupDetail:
    """Return the pictures of one group."""
    row = run.scores[run.scores["group_id"] == group_id].iloc[0]
    return GroupDetail(
        title=f"{row['label']}",
        facts=f"{words.tier(row['tier'])} · {words.plain_markdown(finding(run, row))}",
        timeline=_timeline(run, group_id, str(row["label"])),
        ranks=_ranks(run, group_id, str(row["label"])),
        states=_states(run, group_id, str(row["label"])),
        spots=_spots(run, group_id),
        feuds=_feuds(run, group_id, str(row["label"])),
    )


def _timeline(run: GroupRun, group_id: str, label: str) -> Picture:
    rows = run.yearly[run.yearly["group_id"] == group_id].sort_values("year")
    own = run.attribution[(run.attribution["group_id"] == group_id) & run.attribution["is_precise"]]
    placed = (own["numerator"] / own["denominator"]).groupby(own["year"]).sum()
    frame = rows[["year", "deaths", "deaths_low", "deaths_high", "events"]].assign(
        precise=[float(placed.get(year, 0.0)) for year in rows["year"]]
    )
    alt = f"{label}: {_most(frame['year'].astype(str), frame['deaths'])}"
    return Picture(
        "Year by year",
        f"Deaths with the {interval_name(run)} of how they may be shared. Dark: dated to a month and placed.",
        frame.reset_index(drop=True),
        alt,
    )


def _ranks(run: GroupRun, group_id: str, label: str) -> Picture:
    rows = run.yearly[run.yearly["group_id"] == group_id].sort_values("year")
    ranked = {
        f"{year}": dict(zip(own["group_id"], place_words(own["rank"]), strict=True))
        for year, own in run.yearly.groupby("year")
    }
    known = rows[rows["rank"].notna()]
    frame = pd.DataFrame(
        {
            "row": known["year"].astype(str),
            "value": known["rank"],
            "low": known["rank_low"],
            "high": known["rank_high"],
            "figure": [ranked[f"{year}"][group_id] for year in known["year"]],
            "detail": [
                words.rank_range(row["rank_low"], row["rank_high"], int(row["groups"]))
                for row in known.to_dict("records")
            ],
            "tier": FOCUS,  # a full disc
        }
    )
    span = words.span(known["rank"].min(), known["rank"].max()) if len(known) else words.MISSING
    return Picture(
        "Place among the groups, year by year",
        "By deaths of that year alone; a year without a death has no place.",
        frame.reset_index(drop=True),
        f"{label}: rank {span} over the years." if len(known) else f"{label}: no year with a death.",
    )


def _most(labels: pd.Series[str], deaths: pd.Series[float]) -> str:
    """Say where or when most deaths are recorded, all that share it; nothing is said to be most of none."""
    if len(deaths) and deaths.isna().all():
        return "where or when deaths happened is not known."
    if not deaths.max() > 0:
        return "no death is recorded."
    named, sharing = leaders(labels, deaths)
    return f"most deaths in {named}, {words.number(deaths.max())}{' each' if sharing > 1 else ''}."


def band(deaths: float) -> str:
    """Return the words of the step in which a number of deaths lies."""
    if math.isnan(deaths):
        return words.MISSING
    return BANDS[sum(half_up(deaths) >= limit for limit in BREAKS)]


def _states(run: GroupRun, group_id: str, label: str) -> Picture:
    window = run.states[run.states["year"].between(run.facts["from_year"], run.facts["to_year"])]
    own = window[window["group_id"] == group_id]
    totals = own.groupby("state_id")["deaths"].sum()
    frame = pd.DataFrame({"unit_id": run.areas["unit_id"], "label": run.areas["label"]})
    # Where no death of the group names a state, that a state has none is not known.
    none = 0.0 if len(totals) or not len(own) else math.nan
    frame["deaths"] = totals.reindex(frame["unit_id"]).fillna(none).to_numpy()
    frame["band"] = [band(value) for value in frame["deaths"]]
    nowhere = float(own.loc[own["state_id"].isna(), "deaths"].sum())
    return Picture(
        "Where",
        "Colour: all deaths of a state, coarse ones among them. Points: only what is dated to a month and placed in a "
        "municipality.",
        frame,
        f"{label}: {_most(frame['label'], frame['deaths'])}",
        f"{words.number(nowhere)} deaths name no state and are on no map.",
    )


def _spots(run: GroupRun, group_id: str) -> pd.DataFrame:
    """Places with a municipality, to a tenth of a degree; never finer than a town."""
    window = run.spots[run.spots["year"].between(run.facts["from_year"], run.facts["to_year"])]
    own = window[window["group_id"] == group_id]
    keys = ["state_id", "municipality"]
    spots = own.groupby(keys, as_index=False, dropna=False).agg(
        longitude=("longitude", "mean"),
        latitude=("latitude", "mean"),
        deaths=("deaths", "sum"),
        events=("events", "sum"),
    )
    spots[["longitude", "latitude"]] = spots[["longitude", "latitude"]].round(1)
    return spots.sort_values(["deaths", *keys], ascending=[False, True, True], ignore_index=True)


def _feuds(run: GroupRun, group_id: str, label: str) -> Picture:
    rows = opponents(run, group_id).head(FEUDS)
    frame = pd.DataFrame(
        {
            "row": [f"{o} ({t})" for o, t in zip(rows["opponent"], rows["tie"], strict=True)],
            "total": rows["deaths"].astype(float),
            "precise": np.zeros(len(rows)),
            "figure": [
                f"{words.number(row['deaths'])} · {words.span_of_years(row['since'], row['until'])}"
                for row in rows.to_dict("records")
            ],
        }
    )
    named, sharing = leaders(rows["opponent"], rows["deaths"])
    first = f"{label}: most deaths with {named}."
    if len(rows) and not sharing:
        first = f"{label}: how many died in its fights is not known."
    elif not sharing or not rows["deaths"].max() > 0:
        first = f"{label}: no death in a fight." if len(rows) else f"{label}: no fight recorded."
    return Picture(
        "Feuds",
        "Deaths of both sides in fights with each opponent, all years, with first and last year. An ally was named as "
        "one side with the group by the publisher, which is weak evidence.",
        frame.reset_index(drop=True),
        first,
    )


def stability(run: GroupRun) -> Picture:
    """Return the rank of the ten most violent groups in each year, with intervals."""
    top = run.orders.sort_values(["rank_deaths", "group_id"]).head(TEN)["group_id"]
    labels = dict(zip(run.scores["group_id"], run.scores["label"], strict=True))
    rows = run.yearly[run.yearly["group_id"].isin(set(top)) & run.yearly["rank"].notna()]
    frame = pd.DataFrame(
        {
            "group": [labels[str(g)] for g in rows["group_id"]],
            "year": rows["year"],
            "rank": rows["rank"],
            "low": rows["rank_low"],
            "high": rows["rank_high"],
        }
    )
    order = [labels[str(g)] for g in top]
    frame["place"] = [order.index(name) + 1 for name in frame["group"]]
    many = words.how_many(len(top), "group", "groups")
    steady = sum(1 for g in top if rows.loc[rows["group_id"] == g, "rank"].le(TEN).all())
    said = (
        f"{steady} of the {many.split()[0]} were among the first {words.NUMBERS[TEN]} in every year in which they have "
        "a recorded death."
    )
    return Picture(
        "How steady is the order?",
        f"Rank by deaths of each single year for the {many} with most deaths; the {interval_name(run)} in "
        "brackets. Darker is nearer to rank 1.",
        frame.sort_values(["place", "year"], ignore_index=True),
        said,
        said,
    )


RECENT = 3


@dataclass(frozen=True)
class Network:
    """A drawn network.

    Attributes
    ----------
    nodes : group_id, label, x, y (both 0 to 1), rivals, allies, between, deaths, tier
    edges : tie, x, y, x2, y2, deaths, said
    """

    title: str
    how_to_read: str
    nodes: pd.DataFrame
    edges: pd.DataFrame
    alt: str
    note: str


def network(run: GroupRun, chosen: str = "") -> Network:
    """Lay out the ties of the last years among ranked groups; *chosen* is told apart."""
    since = run.facts["to_year"] - RECENT + 1
    ranked = set(run.scores["group_id"])
    known = run.ties.assign(deaths=nullable.floats(run.ties["deaths"]))
    ties = known[(run.ties["until"] >= since) & run.ties["group_id"].isin(ranked) & run.ties["other_id"].isin(ranked)]
    graph = nx.Graph()
    for row in ties.sort_values(["group_id", "other_id", "tie"]).to_dict("records"):
        # A pair that fights and was also named together is drawn as rivals: that is the stronger evidence.
        if row["tie"] == "rival" or not graph.has_edge(row["group_id"], row["other_id"]):
            graph.add_edge(row["group_id"], row["other_id"], tie=row["tie"], deaths=row["deaths"])
    nodes, edges = _nodes(run, graph, chosen), []
    at = nodes.set_index("group_id")
    for one, other, tie in sorted(graph.edges(data=True)):
        edges.append(
            {
                "tie": tie["tie"],
                "x": at.loc[one, "x"],
                "y": at.loc[one, "y"],
                "x2": at.loc[other, "x"],
                "y2": at.loc[other, "y"],
                "deaths": tie["deaths"],
                "said": f"{at.loc[one, 'label']} and {at.loc[other, 'label']}: {tie['tie']}s, "
                f"{words.number(tie['deaths'])} deaths",
            }
        )
    frame = pd.DataFrame(edges, columns=["tie", "x", "y", "x2", "y2", "deaths", "said"])
    return Network(
        "Who fights whom",
        f"Ties with an event since {since}. Solid line: rivals. Dashed line with a ring: named together as one "
        "side. Thicker "
        "lines carry more deaths.",
        nodes,
        frame,
        _finding(nodes, frame),
        f"{_finding(nodes, frame)} Positions have no meaning; a tie says nothing about any member of a group.",
    )


def _nodes(run: GroupRun, graph: nx.Graph, chosen: str) -> pd.DataFrame:
    columns = ["group_id", "label", "x", "y", "rivals", "allies", "between", "deaths", "tier", "is_chosen"]
    if not graph:
        return pd.DataFrame(columns=columns)
    places = _layout(graph)
    between = nx.betweenness_centrality(graph)
    facts = run.scores.merge(run.orders[["group_id", "deaths"]], on="group_id").set_index("group_id")
    rows = []
    for name in sorted(graph):
        kinds = [tie["tie"] for _, _, tie in graph.edges(name, data=True)]
        rows.append(
            (
                name,
                facts.loc[name, "label"],
                places[name][0],
                places[name][1],
                kinds.count("rival"),
                kinds.count("ally"),
                between[name],
                facts.loc[name, "deaths"],
                facts.loc[name, "tier"],
                name == chosen,
            )
        )
    return pd.DataFrame(rows, columns=columns)


def _layout(graph: nx.Graph) -> dict[str, tuple[float, float]]:
    """Place the largest connected part at the left and the others, if any, under each other at the right."""
    parts = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
    places = _inside(graph, parts[0], (0.04, 0.02, 0.62 if len(parts) > 1 else 0.96, 0.96))
    rows = sum(len(part) - 1 for part in parts[1:])
    top = 0.96
    for part in parts[1:]:
        height = 0.94 * (len(part) - 1) / rows
        inner = (0.72, top - 0.7 * height, 0.93, top - 0.7 * height if len(part) == 2 else top)
        places |= _inside(graph, part, inner)
        top -= height
    return places


def _inside(graph: nx.Graph, part: set[str], box: tuple[float, float, float, float]) -> dict[str, tuple[float, float]]:
    """Lay out one connected part inside a box of left, bottom, right and top."""
    names = sorted(part)
    if len(names) == 2:
        return {names[0]: (box[0], box[1]), names[1]: (box[2], box[3])}
    ordered = nx.Graph(sorted(tuple(sorted(tie)) for tie in graph.subgraph(names).edges))
    positions = nx.kamada_kawai_layout(ordered)  # a subgraph walks a set, whose order differs from process to process
    xs, ys = [p[0] for p in positions.values()], [p[1] for p in positions.values()]
    return {
        name: (
            box[0] + (box[2] - box[0]) * (x - min(xs)) / ((max(xs) - min(xs)) or 1.0),
            box[1] + (box[3] - box[1]) * (y - min(ys)) / ((max(ys) - min(ys)) or 1.0),
        )
        for name, (x, y) in positions.items()
    }


def _finding(nodes: pd.DataFrame, edges: pd.DataFrame) -> str:
    if nodes.empty:
        return "No tie is recorded in these years."
    named, sharing = leaders(nodes["label"], nodes["rivals"])
    rivals, allies = int((edges["tie"] == "rival").sum()), int((edges["tie"] == "ally").sum())
    most = f"; {named} {'has' if sharing == 1 else 'have'} most rivals, {nodes['rivals'].max()}" if rivals else ""
    return (
        f"{words.capital(words.how_many(rivals, 'pair', 'pairs'))} of rivals and "
        f"{words.how_many(allies, 'pair', 'pairs')} named together among {len(nodes)} groups{most}."
    )
