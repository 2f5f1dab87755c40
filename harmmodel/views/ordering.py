"""The value that gives an area its place: the overall score, or its only scored pillar where there is no overall."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd

from harmmodel.method.uncertainty import top_size
from harmmodel.views import words
from harmmodel.views.labels import pillar_words
from harmmodel.views.words import listing
from harmmodel.warehouse.read.groups import GroupRun
from harmmodel.warehouse.store.runs import AreaRun

ENDS = ["score", "low", "high", "q25", "q75"]
OVERALL = ["score", "score_low", "score_high", "score_q25", "score_q75"]


def ordered_scores(run: AreaRun) -> pd.DataFrame:
    """Scores in order of rank; score columns filled from the only scored pillar, ``alone`` its id where that is so."""
    scores = run.scores.sort_values(["rank", "label"], na_position="last").set_index("unit_id")
    known = run.pillars[run.pillars["score"].notna()]
    only = known[~known["unit_id"].duplicated(keep=False)].set_index("unit_id")
    lacking = scores.index[scores["score"].isna() & scores.index.isin(only.index)]
    scores["alone"] = only["pillar"].reindex(scores.index).where(scores.index.isin(lacking))
    for name, end in zip(OVERALL, ENDS, strict=True):
        scores.loc[lacking, name] = only[end].reindex(lacking)
    return scores.reset_index()


def ranked(run: AreaRun | GroupRun) -> int:
    """How many units have a rank: what a rank is one of."""
    return int(run.scores["rank"].notna().sum())


def top_places(run: AreaRun) -> int:
    """How many areas make the top: the number that the lens took, of those that have a rank."""
    return top_size(ranked(run), run.config.scheme.top_share)


def alone_note(run: AreaRun, scores: pd.DataFrame) -> str:
    """Say which areas stand in the order by one pillar alone; empty when none does."""
    alone = scores["alone"].dropna()
    if alone.empty:
        return ""
    named = " or ".join(pillar_words(run, pillar) for pillar in sorted(set(alone)))
    which = "All areas have" if len(alone) == len(scores) else f"{len(alone)} of {len(scores)} areas have"
    return f"{which} no overall score and stand by their only scored pillar: {named}."


def overlap_groups(lows: Sequence[float], highs: Sequence[float]) -> list[tuple[int, int]]:
    """Runs of neighbouring places that all overlap each other, from the first place on.

    Parameters
    ----------
    lows, highs : interval ends, in order of place

    Returns
    -------
    Pairs (first, last) of places counted from 1, at least two places each. A run ends where the next interval
    does not share a value with all before it; the next run starts there, so neighbours of two runs can overlap too.

    >>> overlap_groups([81, 79, 50, 49], [91, 90, 58, 56])
    [(1, 2), (3, 4)]
    """
    groups: list[tuple[int, int]] = []
    first = 0
    for place in range(1, len(lows) + 1):
        together = place < len(lows) and max(lows[first : place + 1]) <= min(highs[first : place + 1])
        if not together:
            if place - first > 1:
                groups.append((first + 1, place))
            first = place
    return groups


def overlap_sentence(lows: Sequence[float], highs: Sequence[float]) -> str:
    """Which places of a ranking are to be read as one group; intervals in order of place. Empty below two places.

    >>> overlap_sentence([81, 60, 50, 49], [91, 70, 58, 56])
    'Places 3 to 4 overlap: read as one group, not as an order.'
    >>> overlap_sentence([81, 60], [91, 70])
    'No two neighbouring intervals overlap: the order is clear.'
    """
    if len(lows) < 2:
        return ""
    groups = overlap_groups(lows, highs)
    if not groups:
        return "No two neighbouring intervals overlap: the order is clear."
    if len(groups) == 1:
        return f"Places {groups[0][0]} to {groups[0][1]} overlap: read as one group, not as an order."
    named = listing(f"{first}–{last}" for first, last in groups)
    edges = [(last - 1, last) for _, last in groups if last < len(lows)]
    touching = any(lows[above] <= highs[below] for above, below in edges)
    more = " Neighbours across groups can overlap too." if touching else ""
    return f"Places {named} overlap: read each as one group, not as an order.{more}"


def neighbours_sentence(lows: Sequence[float], highs: Sequence[float]) -> str:
    """Say how many neighbours in a part of a ranking overlap; intervals in its order. Empty below two.

    >>> neighbours_sentence([81, 60, 50, 49], [91, 70, 58, 56])
    'Of 3 pairs of neighbours in this list 1 overlap: read those as no order.'
    """
    if len(lows) < 2:
        return ""
    overlap = sum(above <= below for above, below in zip(lows[:-1], highs[1:], strict=True))
    return (
        f"Of {words.number(len(lows) - 1)} pairs of neighbours in this list {overlap} overlap: read those as no order."
    )


def leaders(labels: Iterable[str], values: Iterable[float], *, at_most: int = 3) -> tuple[str, int]:
    """Name what has the highest value, all that share it, and say how many; NaN is no value.

    >>> leaders(["A", "B", "C"], [2.0, 5.0, 5.0]), leaders(["A", "B"], [1.0, float("nan")]), leaders([], [])
    (('B and C', 2), ('A', 1), ('none', 0))
    """
    known = [(label, value) for label, value in zip(labels, values, strict=True) if pd.notna(value)]
    most = max((value for _, value in known), default=math.nan)
    first = [label for label, value in known if math.isclose(value, most, abs_tol=1e-12)]
    return listing(first, at_most=at_most), len(first)


def place(first: float, sharing: int = 1, *, is_short: bool = False) -> str:
    """A rank from its first place and how many share it; short in front of a name.

    >>> place(4), place(76, 2), place(76, 2, is_short=True)
    ('4', '76–77, tied', '76–77')
    """
    if sharing == 1:
        return words.rank(first)
    return f"{words.rank(first)}–{words.rank(first + sharing - 1)}{'' if is_short else ', tied'}"


def first_places(ranks: pd.Series) -> pd.Series:
    """Return the first place of each unit from mean ranks, as whole numbers.

    >>> first_places(pd.Series([1.0, 2.5, 2.5, float("nan")])).tolist()
    [1, 2, 2, <NA>]
    """
    sharing = ranks.map(ranks.value_counts())
    return (ranks - (sharing - 1) / 2).round().astype("Int64")


def place_format(firsts: pd.Series, *, is_short: bool = False) -> Callable[[Any], str]:
    """Return how a first place of *firsts* is written, with those that share it.

    >>> places = first_places(pd.Series([1.0, 2.5, 2.5]))
    >>> place_format(places)(2)
    '2–3, tied'
    """
    sharing = firsts.value_counts().to_dict()
    return lambda first: words.MISSING if pd.isna(first) else place(first, sharing.get(first, 1), is_short=is_short)


def place_words(ranks: pd.Series, *, is_short: bool = False) -> list[str]:
    """Return every place in words, from the mean ranks of all that are ranked."""
    firsts = first_places(ranks)
    written = place_format(firsts, is_short=is_short)
    return [written(first) for first in firsts]
