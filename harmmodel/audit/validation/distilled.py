"""What validation counts from single records while they lie in the work folder: places are compared by counts alone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from harmmodel.audit.validation.concentration import FINE, Cells, crowding
from harmmodel.config import Config
from harmmodel.errors import ValidationImpossible
from harmmodel.warehouse.load.distil import NOTHING, Distillation, Frames, digest
from harmmodel.warehouse.load.geography import Outlines, cells_of, cells_over
from harmmodel.warehouse.read.placed import counted, placed_records
from harmmodel.warehouse.read.validation import held_back, outlines
from harmmodel.warehouse.store.code_hash import source_hash
from harmmodel.warehouse.store.connection import Connection

CODE = tuple(f"audit/validation/{name}.py" for name in ("concentration", "distilled", "schedule"))


def distil(config: Config) -> Distillation:
    """Return what is counted for validation; nothing where a place has no file that was kept for it."""
    try:
        held_back(config)
    except ValidationImpossible:
        return NOTHING
    weights = [config.weight_set.by_class.get(c) for c in config.place.serious_violence]
    return Distillation(
        linked=lambda con: count(con, config), key=digest(config.scheme.as_of, weights, source_hash(*CODE))
    )


def count(con: Connection, config: Config) -> Frames:
    """Count the records of an open work folder by area and by cell, and places by how many they hold."""
    shapes = outlines(con, config)
    records = placed_records(con, config, held_back(config), shapes)
    if records is None:
        return {}
    in_cells = frozenset(config.place.counted_in_cells)
    return {"placed": counted(records, in_cells), "crowding": crowding(records, _cells(records, shapes), config)}


def _cells(records: pd.DataFrame, shapes: Outlines) -> Cells:
    over = cells_over(shapes, FINE)["cell"]
    number = {cell: n for n, cell in enumerate(over)}
    points = records[["longitude", "latitude"]].dropna()
    at = pd.Series(-1, index=records.index)
    found = [number.get(c, -1) for c in cells_of(points["longitude"], points["latitude"], FINE)]
    at[points.index] = np.array(found, dtype=np.int64)
    return Cells(at, len(over))
