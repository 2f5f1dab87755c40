"""Trend: one area in bold with its band, the city in grey."""

from __future__ import annotations

import altair as alt
import pandas as pd
from altair.typing import ChartType

from harmmodel.app.charts import theme
from harmmodel.app.charts.drawing import drawn

HEIGHT = 240
GAP = 16


@drawn
def trend(area: pd.DataFrame, city: pd.DataFrame, *, labels: tuple[str, str], pillar: str) -> ChartType:
    """Draw yearly rates.

    Parameters
    ----------
    area : year, rate, low, high
    city : year, rate
    labels : words at the ends of the two lines, area first
    pillar : pillar whose colour the area takes
    """
    colour = theme.PILLAR_COLOURS[pillar]
    years = [int(area["year"].min()), int(area["year"].max())]
    top = float(max(area["high"].max(), city["rate"].max()))
    x = alt.X("year:Q", scale=alt.Scale(domain=years, nice=False), axis=_years(years))
    scale = alt.Scale(domain=[0, top], nice=True)
    y = alt.Y("rate:Q", scale=scale, axis=alt.Axis(title=None, grid=True, tickCount=5))
    up, down = _apart(float(area["rate"].iloc[-1]), float(city["rate"].iloc[-1]), top)
    layers = [
        alt.Chart(area)
        .mark_area(color=colour, opacity=0.14, aria=False, tooltip=None)
        .encode(x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q"),
        alt.Chart(city).mark_line(color=theme.FAINT, strokeWidth=2, tooltip=None).encode(x=x, y=y),
        alt.Chart(area).mark_line(color=colour, strokeWidth=2.4, tooltip=None).encode(x=x, y=y),
        _end(area, labels[0], colour=colour, dy=up, bold=True).encode(x=x, y=y),
        _end(city, labels[1], colour=theme.MUTED, dy=down, bold=False).encode(x=x, y=y),
    ]
    return alt.layer(*layers).properties(width="container", height=HEIGHT)


def _years(years: list[int]) -> alt.Axis:
    fives = [year for year in range(years[0], years[1] + 1) if year % 5 == 0]
    return alt.Axis(title=None, values=fives or years, format="d", grid=False, labelAngle=0)


def _apart(area: float, city: float, top: float) -> tuple[float, float]:
    """Return shifts in pixels that keep the two end labels readable."""
    distance = (area - city) / top * HEIGHT if top else 0.0
    lack = max(0.0, GAP - abs(distance)) / 2
    return (-lack, lack) if distance >= 0 else (lack, -lack)


def _end(line: pd.DataFrame, label: str, *, colour: str, dy: float, bold: bool) -> alt.Chart:
    last = alt.Chart(line.iloc[[-1]].assign(label=label))
    mark = last.mark_text(
        align="left", dx=6, dy=dy, color=colour, fontWeight=600 if bold else "normal", aria=False, tooltip=None
    )
    chart: alt.Chart = mark.encode(text="label:N")
    return chart
