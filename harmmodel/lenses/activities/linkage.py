"""Records with what followed them: numbered, put on a plane, counted and moved by whole weeks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from harmmodel.lenses.activities.spec import ActivityInputs, LinkSettings
from harmmodel.method.activities import excess, linkage
from harmmodel.method.activities.linkage import Link, Points, Weeks, Whole
from harmmodel.method.arrays import Bools, Floats, quotient
from harmmodel.method.random_streams import stream


@dataclass(frozen=True)
class Numbered:
    """Records that have a point, in an order that depends on nothing but what they say, and the events.

    *activity*, *unit* and *event_class* are positions in the settings, among *units* and among *classes*; unit -1 is no
    known unit. *record_degrees* and *event_degrees* are longitude and latitude as the source gives them.
    """

    records: Points
    activity: Whole
    unit: Whole
    events: Points
    event_unit: Whole
    event_class: Whole
    units: list[str]
    classes: list[str]
    record_degrees: tuple[Floats, Floats]
    event_degrees: tuple[Floats, Floats]

    def at(self, chosen: Whole) -> Numbered:
        """Return some of the records with all events."""
        longitude, latitude = (degrees[chosen] for degrees in self.record_degrees)
        return replace(
            self,
            records=self.records.at(chosen),
            activity=self.activity[chosen],
            unit=self.unit[chosen],
            record_degrees=(longitude, latitude),
        )


@dataclass(frozen=True)
class Followed:
    """Records inside whole weeks with linked and expected events, each of shape (records, weeks)."""

    numbered: Numbered
    weeks: Weeks
    linked: Whole
    expected: Floats
    square: Whole
    squares: list[str]
    left_out: Whole
    """Records of each activity that lie too near an end of the period."""


def numbered(data: ActivityInputs, settings: LinkSettings) -> Numbered:
    """Number activities and units and put points on a plane."""
    names = {name: n for n, name in enumerate(settings.activities)}
    units = sorted(str(unit) for unit in data.units["unit_id"])
    classes = sorted({str(name) for name in data.events["class"]})
    # The plane hangs on the events, never on the records, so that more enforcement moves no point.
    around = round(float(data.events["latitude"].astype(float).mean()), 2) if len(data.events) else 0.0
    placed = data.records.dropna(subset=["longitude", "latitude"])
    records, events = _points(placed, around), _points(data.events, around)
    activity = np.array([names[str(name)] for name in placed["activity"]], dtype=np.int64)
    order = np.lexsort((records.y, records.x, records.minute, activity))
    return Numbered(
        records=records.at(order),
        activity=activity[order],
        unit=_positions(placed["unit_id"], units)[order],
        events=events,
        event_unit=_positions(data.events["unit_id"], units),
        event_class=_positions(data.events["class"], classes),
        units=units,
        classes=classes,
        record_degrees=_degrees(placed.iloc[order]),
        event_degrees=_degrees(data.events),
    )


def _degrees(frame: pd.DataFrame) -> tuple[Floats, Floats]:
    return frame["longitude"].to_numpy(np.float64), frame["latitude"].to_numpy(np.float64)


def _points(frame: pd.DataFrame, around: float) -> Points:
    x, y = linkage.local_metres(*_degrees(frame), around=around)
    return Points(x, y, frame["minute"].to_numpy(np.int64))


def _positions(column: pd.Series, units: list[str]) -> Whole:
    known = {unit: n for n, unit in enumerate(units)}
    return np.array([known.get(str(unit), -1) for unit in column], dtype=np.int64)


def followed(all_records: Numbered, link: Link, data: ActivityInputs, settings: LinkSettings) -> Followed:
    """Count what followed each record and what its place gives in the other weeks."""
    weeks = linkage.whole_weeks(data.start, data.stop, link)
    week = weeks.of(all_records.records.minute)
    inside = (week >= 0) & (week < weeks.count)
    kept = all_records.at(np.flatnonzero(inside))
    linked = linkage.linked_counts(kept.records, kept.events, link, weeks)
    city = linkage.city_counts(kept.records, kept.events, link, weeks)
    names = np.char.add(
        np.char.add(np.floor(kept.records.x / settings.square).astype(np.int64).astype(str), "/"),
        np.floor(kept.records.y / settings.square).astype(np.int64).astype(str),
    )
    squares, square = np.unique(names, return_inverse=True)
    return Followed(
        numbered=kept,
        weeks=weeks,
        linked=linked,
        expected=excess.expected_counts(linked, city),
        square=np.asarray(square, dtype=np.int64),
        squares=[str(name) for name in squares],
        left_out=np.bincount(all_records.activity[~inside], minlength=len(settings.activities)),
    )


def shifts(main: Followed, settings: LinkSettings) -> Whole:
    """Draw how far each square is moved in each permutation; a square's draws depend on nothing but its place."""
    return excess.shift_draws(
        main.squares, main.weeks.count, settings.permutations, lambda name: stream(settings.seed, "shift", name)
    )


def tested(main: Followed, group: Whole, family: Bools, drawn: Whole) -> excess.Tested:
    """Sum by *group* and compare with permutations; *family* says which groups are judged together."""
    week = main.weeks.of(main.numbered.records.minute)
    profile = excess.clustered(main.linked, main.expected, week, (group, main.square))
    return excess.tested(profile, groups=family.size, family=family, permutations=drawn.shape[1], shifts=drawn)


def covered(all_records: Numbered, main: Followed, settings: LinkSettings) -> Floats:
    """Share of the time to which each activity is compared that itself follows one of its records nearby."""
    # Each activity on a plane of its own, so that only its own records are near.
    apart = settings.link.grid * 200_000
    records, sources = (
        replace(part.records, y=part.records.y + apart * part.activity) for part in (main.numbered, all_records)
    )
    shares = linkage.covered_shares(records, sources, settings.link, main.weeks)
    own = main.weeks.of(records.minute)[:, None]
    others = shares.sum(axis=1) - np.take_along_axis(shares, own, axis=1)[:, 0]
    weight = np.take_along_axis(main.expected, own, axis=1)[:, 0]
    size = len(settings.activities)
    mean = np.bincount(main.numbered.activity, weight * others / max(main.weeks.count - 1, 1), size)
    total = np.bincount(main.numbered.activity, weight, size)
    return quotient(mean, total)
