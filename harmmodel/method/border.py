"""The border of the top: in which share of draws a unit is above it when its own score is another one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harmmodel.method.arrays import Floats, Real
from harmmodel.method.uncertainty import CHUNK, edge_of_top


@dataclass(frozen=True)
class _Edge:
    """A score of each draw, with how many units lie above it and at it; each of shape (draws,)."""

    score: Floats
    above: Floats
    level: Floats


class Border:
    """The border of the top *k* of some units, for one of them at a time.

    Parameters
    ----------
    draws : shape (units, draws); NaN rows are not known and take no place
    k : size of the top
    """

    def __init__(self, draws: Real, k: int) -> None:
        known = draws[~np.isnan(draws).any(axis=1)]
        self.k, self.units = k, known.shape[0]
        if 0 < k < self.units:
            self.edges = [_edge(known, score) for score in edge_of_top(known, k)]

    def share(self, own: Real, rows: Real) -> Floats:
        """Share of draws in the top for variants of one unit, all other units standing still.

        Parameters
        ----------
        own : shape (draws,), the unit's row among the draws
        rows : shape (variants, draws), what it is taken to be instead

        Returns
        -------
        Shape (variants,), as `share_of_draws_in_top` gives it with the unit's row replaced; NaN for a row with NaN.

        Examples
        --------
        >>> draws = np.array([[3.0, 3.0], [2.0, 4.0], [1.0, 3.0]])
        >>> Border(draws, 1).share(draws[2], np.array([[1.0, 3.0], [9.0, 3.0], [9.0, 4.0]]))
        array([0.  , 0.5 , 0.75])
        """
        unknown = np.isnan(rows).any(axis=1) | bool(np.isnan(own).any())
        if self.units <= self.k or self.k <= 0:
            return np.where(unknown, np.nan, 1.0 if self.k > 0 else 0.0)
        last, following = self.edges
        inside = own >= last.score
        score = np.where(inside, following.score, last.score)
        above = np.where(inside, following.above, last.above) - (own > score)
        level = np.where(inside, following.level, last.level) - (own == score)
        places = (self.k - above) / (level + 1)  # units that tie for the last places share them
        inside_top = (rows > score) + (rows == score) * places
        return np.where(unknown, np.nan, inside_top.mean(axis=1))


def _edge(draws: Real, score: Floats) -> _Edge:
    above, level = np.zeros(score.shape), np.zeros(score.shape)
    for start in range(0, score.size, CHUNK):
        part = slice(start, start + CHUNK)
        above[part] = (draws[:, part] > score[part]).sum(axis=0)
        level[part] = (draws[:, part] == score[part]).sum(axis=0)
    return _Edge(score, above, level)
