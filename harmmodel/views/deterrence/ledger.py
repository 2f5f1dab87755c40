"""A plan of targeted deterrence in words: what stands, the ledger of promises, and every step with its hash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from pydantic import ValidationError

from harmmodel.config.deterrence import Backfire
from harmmodel.journal import STATES, Entry, PlanInForce, PlanRecord
from harmmodel.views import words
from harmmodel.views.blocks import Table
from harmmodel.views.decisions import form
from harmmodel.views.decisions.form import months_later
from harmmodel.views.deterrence.backfire import ENDS, Examined
from harmmodel.views.deterrence.page import focus
from harmmodel.views.export import Export
from harmmodel.views.words import unescaped
from harmmodel.warehouse.read.groups import GroupRun

LEDGER = ("Promise", "State", "Due", "What", "To", "With what", "Agreed by")
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


def names(plans: Sequence[PlanInForce], on: dt.date) -> dict[str, str]:
    """Return the plans that can be looked at: code to words."""
    return {plan.made.plan_id: f"{plan.made.plan_id} ({_state(plan, on)})" for plan in plans}


def _state(plan: PlanInForce, on: dt.date) -> str:
    if plan.is_closed:
        return "closed"
    if plan.is_over(on):
        return f"ended on {words.date(plan.made.plan.sunset)}"
    since = plan.due(on)
    return f"review due since {words.date(since)}" if since else "in force"


def answer(plans: Sequence[PlanInForce], on: dt.date, first: str) -> str:
    """Answer the question of the page."""
    lead = f"By violence alone, {first}."
    if not plans:
        return f"{lead} No plan is in the journal yet."
    open_ = [plan for plan in plans if not plan.is_over(on)]
    late = [p.id for plan in open_ for p in plan.made.plan.promises if plan.state(p, on) == "due"]
    stand = words.how_many(len(open_), "plan is", "plans are")
    due = words.how_many(len(late), "promise is past its day", "promises are past their day") if late else ""
    return f"{lead} {words.capital(stand)} in force; {due or 'no promise is past its day'}."


def shown(plan: PlanInForce, on: dt.date) -> Shown:
    """Return the plan in words."""
    made, ledger = plan.made.plan, _ledger(plan, on)
    counts = ledger["State"].value_counts()
    told = ", ".join(f"{counts.get(state, 0)} {state}" for state in STATES)
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


def promises_export(plans: Sequence[PlanInForce], on: dt.date) -> Export:
    """Return the promises of *plans* to be handed out, each with its plan and the entry that made it."""
    rows = [
        {"Plan": plan.made.plan_id, "Entry": plan.note.seq, "Hash": plan.note.hash, **row}
        for plan in plans
        for row in _ledger(plan, on).to_dict("records")
    ]
    return Export(pd.DataFrame(rows, columns=["Plan", "Entry", "Hash", *LEDGER]))


def _ledger(plan: PlanInForce, on: dt.date) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Promise": promise.id,
                "State": plan.state(promise, on),
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


def _facts(plan: PlanInForce, on: dt.date) -> list[str]:
    made, plain = plan.made.plan, words.plain_markdown
    groups = words.listing(
        plain(f"{c.label} (violence {c.violence}, {c.interval}; among the first in {c.in_first} of draws)")
        for c in plan.made.ranking
    )
    review, partners = made.incident_review, made.partnership
    offers = words.listing(plain(f"{s.offer} ({s.places} places, {s.provider})") for s in made.services)
    check = plan.checked()
    examined = f"score {check.score}, band {plain(check.band)}" if check else "none of this version yet"
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


def _history(plan: PlanInForce) -> pd.DataFrame:
    notes: list[Entry[PlanRecord]] = [*plan.versions, *plan.steps, *plan.checks]
    plain = words.plain_markdown
    rows = [
        {
            "Entry": f"{note.seq}, {words.date(note.at)}",
            "What": plain(note.record.what(words)),
            "In what role": plain(note.record.who),
            "Hash": f"`{note.hash[:HASH_SHOWN]}`",
        }
        for note in sorted(notes, key=lambda note: -note.seq)
    ]
    return pd.DataFrame(rows)


def missing(lacking: str) -> str:
    """Say what keeps something from being recorded."""
    return form.missing(lacking.splitlines())


def saved(note: Entry[PlanRecord]) -> str:
    """Say that a note is in the journal."""
    return f"**Recorded {note.record.called} as entry {note.seq}.** Seal: `{note.hash}`"


AUDIT = """\
  - group: {group}                # {label}
    territory: ""                 # where it acts, in names of places
    violence: ""                  # what violence it uses, against whom, and how that is known
    rivals: [{rivals}]
    allies: [{allies}]
    confidence: low               # low | medium | high
    panel: ""                     # the roles in the panel of practitioners
    audited_on: {today}
"""
TEXT = """\
# A plan of targeted deterrence. It names groups by code and bodies by role, never a person.
# Examine it: harmmodel plan check FILE. Write it to the journal: harmmodel plan record FILE.
# Before acting: harmmodel backfire FILE
id: plan-1
place: {place}
capacity: {capacity}                       # groups to which promises can be kept at the same time
groups: [{groups}]                   # the first by violence in the published run
problem: ""                       # the violence that is to fall, in recorded incidents; never the volume of a market
audits:
{audits}incident_review:
  from: {first}
  to: {today}
  incidents: 0                    # killings and shootings that were reviewed
  group_involved: 0
  unknown: 0
  finding: ""                     # which groups were involved, over what, and how sure that is
  reviewers: ""                   # the roles that reviewed
partnership:
  enforcement: ""                 # the body that leads enforcement
  services: ""                    # the body that leads services
  community_voice: ""             # the body that speaks for the community
message: ""                       # what the groups are told: what will follow violence, and what help there is
promises:                         # only what can be kept: with what, by when, agreed by whom
  - id: P1
    text: ""                      # what is promised, so that anyone can tell whether it was kept
    to: group                     # group | community
    due: {soon}
    means: ""                     # with what it can be kept: staff, money, places that exist
    agreed_by: ""                 # the body that controls these means and has agreed
services:
  - id: S1
    offer: ""                     # what is offered to those who leave violence
    places: 10                    # places that are funded
    provider: ""                  # the body that provides it
response:
  act: ""                         # what counts as a violent act of the group, and who establishes that
  answer: ""                      # what follows within the law, against the group as a group
  within_days: 14
  lead: ""                        # the body that leads the response
  safeguards: ""                  # what keeps it from falling on families, neighbours and bystanders
legal: ""                         # the legal basis, and the body that checked it
reviews: [{soon}, {later}]
sunset: {end}
role: ""                          # the role that records this plan
consulted: [people affected]
confirmed: []                     # names in these texts that look like those of people and are of places or groups
reason: ""                        # why this plan and no other, for those who will ask
action:                           # what harmmodel backfire examines; take it out while none is planned
  kind: notice                    # notice | leader | lieutenant | other
  state: "{state}"
  groups: [{groups}]
  begins: {soon}
  answers:                        # yes is the warning and needs a response; what is left out counts as unknown
    B1: {{answer: no}}
    B2: {{answer: no}}
  # approver, justification, monitoring: where the score asks for them
"""


def template(run: GroupRun, capacity: int, today: dt.date) -> str:
    """Return a plan to fill in, with the first groups by violence."""
    selection = focus(run, capacity)
    labels = dict(zip(selection.frame["group_id"], selection.frame["label"], strict=True))
    audits = "".join(
        AUDIT.format(group=group, label=words.one_line(labels[group]), rivals=", ".join(tied(run, group, "rival")),
                     allies=", ".join(tied(run, group, "ally")), today=today)
        for group in selection.first
    )  # fmt: skip
    return TEXT.format(
        place=run.place.id,
        capacity=capacity,
        groups=", ".join(selection.first),
        audits=audits,
        today=today,
        first=months_later(today, -24),
        soon=months_later(today, 3),
        later=months_later(today, 6),
        end=months_later(today, 12),
        state=main_state(run, selection.first[0]),
    )


def tied(run: GroupRun, group: str, kind: str) -> list[str]:
    """Return the groups with recorded ties of a kind in the last two years of the data."""
    ties = run.ties[(run.ties["tie"] == kind) & (run.ties["until"] >= run.facts["to_year"] - 1)]
    own_ties = ties[(ties["group_id"] == group) | (ties["other_id"] == group)]
    return sorted({*own_ties["group_id"], *own_ties["other_id"]} - {group})


def main_state(run: GroupRun, group: str) -> str:
    """Return the area with most recorded deaths of a group."""
    own = run.states[(run.states["group_id"] == group) & run.states["state_id"].notna()]
    totals = own.groupby("state_id")["deaths"].sum()
    return str(totals.idxmax()) if len(totals) else str(run.areas["unit_id"].iloc[0])


def told(error: ValidationError) -> str:
    """Return every fault that types found, one a line."""
    return "\n".join(
        f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg'].removeprefix('Value error, ')}".lstrip(": ")
        for fault in error.errors()
    )


def check_export(run: GroupRun, examined: Examined, assumed: tuple[Backfire, str]) -> Export:
    """Return the check to be handed out: one row per sign; a document holds all figures and names the assumptions.

    The levels of the fan are named by their per cent.
    """
    fan = examined.projection.picture
    ends = {name: f"p{100 * level:g}" for name, level in zip(ENDS, run.config.scheme.interval, strict=True)}
    frame = fan.frame[fan.frame["month"] > 0].drop(columns="events").rename(columns=ends) if fan else pd.DataFrame()
    ahead = frame.loc[:, ~frame.columns.duplicated()].to_dict("records")  # an interval may end at the quartiles
    document = {
        "score_low": examined.score_low,
        "score_high": examined.score_high,
        "band": examined.band.id,
        "asks": list(examined.band.asks),
        "lacking": list(examined.lacking),
        "answers": examined.answers,
        "records": {sign: evidence.said for sign, evidence in examined.facts.items()},
        "assumptions": assumed[0].version,
        "assumptions_hash": assumed[1],
        "projection": [{str(key): round(float(value), 6) for key, value in row.items()} for row in ahead],
        "said": [unescaped(line) for line in examined.projection.said],
        "transfer": examined.transfer,
    }
    return Export(examined.frame, document=document)
