"""Who fights whom: the ties of groups as a network, with its measures."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import pandas as pd

from harmmodel.views import words
from harmmodel.warehouse.store.groupruns import GroupRun

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
    ties = run.ties[
        (run.ties["until"] >= since) & run.ties["group_id"].isin(ranked) & run.ties["other_id"].isin(ranked)
    ]
    graph = nx.Graph()
    for row in ties.sort_values(["group_id", "other_id", "tie"]).to_dict("records"):
        # A pair that fights and was also named together is drawn as rivals: that is the stronger evidence.
        if row["tie"] == "rival" or not graph.has_edge(row["group_id"], row["other_id"]):
            graph.add_edge(row["group_id"], row["other_id"], tie=row["tie"], deaths=int(row["deaths"]))
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
    found = nx.kamada_kawai_layout(graph.subgraph(names))
    xs, ys = [p[0] for p in found.values()], [p[1] for p in found.values()]
    return {
        name: (
            box[0] + (box[2] - box[0]) * (x - min(xs)) / ((max(xs) - min(xs)) or 1.0),
            box[1] + (box[3] - box[1]) * (y - min(ys)) / ((max(ys) - min(ys)) or 1.0),
        )
        for name, (x, y) in found.items()
    }


def _finding(nodes: pd.DataFrame, edges: pd.DataFrame) -> str:
    if nodes.empty:
        return "No tie is recorded in these years."
    first = nodes.sort_values(["rivals", "label"], ascending=[False, True]).iloc[0]
    rivals, allies = int((edges["tie"] == "rival").sum()), int((edges["tie"] == "ally").sum())
    return (
        f"{words.capital(words.how_many(rivals, 'pair', 'pairs'))} of rivals and "
        f"{words.how_many(allies, 'pair', 'pairs')} named together among {len(nodes)} groups; "
        f"{first['label']} has most rivals, {first['rivals']}."
    )
