"""What an area is called, what drives its score and why: the rules of the tiers."""

from dataclasses import dataclass

import numpy as np

from harmmodel.lenses.areas.spec import AreaScheme
from harmmodel.lenses.wording import percent, top
from harmmodel.method.arrays import Floats

FOCUS, CONTESTED, BASELINE, NOT_SCORED = "focus", "contested", "baseline", "not scored"


@dataclass(frozen=True)
class Standing:
    """What the rules of one unit read.

    Attributes
    ----------
    p_top, p_guarded, p_no_contact : share of draws in the top overall, on the guarded pillar alone and without
        indicators that need police contact; NaN where not scored
    driver : id of the pillar that drives the score; empty when none is scored
    scored : labels of the scored pillars
    """

    p_top: float
    p_guarded: float
    p_no_contact: float
    driver: str
    scored: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """A tier and the sentence that gives its reason."""

    tier: str
    reason: str


def limit_tier(p_top: float, scheme: AreaScheme) -> str:
    """Name the tier by the limits on the share of draws alone."""
    if np.isnan(p_top):
        return NOT_SCORED
    if p_top >= scheme.focus:
        return FOCUS
    return BASELINE if p_top <= scheme.baseline else CONTESTED


def judge(found: Standing, scheme: AreaScheme) -> Verdict:
    """Apply the limits and the two guards of focus.

    Focus must survive without indicators that need police contact, and where the guarded pillar drives it, it must
    hold on that pillar alone; else the area is contested: the evidence is not enough for the strongest response.
    """
    tier = limit_tier(found.p_top, scheme)
    if tier == NOT_SCORED:
        return Verdict(tier, "No pillar has enough of its weight observed, so nothing is known about its place.")
    if tier == FOCUS:
        return _guarded(found, scheme)
    opening, baseline = _opening(found, scheme), _limit(scheme.baseline)
    if tier == BASELINE:
        return Verdict(tier, f"{opening}; the rule for baseline is {baseline} at most.")
    focus = _limit(scheme.focus)
    return Verdict(tier, f"{opening}: more than the {baseline} of baseline, less than the {focus} that focus asks for.")


def _guarded(found: Standing, scheme: AreaScheme) -> Verdict:
    guarded = found.driver == scheme.guarded_pillar
    faults = []
    if guarded and not found.p_guarded >= scheme.focus:
        share, pillar = _share(found.p_guarded, scheme), scheme.guarded_pillar
        faults.append(f"{pillar} drives its score and on {pillar} alone it is there in {share}")
    if np.isnan(found.p_no_contact):
        faults.append("it cannot be scored without records that need police contact")
    elif found.p_no_contact < scheme.focus:
        share = _share(found.p_no_contact, scheme)
        faults.append(f"without records that need police contact it is there in {share}")
    opening = _opening(found, scheme)
    if faults:
        rule = f"the rule asks for {_limit(scheme.focus)} each time"
        return Verdict(CONTESTED, f"{opening}, but {' and '.join(faults)}; {rule}.")
    holds = [f"{_share(found.p_no_contact, scheme)} without records that need police contact"]
    if guarded:
        holds.insert(0, f"{_share(found.p_guarded, scheme)} on {scheme.guarded_pillar} alone")
    return Verdict(FOCUS, f"{opening} ({', '.join(holds)}); the rule asks for {_limit(scheme.focus)}.")


def _opening(found: Standing, scheme: AreaScheme) -> str:
    place = f"n the {top(scheme.top_share)} in {_share(found.p_top, scheme)} of draws"
    if len(found.scored) == len(scheme.pillars):
        return f"I{place}"
    if len(found.scored) == 1:
        return f"Ordered by {found.scored[0]} alone, the one scored pillar, it is i{place}"
    return f"On {' and '.join(found.scored)}, the scored pillars, it is i{place}"


def _share(share: float, scheme: AreaScheme) -> str:
    return percent(share, limits=(scheme.baseline, scheme.focus))


def _limit(share: float) -> str:
    return f"{100 * share:g}%"


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
