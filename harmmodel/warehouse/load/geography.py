"""Outlines of units: points to units, areas in square kilometres, simplified shapes for maps."""

from __future__ import annotations

import json
import math
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
DEGREES = (180, 90, 180, 90)  # the bounds of an outline lie within these
HALF_ROUND = 180  # degrees; one part of an outline that is wider lies on both sides of the date line
DEPTH = {"Polygon": 2, "MultiPolygon": 3}  # how deep the points of an outline lie in its coordinates
NAMED = 10  # features or pairs named in a message
# Neighbours that were digitised apart share slivers: up to this share of the smaller one is no overlap.
SLIVER = 0.01


def members(path: Path) -> list[dict[str, Any]]:
    """Read the features of a GeoJSON file, each with its properties and an outline: nothing nested, nothing missing.

    Raises
    ------
    SourceError
        When the file is no FeatureCollection, or a feature is of another form; it is named by its number.
    """
    try:
        content = json.loads(path.read_text("utf-8-sig"))
        json.dumps(content, ensure_ascii=False).encode()  # half of a pair of surrogates is no text
    except RecursionError:
        raise SourceError(f"{path.name}: values are nested too deeply for an outline. Replace the file") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{path.name} cannot be read as GeoJSON: {str(error)[:200]}. Replace the file") from error
    found = content.get("features") if isinstance(content, dict) else None
    if not isinstance(found, list) or not found:
        raise SourceError(
            f"{path.name} is not a GeoJSON FeatureCollection: it has no list of features. Save it as GeoJSON with one "
            "feature for each unit"
        )
    if strange := [f"number {n} {fault}" for n, feature in enumerate(found, start=1) if (fault := _misshapen(feature))]:
        more = f", and {len(strange) - NAMED:,} more" if len(strange) > NAMED else ""
        raise SourceError(
            f"{path.name}: these features are no outlines: {'; '.join(strange[:NAMED])}{more}. Make each a feature "
            "with properties and one Polygon or MultiPolygon"
        )
    return found


def _misshapen(feature: Any) -> str:
    """Say what a feature lacks or has too much; an empty text where it is well formed."""
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        return "has no properties"
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict):
        return "has no geometry"
    if (kind := str(geometry.get("type"))) not in DEPTH:
        return f"is a {kind[:40]}"
    return _not_numbers(geometry.get("coordinates"), DEPTH[kind])


def _not_numbers(coordinates: Any, depth: int) -> str:
    """Say where lists *depth* deep do not end in two or three finite numbers."""
    for _ in range(depth):
        if not isinstance(coordinates, list) or not all(isinstance(inner, list) for inner in coordinates):
            return "has coordinates that are not lists of points"
        coordinates = [one for inner in coordinates for one in inner]
    if not all(type(value) in (int, float) and -math.inf < value < math.inf for value in coordinates):
        return "has coordinates that are not numbers"
    return "" if coordinates else "has no coordinates"


def features(path: Path, *, repairs: bool = False) -> pd.DataFrame:
    """Read a GeoJSON file as one row per feature: its properties, ``geometry`` as GeoJSON text and ``km2``.

    Where the file has a property ``km2`` of its own, that one stands.

    Parameters
    ----------
    repairs : whether an outline that crosses itself is taken as what it encloses; else it is refused
    """
    outlines = [(f["properties"], {key: f["geometry"][key] for key in ("type", "coordinates")}) for f in members(path)]
    table = pd.DataFrame([{**properties, "geometry": json.dumps(outline)} for properties, outline in outlines])
    try:
        shapes = shapely.from_geojson(table["geometry"].to_numpy(dtype=object))
    except shapely.errors.GEOSException as error:
        raise SourceError(f"{path.name}: an outline cannot be read: {str(error)[:200]}. Replace the file") from error
    is_off = np.abs(shapely.bounds(shapes)) > DEGREES
    parts, of_shape = shapely.get_parts(shapes, return_index=True)
    west, _, east, _ = shapely.bounds(parts).T
    _refuse(path, is_off, "lie outside -180 to 180 and -90 to 90. Give degrees of longitude and latitude (WGS 84)")
    _refuse(
        path,
        np.isin(np.arange(len(shapes)), of_shape[(east - west > HALF_ROUND) & ~is_off.any(axis=1)[of_shape]]),
        "reach more than half round the Earth, as those that cross the date line seem to. Cut each there into the "
        "parts of a MultiPolygon",
    )
    if repairs and (crossing := ~shapely.is_valid(shapes)).any():
        shapes[crossing] = _repaired(shapes[crossing])
        table["geometry"] = shapely.to_geojson(shapes)
    _refuse(
        path,
        ~shapely.is_valid(shapes),
        "cross themselves. Say repair: true in their passport, so that each is taken as what it encloses, or mend them",
    )
    _refuse(path, shapely.area(shapes) == 0, "enclose nothing. Repair them")
    return table if "km2" in table else table.assign(km2=square_kilometres(shapes))


def _repaired(shapes: Any) -> Any:
    """Return what outlines enclose that cross themselves; lines and points that are left over enclose nothing."""
    sound = shapely.make_valid(shapes, method="structure")
    parts, owner = shapely.get_parts(sound, return_index=True)
    is_area = shapely.get_dimensions(parts) == 2
    return np.array(
        [shapely.union_all(parts[is_area & (owner == place)]) for place in range(len(shapes))], dtype=object
    )


def crossing(path: Path) -> list[str]:
    """Return the numbers of the outlines of a file that cross themselves, from 1."""
    shapes = shapely.from_geojson(np.array([json.dumps(f["geometry"]) for f in members(path)], dtype=object))
    return [str(n) for n, is_valid in enumerate(shapely.is_valid(shapes), start=1) if not is_valid]


def _refuse(path: Path, is_bad: Any, why: str) -> None:
    """Refuse a file of which some outlines are bad; each is named by its number."""
    if bad := [str(n) for n, of_one in enumerate(is_bad.reshape(len(is_bad), -1), start=1) if of_one.any()]:
        more = f" and {len(bad) - NAMED:,} more" if len(bad) > NAMED else ""
        raise SourceError(f"{path.name}: the outlines of features number {', '.join(bad[:NAMED])}{more} {why}")


def refuse_ids(ids: Sequence[Any], column: str, name: str) -> None:
    """Refuse outlines, from file *name*, of which one has no id in *column*, or two have one.

    Raises
    ------
    SourceError
        With the number of each feature.
    """
    places: dict[str, list[str]] = {}
    for number, one in enumerate(ids, start=1):
        places.setdefault("" if one is None else str(one).strip() and str(one), []).append(str(number))
    if bare := places.pop("", []):
        has = f"feature number {bare[0]} has" if len(bare) == 1 else f"features number {', '.join(bare[:NAMED])} have"
        raise SourceError(
            f"{name}: {has} no {column}, so no row can name it. Give it an id, or take it out; an outline with an id "
            "that is no unit of the place is listed under boundaries.left_out"
        )
    if twice := {one: where for one, where in places.items() if len(where) > 1}:
        listed = "; ".join(
            f"{one!r} (features number {', '.join(where)})" for one, where in list(twice.items())[:NAMED]
        )
        more = f" and {len(twice) - NAMED:,} more" if len(twice) > NAMED else ""
        raise SourceError(
            f"{name}: outlines have one {column}: {listed}{more}. Make each unit one feature, its parts a MultiPolygon"
        )


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


class Listed:
    """Units of a place without outlines: known by their ids alone, and no point lies in one."""

    def __init__(self, unit_ids: list[str], file: str) -> None:
        if twice := sorted({unit for unit in unit_ids if unit_ids.count(unit) > 1 or not unit.strip()}):
            named = ", ".join(repr(unit) for unit in twice[:NAMED])
            raise SourceError(f"{file}: {named}: each unit has one row with its id. Take the others out")
        self.unit_ids = np.array(sorted(unit_ids), dtype=object)

    def unit_of(self, longitude: Any, latitude: Any) -> Any:
        """Return None for each point."""
        return np.full(len(longitude), None, dtype=object)


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

    def refuse_overlaps(self, name: str) -> None:
        """Refuse outlines, from file *name*, that overlap by more than slivers: a point in two would belong to either.

        Raises
        ------
        SourceError
            With each pair and the share of the smaller outline that lies in the other.
        """
        one, other = shapely.STRtree(self.shapes).query(self.shapes, predicate="intersects")
        one, other = one[one < other], other[one < other]
        areas = shapely.area(self.shapes)
        shares = shapely.area(shapely.intersection(self.shapes[one], self.shapes[other])) / np.minimum(
            areas[one], areas[other]
        )
        worst = [pair for pair in np.argsort(-shares, kind="stable") if shares[pair] > SLIVER]
        if worst:
            listed = "\n".join(
                f"  {self.unit_ids[one[n]]} and {self.unit_ids[other[n]]}: {shares[n]:.0%} of the smaller one"
                for n in worst[:NAMED]
            )
            more = f"\n  and {len(worst) - NAMED:,} pairs more" if len(worst) > NAMED else ""
            raise SourceError(
                f"{name}: outlines overlap, so that an event could lie in two units:\n{listed}{more}\nCut one out of "
                f"the other, or merge the two. Slivers of up to {SLIVER:.0%} are taken"
            )

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
