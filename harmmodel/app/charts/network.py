"""The network of ties: rivals and allies told apart by line and mark, not by colour alone."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
from altair.typing import ChartType

from harmmodel.app.charts import theme
from harmmodel.app.charts.drawing import drawn

HEIGHT = 600


@drawn
def network(nodes: pd.DataFrame, edges: pd.DataFrame) -> ChartType:
    """Draw groups as points and ties as lines.

    Parameters
    ----------
    nodes : label, x, y, deaths, tier, is_chosen
    edges : tie (rival or ally), x, y, x2, y2, deaths, said
    """
    ends = alt.Scale(domain=[-0.02, 1.02], nice=False, zero=False)
    x, y = alt.X("x:Q", scale=ends, axis=None), alt.Y("y:Q", scale=ends, axis=None)
    middle = edges.assign(mx=(edges["x"] + edges["x2"]) / 2, my=(edges["y"] + edges["y2"]) / 2)
    base = alt.Chart(middle)
    width = alt.StrokeWidth("deaths:Q", scale=alt.Scale(type="sqrt", range=[1, 6]), legend=None)
    shared: dict[str, Any] = {"x": x, "y": y, "x2": "x2:Q", "y2": "y2:Q", "strokeWidth": width, "description": "said:N"}
    rivals = base.transform_filter("datum.tie == 'rival'").mark_rule(
        color=theme.PILLAR_COLOURS["violence"], opacity=0.7
    )
    allies = base.transform_filter("datum.tie == 'ally'")
    dashed = allies.mark_rule(color=theme.HARM, strokeDash=[5, 4], opacity=0.9)
    ring = allies.mark_point(shape="circle", size=70, filled=True, fill=theme.PAPER, stroke=theme.HARM, strokeWidth=1.6)
    points = alt.Chart(nodes).encode(x=x, y=y)
    size = alt.Size("deaths:Q", scale=alt.Scale(type="sqrt", range=[30, 700]), legend=None)
    chosen = alt.condition("datum.is_chosen", alt.value(3.0), alt.value(0.8))
    text: dict[str, Any] = {"dy": -14, "fontSize": theme.SMALL, "aria": False, "tooltip": None}
    layers = [
        rivals.encode(**shared, tooltip=alt.Tooltip("said:N", title="Tie")),
        dashed.encode(**shared, tooltip=alt.Tooltip("said:N", title="Tie")),
        ring.encode(x=alt.X("mx:Q", scale=ends, axis=None), y=alt.Y("my:Q", scale=ends, axis=None)),
        points.mark_point(shape="circle", filled=True, color=theme.INK, stroke=theme.ENFORCEMENT, opacity=1).encode(
            size=size, strokeWidth=chosen, tooltip=[alt.Tooltip("label:N", title="Group"), alt.Tooltip("rivals:Q")]
        ),
        points.mark_text(stroke=theme.PAPER, strokeWidth=3, **text).encode(text="label:N"),
        points.mark_text(color=theme.INK, **text).encode(text="label:N"),
    ]
    return theme.layered(layers, height=HEIGHT)
