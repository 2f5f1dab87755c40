"""Which columns of core tables may be empty, what empty means there, and that no other column is.

Absent is never zero (law 3): a source that does not hold a measure has null there, in each of its rows, and every page
and verb then says "–" and why. That a place holds no arrests is read from its rows and from no flag. What may not be
empty stops the run with its table, column and number of rows, since a sum would leave such rows out without a word.
"""

from __future__ import annotations

from harmmodel.config import Config
from harmmodel.errors import SnapshotError
from harmmodel.warehouse.sql.contract import REQUIRED
from harmmodel.warehouse.store.connection import Connection, identifier, single

NO_UNIT = "no unit is known"
ENDED = "its publisher suppressed it: events_low and events_high say between which numbers it lies"
NOT_HELD = "the source does not hold it"
MAY_BE_EMPTY: dict[str, dict[str, str]] = {
    "core_area": {"residents": "nobody counted who lives there", "km2": "its size is not known"},
    "core_population": {"persons": "nobody counted them there"},
    "core_count": {"unit_id": NO_UNIT, "events": ENDED},
    "core_count_beat": {"beat_id": "no beat is known", "events": ENDED},
    "core_incident": {
        "occurred_at": "its time is not known",
        "area_id": NO_UNIT,
        "setting": NOT_HELD,
        "longitude": "its point is not known",
        "latitude": "its point is not known",
    },
    "act_enforcement": {
        "unit_id": NO_UNIT,
        "records": "the measure is no number of records",
        "arrests": "the source does not say whether somebody was arrested",
        "code": NOT_HELD,
        "setting": NOT_HELD,
        "amount": NOT_HELD,
    },
    "act_incident": {
        "occurred_at": "its time is not known, so nothing can be said to follow it",
        "unit_id": NO_UNIT,
        "code": NOT_HELD,
        "setting": NOT_HELD,
        "longitude": "its point is not known, so nothing can be said to lie near it",
        "latitude": "its point is not known, so nothing can be said to lie near it",
        "arrest": "the source does not say whether somebody was arrested",
    },
    "core_group": {
        "parent_id": "it split from no group, or none is known",
        "first_seen": "no event names it",
        "last_year": "no event names it",
    },
    "core_group_alias": {
        "alias": "the name is not repeated",
        "match": NOT_HELD,
        "note": NOT_HELD,
        "reviewed_on": NOT_HELD,
    },
    "core_group_tie": {"since": NOT_HELD, "until": NOT_HELD, "events": NOT_HELD, "deaths": NOT_HELD},
    "core_event": {
        "state_id": "it is placed less well than in a state",
        "state_name": "it is placed less well than in a state",
        "month": "it is dated less well than to a month",
        "municipality": "it is placed less well than in a municipality",
        "longitude": "its point is not known, or is not kept",
        "latitude": "its point is not known, or is not kept",
        "dead_a": "nobody knows how many of the dead were of the first side",
        "dead_b": "nobody knows how many of the dead were of the second side",
    },
}


def check_empty(con: Connection) -> None:
    """Refuse empty cells of the open database's core tables where the engine needs a value.

    Raises
    ------
    SnapshotError
        With every such column and how many rows are empty there.
    """
    present = con.execute(
        "select table_name, column_name from duckdb_columns() where database_name = current_database()"
    ).fetchall()
    faults = []
    for table, column in sorted((str(t), str(c)) for t, c in present):
        if column not in REQUIRED.get(table, {}) or column in MAY_BE_EMPTY.get(table, {}):
            continue
        (empty,) = single(con, f"select count(*) from {identifier(table)} where {identifier(column)} is null")
        if empty:
            faults.append(f"core/{table}.sql, column {column}: {empty:,} rows are empty")
    if faults:
        raise SnapshotError(
            "core tables lack what has to be known of each row:\n  " + "\n  ".join(faults) + "\nGive the value, or "
            "leave such rows out and say so in known_gaps of the passport. Which columns may be empty: CONTRIBUTING.md"
        )


def check_arrests(con: Connection, config: Config) -> None:
    """Refuse arrests of 0 in every row of a place of which no file says whether somebody was arrested.

    Raises
    ------
    SnapshotError
        With the number of records, and what to write instead.
    """
    records, arrests = single(con, "select sum(records), sum(arrests) from act_enforcement where arrests is not null")
    if arrests != 0 or not records:
        return  # null: nobody knows; above 0: somebody wrote them down
    told = 0
    for name, passport in config.passports.items():
        kept = {str(r[0]) for r in con.execute(
            "select column_name from duckdb_columns() where table_name = $table", {"table": f"act_raw_{name}"}
        ).fetchall()}  # fmt: skip
        columns = [column for column, spec in passport.columns.items() if spec.enforcement and column in kept]
        if columns:
            known = " + ".join(f"count({identifier(column)})" for column in columns)
            told += single(con, f"select {known} from {identifier('act_raw_' + name)}")[0]
    if not told:
        raise SnapshotError(
            f"core/act_enforcement.sql gives 0 arrests of {records:,} records, and no column of the files says whether "
            "somebody was arrested: none that tells enforcement has a value. Write null: cast(null as bigint) as "
            "arrests. Not known is not none"
        )
