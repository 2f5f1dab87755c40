"""Spread of an indicator: one dot per area, dashed goalposts that become 0 and 100."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
from altair.typing import ChartType

from harmmodel.app.charts import theme
from harmmodel.app.charts.drawing import drawn

HEIGHT = 170
COLUMNS = 56
LOW, LINE = 60, 44  # height of the picture that has lines instead of dots, and of a line
TOOLTIP = [alt.Tooltip("label:N", title="Area"), alt.Tooltip("rate:Q", title="Rate", format=",.3~r")]


@drawn
def spread(rates: pd.DataFrame, *, goalposts: tuple[float, float], pillar: str, title: str) -> ChartType:
    """Stack one dot per area over its rate.

    Parameters
    ----------
    rates : unit_id, label, rate in the indicator's unit (NaN is left out)
    goalposts : the rates that score 0 and 100
    pillar : pillar whose colour the dots take
    title : words under the axis
    """
    known = rates.dropna(subset=["rate"])
    x, end = _across(known, goalposts, title)
    dots = stacked(known, start=min(goalposts[0], 0.0), end=end)
    tallest = max(int(dots["place"].max()) if len(dots) else 1, 10)
    y = alt.Y("place:Q", scale=alt.Scale(domain=[0.3, tallest + 0.7], nice=False), axis=None)
    size = min(58.0, (HEIGHT / (tallest + 0.4)) ** 2 * 0.62)
    marks = alt.Chart(dots).mark_point(filled=True, opacity=0.95, size=size, color=theme.PILLAR_COLOURS[pillar])
    layers = [*_posts(goalposts, x), marks.encode(x=x, y=y, tooltip=TOOLTIP)]
    return alt.layer(*layers).properties(width="container", height=HEIGHT)


@drawn
def lines(rates: pd.DataFrame, *, goalposts: tuple[float, float], pillar: str, title: str) -> ChartType:
    """Draw one thin line per area at its rate, for more areas than dots could show; same parameters."""
    known = rates.dropna(subset=["rate"]).rename(columns={"rate": "at"}).assign(rate=lambda rows: rows["at"])
    x, _ = _across(known, goalposts, title)
    marks = alt.Chart(known).mark_tick(
        orient="vertical", thickness=1.2, size=LINE, opacity=0.45, color=theme.PILLAR_COLOURS[pillar]
    )
    layers = [*_posts(goalposts, x), marks.encode(x=x, y=alt.value(LOW / 2), tooltip=TOOLTIP)]
    return alt.layer(*layers).properties(width="container", height=LOW)


def _across(known: pd.DataFrame, goalposts: tuple[float, float], title: str) -> tuple[alt.X, float]:
    """Return the axis of rates and where it ends."""
    low, high = goalposts
    end = 1.05 * max(high, float(known["rate"].max()) if len(known) else high)
    scale = alt.Scale(domain=[min(low, 0.0), end], nice=False)
    return alt.X("at:Q", scale=scale, axis=alt.Axis(title=title, titleAnchor="start", tickCount=5, grid=True)), end


def _posts(goalposts: tuple[float, float], x: alt.X) -> list[alt.Chart]:
    posts = alt.Chart(pd.DataFrame({"at": list(goalposts), "label": ["0", "100"]}))
    rule = posts.mark_rule(strokeDash=[3, 3], color=theme.INK, aria=False, tooltip=None)
    text = posts.mark_text(align="center", baseline="bottom", color=theme.MUTED, fontSize=12, aria=False, tooltip=None)
    return [rule.encode(x=x), text.encode(x=x, y=alt.value(-4), text="label:N")]


def stacked(rates: pd.DataFrame, *, start: float, end: float) -> pd.DataFrame:
    """Return *rates* with the column's middle (at) and the place in its stack, from 1."""
    step = (end - start) / COLUMNS
    column = np.floor((rates["rate"].to_numpy() - start) / step)
    placed = rates.assign(at=start + (column + 0.5) * step).sort_values(["at", "rate"])
    return placed.assign(place=placed.groupby("at").cumcount() + 1)
