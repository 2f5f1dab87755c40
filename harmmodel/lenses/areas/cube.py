"""Frames of counts into arrays, sorted so that the order of rows cannot matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from harmmodel.lenses.areas.reported import sentences, too_little
from harmmodel.lenses.areas.spec import DAYS_PER_YEAR, PRESENT, RESIDENT, AreaInputs, IndicatorSpec
from harmmodel.method.activities.allocation import Zone, certain_events, expected_events
from harmmodel.method.arrays import Floats
from harmmodel.method.suppressed import judged as judged_marks
from harmmodel.method.withheld import Withheld, judged

DAYS_PER_MONTH = 365 / 12
Cell = tuple[str, str]
Ends = tuple[float, float]


@dataclass(frozen=True)
class WithheldCount:
    """A count of a zone or unit of which only the ends are known.

    Attributes
    ----------
    zone : where its events may have fallen; a unit is a zone that lies wholly in it
    judged, cell : what the count may have been: of that cell among all of its class
    """

    zone: Zone
    judged: Withheld
    cell: int


@dataclass(frozen=True)
class ClassCount:
    """Events of one class of one indicator.

    Attributes
    ----------
    indicator, name : of the indicator and the class
    events : shape (units,), as expected: zone events are shared out, withheld ones judged; NaN where not known
    low, high : shape (units,), the same at the ends of what is withheld; equal to *events* where nothing is
    certain : shape (units,), whole events whose unit and number are known
    zones : zones that straddle units, with their events
    withheld : counts that are known by their ends only
    person_years : shape (units,), residents or square kilometres times years; NaN where not observed
    scale : what a rate per unit of exposure is multiplied by to be shown
    days : of the window; NaN when the class is not observed
    unallocated : events that belong to the place but to no unit: low and high end
    """

    indicator: str
    name: str
    events: Floats
    low: Floats
    high: Floats
    certain: Floats
    zones: tuple[tuple[Zone, int], ...]
    withheld: tuple[WithheldCount, ...]
    person_years: Floats
    scale: int
    days: float
    unallocated: Ends


@dataclass(frozen=True)
class Cube:
    """Units in order of their id, and the counts of each indicator's classes in order of their names.

    ``lacks`` says of each unit why no rate is worked out for it, and ``unheard`` what it did not report enough of;
    empty texts where nothing is lacking.
    """

    unit_ids: tuple[str, ...]
    labels: tuple[str, ...]
    residents: Floats
    classes: Mapping[str, tuple[ClassCount, ...]]
    periods: Mapping[str, tuple[str, str]]
    lacks: tuple[str, ...] = ()
    unheard: tuple[str, ...] = ()


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
    sizes = {RESIDENT: residents, "km2": _sizes(units, "km2"), PRESENT: _sizes(units, PRESENT)}
    counter = _Counter(data, {unit: place for place, unit in enumerate(ids)}, sizes)
    return Cube(
        unit_ids=ids,
        labels=tuple(units["label"].astype(str)),
        residents=residents,
        classes={spec.id: counter.classes_of(spec) for spec in indicators},
        periods={spec.id: counter.period(spec.id) for spec in indicators},
        lacks=_lacks(sizes, indicators),
        unheard=_unheard(data, ids, indicators),
    )


def _unheard(data: AreaInputs, ids: Sequence[str], indicators: Sequence[IndicatorSpec]) -> tuple[str, ...]:
    """Say of each unit which indicators it did not report enough of."""
    if data.unit_exposure is None or data.unit_exposure.empty or not indicators:
        return ("",) * len(ids)
    labels = {spec.id: spec.label for spec in indicators if spec.role == "score"}
    short = too_little(data.unit_exposure, max(spec.least_share for spec in indicators))
    said = sentences(short[short["indicator"].isin(list(labels))], labels)
    return tuple(said.get(unit, "") for unit in ids)


def _lacks(sizes: Mapping[str, Floats], indicators: Sequence[IndicatorSpec]) -> tuple[str, ...]:
    """Say of each unit whether its residents or its land are not known, or too few for a rate of any indicator."""
    least = {per: min(s.least for s in indicators if s.per == per) for per in sorted({s.per for s in indicators})}
    named = {
        RESIDENT: ("resident", "residents"),
        "km2": ("square kilometre", "square kilometres"),
        PRESENT: ("person", "persons"),
    }
    found = []
    for unit in zip(*(sizes[per] for per in least), strict=True):
        told = [
            f"how many {named[per][1]} it has is not known"
            if np.isnan(size)
            else f"it has {size:,.6g} {named[per][int(size != 1)]}, under the {lower:,.6g} that a rate needs"
            for size, (per, lower) in zip(unit, least.items(), strict=True)
            if not size >= lower
        ]
        found.append(" and ".join(told))
    return tuple(found)


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
        self.reported = {} if data.unit_exposure is None else _by_cell(data.unit_exposure)

    def classes_of(self, spec: IndicatorSpec) -> tuple[ClassCount, ...]:
        """Count all classes of an indicator, in order of their names."""
        return tuple(self.count(spec, name) for name in sorted(set(spec.classes)))

    def count(self, spec: IndicatorSpec, name: str) -> ClassCount:
        """Count one class of one indicator."""
        indicator = spec.id
        days = self._days((indicator, name))
        sizes = self.sizes[spec.per]
        own = self._unit_days((indicator, name), days)
        is_known = (sizes >= spec.least) & (own >= spec.least_share * days)
        person_years = np.where(is_known, sizes, np.nan) * own / DAYS_PER_YEAR
        (low, high), city = self._unit_events((indicator, name))
        zones, unplaced = self._zone_events((indicator, name))
        told = [(zone, int(ends[0])) for zone, ends in zones if ends[0] == ends[1]]
        marked, marked_zones, marked_city = self._suppressed((indicator, name))
        cells = max(days / DAYS_PER_MONTH, 1.0) if days == days else 1.0
        teaching = np.where(marked[0] > 0, np.nan, person_years)
        withheld = (
            *self._withheld_units(low, high, teaching),
            *self._withheld_zones(zones),
            *self._suppressed_units(marked, np.stack([low, high]), person_years, cells),
            *_suppressed_zones(marked_zones, {zone.key: sum(pair) / 2 for zone, pair in zones}, cells),
        )
        size = len(self.places)
        exact = np.where(low == high, low, np.where(np.isnan(low), np.nan, 0.0))
        known = np.isfinite(person_years)
        expected, least, most = exact + expected_events(told, units=size) + _shared_out(withheld, size)
        return ClassCount(
            indicator=indicator,
            name=name,
            events=np.where(known, expected, np.nan),
            low=np.where(known, least, np.nan),
            high=np.where(known, most, np.nan),
            certain=np.where(known, exact + certain_events(told, units=size), np.nan),
            zones=tuple((zone, events) for zone, events in told if not zone.is_whole),
            withheld=withheld,
            person_years=person_years,
            scale=spec.scale,
            days=days,
            unallocated=(city[0] + unplaced[0] + marked_city[0], city[1] + unplaced[1] + marked_city[1]),
        )

    def _withheld_units(self, low: Floats, high: Floats, exposure: Floats) -> list[WithheldCount]:
        """Judge the counts of units that are withheld, beside those that are told."""
        chosen = np.flatnonzero(low < high)
        if not chosen.size:
            return []
        beside, names = judged(low, high, exposure), list(self.places)
        return [WithheldCount(Zone(f"unit {names[at]}", (int(at),), (1.0,)), beside, int(at)) for at in chosen]

    def _suppressed(self, cell: Cell) -> tuple[Floats, dict[str, tuple[Zone, Floats]], Ends]:
        """Return what is suppressed: marks and ends by unit (3, units), and by zone; ends of what is in none."""
        units, zones, city = np.zeros((3, len(self.places))), dict[str, tuple[Zone, Floats]](), np.zeros(3)
        for frame, key in ((self.counts.get(cell), "unit_id"), (self.beats.get(cell), "beat_id")):
            if frame is None or "marks" not in frame:
                continue
            marked = frame[frame["marks"] > 0]
            parts = marked[["marks", "suppressed_low", "suppressed_high"]].to_numpy(dtype=np.float64)
            for name, part in zip(marked[key], parts, strict=True):
                if key == "unit_id" and not pd.isna(name):
                    units[:, _place(self.places, str(name), "counts")] += part
                elif key == "beat_id" and not pd.isna(name) and str(name) in self.shares:
                    before = zones.get(str(name), (self.shares[str(name)], np.zeros(3)))
                    zones[str(name)] = (before[0], before[1] + part)
                else:
                    city += part
        return units, zones, (float(city[1]), float(city[2]))

    def _suppressed_units(self, marked: Floats, told: Floats, exposure: Floats, cells: float) -> list[WithheldCount]:
        """Judge what publishers suppressed in units, by how often they did."""
        if not marked[0].any():
            return []
        parts = np.vstack([marked, told.mean(axis=0)[None]])
        beside, names = judged_marks(parts, told + marked[1:], exposure, cells), list(self.places)
        return [
            WithheldCount(Zone(f"suppressed in unit {names[at]}", (int(at),), (1.0,)), beside, int(at))
            for at in np.flatnonzero(marked[0])
        ]

    def _withheld_zones(self, zones: Sequence[tuple[Zone, Ends]]) -> list[WithheldCount]:
        """Judge the counts of zones that are withheld, beside those that are told; a zone without a row has none."""
        if all(low == high for _, (low, high) in zones):
            return []
        ends = {zone.key: pair for zone, pair in zones}
        every = [(zone, ends.get(key, (0.0, 0.0))) for key, zone in self.shares.items()]
        low, high = (np.array([pair[end] for _, pair in every]) for end in (0, 1))
        beside = judged(low, high, np.ones(len(every)))
        return [WithheldCount(zone, beside, at) for at, (zone, pair) in enumerate(every) if pair[0] < pair[1]]

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

    def _unit_days(self, cell: Cell, days: float) -> Floats:
        """Return the days that each unit reported; all of them where nothing else is said."""
        own = np.full(len(self.places), days)
        if cell in self.reported:
            frame = self.reported[cell]
            for unit, reported in zip(frame["unit_id"], frame["days"], strict=True):
                own[_place(self.places, str(unit), "unit_exposure")] = min(float(reported), days)
        return own

    def _unit_events(self, cell: Cell) -> tuple[tuple[Floats, Floats], Ends]:
        """Return the ends of the counts of all units, and of what belongs to the place but to no unit."""
        low, high = np.zeros(len(self.places)), np.zeros(len(self.places))
        city = [0.0, 0.0]
        if cell not in self.counts:
            return (low, high), (0.0, 0.0)
        frame = self.counts[cell]
        for unit, *ends in zip(frame["unit_id"], *_ends(frame), strict=True):
            if pd.isna(unit):
                city = [city[0] + ends[0], city[1] + ends[1]]
            else:
                place = _place(self.places, str(unit), "counts")
                low[place] += ends[0]
                high[place] += ends[1]
        return (low, high), (city[0], city[1])

    def _zone_events(self, cell: Cell) -> tuple[list[tuple[Zone, Ends]], Ends]:
        """Return the ends of the counts of zones, and of what lies in no zone with shares."""
        zones: list[tuple[Zone, Ends]] = []
        unplaced = (0.0, 0.0)
        if cell not in self.beats:
            return zones, unplaced
        frame = self.beats[cell]
        totals: dict[str, Ends] = {}
        for beat, low, high in zip(frame["beat_id"], *_ends(frame), strict=True):
            key = "" if pd.isna(beat) else str(beat)
            before = totals.get(key, (0.0, 0.0))
            totals[key] = before[0] + low, before[1] + high
        for key, ends in sorted(totals.items()):
            if not all(end.is_integer() for end in ends):
                raise ValueError(f"beat_counts: beat {key} has {ends[0]} events; a whole number is needed")
            if key in self.shares:
                zones.append((self.shares[key], ends))
            else:
                unplaced = unplaced[0] + ends[0], unplaced[1] + ends[1]
        return zones, unplaced


def _suppressed_zones(
    marked: Mapping[str, tuple[Zone, Floats]], told: Mapping[str, float], cells: float
) -> list[WithheldCount]:
    """Judge what publishers suppressed in zones, each by its own marks and what is told of it."""
    if not marked:
        return []
    parts = np.array([[*part, told.get(key, 0.0)] for key, (_, part) in marked.items()]).T
    unknown = np.full(len(marked), np.nan)
    beside = judged_marks(parts, np.stack([unknown, unknown]), unknown, cells)
    zones = [replace(zone, key=f"suppressed in {zone.key}") for zone, _ in marked.values()]
    return [WithheldCount(zone, beside, at) for at, zone in enumerate(zones)]


def _ends(frame: pd.DataFrame) -> tuple[list[float], list[float]]:
    """Return the low and the high end of each count; the count itself where all are known."""
    names = ("events", "events") if "events" in frame else ("events_low", "events_high")
    low, high = (frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in names)
    return [float(value) for value in low], [float(value) for value in high]


def _shared_out(withheld: Sequence[WithheldCount], size: int) -> Floats:
    """Share withheld counts out over units; shape (3, size): as expected, at the low ends and at the high ones."""
    total = np.zeros((3, size))
    for count in withheld:
        values = np.array([ends[count.cell] for ends in (count.judged.expected, count.judged.first, count.judged.last)])
        for unit, share in zip(count.zone.units, count.zone.shares, strict=True):
            total[:, unit] += values * (1.0 if count.zone.is_whole else share)
    return total


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
