"""Frames of counts into arrays, sorted so that the order of rows cannot matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.lenses.areas.spec import DAYS_PER_YEAR, AreaInputs, IndicatorSpec
from harmmodel.method.activities.allocation import Zone, certain_events, expected_events
from harmmodel.method.arrays import Floats

Cell = tuple[str, str]


@dataclass(frozen=True)
class ClassCount:
    """Events of one class of one indicator.

    Attributes
    ----------
    indicator, name : of the indicator and the class
    events : shape (units,), with zone events shared out by expectation; NaN where not known
    certain : shape (units,), whole events whose unit is known
    zones : zones that straddle units, with their events
    person_years : shape (units,), residents or square kilometres times years; NaN where not observed
    scale : what a rate per unit of exposure is multiplied by to be shown
    days : of the window; NaN when the class is not observed
    unallocated : events that belong to the place but to no unit
    """

    indicator: str
    name: str
    events: Floats
    certain: Floats
    zones: tuple[tuple[Zone, int], ...]
    person_years: Floats
    scale: int
    days: float
    unallocated: float


@dataclass(frozen=True)
class Cube:
    """Units in order of their id, and the counts of each indicator's classes in order of their names."""

    unit_ids: tuple[str, ...]
    labels: tuple[str, ...]
    residents: Floats
    classes: Mapping[str, tuple[ClassCount, ...]]
    periods: Mapping[str, tuple[str, str]]


def read_cube(data: AreaInputs, indicators: Sequence[IndicatorSpec]) -> Cube:
    """Sort and align the frames.

    Raises
    ------
    ValueError
        If a unit id repeats, a count names an unknown unit, or a zone's events are not whole.
    """
    units = data.units.assign(unit_id=data.units["unit_id"].astype(str)).sort_values("unit_id")
    if not units["unit_id"].is_unique:
        raise ValueError("units repeat: " + ", ".join(units.loc[units["unit_id"].duplicated(), "unit_id"]))
    ids = tuple(units["unit_id"])
    residents = _sizes(units, "residents")
    sizes = {"resident": residents, "km2": _sizes(units, "km2")}
    counter = _Counter(data, {unit: place for place, unit in enumerate(ids)}, sizes)
    return Cube(
        unit_ids=ids,
        labels=tuple(units["label"].astype(str)),
        residents=residents,
        classes={spec.id: counter.classes_of(spec) for spec in indicators},
        periods={spec.id: counter.period(spec.id) for spec in indicators},
    )


def _sizes(units: pd.DataFrame, column: str) -> Floats:
    """Read a size of the units; what is absent or not above zero is not known."""
    if column not in units:
        return np.full(len(units), np.nan)
    sizes = units[column].to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(sizes > 0, sizes, np.nan)


class _Counter:
    """Looks counts up by indicator and class."""

    def __init__(self, data: AreaInputs, places: Mapping[str, int], sizes: Mapping[str, Floats]) -> None:
        self.places = places
        self.sizes = sizes
        self.shares = _read_shares(data.beat_shares, places)
        self.counts = _by_cell(data.counts)
        self.beats = {} if data.beat_counts is None else _by_cell(data.beat_counts)
        self.exposure = _by_cell(data.exposure)

    def classes_of(self, spec: IndicatorSpec) -> tuple[ClassCount, ...]:
        """Count all classes of an indicator, in order of their names."""
        return tuple(self.count(spec, name) for name in sorted(set(spec.classes)))

    def count(self, spec: IndicatorSpec, name: str) -> ClassCount:
        """Count one class of one indicator."""
        indicator = spec.id
        days = self._days((indicator, name))
        person_years = self.sizes[spec.per] * days / DAYS_PER_YEAR
        exact, city = self._unit_events((indicator, name))
        zones, unplaced = self._zone_events((indicator, name))
        size = len(self.places)
        known = np.isfinite(person_years)
        return ClassCount(
            indicator=indicator,
            name=name,
            events=np.where(known, exact + expected_events(zones, units=size), np.nan),
            certain=np.where(known, exact + certain_events(zones, units=size), np.nan),
            zones=tuple((zone, events) for zone, events in zones if not zone.is_whole),
            person_years=person_years,
            scale=spec.scale,
            days=days,
            unallocated=city + unplaced,
        )

    def period(self, indicator: str) -> tuple[str, str]:
        """Give the first and the last day (half-open) that any class of the indicator covers; empty when none does."""
        frames = [frame for (owner, _), frame in sorted(self.exposure.items()) if owner == indicator]
        starts = [str(value) for frame in frames for value in frame["period_from"] if not pd.isna(value)]
        ends = [str(value) for frame in frames for value in frame["period_to"] if not pd.isna(value)]
        return min(starts, default=""), max(ends, default="")

    def _days(self, cell: Cell) -> float:
        if cell not in self.exposure:
            return float("nan")
        days = self.exposure[cell]["days"].to_numpy(dtype=np.float64, na_value=np.nan)
        if days.size != 1:
            raise ValueError(f"exposure: {cell[0]} / {cell[1]} has {days.size} rows; one is needed")
        return float(days[0]) if days[0] > 0 else float("nan")

    def _unit_events(self, cell: Cell) -> tuple[Floats, float]:
        exact, city = np.zeros(len(self.places)), 0.0
        if cell not in self.counts:
            return exact, city
        frame = self.counts[cell]
        values = frame["events"].to_numpy(dtype=np.float64, na_value=np.nan)
        for unit, events in zip(frame["unit_id"], values, strict=True):
            if pd.isna(unit):
                city += events
            else:
                exact[_place(self.places, str(unit), "counts")] += events
        return exact, city

    def _zone_events(self, cell: Cell) -> tuple[list[tuple[Zone, int]], float]:
        zones: list[tuple[Zone, int]] = []
        unplaced = 0.0
        if cell not in self.beats:
            return zones, unplaced
        frame = self.beats[cell]
        totals: dict[str, float] = {}
        for beat, events in zip(frame["beat_id"], frame["events"], strict=True):
            key = "" if pd.isna(beat) else str(beat)
            totals[key] = totals.get(key, 0.0) + float(events)
        for key, total in sorted(totals.items()):
            if not total.is_integer():
                raise ValueError(f"beat_counts: beat {key} has {total} events; a whole number is needed")
            if key in self.shares:
                zones.append((self.shares[key], int(total)))
            else:
                unplaced += total
        return zones, unplaced


def _by_cell(frame: pd.DataFrame) -> dict[Cell, pd.DataFrame]:
    return {(str(key[0]), str(key[1])): part for key, part in frame.groupby(["indicator", "class"], sort=True)}


def _place(places: Mapping[str, int], unit: str, frame: str) -> int:
    if unit not in places:
        raise ValueError(f"{frame}: unit {unit} is not among the units")
    return places[unit]


def _read_shares(frame: pd.DataFrame | None, places: Mapping[str, int]) -> dict[str, Zone]:
    if frame is None:
        return {}
    by_beat: dict[str, dict[int, float]] = {}
    for beat, unit, share in zip(frame["beat_id"], frame["unit_id"], frame["share"], strict=True):
        place = _place(places, str(unit), "beat_shares")
        if place in by_beat.setdefault(str(beat), {}):
            raise ValueError(f"beat_shares: beat {beat} names unit {unit} twice")
        by_beat[str(beat)][place] = float(share)
    return {
        beat: Zone(key=beat, units=tuple(sorted(parts)), shares=tuple(parts[place] for place in sorted(parts)))
        for beat, parts in sorted(by_beat.items())
    }
