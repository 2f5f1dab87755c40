"""DuckDB connections, opened as tightly as their work allows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
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
    "max_execution_time": 600_000,  # milliseconds of one statement; ten million records are counted in under 60,000
}
# A time with a zone is read in the session's zone, which would be that of the machine.
ZONE = "set TimeZone = 'UTC'"

DAMAGE = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)


def lock(con: Connection) -> None:
    """Shut files, network and settings away from a connection: from here on it may run config SQL."""
    try:
        con.execute("set enable_progress_bar = false")  # it would be drawn over the data on standard output
        con.execute(ZONE)
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


def executed(con: Connection, sql: str) -> None:
    """Execute a statement of untrusted SQL so that Ctrl-C ends it: the database itself would look up only when done."""
    with ThreadPoolExecutor(1) as beside:
        statement = beside.submit(con.execute, sql)
        try:
            statement.result()
        except KeyboardInterrupt:
            con.interrupt()
            raise


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
        con.execute(ZONE)
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


PATIENCE = 5.0  # seconds that a reader waits for a writer


@contextmanager
def reading(path: Path, patience: float = PATIENCE) -> Iterator[Connection]:
    """Open *path* read-only and locked down, waiting a moment if a writer still holds it.

    Raises
    ------
    SnapshotError
        When the file is missing, held by a writer for too long, or damaged.
    """

    def connect() -> Connection:
        con = duckdb.connect(str(path), read_only=True, config=dict(LOCKED))
        with closed_on_failure(con):
            lock(con)
        return con

    if not path.is_file():
        raise SnapshotError(f"{path} does not exist. Build it again: harmmodel run PLACE")
    with told(path), open_when_free(connect, time.monotonic() + patience) as con:
        yield con


@contextmanager
def closed_on_failure(con: Connection) -> Iterator[None]:
    """Close a connection that cannot be made ready: nobody else holds it yet, so nobody else could."""
    try:
        yield
    except BaseException:
        con.close()
        raise


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Tell damage of a database in words a user can act on."""
    try:
        yield
    except duckdb.Error as error:
        # A checksum that does not fit is the plain base class.
        if isinstance(error, DAMAGE) or type(error) is duckdb.Error:
            first = str(error).splitlines()[0]
            raise SnapshotError(f"{path} cannot be read: {first}. Remove it and run again") from error
        raise


def open_when_free(connect: Callable[[], Connection], deadline: float) -> Connection:
    """Open a database, again and again until no writer holds it or the deadline is over."""
    while True:
        try:
            return connect()
        except duckdb.IOException as error:
            if "set lock" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
