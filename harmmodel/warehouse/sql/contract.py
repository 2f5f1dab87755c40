"""What the core tables promise: the columns that the engine reads, and checks that return the rows at fault."""

from __future__ import annotations

from collections.abc import Iterable

from harmmodel.config import Config
from harmmodel.errors import SnapshotError, SourceError
from harmmodel.warehouse.store.connection import Connection

MOST_RESIDENTS = 2_000_000_000
# More of one class in a month than this for each resident is a slip of the pen: the busiest square of London, where few
# live and many come, has one for every two residents. An area where hardly anybody lives, as an airport or a park,
# counts as one of the least size, so that what many visitors suffer there stands.
EVENTS_PER_RESIDENT = 10
LEAST_RESIDENTS = 1_000
LISTED = 10  # units named in a message
GROUP_REQUIRED: dict[str, dict[str, str]] = {
    "core_group": {
        "group_id": "VARCHAR",
        "label": "VARCHAR",
        "kind": "VARCHAR",
        "size_band": "VARCHAR",
        "first_seen": "DATE",
        "review_due": "DATE",
    },
    "core_group_alias": {"actor_id": "BIGINT", "alias": "VARCHAR", "group_id": "VARCHAR", "members": "BIGINT"},
    "core_event": {
        "event_id": "BIGINT",
        "year": "BIGINT",
        "class": "VARCHAR",
        "dyad_id": "BIGINT",
        "state_id": "VARCHAR",
        "is_precise": "BOOLEAN",
        "month": "DATE",
        "municipality": "VARCHAR",
        "longitude": "DOUBLE",
        "latitude": "DOUBLE",
        "low": "BIGINT",
        "best": "BIGINT",
        "high": "BIGINT",
        "civilians": "BIGINT",
        "dead_a": "BIGINT",
        "dead_b": "BIGINT",
    },
    "core_incident_group": {
        "event_id": "BIGINT",
        "group_id": "VARCHAR",
        "side": "VARCHAR",
        "role": "VARCHAR",
        "numerator": "BIGINT",
        "denominator": "BIGINT",
        "confidence": "VARCHAR",
    },
    "core_group_tie": {"group_id": "VARCHAR", "other_id": "VARCHAR", "tie": "VARCHAR", "confidence": "VARCHAR"},
}
# Each query returns the keys of the rows that break the promise.
GROUP_CHECKS = {
    "core_group.group_id is empty or repeated": """
        select coalesce(group_id, '(empty)') as k from core_group
        group by group_id having count(*) > 1 or group_id is null""",
    "core_group has no review date": "select group_id as k from core_group where review_due is null",
    "core_group_alias names an organisation that core_group does not know": """
        select group_id as k from core_group_alias where group_id not in (select group_id from core_group)""",
    "core_event names a side that core_group_alias does not know; review it and add a row": """
        select e.actor_id as k from (
            select side_a_id as actor_id from core_event union select side_b_id from core_event
        ) as e where e.actor_id is null or e.actor_id not in (select actor_id from core_group_alias)""",
    "core_event.event_id is empty or repeated": """
        select coalesce(event_id, 0) as k from core_event group by event_id having count(*) > 1 or event_id is null""",
    "core_event: low, best and high are not in order, or civilians and the dead of both sides are more than best": """
        select event_id as k from core_event
        where not (0 <= low and low <= best and best <= high and 0 <= least(civilians, dead_a, dead_b)
            and civilians + dead_a + dead_b <= best)""",
    "core_event: a coarse event has a month, a municipality or a point": """
        select event_id as k from (
            select * from core_event
            union all by name select null::bigint as date_precision, null::bigint as where_precision where false
        ) where (date_precision = 5 or where_precision >= 4 or not is_precise)
        and (is_precise or month is not null or municipality is not null or longitude is not null)""",
    "core_event.state_id is not in core_area": """
        select event_id as k from core_event where state_id is not null
        and state_id not in (select area_id from core_area)""",
    # Where the table has the state's name as the file writes it, and the event is known to the state at least.
    "core_event.state_name is of no state in core_area. Spell it in core SQL as the outlines do": """
        select state_name as k from (
            select * from core_event
            union all by name select null::varchar as state_name, null::bigint as where_precision where false
        ) where state_id is null and state_name is not null and coalesce(where_precision, 0) <= 4""",
    "core_incident_group gives away more than the deaths of an event, or less than none": """
        select event_id as k from core_incident_group group by event_id
        having sum(numerator / denominator) > 1 + 1e-9 or min(numerator) < 0 or min(denominator) < 1""",
    "core_group_tie ties a group to itself": "select group_id as k from core_group_tie where group_id = other_id",
    "core_group_alias is not one row per actor and group": """
        select actor_id || ' ' || group_id as k from core_group_alias
        group by actor_id, group_id having count(*) > 1""",
    "core_group_tie is not one row per pair of groups and tie": """
        select group_id || ' ' || other_id as k from core_group_tie group by group_id, other_id, tie
        having count(*) > 1""",
    "core_incident_group names a group that core_group does not know": """
        select group_id as k from core_incident_group where group_id not in (select group_id from core_group)""",
    "core_event.municipality holds digits, as days and points have; write a name": """
        select event_id as k from core_event where regexp_matches(municipality, '[0-9]')""",
}
LENS_CHECKS = {"group": GROUP_CHECKS}  # besides `CHECKS`, which every place keeps

# Columns that the engine reads, with the types it needs; a core table may hold more.
REQUIRED: dict[str, dict[str, str]] = {
    **GROUP_REQUIRED,
    "core_area": {"area_id": "VARCHAR", "label": "VARCHAR", "residents": "BIGINT", "km2": "DOUBLE"},
    "core_count": {
        "unit_id": "VARCHAR",
        "month": "DATE",
        "class": "VARCHAR",
        "place_class": "VARCHAR",
        "events": "BIGINT",
    },
    "core_count_beat": {
        "beat_id": "VARCHAR",
        "month": "DATE",
        "class": "VARCHAR",
        "place_class": "VARCHAR",
        "events": "BIGINT",
    },
    "core_beat_share": {"beat_id": "VARCHAR", "unit_id": "VARCHAR", "share": "DECIMAL"},
    "core_population": {"unit_id": "VARCHAR", "persons": "BIGINT"},
    "core_coverage": {"unit_id": "VARCHAR", "source": "VARCHAR", "month": "DATE", "share": "DECIMAL"},
    "act_enforcement": {
        "unit_id": "VARCHAR",
        "month": "DATE",
        "class": "VARCHAR",
        "measure": "VARCHAR",
        "records": "BIGINT",
        "arrests": "BIGINT",
    },
    "act_stops": {
        "scheme": "VARCHAR",
        "ethnicity": "VARCHAR",
        "gender": "VARCHAR",
        "reason": "VARCHAR",
        "outcome": "VARCHAR",
        "stops": "BIGINT",
    },
    "act_incident": {
        "occurred_at": "TIMESTAMP",
        "unit_id": "VARCHAR",
        "class": "VARCHAR",
        "code": "VARCHAR",
        "setting": "VARCHAR",
        "longitude": "DOUBLE",
        "latitude": "DOUBLE",
    },
}
# Columns that a core table may lack. What is kept of them has its type, so that no number becomes a text.
OPTIONAL: dict[str, dict[str, str]] = {
    "core_group": {"parent_id": "VARCHAR", "last_year": "BIGINT"},
    "core_group_alias": {"match": "VARCHAR", "note": "VARCHAR", "reviewed_on": "DATE"},
    "core_group_tie": {"since": "BIGINT", "until": "BIGINT", "events": "BIGINT", "deaths": "BIGINT"},
    "core_event": {"state_name": "VARCHAR"},
    "core_incident": {"class": "VARCHAR", "area_id": "VARCHAR", "setting": "VARCHAR"},
    "core_count": {"events_low": "BIGINT", "events_high": "BIGINT"},
    "core_count_beat": {"events_low": "BIGINT", "events_high": "BIGINT"},
    "act_enforcement": {"code": "VARCHAR", "setting": "VARCHAR", "amount": "DOUBLE"},
}
# Each query returns the keys of the rows that break the promise.
CHECKS = {
    "core_area.area_id is empty or repeated": """
        select coalesce(area_id, '(empty)') as k from core_area
        group by area_id having count(*) > 1 or area_id is null""",
    "core_area.residents and km2 must be above 0 or empty: where nobody lives, write nullif(residents, 0), and the "
    "area is not scored by residents": """
        select area_id as k from core_area where residents <= 0 or km2 <= 0""",
    f"core_area.residents is above {MOST_RESIDENTS:,}, more than any area has. Correct the file that tells them": f"""
        select area_id || ' ' || residents as k from core_area where residents > {MOST_RESIDENTS}""",
    "core_count.unit_id is not in core_area": """
        select unit_id as k from core_count
        where unit_id is not null and unit_id not in (select area_id from core_area)""",
    "core_count holds a row without month, class or place_class": """
        select coalesce(unit_id, '(city)') as k from core_count
        where month is null or class is null or place_class is null""",
    "core_count is not one row per unit, month, class and place class": """
        select coalesce(unit_id, '(city)') || ' ' || class as k from core_count
        group by unit_id, month, class, place_class having count(*) > 1""",
    "core_area.label is empty": """
        select area_id as k from core_area where label is null or trim(label) = ''""",
    "place_class must be shared or other": """
        select class || ' ' || place_class as k from core_count where place_class not in ('shared', 'other')
        union all
        select class || ' ' || place_class as k from core_count_beat where place_class not in ('shared', 'other')""",
    "month must be the first of a month": """
        select class || ' ' || month as k from core_count where month <> date_trunc('month', month)
        union all
        select class || ' ' || month as k from core_count_beat where month <> date_trunc('month', month)""",
    "class is not among the classes of place.yaml": """
        select class as k from core_count where not list_contains($classes::varchar[], class)
        union all
        select class as k from core_count_beat where not list_contains($classes::varchar[], class)""",
    "core_beat_share is not one share above 0 per beat and unit": """
        select beat_id as k from core_beat_share group by beat_id, unit_id having count(*) > 1 or min(share) <= 0""",
    "core_area.area_id has no outline, nor a line among the units": """
        select area_id as k from core_area where area_id not in (select unit_id from core_boundary)""",
    "core_area lacks a unit that has an outline, as when a join meets no partner. Correct the join, or list the unit "
    "under boundaries.left_out": """
        select unit_id as k from core_boundary
        where unit_id not in (select area_id from core_area)""",
    "core_count_beat is not one row per beat, month, class and place class": """
        select coalesce(beat_id, '(city)') || ' ' || class as k from core_count_beat
        group by beat_id, month, class, place_class having count(*) > 1""",
    "core_beat_share adds up to more than 1": """
        select beat_id as k from core_beat_share group by beat_id having sum(share) > 1""",
    "core_beat_share.unit_id is not in core_area": """
        select beat_id as k from core_beat_share where unit_id not in (select area_id from core_area)""",
}


def _count_checks(table: str, unit: str, but: str) -> dict[str, str]:
    """Return what the counts of a table promise: a number, or two ends of one; *but*: which may be empty."""
    key = f"select coalesce({unit}, '(city)') || ' ' || class as k from {table} as c"
    return {
        f"{table}.events must not be below 0": f"{key} where events < 0 or events_low < 0",
        f"{table}.events is empty, and so is one of events_low and events_high": f"{key} where events is null and "
        f"(events_low is null or events_high is null){but}",
        f"{table}: events_low is above events_high, or events is given beside other ends": f"{key} where "
        "events_low > events_high or (events is not null and coalesce(events_low, events_high) is not null)",
    }


# A unit and month whose count the file does not give may be empty: it is not observed, whatever SQL makes of it.
UNCOUNTED = """ and not exists (select 1 from load_uncounted as u
    where u.month = c.month and u.class = c.class and u.unit_id is not distinct from c.unit_id)"""
CHECKS |= _count_checks("core_count", "unit_id", UNCOUNTED) | _count_checks("core_count_beat", "beat_id", "")

ENFORCEMENT_CHECKS = {
    "act_enforcement.unit_id is not in core_area": """
        select unit_id as k from act_enforcement
        where unit_id is not null and unit_id not in (select area_id from core_area)""",
    "act_enforcement.month must be the first of a month": """
        select class || ' ' || coalesce(month::varchar, '(none)') as k from act_enforcement
        where month is null or month <> date_trunc('month', month)""",
    "act_enforcement: records and arrests must not be below 0, nor more arrests than records": """
        select coalesce(unit_id, '(city)') || ' ' || class as k from act_enforcement
        where records < 0 or arrests < 0 or arrests > records""",
    # A column that the table lacks is empty in each row.
    "act_enforcement is not one row per unit, month, class, measure, code and setting": """
        select coalesce(unit_id, '(city)') || ' ' || class as k from (
            select * from act_enforcement
            union all by name select null::varchar as code, null::varchar as setting where false
        ) group by unit_id, month, class, measure, code, setting having count(*) > 1""",
    "act_incident.unit_id is not in core_area": """
        select unit_id as k from act_incident
        where unit_id is not null and unit_id not in (select area_id from core_area)""",
}
POPULATION_CHECKS = {  # where a place has a second population
    "core_population.unit_id is empty or repeated": """
        select coalesce(unit_id, '(empty)') as k from core_population
        group by unit_id having count(*) > 1 or unit_id is null""",
    "core_population.unit_id is not in core_area": """
        select unit_id as k from core_population where unit_id not in (select area_id from core_area)""",
    f"core_population.persons is below 0, or above {MOST_RESIDENTS:,}": f"""
        select unit_id || ' ' || persons as k from core_population where persons < 0 or persons > {MOST_RESIDENTS}""",
}
STOP_CHECKS = {  # where a place has stops
    "act_stops is not one row per scheme, ethnicity, gender, reason and outcome": """
        select scheme || ' ' || ethnicity as k from act_stops
        group by scheme, ethnicity, gender, reason, outcome having count(*) > 1""",
}


def check_contract(
    con: Connection, checks: dict[str, str], classes: Iterable[str] = (), sources: Iterable[str] = ()
) -> None:
    """Check rows of the core tables; every breach is collected, with three sample keys, then raised at once."""
    faults = []
    for promise, sql in checks.items():
        given = {"classes": list(classes), "sources": list(sources)}
        parameters = {name: value for name, value in given.items() if f"${name}" in sql}
        keys = [str(row[0])[:60] for row in con.execute(sql, parameters).fetchall()]
        if keys:
            faults.append(f"{promise}: {len(keys):,} rows, for example {', '.join(sorted(keys)[:3])}")
    if faults:
        raise SnapshotError(
            "core tables break their contract. Correct the SQL under core/ that makes them:\n  " + "\n  ".join(faults)
        )


COUNTED = """
    select unit_id as unit, month, class, coalesce(events, events_high) as events from core_count
    union all
    select 'beat ' || beat_id, month, class, coalesce(events, events_high) from core_count_beat"""
DIED = "select state_id as unit, coalesce(month, make_date(year, 1, 1)) as month, class, high as events from core_event"


def _against_residents(events: str) -> str:
    """SQL of the events of a unit and month that are too many for who live there; a beat has all of its units."""
    return f"""
with lives as (
    select area_id as unit, label || ' (' || area_id || ')' as label, residents from core_area
    union all
    select null, 'the whole place', if(bool_and(residents is not null), sum(residents), null) from core_area
    union all
    select 'beat ' || beat_id, 'beat ' || beat_id, if(bool_and(residents is not null), sum(residents), null)
    from core_beat_share join core_area on area_id = unit_id group by beat_id
),
happened as ({events}),
summed as (select unit, month, class, sum(events) as events from happened group by all)
select label, class, month, events, residents from summed join lives on lives.unit is not distinct from summed.unit
where residents is not null and events > $each * greatest(residents, $least)
order by events / greatest(residents, $least) desc, label, class, month limit $listed"""


def check_against_residents(con: Connection, config: Config) -> None:
    """Refuse counts that no place of so many residents can have: a decimal sign or a column mistaken.

    Raises
    ------
    SourceError
        With the file, unit, class and month of the worst.
    """
    sql = _against_residents(f"{COUNTED} union all {DIED}" if "core_event" in config.core_sql else COUNTED)
    limits = {"each": EVENTS_PER_RESIDENT, "least": LEAST_RESIDENTS, "listed": LISTED}
    rows = con.execute(sql, limits).fetchall()
    if not rows:
        return
    listed = "\n".join(
        f"  {_files(config, class_)}: {label}, {class_}, {month:%Y-%m}: {int(events):,} events, "
        f"{int(residents):,} residents"
        for label, class_, month, events, residents in rows
    )
    raise SourceError(
        f"more events than an area of so many residents can have:\n{listed}\nNo unit may have more than "
        f"{EVENTS_PER_RESIDENT} events of one class in a month for each resident, or "
        f"{EVENTS_PER_RESIDENT * LEAST_RESIDENTS:,} where fewer than {LEAST_RESIDENTS:,} live. Correct the counts, or "
        "the residents"
    )


def _files(config: Config, class_: str) -> str:
    """Name the raw files of the source that feeds a class."""
    names = [raw.file for raw in config.passports[config.place.class_sources[class_]].raw_files]
    return ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")
