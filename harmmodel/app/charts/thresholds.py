"""Pictures of the Threshold lab: what people hold beside a threshold, its ROC curve, weights around it."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import pandas as pd

from harmmodel.app.charts import theme
from harmmodel.app.charts.drawing import drawn

HEIGHT = 260
SQUARE = 340
DECADES = [10.0**n for n in range(-7, 6)]


def _grams(low: float, high: float) -> alt.X:
    inside = [value for value in DECADES if low <= value <= high]
    axis = alt.Axis(title="Grams, log scale", values=inside, format="~g", grid=True, orient="bottom")
    return alt.X("grams:Q", scale=alt.Scale(type="log", domain=[low, high], nice=False, clamp=True), axis=axis)


@drawn
def distribution(frame: pd.DataFrame, threshold: float, label: str, *, is_counted: bool) -> alt.LayerChart:
    """Draw what people hold, filled above the threshold.

    Parameters
    ----------
    frame : grams, users, suppliers (densities), above
    threshold : grams; NaN draws none
    label : of the threshold
    is_counted : True for the bins of a file, False for a smooth curve
    """
    low, high = float(frame["grams"].min()), float(frame["grams"].max())
    top = 1.25 * float(frame[["users", "suppliers"]].to_numpy().max())
    x = _grams(low, high)
    scale = alt.Scale(domain=[0, top], nice=False)

    def y(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", scale=scale, axis=None)

    shape: Any = "step-after" if is_counted else "monotone"
    ends = [(frame[~frame["above"]], theme.FAINT, 0.45), (frame[frame["above"]], theme.ENFORCEMENT, 0.6)]
    areas = [
        alt.Chart(part)
        .mark_area(color=colour, opacity=opacity, interpolate=shape, aria=False)
        .encode(x=x, y=y("users"))
        for part, colour, opacity in ends
    ]
    base = alt.Chart(frame)
    lines = [
        base.mark_line(color=theme.INK, strokeWidth=2, interpolate=shape, aria=False).encode(x=x, y=y("users")),
        base.mark_line(color=theme.MUTED, strokeWidth=2, strokeDash=[6, 4], interpolate=shape, aria=False).encode(
            x=x, y=y("suppliers")
        ),
    ]
    return theme.layered(
        [*areas, *lines, *_names(frame, x, scale), *_mark(threshold, label, x, low, high)], height=HEIGHT
    )


def _names(frame: pd.DataFrame, x: alt.X, scale: alt.Scale) -> list[Any]:
    """Name each curve at its top."""
    marks = []
    for column, name, colour in (("users", "own use", theme.INK), ("suppliers", "supply", theme.MUTED)):
        if frame[column].max() <= 0:
            continue
        top = frame.loc[[frame[column].idxmax()]].assign(name=name)
        text = alt.Chart(top).mark_text(dy=-9, color=colour, fontWeight=600, aria=False)
        marks.append(text.encode(x=x, y=alt.Y(f"{column}:Q", scale=scale, axis=None), text="name:N"))
    return marks


def _mark(threshold: float, label: str, x: alt.X, low: float, high: float) -> list[Any]:
    """The threshold as a line with its quantity at the top, on the side where there is room."""
    if not math.isfinite(threshold):
        return []
    right = math.log(threshold / low) > 0.7 * math.log(high / low)
    base = alt.Chart(pd.DataFrame({"grams": [threshold], "label": [label]}))
    text = base.mark_text(
        align="right" if right else "left", dx=-5 if right else 5, baseline="top", fontWeight=600, color=theme.INK
    )
    rule = base.mark_rule(color=theme.INK, strokeWidth=1.6, aria=False)
    return [rule.encode(x=x), text.encode(x=x, y=alt.value(2), text="label:N", description="label:N")]


@drawn
def roc(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw the ROC curve; the chosen threshold is a filled disc, a few others are small rings with their grams.

    Parameters
    ----------
    frame : grams, users, suppliers (shares above), name, is_chosen
    """
    share = alt.Scale(domain=[0, 1], nice=False)
    ticks = [0, 0.25, 0.5, 0.75, 1]
    x = alt.X("users:Q", scale=share, axis=_shares("Share of people who use above it", ticks, "bottom"))
    y = alt.Y(
        "suppliers:Q",
        scale=share,
        axis=alt.Axis(
            title="Share of suppliers above it",
            format="%",
            values=ticks,
            grid=True,
            titleAngle=0,
            titleAnchor="end",
            titleAlign="left",
            titleX=-34,
            titleY=-14,
        ),
    )
    chance = alt.Chart(pd.DataFrame({"users": [0.0, 1.0], "suppliers": [0.0, 1.0]}))
    line = alt.Chart(frame[frame["name"] == ""].sort_values("grams"))
    named = alt.Chart(frame[frame["name"] != ""]).encode(x=x, y=y, description="name:N")
    others, chosen = named.transform_filter("!datum.is_chosen"), named.transform_filter("datum.is_chosen")
    words: dict[str, Any] = {"align": "left", "dx": 8, "dy": 10}
    layers: list[Any] = [
        chance.mark_line(color=theme.FAINT, strokeDash=[4, 4], aria=False).encode(x=x, y=y),
        line.mark_line(color=theme.INK, strokeWidth=2, aria=False).encode(x=x, y=y, order="grams:Q"),
        others.mark_point(filled=False, fill=theme.PAPER, stroke=theme.MUTED, size=40, opacity=1, aria=False),
        others.mark_text(color=theme.MUTED, fontSize=theme.SMALL, aria=False, **words).encode(text="name:N"),
        chosen.mark_point(filled=True, color=theme.ENFORCEMENT, size=110, opacity=1),
        chosen.mark_text(color=theme.INK, fontWeight=600, aria=False, **words).encode(text="name:N"),
    ]
    return theme.layered(layers, height=SQUARE)


def _shares(title: str, ticks: list[float], side: Any) -> alt.Axis:
    return alt.Axis(title=title, format="%", values=ticks, grid=True, orient=side)


@drawn
def bunching(frame: pd.DataFrame, threshold: float, label: str) -> alt.LayerChart:
    """Draw how many weights lie in each bin; bars above the threshold are hollow.

    Parameters
    ----------
    frame : start, end, weights, above
    """
    low, high = float(frame["start"].min()), float(frame["end"].max())
    ticks = [threshold * factor for factor in (0.5, 0.75, 1, 1.5, 2)]
    axis = alt.Axis(title="Grams, log scale", values=ticks, format=".2~g", grid=False, orient="bottom")
    scale = alt.Scale(type="log", domain=[low, high], nice=False)
    x, at = (alt.X(f"{name}:Q", scale=scale, axis=axis) for name in ("start", "grams"))
    y = alt.Y("weights:Q", title=None, axis=alt.Axis(grid=True, tickCount=4, format="d"))
    base = alt.Chart(frame.assign(said=[f"{n} weights" for n in frame["weights"]]))
    bars = base.encode(x=x, x2="end", y=y, y2=alt.datum(0), description="said:N")
    layers: list[Any] = [
        bars.transform_filter("!datum.above").mark_rect(color=theme.MUTED, stroke=theme.PAPER),
        bars.transform_filter("datum.above").mark_rect(color=theme.PANEL, stroke=theme.INK, strokeWidth=1),
        *_mark(threshold, label, at, low, high),
    ]
    return theme.layered(layers, height=HEIGHT)
