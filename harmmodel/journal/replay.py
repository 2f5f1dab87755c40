"""The rules again: each line is held against those that it had to keep when it was written, in one pass."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from harmmodel.config import characters
from harmmodel.errors import UnknownKind
from harmmodel.journal import kinds
from harmmodel.journal.chain import ChainLine, Fault
from harmmodel.journal.kinds import Strange
from harmmodel.journal.record import VERSION, Entry, Record, Thread

FOREIGN = "was not written by this program"
AT_MOST = 300  # letters of what a line at fault says of itself


@dataclass(frozen=True)
class Replayed:
    """The entries of a chain that is whole, up to the first that cannot stand."""

    entries: tuple[Entry[Record], ...]
    fault: Fault | None = None


def replayed(lines: Sequence[ChainLine]) -> Replayed:
    """Read every line of a chain that is whole, and hold it against its rules."""
    entries: list[Entry[Record]] = []
    threads: defaultdict[Hashable, Thread] = defaultdict(Thread)
    unknown, latest = None, 1
    for line in lines:
        latest, before_it = _number(line), latest
        try:
            entry = read(line)
        except UnknownKind as error:
            unknown = unknown or Fault(line.seq, f"cannot be read: {_visible(str(error))}", is_unknown=True)
            continue
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return Replayed(tuple(entries), Fault(line.seq, f"{FOREIGN}: {_visible(_why(error))}"))
        before = threads[entry.record.thread]
        if wrong := _older(entry, before_it) or broken_rules(entry.record, before, entry.at.date(), entry.version):
            return Replayed(tuple(entries), Fault(line.seq, f"breaks a rule: {_visible(' '.join(wrong))}"))
        before.append(entry)
        entries.append(entry)
    return Replayed(tuple(entries), unknown)


def read(line: ChainLine) -> Entry[Record]:
    """Return the entry in *line*; raises what :func:`kinds.from_body` raises."""
    return kinds.from_body(json.loads(line.body), prev=line.prev, own_hash=line.hash)


def broken_rules(record: Record, thread: Thread, on: dt.date, rules: int = VERSION) -> tuple[str, ...]:
    """Return what keeps *record* from standing after the entries of its *thread*: asked when writing and examining."""
    cleaned = record.cleaned()
    faults = hidden(record) if rules == VERSION else ()
    faults = faults or cleaned.faults_under(rules, thread, on)
    # What is taken out of a text may become more with time, so only lines of today's rules are held against it.
    return faults or (("Text: it holds stray spaces or repeats.",) if rules == VERSION and cleaned != record else ())


def hidden(record: Record) -> tuple[str, ...]:
    """Return where *record* holds a character that no text may hold."""
    return tuple(f"{where}: {wrong}." for where, wrong in characters.faults_in(record.content()))


def _number(line: ChainLine) -> int:
    version = json.loads(line.body).get("version", 1)
    return version if type(version) is int else 1


def _older(entry: Entry[Record], latest: int) -> tuple[str, ...]:
    """Refuse a line of an earlier version after one of a later: the earlier program would not have gone on."""
    if entry.version >= latest:
        return ()
    return (f"Version: a line of version {entry.version} cannot follow one of version {latest}.",)


def _why(error: Exception) -> str:
    """Say why a line holds no entry, in names of fields alone: what it holds may be about a person."""
    if isinstance(error, Strange):
        return str(error)
    if isinstance(error, ValidationError):
        names = dict.fromkeys(".".join(map(str, fault["loc"])) for fault in error.errors(include_input=False))
        where = ", ".join(name for name in names if name)
        return f"what it says of {where or 'its subject'} is missing or of the wrong kind"
    return "it is no entry"


def _visible(text: str) -> str:
    """Show signs that would steer a terminal as their codes, and no more than can be read."""
    shown = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text[:AT_MOST])
    return shown.rstrip(".") if len(text) <= AT_MOST else f"{shown}…"
