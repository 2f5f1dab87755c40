"""What is not known as an interval: bounds of a score, the weight that is unknown, and which knowledge would matter."""

from dataclasses import dataclass

import numpy as np

from harmmodel.method.aggregation import observed_share
from harmmodel.method.arrays import Bools, Floats
from harmmodel.method.uncertainty import share_of_draws_in_top


def filled(values: Floats, known: Bools, fill: float | Floats) -> Floats:
    """Put *fill* where a value is not known; the lowest and the highest fill give the bounds of anything monotone.

    Examples
    --------
    >>> filled(np.array([30.0, np.nan]), np.array([True, False]), 100.0)
    array([ 30., 100.])
    """
    return np.asarray(np.where(known, np.nan_to_num(values), fill), dtype=np.float64)


def share_unknown(known: Bools, weights: Floats) -> Floats:
    """Share of the weight of which nothing is known; *known* has shape (parts, units), the result (units,)."""
    return np.asarray(1.0 - observed_share(known, weights))


def limit_tiers(p_top: Floats, *, focus: float, baseline: float) -> Floats:
    """Name tiers by number: 2 focus, 1 contested, 0 baseline; NaN where not scored.

    Examples
    --------
    >>> limit_tiers(np.array([0.9, 0.5, 0.05, np.nan]), focus=0.8, baseline=0.1)
    array([ 2.,  1.,  0., nan])
    """
    named = np.where(p_top >= focus, 2.0, np.where(p_top <= baseline, 0.0, 1.0))
    return np.asarray(np.where(np.isnan(p_top), np.nan, named), dtype=np.float64)


@dataclass(frozen=True)
class Learned:
    """What learning one unknown would change, over the levels that it may turn out to have.

    Attributes
    ----------
    tiers, most : number of units whose tier differs from before, on average and at most
    moved : sum over the units of the change in their share of draws in the top, on average
    """

    tiers: float
    most: int
    moved: float


def tiers_changed(scores: Floats, unit: int, rows: list[Floats], *, k: int, limits: tuple[float, float]) -> Learned:
    """Count the tiers that change when one unit's unknown part is learned.

    Parameters
    ----------
    scores : shape (units, draws), with everything unknown drawn
    unit : whose part is learned
    rows : for each level that it may turn out to have, that unit's draws given the level; shape (draws,)
    k : size of the top
    limits : of baseline and of focus, on the share of draws in the top

    Returns
    -------
    Learned

    References
    ----------
    Howard (1966), Information value theory; here value is counted in tiers and not in money.
    """
    share, (baseline, focus) = share_of_draws_in_top(scores, k), limits
    before, changed, moved = limit_tiers(share, focus=focus, baseline=baseline), [], []
    learned = scores.copy()
    for row in rows:
        learned[unit] = row
        now = share_of_draws_in_top(learned, k)
        after = limit_tiers(now, focus=focus, baseline=baseline)
        moved.append(float(np.nansum(np.abs(now - share))))
        changed.append(int(np.sum(before != after) - np.sum(np.isnan(before) & np.isnan(after))))
    return Learned(float(np.mean(changed)), max(changed), float(np.mean(moved)))
