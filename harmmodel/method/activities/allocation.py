"""Events known only by a wider zone: shared out by expectation for the point, drawn for the interval."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harmmodel.method.arrays import Floats
from harmmodel.method.random_streams import divided

# Shares are published with nine decimals: a zone this close to one unit lies wholly in it and nothing is left to draw.
WHOLE = 1 - 1e-9


@dataclass(frozen=True)
class Zone:
    """A zone that straddles units, such as a police beat.

    Attributes
    ----------
    key : name of the zone, which also names its random stream
    units : positions of the units that it touches, ascending
    shares : shape (len(units),), share of the zone's events that falls into each unit; may add to less than one,
        the rest then lies outside the place
    """

    key: str
    units: tuple[int, ...]
    shares: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse shares that are no shares."""
        if len(self.units) != len(self.shares):
            raise ValueError(f"zone {self.key}: {len(self.units)} units but {len(self.shares)} shares")
        if min(self.shares, default=0.0) < 0 or math.fsum(self.shares) > 1 + 1e-6:
            raise ValueError(f"zone {self.key}: shares must be in 0-1 and add to at most 1, got {self.shares}")

    @property
    def is_whole(self) -> bool:
        """Whether all of the zone's events belong to one unit."""
        return max(self.shares, default=0.0) >= WHOLE


def expected_events(zones: Sequence[tuple[Zone, int]], *, units: int) -> Floats:
    """Share out zone events by expectation.

    Parameters
    ----------
    zones : each zone with its whole number of events, in an order that does not depend on the input's
    units : how many units there are

    Returns
    -------
    Shape (units,), ``Σ share · events``.

    Examples
    --------
    >>> expected_events([(Zone("0111", (0, 1), (0.75, 0.25)), 4)], units=2)
    array([3., 1.])
    """
    total = np.zeros(units)
    for zone, events in zones:
        for unit, share in zip(zone.units, zone.shares, strict=True):
            total[unit] += events if share >= WHOLE else share * events
    return total


def drawn_events(
    zones: Sequence[tuple[Zone, int]], *, draws: int, open_stream: Callable[[str], np.random.Generator]
) -> Mapping[int, npt.NDArray[np.int64]]:
    """Draw where zone events fell, as whole events.

    Parameters
    ----------
    zones : each zone with its whole number of events
    draws : how many
    open_stream : gives the random stream of a zone's key

    Returns
    -------
    Unit position → shape (draws,), events that fell into it. Units that no straddling zone touches are absent, and
    zones wholly in one unit are left out: both are certain (see :func:`certain_events`). Within a draw the units of a
    zone never share an event.

    Examples
    --------
    >>> from harmmodel.method.random_streams import stream
    >>> drawn = drawn_events([(Zone("0111", (0, 1), (0.75, 0.25)), 4)], draws=3, open_stream=lambda key: stream(0, key))
    >>> drawn[0] + drawn[1]
    array([4, 4, 4])
    """
    counts: dict[int, npt.NDArray[np.int64]] = {}
    for zone, events in zones:
        if zone.is_whole or events == 0:
            continue
        outside = max(0.0, 1.0 - math.fsum(zone.shares))
        pieces = divided(events, [*zone.shares, outside], draws=draws, rng=open_stream(zone.key))
        for column, unit in enumerate(zone.units):
            counts[unit] = counts[unit] + pieces[:, column] if unit in counts else pieces[:, column].copy()
    return counts


def certain_events(zones: Sequence[tuple[Zone, int]], *, units: int) -> Floats:
    """Count the events of zones that lie wholly in one unit; shape (units,)."""
    return expected_events([(zone, events) for zone, events in zones if zone.is_whole], units=units)
