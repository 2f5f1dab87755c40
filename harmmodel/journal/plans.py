"""The order of a plan's lines: what may follow what, and which state a plan and its promises are in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harmmodel.config.deterrence import LONGEST_DAYS, Promise
from harmmodel.journal.notes import (
    ACTED,
    BROKEN,
    CLOSED,
    KEPT,
    NOTICE,
    RESPONSE,
    REVIEW,
    VIOLENCE,
    Check,
    Note,
    PlanMade,
    Record,
    Step,
)

AFTER_SUNSET = (KEPT, BROKEN, REVIEW, CLOSED)


@dataclass(frozen=True)
class Standing:
    """A plan in force, and all that was written since its first version."""

    note: Note
    made: PlanMade
    versions: tuple[Note, ...]
    steps: tuple[tuple[Note, Step], ...]
    checks: tuple[tuple[Note, Check], ...]

    @property
    def is_closed(self) -> bool:
        """Whether its end was recorded."""
        return any(step.step == CLOSED for _, step in self.steps)

    def is_over(self, on: dt.date) -> bool:
        """Whether it has ended, by its sunset or because it was closed."""
        return self.is_closed or on > self.made.plan.sunset

    def happened(self, step: str) -> int:
        """Count the steps of a kind."""
        return sum(found.step == step for _, found in self.steps)

    def state(self, promise: Promise, on: dt.date) -> str:
        """Return the state of a promise: kept or broken as last recorded, else open, or due once its day has come."""
        said = [step.step for _, step in self.steps if step.promise == promise.id]
        if said:
            return "kept" if said[-1] == KEPT else "broken"
        return "due" if promise.due <= on else "open"

    def due(self, on: dt.date) -> dt.date | None:
        """Return the day since which a review, or the end, waits to be recorded; None when none does."""
        if self.is_closed:
            return None
        # A new version sets its reviews anew, so those held under an earlier one do not stand for them.
        held = sum(step.step == REVIEW and step.plan_entry == self.note.seq for _, step in self.steps)
        plan = self.made.plan
        waiting = [*sorted(plan.reviews)[held:], plan.sunset]
        return waiting[0] if waiting[0] <= on else None

    def checked(self) -> Check | None:
        """Return the last backfire check of the version in force."""
        found = [check for _, check in self.checks if check.plan_entry == self.note.seq]
        return found[-1] if found else None


def standing_plan(notes: Sequence[Note], place: str, plan_id: str) -> Standing | None:
    """Return the version in force of a plan; None when there is no such plan."""
    mine = [note for note in notes if (note.record.place, note.record.plan_id) == (place, plan_id)]
    versions = tuple(note for note in mine if isinstance(note.record, PlanMade))
    if not versions or not isinstance(made := versions[-1].record, PlanMade):
        return None
    steps = tuple((note, note.record) for note in mine if isinstance(note.record, Step))
    checks = tuple((note, note.record) for note in mine if isinstance(note.record, Check))
    return Standing(versions[-1], made, versions, steps, checks)


def standing_plans(notes: Sequence[Note], place: str) -> tuple[Standing, ...]:
    """Return the version in force of every plan of a place, in the order in which they were begun."""
    ids = dict.fromkeys(note.record.plan_id for note in notes if note.record.place == place)
    return tuple(found for plan_id in ids if (found := standing_plan(notes, place, plan_id)))


def wrong(record: Record, notes: Sequence[Note], on: dt.date) -> tuple[str, ...]:
    """Return why *record* cannot follow *notes* on day *on*; nothing when it can."""
    before = standing_plan(notes, record.place, record.plan_id)
    if isinstance(record, PlanMade):
        return tuple(_plan(record, before, on))
    if before is None:
        return (f"Plan {record.plan_id}: it is not in the journal. Record it first.",)
    if record.plan_entry != before.note.seq:
        return (
            f"Plan {record.plan_id}: entry {before.note.seq} is the version in force, not entry {record.plan_entry}.",
        )
    if before.is_closed:
        return (f"Plan {record.plan_id} is closed. Nothing can follow; make a plan of another name.",)
    return tuple(_step(record, before, on) if isinstance(record, Step) else _check(record, before, on))


def _plan(record: PlanMade, before: Standing | None, on: dt.date) -> Iterator[str]:
    plan = record.plan
    if plan.action is not None:
        yield "Action: it is recorded with the backfire check, not with the plan."
    if (plan.place, plan.id) != (record.place, record.plan_id):
        yield "Plan: its place and name differ from those it is recorded under."
    if not on < plan.sunset <= on + dt.timedelta(days=LONGEST_DAYS):
        yield "Sunset: choose a day after today, at most two years away."
    if min(plan.reviews) <= on:
        yield "Reviews: choose days after today."
    if before is None:
        if record.supersedes is not None:
            yield f"Entry {record.supersedes} cannot be superseded: it is no plan named {record.plan_id}."
        if any(promise.due <= on for promise in plan.promises):
            yield "Promises: each falls due after today."
    elif before.is_closed:
        yield f"Plan {record.plan_id} is closed. Make a plan of another name."
    elif record.supersedes != before.note.seq:
        yield (
            f"Entry {before.note.seq} is the plan {record.plan_id} in force. It cannot be edited; read it, and "
            "supersede it if this one is to replace it."
        )
    else:
        yield from _promises(record, before, on)


def _promises(record: PlanMade, before: Standing, on: dt.date) -> Iterator[str]:
    """A promise that was made stays as it was made until it is kept or broken."""
    now, old = {p.id: p for p in record.plan.promises}, {p.id: p for p in before.made.plan.promises}
    for name, promise in old.items():
        if before.state(promise, on) in ("open", "due") and now.get(name) != promise:
            yield f"Promise {name}: it was made and is neither kept nor broken, so it stays as it was made."
        elif name in now and now[name] != promise:
            yield f"Promise {name}: its name is taken by an earlier promise. Give the new one a new name."
    if any(promise.due <= on for name, promise in now.items() if name not in old):
        yield "Promises: each new one falls due after today."


def _step(record: Step, before: Standing, on: dt.date) -> Iterator[str]:
    plan = before.made.plan
    if record.on > on:
        yield "Day: it lies ahead. Record what has happened."
    if before.is_over(on) and record.step not in AFTER_SUNSET:
        yield f"Plan {record.plan_id} ended on {plan.sunset}. Only what became of it can still be recorded."
    if record.promise is not None:
        yield from _promise(record, before, on)
    if record.step in (NOTICE, ACTED) and before.checked() is None:
        yield f"Before '{record.step}', record a backfire check of the version in force."
    if record.step == VIOLENCE and not any(s.step == NOTICE and s.on <= record.on for _, s in before.steps):
        yield "No notice had been given under this plan by that day, so no act of it can be one after notice."
    if record.step == RESPONSE and before.happened(RESPONSE) >= before.happened(VIOLENCE):
        yield "Record the violent act first: a response follows one."
    if record.step == CLOSED:
        left = [promise.id for promise in plan.promises if before.state(promise, on) in ("open", "due")]
        if left:
            yield f"Say first what became of {', '.join(left)}: each promise is kept or broken before a plan is closed."


def _promise(record: Step, before: Standing, on: dt.date) -> Iterator[str]:
    promise = next((p for p in before.made.plan.promises if p.id == record.promise), None)
    if promise is None:
        yield f"Promise {record.promise}: the plan makes no promise of that name."
    elif before.state(promise, on) == record.step.removeprefix("promise "):
        yield f"Promise {record.promise}: it stands as {record.step.removeprefix('promise ')} already."


def _check(record: Check, before: Standing, on: dt.date) -> Iterator[str]:
    action = record.action
    if before.is_over(on):
        yield f"Plan {record.plan_id} ended on {before.made.plan.sunset}. No action can follow from it."
    if not set(action.groups) <= set(before.made.plan.groups):
        yield "Groups: the action is aimed at a group that the plan does not choose."
    if action.begins < on:
        yield "Begin: the check comes before the action; choose today or a later day."
    if silent := sorted(set(record.records) - set(action.answers)):
        yield f"Signs: {', '.join(silent)} without an answer. Say yes, no or unknown, and what is done about it."
    for name in record.asks:
        if getattr(action, name) is None:
            yield f"{name.capitalize()}: a score in band '{record.band}' asks for it."
    first = {record.role.lower(), before.made.plan.role.lower()}
    if action.approver is not None and action.approver.lower() in first:
        yield "Approver: it must be another role than the one that made the plan or the check."
