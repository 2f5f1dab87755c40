"""What a threshold quantity means in use: pure and total weight, doses and days, each with the range of its inputs."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """A quantity that is known between two ends; *value* is the central one. NaN in one place is NaN in all."""

    low: float
    value: float
    high: float

    @property
    def is_exact(self) -> bool:
        """Whether one number was given and no range."""
        return self.low == self.high

    @property
    def ends(self) -> tuple[float, ...]:
        """The ends, once where they are equal."""
        return (self.low,) if self.is_exact else (self.low, self.high)

    def __mul__(self, other: Range) -> Range:
        """Product of two ranges of values above 0."""
        return Range(self.low * other.low, self.value * other.value, self.high * other.high)

    def __truediv__(self, other: Range) -> Range:
        """Quotient of two ranges of values above 0: lowest over highest to highest over lowest."""
        return Range(self.low / other.high, self.value / other.value, self.high / other.low)


UNKNOWN = Range(math.nan, math.nan, math.nan)


def exactly(value: float) -> Range:
    """One number without a range."""
    return Range(value, value, value)


def between(low: float, high: float) -> Range:
    """A range of values above 0; its geometric mean is the central one, as ratios are what matters.

    Raises
    ------
    ValueError
        If the ends are not finite, not above 0 or in the wrong order.

    Examples
    --------
    >>> between(0.5, 2.0)
    Range(low=0.5, value=1.0, high=2.0)
    """
    if not (math.isfinite(high) and 0 < low <= high):
        raise ValueError(f"a range runs from a number above 0 to one that is not smaller; it is {low:g} to {high:g}")
    return exactly(low) if low == high else Range(low, math.sqrt(low * high), high)


def active_weight(total: Range, purity: Range) -> Range:
    """Grams of active substance in *total* grams; *purity* is a share of 0 to 1.

    Examples
    --------
    >>> active_weight(exactly(2.0), exactly(0.3))
    Range(low=0.6, value=0.6, high=0.6)
    """
    return total * purity


def total_weight(active: Range, purity: Range) -> Range:
    """Grams of a substance as sold that hold *active* grams of it; *purity* is a share of 0 to 1.

    Examples
    --------
    >>> total_weight(exactly(1.5), between(0.25, 0.5)).high
    6.0
    """
    return active / purity


def doses(total: Range, dose: Range) -> Range:
    """How many doses of *dose* grams are in *total* grams, both by total weight."""
    return total / dose


def days_of_supply(total: Range, dose: Range, doses_a_day: Range, days_a_week: float = 7) -> Range:
    """For how many calendar days *total* grams last one person.

    Parameters
    ----------
    total, dose : grams, by total weight
    doses_a_day : on a day of use
    days_a_week : days of use in a week, above 0 up to 7

    Examples
    --------
    >>> days_of_supply(exactly(1.0), exactly(0.1), exactly(2.0), days_a_week=3.5).value
    10.0
    """
    if not 0 < days_a_week <= 7:
        raise ValueError(f"days of use in a week lie above 0 and up to 7; they are {days_a_week:g}")
    return doses(total, dose) / (doses_a_day * exactly(days_a_week / 7))


def carried(days: Range, people: Range) -> Range:
    """How long a quantity lasts when it is shared by *people*: what looks like stock for one is supply for few days."""
    return days / people
