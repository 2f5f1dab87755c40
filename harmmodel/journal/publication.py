"""The entry of a run that was published: which run a place shows from then on, with the seal of its files."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from harmmodel.errors import HarmModelError, JournalError
from harmmodel.journal.record import Entry, Record, Style, holding, typed

RUN = re.compile(r"([a-z][a-z0-9_]{0,59})-[0-9a-f]{12}")
SEAL = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class PublishedRun(Record):
    """A run became the one that its place shows. The tool writes this: it needs no reason, and nobody's role."""

    kind: ClassVar[str] = "published run"
    error: ClassVar[type[HarmModelError]] = JournalError
    columns: ClassVar[tuple[str, ...]] = ("place", "run_id", "seal")

    place: str
    run_id: str
    seal: str

    @property
    def who(self) -> str:
        """The tool: a person decides on what a run proposes, and that is an entry of its own."""
        return "the tool"

    @property
    def about(self) -> str:
        """The run, with its place."""
        return f"run {self.run_id} ({self.place})"

    @property
    def thread(self) -> Hashable:
        """What was published of the same place."""
        return self.kind, self.place

    def content(self) -> dict[str, Any]:
        """Return the fields, ready for canonical JSON."""
        return asdict(self)

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> PublishedRun:
        """Return the record whose :meth:`content` this is."""
        return typed(cls, content)

    def lacking(self, on: dt.date) -> tuple[str, ...]:
        """Return what is wrong with its names; nothing else can be."""
        wrong, name = [], RUN.fullmatch(self.run_id)
        if name is None or name[1] != self.place:
            wrong.append("Run: give its place, a hyphen and 12 of the characters 0-9 and a-f.")
        if not SEAL.fullmatch(self.seal):
            wrong.append("Seal: give 64 of the characters 0-9 and a-f.")
        return tuple(wrong)

    def faults(self, before: Sequence[Entry[Record]], on: dt.date) -> tuple[str, ...]:
        """Return what is wrong with its names: a run may be published again after another."""
        return self.lacking(on)

    def what(self, style: Style) -> str:
        """Return that it was published, and its seal."""
        return f"published; its seal is {self.seal}"


def last_published(entries: Sequence[Entry[Record]]) -> dict[str, Entry[PublishedRun]]:
    """Return the last entry on each place of which a run was published."""
    return {entry.record.place: entry for entry in holding(entries, PublishedRun)}
