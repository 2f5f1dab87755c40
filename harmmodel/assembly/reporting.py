"""How much of a window each unit reported, and units of which nothing is recorded although something is probable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from harmmodel.config import Config, Indicator, Observed
from harmmodel.config.covers import months_between
from harmmodel.method.arrays import Floats
from harmmodel.method.completeness import chances_of_none
from harmmodel.warehouse.read import areas
from harmmodel.warehouse.store.connection import Connection

REPORTED = ("unit_id", "indicator", "class", "source", "days", "whole_days", "reported", "of_months")
SILENT = ("unit_id", "source", "expected", "chance")


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
    spans = {year: (dt.date(year, 1, 1), dt.date(year + 1, 1, 1)) for year in years} if observed else {}
    return frozenset(
        (unit, year) for year, span in spans.items() if observed for unit, *_ in _units(told, observed, span)
    )


def short_units(
    con: Connection, classes: Sequence[str], start: dt.date, stop: dt.date, config: Config
) -> frozenset[str]:
    """Return the units that reported too little of a period to be compared in it, by any source of *classes*."""
    told, least, found = _shares(con), config.policy.completeness.share, set[str]()
    for source in {config.place.classes[c] for c in classes}:
        observed = config.passports[source].observed
        if observed is not None:
            whole = observed.days(start, stop)
            units = _units(told.get(source, {}), observed, (start, stop))
            found |= {unit for unit, days, _, _ in units if days < least * whole}
    return frozenset(found)


def silent_units(con: Connection, config: Config) -> pd.DataFrame:
    """Find units of which a source holds no record at all, although the place's rate makes that improbable.

    Units that the passport says did not report, or of which it is known what they reported, are not named.

    Returns
    -------
    unit_id, source, expected (events at the rate of the units with records; NaN of a sensitive source), chance
    """
    units, told, rows = areas.areas(con), _shares(con), list[tuple[object, ...]]()
    by_source: dict[str, list[str]] = {}
    for class_, source in config.place.classes.items():
        by_source.setdefault(source, []).append(class_)
    column = "residents" if units["residents"].notna().any() else "km2"
    sizes: Floats = np.asarray(units[column].to_numpy(np.float64, na_value=np.nan))
    for source, classes in sorted(by_source.items()):
        passport = config.passports[source]
        if (observed := passport.observed) is None:
            continue
        known = areas.units_with_events(con, classes, config.scheme.as_of)
        events: Floats = np.asarray(units["unit_id"].map(known).fillna(0.0), dtype=np.float64)
        chance = chances_of_none(events, sizes)
        some = (events > 0) & (sizes > 0)
        rate = events[some].sum() / sizes[some].sum() if some.any() else np.nan
        explained = {*told.get(source, {}), *observed.silent_units}
        for at in np.flatnonzero(chance < config.policy.completeness.silent):
            if (unit := str(units["unit_id"].iloc[at])) not in explained:
                expected = np.nan if passport.sensitive else rate * sizes[at]
                rows.append((unit, source, expected, np.nan if passport.sensitive else chance[at]))
    return pd.DataFrame(rows, columns=list(SILENT)).astype({"unit_id": object, "expected": np.float64})
