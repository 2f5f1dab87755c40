"""The entry of an exact run: who looked past the release gate, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

from harmmodel.errors import DecisionError, HarmModelError
from harmmodel.journal import wording
from harmmodel.journal.decision import reason_faults, role_faults
from harmmodel.journal.record import Entry, Record, Style, typed
from harmmodel.journal.wording import Written


@dataclass(frozen=True, kw_only=True)
class ExactUse(Record):
    """A place was scored of exact counts, for a check inside the force. It is written before anything is shown."""

    kind: ClassVar[str] = "exact run"
    error: ClassVar[type[HarmModelError]] = DecisionError
    columns: ClassVar[tuple[str, ...]] = ("place", "snapshot_id", "reason", "role")

    place: str
    snapshot_id: str
    reason: str
    role: str

    @property
    def who(self) -> str:
        """The role that asked."""
        return self.role

    @property
    def about(self) -> str:
        """The snapshot, with its place."""
        return f"exact counts of {self.snapshot_id} ({self.place})"

    @property
    def thread(self) -> Hashable:
        """What was asked of the same place."""
        return self.kind, self.place

    def content(self) -> dict[str, Any]:
        """Return the fields, ready for canonical JSON."""
        return asdict(self)

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> ExactUse:
        """Return the record whose :meth:`content` this is."""
        return typed(cls, content)

    def cleaned(self) -> ExactUse:
        """The same without stray spaces."""
        return replace(self, reason=self.reason.strip(), role=" ".join(self.role.split()))

    def lacking(self, on: dt.date) -> tuple[str, ...]:
        """Return what is missing: a reason and a role, as of every decision."""
        return (*reason_faults(self.reason), *role_faults(self.role))

    def faults(self, before: Sequence[Entry[Record]], on: dt.date) -> tuple[str, ...]:
        """Return what is missing; it may follow anything."""
        return self.lacking(on)

    def wording(self) -> tuple[str, ...]:
        """Return what in it may point at a person."""
        return wording.faults((Written("Reason", self.reason), Written("Role", self.role, "label")), ())

    def what(self, style: Style) -> str:
        """Return what was done and why."""
        return f"scored of exact counts, past the release gate. Why: {' '.join(self.reason.split())}"
