"""Strips: one row per pillar or indicator, a tick for each area and a dot for the chosen one."""

from __future__ import annotations

import altair as alt
import pandas as pd
from altair.typing import ChartType

from harmmodel.app.charts import theme
from harmmodel.app.charts.drawing import drawn

STEP = 26


@drawn
def strips(rows: pd.DataFrame, ticks: pd.DataFrame) -> ChartType:
    """Draw the chosen unit among all units, row by row.

    Parameters
    ----------
    rows : name, pillar, value, low, high (0-100, NaN when not scored), figure and interval (text), in drawing order
    ticks : name, value: one row for each unit and row of the picture
    """
    order = [str(name) for name in rows["name"]]
    y = alt.Y("name:N", sort=order, axis=alt.Axis(title=None, labelColor=theme.INK, labelLimit=260))
    scale = alt.Scale(domain=[0, 100], nice=False)
    x = alt.X("value:Q", scale=scale, axis=_score_axis())
    hues = alt.Scale(domain=list(theme.PILLAR_COLOURS), range=list(theme.PILLAR_COLOURS.values()))
    colour = alt.Color("pillar:N", scale=hues, legend=None)
    scored = alt.Chart(rows.dropna(subset=["value"]))
    base = alt.Chart(rows)
    layers = [
        alt.Chart(ticks.dropna(subset=["value"]))
        .mark_tick(thickness=1, size=13, color=theme.FAINT, opacity=0.8, aria=False, tooltip=None)
        .encode(x=x, y=y),
        scored.mark_rule(strokeWidth=6, strokeCap="round", opacity=0.4, aria=False, tooltip=None).encode(
            x=alt.X("low:Q", scale=scale), x2="high:Q", y=y, color=colour
        ),
        scored.mark_point(filled=True, shape="circle", size=95, opacity=1, stroke=theme.PAPER, strokeWidth=1.2).encode(
            x=x, y=y, color=colour
        ),
        *_figures(base, y),
    ]
    return alt.layer(*layers).properties(width="container", height=alt.Step(STEP))


def _score_axis() -> alt.Axis:
    title = "Score, 0–100"
    return alt.Axis(title=title, titleAnchor="start", orient="top", values=[0, 25, 50, 75, 100], grid=True)


def _figures(base: alt.Chart, y: alt.Y) -> list[alt.Chart]:
    edge = alt.value("width")
    figure = base.mark_text(align="right", dx=34, fontWeight=600, color=theme.INK, aria=False, tooltip=None)
    interval = base.mark_text(align="right", dx=88, color=theme.MUTED, aria=False, tooltip=None)
    return [figure.encode(x=edge, y=y, text="figure:N"), interval.encode(x=edge, y=y, text="interval:N")]
