"""A line of the journal, and what every kind of entry can do: check itself, say itself in words, export itself."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar, cast

from harmmodel.errors import HarmModelError


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

    A kind is read back for as long as a journal lives: new fields need a default, and none is ever taken out.
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

    def lacking(self, on: dt.date) -> tuple[str, ...]:
        """Return the faults that show without the journal, while it is filled in."""
        return ()

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

    def body(self, *, seq: int, at: dt.datetime) -> dict[str, Any]:
        """Return the content of its line, ready for canonical JSON."""
        return {"kind": self.kind, "seq": seq, "at": at.isoformat(timespec="seconds"), **self.content()}


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

    def sentence(self, style: Style) -> str:
        """Return the line as a sentence."""
        record = self.record
        return f"{self.seq}. {style.date(self.at)}, {record.who} on {record.about}: {record.in_words(style)}"

    def row(self) -> dict[str, object]:
        """Return the line as a row of the table of its kind, with its hashes."""
        at = self.at.isoformat(timespec="seconds")
        return {"seq": self.seq, "at": at, **self.record.row(), "prev": self.prev, "hash": self.hash}


K = TypeVar("K", bound=Record)


def holding(entries: Iterable[Entry[Record]], kind: type[K]) -> tuple[Entry[K], ...]:
    """Return the entries of a kind, in their order."""
    return tuple(cast("Entry[K]", entry) for entry in entries if isinstance(entry.record, kind))


def columns(kind: type[Record]) -> tuple[str, ...]:
    """Return the columns of the table of a kind, in their order."""
    return ("seq", "at", *kind.columns, "prev", "hash")
