"""Counts of which core SQL gives the ends instead of the number, since their publisher does not tell small ones."""

from __future__ import annotations

from collections.abc import Mapping

from harmmodel.config import Config
from harmmodel.config.rows.columns import ends_of
from harmmodel.errors import SnapshotError
from harmmodel.warehouse.store.connection import Connection, identifier

ENDED = ("core_count", "core_count_beat")  # tables of counts: events, or events_low and events_high
ENDS = ("events_low", "events_high")
HOW = "cast(sum({low}) as bigint) as events_low, cast(sum({high}) as bigint) as events_high"


def complete(con: Connection, table: str) -> None:
    """Give a table of counts all three columns: events where the number is known, else its two ends, never both."""
    if table not in ENDED:
        return
    name = identifier(table)
    present = {str(row[0]) for row in con.execute(f"describe {name}").fetchall()}
    for column in ("events", *ENDS):
        if column not in present:
            con.execute(f"alter table {name} add column {column} bigint")
    con.execute(f"update {name} set events = events_low where events is null and events_low = events_high")
    con.execute(
        f"update {name} set events_low = null, events_high = null where events = events_low and events = events_high"
    )


def refuse_half_read(config: Config, harm: Mapping[str, set[str] | None], act: Mapping[str, set[str] | None]) -> None:
    """Refuse SQL that adds up a column which is empty where its publisher suppresses a count: it would count as 0.

    Parameters
    ----------
    harm, act : columns that SQL names of each source's harm and enforcement rows, in lower case; None: all

    Raises
    ------
    SnapshotError
        With the columns to read instead.
    """
    told = []
    for source, passport in sorted(config.passports.items()):
        for name, column in passport.columns.items():
            ends = ends_of(name, column)
            for table, named, least in (
                (f"raw_{source}", harm.get(source), 2),
                (f"act_raw_{source}", act.get(source), 1),
            ):
                if ends and named and name.lower() in named and len(named & {end.lower() for end in ends}) < least:
                    told.append(
                        f"{table}.{name}: read {ends[0]} and {ends[1]}, as {HOW.format(low=ends[0], high=ends[1])}"
                    )
    if told:
        raise SnapshotError(
            "core SQL reads a column that is empty where a count is suppressed, so that sums would take it as 0:\n  "
            + "\n  ".join(told)
        )
