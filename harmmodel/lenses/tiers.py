"""The tiers: their names, signs, order and limits, read by every lens, page, chart and report; what drives a score."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from harmmodel.lenses.phrases import percent
from harmmodel.method.arrays import Floats

FOCUS, CONTESTED, BASELINE, NOT_SCORED = "focus", "contested", "baseline", "not scored"
LOWER, UNMEASURABLE = "lower priority", "not measurable here"  # of activities, beside focus and contested
TIERS = (FOCUS, CONTESTED, BASELINE)  # of areas and groups that are scored, most harm first
FULL, HALF, RING, NOTHING = "●", "◐", "○", "–"
SIGNS = {FOCUS: FULL, CONTESTED: HALF, BASELINE: RING, LOWER: RING, NOT_SCORED: NOTHING, UNMEASURABLE: NOTHING}


def signed(sign: str) -> tuple[str, ...]:
    """Return the tiers that a sign stands for; a point in a picture has the shape of the sign.

    >>> signed(RING)
    ('baseline', 'lower priority')
    """
    return tuple(tier for tier, mark in SIGNS.items() if mark == sign)


@dataclass(frozen=True)
class TierVerdict:
    """A tier and the sentence that gives its reason."""

    tier: str
    reason: str


UNSCORED = TierVerdict(NOT_SCORED, "No pillar has enough of its weight observed, so nothing is known about its place.")


class Limits(Protocol):
    """Limits on the share of draws in the top."""

    @property
    def focus(self) -> float:
        """From this share on: focus."""

    @property
    def baseline(self) -> float:
        """Up to this share: baseline."""


@dataclass(frozen=True, kw_only=True)
class WithLimits:
    """A scheme with the limits of the tiers, `Limits`, which are given to it as the policy has them."""

    focus: float
    baseline: float


def limit_tier(p_top: float, limits: Limits) -> str:
    """Name the tier by the limits on the share of draws alone; each lens has guards of its own."""
    if math.isnan(p_top):
        return NOT_SCORED
    if p_top >= limits.focus:
        return FOCUS
    return BASELINE if p_top <= limits.baseline else CONTESTED


def limit_tiers(p_top: Iterable[float], limits: Limits) -> list[str]:
    """Name the tier of each share."""
    return [limit_tier(float(share), limits) for share in p_top]


def rule_words(limits: Limits, top: str, written: Callable[[float], str]) -> str:
    """Say what each tier asks for; *top* is the name of the top, *written* writes a limit."""
    return (
        f"Focus: at least {written(limits.focus)} of draws in the {top}, in each test that applies. Baseline: at most "
        f"{written(limits.baseline)}. Contested: between, or one test failed."
    )


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
