"""Map of many small cells, drawn without a street map behind: nothing is fetched."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pydeck
import shapely
from shapely.geometry import mapping, shape

from harmmodel.app.charts import theme
from harmmodel.app.charts.maps import SELECTION, channels, ramp
from harmmodel.lenses.tiers import NOT_SCORED
from harmmodel.views.blocks import LARGE
from harmmodel.views.classes import Classes

HEIGHT = 400
ROOM = 380  # px across that are there at every width of the page; wider columns leave white beside the cells
WORLD = 512  # px of the whole world at zoom 0
EDGE = 1.08  # a little white around the cells


def cell_map(
    boundaries: Mapping[str, Any], areas: pd.DataFrame, classes: Classes, *, pillar: str | None, selected: str
) -> pydeck.Deck:
    """Draw the cells by score.

    Parameters
    ----------
    boundaries : FeatureCollection of polygons whose features carry ``unit_id`` and ``label``
    areas : unit_id, value (NaN when not scored), focus (bool)
    classes : of the scores of the whole place
    pillar : pillar whose colours to use; None is the overall score
    selected : unit drawn with a heavy outline

    Returns
    -------
    A deck whose layer ``area`` answers a click with the cell's ``unit_id``.
    """
    cells = _cells(boundaries, areas, classes, ramp(pillar, len(classes.words)))
    chosen = [cell for cell in cells if cell["unit_id"] == selected]
    layers = [
        _layer(SELECTION, cells, stroke=theme.FAINT, width=0.5, filled=True),
        _layer("focus", [cell for cell in cells if cell["focus"]], stroke=theme.INK, width=1.2),
        _layer("selected-halo", chosen, stroke=theme.PAPER, width=5),
        _layer("selected", chosen, stroke=theme.INK, width=2.6),
    ]
    return _deck(layers, [point for cell in cells for point in cell["ring"]], "{label}: {said}")


def _deck(layers: list[pydeck.Layer], points: list[Any], tooltip: str) -> pydeck.Deck:
    """Put layers on a map without a ground, which opens on all *points*."""
    return pydeck.Deck(
        layers=layers,
        # The page scrolls with the wheel; the map is moved by dragging and enlarged by a double click.
        views=[pydeck.View(type="MapView", controller={"scrollZoom": False, "dragRotate": False})],
        initial_view_state=whole_view(points),
        map_provider=None,
        tooltip={"text": tooltip},
    )


def legend(pillar: str | None, areas: pd.DataFrame, classes: Classes) -> list[tuple[str, str]]:
    """Return colour and words of each step, and of cells without score where there are any."""
    steps = list(zip(ramp(pillar, len(classes.words)), classes.words, strict=True))
    return [*steps, (theme.PAPER, NOT_SCORED)] if areas["value"].isna().any() else steps


def _cells(
    boundaries: Mapping[str, Any], areas: pd.DataFrame, classes: Classes, colours: tuple[str, ...]
) -> list[dict[str, Any]]:
    fills = dict(zip(classes.words, colours, strict=True))
    values = dict(zip(areas["unit_id"], areas["value"], strict=True))
    focus = set(areas.loc[areas["focus"], "unit_id"])
    cells = []
    for feature in boundaries["features"]:
        unit_id = str(feature["unit_id"])
        if unit_id not in values:
            continue
        words = classes.said(values[unit_id])
        cells.append(
            {
                "unit_id": unit_id,
                "label": str(feature["label"]),
                "said": words,
                "ring": feature["geometry"]["coordinates"][0],
                "fill": list(channels(fills.get(words, theme.PAPER))),
                "focus": unit_id in focus,
            }
        )
    return cells


def _layer(name: str, cells: list[dict[str, Any]], *, stroke: str, width: float, filled: bool = False) -> pydeck.Layer:
    return pydeck.Layer(
        "PolygonLayer",
        cells,
        id=name,
        get_polygon="ring",
        filled=filled,
        get_fill_color="fill",
        stroked=True,
        get_line_color=list(channels(stroke)),
        get_line_width=width,
        line_width_units=pydeck.types.String("pixels"),
        pickable=filled,  # a click must reach the cell below its outlines
    )


def whole_view(points: list[list[float]]) -> pydeck.ViewState:
    """Return the middle and the largest zoom at which all points are inside the frame."""
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    ys = [_mercator(min(lats)), _mercator(max(lats))]
    across = max((max(lons) - min(lons)) / 360, 1e-6) * WORLD * EDGE
    up = max(ys[1] - ys[0], 1e-6) * WORLD * EDGE
    zoom = math.log2(min(ROOM / across, HEIGHT / up))
    middle = math.degrees(math.atan(math.sinh(math.pi * (ys[0] + ys[1]))))
    return pydeck.ViewState(longitude=(min(lons) + max(lons)) / 2, latitude=middle, zoom=zoom, pitch=0, bearing=0)


def _mercator(latitude: float) -> float:
    """Return the place between -0.5 (south) and 0.5 (north) on a square map of the world."""
    return math.asinh(math.tan(math.radians(latitude))) / (2 * math.pi)


RATIO_HEIGHT = 480
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
    layers = [_ratio_cells(rows), _outlines(boundaries)]
    return _deck(layers, points, "These records: {records}\nSerious violence: {events}")


def _ratio_cells(rows: list[dict[str, Any]]) -> pydeck.Layer:
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
    """Draw the areas by their outlines; of very many, which would hide the cells, what they enclose together."""
    features = list(boundaries["features"])
    if len(features) > LARGE:
        whole = shapely.union_all([shape(feature["geometry"]) for feature in features])
        features = [{"type": "Feature", "properties": {}, "geometry": mapping(whole)}]
    return pydeck.Layer(
        "GeoJsonLayer",
        {"type": "FeatureCollection", "features": features},
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


def ratio_legend(steps: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return colour and words of each step, and of an outline without colour."""
    return [*zip(theme.RATIO_RAMP, steps, strict=True), (theme.PAPER, "too few to say")]
