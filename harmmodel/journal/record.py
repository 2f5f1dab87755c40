"""A line of the journal, and what every kind of entry can do: check itself, say itself in words, export itself."""

from __future__ import annotations

import datetime as dt
import json
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar, cast

from pydantic import BaseModel, TypeAdapter

from harmmodel.errors import HarmModelError
from harmmodel.journal import wording

# Of the lines that this program writes: their keys, and the rules that they keep. Lines of version 1 carry no number.
VERSION = 4


class Style(Protocol):
    """How days, lists and tiers are written: ``views.words``, lent to the entries so that all sentences look alike."""

    def date(self, value: str | dt.date, /) -> str:
        """Return a day."""

    def listing(self, items: Iterable[str], /) -> str:
        """Return items in a sentence."""

    def tier(self, tier: str, /) -> str:
        """Return a tier with its sign."""


class Record(ABC):
    """What a line says. A kind of entry is one subclass of this and one line in ``kinds.py``.

    A kind is read back for as long as a journal lives: new fields need a default, and none is ever taken out. Each
    examination holds every line against the rules of the version that wrote it. So whoever adds a field, or makes a
    rule stricter, raises ``VERSION`` and keeps the rules of earlier lines in :meth:`read_under` and
    :meth:`faults_under`.
    """

    kind: ClassVar[str]  # as stored in every line; never changed
    error: ClassVar[type[HarmModelError]]  # raised when a record is refused
    columns: ClassVar[tuple[str, ...]]  # of its table, between number and day of the line and its hashes

    @property
    @abstractmethod
    def who(self) -> str:
        """The role that wrote it."""

    @property
    @abstractmethod
    def about(self) -> str:
        """What it is about, with its place."""

    @abstractmethod
    def content(self) -> dict[str, Any]:
        """Return its fields, ready for canonical JSON."""

    @classmethod
    @abstractmethod
    def from_content(cls, content: dict[str, Any]) -> Self:
        """Return the record whose :meth:`content` this is.

        Raises
        ------
        KeyError, TypeError, ValueError
            If something is missing or of the wrong kind.
        """

    @abstractmethod
    def faults(self, before: Sequence[Entry[Record]], on: dt.date) -> tuple[str, ...]:
        """Return all that is wrong with it on day *on*, after the entries *before*; nothing when it can be written."""

    @abstractmethod
    def what(self, style: Style) -> str:
        """Return what it says, without who and when."""

    @property
    def thread(self) -> Hashable:
        """Which of the entries before its rules look at: those of the same thread; of its own kind unless said."""
        return self.kind

    @classmethod
    def read_under(cls, rules: int, content: dict[str, Any]) -> Self:
        """Return the record in a line of version *rules*."""
        return cls.from_content(content)

    def faults_under(self, rules: int, before: Sequence[Entry[Record]], on: dt.date) -> tuple[str, ...]:
        """Return what was wrong with it by the rules of version *rules*; *before* are the entries of its thread."""
        return self.lacking(on) or self.faults(before, on)

    def lacking(self, on: dt.date) -> tuple[str, ...]:
        """Return the faults that show without the journal, while it is filled in."""
        return ()

    def wording(self) -> tuple[str, ...]:
        """Return what is wrong with the words that people wrote in it, asked when it is recorded and never again."""
        return wording.faults_of(self) if isinstance(self, BaseModel) else ()

    def cleaned(self) -> Self:
        """The same record as it is written, without stray spaces and repeats."""
        return self

    def in_words(self, style: Style) -> str:
        """Return all that its sentence says after who wrote it on what."""
        return " ".join(self.what(style).split())

    def facts(self) -> dict[str, object]:
        """Return what its columns are filled from."""
        return dict(vars(self))

    @classmethod
    def waiting(cls, entries: Sequence[Entry[Record]], on: dt.date, style: Style) -> Iterable[tuple[dt.date, str]]:
        """Return what of this kind waits for a review on day *on*: since when, and in words."""
        return ()

    def row(self) -> dict[str, object]:
        """Return its row in a table: one cell for each of its columns."""
        facts = self.facts()
        return {name: _cell(facts[name]) for name in self.columns}

    def body(self, *, seq: int, at: dt.datetime, version: int = VERSION) -> dict[str, Any]:
        """Return the content of its line, ready for canonical JSON."""
        numbered = {"version": version} if version > 1 else {}
        return {**self.content(), "kind": self.kind, "seq": seq, "at": at.isoformat(timespec="seconds"), **numbered}


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    return "; ".join(map(str, value)) if isinstance(value, tuple) else value


R = TypeVar("R", bound=Record, covariant=True)


@dataclass(frozen=True)
class Entry(Generic[R]):
    """A line of the journal; its number gives the order, *at* is the clock as it stood."""

    seq: int
    at: dt.datetime
    record: R
    prev: str
    hash: str
    version: int = VERSION

    def body(self) -> dict[str, Any]:
        """Return the content of the line, as its version writes it."""
        return self.record.body(seq=self.seq, at=self.at, version=self.version)

    def sentence(self, style: Style) -> str:
        """Return the line as a sentence."""
        record = self.record
        return f"{self.seq}. {style.date(self.at)}, {record.who} on {record.about}: {record.in_words(style)}"

    def row(self) -> dict[str, object]:
        """Return the line as a row of the table of its kind, with its hashes."""
        at = self.at.isoformat(timespec="seconds")
        return {"seq": self.seq, "at": at, **self.record.row(), "prev": self.prev, "hash": self.hash}


class Thread(list[Entry[Record]]):
    """The entries of a thread, in their order, while a journal is read; *summed* is what its kind knows of them so far.

    Without it each line would look at all lines before it, and thousands of them would take minutes.
    """

    summed: tuple[int, Any] = (0, None)  # of how many entries, and their sum


K = TypeVar("K", bound=Record)


@cache
def _reader(kind: type[K]) -> TypeAdapter[K]:
    return TypeAdapter(kind)


def typed(kind: type[K], content: dict[str, Any]) -> K:
    """Return the record of a dataclass whose fields *content* holds, each of the type that the class names.

    Raises
    ------
    ValueError
        If something is missing or of another type: nothing is guessed, and no number is read from a text.
    """
    return cast("K", _reader(kind).validate_json(json.dumps(content), strict=True))


def holding(entries: Iterable[Entry[Record]], kind: type[K]) -> tuple[Entry[K], ...]:
    """Return the entries of a kind, in their order."""
    return tuple(each(entries, kind))


def each(entries: Iterable[Entry[Record]], kind: type[K]) -> Iterator[Entry[K]]:
    """Yield the entries of a kind as they come: whoever looks for one need not see all."""
    return (cast("Entry[K]", entry) for entry in entries if isinstance(entry.record, kind))


def columns(kind: type[Record]) -> tuple[str, ...]:
    """Return the columns of the table of a kind, in their order."""
    return ("seq", "at", *kind.columns, "prev", "hash")
