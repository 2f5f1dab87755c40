"""A plan of targeted deterrence in words: what stands, the ledger of promises, and every step with its hash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from harmmodel.journal import Check, Note, PlanMade, Standing, Step
from harmmodel.views import words
from harmmodel.views.parts import Table

STEPS = {
    "notice given": "Notice was given to the groups",
    "violent act after notice": "A violent act after notice",
    "response given": "The response to it was given",
    "action taken": "Another action was taken",
    "service taken up": "A service was taken up",
    "promise kept": "A promise was kept",
    "promise broken": "A promise was broken",
    "review held": "A review was held",
    "plan closed": "The plan is closed",
}
STATES = {"open": "open", "due": "due", "kept": "kept", "broken": "broken"}
QUESTION = "Which group comes first, and can the plan be kept?"
HASH_SHOWN = 12


@dataclass(frozen=True)
class Shown:
    """A plan as the page shows it."""

    title: str
    facts: tuple[str, ...]  # Markdown
    ledger: Table
    ledger_note: str
    ledger_rows: pd.DataFrame  # Markdown, escaped
    history: pd.DataFrame  # Markdown
    promises: dict[str, str]
    is_over: bool


def names(plans: Sequence[Standing], on: dt.date) -> dict[str, str]:
    """Return the plans that can be looked at: code to words."""
    return {plan.made.plan_id: f"{plan.made.plan_id} ({_state(plan, on)})" for plan in plans}


def _state(plan: Standing, on: dt.date) -> str:
    if plan.is_closed:
        return "closed"
    if plan.is_over(on):
        return f"ended on {words.date(plan.made.plan.sunset)}"
    since = plan.due(on)
    return f"review due since {words.date(since)}" if since else "in force"


def answer(plans: Sequence[Standing], on: dt.date, first: str) -> str:
    """Answer the question of the page."""
    lead = f"By violence alone, {first}."
    if not plans:
        return f"{lead} No plan is in the journal yet."
    open_ = [plan for plan in plans if not plan.is_over(on)]
    late = [p.id for plan in open_ for p in plan.made.plan.promises if plan.state(p, on) == "due"]
    stand = words.how_many(len(open_), "plan is", "plans are")
    due = words.how_many(len(late), "promise is past its day", "promises are past their day") if late else ""
    return f"{lead} {words.capital(stand)} in force; {due or 'no promise is past its day'}."


def shown(plan: Standing, on: dt.date) -> Shown:
    """Return the plan in words."""
    made, ledger = plan.made.plan, _ledger(plan, on)
    counts = ledger["State"].value_counts()
    told = ", ".join(f"{counts.get(state, 0)} {state}" for state in STATES.values())
    return Shown(
        title=f"Plan {made.id}",
        facts=tuple(_facts(plan, on)),
        ledger=Table(
            label=f"Ledger of promises: {told}",
            frame=ledger,
            file_name=f"{made.place}-{made.id}-promises.csv",
            alt=f"Promises of plan {made.id} with their state",
        ),
        ledger_note=f"Promises: {told}. A promise that was made stays as it was made until it is kept or broken.",
        ledger_rows=_escaped(ledger),
        history=_history(plan),
        promises={p.id: f"{p.id}, due {words.date(p.due)}: {p.text}" for p in made.promises},
        is_over=plan.is_over(on),
    )


def _ledger(plan: Standing, on: dt.date) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Promise": promise.id,
                "State": STATES[plan.state(promise, on)],
                "Due": words.date(promise.due),
                "What": promise.text,
                "To": promise.to,
                "With what": promise.means,
                "Agreed by": promise.agreed_by,
            }
            for promise in plan.made.plan.promises
        ]
    )


def _escaped(ledger: pd.DataFrame) -> pd.DataFrame:
    rows = {name: [words.plain_markdown(cell) for cell in ledger[name]] for name in ledger.columns}
    return pd.DataFrame(rows).assign(State=[f"**{state}**" for state in ledger["State"]])


def _facts(plan: Standing, on: dt.date) -> list[str]:
    made, plain = plan.made.plan, words.plain_markdown
    groups = words.listing(
        plain(f"{c.label} (violence {c.violence}, {c.interval}; among the first in {c.in_first} of draws)")
        for c in plan.made.ranking
    )
    review, partners = made.incident_review, made.partnership
    offers = words.listing(plain(f"{s.offer} ({s.places} places, {s.provider})") for s in made.services)
    check = plan.checked()
    examined = f"score {score_words(check)}, band {plain(check.band)}" if check else "none of this version yet"
    versions = words.how_many(len(plan.versions), "version", "versions")
    return [
        f"**Entry {plan.note.seq}**, {plain(_state(plan, on))}, {versions} in the journal. Hash: `{plan.note.hash}`",
        f"**Groups, by violence:** {groups}. {plain(plan.made.said)}",
        f"**Problem:** {plain(made.problem)}",
        f"**Incident review:** {plain(words.number(review.incidents))} incidents from {words.date(review.from_)} to "
        f"{words.date(review.to)}; groups involved in {words.number(review.group_involved)}, unknown for "
        f"{words.number(review.unknown)}. {plain(review.finding)}",
        f"**Partnership:** enforcement {plain(partners.enforcement)}, services {plain(partners.services)}, "
        f"community voice {plain(partners.community_voice)}",
        f"**Message:** {plain(made.message)}",
        f"**Services:** {offers or 'none is offered; the backfire check counts that'}",
        f"**First violent act after notice:** {plain(made.response.act)} Within {made.response.within_days} days, led "
        f"by {plain(made.response.lead)}: {plain(made.response.answer)} Safeguards: {plain(made.response.safeguards)}",
        f"**Legal check:** {plain(made.legal)}",
        f"**Reviews:** {words.listing(words.date(day) for day in made.reviews)}. "
        f"**Sunset:** {words.date(made.sunset)}.",
        f"**Backfire check:** {examined}",
    ]


def _history(plan: Standing) -> pd.DataFrame:
    notes = [*plan.versions, *(note for note, _ in plan.steps), *(note for note, _ in plan.checks)]
    plain = words.plain_markdown
    rows = [
        {
            "Entry": f"{note.seq}, {words.date(note.at)}",
            "What": plain(what(note)),
            "In what role": plain(role(note)),
            "Hash": f"`{note.hash[:HASH_SHOWN]}`",
        }
        for note in sorted(notes, key=lambda note: -note.seq)
    ]
    return pd.DataFrame(rows)


def score_words(check: Check) -> str:
    """Return the score, or its bounds while signs are unknown."""
    low, high = check.score_low, check.score_high
    return f"{low}" if low == high else f"{low} to {high}"


def what(note: Note) -> str:
    """Return what a note says, without who."""
    record = note.record
    if isinstance(record, PlanMade):
        over = f"; supersedes entry {record.supersedes}" if record.supersedes else ""
        groups = words.listing(chosen.label for chosen in record.ranking)
        return f"Plan recorded: {groups}; sunset {words.date(record.plan.sunset)}{over}. {record.plan.reason}"
    if isinstance(record, Check):
        asks = f"; given: {words.listing(record.asks)}" if record.asks else ""
        return (
            f"Backfire check of '{record.action.kind}': score {score_words(record)}, band "
            f"{record.band}{asks}. {record.projection} Assumptions {record.assumptions}."
        )
    about = f" ({record.promise})" if record.promise else ""
    return f"{STEPS[record.step]}{about} on {words.date(record.on)}: {record.text}"


def role(note: Note) -> str:
    """Return the role that wrote a note."""
    return note.record.plan.role if isinstance(note.record, PlanMade) else note.record.role


def sentence(note: Note) -> str:
    """Return a line of the journal as a sentence."""
    record = note.record
    text = " ".join(what(note).split())
    return f"{note.seq}. {words.date(note.at)}, {role(note)} on plan {record.plan_id} ({record.place}): {text}"


def due_sentence(plan: Standing, since: dt.date) -> str:
    """Say that a plan waits for its review or its end."""
    return (
        f"{plan.note.seq}. Plan {plan.made.plan_id} ({plan.made.place}): a review or its end has been due since "
        f"{words.date(since)}, {plan.made.plan.role}."
    )


def missing(lacking: str) -> str:
    """Say what keeps something from being recorded."""
    listed = "\n".join(f"- {words.plain_markdown(line)}" for line in lacking.splitlines())
    return f"**Not recorded yet; what you typed is kept.**\n\n{listed}"


def saved(note: Note) -> str:
    """Say that a note is in the journal."""
    kind = {PlanMade: "the plan", Step: "the step", Check: "the backfire check"}[type(note.record)]
    return f"**Recorded {kind} as entry {note.seq}.** Seal: `{note.hash}`"
