"""What the core tables promise: the columns that the engine reads, and checks that return the rows at fault."""

from __future__ import annotations

from collections.abc import Iterable

from harmmodel.errors import SnapshotError
from harmmodel.warehouse.sql import groupcontract
from harmmodel.warehouse.store.connection import Connection

# Columns that the engine reads, with the types it needs; a core table may hold more.
REQUIRED: dict[str, dict[str, str]] = {
    **groupcontract.REQUIRED,
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
# Each query returns the keys of the rows that break the promise.
CHECKS = {
    "core_area.area_id is empty or repeated": """
        select coalesce(area_id, '(empty)') as k from core_area
        group by area_id having count(*) > 1 or area_id is null""",
    "core_area.residents and km2 must be above 0 or empty": """
        select area_id as k from core_area where residents <= 0 or km2 <= 0""",
    "core_count.unit_id is not in core_area": """
        select unit_id as k from core_count
        where unit_id is not null and unit_id not in (select area_id from core_area)""",
    "core_count.events must be above 0": """
        select coalesce(unit_id, '(city)') || ' ' || class as k from core_count where events is null or events <= 0""",
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
    "core_count_beat.events must be above 0": """
        select coalesce(beat_id, '(city)') || ' ' || class as k from core_count_beat
        where events is null or events <= 0""",
    "core_beat_share adds up to more than 1": """
        select beat_id as k from core_beat_share group by beat_id having sum(share) > 1""",
    "core_beat_share.unit_id is not in core_area": """
        select beat_id as k from core_beat_share where unit_id not in (select area_id from core_area)""",
}


ENFORCEMENT_CHECKS = {
    "act_enforcement.unit_id is not in core_area": """
        select unit_id as k from act_enforcement
        where unit_id is not null and unit_id not in (select area_id from core_area)""",
    "act_enforcement: records and arrests must not be below 0, nor more arrests than records": """
        select coalesce(unit_id, '(city)') || ' ' || class as k from act_enforcement
        where records < 0 or arrests < 0 or arrests > records""",
}


def check_contract(con: Connection, checks: dict[str, str], classes: Iterable[str] = ()) -> None:
    """Check rows of the core tables; every breach is collected, with three sample keys, then raised at once."""
    faults = []
    for promise, sql in checks.items():
        given = {"classes": list(classes)} if "$classes" in sql else {}
        keys = [str(row[0])[:60] for row in con.execute(sql, given).fetchall()]
        if keys:
            faults.append(f"{promise}: {len(keys):,} rows, for example {', '.join(sorted(keys)[:3])}")
    if faults:
        raise SnapshotError("core tables break their contract:\n  " + "\n  ".join(faults))
