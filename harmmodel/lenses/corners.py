"""The four corners of the Overview: harm on one side, enforcement relative to harm on the other."""

from harmmodel.lenses.tiers import CONTESTED, FOCUS, NOT_SCORED
from harmmodel.method.contrast import Level

CHANGE = "change the kind of work"
MOVE = "move attention here"
RELEASE = "release"
LEAVE = "leave"
KEEP = "keep, lead by driver"


def corner(tier: str, level: Level | None) -> str:
    """Name the corner of an area.

    Parameters
    ----------
    tier : focus and contested are high harm, baseline is low
    level : enforcement relative to harm; None when not known

    Returns
    -------
    One of the five words, or ``not scored`` when tier or level is not known: no advice follows from ignorance.

    Examples
    --------
    >>> corner("focus", "over"), corner("contested", "level"), corner("baseline", "over"), corner("baseline", "under")
    ('change the kind of work', 'keep, lead by driver', 'release', 'leave')
    """
    if tier == NOT_SCORED or level is None:
        return NOT_SCORED
    if tier in (FOCUS, CONTESTED):
        return {"over": CHANGE, "under": MOVE, "level": KEEP}[level]
    return RELEASE if level == "over" else LEAVE
