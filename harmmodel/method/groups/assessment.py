"""Whether assessors who see the same facts choose the same level."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from harmmodel.method.arrays import Floats


def krippendorff_alpha(ratings: Floats, *, metric: Literal["ordinal", "nominal", "interval"] = "ordinal") -> float:
    """Krippendorff's alpha of several raters, with missing ratings.

    Parameters
    ----------
    ratings : shape (raters, cells), numbers that rise with the level; NaN where a rater gave none
    metric : how far two levels are apart: ordinal by the ratings that lie between them

    Returns
    -------
    1 for full agreement, 0 for what chance gives, below 0 for less. NaN when no cell has two ratings, or when all
    ratings are the same level, of which nothing can be told.

    References
    ----------
    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.

    Examples
    --------
    >>> krippendorff_alpha(np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]))
    1.0
    """
    levels = np.unique(ratings[np.isfinite(ratings)])
    if levels.size == 0:
        return float("nan")
    counts = np.array([(ratings == level).sum(axis=0) for level in levels], dtype=np.float64).reshape(levels.size, -1)
    paired = counts[:, counts.sum(axis=0) >= 2]
    if paired.shape[1] == 0:
        return float("nan")
    # Coincidences: each cell's ordered pairs, weighed so that every rating counts once.
    raters = paired.sum(axis=0)
    together = (paired / (raters - 1)) @ paired.T - np.diag((paired / (raters - 1)).sum(axis=1))
    totals = together.sum(axis=1)
    apart = _distances(levels, totals, metric)
    expected = float(totals @ apart @ totals)
    if expected == 0:
        return float("nan")
    return float(1.0 - (totals.sum() - 1.0) * (together * apart).sum() / expected)


def _distances(levels: Floats, totals: Floats, metric: str) -> Floats:
    """Squared distance of each two levels; the ordinal one counts the ratings from one to the other."""
    if metric == "nominal":
        return np.asarray(1.0 - np.eye(levels.size))
    if metric == "interval":
        return np.asarray((levels[:, None] - levels[None, :]) ** 2)
    middle = np.cumsum(totals) - totals / 2.0
    return np.asarray((middle[:, None] - middle[None, :]) ** 2)


def weighted_kappa(
    first: Floats, second: Floats, *, levels: int, weights: Literal["linear", "quadratic"] = "quadratic"
) -> float:
    """Cohen's weighted kappa of two raters.

    Parameters
    ----------
    first, second : shape (cells,), whole numbers from 0 to *levels* - 1; NaN where a rater gave none
    levels : how many levels there are
    weights : how disagreement grows with the distance of two levels

    Returns
    -------
    1 for full agreement, 0 for chance; NaN when no cell is shared or both gave one and the same level throughout.

    References
    ----------
    Cohen (1968), Weighted kappa, Psychological Bulletin 70.

    Examples
    --------
    >>> weighted_kappa(np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 2.0]), levels=3)
    1.0
    """
    shared = np.isfinite(first) & np.isfinite(second)
    if not shared.any():
        return float("nan")
    observed = np.zeros((levels, levels))
    np.add.at(observed, (first[shared].astype(int), second[shared].astype(int)), 1.0)
    observed /= observed.sum()
    apart = np.abs(np.subtract.outer(np.arange(levels), np.arange(levels))).astype(np.float64)
    if weights == "quadratic":
        apart **= 2
    expected = float((apart * np.outer(observed.sum(axis=1), observed.sum(axis=0))).sum())
    return float("nan") if expected == 0 else float(1.0 - (apart * observed).sum() / expected)


def leanings(ratings: Floats) -> Floats:
    """How far each rater leans above or below the others in the cells they share, in levels.

    Parameters
    ----------
    ratings : shape (raters, cells); NaN where a rater gave none

    Returns
    -------
    Shape (raters,): the mean of a rater's level less the mean of the others' in the same cell; NaN without such a cell.

    Examples
    --------
    >>> leanings(np.array([[2.0, 3.0, np.nan], [1.0, 2.0, 0.0]]))
    array([ 1., -1.])
    """
    result = np.full(ratings.shape[0], np.nan)
    known = np.isfinite(ratings)
    total, raters = np.where(known, ratings, 0.0).sum(axis=0), known.sum(axis=0)
    for rater, row in enumerate(ratings):
        shared = known[rater] & (raters > 1)
        if shared.any():
            others = (total[shared] - row[shared]) / (raters[shared] - 1)
            result[rater] = float((row[shared] - others).mean())
    return result


# Rank-ordered attributes of version 1, the weightiest first; the position is the weight.
ATTRIBUTES = (
    "Corruption",
    "Violence",
    "Infiltration",
    "Expertise",
    "Sophistication",
    "Subversion",
    "Strategy",
    "Discipline",
    "Insulation",
    "Intelligence use",
    "Multiple enterprises",
    "Mobility",
    "Stability",
    "Scope",
    "Monopoly",
    "Group cohesiveness",
    "Continuity",
    "Links to other OC groups",
    "Links to criminal extremists",
)
WEIGHTS = {name: len(ATTRIBUTES) - place for place, name in enumerate(ATTRIBUTES)}
FACTORS = {"nil": 0, "low": 1, "medium": 2, "high": 4, "unknown": 2}
MAXIMUM = FACTORS["high"] * sum(WEIGHTS.values())


@dataclass(frozen=True)
class Sheet:
    """A sheet of one group.

    Attributes
    ----------
    published : the published score, in which unknown counts as much as medium
    low, high : the score with every unknown at nil, and at high: what the sheet really allows to be said
    unknown : share of the weight that is unknown, 0 to 1
    """

    published: int
    low: int
    high: int
    unknown: float


def sheet(levels: Mapping[str, str]) -> Sheet:
    """Score a sheet as published, and as an interval.

    Parameters
    ----------
    levels : attribute → nil, low, medium, high or unknown; an attribute that is missing is unknown

    Raises
    ------
    ValueError
        When an attribute or a level is not of the sheet.

    References
    ----------
    After Strang, S. J. (Royal Canadian Mounted Police), Project SLEIPNIR, version 1.

    Examples
    --------
    >>> sheet(dict.fromkeys(ATTRIBUTES, "high")).published
    760
    >>> sheet({})
    Sheet(published=380, low=0, high=760, unknown=1.0)
    """
    if strange := sorted(set(levels) - set(WEIGHTS)):
        raise ValueError(f"not an attribute of the sheet: {', '.join(strange)}")
    if strange := sorted(set(levels.values()) - set(FACTORS)):
        raise ValueError(f"not a level of the sheet: {', '.join(strange)}")
    given = {name: levels.get(name, "unknown") for name in ATTRIBUTES}
    known = {name: level for name, level in given.items() if level != "unknown"}
    certain = sum(WEIGHTS[name] * FACTORS[level] for name, level in known.items())
    open_ = sum(WEIGHTS[name] for name in given if name not in known)
    return Sheet(
        published=certain + FACTORS["unknown"] * open_,
        low=certain,
        high=certain + FACTORS["high"] * open_,
        unknown=open_ / sum(WEIGHTS.values()),
    )
