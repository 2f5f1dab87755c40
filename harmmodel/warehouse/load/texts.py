"""Texts that a snapshot would keep: none holds a character that cannot be seen or that steers a terminal."""

from __future__ import annotations

from harmmodel.config import characters
from harmmodel.errors import SnapshotError
from harmmodel.warehouse.store.connection import Connection, identifier

# The database looks with a list of what is visible; what is left, Python judges, so that one rule holds everywhere.
UNCOMMON = r"[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\n\t]"
MOST = 10  # faults that a message names


def check_texts(con: Connection) -> None:
    """Look through every text column of every table of the current database.

    Raises
    ------
    SnapshotError
        With table, column and value of each fault.
    """
    columns = con.execute(
        "select table_name, column_name from duckdb_columns() where database_name = current_database() "
        "and schema_name = 'main' and (data_type like '%VARCHAR%' or data_type like 'ENUM%') order by all"
    ).fetchall()
    faults = [fault for table, column in columns for fault in _faults(con, str(table), str(column))]
    if faults:
        more = f"\n  and {len(faults) - MOST} more" if len(faults) > MOST else ""
        listed = "\n  ".join(faults[:MOST])
        raise SnapshotError(
            f"Texts hold characters that cannot be seen:\n  {listed}{more}\n"
            "Remove them in the raw file and correct its passport's hash, or in the SQL that makes the text"
        )


def _faults(con: Connection, table: str, column: str) -> list[str]:
    text = f"{identifier(column)}::varchar"
    found = con.execute(
        f"select said from (select distinct {text} as said from {identifier(table)}) "
        "where regexp_matches(said, $uncommon) order by said",
        {"uncommon": UNCOMMON},
    ).fetchall()
    judged = ((str(value), characters.fault(str(value))) for (value,) in found)
    return [
        f"{table}, column {column}: '{characters.visible(value)[:60]}': {wrong.removesuffix('. Type it anew')}"
        for value, wrong in judged
        if wrong is not None
    ]
