"""Colours of a map fitted to the scores of its place: natural breaks between them, in whole numbers as printed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from harmmodel.lenses.phrases import half_up
from harmmodel.lenses.tiers import NOT_SCORED
from harmmodel.views import words

MOST = 6  # classes; more shades than these nobody tells apart


@dataclass(frozen=True)
class Classes:
    """Classes of whole scores, lowest first: each from its own start to below the next one, the last to *end*.

    >>> fitted = Classes((3, 8, 15), 20)
    >>> fitted.words, fitted.of(8.4), fitted.said(2.6), fitted.said(float("nan"))
    (('3–7', '8–14', '15–20'), 1, '3–7', 'not scored')
    """

    starts: tuple[int, ...]
    end: int

    @property
    def words(self) -> tuple[str, ...]:
        """The bounds of each class, both inside it."""
        spans = pairwise((*self.starts, self.end + 1))
        return tuple(str(low) if high - low == 1 else f"{low}–{high - 1}" for low, high in spans)

    def of(self, score: float) -> int:
        """The number of a score's class; -1 where there is no score."""
        if math.isnan(score) or not self.starts:
            return -1
        return max(sum(half_up(score) >= start for start in self.starts) - 1, 0)

    def said(self, score: float) -> str:
        """The bounds of a score's class."""
        at = self.of(score)
        return NOT_SCORED if at < 0 else self.words[at]


def fitted(scores: pd.DataFrame) -> Classes:
    """Return classes fitted to the scores of a place.

    At most six, with the least squares of distances to their means (Fisher and Jenks); as many as there are different
    whole scores where these are fewer. Two neighbours are one class where every interval of the one overlaps every
    interval of the other, since nothing parts them then.

    Parameters
    ----------
    scores : value, low, high; a value of NaN is no score
    """
    known = scores.dropna(subset=["value"])
    if known.empty:
        return Classes((), 0)
    whole = known["value"].map(half_up).astype(int)
    values, counts = np.unique(whole.to_numpy(), return_counts=True)
    end = int(values[-1])
    starts = natural_breaks(values, counts, min(MOST, len(values)))
    return Classes(_parted(starts, whole, known), end)


def _parted(starts: Sequence[int], whole: pd.Series[int], known: pd.DataFrame) -> tuple[int, ...]:
    """Take out the starts at which no interval above is clear of one below."""
    kept = [starts[0]]
    for start, after in pairwise((*starts[1:], int(whole.max()) + 1)):
        below = known[(whole >= kept[-1]) & (whole < start)]
        above = known[(whole >= start) & (whole < after)]
        if not above["low"].max() <= below["high"].min():
            kept.append(start)
    return tuple(kept)


def natural_breaks(values: np.ndarray, counts: np.ndarray, classes: int) -> list[int]:
    """Return the first value of each class, so that the squared distances to the means of the classes are least.

    Parameters
    ----------
    values : whole numbers, ascending, each once
    counts : how many have each value
    classes : how many classes, at most as many as values

    >>> natural_breaks(np.array([1, 2, 3, 10, 11, 30]), np.array([5, 5, 5, 1, 1, 1]), 3)
    [1, 10, 30]
    """
    weight, total, squares = (np.cumsum([0.0, *part]) for part in (counts, counts * values, counts * values**2.0))

    def spread(first: np.ndarray, last: int) -> np.ndarray:
        n, sums = weight[last] - weight[first], total[last] - total[first]
        return np.asarray(squares[last] - squares[first] - sums**2 / n)

    size = len(values)
    least = np.full((classes + 1, size + 1), np.inf)
    begin = np.zeros((classes + 1, size + 1), dtype=int)
    least[0, 0] = 0
    for number in range(1, classes + 1):
        for last in range(number, size + 1):
            first = np.arange(number - 1, last)
            sums = least[number - 1, first] + spread(first, last)
            begin[number, last] = first[int(sums.argmin())]
            least[number, last] = sums.min()
    starts, last = list[int](), size
    for number in range(classes, 0, -1):
        last = begin[number, last]
        starts.append(int(values[last]))
    return starts[::-1]


def sentence(classes: Classes, scores: pd.DataFrame, noun: str) -> str:
    """Say what the colours mean and how many areas could as well have another one (Markdown).

    Parameters
    ----------
    classes : of :func:`fitted`
    scores : as it takes
    noun : what several units are called
    """
    known = scores.dropna(subset=["value"])
    if known.empty:
        return ""
    many = words.plain_markdown(noun)
    ends = f"{classes.starts[0]} to {classes.end}"
    if len(classes.starts) == 1:
        why = (
            "all have one score"
            if classes.starts[0] == classes.end
            else "no interval stands clear of those in another class"
        )
        return f"One colour: {why}. The list holds the order."
    unsure = sum(classes.of(low) != classes.of(high) for low, high in zip(known["low"], known["high"], strict=True))
    return (
        f"Colours are fitted to the scores here, {ends}: on another map they mean other numbers. Of "
        f"{words.number(len(known))} {many}, {words.number(unsure)} have an interval that reaches into another colour."
    )
