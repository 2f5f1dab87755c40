"""A connection that cannot be made ready is closed at once: it would hold its file against the next writer."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from harmmodel.errors import SnapshotError
from harmmodel.warehouse.store import connection, snapshots


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[duckdb.DuckDBPyConnection]:
    """Every connection that is opened from now on."""
    found: list[duckdb.DuckDBPyConnection] = []
    connect = duckdb.connect

    def noted(*a: Any, **k: Any) -> duckdb.DuckDBPyConnection:
        found.append(connect(*a, **k))
        return found[-1]

    monkeypatch.setattr(connection.duckdb, "connect", noted)
    return found


def is_closed(con: duckdb.DuckDBPyConnection) -> bool:
    try:
        con.execute("select 1")
    except duckdb.ConnectionException:
        return True
    return False


def test_a_file_that_cannot_be_locked_down_is_not_held(tmp_path: Path, monkeypatch, opened):
    path = tmp_path / "harm.duckdb"
    duckdb.connect(str(path)).close()

    def refused(con: object) -> None:
        raise duckdb.IOException("IO Error: it cannot be locked down")

    monkeypatch.setattr(connection, "lock", refused)
    with pytest.raises(SnapshotError, match="cannot be read"), connection.reading(path):
        pass
    assert [is_closed(con) for con in opened[1:]] == [True]


def test_enforcement_is_not_held_when_harm_cannot_be_opened_beside_it(tmp_path: Path, opened):
    duckdb.connect(str(tmp_path / snapshots.ACT)).close()
    (tmp_path / snapshots.HARM).write_bytes(b"no database" * 999)
    with duckdb.connect() as harm:
        held = snapshots.OpenSnapshot(tmp_path, harm)
        with pytest.raises((SnapshotError, duckdb.Error)), held.with_enforcement():
            pass
        assert [is_closed(con) for con in opened] == [True, False, True]
