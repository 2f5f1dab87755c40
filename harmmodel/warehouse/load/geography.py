"""Outlines of units: points to units, areas in square kilometres, simplified shapes for maps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h3
import numpy as np
import pandas as pd
import shapely

from harmmodel.errors import SourceError

EARTH_RADIUS_KM = 6371.0072  # authalic radius: a sphere of the Earth's surface area
MAP_TOLERANCE = 0.0006  # degrees; small enough that borders look the same on a screen


def features(path: Path) -> pd.DataFrame:
    """Read a GeoJSON file as one row per feature: its properties, ``geometry`` as GeoJSON text and ``km2``."""
    try:
        content = json.loads(path.read_text("utf-8-sig"))
        rows = [{**f["properties"], "geometry": json.dumps(f["geometry"])} for f in content["features"]]
        table = pd.DataFrame(rows)
        shapes = shapely.from_geojson(table["geometry"].to_numpy(dtype=object))
    except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.GEOSException) as error:
        raise SourceError(f"{path.name} is not a GeoJSON FeatureCollection: {error}. Replace the file") from error
    if flat := [i + 1 for i, kind in enumerate(shapely.get_type_id(shapes)) if kind not in (3, 6)]:
        raise SourceError(
            f"{path.name}: these features are no areas: {_numbers(flat)}. Make each a Polygon or MultiPolygon"
        )
    if bad := [i + 1 for i, ok in enumerate(shapely.is_valid(shapes)) if not ok]:
        raise SourceError(f"{path.name}: the outlines of these features cross themselves: {_numbers(bad)}. Repair them")
    return table.assign(km2=square_kilometres(shapes))


def _numbers(features: list[int]) -> str:
    return ", ".join(f"number {place}" for place in features[:10])


def square_kilometres(shapes: Any) -> Any:
    """Return areas of longitude-latitude shapes, by the equal-area sinusoidal projection of a sphere."""

    def project(points: Any) -> Any:
        lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
        return np.column_stack([EARTH_RADIUS_KM * lon * np.cos(lat), EARTH_RADIUS_KM * lat])

    return shapely.area(shapely.transform(shapes, project))


def cells_of(longitude: Any, latitude: Any, resolution: int) -> list[str]:
    """Return the H3 cell of each point; equal points are looked up once."""
    points = list(zip(latitude, longitude, strict=True))
    cells = {point: h3.latlng_to_cell(*point, resolution) for point in dict.fromkeys(points)}
    return [cells[point] for point in points]


def cell_table(cells: list[str]) -> pd.DataFrame:
    """Return one row per H3 cell: cell, km2, longitude, latitude of its middle, geometry as GeoJSON text."""
    middle = [h3.cell_to_latlng(cell) for cell in cells]
    rings = [[[lon, lat] for lat, lon in h3.cell_to_boundary(cell)] for cell in cells]
    return pd.DataFrame(
        {
            "cell": cells,
            "km2": [h3.cell_area(cell, unit="km^2") for cell in cells],
            "longitude": [point[1] for point in middle],
            "latitude": [point[0] for point in middle],
            "geometry": [json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}) for ring in rings],
        }
    )


class Outlines:
    """Shapes of the units of a place, for placing points."""

    def __init__(self, unit_ids: list[str], geometries: list[str]) -> None:
        order = np.argsort(np.array(unit_ids, dtype=object))
        self.unit_ids = np.array(unit_ids, dtype=object)[order]
        self.shapes = shapely.from_geojson(np.array(geometries, dtype=object)[order])

    def unit_of(self, longitude: Any, latitude: Any) -> Any:
        """Return the unit id of each point, None outside all of them; a point on a border goes to the first id."""
        units = np.full(len(longitude), None, dtype=object)
        tree = shapely.STRtree(self.shapes)
        points, shapes = tree.query(shapely.points(longitude, latitude), predicate="intersects")
        for point, shape in zip(points[::-1], shapes[::-1], strict=True):
            if units[point] is None or self.unit_ids[shape] < units[point]:
                units[point] = self.unit_ids[shape]
        return units

    def simplified(self) -> list[str]:
        """Return the outlines as GeoJSON text, simplified together so that shared borders stay shared."""
        thin = shapely.coverage_simplify(self.shapes, MAP_TOLERANCE)
        return [str(text) for text in shapely.to_geojson(shapely.set_precision(shapely.normalize(thin), 0.00001))]


def cells_over(outlines: Outlines, resolution: int) -> pd.DataFrame:
    """Return every cell that touches the place, in order of cell id.

    Returns
    -------
    cell; land_km2: its land inside the outlines; unit_id: the unit in which its middle lies, or the nearest one
    """
    whole = shapely.union_all(outlines.shapes)
    shape = h3.geo_to_h3shape(shapely.geometry.mapping(whole))
    cells = sorted(h3.h3shape_to_cells_experimental(shape, resolution, contain="overlap"))
    rings = [[(lon, lat) for lat, lon in h3.cell_to_boundary(cell)] for cell in cells]
    shapes = shapely.polygons([shapely.linearrings(ring) for ring in rings])
    shapely.prepare(whole)
    inside = shapely.contains_properly(whole, shapes)
    land = shapes.copy()
    land[~inside] = shapely.intersection(shapes[~inside], whole)
    middle = np.array([h3.cell_to_latlng(cell) for cell in cells])
    nearest = shapely.STRtree(outlines.shapes).nearest(shapely.points(middle[:, 1], middle[:, 0]))
    return pd.DataFrame(
        {"cell": cells, "land_km2": square_kilometres(land), "unit_id": outlines.unit_ids[nearest].astype(str)}
    )


def rings_of_cells(cells: Sequence[str], steps: int) -> list[Any]:
    """Return, for 1 to *steps* steps, the pairs of cells that far apart: each shape (2, pairs), both directions."""
    at = {cell: place for place, cell in enumerate(cells)}
    rings = []
    for step in range(1, steps + 1):
        pairs = [(place, at[other]) for cell, place in at.items() for other in h3.grid_ring(cell, step) if other in at]
        rings.append(np.array(sorted(pairs), dtype=np.intp).reshape(-1, 2).T)
    return rings


def touching(outlines: Outlines) -> Any:
    """Return the pairs of units whose outlines touch, by position in order of unit id: shape (2, pairs)."""
    pairs = shapely.STRtree(outlines.shapes).query(outlines.shapes, predicate="intersects")
    return np.asarray(pairs[:, pairs[0] != pairs[1]], dtype=np.intp)
