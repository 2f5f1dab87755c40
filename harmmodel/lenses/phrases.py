"""Words for shares of draws, never certain, and for what the settings say; and how numbers are rounded."""

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


def as_set(share: float) -> str:
    """Write a share that somebody set, such as a limit: in per cent as it stands, with four figures at most.

    Examples
    --------
    >>> as_set(0.8), as_set(0.125), as_set(0.07), as_set(1 / 3)
    ('80%', '12.5%', '7%', '33.33%')
    """
    return f"{100 * share:.4g}%"


def top(share: float) -> str:
    """Name the top, for instance ``top tenth``.

    Examples
    --------
    >>> top(0.1), top(0.05), top(0.125)
    ('top tenth', 'top 5%', 'top 12.5%')
    """
    return "top tenth" if math.isclose(share, 0.1) else f"top {as_set(share)}"


def width(ends: tuple[float, float]) -> str:
    """Write the share of draws between two shares.

    Examples
    --------
    >>> width((0.05, 0.95)), width((0.0125, 0.9875))
    ('90%', '97.5%')
    """
    return as_set(ends[1] - ends[0])


def interval(ends: tuple[float, float]) -> str:
    """Name the interval between two shares of draws.

    Examples
    --------
    >>> interval((0.05, 0.95)), interval((0.0005, 0.9995))
    ('90% interval', '99.9% interval')
    """
    return f"{width(ends)} interval"


def observed(least: float) -> tuple[str, str]:
    """Write the share of a pillar's weight that must be observed, and its verb.

    Examples
    --------
    >>> observed(2 / 3), observed(0.5)
    (('two thirds', 'are'), ('50%', 'is'))
    """
    return ("two thirds", "are") if math.isclose(least, 2 / 3, abs_tol=1e-3) else (as_set(least), "is")


def mean(p: float) -> str:
    """Name the generalised mean with exponent *p*.

    Examples
    --------
    >>> mean(1), mean(2), mean(2.5)
    ('mean', 'quadratic mean', 'mean with exponent 2.5')
    """
    return {1.0: "mean", 2.0: "quadratic mean"}.get(float(p), f"mean with exponent {p:g}")


def decimals(value: float, least: int) -> str:
    """Write a number that somebody set with at least so many decimals, and with more where it has more.

    Examples
    --------
    >>> decimals(1.1, 2), decimals(1.125, 2), decimals(0.5, 1)
    ('1.10', '1.125', '0.5')
    """
    rounded = f"{value:.{least}f}"
    return rounded if math.isclose(float(rounded), value, abs_tol=1e-9) else f"{value:g}"
