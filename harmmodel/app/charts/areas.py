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
        alt.Chart(_distinct(ticks))
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


def _distinct(ticks: pd.DataFrame) -> pd.DataFrame:
    """Return the ticks that can be told apart: of many areas, most would be drawn on one another."""
    return ticks.dropna(subset=["value"]).round({"value": 1})[["name", "value"]].drop_duplicates(ignore_index=True)


def _score_axis() -> alt.Axis:
    title = "Score, 0–100"
    return alt.Axis(title=title, titleAnchor="start", orient="top", values=[0, 25, 50, 75, 100], grid=True)


def _figures(base: alt.Chart, y: alt.Y) -> list[alt.Chart]:
    edge = alt.value("width")
    figure = base.mark_text(align="right", dx=34, fontWeight=600, color=theme.INK, aria=False, tooltip=None)
    interval = base.mark_text(align="right", dx=88, color=theme.MUTED, aria=False, tooltip=None)
    return [figure.encode(x=edge, y=y, text="figure:N"), interval.encode(x=edge, y=y, text="interval:N")]


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
