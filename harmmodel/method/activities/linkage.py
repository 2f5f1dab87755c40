"""Counts events near and after records, in the record's own week and in every other week of the period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harmmodel.method.arrays import Bools, Floats

Whole = npt.NDArray[np.int64]
MINUTES_PER_DAY = 1440
MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY
METRES_PER_DEGREE = 111_320.0  # of latitude; of longitude times the cosine of the latitude
SPAN = 1 << 26  # minutes, 127 years: the times of one place never reach those of the next in a joint key


@dataclass(frozen=True)
class Points:
    """Things that happened somewhere and some time: metres east and north, and whole minutes; shape (n,) each."""

    x: Floats
    y: Floats
    minute: Whole

    def at(self, chosen: Bools | Whole) -> Points:
        """Return some of them."""
        return Points(self.x[chosen], self.y[chosen], self.minute[chosen])


@dataclass(frozen=True)
class Link:
    """When an event counts as linked to a record.

    Attributes
    ----------
    metres, before, after : near in space, and from *before* days before to *after* days after the record
    self_metres, self_minutes : so near in space and time that both are one occurrence; never counted, in no week
    grid : metres; places are known to the block only, so both are moved to the middle of squares of this size
    """

    metres: float
    after: float
    self_metres: float
    self_minutes: float
    before: float = 0.0
    grid: float = 50.0


@dataclass(frozen=True)
class Weeks:
    """The whole weeks in which a record may lie, so that every window around it lies inside the period."""

    start: int  # minute at which the first week starts
    count: int

    def of(self, minute: Whole) -> Whole:
        """Return the week of each time; negative or at least *count* when outside."""
        return np.floor_divide(minute - self.start, MINUTES_PER_WEEK)


def local_metres(longitude: Floats, latitude: Floats, *, around: float) -> tuple[Floats, Floats]:
    """Put degrees on a plane: metres east and north, true within a few parts in a thousand inside a city.

    Parameters
    ----------
    longitude, latitude : degrees
    around : the latitude at which east-west distances are exact
    """
    east = METRES_PER_DEGREE * np.cos(np.radians(around))
    return np.asarray(longitude * east), np.asarray(latitude * METRES_PER_DEGREE)


def whole_weeks(start: int, stop: int, link: Link) -> Weeks:
    """Return the last whole weeks of a period in which windows fit: the *after* days before its end are left out.

    Examples
    --------
    >>> whole_weeks(0, 212 * 1440, Link(metres=250, after=14, self_metres=100, self_minutes=60)).count
    28
    """
    last = stop - round(link.after * MINUTES_PER_DAY)
    count = max((last - start - round(link.before * MINUTES_PER_DAY)) // MINUTES_PER_WEEK, 0)
    return Weeks(start=last - count * MINUTES_PER_WEEK, count=count)


def linked_counts(records: Points, events: Points, link: Link, weeks: Weeks) -> Whole:
    """Count the events linked to each record at its own place, in its own week and moved to every other week.

    Parameters
    ----------
    records : each inside *weeks*
    events : of the whole period
    link, weeks : what counts as linked, and where records may lie

    Returns
    -------
    Shape (records, weeks): column w holds the count if the record had happened in week w, on the same weekday at the
    same time of day. Cost grows with the records and with the events near each square, never with all pairs.
    """
    near = _windows((records, events), (link.metres, link.grid), weeks, _span(link))
    low, high = _span(link)
    reach = round(link.self_minutes)
    own = max(low, -reach - 1), min(high, reach)
    disc = min(link.metres, link.self_metres), link.grid
    return near - _windows((records, events), disc, weeks, own)


def self_matches(records: Points, events: Points, link: Link, weeks: Weeks) -> Whole:
    """Count the events that are one occurrence with each record: shape (records,)."""
    reach = round(link.self_minutes)
    matches = _windows((records, events), (link.self_metres, link.grid), weeks, (-reach - 1, reach))
    return np.asarray(np.take_along_axis(matches, weeks.of(records.minute)[:, None], axis=1)[:, 0])


def place_counts(places: Points, events: Points, metres: float, grid: float) -> Whole:
    """Count all events of the period near each place, whatever their time: shape (places,)."""
    _, position, keys = _nearby(places, events, metres, grid)
    lows = np.searchsorted(keys, position * SPAN)
    return np.asarray(np.searchsorted(keys, (position + 1) * SPAN) - lows, dtype=np.int64)


def city_counts(records: Points, events: Points, link: Link, weeks: Weeks) -> Whole:
    """Count the events of the whole place in the same windows: shape (records, weeks). They carry the season."""
    times = np.sort(events.minute)
    starts = _starts(records, weeks)
    low, high = _span(link)
    return np.asarray(
        np.searchsorted(times, starts + high, side="right") - np.searchsorted(times, starts + low, side="right")
    )


def covered_shares(records: Points, sources: Points, link: Link, weeks: Weeks, parts: int = 7) -> Floats:
    """Share of each record's window, moved to each week, that lies in the window of one of *sources* near the record.

    Parameters
    ----------
    records : each inside *weeks*
    sources : the records whose windows cover; a record covers its own window too
    parts : the share is read at the middles of so many parts of the window

    Returns
    -------
    Shape (records, weeks), 0 to 1.
    """
    order, position, keys = _nearby(records, sources, link.metres, link.grid)
    low, high = _span(link)
    moved = position[order, None] * SPAN + _starts(records.at(order), weeks)
    covered = np.zeros(moved.shape)
    for part in range(parts):
        at = moved + low + round((part + 0.5) * (high - low) / parts)
        covered[order] += np.searchsorted(keys, at - low) > np.searchsorted(keys, at - high)
    return covered / parts


def _span(link: Link) -> tuple[int, int]:
    """Return the window in minutes: open at its start, closed at its end."""
    return -round(link.before * MINUTES_PER_DAY), round(link.after * MINUTES_PER_DAY)


def _starts(records: Points, weeks: Weeks) -> Whole:
    """Return the time of each record moved to each week: shape (records, weeks)."""
    offset = np.mod(records.minute - weeks.start, MINUTES_PER_WEEK)
    return np.asarray(weeks.start + offset[:, None] + MINUTES_PER_WEEK * np.arange(weeks.count)[None, :])


def _windows(points: tuple[Points, Points], disc: tuple[float, float], weeks: Weeks, span: tuple[int, int]) -> Whole:
    records, events = points
    order, position, keys = _nearby(records, events, *disc)
    # Records of one square stand together, so that neighbouring searches read the same stretch of memory.
    moved = _starts(records.at(order), weeks)
    base = position[order, None] * SPAN
    counts = np.empty(moved.shape, dtype=np.int64)
    ahead, rest = divmod(span[1] - span[0], MINUTES_PER_WEEK)
    if rest == 0 and moved.size:
        # A window of whole weeks ends where another one starts, so each end is looked for once.
        later = moved[:, -1:] + MINUTES_PER_WEEK * np.arange(1, ahead + 1)
        before = np.searchsorted(keys, base + np.hstack([moved, later]) + span[0], side="right")
        counts[order] = before[:, ahead:] - before[:, : weeks.count]
        return counts
    counts[order] = np.searchsorted(keys, base + moved + span[1], side="right")
    counts[order] -= np.searchsorted(keys, base + moved + span[0], side="right")
    return counts


def _nearby(records: Points, events: Points, metres: float, grid: float) -> tuple[Whole, Whole, Whole]:
    """Sort the times of the events near each occupied square.

    Returns
    -------
    Order of the records by square, position of each record's square, and one sorted array of keys
    ``position * SPAN + minute`` over all squares.
    """
    squares, position = np.unique(_square(records, grid), return_inverse=True)
    event_square = _square(events, grid)
    by_square = np.argsort(event_square, kind="stable")
    occupied, first, size = np.unique(event_square[by_square], return_index=True, return_counts=True)
    parts = [np.empty(0, dtype=np.int64)]
    for step in _steps(metres, grid):
        place = np.searchsorted(occupied, squares + step)
        place[place == occupied.size] = 0
        hit = np.flatnonzero(occupied[place] == squares + step) if occupied.size else np.empty(0, dtype=np.int64)
        n = size[place[hit]]
        inside = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
        chosen = by_square[np.repeat(first[place[hit]], n) + inside]
        parts.append(np.repeat(hit, n) * SPAN + events.minute[chosen])
    position = np.asarray(position, dtype=np.int64)
    return np.argsort(position, kind="stable"), position, np.sort(np.concatenate(parts))


ROW = 1 << 24  # squares in a row of the joint number of a square; more than fit around the Earth


def _square(points: Points, grid: float) -> Whole:
    """Return the joint number of each point's square."""
    column, row = np.floor(points.x / grid).astype(np.int64), np.floor(points.y / grid).astype(np.int64)
    return np.asarray(row * ROW + column)


def _steps(metres: float, grid: float) -> list[int]:
    """Return the differences of joint number to all squares whose middle lies within *metres*."""
    reach = int(metres // grid)
    limit = (metres / grid) ** 2
    return [
        row * ROW + column
        for row in range(-reach, reach + 1)
        for column in range(-reach, reach + 1)
        if row * row + column * column <= limit
    ]


def near_square(metres: float, grid: float) -> float:
    """Return how many square kilometres count as near: all squares of the grid whose middle lies within *metres*."""
    return len(_steps(metres, grid)) * (grid / 1000) ** 2


def preceded(events: Points, records: Points, link: Link) -> Bools:
    """Say which events had a record near them in the days before, at the same minute included: shape (events,)."""
    order, position, keys = _nearby(events, records, link.metres, link.grid)
    del order
    last = np.searchsorted(keys, position * SPAN + events.minute, side="right")
    first = np.searchsorted(keys, position * SPAN + events.minute - round(link.after * MINUTES_PER_DAY), side="left")
    return np.asarray(last > first)


def coincide(events: Points, records: Points, link: Link) -> Bools:
    """Say which events are one occurrence with a record: shape (events,)."""
    _, position, keys = _nearby(events, records, link.self_metres, link.grid)
    moment, reach = position * SPAN + events.minute, round(link.self_minutes)
    last = np.searchsorted(keys, moment + reach, side="right")
    return np.asarray(last > np.searchsorted(keys, moment - reach, side="left"))
