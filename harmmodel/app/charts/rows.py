"""Interval rows: name, interval, point in tier shape and figures in one line; the chart is the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt
import pandas as pd

from harmmodel.app.charts import theme
from harmmodel.app.charts.drawing import drawn
from harmmodel.lenses.tiers import FOCUS, FULL, HALF, signed

OPTIONAL: dict[str, Any] = {
    "q25": float("nan"),
    "q75": float("nan"),
    "marker": float("nan"),
    "behind": float("nan"),
    "bound_low": float("nan"),
    "bound_high": float("nan"),
    "tier": FOCUS,
    "link": theme.FAINT,
}
POINT, DISC = 75, 95
LABEL_GAP, FIGURE_GAP, DETAIL_GAP = 4, 16, 14


@dataclass(frozen=True)
class Axis:
    """The value axis of a picture: fixed ends and fixed ticks; *low* above *high* runs it backwards."""

    title: str
    low: float
    high: float
    ticks: tuple[float, ...] = field(default=())
    log: bool = False
    rule: float | None = None
    """A value every row is compared with, drawn as a thin dark line."""
    format: str = ".2~f"

    def scale(self) -> alt.Scale:
        """The scale with exactly these ends."""
        if self.log:
            return alt.Scale(type="log", domain=[self.low, self.high], nice=False, clamp=True)
        return alt.Scale(type="linear", domain=[self.low, self.high], nice=False, clamp=True, zero=False)


@drawn
def interval_rows(frame: pd.DataFrame, axis: Axis, *, colour: str = theme.HARM, step: int = 22) -> alt.LayerChart:
    """One line per row of *frame*, in its order.

    Parameters
    ----------
    frame : columns row (text at the left), value, low, high, figure (bold text at the right), detail (muted text
        beside it); optional q25 and q75 (darker part), tier (shape of the point), marker (a second value, drawn as
        an ochre diamond), link (colour of the line between the two), colour (of a single row's bar and point),
        behind (a former value, drawn as a thin grey tick), bound_low and bound_high (where the unknown could take it,
        drawn as a dotted line with end ticks).
        A row without value keeps its name and texts.
    axis : ends and ticks of the value axis
    colour : of bars and points where *frame* does not say
    step : height of a line in px
    """
    data = _complete(frame, colour)
    names = [str(name) for name in data["row"]]
    y = alt.Y("row:N", sort=None, title=None, axis=_names(names), scale=alt.Scale(paddingInner=0, paddingOuter=0))
    base = alt.Chart(data).encode(y=y)
    behind = [*_rule(axis), *_behind(base, axis), *_bounds(base, data, axis), *_bars(base, axis), *_second(base, axis)]
    layers = [*behind, *_points(base, axis), *_figures(base, data)]
    return theme.layered(layers, height=step * max(len(data), 1))


def _complete(frame: pd.DataFrame, colour: str) -> pd.DataFrame:
    data = frame.reset_index(drop=True).copy()
    for name, default in {**OPTIONAL, "colour": colour}.items():
        if name not in data:
            data[name] = default
    data["said"] = [
        f"{row}: {figure}, {detail}"
        for row, figure, detail in zip(data["row"], data["figure"], data["detail"], strict=True)
    ]
    # Two units of one name stay two rows: an invisible mark tells them apart.
    repeats = data.groupby("row").cumcount()
    data["row"] = [f"{row}{chr(0x200B) * n}" for row, n in zip(data["row"], repeats, strict=True)]
    return data


def _names(names: Sequence[str]) -> alt.Axis:
    room = theme.left_labels(list(names))
    return alt.Axis(
        labelAlign="left", labelPadding=room, labelColor=theme.INK, labelLimit=0, grid=False, offset=LABEL_GAP
    )


def _x(axis: Axis, name: str = "value") -> alt.X:
    shown = alt.Axis(
        orient="top",
        values=list(axis.ticks),
        grid=True,
        format=axis.format,
        titleAnchor="start",
        titleAlign="left",
        labelFlush=False,
    )
    return alt.X(f"{name}:Q", title=axis.title, scale=axis.scale(), axis=shown)


def _rule(axis: Axis) -> list[Any]:
    if axis.rule is None:
        return []
    line = alt.Chart(pd.DataFrame({"at": [axis.rule]})).mark_rule(color=theme.MUTED, strokeWidth=1.2, aria=False)
    return [line.encode(x=_x(axis, "at"))]


def _behind(base: alt.Chart, axis: Axis) -> list[Any]:
    tick = base.mark_tick(orient="vertical", thickness=1.5, size=15, color=theme.QUIET, opacity=1, aria=False)
    return [tick.transform_filter("isValid(datum.behind)").encode(x=_x(axis, "behind"))]


def _bounds(base: alt.Chart, data: pd.DataFrame, axis: Axis) -> list[Any]:
    if data["bound_low"].isna().all():
        return []
    colour = alt.Color("colour:N", scale=None)
    dotted = base.mark_rule(strokeWidth=1.4, strokeDash=[1.5, 3], aria=False)
    tick = base.mark_tick(orient="vertical", size=9, thickness=1.4, aria=False)
    line = dotted.encode(x=_x(axis, "bound_low"), x2="bound_high", color=colour)
    return [line, *(tick.encode(x=_x(axis, end), color=colour) for end in ("bound_low", "bound_high"))]


def _bars(base: alt.Chart, axis: Axis) -> list[Any]:
    colour = alt.Color("colour:N", scale=None)
    whole = base.mark_rule(strokeWidth=5, strokeCap="round", opacity=0.28, aria=False)
    middle = base.mark_rule(strokeWidth=5, opacity=0.55, aria=False)
    return [
        whole.transform_filter("isValid(datum.low)").encode(x=_x(axis, "low"), x2="high", color=colour),
        middle.transform_filter("isValid(datum.q25)").encode(x=_x(axis, "q25"), x2="q75", color=colour),
    ]


def _second(base: alt.Chart, axis: Axis) -> list[Any]:
    known = base.transform_filter("isValid(datum.marker)")
    link = known.mark_rule(strokeWidth=2, aria=False)
    mark = known.mark_point(shape=theme.DIAMOND, size=60, filled=True, opacity=1, color=theme.ENFORCEMENT, aria=False)
    return [
        link.encode(x=_x(axis, "value"), x2="marker", color=alt.Color("link:N", scale=None)),
        mark.encode(x=_x(axis, "marker")),
    ]


def _points(base: alt.Chart, axis: Axis) -> list[Any]:
    known = base.transform_filter("isValid(datum.value)").encode(x=_x(axis), description="said:N")
    return point_layers(known, size=POINT)


def point_layers(known: alt.Chart, *, size: int) -> list[Any]:
    """Points in the shapes of their tiers' signs on a white disc: full, half, else a ring. Needs tier and colour.

    The discs alone are read out: every row has one, while a layer of one tier can be empty, a picture without a name.
    """
    disc = known.mark_point(shape="circle", size=size + 20, filled=True, color=theme.PAPER, opacity=1)
    full = known.transform_filter(" || ".join(f"datum.tier == '{tier}'" for tier in signed(FULL)))
    open_ = known.transform_filter(" && ".join(f"datum.tier != '{tier}'" for tier in signed(FULL)))
    half = known.transform_filter(" || ".join(f"datum.tier == '{tier}'" for tier in signed(HALF)))
    ring: dict[str, Any] = {"shape": "circle", "size": size - 10, "strokeWidth": 1.6, "opacity": 1}
    fill, stroke = alt.Color("colour:N", scale=None), alt.Stroke("colour:N", scale=None)
    return [
        disc,
        full.mark_point(shape="circle", size=size, filled=True, opacity=1, aria=False).encode(color=fill),
        open_.mark_point(filled=False, fill=theme.PAPER, aria=False, **ring).encode(stroke=stroke),
        half.mark_point(shape=theme.HALF_DISC, size=size - 10, filled=True, opacity=1, aria=False).encode(color=fill),
    ]


def _figures(base: alt.Chart, data: pd.DataFrame) -> list[Any]:
    figure = FIGURE_GAP + _width(data["figure"])
    detail = figure + DETAIL_GAP + _width(data["detail"])
    at = {"x": alt.value("width")}
    bold = base.mark_text(align="right", dx=figure, fontWeight=600, color=theme.INK, aria=False)
    muted = base.mark_text(align="right", dx=detail, color=theme.MUTED, aria=False)
    return [bold.encode(text="figure:N", **at), muted.encode(text="detail:N", **at)]


def _width(texts: pd.Series[str]) -> float:
    return 0.54 * theme.TEXT * max((len(str(text)) for text in texts), default=0)
