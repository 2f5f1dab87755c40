"""Which numbers and names of a map fit: where the projection puts them, and which give way."""

from __future__ import annotations

import math
from typing import Any

from harmmodel.app.charts import theme
from harmmodel.views.label_layout import Box, fitting, text_box

Features = list[dict[str, Any]]
ROOM = 16  # px that an area needs each way for a sign in it
GAP = 2  # px free at both sides of a text
NAME_ABOVE = 8  # px between the northern edge of an area and the middle of its name


def number(features: Features, width: float, height: float) -> None:
    """Mark the areas in focus whose rank fits (``numbered``, the first first) and all that have room for a sign.

    Parameters
    ----------
    features : focus, rank (text), lon and lat, and outlines; the map is fitted to all of them
    width, height : of the frame, at its narrowest
    """
    frame = _Frame(features, width, height)
    wanted = sorted((f for f in features if f["focus"] and f["rank"]), key=lambda f: _first(f["rank"]))
    boxes = [_spaced(*frame.at(f["lon"], f["lat"]), f["rank"], theme.SMALL) for f in wanted]
    stays = {f["unit_id"] for f, fits in zip(wanted, fitting(boxes), strict=True) if fits}
    for feature in features:
        feature["numbered"] = feature["unit_id"] in stays
        feature["roomy"] = frame.holds(feature["geometry"], ROOM)


def covered(features: Features, selected: str, width: float, height: float) -> list[str]:
    """Return the areas whose number would lie under the name of the selected one."""
    chosen = next((f for f in features if f["unit_id"] == selected), None)
    if chosen is None:
        return []
    frame = _Frame(features, width, height)
    x, y = frame.at(chosen["lon"], chosen["top"])
    name = _spaced(x, y - NAME_ABOVE, chosen["label"], theme.TEXT)
    numbered = [f for f in features if f["numbered"]]
    boxes = [_spaced(*frame.at(f["lon"], f["lat"]), f["rank"], theme.SMALL) for f in numbered]
    return [f["unit_id"] for f, box in zip(numbered, boxes, strict=True) if box.meets(name)]


def label_boxes(features: Features, selected: str, width: float, height: float) -> list[Box]:
    """Return the boxes of all numbers and names that are drawn."""
    frame, hidden = _Frame(features, width, height), set(covered(features, selected, width, height))
    shown = [f for f in features if f["numbered"] and f["unit_id"] not in hidden]
    boxes = [_spaced(*frame.at(f["lon"], f["lat"]), f["rank"], theme.SMALL) for f in shown]
    for f in features:
        if f["unit_id"] == selected:
            x, y = frame.at(f["lon"], f["top"])
            boxes.append(_spaced(x, y - NAME_ABOVE, f["label"], theme.TEXT))
    return boxes


def _spaced(x: float, y: float, text: str, size: float) -> Box:
    """Return the box of a text with a gap at both sides, so that two numbers are not read as one."""
    box = text_box(x, y, text, size)
    return Box(box.left - GAP, box.top, box.right + GAP, box.bottom)


def _first(rank: str) -> int:
    """The place with which a rank begins, such as 12 of "12–13"."""
    digits = rank.partition("–")[0].replace(",", "")
    return int(digits) if digits.isdigit() else 0


class _Frame:
    """Mercator, fitted to the outlines as d3 does it: all of them inside, in the middle."""

    def __init__(self, features: Features, width: float, height: float) -> None:
        points = [p for f in features for p in _corners(f["geometry"])] or [(0.0, 0.0)]
        xs, ys = zip(*(_projected(*point) for point in points), strict=True)
        across, up = max(xs) - min(xs), max(ys) - min(ys)
        self.scale = min(width / max(across, 1e-9), height / max(up, 1e-9))
        self.left = (width - self.scale * across) / 2 - self.scale * min(xs)
        self.top = (height - self.scale * up) / 2 + self.scale * max(ys)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a point is drawn, in px from the upper left corner."""
        x, y = _projected(lon, lat)
        return self.left + self.scale * x, self.top - self.scale * y

    def holds(self, geometry: dict[str, Any], room: float) -> bool:
        """Whether the box around an outline is wide and high enough."""
        (left, bottom), (right, top) = (self.at(*corner) for corner in _corners(geometry))
        return right - left >= room and bottom - top >= room


def _projected(lon: float, lat: float) -> tuple[float, float]:
    return math.radians(lon), math.asinh(math.tan(math.radians(lat)))


def _corners(geometry: dict[str, Any]) -> list[tuple[float, float]]:
    """Return the corners of the box around an outline."""
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    lons, lats = zip(*((p[0], p[1]) for rings in parts for p in rings[0]), strict=True)
    return [(min(lons), min(lats)), (max(lons), max(lats))]
