"""Where labels stand beside points so that no label lies on another; a label without a free place is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

ALIGN: dict[int, Literal["left", "right", "center"]] = {1: "left", -1: "right", 0: "center"}
# Tried in this order: right, left, below, above, then the slanting places.
SPOTS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1), (1, 2), (1, -2), (-1, 2), (-1, -2))
REACH, LIFT = 9, 13
DOT = 4  # half the width of the square around a point that no label may cover
MOST = 40  # labels; more than these nobody reads


@dataclass(frozen=True)
class Box:
    """A rectangle in px; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether both share any point."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def within(self, other: Box) -> bool:
        """Whether this box lies inside *other*."""
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom


@dataclass(frozen=True)
class Label:
    """A placed label: its shift from the point and how it is aligned."""

    index: int
    dx: float
    dy: float
    align: Literal["left", "right", "center"]


def place_labels(
    points: Sequence[tuple[float, float]],
    texts: dict[int, str],
    *,
    area: Box,
    taken: Iterable[Box] = (),
    size: int = 12,
) -> list[Label]:
    """Place the texts of some points, in the given order of importance.

    Parameters
    ----------
    points : all points in px, also those without text: no label may cover a point
    texts : index of a point → its text, most important first
    area : labels stay inside
    taken : boxes that are not free, such as other texts
    """
    at = np.array(points, dtype=np.float64).reshape(-1, 2)
    used = [*taken]
    placed: list[Label] = []
    for index, text in texts.items():
        if len(placed) == MOST:
            break
        others = np.delete(at, index, axis=0)
        for side, level in SPOTS:
            box = _box(points[index], text, side, level, size)
            if box.within(area) and not any(map(box.meets, used)) and not _covers(box, others):
                used.append(box)
                placed.append(Label(index, side * (REACH if level == 0 else 6), level * LIFT, ALIGN[side]))
                break
    return placed


def _covers(box: Box, points: NDArray[np.float64]) -> bool:
    """Say whether a box meets any of the dots drawn at points, of shape (points, 2)."""
    x, y = points[:, 0], points[:, 1]
    across = (box.left < x + DOT) & (x - DOT < box.right)
    return bool((across & (box.top < y + DOT) & (y - DOT < box.bottom)).any())


def fitting(boxes: Sequence[Box], taken: Iterable[Box] = ()) -> list[bool]:
    """Say which of the boxes stay when each that meets one before it, or one of *taken*, is left out.

    >>> fitting([Box(0, 0, 9, 9), Box(5, 5, 12, 12), Box(10, 0, 19, 9)])
    [True, False, True]
    """
    used, stays = [*taken], list[bool]()
    for box in boxes:
        stays.append(not any(map(box.meets, used)))
        if stays[-1]:
            used.append(box)
    return stays


def text_box(x: float, y: float, text: str, size: float) -> Box:
    """The box of a text whose middle stands at a point."""
    return _box((x, y), text, 0, 0, size)


def _box(point: tuple[float, float], text: str, side: int, level: int, size: float) -> Box:
    width, half = 0.54 * size * len(text), size / 2 + 1
    x, y = point[0] + side * (REACH if level == 0 else 6), point[1] + level * LIFT
    left = {1: x, -1: x - width, 0: x - width / 2}[side]
    return Box(left, y - half, left + width, y + half)
