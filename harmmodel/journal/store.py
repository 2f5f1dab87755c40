"""What can be done with the journal: add an entry of any kind, read all, export, verify."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from harmmodel.errors import DecisionError, JournalBroken, JournalError
from harmmodel.journal import chain, replay
from harmmodel.journal.chain import KEEP, ChainLine, Examination, Fault, first_fault
from harmmodel.journal.decision import Decision
from harmmodel.journal.kinds import KINDS
from harmmodel.journal.plan import PlanRecord, about_plans
from harmmodel.journal.publication import PublishedRun, last_published
from harmmodel.journal.record import Entry, K, Record, Thread, holding
from harmmodel.journal.replay import Replayed

WAIT = 10.0
JITTER = dt.timedelta(seconds=5)  # by what a clock is put right while it runs
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
class StoredJournal:
    """All of a journal, read at one moment."""

    lines: tuple[ChainLine, ...] = ()
    schema: Schema | None = None  # None: nothing was ever written to the file


def read(path: Path) -> StoredJournal:
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
            return StoredJournal()
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


def stored(con: sqlite3.Connection) -> StoredJournal:
    """Return what the open file holds."""
    schema = _schema(con)
    mark = con.execute("pragma application_id").fetchone()[0]
    if not schema and mark == 0:
        return StoredJournal()
    if mark != MARK and "table entry" not in schema:
        raise JournalBroken("The file is no journal of decisions. Move it away, or name another project folder")
    rows = con.execute("select seq, prev, body, hash from entry order by seq") if "table entry" in schema else ()
    return StoredJournal(tuple(ChainLine(*row) for row in rows), schema)


@dataclass(frozen=True)
class Reading:
    """The journal as it stood at one moment: what an examination found, and its entries when it is whole."""

    verdict: Examination
    entries: tuple[Entry[Record], ...] = ()
    lines: tuple[ChainLine, ...] = ()


def examined(journal: StoredJournal) -> Reading:
    """Return the entries, or the first line at fault and every guard that is missing or changed."""
    held = _held(journal.lines, tuple(KINDS.values()))
    faults = (*([held.fault] if held.fault else []), *_missing_guards(journal))
    notes = () if faults else chain.clock_notes(held.entries)
    verdict = Examination(len(journal.lines), chain.seal(journal.lines), faults, notes)
    return Reading(verdict, held.entries if verdict.intact else (), journal.lines)


@lru_cache(maxsize=2)  # a page asks on every click, mostly about the same lines under the same kinds
def _held(lines: tuple[ChainLine, ...], known: tuple[type[Record], ...]) -> Replayed:
    # Only a chain that is whole shows that a strange kind comes from another version and not from another hand.
    broken = first_fault(lines)
    return Replayed((), broken) if broken else replay.replayed(lines)


def whole(journal: StoredJournal) -> tuple[Entry[Record], ...]:
    """Return the entries of *journal* if nothing is wrong with it.

    Raises
    ------
    JournalBroken, UnknownKind
        With all that is wrong.
    """
    found = examined(journal)
    verdict = found.verdict
    if not verdict.intact:
        listed = "; ".join(str(fault) for fault in verdict.faults)
        raise verdict.error(f"{verdict.lead}: {listed}. {verdict.remedy}. To look closer: harmmodel journal verify")
    return found.entries


def _missing_guards(journal: StoredJournal) -> Iterator[Fault]:
    if journal.schema is None:
        return
    with closing(sqlite3.connect(":memory:")) as con:
        for statement in SCHEMA:
            con.execute(statement)
        expected = _schema(con)
    for name in sorted(expected.keys() | journal.schema.keys()):
        if name not in journal.schema:
            yield Fault(None, f"the {name} is missing, which guards the lines")
        elif expected.get(name) != journal.schema[name]:
            yield Fault(None, f"the {name} was {'changed' if name in expected else 'added'}")


def _schema(con: sqlite3.Connection) -> Schema:
    return {f"{kind} {name}": sql for kind, name, sql in con.execute("select type, name, sql from sqlite_master")}


def _connect(path: Path, mode: str, *settings: str) -> sqlite3.Connection:
    con = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=WAIT, isolation_level=None)
    try:
        # A decision that was confirmed survives a power cut.
        for statement in ("pragma synchronous = full", *settings):
            con.execute(statement).fetchone()
    except BaseException:  # nobody else holds it yet, so nobody else could close it
        con.close()
        raise
    return con


def _readable(path: Path) -> sqlite3.Connection:
    """Open for reading, also from a folder or medium where SQLite cannot put its side files."""
    try:
        return _connect(path, "mode=rw", "pragma query_only = on", "select 1 from sqlite_master")
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


Lines = Sequence[ChainLine]


def location(project: Path) -> Path:
    """Return where the journal of a project lies."""
    return project / "data" / "journal.sqlite"


def append(path: Path, record: K, at: dt.datetime | None = None) -> Entry[K]:
    """Write *record* as the next line and return it; *at* is the clock, read when it is this line's turn if left out.

    Raises
    ------
    DecisionError, PlanError, JournalError
        Each kind its own: if something is missing, or it cannot follow what is written.
    JournalBroken, UnknownKind
        If the journal is not whole, or cannot be read: no line is added to a journal that was tampered with.
    JournalError
        If the file cannot be written.
    """
    cleaned, day = record.cleaned(), (at or _now()).astimezone(dt.UTC).date()
    _refuse(cleaned, replay.hidden(record))  # before it is cleaned, which may take what is hidden for a space
    _refuse(cleaned, cleaned.lacking(day) or cleaned.wording())  # before there is a file
    with writing(path) as con:
        journal = stored(con)
        before = whole(journal)
        if journal.schema is None:
            create(con)
        moment = at.astimezone(dt.UTC) if at else _turn(before)
        thread = Thread(entry for entry in before if entry.record.thread == cleaned.thread)
        _refuse(cleaned, replay.broken_rules(cleaned, thread, moment.date()))
        line = _next_line(journal.lines, cleaned.body(seq=len(before) + 1, at=moment))
        entry = _read_back(line, cleaned)
        con.execute("insert into entry (seq, prev, body, hash) values (?, ?, ?, ?)", line)
    return entry


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _turn(before: Sequence[Entry[Record]]) -> dt.datetime:
    """Return the time of the next line: that of the clock, and not before the last line by what clocks differ in.

    A clock that was set back further is stored as it stands. To go on from a date that was wrong would date all later
    lines wrongly, and examinations name the line instead.
    """
    now, last = _now(), before[-1].at if before else None
    return last if last and now < last <= now + JITTER else now


def _refuse(record: Record, faults: Sequence[str]) -> None:
    if faults:
        raise record.error(" ".join(faults))


def _next_line(lines: Lines, content: dict[str, Any]) -> ChainLine:
    prev, text = chain.seal(lines), chain.canonical(content)
    try:
        return ChainLine(len(lines) + 1, prev, text, chain.digest(prev, text))
    except UnicodeEncodeError:
        raise DecisionError("Text: it holds characters that cannot be stored. Type it anew.") from None


def _read_back(line: ChainLine, record: K) -> Entry[K]:
    """Refuse what would not be read as it was meant: no line is ever taken back, and one at fault ends a journal."""
    try:
        entry = replay.read(line) if len(line.body) <= chain.LONGEST else None
    except (ValueError, TypeError):
        entry = None
    if entry is None or entry.record != record:
        raise record.error("Text: it would not be read again as it was meant. Type it anew.")
    return cast("Entry[K]", entry)


def reading(path: Path) -> Reading:
    """Examine the journal, and return what it holds if it is whole; what is wrong is told and not raised."""
    try:
        return examined(read(path))
    except JournalBroken as error:
        return Reading(Examination(0, chain.EMPTY_SEAL, (Fault(None, str(error)),)))


def every_entry(path: Path) -> tuple[Entry[Record], ...]:
    """Return the entries of all kinds in their order; none when there is no journal yet.

    Raises
    ------
    JournalBroken, UnknownKind
        If it is not whole, or cannot be read: what nobody decided is not told as a decision.
    """
    return whole(read(path))


def entries(path: Path) -> tuple[Entry[Decision], ...]:
    """Return all decisions in their order."""
    return holding(every_entry(path), Decision)


def plan_notes(path: Path) -> tuple[Entry[PlanRecord], ...]:
    """Return all that was written about plans, in its order."""
    return about_plans(every_entry(path))


def published(path: Path) -> dict[str, Entry[PublishedRun]]:
    """Return the last entry on each place of which a run was published for readers inside the force."""
    return last_published(every_entry(path))


def json_lines(path: Path) -> str:
    """Return every line with its hashes and, last, the seal; each can be recomputed without this program.

    Raises
    ------
    JournalBroken, UnknownKind
        If the chain is not whole, or cannot be read: a seal on it would say what is not so.
    """
    journal = read(path)
    whole(journal)
    lines = journal.lines
    rows = [{"entry": json.loads(line.body), "prev": line.prev, "hash": line.hash} for line in lines]
    ends = {"seal": chain.seal(lines), "entries": len(lines)}
    return "".join(f"{chain.canonical(content)}\n" for content in [*rows, ends])


def verify(path: Path, expect: str | None = None) -> Examination:
    """Examine the journal from its first line; *expect* is a seal (or its beginning) that an export carries."""
    found = reading(path)
    verdict = found.verdict
    if expect is not None:
        missing, note = _compared(found.lines, expect)
        verdict = replace(verdict, faults=(*verdict.faults, *missing), notes=(*verdict.notes, *note))
    return verdict


def _compared(lines: Sequence[ChainLine], expect: str) -> tuple[tuple[Fault, ...], tuple[str, ...]]:
    """Return the fault or the note that follows from a seal noted earlier."""
    at = chain.line_with_seal(lines, expect)
    if at is None:
        return (Fault(None, f"no line has the seal {expect}: the end was cut off, or lines were replaced"),), ()
    if at == len(lines):
        return (), ()
    where = f"line {at}" if at else "the journal before its first line"
    return (), (f"the expected seal is that of {where}; lines added since: {len(lines) - at}",)
