"""The ladder of activities: name, interval, figures, place risk and effort in one line."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from harmmodel.app.charts import theme
from harmmodel.app.charts.drawing import drawn
from harmmodel.app.charts.rows import POINT, Axis, interval_rows, point_layers
from harmmodel.app.charts.theme import DrawnChart

STEP = 26
LOW, HIGH = 0.7, 1.5  # of the interval part; what reaches further is cut, and its figures stand beside it
FIGURE, DETAIL, RISK, BAR, END = 1.63, 1.86, 2.1, 2.17, 2.78
TICKS = (0.75, 1.0, 1.25, 1.5)
PALE = "#8a96a1"


@drawn
def ladder(frame: pd.DataFrame, *, band: tuple[float, float], interval: str) -> alt.LayerChart:
    """Draw one line per activity.

    Parameters
    ----------
    frame : columns of the view's ladder: row, tier, judged, value, low, high, figure, detail, risk, effort, effort_said
    band : the two ends between which an excess is too close to chance to matter
    interval : what the interval is called
    """
    data = _drawn(frame)
    y = alt.Y("row:N", sort=None, title=None, axis=_names(data), scale=alt.Scale(paddingInner=0, paddingOuter=0))
    base = alt.Chart(data).encode(y=y)
    shown = alt.Color("colour:N", scale=None)
    bars = base.transform_filter("isValid(datum.low)").mark_rule(
        strokeWidth=5, strokeCap="round", opacity=0.35, aria=False
    )
    points = base.transform_filter("isValid(datum.value)").encode(x=_x("value"), description="said:N")
    effort = base.mark_bar(color=theme.ENFORCEMENT, height=11, aria=False).encode(x=_x("bar_from"), x2="bar_to")
    layers = [
        *_behind(band),
        bars.encode(x=_x("low"), x2="high", color=shown),
        *point_layers(points, size=POINT),
        effort,
        *_texts(base),
        *_heads(interval),
    ]
    return theme.layered(layers, height=STEP * max(len(data), 1))


def short(frame: pd.DataFrame) -> DrawnChart:
    """The same lines for a narrow page: place risk and effort are left to the table."""
    data = _drawn(frame)
    columns = ["row", "value", "low", "high", "figure", "detail", "tier", "colour"]
    axis = Axis("Violence after a record ÷ chance", LOW, HIGH, (0.75, 1.0, 1.25, 1.5), rule=1.0, format=".2f")
    return interval_rows(data[columns], axis, step=STEP)


def _drawn(frame: pd.DataFrame) -> pd.DataFrame:
    largest = max(float(frame["effort"].max()), 1e-9) if len(frame) else 1.0
    inside = frame["value"].between(LOW, HIGH)
    return frame.assign(
        value=frame["value"].where(inside),
        low=frame["low"].clip(LOW, HIGH),
        high=frame["high"].clip(LOW, HIGH),
        colour=[theme.HARM if judged else PALE for judged in frame["judged"]],
        bar_from=BAR,
        bar_to=BAR + (END - 0.14 - BAR) * frame["effort"] / largest,
        said=[
            f"{row}: {figure}, {detail}; place risk {risk}; {effort} of records"
            for row, figure, detail, risk, effort in zip(
                frame["row"], frame["figure"], frame["detail"], frame["risk"], frame["effort_said"], strict=True
            )
        ],
    )


def _names(data: pd.DataFrame) -> alt.Axis:
    room = theme.left_labels([str(name) for name in data["row"]])
    return alt.Axis(labelAlign="left", labelPadding=room, labelColor=theme.INK, labelLimit=0, grid=False, offset=4)


def _x(name: str) -> alt.X:
    scale = alt.Scale(type="linear", domain=[LOW, END], nice=False, zero=False)
    axis = alt.Axis(orient="top", values=list(TICKS), grid=True, format=".2f", labelFlush=False)
    return alt.X(f"{name}:Q", title=None, scale=scale, axis=axis)


def _behind(band: tuple[float, float]) -> list[Any]:
    grey = alt.Chart(pd.DataFrame({"from": [max(band[0], LOW)], "to": [min(band[1], HIGH)]})).mark_rect(
        color="#e3e8ed", aria=False
    )
    line = alt.Chart(pd.DataFrame({"at": [1.0]})).mark_rule(color=theme.MUTED, strokeWidth=1.2, aria=False)
    return [grey.encode(x=_x("from"), x2="to"), line.encode(x=_x("at"))]


def _texts(base: alt.Chart) -> list[Any]:
    at = base.transform_calculate(f=str(FIGURE), d=str(DETAIL), r=str(RISK))
    bold = at.mark_text(align="right", fontWeight=600, color=theme.INK, aria=False)
    muted = at.mark_text(align="right", color=theme.MUTED, aria=False)
    end = base.mark_text(align="left", dx=5, color=theme.INK, aria=False)
    return [
        bold.encode(x=_x("f"), text="figure:N"),
        muted.encode(x=_x("d"), text="detail:N"),
        muted.encode(x=_x("r"), text="risk:N"),
        end.encode(x=_x("bar_to"), text="effort_said:N"),
    ]


def _heads(interval: str) -> list[Any]:
    heads = (
        (LOW, "left", "Violence after a record ÷ chance"),
        (DETAIL, "right", interval),
        (RISK, "right", "Place risk"),
        (BAR, "left", "Share of records"),
    )
    layers = []
    for at, align, text in heads:
        mark = alt.Chart(pd.DataFrame({"at": [at], "text": [text]})).mark_text(
            align=align,  # type: ignore[arg-type]
            dy=-34,
            fontWeight=600,
            color=theme.MUTED,
            aria=False,
        )
        layers.append(mark.encode(x=_x("at"), y=alt.value(0), text="text:N"))
    return layers
