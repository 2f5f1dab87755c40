"""Does violence move elsewhere after an action, and has it risen: displacement quotient and Poisson CUSUM."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harmmodel.method.arrays import Counts, Floats

JEFFREYS = 0.5  # added to a count: the posterior of a Poisson mean under Jeffreys' prior is gamma(count + 1/2)
SMALLEST_FALL = 1e-12


@dataclass(frozen=True)
class Places:
    """Events of one period in the target, in the ring around it, and in the control."""

    target: float
    ring: float
    control: float


@dataclass(frozen=True)
class Quotient:
    """Weighted displacement quotient with its parts; NaN where it is not defined."""

    value: float
    low: float
    high: float
    fall: float  # change of target ÷ control: below 0, the target fell against the control
    fall_low: float
    fall_high: float

    @property
    def is_defined(self) -> bool:
        """Whether the target surely fell against the control, so that there is a gain that could be displaced."""
        return bool(self.fall_high < 0)


@dataclass(frozen=True)
class Cusum:
    """Path of the sum, month by month, and the months in which it reached the limit and began anew."""

    path: Floats
    alarms: Counts


def displacement_quotient(before: Places, after: Places) -> float:
    """Set the change in the ring beside the change in the target, both measured against the control.

    Returns
    -------
    ``[(B1/C1) − (B0/C0)] / [(A1/C1) − (A0/C0)]`` with A the target, B the ring, C the control, 0 before and 1 after.
    Above 0 the ring shares the gain, below 0 events moved there, below −1 more than the gain moved. NaN where the
    control recorded nothing, or where the target did not fall against it: then there is no gain to displace.

    References
    ----------
    Bowers and Johnson (2003), Measuring the geographical displacement and diffusion of benefit effects of crime
    prevention activity, Journal of Quantitative Criminology 19.

    Examples
    --------
    >>> displacement_quotient(Places(100, 50, 1000), Places(80, 60, 1000))
    -0.5
    """
    if min(before.control, after.control) <= 0:
        return float("nan")
    fall, moved = (_change(before, after, name) for name in ("target", "ring"))
    return round(moved / fall, 12) if fall < -SMALLEST_FALL else float("nan")


def _change(before: Places, after: Places, name: str) -> float:
    """Change of one part, each time as a multiple of the control."""
    return float(getattr(after, name) / after.control - getattr(before, name) / before.control)


def drawn_quotient(
    before: Places, after: Places, rng: np.random.Generator, *, draws: int, interval: tuple[float, float]
) -> Quotient:
    """Give the quotient an interval from the chance in all six counts.

    The interval of the fall comes from all draws; that of the quotient from the draws in which the target fell, and
    is NaN unless the fall is sure at the upper end of *interval*.
    """
    gamma = {
        (when, name): rng.gamma(getattr(period, name) + JEFFREYS, size=draws)
        for when, period in (("before", before), ("after", after))
        for name in ("target", "ring", "control")
    }
    fall, moved = (
        gamma["after", name] / gamma["after", "control"] - gamma["before", name] / gamma["before", "control"]
        for name in ("target", "ring")
    )
    fall_low, fall_high = np.quantile(fall, interval)
    point = _change(before, after, "target") if min(before.control, after.control) > 0 else np.nan
    low = high = value = float("nan")
    if fall_high < 0:
        value = displacement_quotient(before, after)
        low, high = (float(end) for end in np.quantile((moved / fall)[fall < 0], interval))
    return Quotient(value, low, high, float(point), float(fall_low), float(fall_high))


def poisson_cusum(counts: Floats, expected: Floats, *, ratio: float, limit: float) -> Cusum:
    """Add up the evidence that counts are *ratio* times what is expected.

    Parameters
    ----------
    counts : shape (months,)
    expected : shape (months,), the mean while nothing has changed; above 0
    ratio : the change to be found quickly, above 1
    limit : the sum at which an alarm is given, in units of log-likelihood

    Returns
    -------
    Cusum
        ``S = max(0, S + y·ln(ratio) − expected·(ratio − 1))``. At an alarm the sum is kept in the path and starts
        again from 0 in the next month.

    References
    ----------
    Lucas (1985), Counted data CUSUM's, Technometrics 27; Lorden (1971): without a change the mean time to an alarm is
    at least ``exp(limit)`` months.

    Examples
    --------
    >>> cusum = poisson_cusum(np.array([2.0, 6.0, 7.0]), np.array([2.0, 2.0, 2.0]), ratio=2.0, limit=4.0)
    >>> cusum.path.round(3), cusum.alarms
    (array([0.   , 2.159, 5.011]), array([2]))
    """
    _checked(expected, ratio, limit)
    total, path, alarms = 0.0, np.empty(len(counts)), []
    for month, score in enumerate(counts * np.log(ratio) - expected * (ratio - 1)):
        total = max(0.0, total + float(score))
        path[month] = total
        if total >= limit:
            alarms.append(month)
            total = 0.0
    return Cusum(path, np.array(alarms, dtype=np.int64))


def run_lengths(  # noqa: PLR0913 - one simulation
    expected: float,
    rng: np.random.Generator,
    *,
    ratio: float,
    limit: float,
    change: float = 1.0,
    dispersion: float = 1.0,
    runs: int = 2000,
    longest: int = 5000,
) -> Counts:
    """Simulate how many months pass before an alarm.

    Parameters
    ----------
    expected : mean of a month while nothing has changed
    change : what the mean is multiplied by from the first month; 1 tells how often the alarm is false
    dispersion : variance ÷ mean of a month's count; above 1, counts come in clusters (negative binomial)
    longest : runs without an alarm by then count as this long

    Returns
    -------
    Shape (runs,), months up to and with the alarm.
    """
    _checked(np.array([expected]), ratio, limit)
    mean = expected * change
    length = np.full(runs, longest, dtype=np.int64)
    total, waiting = np.zeros(runs), np.arange(runs)
    for month in range(1, longest + 1):
        counts = _counts(mean, dispersion, waiting.size, rng)
        total = np.maximum(0.0, total + counts * np.log(ratio) - expected * (ratio - 1))
        rung = total >= limit
        length[waiting[rung]] = month
        total, waiting = total[~rung], waiting[~rung]
        if not waiting.size:
            break
    return length


def dispersion(counts: Floats) -> float:
    """Return variance ÷ mean; 1 is what chance alone gives, NaN below two months or without an event."""
    mean = float(np.mean(counts)) if len(counts) else 0.0
    return float(np.var(counts, ddof=1)) / mean if len(counts) > 1 and mean > 0 else float("nan")


def _counts(mean: float, spread: float, size: int, rng: np.random.Generator) -> Floats:
    if spread <= 1 or mean <= 0:
        return rng.poisson(mean, size).astype(np.float64)
    return rng.poisson(rng.gamma(mean / (spread - 1), spread - 1, size)).astype(np.float64)


def _checked(expected: Floats, ratio: float, limit: float) -> None:
    if not ratio > 1 or not limit > 0:
        raise ValueError(f"the ratio must be above 1 and the limit above 0; got {ratio} and {limit}")
    if not np.all(np.isfinite(expected) & (expected > 0)):
        raise ValueError("what is expected must be above 0 in every month")
