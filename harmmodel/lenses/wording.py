"""Words for shares of draws: whole per cent, never certain."""

import math


def percent(share: float, *, limit: float | None = None) -> str:
    """Write a share of draws in words.

    Parameters
    ----------
    share : between 0 and 1
    limit : a limit that the share is compared with in the same sentence; rounding then never makes the two look equal
        when they are not

    Returns
    -------
    Whole per cent, or ``unknown``; ``under 1%`` and ``over 99%`` at the ends, since no number of draws shows that
    something cannot be.

    Examples
    --------
    >>> percent(0.957), percent(0.0), percent(0.998), percent(0.796, limit=0.8), percent(0.101, limit=0.1)
    ('96%', 'under 1%', 'over 99%', '79%', '11%')
    """
    if math.isnan(share):
        return "unknown"
    whole = round(100 * share)
    if limit is not None and share < limit and whole >= round(100 * limit):
        whole = math.floor(100 * share)
    if limit is not None and share > limit and whole <= round(100 * limit):
        whole = math.ceil(100 * share)
    if whole <= 0:
        return "under 1%"
    return "over 99%" if whole >= 100 else f"{whole}%"


def top(share: float) -> str:
    """Name the top, for instance ``top tenth``.

    Examples
    --------
    >>> top(0.1), top(0.05)
    ('top tenth', 'top 5%')
    """
    return "top tenth" if math.isclose(share, 0.1) else f"top {round(100 * share)}%"
