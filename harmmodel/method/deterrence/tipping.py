"""Where a sweep over capacities tips: the capacity from which on few groups violate, found run by run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harmmodel.method.arrays import Floats
from harmmodel.method.deterrence.game import Outcome, Policy

TAIL = 0.05


@dataclass(frozen=True)
class Tipping:
    """Where one policy tips.

    Attributes
    ----------
    policy : which
    capacity : median over seeds; infinite when half of the runs or more settle nowhere in the sweep
    low, high : between which nine of ten seeds tip
    never : share of seeds that do not settle at the largest capacity
    peak_capacity, peak_sanctions : where most sanctions are given, and how many on average over a run
    """

    policy: Policy
    capacity: float
    low: float
    high: float
    never: float
    peak_capacity: int
    peak_sanctions: float


def tips(is_settled: np.typing.NDArray[np.bool_], capacities: Sequence[int]) -> Floats:
    """Find, for each seed, the capacity from which on the run settles.

    Parameters
    ----------
    is_settled : capacities x seeds
    capacities : increasing

    Returns
    -------
    One capacity per seed: that one and every larger one of the sweep settle. Infinite where the largest does not. A
    smaller capacity that settles below one that does not is luck and does not count.

    Examples
    --------
    >>> settled = np.array([[False, True, False], [True, False, False], [True, True, False]])
    >>> tips(settled, [5, 10, 20])
    array([10., 20., inf])
    """
    if list(capacities) != sorted(set(capacities)) or len(capacities) != len(is_settled):
        raise ValueError("capacities must increase, one for each row")
    from_here_on = np.logical_and.accumulate(is_settled[::-1], axis=0)[::-1]
    sizes = np.asarray([*capacities, np.inf])
    return np.asarray(sizes[len(capacities) - np.count_nonzero(from_here_on, axis=0)], dtype=np.float64)


def tipping(outcome: Outcome) -> Tipping:
    """Summarise where the runs of one policy tip."""
    found = tips(outcome.is_settled, outcome.capacities)
    # No value between two capacities of the sweep is made up, and infinity stays what it is.
    low, middle, high = np.quantile(found, [TAIL, 0.5, 1 - TAIL], method="inverted_cdf")
    sanctions = outcome.total_sanctions.mean(axis=1)
    peak = int(sanctions.argmax())
    return Tipping(
        policy=outcome.policy,
        capacity=float(middle),
        low=float(low),
        high=float(high),
        never=float(np.isinf(found).mean()),
        peak_capacity=outcome.capacities[peak],
        peak_sanctions=float(sanctions[peak]),
    )
