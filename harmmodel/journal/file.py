"""The file: SQLite in WAL mode with the triggers that keep it append-only, opened by several processes at once."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from harmmodel.errors import JournalBroken, JournalError
from harmmodel.journal.chain import KEEP, Fault, Line, first_fault

WAIT = 10.0
MARK = 0x484D4A31  # "HMJ1": tells a journal from any other SQLite file
SCHEMA = (
    "create table entry (seq integer primary key, prev text not null, body text not null, hash text not null) strict",
    "create trigger entry_is_never_changed before update on entry begin "
    "select raise(abort, 'the journal is append-only: supersede a decision instead of editing it'); end",
    "create trigger entry_is_never_removed before delete on entry begin "
    "select raise(abort, 'the journal is append-only: supersede a decision instead of removing it'); end",
    # This also refuses "insert or replace", which removes a line without firing the trigger above.
    "create trigger entry_follows_the_last before insert on entry "
    "when new.seq is not (select coalesce(max(seq), 0) + 1 from entry) "
    "or new.prev is not coalesce((select hash from entry order by seq desc limit 1), "
    "'0000000000000000000000000000000000000000000000000000000000000000') begin "
    "select raise(abort, 'the journal is append-only: a line follows the last one'); end",
)
Schema = dict[str, str]
WHY = {
    "SQLITE_BUSY": "another process has held it for too long. Nothing was written; try again",
    "SQLITE_READONLY": "it or its folder is read-only. Nothing was written; make both writable",
    "SQLITE_CANTOPEN": "it cannot be opened. Check that the folder exists and can be read and written",
    "SQLITE_FULL": "the disk is full. Nothing was written; free some space and try again",
    "SQLITE_IOERR": "the disk reports an error. Check the disk, then try again",
    "SQLITE_PERM": "its permissions forbid it. Nothing was written; mend them and try again",
}
DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")


@dataclass(frozen=True)
class Stored:
    """All of a journal, read at one moment."""

    lines: tuple[Line, ...] = ()
    schema: Schema | None = None  # None: nothing was ever written to the file


def read(path: Path) -> Stored:
    """Return all that is stored; nothing when there is no file yet.

    Raises
    ------
    JournalBroken
        If the file is damaged or something else.
    JournalError
        If the file cannot be read.
    """
    try:
        if not path.exists():
            return Stored()
        with _told(path), closing(_readable(path)) as con:
            return stored(con)
    except OSError as error:
        raise JournalError(f"Journal {path}: {error.strerror or error}. Mend the permissions of its folder") from None


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the journal for one exclusive transaction, which is kept whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise JournalError(f"Journal {path}: {error.strerror or error}. Mend the permissions of its folder") from None
    with _told(path), closing(_connect(path, "mode=rwc")) as con:
        _use_wal(con)
        con.execute("begin immediate")
        try:
            yield con
            con.execute("commit")
        finally:
            if con.in_transaction:
                con.execute("rollback")


def create(con: sqlite3.Connection) -> None:
    """Make the table and its triggers inside the open transaction."""
    for statement in SCHEMA:
        con.execute(statement)
    con.execute(f"pragma application_id = {int(MARK)}")


def stored(con: sqlite3.Connection) -> Stored:
    """Return what the open file holds."""
    schema = _schema(con)
    mark = con.execute("pragma application_id").fetchone()[0]
    if not schema and mark == 0:
        return Stored()
    if mark != MARK and "table entry" not in schema:
        raise JournalBroken("The file is no journal of decisions. Move it away, or name another project folder")
    rows = con.execute("select seq, prev, body, hash from entry order by seq") if "table entry" in schema else ()
    return Stored(tuple(Line(*row) for row in rows), schema)


def faults(found: Stored) -> tuple[Fault, ...]:
    """Return the first line at fault and every guard that is missing or changed."""
    line = first_fault(found.lines)
    return (*([line] if line else []), *_missing_guards(found))


def whole(found: Stored) -> Stored:
    """Return *found* if nothing is wrong with it.

    Raises
    ------
    JournalBroken
        With all that is wrong.
    """
    wrong = faults(found)
    if wrong:
        said = "; ".join(str(fault) for fault in wrong)
        raise JournalBroken(f"The journal is not whole: {said}. {KEEP}. To look closer: harmmodel journal verify")
    return found


def _missing_guards(found: Stored) -> Iterator[Fault]:
    if found.schema is None:
        return
    with closing(sqlite3.connect(":memory:")) as con:
        for statement in SCHEMA:
            con.execute(statement)
        wanted = _schema(con)
    for name in sorted(wanted.keys() | found.schema.keys()):
        if name not in found.schema:
            yield Fault(None, f"the {name} is missing, which guards the lines")
        elif wanted.get(name) != found.schema[name]:
            yield Fault(None, f"the {name} was {'changed' if name in wanted else 'added'}")


def _schema(con: sqlite3.Connection) -> Schema:
    return {f"{kind} {name}": sql for kind, name, sql in con.execute("select type, name, sql from sqlite_master")}


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    con = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=WAIT, isolation_level=None)
    # A decision that was confirmed survives a power cut.
    con.execute("pragma synchronous = full")
    return con


def _readable(path: Path) -> sqlite3.Connection:
    """Open for reading, also from a folder or medium where SQLite cannot put its side files."""
    try:
        con = _connect(path, "mode=rw")
        con.execute("pragma query_only = on")
        con.execute("select 1 from sqlite_master").fetchone()
        return con
    except sqlite3.OperationalError:
        beside = path.with_name(f"{path.name}-wal")
        if beside.exists() and beside.stat().st_size:
            raise
        return _connect(path, "mode=ro&immutable=1")


def _use_wal(con: sqlite3.Connection) -> None:
    """Switch to WAL; SQLite does not wait for other processes here, so this does."""
    until = time.monotonic() + WAIT
    while True:
        try:
            con.execute("pragma journal_mode = wal")
            return
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > until:
                raise
            time.sleep(0.02)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell a fault of SQLite in words a user can act on."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(DAMAGED) or "decode" in str(error):
            raise JournalBroken(f"The file {path} is damaged ({error}). {KEEP}") from None
        why = next((text for start, text in WHY.items() if name.startswith(start)), str(error))
        raise JournalError(f"Journal {path}: {why}") from None
