"""Arrests rank beside harm rank: slope, rows with intervals, scatter; and the ratio as rows."""

from __future__ import annotations

import math
from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd

from harmmodel.app.charts import theme
from harmmodel.app.charts.drawing import Box, Label, drawn, label_layers, place_labels
from harmmodel.app.charts.rows import Axis, interval_rows, point_layers
from harmmodel.app.charts.theme import DrawnChart
from harmmodel.lenses.tiers import FOCUS
from harmmodel.views import corners

SLOPE_STEP = 14
ROW_STEP = 16
SCATTER_HEIGHT = 620
SCATTER_WIDTH = 460
DIRECTION_COLOURS = {"none": theme.FAINT, "higher": theme.HARM, "lower": theme.ENFORCEMENT}
DIRECTION_WORDS = {"none": "No clear change", "higher": "Higher by harm", "lower": "Lower by harm"}
LEVEL_COLOURS = {"over": theme.ENFORCEMENT, "under": theme.HARM, "level": theme.MUTED}


def rank_axis(units: int) -> Axis:
    """Ranks from the last place to the first, first at the right."""
    step = next(lead * 10**power for power in range(1, 12) for lead in (2, 5, 10) if units <= 6 * lead * 10**power)
    ticks = (*range((units - 1) // step * step, 0, -step), 1)
    return Axis("Rank, 1 is highest", units, 1, (units, *(t for t in ticks if units - t > step // 4)))


def with_intervals(frame: pd.DataFrame, units: int) -> DrawnChart:
    """One row per area in order of harm, of *units* ranked: diamond arrests rank, disc harm rank, pale interval."""
    rows = frame.rename(columns={"rank_harm": "value", "rank_arrests": "marker"}).assign(
        row=[f"{place} {name}" for place, name in zip(frame["harm_place"], frame["label"], strict=True)],
        low=frame["rank_low"],
        high=frame["rank_high"],
        tier=FOCUS,
        link=frame["direction"].map(DIRECTION_COLOURS),
    )
    columns = ["row", "value", "marker", "low", "high", "tier", "link", "figure", "detail"]
    return interval_rows(rows[columns], rank_axis(units), step=ROW_STEP)


def moves(frame: pd.DataFrame, units: int) -> DrawnChart:
    """Few rows of the same kind, for the Overview."""
    return interval_rows(frame.assign(tier=FOCUS), rank_axis(units), step=30)


def ratio_rows(frame: pd.DataFrame) -> DrawnChart:
    """Ratio of shares with interval on a log scale, line at 1."""
    largest = max(4.0, float(frame["high"].max()) if len(frame) else 4.0)
    smallest = min(0.5, float(frame["low"].min()) if len(frame) else 0.5)
    reach = largest / max(smallest, 1 / 16)  # a ratio of 0 lies beyond any tick
    base = 2.0 if reach <= 100 else 4.0 if reach <= 5_000 else 16.0
    ticks = tuple(t for n in range(-4, 9) if max(smallest, 1 / 16) <= (t := base**n) <= largest)
    axis = Axis("Ratio", smallest, largest, ticks, log=True, rule=1.0)
    shown = frame.assign(tier=FOCUS, colour=[LEVEL_COLOURS.get(str(v), theme.MUTED) for v in frame["level"]])
    return interval_rows(shown, axis)


@drawn
def slope(frame: pd.DataFrame) -> alt.LayerChart:
    """Every area on both sides; coloured and bold where the move is clear."""
    data = frame.assign(
        left=frame["rank_arrests"].rank(method="first"),
        right=frame["rank_harm"].rank(method="first"),
        left_text=[
            f"{name} {_short(place)}" for name, place in zip(frame["label"], frame["arrests_place"], strict=True)
        ],
        right_text=[f"{_short(place)} {name}" for name, place in zip(frame["label"], frame["harm_place"], strict=True)],
    )
    long = data.melt(["unit_id", "direction"], ["left", "right"], "side", "place")
    layers = [*_lines(long), *_ends(data, len(frame)), *_slope_heads()]
    return theme.layered(layers, height=SLOPE_STEP * max(len(frame), 1))


def _short(place: str) -> str:
    """A place beside a name: its span says that it is shared."""
    return place.removesuffix(", tied")


def _place(units: int) -> alt.Y:
    return alt.Y("place:Q", scale=alt.Scale(domain=[0.5, units + 0.5], reverse=True, nice=False), axis=None)


ENDS: tuple[tuple[str, Literal["left", "right"], int], ...] = (("left", "right", -8), ("right", "left", 8))
SIDES = alt.X("side:N", scale=alt.Scale(domain=["left", "right"], type="point", padding=1.0), axis=None)


def _colour() -> alt.Color:
    keys = list(DIRECTION_COLOURS)
    names = " : ".join(f"datum.value == '{k}' ? '{DIRECTION_WORDS[k]}'" for k in keys) + " : ''"
    legend = alt.Legend(orient="top", offset=30, title=None, labelExpr=names, symbolType="stroke", symbolStrokeWidth=3)
    return alt.Color("direction:N", scale=alt.Scale(domain=keys, range=list(DIRECTION_COLOURS.values())), legend=legend)


def _lines(long: pd.DataFrame) -> list[Any]:
    base = alt.Chart(long).encode(x=SIDES, y=_place(len(long) // 2), detail="unit_id:N", color=_colour())
    quiet = base.transform_filter("datum.direction == 'none'")
    clear = base.transform_filter("datum.direction != 'none'")
    return [
        quiet.mark_line(strokeWidth=0.8, opacity=0.7, aria=False),
        clear.mark_line(strokeWidth=2, aria=False),
        base.mark_point(filled=True, size=14, opacity=1, aria=False),
    ]


def _ends(data: pd.DataFrame, units: int) -> list[Any]:
    layers = []
    for side, align, dx in ENDS:
        for clear in (False, True):
            rows = data[(data["direction"] != "none") == clear].assign(side=side)
            if rows.empty:  # a layer without marks is a picture without a name
                continue
            rows = rows.rename(columns={side: "place"})[["side", "place", f"{side}_text"]]
            mark = alt.Chart(rows).mark_text(
                align=align,
                dx=dx,
                fontSize=theme.SMALL,
                fontWeight=600 if clear else 400,
                color=theme.INK if clear else theme.QUIET,
            )
            layers.append(mark.encode(x=SIDES, y=_place(units), text=f"{side}_text:N"))
    return layers


def _slope_heads() -> list[Any]:
    heads = pd.DataFrame({"side": ["left", "right"], "head": ["Rank by drug arrests", "Rank by harm"]})
    mark = alt.Chart(heads).mark_text(dy=-14, fontWeight=600, color=theme.INK, aria=False)
    return [mark.encode(x=SIDES, y=alt.value(0), text="head:N")]


@drawn
def scatter(frame: pd.DataFrame) -> alt.LayerChart:
    """Harm rank against arrests rank, first places at the right and the top; the diagonal is agreement."""
    units = len(frame)
    x = alt.X(
        "rank_arrests:Q",
        title="Rank by drug arrests, 1 is highest",
        scale=_ranks(units),
        axis=_rank_ticks(units, "top"),
    )
    y = alt.Y("rank_harm:Q", title="Rank by harm, 1 is highest", scale=_ranks(units), axis=_rank_ticks(units, "left"))
    colours = {**DIRECTION_COLOURS, "none": "#8a96a1"}
    drawn = frame[["label", "rank_arrests", "rank_harm", "rank_low", "rank_high", "direction", "moves"]]
    data = drawn.assign(colour=frame["direction"].map(colours), bold=True)
    base = alt.Chart(data).encode(x=x, y=y, color=alt.Color("colour:N", scale=None))
    ends = pd.DataFrame({"rank_arrests": [1, units], "rank_harm": [1, units]})
    diagonal = alt.Chart(ends).mark_line(color=theme.FAINT, strokeDash=[4, 3], aria=False).encode(x=x, y=y)
    whiskers = base.mark_rule(strokeWidth=2, opacity=0.25, aria=False).encode(y="rank_low:Q", y2="rank_high:Q")
    points = base.mark_point(filled=True, size=48, opacity=1)
    return theme.layered([diagonal, whiskers, points, *_scatter_names(data, x, y)], height=SCATTER_HEIGHT)


def _ranks(units: int) -> alt.Scale:
    return alt.Scale(domain=[units + 1, 0], nice=False, zero=False)


def _rank_ticks(units: int, orient: Literal["top", "left"]) -> alt.Axis:
    values = list(rank_axis(units).ticks)
    return alt.Axis(orient=orient, values=values, grid=True, titleAnchor="start" if orient == "top" else "end")


def _scatter_names(data: pd.DataFrame, x: alt.X, y: alt.Y) -> list[Any]:
    units = len(data)
    points = [
        (SCATTER_WIDTH * (1 - a / (units + 1)), SCATTER_HEIGHT * h / (units + 1))
        for a, h in zip(data["rank_arrests"], data["rank_harm"], strict=True)
    ]
    order = data["moves"].abs().to_numpy().argsort()[::-1]
    texts = {int(n): str(data["label"].iloc[n]) for n in order if data["direction"].iloc[n] != "none"}
    labels = place_labels(points, texts, area=Box(0, 0, SCATTER_WIDTH + 24, SCATTER_HEIGHT))
    return label_layers(data, labels, x, y)


HEIGHT = 520
# Labels are placed for the narrowest column the page has; on wider ones they only stand further apart.
NOMINAL_WIDTH = 430
CORNER_COLOURS = {"over": theme.ENFORCEMENT, "under": theme.HARM, "level": "#8a96a1"}


@drawn
def four_corners(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw every area by score and ratio.

    Parameters
    ----------
    frame : label, said (the area in words), tier, level, score and ratio (each also with _low and _high), high
        (above the dashed line) and named (with name and whiskers)
    """
    low, high = corners.ends(frame)
    told = ["label", "said", "tier", "score", "score_low", "score_high", "named"]
    data = frame[told].assign(
        x=frame["ratio"].clip(low, high),
        x_low=frame["ratio_low"].clip(low, high),
        x_high=frame["ratio_high"].clip(low, high),
        bold=frame["tier"] == FOCUS,
        colour=[CORNER_COLOURS.get(str(level), theme.FAINT) for level in frame["level"]],
    )
    top = corners.highest(frame)
    x = _x(low, high)
    y = alt.Y("score:Q", title=corners.UPWARDS, scale=alt.Scale(domain=[0, top], nice=False), axis=_scores(top))
    labels = _names(data, (low, high), top)
    data["named"] = np.isin(np.arange(len(data)), [label.index for label in labels])  # whiskers for these alone
    base = alt.Chart(data).encode(x=x, y=y, description="said:N")
    layers = [
        *_ground(frame, x, y),
        *_corner_words(),
        *_whiskers(base),
        *point_layers(base, size=70),
        *label_layers(data, labels, x, y),
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


def _names(data: pd.DataFrame, ends: tuple[float, float], top: float) -> list[Label]:
    low, high = ends
    across = NOMINAL_WIDTH / math.log2(high / low)
    points = [
        (across * math.log2(r / low), HEIGHT * (1 - s / top)) for r, s in zip(data["x"], data["score"], strict=True)
    ]
    named = np.flatnonzero(data["named"].to_numpy(dtype=bool))
    first = sorted(named, key=lambda n: data["tier"].iloc[n] != FOCUS)  # a stable order: of harm, focus before others
    texts = {int(n): str(data["label"].iloc[n]) for n in first}
    above, below = Box(0, 0, NOMINAL_WIDTH, 22), Box(0, HEIGHT - 20, NOMINAL_WIDTH, HEIGHT)
    return place_labels(points, texts, area=Box(2, 0, NOMINAL_WIDTH, HEIGHT), taken=[above, below])
