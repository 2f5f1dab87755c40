"""Which part of a large place is shown: one of its districts, what is around the chosen area, areas of a name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from harmmodel.views import words
from harmmodel.views.blocks import LARGE
from harmmodel.warehouse.store.runs import AreaRun

WHOLE = ""  # no district is chosen
ZOOMS = ("1×", "2×", "4×", "8×")
FEWEST = 12  # areas on an enlarged map, if the place has so many


def is_large(run: AreaRun) -> bool:
    """Whether a place has more areas than a list or a map shows at once."""
    return len(run.units) > LARGE


def districts(run: AreaRun) -> dict[str, str]:
    """Return the districts by name, each with how many areas it has (plain text); the whole place first.

    Empty where the place names no column of districts.
    """
    if "district" not in run.units:
        return {}
    counts = run.units["district"].dropna().astype(str).value_counts().sort_index()
    listed = {str(name): f"{name} ({words.number(n)})" for name, n in counts.items()}
    return {WHOLE: f"All {words.number(len(counts))} districts", **listed}


def asked_district(run: AreaRun, name: str) -> str | None:
    """Return the district that a link names, in whatever letters; None when there is none."""
    listed = districts(run)
    return next((one for one in listed if one and one.casefold() == name.strip().casefold()), None)


def unknown_district(run: AreaRun, name: str) -> tuple[str, str]:
    """Return fact and next step when a link names no district of this place (Markdown, escaped)."""
    return words.plain_markdown(f"{run.place.label} has no district '{name}'."), "All areas are shown."


def units_of(run: AreaRun, district: str) -> frozenset[str]:
    """Return the ids of the areas of a district; of all where none is chosen."""
    units = run.units
    if district and "district" in units:
        units = units[units["district"].astype(str) == district]
    return frozenset(units["unit_id"].astype(str))


def said(district: str) -> str:
    """Name the district after what is shown of it; empty for the whole place (plain text)."""
    return f" in {district}" if district else ""


def named_like(rows: pd.DataFrame, text: str) -> pd.DataFrame:
    """Return the rows whose label holds a text, in whatever letters; all for an empty one."""
    wanted = text.strip().casefold()
    if not wanted:
        return rows
    return rows[[wanted in str(label).casefold() for label in rows["label"]]]


def around(run: AreaRun, unit_id: str, zoom: str, within: frozenset[str]) -> frozenset[str]:
    """Return the areas of *within* that a map enlarged *zoom* times shows around a unit, the nearest first of all.

    That is every area whose middle lies in the frame, and at least a dozen; all where nothing is enlarged or the unit
    lies elsewhere.
    """
    times = float(zoom.rstrip("×")) if zoom in ZOOMS else 1.0
    if times == 1 or unit_id not in within:
        return within
    middles = {unit: at for unit, at in _middles(run.boundaries).items() if unit in within}
    if unit_id not in middles:
        return within
    units, at = list(middles), np.array(list(middles.values()))
    ends = np.ptp(at, axis=0).max()
    away = np.abs(at - middles[unit_id]).max(axis=1)
    reach = max(ends / times / 2, np.sort(away)[min(FEWEST, len(away)) - 1])
    return frozenset(unit for unit, distance in zip(units, away, strict=True) if distance <= reach)


def _middles(boundaries: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """Return the middle of the box around each outline, degrees of longitude as long as those of latitude."""
    found = {}
    for feature in boundaries["features"]:
        rings = feature["geometry"]["coordinates"]
        parts = rings if feature["geometry"]["type"] == "MultiPolygon" else [rings]
        points = np.array([point[:2] for part in parts for point in part[0]])
        lon, lat = (points.min(axis=0) + points.max(axis=0)) / 2
        found[str(feature["unit_id"])] = (float(lon * np.cos(np.radians(lat))), float(lat))
    return found
