"""What ``core_coverage`` promises: which share of each month units reported; none has events when it did not."""

from __future__ import annotations

import datetime as dt

from harmmodel.config import Config
from harmmodel.config.rows.covers import months_between
from harmmodel.errors import SnapshotError
from harmmodel.warehouse.sql.contract import check_contract
from harmmodel.warehouse.store.connection import Connection

LISTED = 200  # units and months named in a message
CHECKS = {
    "core_coverage.unit_id is not in core_area": """
        select coalesce(unit_id, '(empty)') as k from core_coverage
        where unit_id is null or unit_id not in (select area_id from core_area)""",
    "core_coverage.source is no scored source of the place": """
        select coalesce(source, '(empty)') as k from core_coverage
        where source is null or not list_contains($sources::varchar[], source)""",
    "core_coverage.month must be the first of a month": """
        select unit_id || ' ' || coalesce(month::varchar, '(none)') as k from core_coverage
        where month is null or month <> date_trunc('month', month)""",
    "core_coverage.share must be from 0 to 1": """
        select unit_id || ' ' || coalesce(share::varchar, '(empty)') as k from core_coverage
        where share is null or not share between 0 and 1""",
    "core_coverage is not one row per unit, source and month": """
        select unit_id || ' ' || source || ' ' || month as k from core_coverage
        group by unit_id, source, month having count(*) > 1""",
}
# Events of units in months of which it is said that they reported nothing; a beat counts that lies wholly in a unit.
SILENT_EVENTS = """
with silent as (
    select unit_id, source, month from core_coverage where share = 0
    union select unnest($units::varchar[]), unnest($from_sources::varchar[]), unnest($months::date[])
),
fed as (select unnest($classes::varchar[]) as class, unnest($sources::varchar[]) as source),
counted as (
    select unit_id, class, month from core_count
    union all
    select s.unit_id, c.class, c.month from core_count_beat as c join core_beat_share as s using (beat_id)
    where s.share >= 1
)
select s.unit_id, s.source, s.month, string_agg(distinct c.class, ', ' order by c.class)
from counted as c join fed as f using (class)
join silent as s on s.unit_id = c.unit_id and s.source = f.source and s.month = c.month
group by all order by all"""


def check_reported(con: Connection, config: Config) -> None:
    """Check what is said of units that did not report: that they are units, and that none of them has events then.

    Raises
    ------
    SnapshotError
        With every unit, source and month at fault.
    """
    scored = sorted(name for name, passport in config.passports.items() if passport.use == "scored")
    check_contract(con, CHECKS, sources=scored)
    known = {str(row[0]) for row in con.execute("select area_id from core_area").fetchall()}
    lines = [
        f"sources/{name}.yaml, gaps: no unit of the place is called {', '.join(strange)}. Correct the id"
        for name, passport in sorted(config.passports.items())
        for gap in passport.gaps
        if (strange := sorted(set(gap.units) - known))
    ]
    silent = _silent_months(config)
    rows = con.execute(
        SILENT_EVENTS,
        {
            "classes": list(config.place.classes),
            "sources": list(config.place.classes.values()),
            "units": [unit for unit, _, _ in silent],
            "from_sources": [source for _, source, _ in silent],
            "months": [month for _, _, month in silent],
        },
    ).fetchall()
    lines += [f"{unit}, source {source}, {month:%Y-%m}: {classes}" for unit, source, month, classes in rows[:LISTED]]
    lines += [f"and {len(rows) - LISTED:,} more"] if len(rows) > LISTED else []
    if lines:
        raise SnapshotError(
            "gaps of a passport, or core_coverage with share 0, say that units reported nothing, and they have events "
            "then or are no units:\n  " + "\n  ".join(lines) + "\nA unit with events has reported: correct "
            "core/core_coverage.sql, the gap, or the counts"
        )


def _silent_months(config: Config) -> list[tuple[str, str, dt.date]]:
    """Return unit, source and month where a passport says that a unit reported nothing of a whole month."""
    return [
        (unit, name, start)
        for name, passport in sorted(config.passports.items())
        if passport.use == "scored" and (seen := passport.observed)
        for unit in sorted(seen.silent_units)
        for start, stop in months_between(seen.first, seen.end)
        if seen.days(start, stop) and not seen.days(start, stop, unit=unit)
    ]
