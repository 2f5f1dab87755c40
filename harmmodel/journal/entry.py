"""What is written down: a person's decision on a proposal, what every decision needs, and its form as JSON."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

DECISION = "decision"
CHOICES = ("accept", "change", "reject")
LENSES = ("area", "group", "activity")
LOWER_PRIORITY = "lower priority"
PEOPLE_AFFECTED = "people affected"
NO_ONE = "no one"
REASON_LENGTH = 20
ROLE_LENGTH = 3
AT_MOST = {"reason": 4000, "role": 100, "consulted": 100}
MAIL = re.compile(r"[^\s@]+@[^\s@]+")
NUMBER = re.compile(r"\d{4,}")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Tier, driver and who leads: what holds for a unit."""

    tier: str
    driver: str
    lead: str


@dataclass(frozen=True, kw_only=True)
class Proposal(Outcome):
    """What a run proposed, with its score and interval as readers saw them."""

    score: str = ""
    interval: str = ""

    @property
    def outcome(self) -> Outcome:
        """What holds when the proposal is accepted."""
        return Outcome(tier=self.tier, driver=self.driver, lead=self.lead)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A person's answer to a proposal; *outcome* is given for a change only."""

    place: str
    run_id: str
    lens: str
    unit_id: str
    label: str
    proposal: Proposal
    choice: str | None
    reason: str
    role: str
    consulted: tuple[str, ...]
    review_on: dt.date | None
    outcome: Outcome | None = None
    supersedes: int | None = None

    @property
    def after(self) -> Outcome | None:
        """What holds from now on; None when the proposal is rejected."""
        return {"accept": self.proposal.outcome, "change": self.outcome}.get(self.choice or "")

    @property
    def subject(self) -> tuple[str, str, str]:
        """What the decision is about, whatever the run."""
        return self.place, self.lens, self.unit_id

    def cleaned(self) -> Decision:
        """The same decision without stray spaces and repeats."""
        consulted = dict.fromkeys(" ".join(body.split()) for body in self.consulted if body.strip())
        return replace(self, reason=self.reason.strip(), role=" ".join(self.role.split()), consulted=tuple(consulted))


@dataclass(frozen=True)
class Entry:
    """A line of the journal; its number gives the order, *at* is the clock as it stood."""

    seq: int
    at: dt.datetime
    decision: Decision
    prev: str
    hash: str


def body(decision: Decision, *, seq: int, at: dt.datetime) -> dict[str, Any]:
    """Return the content of a line, ready for canonical JSON."""
    fields = {**asdict(decision), "consulted": list(decision.consulted)}
    fields["review_on"] = decision.review_on.isoformat() if decision.review_on else None
    return {"kind": DECISION, "seq": seq, "at": at.isoformat(timespec="seconds"), **fields}


def from_body(content: dict[str, Any], *, prev: str, own_hash: str) -> Entry:
    """Return the entry that :func:`body` wrote.

    Raises
    ------
    KeyError, TypeError, ValueError
        If something is missing or of the wrong kind.
    """
    fields = dict(content)
    kind, seq, at = fields.pop("kind"), int(fields.pop("seq")), dt.datetime.fromisoformat(fields.pop("at"))
    if kind != DECISION or at.tzinfo is None:
        raise ValueError(f"kind {kind!r}, at {at}")
    fields["proposal"] = Proposal(**fields["proposal"])
    fields["outcome"] = Outcome(**fields["outcome"]) if fields["outcome"] else None
    fields["consulted"] = tuple(fields["consulted"])
    fields["review_on"] = dt.date.fromisoformat(fields["review_on"])
    return Entry(seq, at, Decision(**fields), prev, own_hash)


def superseded_by(entries: Iterable[Entry]) -> dict[int, int]:
    """Return which entry replaced which: number of the old one to number of the new one."""
    return {entry.decision.supersedes: entry.seq for entry in entries if entry.decision.supersedes is not None}


def standing(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the decisions in force, those that no later one supersedes, in their order."""
    replaced = superseded_by(entries)
    return tuple(entry for entry in entries if entry.seq not in replaced)


def faults(decision: Decision, on: dt.date) -> tuple[str, ...]:
    """Return all that *decision*, made on day *on*, lacks; nothing when it can be written.

    >>> faults(Decision(place="p", run_id="r", lens="area", unit_id="1", label="One", choice="accept", role="analyst",
    ...     proposal=Proposal(tier="focus", driver="violence", lead="police"), reason="Seen and agreed on site.",
    ...     consulted=("people affected",), review_on=dt.date(2027, 1, 1)), dt.date(2026, 1, 1))
    ()
    """
    found = [*_unnamed(decision), *_choice(decision), *_reason(decision), *_role(decision), *_consulted(decision)]
    if decision.review_on is None or decision.review_on <= on:
        found.append("Review date: choose a day after the day of the decision.")
    return tuple(found)


def _unnamed(decision: Decision) -> Iterable[str]:
    if not all((decision.place, decision.run_id, decision.unit_id, decision.label)) or decision.lens not in LENSES:
        yield f"Subject: name place, run, unit and one of the lenses {', '.join(LENSES)}."


def _choice(decision: Decision) -> Iterable[str]:
    if decision.choice not in CHOICES:
        yield "Choice: accept, change or reject the proposal."
    if decision.choice == "change" and decision.outcome in (None, decision.proposal.outcome):
        yield "Change: give another tier, driver or lead than the proposal; if nothing changes, accept it."
    if decision.choice != "change" and decision.outcome is not None:
        yield "Outcome: only a change has one."
    if decision.after and decision.after.tier == LOWER_PRIORITY and decision.lens != "activity":
        yield f"Tier: {LOWER_PRIORITY} is for activities, never for an area or a group."


def _reason(decision: Decision) -> Iterable[str]:
    if len(decision.reason) < REASON_LENGTH:
        yield (
            f"Reason: write at least {REASON_LENGTH} characters, so that a later reader understands why "
            f"(now {len(decision.reason)})."
        )
    if len(decision.reason) > AT_MOST["reason"]:
        yield f"Reason: write at most {AT_MOST['reason']} characters (now {len(decision.reason)})."
    if MAIL.search(decision.reason):
        yield "Reason: leave out e-mail addresses; the journal names roles, not people."


def _role(decision: Decision) -> Iterable[str]:
    if not ROLE_LENGTH <= len(decision.role) <= AT_MOST["role"]:
        yield "Role: say in what role you decide, for example head of the policy unit."
    if _personal(decision.role):
        yield "Role: give a role, not an e-mail address or a number of a person."


def _consulted(decision: Decision) -> Iterable[str]:
    said = decision.consulted
    if not said:
        yield f"Consulted: name who was consulted, or choose '{NO_ONE}'."
    if NO_ONE in said and len(said) > 1:
        yield f"Consulted: '{NO_ONE}' cannot stand beside others."
    if any(_personal(name) or len(name) > AT_MOST["consulted"] for name in said):
        yield "Consulted: name bodies and groups, not e-mail addresses or numbers of people."
    if decision.after and decision.after.tier == LOWER_PRIORITY and PEOPLE_AFFECTED not in said:
        yield f"Consulted: {LOWER_PRIORITY} needs '{PEOPLE_AFFECTED}' among those consulted."


def _personal(text: str) -> bool:
    return bool(MAIL.search(text) or NUMBER.search(text))
