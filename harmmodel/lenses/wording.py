"""Words for shares of draws: whole per cent, never certain; and how all numbers are rounded."""

import math
from collections.abc import Sequence

MOST_DECIMALS = 2  # ten thousand draws tell no more


def half_up(value: float, decimals: int = 0) -> float:
    """Round halves away from zero, as readers do: 0.5 becomes 1, not 0. The one rounding of reasons and pages."""
    scale = 10.0**decimals  # the tiny addition below undoes binary noise: 2.675 as written rounds to 2.68
    return math.copysign(math.floor(abs(value) * scale + 0.5 + 1e-9) / scale, value)


def percent(share: float, *, limits: Sequence[float] = ()) -> str:
    """Write a share of draws in words; the one way to do so, in reasons and on pages alike.

    Parameters
    ----------
    share : between 0 and 1
    limits : what the share is compared with. Where whole per cent would put it on a limit that it misses, or on the
        other side, decimals are shown: 10.3% is more than the 10% of a rule, and 10% would look like a mistake

    Returns
    -------
    Whole per cent, halves up, or ``unknown``; ``under 1%`` and ``over 99%`` at the ends, since no number of draws shows
    that something cannot be.

    Examples
    --------
    >>> percent(0.957), percent(0.0), percent(0.998), percent(0.1032)
    ('96%', 'under 1%', 'over 99%', '10%')
    >>> percent(0.1032, limits=(0.1, 0.8)), percent(0.7999, limits=(0.1, 0.8)), percent(0.1, limits=(0.1, 0.8))
    ('10.3%', '79.99%', '10%')
    """
    if math.isnan(share):
        return "unknown"
    if share < 0.01 or share > 0.99:
        return "under 1%" if share < 0.5 else "over 99%"
    for decimals in range(MOST_DECIMALS + 1):
        shown = half_up(100 * share, decimals)
        if all(_side(shown / 100, limit) == _side(share, limit) for limit in limits):
            return f"{shown:.{decimals}f}%"
    nearest = min(limits, key=lambda limit: abs(limit - share))
    return f"just {'over' if share > nearest else 'under'} {100 * nearest:g}%"


def _side(share: float, limit: float) -> int:
    return 0 if math.isclose(share, limit, abs_tol=1e-9) else (1 if share > limit else -1)


def top(share: float) -> str:
    """Name the top, for instance ``top tenth``.

    Examples
    --------
    >>> top(0.1), top(0.05)
    ('top tenth', 'top 5%')
    """
    return "top tenth" if math.isclose(share, 0.1) else f"top {half_up(100 * share):.0f}%"
