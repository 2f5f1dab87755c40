"""What is written about plans of targeted deterrence: the plan as it was made, each later step, each backfire check.

These types are read back for as long as a journal lives: new fields need a default, and none is ever taken out.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field, model_validator

from harmmodel.config.deterrence import Action, Asked, Code, DeterrencePlan, Role, Words
from harmmodel.config.types import Strict

PLAN, STEP, CHECK = "plan", "plan step", "backfire check"
KEPT, BROKEN, CLOSED = "promise kept", "promise broken", "plan closed"
NOTICE, ACTED = "notice given", "action taken"
VIOLENCE, RESPONSE = "violent act after notice", "response given"
REVIEW = "review held"
Happened = Literal[
    "notice given",
    "violent act after notice",
    "response given",
    "action taken",
    "service taken up",
    "promise kept",
    "promise broken",
    "review held",
    "plan closed",
]


class Chosen(Strict):
    """A group of the plan as the run showed it when it was chosen: by violence and nothing else."""

    group: Code = Field(description="Code.")
    label: str = Field(description="Name of the organisation.")
    rank: float | None = Field(description="Place by violence.")
    violence: str = Field(description="Violence, as readers saw it.")
    interval: str = Field(description="Its interval, as readers saw it.")
    in_first: str = Field(description="Share of draws in which it is among the first as many as the capacity.")


class PlanMade(Strict):
    """A plan, or the one that supersedes it."""

    place: Code
    plan_id: Code
    run_id: str
    plan: DeterrencePlan
    ranking: tuple[Chosen, ...]
    said: str  # ties and overlaps, as readers saw them
    supersedes: int | None = None


class Step(Strict):
    """Something that happened under a plan, the state of a promise among it."""

    place: Code
    plan_id: Code
    plan_entry: int
    step: Happened
    on: dt.date
    text: Words
    role: Role
    promise: str | None = None

    @model_validator(mode="after")
    def _about(self) -> Step:
        if (self.step in (KEPT, BROKEN)) != (self.promise is not None):
            raise ValueError("promise: name one for the state of a promise, and for nothing else")
        return self


class Check(Strict):
    """A backfire check, with what it asked for and what was given."""

    place: Code
    plan_id: Code
    plan_entry: int
    run_id: str
    action: Action
    score_low: int
    score_high: int
    band: str
    asks: tuple[Asked, ...]
    records: dict[str, str]  # what the records said about a sign, as readers saw it
    projection: str
    assumptions: str
    assumptions_hash: str
    role: Role


Record = PlanMade | Step | Check
KINDS: dict[str, type[PlanMade | Step | Check]] = {PLAN: PlanMade, STEP: Step, CHECK: Check}


@dataclass(frozen=True)
class Note:
    """A line of the journal that is about a plan."""

    seq: int
    at: dt.datetime
    record: Record
    prev: str
    hash: str


def kind_of(record: Record) -> str:
    """Return the kind under which a record is kept."""
    return next(kind for kind, type_ in KINDS.items() if isinstance(record, type_))


def body(record: Record, *, seq: int, at: dt.datetime) -> dict[str, Any]:
    """Return the content of a line, ready for canonical JSON."""
    fields = record.model_dump(mode="json", by_alias=True)
    return {"kind": kind_of(record), "seq": seq, "at": at.isoformat(timespec="seconds"), **fields}


def from_body(content: dict[str, Any], *, prev: str, own_hash: str) -> Note:
    """Return the note that :func:`body` wrote.

    Raises
    ------
    KeyError, TypeError, ValueError
        If something is missing or of the wrong kind.
    """
    fields = dict(content)
    kind, seq, at = fields.pop("kind"), int(fields.pop("seq")), dt.datetime.fromisoformat(fields.pop("at"))
    if at.tzinfo is None:
        raise ValueError(f"at {at}")
    return Note(seq, at, KINDS[kind].model_validate(fields), prev, own_hash)
