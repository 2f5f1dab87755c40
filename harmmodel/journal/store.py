"""What can be done with the journal: add a decision or a note on a plan, read all, list what is due, export, verify."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from harmmodel.errors import DecisionError, JournalBroken, PlanError
from harmmodel.journal import chain, file, notes, plans
from harmmodel.journal.chain import Fault, Line, Verdict
from harmmodel.journal.entry import Decision, Entry, body, faults, standing
from harmmodel.journal.notes import Note, Record

Lines = Sequence[Line]


def location(project: Path) -> Path:
    """Return where the journal of a project lies."""
    return project / "data" / "journal.sqlite"


def append(path: Path, decision: Decision, at: dt.datetime | None = None) -> Entry:
    """Write *decision* as the next line and return it; *at* is the clock, now when left out.

    Raises
    ------
    DecisionError
        If something is missing, or another decision on the unit stands that this one does not supersede.
    JournalBroken
        If the chain is not whole: no line is added to a journal that was tampered with.
    JournalError
        If the file cannot be written.
    """
    moment, decision = (at or dt.datetime.now(dt.UTC)).astimezone(dt.UTC), decision.cleaned()
    lacking = faults(decision, moment.date())
    if lacking:
        raise DecisionError(" ".join(lacking))
    line = _write(
        path,
        lambda lines: _check_order(decision, _decisions(lines)),
        lambda seq: body(decision, seq=seq, at=moment),
    )
    return _decisions([line])[0]


def add(path: Path, record: Record, at: dt.datetime | None = None) -> Note:
    """Write a plan, a step of it or a backfire check as the next line and return it.

    Raises
    ------
    PlanError
        If it cannot follow what is written: a plan is superseded and never edited, and a promise that was made stays.
    JournalBroken, JournalError
        As for :func:`append`.
    """
    moment = (at or dt.datetime.now(dt.UTC)).astimezone(dt.UTC)

    def check(lines: Lines) -> None:
        if found := plans.wrong(record, _notes(lines), moment.date()):
            raise PlanError(" ".join(found))

    line = _write(path, check, lambda seq: notes.body(record, seq=seq, at=moment))
    return _notes([line])[0]


def _write(path: Path, check: Callable[[Lines], None], content: Callable[[int], dict[str, Any]]) -> Line:
    """Add one line under the lock, when the chain is whole and *check* lets it follow."""
    with file.writing(path) as con:
        stored = file.whole(file.stored(con))
        if stored.schema is None:
            file.create(con)
        check(stored.lines)
        line = _next_line(stored.lines, content(len(stored.lines) + 1))
        con.execute("insert into entry (seq, prev, body, hash) values (?, ?, ?, ?)", line)
    return line


def _next_line(lines: Lines, content: dict[str, Any]) -> Line:
    prev, text = chain.seal(lines), chain.canonical(content)
    try:
        return Line(len(lines) + 1, prev, text, chain.digest(prev, text))
    except UnicodeEncodeError:
        raise DecisionError("Text: it holds characters that cannot be stored. Type it anew.") from None


def _decisions(lines: Lines) -> tuple[Entry, ...]:
    return tuple(found for line in lines if isinstance(found := chain.parsed(line), Entry))


def _notes(lines: Lines) -> tuple[Note, ...]:
    return tuple(found for line in lines if isinstance(found := chain.parsed(line), Note))


def _check_order(decision: Decision, entries: Sequence[Entry]) -> None:
    """Refuse a decision that leaves two standing on one unit, or supersedes what does not stand."""
    old = decision.supersedes
    same = next((e.seq for e in reversed(standing(entries)) if e.decision.subject == decision.subject), None)
    if same is not None and old != same:
        raise DecisionError(
            f"Entry {same} on {decision.label} stands. Read it, and supersede it if this decision is to replace it."
        )
    if old is not None and same is None:
        raise DecisionError(f"Entry {old} cannot be superseded: it is no decision on {decision.label}.")


def entries(path: Path) -> tuple[Entry, ...]:
    """Return all decisions in their order; none when there is no journal yet."""
    return _decisions(file.read(path).lines)


def plan_notes(path: Path) -> tuple[Note, ...]:
    """Return all that was written about plans, in its order."""
    return _notes(file.read(path).lines)


def last_seal(path: Path) -> str:
    """Return the hash of the last line, 64 zeros for an empty journal; print it on whatever is handed out."""
    return chain.seal(file.read(path).lines)


def due(path: Path, on: dt.date) -> tuple[Entry, ...]:
    """Return the decisions in force whose review date is *on* or earlier, the longest due first."""
    found = [entry for entry in standing(entries(path)) if (entry.decision.review_on or on) <= on]
    return tuple(sorted(found, key=lambda entry: (entry.decision.review_on or on, entry.seq)))


def json_lines(path: Path) -> str:
    """Return every line with its hashes and, last, the seal; each can be recomputed without this program.

    Raises
    ------
    JournalBroken
        If the chain is not whole: a seal on it would say what is not so.
    """
    lines = file.whole(file.read(path)).lines
    shown = [{"entry": json.loads(line.body), "prev": line.prev, "hash": line.hash} for line in lines]
    ends = {"seal": chain.seal(lines), "entries": len(lines)}
    return "".join(f"{chain.canonical(content)}\n" for content in [*shown, ends])


def verify(path: Path, expect: str | None = None) -> Verdict:
    """Examine the journal from its first line; *expect* is a seal (or its beginning) that an export carries."""
    try:
        stored = file.read(path)
    except JournalBroken as error:
        return Verdict(0, chain.EMPTY_SEAL, (Fault(None, str(error)),))
    found = file.faults(stored)
    notes: tuple[str, ...] = ()
    if not found:
        notes = chain.clock_notes([chain.parsed(line) for line in stored.lines])
    if expect is not None:
        missing, note = _compared(stored.lines, expect)
        found, notes = (*found, *missing), (*notes, *note)
    return Verdict(len(stored.lines), chain.seal(stored.lines), found, notes)


def _compared(lines: Sequence[Line], expect: str) -> tuple[tuple[Fault, ...], tuple[str, ...]]:
    """Return the fault or the note that follows from a seal noted earlier."""
    at = chain.line_with_seal(lines, expect)
    if at is None:
        return (Fault(None, f"no line has the seal {expect}: the end was cut off, or lines were replaced"),), ()
    if at == len(lines):
        return (), ()
    where = f"line {at}" if at else "the journal before its first line"
    return (), (f"the expected seal is that of {where}; lines added since: {len(lines) - at}",)
