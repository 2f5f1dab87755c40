"""The entry of a run that was published: which run a place shows from then on, with the seal of its files."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from harmmodel.errors import HarmModelError, JournalError
from harmmodel.journal.record import VERSION, Entry, Record, Style, holding, typed

RUN = re.compile(r"([a-z][a-z0-9_]{0,59})-[0-9a-f]{12}")
SEAL = re.compile(r"[0-9a-f]{64}")
INTERNAL, PUBLIC = "internal", "public"
WITH_AUDIENCE = 3  # the version since which a line says who is shown the run
WITH_LENS = 4  # and of which lens it is, since a place may show one of each
LENSES = ("area", "group", "disparity")  # that have a run of their own
UNTOLD = ""


@dataclass(frozen=True, kw_only=True)
class PublishedRun(Record):
    """A run became the one that its place shows. The tool writes this: it needs no reason, and nobody's role.

    Earlier lines do not say to whom: they are read as of the run for readers inside the force. Nor do they say by which
    lens: there was one run for a place.
    """

    kind: ClassVar[str] = "published run"
    error: ClassVar[type[HarmModelError]] = JournalError
    columns: ClassVar[tuple[str, ...]] = ("place", "run_id", "seal", "audience", "lens")

    place: str
    run_id: str
    seal: str
    audience: str = INTERNAL
    lens: str = UNTOLD

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
        """What was published of the same place by the same lens."""
        return self.kind, self.place, self.lens

    def content(self) -> dict[str, Any]:
        """Return the fields, ready for canonical JSON."""
        return asdict(self)

    def body(self, *, seq: int, at: dt.datetime, version: int = VERSION) -> dict[str, Any]:
        """Return the content of its line; an earlier one says nothing of an audience or a lens."""
        said = super().body(seq=seq, at=at, version=version)
        untold = [key for key, since in (("audience", WITH_AUDIENCE), ("lens", WITH_LENS)) if version < since]
        return {key: value for key, value in said.items() if key not in untold}

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> PublishedRun:
        """Return the record whose :meth:`content` this is."""
        return typed(cls, content)

    def lacking(self, on: dt.date) -> tuple[str, ...]:
        """Return what is wrong with its names and its audience; nothing else can be."""
        wrong, name = [], RUN.fullmatch(self.run_id)
        if name is None or name[1] != self.place:
            wrong.append("Run: give its place, a hyphen and 12 of the characters 0-9 and a-f.")
        if not SEAL.fullmatch(self.seal):
            wrong.append("Seal: give 64 of the characters 0-9 and a-f.")
        if self.audience not in (INTERNAL, PUBLIC):
            wrong.append(f"Audience: give {INTERNAL} or {PUBLIC}.")
        if self.lens not in (UNTOLD, *LENSES):
            wrong.append(f"Lens: give one of {', '.join(LENSES)}.")
        return tuple(wrong)

    def faults(self, before: Sequence[Entry[Record]], on: dt.date) -> tuple[str, ...]:
        """Return what is wrong with its names: a run may be published again after another."""
        return self.lacking(on)

    def what(self, style: Style) -> str:
        """Return that it was published, and its seal."""
        return f"published{' for the public' if self.audience == PUBLIC else ''}; its seal is {self.seal}"


def last_published(
    entries: Sequence[Entry[Record]], audience: str = INTERNAL, lens: str = "area"
) -> dict[str, Entry[PublishedRun]]:
    """Return the last entry on each place of which a run of a lens was published for an audience.

    Where a line does not say its lens, it is of the one that the place had.
    """
    published = [entry for entry in holding(entries, PublishedRun) if entry.record.lens in (lens, UNTOLD)]
    return {entry.record.place: entry for entry in published if entry.record.audience == audience}
