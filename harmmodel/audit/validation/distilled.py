"""What validation counts from single records while they lie in the work folder: places are compared by counts alone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from harmmodel.audit.validation.concentration import FINE, Cells, crowding
from harmmodel.config import Config
from harmmodel.warehouse.load.distil import NOTHING, Distillation, Frames, digest
from harmmodel.warehouse.load.geography import Outlines, cells_of, cells_over
from harmmodel.warehouse.read.placed import counted, held_records, placed_records
from harmmodel.warehouse.read.validation import kept, outlines
from harmmodel.warehouse.store.code_hash import source_hash
from harmmodel.warehouse.store.connection import Connection

CODE = tuple(f"audit/validation/{name}.py" for name in ("concentration", "distilled", "outcomes", "panel", "schedule"))


def distil(config: Config) -> Distillation:
    """Return what is counted for validation; nothing where no record has a point and no file was kept for it."""
    if "core_incident" not in config.core_sql and not kept(config):
        return NOTHING
    weights = [config.weight_set.by_class.get(c) for c in config.place.serious_violence]
    return Distillation(
        linked=lambda con: count(con, config), key=digest(config.scheme.as_of, weights, source_hash(*CODE))
    )


def count(con: Connection, config: Config) -> Frames:
    """Count the records of an open work folder by area and by cell, and places by how many they hold.

    Where harm has no points, or the place no outlines, only what was held back is counted, by area.
    """
    shapes = outlines(con, config)
    records = placed_records(con, config, shapes) if shapes is not None else None
    if records is None or shapes is None:
        held = held_records(con, config, shapes)
        return {"placed": counted(pd.concat(held, ignore_index=True), frozenset())} if held else {}
    in_cells = frozenset(config.place.counted_in_cells)
    frames = {"placed": counted(records, in_cells)}
    if (found := crowding(records, _cells(records, shapes), config)) is not None:
        frames["crowding"] = found
    return frames


def _cells(records: pd.DataFrame, shapes: Outlines) -> Cells:
    over = cells_over(shapes, FINE)["cell"]
    number = {cell: n for n, cell in enumerate(over)}
    points = records[["longitude", "latitude"]].dropna()
    at = pd.Series(-1, index=records.index)
    found = [number.get(c, -1) for c in cells_of(points["longitude"], points["latitude"], FINE)]
    at[points.index] = np.array(found, dtype=np.int64)
    return Cells(at, len(over))
