"""The simulator's lines: groups in violation over rounds, and at the end over capacities with tipping points."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from harmmodel.app.charts import theme
from harmmodel.app.charts.drawing import drawn

HEIGHT = 320
GAP = 18  # px between the labels of two lines
# Colour, dash and width: three signs, so that a line is known without its colour.
LOOKS: dict[str, tuple[str, list[int], float]] = {
    "random": (theme.ENFORCEMENT, [7, 3], 2.2),
    "concentration": (theme.HARM, [1, 0], 2.6),
    "concentration_warning": (theme.INK, [2, 3], 1.8),
}
TEXT_COLOURS = {theme.ENFORCEMENT: theme.ENFORCEMENT_TEXT}
TIP_HEIGHT, TIP_STEP = 0.38, 0.09  # of the picture: low, where a line has fallen and the next has not yet begun to


@drawn
def over_rounds(frame: pd.DataFrame, groups: int) -> alt.LayerChart:
    """Draw one line with its band per policy.

    Parameters
    ----------
    frame : policy, name, round, mean, low, high, end (figure written at the end of the line)
    groups : how many there are: the end of the scale
    """
    x = _x("round", "Round", [int(frame["round"].min()), int(frame["round"].max())])
    return theme.layered(_lines(frame, "round", x, _y(groups), groups), height=HEIGHT)


@drawn
def over_capacities(frame: pd.DataFrame, groups: int) -> alt.LayerChart:
    """Draw one line with its band per policy, and an upright where it tips.

    Parameters
    ----------
    frame : policy, name, capacity, mean, low, high, end, tips_at (NaN where a policy does not tip)
    groups : how many there are: the end of the scale
    """
    x = _x("capacity", "Sanctions possible in a round", [0, int(frame["capacity"].max())])
    y = _y(groups)
    return theme.layered([*_tips(frame, x, groups), *_lines(frame, "capacity", x, y, groups)], height=HEIGHT)


def _x(name: str, title: str, ends: list[int]) -> alt.X:
    axis = alt.Axis(title=title, orient="bottom", grid=False, tickCount=6, format="d", labelAngle=0)
    return alt.X(f"{name}:Q", scale=alt.Scale(domain=ends, nice=False), axis=axis)


def _y(groups: int) -> alt.Y:
    return alt.Y("mean:Q", scale=_scale(groups), axis=alt.Axis(title=None, grid=True, tickCount=5))


def _scale(groups: int) -> alt.Scale:
    return alt.Scale(domain=[0, groups], nice=False)


def _lines(frame: pd.DataFrame, along: str, x: alt.X, y: alt.Y, groups: int) -> list[Any]:
    bands: list[Any] = []
    lines: list[Any] = []
    for policy, line in frame.groupby("policy", sort=False):
        colour, dash, width = LOOKS[str(policy)]
        band = alt.Chart(line).mark_area(color=colour, opacity=0.14, aria=False, tooltip=None)
        bands.append(band.encode(x=x, y=alt.Y("low:Q", scale=_scale(groups)), y2="high:Q"))
        mark = alt.Chart(line).mark_line(color=colour, strokeDash=dash, strokeWidth=width, tooltip=None)
        lines.append(mark.encode(x=x, y=y))
    return [*bands, *lines, *_labels(frame, along, x, y, groups)]


def _labels(frame: pd.DataFrame, along: str, x: alt.X, y: alt.Y, groups: int) -> list[Any]:
    """Name each line at its end; from the lowest upwards, so that labels that would meet stay above the axis."""
    last = frame[frame[along].eq(frame[along].max())].sort_values("mean", kind="stable")
    marks: list[Any] = []
    highest = float("inf")
    for row in last.to_dict("records"):
        own = (1 - row["mean"] / groups) * HEIGHT
        highest = min(own, highest - GAP)
        colour = LOOKS[str(row["policy"])][0]
        point = alt.Chart(pd.DataFrame([{**row, "label": f"{row['name']}  {row['end']}"}]))
        text = point.mark_text(
            align="left",
            baseline="middle",
            dx=8,
            dy=highest - own,
            color=TEXT_COLOURS.get(colour, colour),
            aria=False,
            tooltip=None,
        )
        marks.append(text.encode(x=x, y=y, text="label:N"))
    return marks


def _tips(frame: pd.DataFrame, x: alt.X, groups: int) -> list[Any]:
    """Mark the capacity at which each policy tips; figures one below the other, as two may stand at the same place."""
    marks: list[Any] = []
    tips = frame.dropna(subset=["tips_at"]).groupby("policy", sort=False)["tips_at"].first().sort_values()
    for place, (policy, capacity) in enumerate(tips.items()):
        colour, dash, _ = LOOKS[str(policy)]
        height = groups * (TIP_HEIGHT - TIP_STEP * place)
        data = pd.DataFrame([{"capacity": capacity, "mean": height, "label": f"tips at {capacity:.0f}"}])
        rule = alt.Chart(data).mark_rule(color=colour, strokeDash=dash, strokeWidth=1, aria=False, tooltip=None)
        marks.append(rule.encode(x=x))
        text = alt.Chart(data).mark_text(
            align="left", dx=6, color=TEXT_COLOURS.get(colour, colour), fontWeight=600, aria=False, tooltip=None
        )
        marks.append(text.encode(x=x, y=alt.Y("mean:Q", scale=_scale(groups)), text="label:N"))
    return marks
