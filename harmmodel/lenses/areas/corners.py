"""The four corners of the Overview: harm on one side, enforcement relative to harm on the other."""

from harmmodel.lenses.areas.tiers import CONTESTED, FOCUS, NOT_SCORED
from harmmodel.method.contrast import Level

CHANGE = "change the kind of work"
MOVE = "move attention here"
RELEASE = "release"
LEAVE = "leave"
KEEP = "keep, lead by driver"
HIGH_TIERS = (FOCUS, CONTESTED)


def is_high(tier: str, tier_no_contact: str) -> bool:
    """Tell whether harm is high: focus or contested, with or without the indicators that need police contact."""
    return tier in HIGH_TIERS or (tier != NOT_SCORED and tier_no_contact in HIGH_TIERS)


def corner(tier: str, tier_no_contact: str, level: Level | None) -> str:
    """Name the corner of an area.

    An area is low only where it is baseline in both versions of its tier, and only a low area is released. Indicators
    that need police contact, such as complaints, are few where people do not complain: one area's rank can fall
    because others gain on them. Nothing is released on the strength of such indicators, and nothing on their absence.

    Parameters
    ----------
    tier : focus and contested are high harm, baseline is low
    tier_no_contact : the same without the indicators that need police contact
    level : enforcement relative to harm; None when not known

    Returns
    -------
    One of the five words, or ``not scored`` when tier or level is not known, or a low tier cannot be confirmed: no
    advice follows from ignorance. For a contested area the words are what follows if it is confirmed.

    Examples
    --------
    >>> corner("focus", "focus", "over"), corner("contested", "baseline", "level")
    ('change the kind of work', 'keep, lead by driver')
    >>> corner("baseline", "baseline", "over"), corner("baseline", "contested", "over")
    ('release', 'change the kind of work')
    """
    if tier == NOT_SCORED or level is None:
        return NOT_SCORED
    if is_high(tier, tier_no_contact):
        return {"over": CHANGE, "under": MOVE, "level": KEEP}[level]
    if tier_no_contact == NOT_SCORED:
        return NOT_SCORED
    return RELEASE if level == "over" else LEAVE
