"""What scoring and pages need from a snapshot, besides the indicator counts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

import duckdb
import pandas as pd

from harmmodel import nullable
from harmmodel.config import Indicator, Observed
from harmmodel.config.rows.covers import Span, months_between
from harmmodel.warehouse.store.connection import Connection, single

Params = dict[str, list[str] | list[dt.date] | list[int] | list[list[str]]]


# What counts events per indicator and class, inside each window: the table it counts and the column of its units.
COUNTED = {"indicator_count": ("core_count", "unit_id"), "beat_count": ("core_count_beat", "beat_id")}


def query(name: str) -> str:
    """Return the text of one of the warehouse's own SQL files, whole: the part that two share is written out."""
    text = files("harmmodel.warehouse.read").joinpath(f"{name}.sql").read_text("utf-8")
    if name in COUNTED:
        table, unit = COUNTED[name]
        text = text.replace("{counted}", query("counted").rstrip().replace("{table}", table).replace("{unit}", unit))
    return text


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the first of the month that lies *months* before the month of *day*.

    >>> months_before(dt.date(2018, 8, 1), 12)
    datetime.date(2017, 8, 1)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, 1)


def first_whole_month(day: dt.date) -> dt.date:
    """Return the first of the month that begins on *day* or next after it."""
    return day if day.day == 1 else months_before(day, -1)


def window(as_of: dt.date, months: int, observed: Observed) -> Span:
    """Return the half-open window of whole months before *as_of* inside what is covered; empty if none is.

    Months at its ends of which no day is observed are cut off; gaps in between are not, so count its days by
    ``observed.days``.
    """
    start = max(months_before(as_of, months), first_whole_month(observed.first))
    stop = max(start, min(as_of, observed.end.replace(day=1)))
    seen = [span for span in months_between(start, stop) if observed.days(*span)]
    start, stop = (seen[0][0], seen[-1][1]) if seen else (start, start)
    if observed.is_yearly:  # nothing is known within a year, so the window is cut to whole ones
        start, stop = dt.date((start - dt.timedelta(days=1)).year + 1, 1, 1), dt.date(stop.year, 1, 1)
    return start, max(start, stop)


def common_window(as_of: dt.date, months: int, sources: Iterable[Observed]) -> Span:
    """Return the longest part of the window of which all *sources* observe every day; whole if nothing is said.

    Of parts as long as each other the last; empty if there is none.
    """
    known, start = list(sources), months_before(as_of, months)
    best, run = (as_of, as_of), (start, start)
    for first, following in months_between(start, as_of):
        is_whole = all(one.days(first, following) == (following - first).days for one in known)
        run = (run[0], following) if is_whole else (following, following)
        best = run if run[0] < run[1] and run[1] - run[0] >= best[1] - best[0] else best
    return best


def parameters(indicators: Sequence[Indicator], as_of: dt.date, sources: Mapping[str, Observed]) -> Params:
    """Return the named parameters with which indicators are counted: lists with one entry per indicator and class."""
    rows = [
        (item.id, name, window(as_of, item.count.months, sources[name]), [str(p) for p in item.count.place_classes])
        for item in indicators
        for name in item.count.classes
    ]
    return {
        "indicators": [row[0] for row in rows],
        "classes": [row[1] for row in rows],
        "starts": [row[2][0] for row in rows],
        "stops": [row[2][1] for row in rows],
        "days": [sources[row[1]].days(*row[2]) for row in rows],
        "place_classes": [row[3] for row in rows],
    }


def indicator_counts(
    con: duckdb.DuckDBPyConnection, indicators: Sequence[Indicator], as_of: dt.date, sources: Mapping[str, Observed]
) -> pd.DataFrame:
    """Count indicators, all in one pass over the cube.

    Returns
    -------
    One row per indicator, unit and class, in that order: indicator, unit_id (None: events of no known unit), class,
    period_from, period_to, events, marks (counts that are suppressed and in no events), suppressed_low and
    suppressed_high (the ends of their sum), days, person_days. Days are those of the window that the source observes;
    where a unit did not report, `unit_coverage` says so.
    """
    return con.execute(query("indicator_count"), parameters(indicators, as_of, sources)).df()


def uncounted(
    con: duckdb.DuckDBPyConnection, indicators: Sequence[Indicator], as_of: dt.date, sources: Mapping[str, Observed]
) -> pd.DataFrame:
    """Return what is not observed since the file gives no count: indicator, class, unit_id (None: of no known unit)."""
    values = parameters(indicators, as_of, sources)
    asked = {name: values[name] for name in ("indicators", "classes", "starts", "stops")}
    return con.execute(query("uncounted"), asked).df()


def notes(con: Connection) -> pd.DataFrame:
    """Return what a person should know of the files: source, kind, subject, rows, other, in the order of the load."""
    return con.execute("select source, kind, subject, rows, other from load_note order by rowid").df()


def beat_counts(
    con: duckdb.DuckDBPyConnection, indicators: Sequence[Indicator], as_of: dt.date, sources: Mapping[str, Observed]
) -> pd.DataFrame:
    """Count events that are known only by beat: as `indicator_counts`, with beat_id."""
    return con.execute(query("beat_count"), parameters(indicators, as_of, sources)).df()


def unit_coverage(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return what units reported of months, where that is not all: unit_id, source, month (days), share."""
    return con.execute(
        "select unit_id, source, month, share::double as share from core_coverage order by source, unit_id, month"
    ).df()


def units_with_events(con: duckdb.DuckDBPyConnection, classes: Sequence[str], as_of: dt.date) -> dict[str, float]:
    """Return events of the classes before *as_of* by unit; those known by beat as shared out, so that none is lost."""
    rows = con.execute(
        "with found as (select unit_id, null as beat_id, class, month, events from core_count union all "
        "select null, beat_id, class, month, events from core_count_beat) "
        "select coalesce(f.unit_id, s.unit_id) as unit_id, sum(coalesce(f.events, 1) * coalesce(s.share::double, 1)) "
        "from found as f left join core_beat_share as s using (beat_id) "
        "where list_contains($classes::varchar[], f.class) and f.month < $as_of group by 1 order by 1",
        {"classes": list(classes), "as_of": as_of},
    ).fetchall()
    return {str(unit): float(n) for unit, n in rows if unit is not None}


def monthly_counts(con: duckdb.DuckDBPyConnection, classes: Sequence[str]) -> pd.DataFrame:
    """Return events of classes by unit and month: unit_id, month, events; none where some are known by beat only."""
    return con.execute(
        "select unit_id, month, sum(events)::double as events from core_count "
        "where list_contains($classes::varchar[], class) and unit_id is not null and not exists "
        "(select 1 from core_count_beat where list_contains($classes::varchar[], class)) group by all order by all",
        {"classes": list(classes)},
    ).df()


def beat_shares(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the share of each beat's land in each unit: beat_id, unit_id, share."""
    return con.execute(
        "select beat_id, unit_id, share::double as share from core_beat_share order by beat_id, unit_id"
    ).df()


def areas(con: Connection) -> pd.DataFrame:
    """Return the units: unit_id, label, residents, km2; and district, where the place has a column of them."""
    units = con.execute(query("area")).df()
    (has_districts,) = single(con, "select count(*) > 0 from duckdb_tables() where table_name = 'core_district'")
    if not has_districts:
        return units
    return units.merge(con.execute(query("district")).df(), on="unit_id", how="left", validate="one_to_one")


def second_population(con: Connection) -> pd.DataFrame:
    """Return the second population of a place that has one: unit_id, persons (missing where nobody counted them)."""
    frame = con.execute("select unit_id, persons from core_population order by unit_id").df()
    return frame.assign(persons=nullable.counts(frame["persons"]))


def enforcement_counts(con: Connection, classes: Sequence[str], start: dt.date, stop: dt.date) -> pd.DataFrame:
    """Return enforcement records by unit and class: unit_id, class, records, arrests. Never for a harm score.

    What the source does not hold is missing.
    """
    frame = con.execute(query("enforcement_count"), {"classes": list(classes), "start": start, "stop": stop}).df()
    return frame.assign(records=nullable.counts(frame["records"]), arrests=nullable.counts(frame["arrests"]))


def holds_arrests(con: Connection) -> bool:
    """Say whether the sources of enforcement hold arrests: any row of `act_enforcement` has a number, 0 among them."""
    return bool(single(con, "select count(arrests) > 0 from act_enforcement")[0])


def class_counts(con: Connection, classes: Sequence[str], start: dt.date, stop: dt.date) -> pd.DataFrame:
    """Return recorded events by unit and harm class over one window: unit_id, class, events."""
    return con.execute(query("class_count"), {"classes": list(classes), "start": start, "stop": stop}).df()


def yearly_counts(con: Connection, class_: str, start: dt.date, stop: dt.date) -> pd.DataFrame:
    """Return events of one class by unit and calendar year: unit_id, year, events_low, events_high."""
    return con.execute(query("yearly_count"), {"class": class_, "start": start, "stop": stop}).df()


def uncounted_years(con: Connection, class_: str) -> pd.DataFrame:
    """Return the years in which the file lacks the count of a month: unit_id (None: no known unit), year."""
    return con.execute(
        "select distinct unit_id, year(month)::integer as year from load_uncounted where class = $class order by all",
        {"class": class_},
    ).df()


def reconciliation(con: Connection, as_of: dt.date) -> pd.DataFrame:
    """Return where every row of every file went, one row for each; ``rows`` equals the sum of the fates."""
    return con.execute(query("reconciliation"), {"as_of": as_of}).df()


def core_account(con: Connection) -> pd.DataFrame:
    """Return counted events beside those in core tables: source, class, month, counted, listed, events."""
    return con.execute(
        "select source, class, month, counted, listed, events from load_core order by source, class, month nulls first"
    ).df()


def arrest_shares(con: Connection) -> pd.DataFrame:
    """Return how many records of each harm class carry an arrest: class, sources (a list), records, arrests, share.

    Counted are records of which a source says whether they carry one; a class without any has no row.
    """
    return con.execute(
        "select class, list(distinct source order by source) as sources, sum(records)::bigint as records, "
        "sum(arrests)::bigint as arrests, sum(arrests) / sum(records) as share "
        "from act_class_arrest where records > 0 group by class order by class"
    ).df()


def boundaries(con: Connection) -> dict[str, Any]:
    """Return the simplified outlines as a GeoJSON FeatureCollection with unit_id and label on each feature."""
    rows = con.execute(
        "select b.unit_id, a.label, b.geometry from core_boundary as b join core_area as a "
        "on a.area_id = b.unit_id where b.geometry is not null order by b.unit_id"
    ).fetchall()
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "unit_id": unit,
                "label": label,
                "properties": {"unit_id": unit, "label": label},
                "geometry": json.loads(geometry),
            }
            for unit, label, geometry in rows
        ],
    }
