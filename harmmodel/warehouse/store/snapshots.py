"""Finished snapshots: a folder with harm in one file and enforcement in another, opened so that only one is at hand."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from harmmodel.errors import SnapshotError
from harmmodel.warehouse.store import seal
from harmmodel.warehouse.store.connection import (
    PATIENCE,
    Connection,
    closed_on_failure,
    literal,
    lock,
    open_when_free,
    reading,
    told,
)

HARM, ACT = "harm.duckdb", "act.duckdb"


@dataclass(frozen=True)
class OpenSnapshot:
    """A snapshot that is open for reading.

    Attributes
    ----------
    path : its folder
    harm : a connection to what people suffered; enforcement is not in its reach
    """

    path: Path
    harm: Connection

    @contextmanager
    def with_enforcement(self) -> Iterator[Connection]:
        """Open what police did with harm beside it, both read-only. Nothing that scores harm takes this."""

        def connect() -> Connection:
            con = duckdb.connect(str(self.path / ACT), read_only=True)
            with closed_on_failure(con):
                attach_harm(con, self.path / HARM)
                lock(con)
            return con

        with told(self.path / ACT), open_when_free(connect, time.monotonic() + PATIENCE) as con:
            yield con


def attach_harm(con: Connection, path: Path) -> None:
    """Let a connection to enforcement read harm: its tables answer to their names, and refuse to be written."""
    con.execute(f"attach {literal(path)} as harm (read_only)")
    con.execute("set search_path = 'act,harm'")


def folder(project: Path, snapshot_id: str) -> Path:
    """Return where a snapshot lies."""
    return project / "data" / "snapshots" / snapshot_id


@contextmanager
def opened(path: Path, expected: str | None = None) -> Iterator[OpenSnapshot]:
    """Open a snapshot whose seal is whole.

    Parameters
    ----------
    expected : the seal that a run names

    Raises
    ------
    SealBroken
        When a file of it was changed, or it is another snapshot than the run was made of.
    SnapshotError
        When it is gone.
    """
    if not path.is_dir():
        raise SnapshotError(f"{path} does not exist. Build it again: harmmodel run PLACE")
    seal.verify(path, expected)
    with reading(path / HARM) as con:
        yield OpenSnapshot(path, con)
