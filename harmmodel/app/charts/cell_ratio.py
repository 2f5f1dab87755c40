"""Cells by share of records against share of violence, without a street map behind: nothing is fetched."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
import pydeck

from harmmodel.app.charts import theme
from harmmodel.app.charts.cells import whole_view
from harmmodel.app.charts.maps import channels

HEIGHT = 480
CLEAR = [255, 255, 255, 0]


def cell_ratio(boundaries: Mapping[str, Any], frame: pd.DataFrame) -> pydeck.Deck:
    """Draw cells by the step of their ratio under the outlines of the areas.

    Parameters
    ----------
    boundaries : FeatureCollection of the areas
    frame : cell, bucket (0 to 4, -1 for an outline without colour), records and events as text
    """
    fills = [[*channels(colour), 230] for colour in theme.RATIO_RAMP]
    rows = [
        {"cell": cell, "fill": fills[bucket] if bucket >= 0 else CLEAR, "records": records, "events": events}
        for cell, bucket, records, events in frame[["cell", "bucket", "records", "events"]].itertuples(
            index=False, name=None
        )
    ]
    points = [point for feature in boundaries["features"] for point in _points(feature["geometry"]["coordinates"])]
    return pydeck.Deck(
        layers=[_cells(rows), _outlines(boundaries)],
        views=[pydeck.View(type="MapView", controller={"scrollZoom": False, "dragRotate": False})],
        initial_view_state=whole_view(points),
        map_provider=None,
        tooltip={"text": "These records: {records}\nSerious violence: {events}"},
    )


def _cells(rows: list[dict[str, Any]]) -> pydeck.Layer:
    return pydeck.Layer(
        "H3HexagonLayer",
        rows,
        id="cells",
        get_hexagon="cell",
        get_fill_color="fill",
        get_line_color=list(channels(theme.FAINT)),
        line_width_min_pixels=0.5,
        stroked=True,
        filled=True,
        extruded=False,
        pickable=True,
    )


def _outlines(boundaries: Mapping[str, Any]) -> pydeck.Layer:
    return pydeck.Layer(
        "GeoJsonLayer",
        {"type": "FeatureCollection", "features": list(boundaries["features"])},
        id="areas",
        stroked=True,
        filled=False,
        get_line_color=list(channels(theme.MUTED)),
        line_width_min_pixels=0.7,
    )


def _points(part: Any) -> list[list[float]]:
    """Return all points of a geometry, however deeply its rings lie."""
    if part and isinstance(part[0], (int, float)):
        return [list(part)]
    return [point for inner in part for point in _points(inner)]


def legend(steps: tuple[str, ...]) -> str:
    """Return the steps as coloured squares with their words, and the outline without colour."""
    marks = [*zip(theme.RATIO_RAMP, steps, strict=True), (theme.PAPER, "too few to say")]
    spans = (f'<span><i style="background:{colour}"></i>{escape(words)}</span>' for colour, words in marks)
    return f'<div class="legend">{"".join(spans)}</div>'
