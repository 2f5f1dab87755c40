"""What all lenses share of the tiers: their names, the limits on the share of draws in the top, what drives a score."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from harmmodel.lenses.wording import percent
from harmmodel.method.arrays import Floats
from harmmodel.method.uncertainty import limit_tiers

FOCUS, CONTESTED, BASELINE, NOT_SCORED = "focus", "contested", "baseline", "not scored"
TIERS = (FOCUS, CONTESTED, BASELINE)  # of what is scored; `limit_tiers` numbers them from the last


@dataclass(frozen=True)
class Verdict:
    """A tier and the sentence that gives its reason."""

    tier: str
    reason: str


UNSCORED = Verdict(NOT_SCORED, "No pillar has enough of its weight observed, so nothing is known about its place.")


class Limits(Protocol):
    """Limits on the share of draws in the top."""

    @property
    def focus(self) -> float:
        """From this share on: focus."""

    @property
    def baseline(self) -> float:
        """Up to this share: baseline."""


def limit_tier(p_top: float, limits: Limits) -> str:
    """Name the tier by the limits on the share of draws alone; each lens has guards of its own."""
    number = float(limit_tiers(np.asarray(p_top), focus=limits.focus, baseline=limits.baseline))
    return NOT_SCORED if np.isnan(number) else TIERS[::-1][int(number)]


def share_words(share: float, limits: Limits) -> str:
    """Write a share of draws so that it never looks like a limit that it misses."""
    return percent(share, limits=(limits.baseline, limits.focus))


def drivers(pillars: Floats, weights: Floats) -> list[int | None]:
    """Find the pillar that sets each unit apart.

    Parameters
    ----------
    pillars : shape (pillars, units), 0-100, NaN where not scored
    weights : shape (pillars,)

    Returns
    -------
    For each unit the position of the scored pillar with the largest ``weight · score²`` less the place's median of the
    same; the first of equals; None when no pillar is scored. The median is taken off because a pillar that is high
    everywhere does not explain why this unit stands out.

    Examples
    --------
    >>> drivers(np.array([[50.0, 50.0, 90.0], [60.0, 90.0, 60.0]]), np.array([0.5, 0.5]))
    [0, 1, 0]
    """
    squares = weights[:, None] * pillars**2
    excess = np.full(pillars.shape, -np.inf)
    for place, row in enumerate(squares):
        known = np.isfinite(row)
        if known.any():
            excess[place, known] = row[known] - np.median(row[known])
    return [int(np.argmax(unit)) if np.isfinite(unit).any() else None for unit in excess.T]
