"""Four corners: harm upwards, enforcement against harm across, on a log scale with a strip around level."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import pandas as pd

from harmmodel.app.charts import theme
from harmmodel.app.charts.drawing import drawn
from harmmodel.app.charts.placing import Box, label_layers, place_labels
from harmmodel.app.charts.rows import point_layers
from harmmodel.views.overview import corners

HEIGHT = 520
# Labels are placed for the narrowest column the page has; on wider ones they only stand further apart.
NOMINAL_WIDTH = 430
LEVEL_COLOURS = {"over": theme.ENFORCEMENT, "under": theme.HARM, "level": "#8a96a1"}


@drawn
def four_corners(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw every area by score and ratio.

    Parameters
    ----------
    frame : label, said (the area in words), tier, level, score and ratio (each also with _low and _high), high
        (above the dashed line) and named (with name and whiskers)
    """
    low, high = corners.ends(frame)
    data = frame.assign(
        x=frame["ratio"].clip(low, high),
        x_low=frame["ratio_low"].clip(low, high),
        x_high=frame["ratio_high"].clip(low, high),
        bold=frame["tier"] == "focus",
        colour=[LEVEL_COLOURS.get(str(level), theme.FAINT) for level in frame["level"]],
    )
    top = corners.top(frame)
    x = _x(low, high)
    y = alt.Y("score:Q", title=corners.UPWARDS, scale=alt.Scale(domain=[0, top], nice=False), axis=_scores(top))
    base = alt.Chart(data).encode(x=x, y=y, description="said:N")
    layers = [
        *_ground(frame, x, y),
        *_corner_words(),
        *_whiskers(base),
        *point_layers(base, size=70),
        *_names(data, (low, high), top, x, y),
    ]
    return theme.layered(layers, height=HEIGHT)


def _x(low: float, high: float) -> alt.X:
    ticks = [2.0**n for n in range(round(math.log2(low)), round(math.log2(high)) + 1)]
    words = "datum.value < 1 ? '1/' + format(1 / datum.value, 'd') : format(datum.value, 'd') + '×'"
    axis = alt.Axis(
        values=ticks,
        labelExpr=words,
        orient="bottom",
        grid=True,
        titleAnchor="start",
        titleAlign="left",
        labelOverlap=False,
    )
    scale = alt.Scale(type="log", base=2, domain=[low, high], nice=False, clamp=True)
    return alt.X("x:Q", title=corners.ACROSS, scale=scale, axis=axis)


def _scores(top: float) -> alt.Axis:
    values = [v for v in (0, 20, 40, 60, 80, 100) if v <= top]
    # The title lies flat above the axis: a turned title is hard to read.
    return alt.Axis(
        values=values,
        grid=True,
        labelPadding=8,
        titleAngle=0,
        titleAnchor="end",
        titleAlign="left",
        titleX=-20,
        titleY=-14,
    )


def _ground(frame: pd.DataFrame, x: alt.X, y: alt.Y) -> list[Any]:
    strip = alt.Chart(pd.DataFrame({"x": [corners.STRIP[0]], "x2": [corners.STRIP[1]]})).mark_rect(
        color="#e9e9e4", opacity=0.8, aria=False
    )
    one = alt.Chart(pd.DataFrame({"x": [1.0]})).mark_rule(color=theme.MUTED, strokeWidth=1.2, aria=False).encode(x=x)
    layers: list[Any] = [strip.encode(x=x, x2="x2:Q"), one]
    if (score := corners.between(frame)) is not None:
        line = alt.Chart(pd.DataFrame({"score": [score]})).mark_rule(color=theme.FAINT, strokeDash=[3, 3], aria=False)
        layers.append(line.encode(y=y))
    return layers


def _corner_words() -> list[Any]:
    layers = []
    for text, side, bottom in corners.WORDS:
        mark = alt.Chart(pd.DataFrame({"t": [text]})).mark_text(
            align=side,
            dx=6 if side == "left" else -6,
            dy=-10 if bottom else 12,
            fontSize=theme.SMALL,
            fontWeight=600,
            color=theme.QUIET,
            aria=False,
        )
        at_x, at_y = alt.value(0 if side == "left" else "width"), alt.value("height" if bottom else 0)
        layers.append(mark.encode(text="t:N", x=at_x, y=at_y))
    return layers


def _whiskers(base: alt.Chart) -> list[Any]:
    named = base.transform_filter("datum.named")
    colour = alt.Color("colour:N", scale=None)
    across = named.mark_rule(strokeWidth=2, opacity=0.45, aria=False).encode(x="x_low:Q", x2="x_high:Q", color=colour)
    up = named.mark_rule(strokeWidth=2, opacity=0.45, aria=False)
    return [across, up.encode(y="score_low:Q", y2="score_high:Q", color=colour)]


def _names(data: pd.DataFrame, ends: tuple[float, float], top: float, x: alt.X, y: alt.Y) -> list[Any]:
    low, high = ends
    across = NOMINAL_WIDTH / math.log2(high / low)
    points = [
        (across * math.log2(r / low), HEIGHT * (1 - s / top)) for r, s in zip(data["x"], data["score"], strict=True)
    ]
    texts = {n: str(data["label"].iloc[n]) for n in range(len(data)) if data["named"].iloc[n]}
    above, below = Box(0, 0, NOMINAL_WIDTH, 22), Box(0, HEIGHT - 20, NOMINAL_WIDTH, HEIGHT)
    labels = place_labels(points, texts, area=Box(2, 0, NOMINAL_WIDTH, HEIGHT), taken=[above, below])
    return label_layers(data, labels, x, y)
