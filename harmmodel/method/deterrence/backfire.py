"""What an action may set off: points of warning signs with the unknown as bounds, and a fan of monthly events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from harmmodel.method.arrays import Floats
from harmmodel.method.deterrence.displacement import JEFFREYS, dispersion

QUARTILES = (0.25, 0.5, 0.75)
YES, NO, UNKNOWN = "yes", "no", "unknown"


@dataclass(frozen=True)
class Fan:
    """Expected events a month, by month after the action, and the extra events of all months.

    Each at the lower end of the interval, the three quartiles and the upper end.
    """

    months: Floats  # shape (horizon, 5)
    records: Floats  # shape (horizon, 2): ends of the interval of what a single month may record
    extra: Floats  # shape (5,), against no change
    p_more: float  # share of draws with more events than without the action


def score_bounds(answers: Mapping[str, str], points: Mapping[str, int]) -> tuple[int, int]:
    """Add up the points of the signs that are there; the upper end counts those nobody knows about as well.

    A sign without an answer is unknown.

    Examples
    --------
    >>> score_bounds({"B1": "yes", "B2": "no"}, {"B1": 3, "B2": 3, "B3": 2})
    (3, 5)
    """
    said = {sign: answers.get(sign, UNKNOWN) for sign in points}
    if strange := sorted({*said.values()} - {YES, NO, UNKNOWN}):
        raise ValueError(f"answers are yes, no and unknown; got {', '.join(strange)}")
    sure = sum(points[sign] for sign, answer in said.items() if answer == YES)
    return sure, sure + sum(points[sign] for sign, answer in said.items() if answer == UNKNOWN)


def target_effect(centre: float, spread: float, rng: np.random.Generator, draws: int) -> Floats:
    """Draw the log of the ratio by which events change: normal around ``ln(centre)``."""
    return rng.normal(np.log(centre), spread, draws)


def neighbour_effect(
    reach: tuple[float, float], contested: tuple[float, float], rng: np.random.Generator, draws: int
) -> Floats:
    """Draw the log of the ratio in an adjacent place: its reach times how contested it is, each uniform in a range."""
    return rng.uniform(*reach, draws) * rng.uniform(*contested, draws)


def fan(  # noqa: PLR0913 - one projection
    before: Floats,
    effect: Floats,
    rng: np.random.Generator,
    *,
    lasting: int,
    horizon: int,
    interval: tuple[float, float],
) -> Fan:
    """Project events a month: the recorded level, times the effect while it lasts, then the recorded level again.

    Parameters
    ----------
    before : shape (months,), recorded before the action. The level is drawn: its variance is that of a count, times
        the dispersion of the months where they vary by more than chance. A trend in them is not carried on.
    effect : shape (draws,), logs of ratios
    lasting : months in which the effect holds
    horizon : months that are projected
    interval : shares of draws at its ends
    """
    spread = np.nan_to_num(dispersion(before), nan=1.0)
    wild = max(1.0, float(spread))
    level = rng.gamma((before.sum() + JEFFREYS) / wild, wild / before.size, effect.size)
    holds = (np.arange(horizon) < lasting).astype(np.float64)
    drawn = level[:, None] * np.exp(effect[:, None] * holds)
    extra = (drawn - level[:, None]).sum(axis=1)
    counts = rng.poisson(rng.gamma(drawn / (wild - 1), wild - 1) if wild > 1 else drawn)
    levels = (interval[0], *QUARTILES, interval[1])
    return Fan(
        months=np.quantile(drawn, levels, axis=0).T,
        records=np.quantile(counts, interval, axis=0).T,
        extra=np.quantile(extra, levels),
        p_more=float(np.mean(extra > 0)),
    )
