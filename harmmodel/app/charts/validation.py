"""Capture curves: how much of what came later each order finds, labelled at the ends of the lines."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from harmmodel.app.charts import theme
from harmmodel.app.charts.drawing import drawn

HEIGHT = 340
GAP = 18  # px between the labels of two lines
# Colour, dash and width: three signs, so that a line is known without its colour.
LOOKS: dict[str, tuple[str, list[int], float]] = {
    "violence_pillar": (theme.PILLAR_COLOURS["violence"], [1, 0], 2.6),
    "community_pillar": (theme.PILLAR_COLOURS["community"], [1, 0], 2.6),
    "drug_arrests": (theme.ENFORCEMENT, [7, 3], 2.2),
    "violence_last": (theme.INK, [2, 3], 1.8),
    "opioid_deaths_last": (theme.INK, [2, 3], 1.8),
    "overall": (theme.HARM, [10, 3, 2, 3], 1.8),
    "all_crime": (theme.QUIET, [10, 3, 2, 3], 1.8),
    "forecast": (theme.QUIET, [5, 2], 1.8),
}
PLAIN: tuple[str, list[int], float] = (theme.QUIET, [4, 4], 1.8)
TEXT_COLOURS = {theme.ENFORCEMENT: theme.ENFORCEMENT_TEXT, theme.PILLAR_COLOURS["community"]: theme.INK}


@drawn
def capture(frame: pd.DataFrame, cost: str) -> alt.LayerChart:
    """Draw one line per candidate.

    Parameters
    ----------
    frame : candidate, name, share, hit_rate; every candidate reaches the same last share
    cost : what shares are shares of, such as cells
    """
    end = float(frame["share"].max())
    top = max(0.1, float(frame["hit_rate"].max()))
    x = alt.X(
        "share:Q",
        scale=alt.Scale(domain=[0, end], nice=False),
        axis=alt.Axis(title=f"Share of {cost} taken in", format="%", values=_ticks(end), grid=True, orient="bottom"),
    )
    scale = alt.Scale(domain=[0, top], nice=True, zero=True)
    y = alt.Y("hit_rate:Q", scale=scale, axis=alt.Axis(title=None, format="%", tickCount=5, grid=True))
    layers: list[Any] = []
    for name, line in frame.groupby("candidate", sort=False):
        colour, dash, width = LOOKS.get(str(name), PLAIN)
        mark = alt.Chart(line).mark_line(color=colour, strokeDash=dash, strokeWidth=width, tooltip=None)
        layers.append(mark.encode(x=x, y=y))
    return theme.layered([*layers, *_labels(frame, end, top, x, y)], height=HEIGHT)


def _ticks(end: float) -> list[float]:
    return [tick for tick in (0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5) if tick <= end + 1e-9]


def _labels(frame: pd.DataFrame, end: float, top: float, x: alt.X, y: alt.Y) -> list[Any]:
    """Name each line at its end, moved apart where two would meet."""
    last = frame[(frame["share"] - end).abs() < 1e-9].sort_values("hit_rate", ascending=False)
    marks: list[Any] = []
    lowest = -float("inf")
    for row in last.to_dict("records"):
        own = (1 - row["hit_rate"] / top) * HEIGHT
        lowest = max(own, lowest + GAP)
        colour = LOOKS.get(str(row["candidate"]), PLAIN)[0]
        label = f"{row['name']}  {row['hit_rate']:.0%}"
        point = alt.Chart(pd.DataFrame([{**row, "label": label}]))
        text = point.mark_text(
            align="left",
            baseline="middle",
            dx=8,
            dy=lowest - own,
            color=TEXT_COLOURS.get(colour, colour),
            fontWeight=600 if row["candidate"] in ("violence_pillar", "community_pillar") else "normal",
            aria=False,
            tooltip=None,
        )
        marks.append(text.encode(x=x, y=y, text="label:N"))
    return marks
