"""Pictures of groups: deaths by precision, scores with open bounds, states and spots, years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
from altair.typing import ChartType

from harmmodel.app.charts import maps, rows, theme
from harmmodel.app.charts.drawing import drawn
from harmmodel.app.charts.theme import DrawnChart

STEP = 24
PALE = "#c8d5da"
TICKS = (0, 25, 50, 75, 100)


@drawn
def deaths_bars(frame: pd.DataFrame, title: str) -> ChartType:
    """Draw one bar per row: dark up to *precise*, pale up to *total*; a thin line from low to high where given.

    Parameters
    ----------
    frame : row, precise, total, figure; optional low and high
    title : of the value axis
    """
    top = float(max(frame["total"].max(), frame["high"].max() if "high" in frame else 0.0, 1.0))
    x_scale = alt.Scale(domain=[0, top], nice=True, zero=True)
    axis = alt.Axis(orient="top", grid=True, tickCount=6, titleAnchor="start", titleAlign="left")
    label = _names([str(name) for name in frame["row"]])
    data = frame.reset_index(drop=True).assign(zero=0.0)
    base = alt.Chart(data).encode(y=alt.Y("row:N", sort=None, title=None, axis=label))
    layers: list[Any] = [
        base.mark_bar(color=PALE, size=13).encode(
            x=alt.X("total:Q", title=title, scale=x_scale, axis=axis), description="figure:N"
        ),
        base.mark_bar(color=theme.HARM, size=13, aria=False).encode(x=alt.X("precise:Q", title=title, scale=x_scale)),
    ]
    if "high" in data:
        line = base.mark_rule(color=theme.INK, strokeWidth=1, aria=False)
        layers.append(line.encode(x=alt.X("low:Q", title=title, scale=x_scale), x2="high:Q"))
    figure = base.mark_text(align="right", dx=16 + 0.54 * theme.TEXT * _longest(data["figure"]), aria=False)
    layers.append(figure.encode(text="figure:N", x=alt.value("width")))
    return theme.layered(layers, height=STEP * max(len(data), 1))


def _longest(texts: pd.Series[str]) -> int:
    return max((len(str(text)) for text in texts), default=0)


def bounded_rows(frame: pd.DataFrame) -> DrawnChart:
    """Draw scores: point, solid interval from evidence, dotted line with end ticks where the unknown could take it.

    Parameters
    ----------
    frame : row, value, low, high, bound_low, bound_high, tier, figure, detail
    """
    return rows.interval_rows(frame, rows.Axis("Score, 0–100", 0, 100, TICKS))


def _names(names: list[str]) -> alt.Axis:
    """Write the names of rows flush left."""
    room = theme.left_labels(names)
    return alt.Axis(labelAlign="left", labelPadding=room, labelColor=theme.INK, labelLimit=0, grid=False)


@drawn
def state_map(
    boundaries: Mapping[str, Any], states: pd.DataFrame, spots: pd.DataFrame, bands: Sequence[str]
) -> ChartType:
    """Draw totals of states as colours and precise places as points.

    Parameters
    ----------
    states : unit_id, band, deaths
    spots : longitude, latitude, deaths, municipality: nothing coarse may be among them
    bands : words of the six steps
    """
    facts = states.set_index("unit_id").to_dict("index")
    features = []
    for feature in boundaries["features"]:
        unit = str(feature["unit_id"])
        if unit in facts:
            figures = {"band": str(facts[unit]["band"]), "deaths": facts[unit]["deaths"]}
            figures["deaths"] = float(figures["deaths"]) if pd.notna(figures["deaths"]) else None
            geometry = maps.outward(feature["geometry"])
            features.append({"type": "Feature", "geometry": geometry, "label": str(feature["label"]), **figures})
    legend = alt.Legend(title="Deaths of the state", orient="bottom-left", direction="vertical", symbolType="square")
    scale = alt.Scale(domain=list(bands), range=list(theme.HARM_RAMP))
    filled = (
        alt.Chart(alt.InlineData(values=features))
        .mark_geoshape(stroke=theme.PAPER, strokeWidth=0.8)
        .encode(
            color=alt.Color("band:N", scale=scale, legend=legend),
            tooltip=[alt.Tooltip("label:N", title="State"), alt.Tooltip("deaths:Q", title="Deaths", format=",.0f")],
        )
    )
    points = (
        alt.Chart(spots)
        .mark_point(
            shape="circle", filled=True, color=theme.ENFORCEMENT, stroke=theme.PAPER, strokeWidth=0.6, opacity=0.9
        )
        .encode(
            longitude="longitude:Q",
            latitude="latitude:Q",
            size=alt.Size("deaths:Q", scale=alt.Scale(range=[8, 420]), legend=None),
            tooltip=[alt.Tooltip("municipality:N", title="Municipality"), alt.Tooltip("deaths:Q", format=",.1f")],
        )
    )
    layers = [filled, points] if len(spots) else [filled]
    return alt.layer(*layers).properties(width="container", height=480).project(type="mercator")


@drawn
def years(frame: pd.DataFrame) -> ChartType:
    """Draw deaths by year: pale bars with a dark part that is dated and placed, and a line for the interval.

    Parameters
    ----------
    frame : year, deaths, deaths_low, deaths_high, precise
    """
    data = frame.assign(name=frame["year"].astype(str))
    x = alt.X("name:N", title=None, axis=alt.Axis(labelAngle=0, grid=False))
    scale = alt.Scale(domain=[0, float(max(data["deaths_high"].max(), 1.0))], nice=True)
    base = alt.Chart(data).encode(x=x)
    y = alt.Y("deaths:Q", scale=scale, axis=alt.Axis(title=None, grid=True, tickCount=5))
    layers: list[Any] = [
        base.mark_bar(color=PALE).encode(y=y),
        base.mark_bar(color=theme.HARM, aria=False).encode(y=alt.Y("precise:Q", scale=scale)),
        base.mark_rule(color=theme.INK, strokeWidth=1, aria=False).encode(
            y=alt.Y("deaths_low:Q", scale=scale), y2="deaths_high:Q"
        ),
    ]
    return theme.layered(layers, height=240)


@drawn
def rank_years(frame: pd.DataFrame, most: int) -> ChartType:
    """Draw the rank of each group in each year as a grid: darker is nearer to rank 1; range in brackets.

    Parameters
    ----------
    frame : group, year, rank, low, high
    most : the last rank of the scale
    """
    order = list(dict.fromkeys(frame["group"]))
    colour = alt.Color("rank:Q", scale=alt.Scale(domain=[1, most], range=list(theme.HARM_RAMP[::-1])), legend=None)
    label = _names(order)
    base = alt.Chart(frame.assign(name=frame["year"].astype(str), said=_ranked(frame))).encode(
        x=alt.X("name:N", title=None, axis=alt.Axis(orient="top", labelAngle=0, grid=False)),
        y=alt.Y("group:N", sort=order, title=None, axis=label),
    )
    cells = base.mark_rect(stroke=theme.PAPER, strokeWidth=2).encode(color=colour, description="said:N")
    dark = alt.condition(f"datum.rank <= {most / 3}", alt.value(theme.PAPER), alt.value(theme.INK))
    text = base.mark_text(fontSize=11, aria=False).encode(text="said:N", color=dark)
    return theme.layered([cells, text], height=30 * max(len(order), 1))


def _ranked(frame: pd.DataFrame) -> list[str]:
    return [
        f"{row['rank']:g}" if row["low"] == row["high"] else f"{row['rank']:g} ({row['low']:g}–{row['high']:g})"
        for row in frame.to_dict("records")
    ]


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
