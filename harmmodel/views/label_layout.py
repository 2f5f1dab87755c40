"""Where labels stand beside points so that no label lies on another; a label without a free place is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

ALIGN: dict[int, Literal["left", "right", "center"]] = {1: "left", -1: "right", 0: "center"}
# Tried in this order: right, left, below, above, then the slanting places.
SPOTS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1), (1, 2), (1, -2), (-1, 2), (-1, -2))
REACH, LIFT = 9, 13


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
    dots = [Box(x - 4, y - 4, x + 4, y + 4) for x, y in points]
    used = list(taken)
    placed: list[Label] = []
    for index, text in texts.items():
        others = [dot for n, dot in enumerate(dots) if n != index]
        for side, level in SPOTS:
            box = _box(points[index], text, side, level, size)
            if box.within(area) and not any(box.meets(other) for other in [*used, *others]):
                used.append(box)
                placed.append(Label(index, side * (REACH if level == 0 else 6), level * LIFT, ALIGN[side]))
                break
    return placed


def _box(point: tuple[float, float], text: str, side: int, level: int, size: int) -> Box:
    width, half = 0.54 * size * len(text), size / 2 + 1
    x, y = point[0] + side * (REACH if level == 0 else 6), point[1] + level * LIFT
    left = {1: x, -1: x - width, 0: x - width / 2}[side]
    return Box(left, y - half, left + width, y + half)
