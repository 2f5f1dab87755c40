"""What the core tables of the group lens promise: columns and checks, and the tables that people fill."""

from __future__ import annotations

import pandas as pd

from harmmodel.warehouse.store.connection import Connection, identifier

REQUIRED: dict[str, dict[str, str]] = {
    "core_group": {
        "group_id": "VARCHAR",
        "label": "VARCHAR",
        "kind": "VARCHAR",
        "size_band": "VARCHAR",
        "first_seen": "DATE",
        "review_due": "DATE",
        "origin": "VARCHAR",
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
        "low": "BIGINT",
        "best": "BIGINT",
        "high": "BIGINT",
        "civilians": "BIGINT",
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
    "core_assessment": {"group_id": "VARCHAR", "attribute": "VARCHAR", "level": "VARCHAR", "expires_on": "DATE"},
}
# Each query returns the keys of the rows that break the promise.
CHECKS = {
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
    "core_event: low, best and high are not in order, or civilians are more than best": """
        select event_id as k from core_event
        where not (0 <= low and low <= best and best <= high and 0 <= civilians and civilians <= best)""",
    "core_event: a coarse event has a month, a municipality or a point": """
        select event_id as k from core_event where (date_precision = 5 or where_precision >= 4 or not is_precise)
        and (is_precise or month is not null or municipality is not null or longitude is not null)""",
    "core_event.state_id is not in core_area": """
        select event_id as k from core_event where state_id is not null
        and state_id not in (select area_id from core_area)""",
    "core_incident_group gives away more than the deaths of an event, or less than none": """
        select event_id as k from core_incident_group group by event_id
        having sum(numerator / denominator) > 1 + 1e-9 or min(numerator) < 0 or min(denominator) < 1""",
    "core_group_tie ties a group to itself": "select group_id as k from core_group_tie where group_id = other_id",
    "core_assessment names a group that core_group does not know": """
        select group_id as k from core_assessment
        where group_id not in (select group_id from core_group) and not regexp_matches(group_id, '^V[0-9]+$')""",
}
ENTERED = {
    "raw_entered_group": {
        "group_id": "VARCHAR",
        "group_label": "VARCHAR",
        "size_band": "VARCHAR",
        "first_seen": "DATE",
        "review_due": "DATE",
    },
    "raw_entered_assessment": {
        "group_id": "VARCHAR",
        "attribute": "VARCHAR",
        "level": "VARCHAR",
        "evidence": "VARCHAR",
        "information": "VARCHAR",
        "assessor": "VARCHAR",
        "panel": "VARCHAR",
        "assessed_on": "DATE",
        "expires_on": "DATE",
    },
}


def store_entered(con: Connection, frames: dict[str, pd.DataFrame]) -> None:
    """Write what people entered (texts, checked before) into the database ``final``, typed; empty tables too."""
    for table, columns in ENTERED.items():
        con.register("entered_frame", frames[table])
        listed = ", ".join(f"{identifier(name)}::{kind} as {identifier(name)}" for name, kind in columns.items())
        con.execute(f"create table final.{identifier(table)} as select {listed} from entered_frame")
        con.unregister("entered_frame")
