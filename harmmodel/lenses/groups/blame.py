"""Whatever the blame: how low and how high a group could stand when no record settles who killed whom."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from harmmodel.lenses.groups.deaths import Deaths
from harmmodel.lenses.groups.tables import Parts, overall, pillar_points, source
from harmmodel.method.arrays import Bools, Floats
from harmmodel.method.scales import scaled
from harmmodel.method.uncertainty import ranks

COLUMNS = ("score", "rank", "share")


def blame_columns(scale: Parts, toll: Deaths, is_counted: Bools, total: float) -> dict[str, Floats]:
    """Bound score, place and share of the deaths over every way in which blame could be divided.

    A division of blame gives each death of a fight that no record settles to one side, and each death of a side to one
    of its members, event by event, in any way. Totals, ages, weights, goalposts and assessments are held at their
    points: these bounds are of blame alone. A group's lowest value has none of the deaths in doubt, its highest all.
    Both are attained, so the bounds of score and share are sharp. Those of the place compare a group's highest with
    all others' lowest and the reverse: the same death is then counted for both sides or for neither, so they are wider
    than need be and never too narrow.

    Parameters
    ----------
    is_counted : shape (groups,): whether the source would have named the group
    total : all deaths of the window; 0 leaves shares unknown

    Returns
    -------
    ``blame_score_low``, ``blame_score_high`` and the same of ``rank`` and ``share``, shape (groups,); NaN where the
    group is not scored.
    """
    least, most = (overall(scale, pillar_points(_with(scale, ends, is_counted))) for ends in (toll.least, toll.most))
    lowest, highest = rank_bounds(least, most)
    fought = "fighting" if scale.method.own_dead else "done"
    whole = total or np.nan
    known = np.where(is_counted, 1.0, np.nan)
    return {
        "blame_score_low": least,
        "blame_score_high": most,
        "blame_rank_low": lowest,
        "blame_rank_high": highest,
        "blame_share_low": known * (toll.least[fought] + toll.least["civilian"]) / whole,
        "blame_share_high": known * (toll.most[fought] + toll.most["civilian"]) / whole,
    }


def _with(scale: Parts, ends: dict[str, Floats], is_counted: Bools) -> Parts:
    """Put one end of the deaths in the place of their points."""
    point = scale.point.copy()
    for at, item in enumerate(scale.items):
        if item.measure is not None:
            values = ends[source(item.measure, scale.method)][is_counted]
            point[at, is_counted] = scaled(values, low=item.low, high=item.high)
    return replace(scale, point=point)


def rank_bounds(least: Floats, most: Floats) -> tuple[Floats, Floats]:
    """Bound the rank of each unit whose value lies between two ends; both shape (units,), NaN takes no place.

    Examples
    --------
    >>> rank_bounds(np.array([5.0, 1.0, 0.0]), np.array([9.0, 6.0, 2.0]))
    (array([1., 1., 2.]), array([2., 3., 3.]))
    """
    known = np.isfinite(least)
    above = (least[None, :] > most[:, None]).sum(axis=1) + 1
    not_below = (most[None, :] >= least[:, None]).sum(axis=1)
    return np.where(known, above, np.nan), np.where(known, not_below, np.nan)


def other_rule(scale: Parts, toll: Deaths, is_counted: Bools) -> Floats:
    """Return the rank of each group by the other rule for own dead; shape (groups,)."""
    turned = replace(scale, method=replace(scale.method, own_dead=not scale.method.own_dead))
    return ranks(overall(turned, pillar_points(_with(turned, toll.point, is_counted))))


def without_own(toll: Deaths) -> pd.DataFrame:
    """Return, beside the deaths that each group is a party to, those without its own dead, and the place they make."""
    done = toll.point["done"] + toll.point["civilian"]
    return pd.DataFrame({"deaths_done": done, "rank_deaths_done": ranks(done)})
