"""The chain: canonical JSON, the hash of a line, and what is wrong when lines no longer follow each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from harmmodel.errors import HarmModelError, JournalBroken, UnknownKind
from harmmodel.journal import kinds
from harmmodel.journal.record import Entry, Record

EMPTY_SEAL = "0" * 64
KEEP = "Keep the file as it is for whoever examines it, and restore a copy whose seal stands on an export"
UPDATE = "Use the version that wrote it, or a later one"


class ChainLine(NamedTuple):
    """A line as stored."""

    seq: int
    prev: str
    body: str
    hash: str


@dataclass(frozen=True)
class Fault:
    """What is wrong, and in which line; None when it concerns the whole file."""

    line: int | None
    what: str
    is_unknown: bool = False  # nothing was altered: the line is of a kind that this version does not know

    def __str__(self) -> str:
        """Return the fault as a sentence without a full stop."""
        return self.what if self.line is None else f"line {self.line} {self.what}"


@dataclass(frozen=True)
class Examination:
    """What an examination of the journal found."""

    entries: int
    seal: str
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    @property
    def is_unknown(self) -> bool:
        """Whether the chain is whole, and all that is wrong is a kind that this version does not know."""
        return bool(self.faults) and all(fault.is_unknown for fault in self.faults)

    @property
    def lead(self) -> str:
        """What is to be said before the faults."""
        return "This version cannot read the journal" if self.is_unknown else "The journal is not whole"

    @property
    def remedy(self) -> str:
        """What to do next."""
        return UPDATE if self.is_unknown else KEEP

    @property
    def error(self) -> type[HarmModelError]:
        """The error of a journal that cannot be used."""
        return UnknownKind if self.is_unknown else JournalBroken


def canonical(content: dict[str, Any]) -> str:
    """Return the one way to write *content* as JSON.

    >>> canonical({"b": "é", "a": [1, None]})
    '{"a":[1,null],"b":"é"}'
    """
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(prev: str, body: str) -> str:
    """Return the hash of a line: sha256 of the hash before it followed by its canonical JSON, in UTF-8."""
    return hashlib.sha256((prev + body).encode("utf-8")).hexdigest()


def seal(lines: Sequence[ChainLine]) -> str:
    """Return the hash of the last line, or 64 zeros when there is none."""
    return lines[-1].hash if lines else EMPTY_SEAL


def parsed(line: ChainLine) -> Entry[Record]:
    """Return the entry in *line*.

    Raises
    ------
    UnknownKind
        If this version does not know its kind.
    JournalBroken
        If the line holds no entry.
    """
    try:
        return kinds.from_body(json.loads(line.body), prev=line.prev, own_hash=line.hash)
    except UnknownKind as error:
        raise UnknownKind(f"Line {line.seq} of the journal cannot be read: {error}. {UPDATE}") from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise JournalBroken(f"Line {line.seq} of the journal holds no decision. {KEEP}") from None


def first_fault(lines: Sequence[ChainLine]) -> Fault | None:
    """Return the first line that was altered, removed, reordered or inserted; None when the chain is whole."""
    before = EMPTY_SEAL
    for expected, line in enumerate(lines, start=1):
        what = next(_wrong(line, expected, before), None)
        if what is not None:
            return Fault(expected, what)
        before = line.hash
    return None


def first_unknown(lines: Sequence[ChainLine]) -> Fault | None:
    """Return the first line of a chain that is whole whose kind this version does not know."""
    for line in lines:
        try:
            kinds.class_of(json.loads(line.body)["kind"])
        except UnknownKind as error:
            return Fault(line.seq, f"cannot be read: {error}", is_unknown=True)
    return None


def _wrong(line: ChainLine, expected: int, before: str) -> Iterator[str]:
    if line.seq > expected:
        yield f"is missing: the next one in the file is line {line.seq}"
    if line.seq < expected:
        yield f"was inserted: it has the number {line.seq}, and numbers start at 1"
    if not _gives_its_hash(line):
        yield "was altered after it was written: its content does not give its hash"
    content = json.loads(line.body)
    written = content.get("seq") if isinstance(content, dict) else None
    if written != expected:
        yield (f"was written as line {written}: a line before it was removed or inserted, or lines changed places")
    if line.prev != before:
        yield f"does not follow line {expected - 1}: what stood before it was altered, removed or replaced"
    if not _is_canonical_entry(line):
        yield "was not written by this program: it is no canonical decision"


def _gives_its_hash(line: ChainLine) -> bool:
    if not all(isinstance(part, str) for part in line[1:]) or digest(line.prev, line.body) != line.hash:
        return False
    try:
        json.loads(line.body)
    except ValueError:
        return False
    return True


def _is_canonical_entry(line: ChainLine) -> bool:
    try:
        with suppress(UnknownKind):
            parsed(line)
        return canonical(json.loads(line.body)) == line.body
    except (JournalBroken, ValueError):
        return False


def clock_notes(entries: Sequence[Entry[Record]]) -> tuple[str, ...]:
    """Say where a clock was set back; the order is that of the numbers, so this is no fault."""
    return tuple(
        f"line {later.seq} is dated earlier than line {earlier.seq}: a clock was set back; the numbers give the order"
        for earlier, later in pairwise(entries)
        if later.at < earlier.at
    )


def line_with_seal(lines: Sequence[ChainLine], expected: str) -> int | None:
    """Return the number of the line after which the journal had this seal (or its beginning); 0: when it was empty."""
    seals = [EMPTY_SEAL, *(line.hash for line in lines)]
    return next((at for at in reversed(range(len(seals))) if seals[at].startswith(expected.lower())), None)
