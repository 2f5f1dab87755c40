"""What is written about plans of targeted deterrence: the plan as it was made, each later step, each backfire check."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import not_
from typing import Any, ClassVar, Self, TypeGuard

from pydantic import Field, model_validator

from harmmodel.config.deterrence import LONGEST_DAYS, Asked, Code, DeterrencePlan, PlannedAction, Promise, Role, Words
from harmmodel.config.types import Strict
from harmmodel.errors import HarmModelError, PlanError
from harmmodel.journal.plan_steps import (
    ACTED,
    AFTER_SUNSET,
    BROKEN,
    CLOSED,
    KEPT,
    NOTICE,
    RESPONSE,
    REVIEW,
    STEPS,
    VIOLENCE,
    Happened,
    Tally,
)
from harmmodel.journal.record import Entry, Record, Style, Thread, holding


class Chosen(Strict):
    """A group of the plan as the run showed it when it was chosen: by violence and nothing else."""

    group: Code = Field(description="Code.")
    label: str = Field(description="Name of the organisation.")
    rank: float | None = Field(description="Place by violence.")
    violence: str = Field(description="Violence, as readers saw it.")
    interval: str = Field(description="Its interval, as readers saw it.")
    in_first: str = Field(description="Share of draws in which it is among the first as many as the capacity.")


class PlanRecord(Strict, Record):
    """Anything that is written about a plan."""

    error: ClassVar[type[HarmModelError]] = PlanError
    called: ClassVar[str]  # what was recorded, in words

    place: Code
    plan_id: Code
    known: tuple[str, ...] = Field(default=(), exclude_if=not_)  # names in it that the run knows

    @property
    def about(self) -> str:
        """The plan, with its place."""
        return f"plan {self.plan_id} ({self.place})"

    @property
    def thread(self) -> Hashable:
        """What was written about the same plan."""
        return "plan", self.place, self.plan_id

    def content(self) -> dict[str, Any]:
        """Return the fields, ready for canonical JSON."""
        return self.model_dump(mode="json", by_alias=True)

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> Self:
        """Return the record whose :meth:`content` this is."""
        return cls.model_validate(content)

    @classmethod
    def read_under(cls, rules: int, content: dict[str, Any]) -> Self:
        """Return the record; a validator that has become stricter finds the version of the line in its context."""
        return cls.model_validate(content, context={"rules": rules})

    def faults(self, before: Sequence[Entry[Record]], on: dt.date) -> tuple[str, ...]:
        """Return why it cannot follow what was written about its plan."""
        return tuple(self._after(standing_plan(before, self.place, self.plan_id), on))

    @abstractmethod
    def _after(self, before: PlanInForce | None, on: dt.date) -> Iterator[str]:
        """Say what is wrong after the plan as it stands *before*."""


class PlanMade(PlanRecord):
    """A plan, or the one that supersedes it."""

    kind: ClassVar[str] = "plan"
    called: ClassVar[str] = "the plan"
    columns: ClassVar[tuple[str, ...]] = (
        *("place", "plan_id", "run_id", "groups", "capacity", "sunset", "reviews"),
        *("reason", "role", "consulted", "supersedes"),
    )

    run_id: str
    plan: DeterrencePlan
    ranking: tuple[Chosen, ...]
    said: str  # ties and overlaps, as readers saw them
    supersedes: int | None = None

    @property
    def who(self) -> str:
        """The role that recorded the plan."""
        return self.plan.role

    def what(self, style: Style) -> str:
        """Return which groups the plan is about, until when, and why."""
        over = f"; supersedes entry {self.supersedes}" if self.supersedes else ""
        groups = style.listing(chosen.label for chosen in self.ranking)
        return f"Plan recorded: {groups}; sunset {style.date(self.plan.sunset)}{over}. {self.plan.reason}"

    def facts(self) -> dict[str, object]:
        """Return what the columns are filled from."""
        return vars(self.plan) | vars(self)

    @classmethod
    def waiting(cls, entries: Sequence[Entry[Record]], on: dt.date, style: Style) -> Iterator[tuple[dt.date, str]]:
        """Return the plans in force of which a review, or the end, waits to be recorded."""
        for place in dict.fromkeys(note.record.place for note in about_plans(entries)):
            for plan in standing_plans(entries, place):
                if since := plan.due(on):
                    wait = f"a review or its end has been due since {style.date(since)}, {plan.made.who}"
                    yield since, f"{plan.note.seq}. Plan {plan.made.plan_id} ({place}): {wait}."

    def _after(self, before: PlanInForce | None, on: dt.date) -> Iterator[str]:
        plan = self.plan
        if plan.action is not None:
            yield "Action: it is recorded with the backfire check, not with the plan."
        if (plan.place, plan.id) != (self.place, self.plan_id):
            yield "Plan: its place and name differ from those that it is recorded under. Correct them."
        if not on < plan.sunset <= on + dt.timedelta(days=LONGEST_DAYS):
            yield "Sunset: choose a day after today, at most two years away."
        if min(plan.reviews) <= on:
            yield "Reviews: choose days after today."
        if before is None:
            if self.supersedes is not None:
                yield f"Entry {self.supersedes} cannot be superseded: it is no plan named {self.plan_id}."
            if any(promise.due <= on for promise in plan.promises):
                yield "Promises: choose a day after today for each of them."
        elif before.is_closed:
            yield f"Plan {self.plan_id} is closed. Make a plan of another name."
        elif self.supersedes != before.note.seq:
            yield (
                f"Entry {before.note.seq} is the plan {self.plan_id} in force. It cannot be edited; read it, and "
                "supersede it if this one is to replace it."
            )
        else:
            yield from self._promises(before, on)

    def _promises(self, before: PlanInForce, on: dt.date) -> Iterator[str]:
        """A promise that was made stays as it was made until it is kept or broken."""
        now, old = {p.id: p for p in self.plan.promises}, {p.id: p for p in before.made.plan.promises}
        for name, promise in old.items():
            if before.state(promise, on) in ("open", "due") and now.get(name) != promise:
                yield f"Promise {name}: it was made and is neither kept nor broken, so leave it as it was made."
            elif name in now and now[name] != promise:
                yield f"Promise {name}: its name is taken by an earlier promise. Give the new one a new name."
        if any(promise.due <= on for name, promise in now.items() if name not in old):
            yield "Promises: choose a day after today for each new one."


class UnderPlan(PlanRecord):
    """What is written under the version of a plan that is in force."""

    plan_entry: int

    def _after(self, before: PlanInForce | None, on: dt.date) -> Iterator[str]:
        if before is None:
            yield f"Plan {self.plan_id}: it is not in the journal. Record it first."
        elif self.plan_entry != before.note.seq:
            yield (
                f"Plan {self.plan_id}: entry {before.note.seq} is the version in force, not entry {self.plan_entry}."
            )
        elif before.is_closed:
            yield f"Plan {self.plan_id} is closed. Nothing can follow; make a plan of another name."
        else:
            yield from self._under(before, on)

    @abstractmethod
    def _under(self, before: PlanInForce, on: dt.date) -> Iterator[str]:
        """Say what is wrong under a version that is in force and not closed."""


class PlanStep(UnderPlan):
    """Something that happened under a plan, the state of a promise among it."""

    kind: ClassVar[str] = "plan step"
    called: ClassVar[str] = "the step"
    columns: ClassVar[tuple[str, ...]] = ("place", "plan_id", "plan_entry", "step", "promise", "on", "text", "role")

    step: Happened
    on: dt.date
    text: Words
    role: Role
    promise: str | None = None
    confirmed: tuple[str, ...] = Field(default=(), exclude_if=not_)  # names in its text that are so, too

    @model_validator(mode="after")
    def _about_a_promise(self) -> PlanStep:
        if (self.step in (KEPT, BROKEN)) != (self.promise is not None):
            raise ValueError("promise: name one for the state of a promise, and for nothing else")
        return self

    @property
    def who(self) -> str:
        """The role that recorded it."""
        return self.role

    def what(self, style: Style) -> str:
        """Return what happened, when, and how it is known."""
        promise = f" ({self.promise})" if self.promise else ""
        return f"{STEPS[self.step]}{promise} on {style.date(self.on)}: {self.text}"

    def _under(self, before: PlanInForce, on: dt.date) -> Iterator[str]:
        plan = before.made.plan
        if self.on > on:
            yield "Day: it lies ahead. Record what has happened."
        if before.is_over(on) and self.step not in AFTER_SUNSET:
            yield f"Plan {self.plan_id} ended on {plan.sunset}. Only what became of it can still be recorded."
        if self.promise is not None:
            yield from self._promise(before, on)
        if self.step in (NOTICE, ACTED) and before.checked() is None:
            yield f"Before '{self.step}', record a backfire check of the version in force."
        if self.step == VIOLENCE and not before.notice_by(self.on):
            yield "No notice had been given under this plan by that day, so no act of it can be one after notice."
        if self.step == RESPONSE and before.happened(RESPONSE) >= before.happened(VIOLENCE):
            yield "Record the violent act first: a response follows one."
        if self.step == CLOSED and (left := before.promises_left(on)):
            yield f"Say first what became of {', '.join(left)}: each promise is kept or broken before a plan is closed."

    def _promise(self, before: PlanInForce, on: dt.date) -> Iterator[str]:
        promise = next((p for p in before.made.plan.promises if p.id == self.promise), None)
        if promise is None:
            yield f"Promise {self.promise}: the plan makes no promise of that name."
        elif before.state(promise, on) == self.step.removeprefix("promise "):
            yield f"Promise {self.promise}: it stands as {self.step.removeprefix('promise ')} already."


class Check(UnderPlan):
    """A backfire check, with what it asked for and what was given."""

    kind: ClassVar[str] = "backfire check"
    called: ClassVar[str] = "the backfire check"
    columns: ClassVar[tuple[str, ...]] = (
        *("place", "plan_id", "plan_entry", "run_id", "action", "state", "groups", "begins"),
        *("score_low", "score_high", "band", "asks", "approver", "justification", "monitoring"),
        *("projection", "assumptions", "assumptions_hash", "role"),
    )

    run_id: str
    action: PlannedAction
    score_low: int
    score_high: int
    band: str
    asks: tuple[Asked, ...]
    records: dict[str, str]  # what the records said about a sign, as readers saw it
    projection: str
    assumptions: str
    assumptions_hash: str
    role: Role

    @property
    def who(self) -> str:
        """The role that checked."""
        return self.role

    @property
    def score(self) -> str:
        """The score, or its bounds while signs are unknown."""
        return f"{self.score_low}" if self.score_low == self.score_high else f"{self.score_low} to {self.score_high}"

    def what(self, style: Style) -> str:
        """Return the score of the action, what it asks for, and what may follow."""
        asks = f"; given: {style.listing(self.asks)}" if self.asks else ""
        return (
            f"Backfire check of '{self.action.kind}': score {self.score}, band {self.band}{asks}. {self.projection} "
            f"Assumptions {self.assumptions}."
        )

    def facts(self) -> dict[str, object]:
        """Return what the columns are filled from."""
        return vars(self.action) | vars(self) | {"action": self.action.kind}

    def _under(self, before: PlanInForce, on: dt.date) -> Iterator[str]:
        action = self.action
        if before.is_over(on):
            yield f"Plan {self.plan_id} ended on {before.made.plan.sunset}. No action can follow from it."
        if not set(action.groups) <= set(before.made.plan.groups):
            yield "Groups: the action is aimed at a group that the plan does not choose. Aim it at a group of the plan."
        if action.begins < on:
            yield "Begin: the check comes before the action; choose today or a later day."
        if silent := sorted(set(self.records) - set(action.answers)):
            yield f"Signs: nobody has answered {', '.join(silent)}. Say yes, no or unknown, and what is done about it."
        for name in self.asks:
            if getattr(action, name) is None:
                yield f"{name.capitalize()}: fill it in, because a score in band '{self.band}' asks for it."
        first = {self.role.lower(), before.made.plan.role.lower()}
        if action.approver is not None and action.approver.lower() in first:
            yield "Approver: it must be another role than the one that made the plan or the check."


@dataclass(frozen=True)
class PlanInForce:
    """A plan in force, and all that was written since its first version."""

    versions: tuple[Entry[PlanMade], ...]
    steps: tuple[Entry[PlanStep], ...] = ()
    checks: tuple[Entry[Check], ...] = ()
    tally: Tally = field(default_factory=Tally)

    def then(self, note: Entry[PlanRecord]) -> PlanInForce:
        """Return the plan after one more note."""
        record = note.record
        if isinstance(record, PlanMade):
            return replace(self, versions=(*self.versions, *holding([note], PlanMade)))
        if not isinstance(record, PlanStep):
            return replace(self, checks=(*self.checks, *holding([note], Check)))
        tally = self.tally.then(record.step, record.promise, record.on)
        return replace(self, steps=(*self.steps, *holding([note], PlanStep)), tally=tally)

    @property
    def note(self) -> Entry[PlanMade]:
        """The entry of the version in force."""
        return self.versions[-1]

    @property
    def made(self) -> PlanMade:
        """The version in force."""
        return self.note.record

    @property
    def is_closed(self) -> bool:
        """Whether its end was recorded."""
        return self.happened(CLOSED) > 0

    def is_over(self, on: dt.date) -> bool:
        """Whether it has ended, by its sunset or because it was closed."""
        return self.is_closed or on > self.made.plan.sunset

    def happened(self, step: str) -> int:
        """Count the steps of a kind."""
        return self.tally.counts.get(step, 0)

    def notice_by(self, day: dt.date) -> bool:
        """Whether notice had been given by a day."""
        first = self.tally.first_notice
        return first is not None and first <= day

    def state(self, promise: Promise, on: dt.date) -> str:
        """Return the state of a promise: kept or broken as last recorded, else open, or due once its day has come."""
        if last := self.tally.promises.get(promise.id):
            return "kept" if last == KEPT else "broken"
        return "due" if promise.due <= on else "open"

    def promises_left(self, on: dt.date) -> list[str]:
        """Return the promises that are neither kept nor broken."""
        return [promise.id for promise in self.made.plan.promises if self.state(promise, on) in ("open", "due")]

    def due(self, on: dt.date) -> dt.date | None:
        """Return the day since which a review, or the end, waits to be recorded; None when none does."""
        if self.is_closed:
            return None
        # A new version sets its reviews anew, so those held under an earlier one do not stand for them.
        steps = [note.record for note in self.steps if note.record.plan_entry == self.note.seq]
        waiting = [*sorted(self.made.plan.reviews)[sum(step.step == REVIEW for step in steps) :], self.made.plan.sunset]
        return waiting[0] if waiting[0] <= on else None

    def checked(self) -> Check | None:
        """Return the last backfire check of the version in force."""
        checks = (note.record for note in reversed(self.checks))
        return next((check for check in checks if check.plan_entry == self.note.seq), None)


def _is_about_a_plan(entry: Entry[Record]) -> TypeGuard[Entry[PlanRecord]]:
    return isinstance(entry.record, PlanRecord)


def about_plans(entries: Sequence[Entry[Record]]) -> tuple[Entry[PlanRecord], ...]:
    """Return all that was written about plans, in its order."""
    return tuple(entry for entry in entries if _is_about_a_plan(entry))


def standing_plan(entries: Sequence[Entry[Record]], place: str, plan_id: str) -> PlanInForce | None:
    """Return the version in force of a plan; None when there is no such plan."""
    seen, plan = entries.summed if isinstance(entries, Thread) else (0, None)
    for note in about_plans(entries[seen:]):
        if (note.record.place, note.record.plan_id) == (place, plan_id):
            plan = (plan or PlanInForce(())).then(note)
    if isinstance(entries, Thread):
        entries.summed = (len(entries), plan)
    return plan if plan and plan.versions else None


def standing_plans(entries: Sequence[Entry[Record]], place: str) -> tuple[PlanInForce, ...]:
    """Return the version in force of every plan of a place, in the order in which they were begun."""
    ids = dict.fromkeys(note.record.plan_id for note in about_plans(entries) if note.record.place == place)
    return tuple(plan for plan_id in ids if (plan := standing_plan(entries, place, plan_id)))
