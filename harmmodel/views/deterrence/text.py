"""A plan as text: the template to fill in, faults in words, and the check as JSON."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import ValidationError

from harmmodel.config.backfire import Backfire
from harmmodel.views.decisions.form import months_later
from harmmodel.views.deterrence.backfire import Examined
from harmmodel.views.deterrence.page import focus
from harmmodel.views.plaintext import unescaped
from harmmodel.warehouse.store.groupruns import GroupRun

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
    found = focus(run, capacity)
    labels = dict(zip(found.frame["group_id"], found.frame["label"], strict=True))
    audits = "".join(
        AUDIT.format(group=group, label=labels[group], rivals=", ".join(tied(run, group, "rival")),
                     allies=", ".join(tied(run, group, "ally")), today=today)
        for group in found.first
    )  # fmt: skip
    return TEXT.format(
        place=run.place.id,
        capacity=capacity,
        groups=", ".join(found.first),
        audits=audits,
        today=today,
        first=months_later(today, -24),
        soon=months_later(today, 3),
        later=months_later(today, 6),
        end=months_later(today, 12),
        state=main_state(run, found.first[0]),
    )


def tied(run: GroupRun, group: str, kind: str) -> list[str]:
    """Return the groups with recorded ties of a kind in the last two years of the data."""
    ties = run.ties[(run.ties["tie"] == kind) & (run.ties["until"] >= run.facts["to_year"] - 1)]
    mine = ties[(ties["group_id"] == group) | (ties["other_id"] == group)]
    return sorted({*mine["group_id"], *mine["other_id"]} - {group})


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


def as_json(found: Examined, assumed: tuple[Backfire, str]) -> dict[str, Any]:
    """Return the check as flat figures, with the assumptions by name and hash."""
    fan = found.projection.picture
    ahead = fan.frame[fan.frame["month"] > 0].drop(columns="events").to_dict("records") if fan else []
    return {
        "score_low": found.score_low,
        "score_high": found.score_high,
        "band": found.band.id,
        "asks": list(found.band.asks),
        "lacking": list(found.lacking),
        "answers": found.answers,
        "records": {sign: told.said for sign, told in found.facts.items()},
        "assumptions": assumed[0].version,
        "assumptions_hash": assumed[1],
        "projection": [{str(key): round(float(value), 6) for key, value in row.items()} for row in ahead],
        "said": [unescaped(line) for line in found.projection.said],
        "transfer": found.transfer,
    }
