"""The published arithmetic of the SLEIPNIR sheet, kept to show why unknown must not score as medium."""

from collections.abc import Mapping
from dataclasses import dataclass

# Rank-ordered attributes of version 1, the weightiest first; the position is the weight.
ATTRIBUTES = (
    "Corruption",
    "Violence",
    "Infiltration",
    "Expertise",
    "Sophistication",
    "Subversion",
    "Strategy",
    "Discipline",
    "Insulation",
    "Intelligence use",
    "Multiple enterprises",
    "Mobility",
    "Stability",
    "Scope",
    "Monopoly",
    "Group cohesiveness",
    "Continuity",
    "Links to other OC groups",
    "Links to criminal extremists",
)
WEIGHTS = {name: len(ATTRIBUTES) - place for place, name in enumerate(ATTRIBUTES)}
FACTORS = {"nil": 0, "low": 1, "medium": 2, "high": 4, "unknown": 2}
MAXIMUM = FACTORS["high"] * sum(WEIGHTS.values())


@dataclass(frozen=True)
class Sheet:
    """A sheet of one group.

    Attributes
    ----------
    published : the published score, in which unknown counts as much as medium
    low, high : the score with every unknown at nil, and at high: what the sheet really allows to be said
    unknown : share of the weight that is unknown, 0 to 1
    """

    published: int
    low: int
    high: int
    unknown: float


def sheet(levels: Mapping[str, str]) -> Sheet:
    """Score a sheet as published, and as an interval.

    Parameters
    ----------
    levels : attribute → nil, low, medium, high or unknown; an attribute that is missing is unknown

    Raises
    ------
    ValueError
        When an attribute or a level is not of the sheet.

    References
    ----------
    After Strang, S. J. (Royal Canadian Mounted Police), Project SLEIPNIR, version 1.

    Examples
    --------
    >>> sheet(dict.fromkeys(ATTRIBUTES, "high")).published
    760
    >>> sheet({})
    Sheet(published=380, low=0, high=760, unknown=1.0)
    """
    if strange := sorted(set(levels) - set(WEIGHTS)):
        raise ValueError(f"not an attribute of the sheet: {', '.join(strange)}")
    if strange := sorted(set(levels.values()) - set(FACTORS)):
        raise ValueError(f"not a level of the sheet: {', '.join(strange)}")
    given = {name: levels.get(name, "unknown") for name in ATTRIBUTES}
    known = {name: level for name, level in given.items() if level != "unknown"}
    certain = sum(WEIGHTS[name] * FACTORS[level] for name, level in known.items())
    open_ = sum(WEIGHTS[name] for name in given if name not in known)
    return Sheet(
        published=certain + FACTORS["unknown"] * open_,
        low=certain,
        high=certain + FACTORS["high"] * open_,
        unknown=open_ / sum(WEIGHTS.values()),
    )
