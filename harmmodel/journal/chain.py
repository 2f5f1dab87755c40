"""The chain: canonical JSON, the hash of a line, and what is wrong when lines no longer follow each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from harmmodel.errors import HarmModelError, JournalBroken, UnknownKind
from harmmodel.journal.record import Entry, Record

EMPTY_SEAL = "0" * 64
KEEP = "Keep the file as it is for whoever examines it, and restore a copy whose seal stands on an export"
UPDATE = "Use the version that wrote it, or a later one"
LONGEST = 1_000_000  # letters of a line; the longest plan has a tenth


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
    is_unknown: bool = False  # nothing was altered: the line is of a kind or version that this one does not know

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
        """Whether the chain is whole, and all that is wrong is a kind or a version not known yet."""
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


def first_fault(lines: Sequence[ChainLine]) -> Fault | None:
    """Return the first line that was altered, removed, reordered or inserted; None when the chain is whole."""
    before = EMPTY_SEAL
    for expected, line in enumerate(lines, start=1):
        what = next(_wrong(line, expected, before), None)
        if what is not None:
            return Fault(expected, what)
        before = line.hash
    return None


def _wrong(line: ChainLine, expected: int, before: str) -> Iterator[str]:
    """Yield what is wrong with a line whatever its version: numbers, hashes and canonical JSON never change."""
    if line.seq > expected:
        yield f"is missing: the next one in the file is line {line.seq}"
    if line.seq < expected:
        yield f"was inserted: it has the number {line.seq}, and numbers start at 1"
    if not all(isinstance(part, str) for part in line[1:]) or digest(line.prev, line.body) != line.hash:
        yield "was altered after it was written: its content does not give its hash"
    content = _content(line.body)
    if content is None:
        yield "was not written by this program: it is no canonical entry"
    elif content.get("seq") != expected:
        written = str(content.get("seq"))[:20]
        yield f"was written as line {written}: a line before it was removed or inserted, or lines changed places"
    if line.prev != before:
        yield f"does not follow line {expected - 1}: what stood before it was altered, removed or replaced"


def _content(body: str) -> dict[str, Any] | None:
    """Return what a line says; None when nobody but a forger writes like that."""
    if len(body) > LONGEST:
        return None
    try:
        content = json.loads(body)
        return content if isinstance(content, dict) and canonical(content) == body else None
    except (ValueError, RecursionError):
        return None


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
