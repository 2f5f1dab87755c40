"""The ground of the four corners: what the picture spans and what stands in its corners, on screen and on paper."""

from __future__ import annotations

import math
from typing import Literal

import pandas as pd

STRIP = (0.8, 1.25)  # within a quarter of level
WORDS: tuple[tuple[str, Literal["left", "right"], bool], ...] = (  # text, side, whether at the bottom
    ("MOVE ATTENTION HERE", "left", False),
    ("CHANGE THE KIND OF WORK", "right", False),
    ("LEAVE", "left", True),
    ("RELEASE", "right", True),
)
ACROSS = "Share of drug arrests ÷ share of weighted serious violence"
UPWARDS = "Harm score, 0–100"


def ends(frame: pd.DataFrame) -> tuple[float, float]:
    """Powers of two around the ratios, at least an eighth to eight: values beyond are drawn at the edge."""
    largest = float(frame["ratio"].max()) if len(frame) else 1.0
    return 1 / 8, max(8.0, 2.0 ** math.ceil(math.log2(max(largest, 1.0))))


def top(frame: pd.DataFrame) -> float:
    """Return the highest score that the picture shows."""
    largest = float(frame["score_high"].max()) if len(frame) else 100.0
    return min(100.0, 10.0 * math.ceil(largest / 10 + 0.4))


def between(frame: pd.DataFrame) -> float | None:
    """Return the score that parts focus and contested from the rest; None where one side is empty."""
    highs, lows = frame.loc[frame["high"], "score"], frame.loc[~frame["high"], "score"]
    return (float(highs.min()) + float(lows.max())) / 2 if len(highs) and len(lows) else None
