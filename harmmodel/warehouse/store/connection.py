"""DuckDB connections, opened as tightly as their work allows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from harmmodel.errors import SnapshotError

Connection = duckdb.DuckDBPyConnection

LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "memory_limit": "2GB",
}

DAMAGE = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)


def lock(con: Connection) -> None:
    """Shut files, network and settings away from a connection: from here on it may run config SQL."""
    try:
        con.execute("set enable_progress_bar = false")  # it would be drawn over the data on standard output
        for key, value in LOCKED.items():
            con.execute(f"set {key} = {literal(value)}")
        con.execute("set lock_configuration = true")
    except duckdb.InvalidInputException:
        # Threads that read one file share one database: another one has shut it, and only that is as good.
        shut = "select current_setting('lock_configuration') and not current_setting('enable_external_access')"
        if single(con, shut) != (True,):
            raise


def single(con: Connection, sql: str, parameters: dict[str, Any] | None = None) -> tuple[Any, ...]:
    """Return the one row of a query, with the result read to its end: an open result blocks the connection."""
    (row,) = con.execute(sql, parameters or {}).fetchall()
    return tuple(row)


def identifier(name: str) -> str:
    """Quote *name* for use as an SQL identifier, whatever it contains."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """Quote *value* as an SQL text, for the few statements that take no parameters."""
    return "'" + str(value).replace("'", "''") + "'"


@contextmanager
def loading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open *path* for the loader's own statements, which read raw files. Config SQL never runs here."""
    spill = path.parent / "spill"
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "2GB",
        "temp_directory": str(spill),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
    }
    with duckdb.connect(str(path), config=config) as con:
        con.execute("set enable_progress_bar = false")
        # Rows are told apart by rowid until all is judged: no checkpoint may move them before.
        con.execute("set checkpoint_threshold = '1TB'")
        # A text file has no row count to plan by, and the guess puts all its rows into a hash table.
        con.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
        yield con


@contextmanager
def ordered(con: Connection, *, is_kept: bool) -> Iterator[None]:
    """Let rows be stored in the order in which they are read, or, faster, as they come."""
    con.execute("set preserve_insertion_order = $is_kept", {"is_kept": is_kept})
    try:
        yield
    finally:
        con.execute("reset preserve_insertion_order")


@contextmanager
def reading(path: Path, patience: float = 5.0) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open *path* read-only and locked down, waiting a moment if a writer still holds it.

    Raises
    ------
    SnapshotError
        When the file is missing, held by a writer for too long, or damaged.
    """
    if not path.is_file():
        raise SnapshotError(f"{path} does not exist. Build it again: harmmodel run PLACE")
    try:
        with _opened(path, time.monotonic() + patience) as con:
            yield con
    except duckdb.Error as error:
        # A checksum that does not fit is the plain base class.
        if isinstance(error, DAMAGE) or type(error) is duckdb.Error:
            first = str(error).splitlines()[0]
            raise SnapshotError(f"{path} cannot be read: {first}. Remove it and run again") from error
        raise


def _opened(path: Path, deadline: float) -> duckdb.DuckDBPyConnection:
    while True:
        try:
            con = duckdb.connect(str(path), read_only=True, config=dict(LOCKED))
            lock(con)
            return con
        except duckdb.IOException as error:
            if "set lock" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
