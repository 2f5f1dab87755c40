"""Ranks as people count them: units that tie share places, such as 76 and 77, and not the mean of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from harmmodel.views import words


def place(first: float, sharing: int = 1) -> str:
    """A rank from its first place and how many share it.

    >>> place(4), place(76, 2)
    ('4', '76–77, tied')
    """
    return words.rank(first) if sharing == 1 else f"{words.rank(first)}–{words.rank(first + sharing - 1)}, tied"


def first_places(ranks: pd.Series) -> pd.Series:
    """Return the first place of each unit from mean ranks, as whole numbers.

    >>> first_places(pd.Series([1.0, 2.5, 2.5, float("nan")])).tolist()
    [1, 2, 2, <NA>]
    """
    sharing = ranks.map(ranks.value_counts())
    return (ranks - (sharing - 1) / 2).round().astype("Int64")


def place_format(firsts: pd.Series) -> Callable[[Any], str]:
    """Return how a first place of *firsts* is written, with those that share it.

    >>> places = first_places(pd.Series([1.0, 2.5, 2.5]))
    >>> place_format(places)(2)
    '2–3, tied'
    """
    sharing = firsts.value_counts().to_dict()
    return lambda first: words.MISSING if pd.isna(first) else place(first, sharing.get(first, 1))


def place_words(ranks: pd.Series) -> list[str]:
    """Return every place in words, from mean ranks."""
    firsts = first_places(ranks)
    written = place_format(firsts)
    return [written(first) for first in firsts]
