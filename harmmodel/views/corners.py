"""Enforcement against harm in words: the steps of their ratio, the four corners, and what each corner asks for."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pandas as pd

from harmmodel.lenses.tiers import FOCUS

STRIP = (0.8, 1.25)  # within a quarter of level
WORDS: tuple[tuple[str, Literal["left", "right"], bool], ...] = (  # text, side, whether at the bottom
    ("MOVE ATTENTION HERE", "left", False),
    ("CHANGE THE KIND OF WORK", "right", False),
    ("LEAVE", "left", True),
    ("RELEASE", "right", True),
)
RATIO_WORDS = ("under a third", "a third to two thirds", "about equal or unclear", "1.5 to 3 times", "over 3 times")
LEVEL_BUCKET = 2
RATIO_BREAKS = (1 / 3, 2 / 3, 3 / 2, 3)
UPPER = ("change the kind of work", "move attention here", "keep, lead by driver")
LOWER = ("release", "leave")
ACROSS = "Share of drug arrests ÷ share of weighted serious violence"
UPWARDS = "Harm score, 0–100"


def ends(frame: pd.DataFrame) -> tuple[float, float]:
    """Powers of two around the ratios, at least an eighth to eight: values beyond are drawn at the edge."""
    largest = float(frame["ratio"].max()) if len(frame) else 1.0
    return 1 / 8, max(8.0, 2.0 ** math.ceil(math.log2(max(largest, 1.0))))


def highest(frame: pd.DataFrame) -> float:
    """Return the highest score that the picture shows."""
    largest = float(frame["score_high"].max()) if len(frame) else 100.0
    return min(100.0, 10.0 * math.ceil(largest / 10 + 0.4))


def between(frame: pd.DataFrame) -> float | None:
    """Return a score that parts the upper corners from the lower; None where no score does."""
    highs, lows = frame.loc[frame["high"], "score"], frame.loc[~frame["high"], "score"]
    if highs.empty or lows.empty or highs.min() <= lows.max():
        return None
    return (float(highs.min()) + float(lows.max())) / 2


def line_words(frame: pd.DataFrame) -> str:
    """Say what the line between upper and lower corners parts, or why there is none."""
    if frame["high"].all() or not frame["high"].any():
        return ""
    if between(frame) is None:
        return (
            "No line parts the upper corners from the lower, since scores of both interleave: the tier decides, with "
            "or without police-contact indicators."
        )
    return "Dashed: above it focus or contested, with or without police-contact indicators; below it baseline in both."


def advice(tier: str, corner: str) -> str:
    """The words of a corner for an area of this tier: only focus is sure enough to be told outright.

    >>> advice("focus", UPPER[1]), advice("contested", UPPER[1]), advice("baseline", "release")
    ('move attention here', 'if confirmed, move attention here', 'release')
    """
    return f"if confirmed, {corner}" if corner in UPPER and tier != FOCUS else str(corner)


CORNERS = (*UPPER, *LOWER)


def ratio_bucket(ratio: float, level: str | None) -> int:
    """Step of the ratio ramp, 0 to 4; the middle for any interval that contains 1, -1 where nothing is known.

    >>> nan = float("nan")
    >>> ratio_bucket(3.6, "over"), ratio_bucket(3.6, "level"), ratio_bucket(0.2, "under"), ratio_bucket(nan, None)
    (4, 2, 0, -1)
    """
    if not np.isfinite(ratio):
        return -1
    return LEVEL_BUCKET if level == "level" else int(np.searchsorted(RATIO_BREAKS, ratio, side="right"))
