"""How much of a window each unit reported, and units of which nothing is recorded although something is probable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from harmmodel.config import Config, Indicator, Observed
from harmmodel.config.rows.covers import months_between
from harmmodel.method.arrays import Floats
from harmmodel.method.completeness import chances_of_none, silences
from harmmodel.warehouse.read import areas
from harmmodel.warehouse.store.connection import Connection

REPORTED = ("unit_id", "indicator", "class", "source", "days", "whole_days", "reported", "of_months")
SILENT = ("unit_id", "source", "expected", "chance", "since", "until")


def unit_exposure(con: Connection, indicators: Sequence[Indicator], config: Config) -> pd.DataFrame:
    """Count the days that units reported, where these are fewer than those of the source.

    Returns
    -------
    unit_id, indicator, class, source, days (observed in the unit; a month counts by its share) of whole_days, reported
    and of_months: in how many of how many months of the window something was reported. A unit without a row reported
    everything.
    """
    told, rows = _shares(con), list[tuple[object, ...]]()
    for item in indicators:
        for class_ in item.count.classes:
            source = config.place.classes[class_]
            observed = config.passports[source].observed
            if observed is None:
                continue
            observed = observed.of_class(class_)
            window = areas.window(config.scheme.as_of, item.count.months, observed)
            whole = float(observed.days(*window))
            for unit, days, reported, months in _units(told.get(source, {}), observed, window):
                rows.append((unit, item.id, class_, source, days, whole, reported, months))
    frame = pd.DataFrame(rows, columns=list(REPORTED))
    types: dict[str, str] = dict.fromkeys(REPORTED, "float64") | dict.fromkeys(REPORTED[:4], "object")
    return frame.astype(types | {"reported": "int64", "of_months": "int64"})


Shares = dict[str, dict[dt.date, float]]  # unit to month to share


def _shares(con: Connection) -> dict[str, Shares]:
    """Read by source what units reported of months."""
    by_source: dict[str, Shares] = {}
    for unit, source, month, share in areas.unit_coverage(con).itertuples(index=False):
        by_source.setdefault(str(source), {}).setdefault(str(unit), {})[pd.Timestamp(month).date()] = float(share)
    return by_source


def _units(shares: Shares, observed: Observed, window: tuple[dt.date, dt.date]) -> list[tuple[str, float, int, int]]:
    """Return unit, days, months reported and months of the window, for units that reported less than the source."""
    months = [span for span in months_between(*window) if observed.days(*span)] if window[0] < window[1] else []
    whole = float(sum(observed.days(*span) for span in months))
    found = []
    for unit in sorted({*shares, *observed.silent_units}):
        own = shares.get(unit, {})
        days = [observed.days(*span, unit=unit) * own.get(span[0], 1.0) for span in months]
        if sum(days) < whole:
            found.append((unit, float(sum(days)), sum(day > 0 for day in days), len(months)))
    return found


def unheard_years(con: Connection, class_: str, years: Sequence[int], config: Config) -> frozenset[tuple[str, int]]:
    """Return units and years of which the source of a class does not hold everything that happened there."""
    source = config.place.classes[class_]
    observed, told = config.passports[source].observed, _shares(con).get(source, {})
    observed = observed.of_class(class_) if observed else None
    spans = {year: (dt.date(year, 1, 1), dt.date(year + 1, 1, 1)) for year in years} if observed else {}
    return frozenset(
        (unit, year) for year, span in spans.items() if observed for unit, *_ in _units(told, observed, span)
    )


def short_units(
    con: Connection, classes: Sequence[str], start: dt.date, stop: dt.date, config: Config
) -> frozenset[str]:
    """Return the units that reported too little of a period to be compared in it, by any source of *classes*."""
    told, least, found = _shares(con), config.policy.completeness.share, set[str]()
    for class_ in classes:
        source = config.place.classes[class_]
        observed = config.passports[source].observed
        if observed is not None:
            observed = observed.of_class(class_)
            whole = observed.days(start, stop)
            units = _units(told.get(source, {}), observed, (start, stop))
            found |= {unit for unit, days, _, _ in units if days < least * whole}
    return frozenset(found)


def silent_units(con: Connection, config: Config) -> pd.DataFrame:
    """Find units of which a source holds no record, at all or for a long time, although that is improbable.

    Units that the passport says did not report, or of which it is known what they reported, are not named.

    Returns
    -------
    unit_id, source, expected (events, at the rates of the place), chance, since and until (days, half-open, as texts;
    empty where there is no record at all). Of a sensitive source no figure and no time is told
    """
    units, told, rows = areas.areas(con), _shares(con), list[tuple[object, ...]]()
    column = "residents" if units["residents"].notna().any() else "km2"
    sizes: Floats = np.asarray(units[column].to_numpy(np.float64, na_value=np.nan))
    for source in sorted(set(config.place.classes.values())):
        passport = config.passports[source]
        if passport.observed is None:
            continue
        explained = {*told.get(source, {}), *passport.observed.silent_units}
        classes = [class_ for class_, own in config.place.classes.items() if own == source]
        for at, *figures in _silences(con, classes, passport.observed, (units, sizes), config):
            if (unit := str(units["unit_id"].iloc[at])) not in explained:
                rows.append((unit, source, *((np.nan, np.nan, "", "") if passport.sensitive else figures)))
    types = {"unit_id": "object", "source": "object", "expected": "float64", "chance": "float64"}
    return pd.DataFrame(rows, columns=list(SILENT)).astype(types | {"since": "object", "until": "object"})


Found = tuple[int, float, float, str, str]  # position of the unit, expected, chance, since, until


def _silences(
    con: Connection, classes: Sequence[str], observed: Observed, place: tuple[pd.DataFrame, Floats], config: Config
) -> list[Found]:
    """Find silent units of one source: of all time before as_of, and of the longest window of its indicators."""
    units, sizes = place
    limit, as_of = config.policy.completeness.silent, config.scheme.as_of
    known = areas.units_with_events(con, classes, as_of)
    events: Floats = np.asarray(units["unit_id"].map(known).fillna(0.0), dtype=np.float64)
    chance, some = chances_of_none(events, sizes), (events > 0) & (sizes > 0)
    rate = float(events[some].sum() / sizes[some].sum()) if some.any() else float("nan")
    found: list[Found] = [
        (int(at), rate * float(sizes[at]), float(chance[at]), "", "") for at in np.flatnonzero(chance < limit)
    ]
    counting = [item.count.months for item in config.listed_indicators if set(item.count.classes) & set(classes)]
    window = areas.window(as_of, max(counting, default=0), observed)
    months = [span for span in months_between(*window) if observed.days(*span)] if window[0] < window[1] else []
    counted = areas.monthly_counts(con, classes)
    table = counted.assign(month=pd.to_datetime(counted["month"]).dt.date).pivot(
        index="unit_id", columns="month", values="events"
    )
    table = table.reindex(index=units["unit_id"], columns=[start for start, _ in months]).fillna(0.0)
    for each in silences(table.to_numpy(np.float64), sizes, chance=limit) if len(months) > 1 and len(counted) else ():
        since, until = months[each.first][0].isoformat(), months[each.last][1].isoformat()
        found.append((each.unit, each.expected, each.chance, since, until))
    return found
