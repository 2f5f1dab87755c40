"""Which neighbours in a ranking overlap, found and said."""

from __future__ import annotations

from collections.abc import Sequence

from harmmodel.views.words import listing


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
