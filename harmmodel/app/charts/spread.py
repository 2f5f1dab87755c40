"""Spread of an indicator: one dot per area, dashed goalposts that become 0 and 100."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
from altair.typing import ChartType

from harmmodel.app.charts import theme

HEIGHT = 170
COLUMNS = 56


def spread(rates: pd.DataFrame, *, goalposts: tuple[float, float], pillar: str, title: str) -> ChartType:
    """Stack one dot per area over its rate.

    Parameters
    ----------
    rates : unit_id, label, rate in the indicator's unit (NaN is left out)
    goalposts : the rates that score 0 and 100
    pillar : pillar whose colour the dots take
    title : words under the axis
    """
    low, high = goalposts
    known = rates.dropna(subset=["rate"])
    end = 1.05 * max(high, float(known["rate"].max()) if len(known) else high)
    dots = stacked(known, start=min(low, 0.0), end=end)
    tallest = max(int(dots["place"].max()) if len(dots) else 1, 10)
    x = alt.X(
        "at:Q",
        scale=alt.Scale(domain=[min(low, 0.0), end], nice=False),
        axis=alt.Axis(title=title, titleAnchor="start", tickCount=5, grid=True),
    )
    y = alt.Y("place:Q", scale=alt.Scale(domain=[0.3, tallest + 0.7], nice=False), axis=None)
    size = min(58.0, (HEIGHT / (tallest + 0.4)) ** 2 * 0.62)
    posts = alt.Chart(pd.DataFrame({"at": [low, high], "label": ["0", "100"]}))
    layers = [
        posts.mark_rule(strokeDash=[3, 3], color=theme.INK, aria=False, tooltip=None).encode(x=x),
        posts.mark_text(
            align="center", baseline="bottom", color=theme.MUTED, fontSize=12, aria=False, tooltip=None
        ).encode(x=x, y=alt.value(-4), text="label:N"),
        alt.Chart(dots)
        .mark_point(filled=True, opacity=0.95, size=size, color=theme.PILLAR_COLOURS[pillar])
        .encode(
            x=x,
            y=y,
            tooltip=[alt.Tooltip("label:N", title="Area"), alt.Tooltip("rate:Q", title="Rate", format=",.3~r")],
        ),
    ]
    return alt.layer(*layers).properties(width="container", height=HEIGHT)


def stacked(rates: pd.DataFrame, *, start: float, end: float) -> pd.DataFrame:
    """Return *rates* with the column's middle (at) and the place in its stack, from 1."""
    step = (end - start) / COLUMNS
    column = np.floor((rates["rate"].to_numpy() - start) / step)
    placed = rates.assign(at=start + (column + 0.5) * step).sort_values(["at", "rate"])
    return placed.assign(place=placed.groupby("at").cumcount() + 1)
