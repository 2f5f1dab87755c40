"""H3 cells laid over a place: which there are, how much of its land each holds, and which lie side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import h3
import numpy as np
import pandas as pd
import shapely

from harmmodel.warehouse.load.geography import Outlines, square_kilometres


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
    found = []
    for step in range(1, steps + 1):
        pairs = [(place, at[other]) for cell, place in at.items() for other in h3.grid_ring(cell, step) if other in at]
        found.append(np.array(sorted(pairs), dtype=np.intp).reshape(-1, 2).T)
    return found


def touching(outlines: Outlines) -> Any:
    """Return the pairs of units whose outlines touch, by position in order of unit id: shape (2, pairs)."""
    pairs = shapely.STRtree(outlines.shapes).query(outlines.shapes, predicate="intersects")
    return np.asarray(pairs[:, pairs[0] != pairs[1]], dtype=np.intp)
