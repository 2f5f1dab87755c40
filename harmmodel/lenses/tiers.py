"""The tiers: their names, signs, order and limits, read by every lens, page, chart and report; what drives a score."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from harmmodel.lenses.phrases import percent
from harmmodel.method.arrays import Floats, Real

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


UNDECIDED = "undecided"  # who leads, where no pillar drives a score in draws enough

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
    """A scheme with the limits of the tiers, `Limits`, which are given to it as the policy has them.

    Attributes
    ----------
    focus, baseline : as in `Limits`
    lead : share of draws from which the driver decides who leads
    burden : share of draws from which an area is named among the fewest that hold half of serious violence
    """

    focus: float
    baseline: float
    lead: float
    burden: float


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


def middles(pillars: Floats, weights: Floats) -> Floats:
    """Return the place's median of ``weight · score²`` of each pillar; shape (pillars,), NaN where none is scored."""
    squares = weights[:, None] * pillars**2
    return np.array([np.median(row[np.isfinite(row)]) if np.isfinite(row).any() else np.nan for row in squares])


def drivers(pillars: Floats, weights: Floats, middle: Floats | None = None) -> list[int | None]:
    """Find the pillar that sets each unit apart.

    Parameters
    ----------
    pillars : shape (pillars, units), 0-100, NaN where not scored
    weights : shape (pillars,)
    middle : medians of another place or choice, as `middles` gives them, to be held

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
    held = middles(pillars, weights) if middle is None else middle
    excess = np.where(np.isfinite(squares), squares - held[:, None], -np.inf)
    return [int(np.argmax(unit)) if np.isfinite(unit).any() else None for unit in excess.T]


def led(named: Sequence[str], shares: Iterable[float], least: float) -> list[str]:
    """Say who leads: whom the driver names where it is the same in at least that share of draws, else undecided.

    >>> led(["police", "oversight", ""], [0.9, 0.55, float("nan")], 0.6)
    ['police', 'undecided', '']
    """
    return [name if not name or share >= least else UNDECIDED for name, share in zip(named, shares, strict=True)]


CHUNK = 250  # draws that are looked at together; bounds the extra memory


def driver_shares(pillars: Sequence[Real], weights: Floats) -> Floats:
    """Find in which share of the draws each pillar drives the score of each unit and lies above the place's median.

    A draw in which no pillar of a unit lies above the median counts for none: nothing sets the unit apart there, and
    what is low everywhere gives nobody a reason to lead.

    Parameters
    ----------
    pillars : one array for each pillar, shape (units, draws), NaN where not scored
    weights : shape (pillars,)

    Returns
    -------
    Shape (pillars, units); each unit adds to 1 at most, or is NaN where no pillar is scored.

    Examples
    --------
    >>> drawn = [np.array([[50.0, 50.0], [60.0, 95.0]]), np.array([[50.0, 50.0], [90.0, 60.0]])]
    >>> driver_shares(drawn, np.array([0.5, 0.5]))
    array([[0. , 0.5],
           [0. , 0.5]])
    """
    units, draws = pillars[0].shape
    known = np.stack([~np.isnan(drawn).any(axis=1) for drawn in pillars])
    counted = np.zeros((len(pillars), units))
    for start in range(0, draws, CHUNK):
        excess = np.full((len(pillars), units, min(CHUNK, draws - start)), -np.inf)
        for place, drawn in enumerate(pillars):
            square = weights[place] * drawn[known[place], start : start + CHUNK].astype(np.float64) ** 2
            if known[place].any():
                excess[place, known[place]] = square - np.median(square, axis=0)
        first = np.argmax(excess, axis=0)
        stands_out = excess.max(axis=0) > 0
        counted += np.stack([((first == place) & stands_out).sum(axis=1) for place in range(len(pillars))])
    return np.where(known.any(axis=0), counted / draws, np.nan)
