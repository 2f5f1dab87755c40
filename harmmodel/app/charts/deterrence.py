"""Pictures around an action: the fan before it, and the sum of evidence after it."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
from altair.typing import ChartType

from harmmodel.app.charts import theme
from harmmodel.app.charts.drawing import drawn

HEIGHT = 260


@drawn
def fan(frame: pd.DataFrame) -> ChartType:
    """Draw recorded months as dots and the months ahead as a fan.

    Parameters
    ----------
    frame : month (0 is the last recorded one), events, p_low, p25, p50, p75, p_high, low, high; NaN where it does not
        apply
    """
    past, ahead = frame[frame["events"].notna()], frame[frame["p50"].notna()]
    top = float(max(past["events"].max() if len(past) else 0.0, ahead["high"].max(), 1.0))
    months = [int(frame["month"].min()), int(frame["month"].max())]
    x = alt.X(
        "month:Q", title="Months from the end of the data", scale=alt.Scale(domain=months, nice=False), axis=_axis()
    )
    scale = alt.Scale(domain=[0, top], nice=True)

    def y(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", title="Events a month", scale=scale, axis=_values())

    dots = alt.Chart(past).mark_point(shape="circle", filled=True, size=32, color=theme.INK, opacity=0.8)
    line = alt.Chart(ahead).mark_line(color=theme.HARM, strokeWidth=2.2, interpolate="step-after", tooltip=None)
    edge = alt.Chart(ahead).mark_line(color=theme.HARM, strokeWidth=1.2, strokeDash=[4, 3], interpolate="step-after")
    now = alt.Chart(pd.DataFrame({"month": [0.5]})).mark_rule(color=theme.MUTED, strokeDash=[4, 3], aria=False)
    bands = [
        alt.Chart(ahead)
        .mark_area(color=theme.HARM, opacity=opacity, interpolate="step-after", aria=False)
        .encode(x=x, y=y(low), y2=f"{high}:Q")
        for low, high, opacity in (("p_low", "p_high", 0.16), ("p25", "p75", 0.3))
    ]
    edges = [edge.encode(x=x, y=y(name)) for name in ("low", "high")]
    middle = line.encode(x=x, y=y("p50"), description=alt.value("half of draws lie above this line"))
    seen = dots.encode(x=x, y=y("events"), description="events:Q")
    return theme.layered([*bands, *edges, middle, now.encode(x=x), seen], height=HEIGHT)


@drawn
def sums(frame: pd.DataFrame, limit: float) -> ChartType:
    """Draw the sum of evidence month by month, one line for each place, with the limit and the alarms.

    Parameters
    ----------
    frame : place, month, sum, alarm (bool)
    limit : at which an alarm is given
    """
    places = list(dict.fromkeys(frame["place"]))
    colours = [theme.HARM, theme.MUTED, theme.FAINT][: len(places)]
    dashes = [[1, 0], [6, 3], [2, 3]][: len(places)]
    top = float(max(frame["sum"].max(), limit)) * 1.05
    legend = alt.Legend(title=None, orient="top", symbolType="stroke", symbolStrokeWidth=2.4)
    last = int(frame["month"].max())
    x = alt.X("month:Q", title="Month", scale=alt.Scale(domain=[1, last], nice=False), axis=_axis())
    y = alt.Y("sum:Q", title="Sum of evidence", scale=alt.Scale(domain=[0, top], nice=False), axis=_values())
    colour = alt.Color("place:N", scale=alt.Scale(domain=places, range=colours), legend=legend)
    dash: Any = alt.StrokeDash("place:N", scale=alt.Scale(domain=places, range=dashes), legend=legend)
    lines = alt.Chart(frame).mark_line(strokeWidth=2.2, tooltip=None).encode(x=x, y=y, color=colour, strokeDash=dash)
    rung = alt.Chart(frame[frame["alarm"]]).mark_point(shape="circle", filled=True, size=75, opacity=1)
    edge = alt.Chart(pd.DataFrame({"sum": [limit]})).mark_rule(color=theme.INK, strokeWidth=1, aria=False)
    return theme.layered([edge.encode(y=y), lines, rung.encode(x=x, y=y, color=colour)], height=HEIGHT)


def _axis() -> alt.Axis:
    return alt.Axis(grid=False, tickCount=8, format="d", titleAnchor="start", titleAlign="left")


def _values() -> alt.Axis:
    return alt.Axis(grid=True, tickCount=5)
