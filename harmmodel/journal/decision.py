"""A person's decision on a proposal: what every decision needs, how it is said, and which decisions are in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, ClassVar

from harmmodel.config.deterrence import MAIL, NUMBER, ROLE_LENGTH
from harmmodel.errors import DecisionError, HarmModelError
from harmmodel.journal import wording
from harmmodel.journal.record import Entry, Record, Style, each, holding, typed
from harmmodel.journal.wording import Written

CHOICES = ("accept", "change", "reject")
DONE = {"accept": "accepted", "change": "changed", "reject": "rejected"}
LENSES = ("area", "group", "activity")
LOWER_PRIORITY = "lower priority"
PEOPLE_AFFECTED = "people affected"
NO_ONE = "no one"
REASON_LENGTH = 20
AT_MOST = {"reason": 4000, "consulted": 100}


@dataclass(frozen=True, kw_only=True)
class Standings:
    """Tier, driver and who leads: what holds for a unit."""

    tier: str
    driver: str
    lead: str


@dataclass(frozen=True, kw_only=True)
class Proposal(Standings):
    """What a run proposed, with its score and interval as readers saw them."""

    score: str = ""
    interval: str = ""

    @property
    def outcome(self) -> Standings:
        """What holds when the proposal is accepted."""
        return Standings(tier=self.tier, driver=self.driver, lead=self.lead)


@dataclass(frozen=True, kw_only=True)
class Decision(Record):
    """A person's answer to a proposal; *outcome* is given for a change only."""

    kind: ClassVar[str] = "decision"
    error: ClassVar[type[HarmModelError]] = DecisionError
    columns: ClassVar[tuple[str, ...]] = (
        *("place", "lens", "unit_id", "label", "run_id", "choice"),
        *("proposed_tier", "proposed_driver", "proposed_lead", "proposed_score", "proposed_interval"),
        *("after_tier", "after_driver", "after_lead"),
        *("reason", "role", "consulted", "review_on", "supersedes"),
    )

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
    outcome: Standings | None = None
    supersedes: int | None = None
    confirmed: tuple[str, ...] = ()  # names in its texts that the writer confirmed to be of places or groups

    @property
    def after(self) -> Standings | None:
        """What holds from now on; None when the proposal is rejected."""
        return {"accept": self.proposal.outcome, "change": self.outcome}.get(self.choice or "")

    @property
    def subject(self) -> tuple[str, str, str]:
        """What the decision is about, whatever the run."""
        return self.place, self.lens, self.unit_id

    @property
    def thread(self) -> Hashable:
        """The decisions on the same subject."""
        return self.kind, *self.subject

    @property
    def who(self) -> str:
        """The role that decided."""
        return self.role

    @property
    def about(self) -> str:
        """The unit, with its place."""
        return f"{self.label} ({self.place} {self.unit_id})"

    def content(self) -> dict[str, Any]:
        """Return the fields, ready for canonical JSON."""
        content = {
            **vars(self),
            "proposal": dict(vars(self.proposal)),
            "consulted": list(self.consulted),
            "review_on": self.review_on.isoformat() if self.review_on else None,
            "outcome": dict(vars(self.outcome)) if self.outcome else None,
        }
        confirmed = content.pop("confirmed")  # stands in a line that has some, so that older lines stay as they are
        return {**content, "confirmed": list(self.confirmed)} if confirmed else content

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> Decision:
        """Return the decision whose :meth:`content` this is."""
        return typed(cls, content)

    def cleaned(self) -> Decision:
        """The same decision without stray spaces and repeats."""
        consulted = dict.fromkeys(" ".join(body.split()) for body in self.consulted if body.strip())
        return replace(self, reason=self.reason.strip(), role=" ".join(self.role.split()), consulted=tuple(consulted))

    def lacking(self, on: dt.date) -> tuple[str, ...]:
        """Return what every decision needs and this one, made on day *on*, lacks."""
        wrong = [
            *_unnamed(self),
            *_choice(self),
            *reason_faults(self.reason),
            *role_faults(self.role),
            *_consulted(self),
        ]
        if self.review_on is None or self.review_on <= on:
            wrong.append("Review date: choose a day after the day of the decision.")
        return tuple(wrong)

    def wording(self) -> tuple[str, ...]:
        """Return what in its texts points at a person, or is too long, or cannot be seen."""
        return wording.faults(self._written(), self.confirmed, (self.label,))

    def names(self) -> tuple[str, ...]:
        """Return what in its texts may be names of people, and may be confirmed to be of places or groups."""
        return wording.names(self._written())

    def _written(self) -> Iterator[Written]:
        yield Written("Reason", self.reason)
        yield Written("Role", self.role, "label")
        yield from (Written("Consulted", body, "label") for body in self.consulted)
        if self.outcome is not None:
            yield Written("Lead", self.outcome.lead, "label")
            yield Written("Driver", self.outcome.driver, "label")

    def faults(self, before: Sequence[Entry[Record]], on: dt.date) -> tuple[str, ...]:
        """Return what it lacks, else why it cannot follow: two would stand on a unit, or none that it supersedes.

        >>> made = Decision(place="p", run_id="r", lens="area", unit_id="1", label="One", choice="accept",
        ...     proposal=Proposal(tier="focus", driver="violence", lead="police"), role="analyst",
        ...     reason="Seen and agreed on site.", consulted=("people affected",), review_on=dt.date(2027, 1, 1))
        >>> made.faults((), dt.date(2026, 1, 1)), made.faults((), dt.date(2027, 1, 1))
        ((), ('Review date: choose a day after the day of the decision.',))
        """
        return self.lacking(on) or tuple(_order(self, in_force(before, self.subject)))

    def what(self, style: Style) -> str:
        """Return what was decided, without who and why."""
        done, before = DONE[str(self.choice)], setting(self.proposal, style)
        end = f" to {_difference(self, style)}" if self.choice == "change" else ""
        over = f"; supersedes entry {self.supersedes}" if self.supersedes else ""
        return f"{done} {before}{end}{over}"

    def in_words(self, style: Style) -> str:
        """Return what was decided, why, who was consulted, and when it is reviewed."""
        review = f"Review on {style.date(self.review_on)}." if self.review_on else ""
        return (
            f"{self.what(style)}. Why: {' '.join(self.reason.split())} Consulted: {style.listing(self.consulted)}. "
            f"{review} Run {self.run_id}."
        )

    def facts(self) -> dict[str, object]:
        """Return what the columns are filled from: proposal and outcome in single cells, none where it is rejected."""
        after = asdict(self.after) if self.after else dict.fromkeys(field.name for field in fields(Standings))
        pairs = (("proposed", asdict(self.proposal)), ("after", after))
        return vars(self) | {f"{when}_{name}": text for when, held in pairs for name, text in held.items()}

    def is_due(self, on: dt.date) -> bool:
        """Whether its review date has come."""
        return self.due_since(on) <= on

    def due_since(self, on: dt.date) -> dt.date:
        """Return the review date; day *on* when there is none, since what has no date is due at once."""
        return self.review_on or on

    @classmethod
    def waiting(cls, entries: Sequence[Entry[Record]], on: dt.date, style: Style) -> Iterator[tuple[dt.date, str]]:
        """Return the decisions in force whose review date has come."""
        for entry in due(entries, on):
            yield entry.record.due_since(on), entry.sentence(style)


def setting(standings: Standings | None, style: Style) -> str:
    """Tier, driver and lead in a few words."""
    if standings is None:
        return "no tier: the proposal is not followed"
    inside = [f"{name} {text}" for name, text in (("driver", standings.driver), ("lead", standings.lead)) if text]
    return f"{style.tier(standings.tier)} ({', '.join(inside)})" if inside else style.tier(standings.tier)


def _difference(decision: Decision, style: Style) -> str:
    """Return what a change sets anew: only the parts that differ from the proposal."""
    before, after = decision.proposal, decision.outcome or decision.proposal
    parts = [style.tier(after.tier)] if after.tier != before.tier else []
    pairs = (("driver", before.driver, after.driver), ("lead", before.lead, after.lead))
    return ", ".join([*parts, *(f"{name} {new or 'none'}" for name, old, new in pairs if new != old)])


def superseded_by(entries: Iterable[Entry[Record]]) -> dict[int, int]:
    """Return which decision replaced which: number of the old entry to number of the new one."""
    pairs = ((entry.record.supersedes, entry.seq) for entry in holding(entries, Decision))
    return {old: new for old, new in pairs if old is not None}


def standing(entries: Sequence[Entry[Record]]) -> tuple[Entry[Decision], ...]:
    """Return the decisions in force, those that no later one supersedes, in their order."""
    replaced = superseded_by(entries)
    return tuple(entry for entry in holding(entries, Decision) if entry.seq not in replaced)


def in_force(entries: Sequence[Entry[Record]], subject: tuple[str, str, str]) -> Entry[Decision] | None:
    """Return the decision in force on a subject; None when there is none."""
    # Each supersedes the one before it, else it would have been refused: the last on a subject is the one that stands.
    return next((entry for entry in each(reversed(entries), Decision) if entry.record.subject == subject), None)


def due(entries: Sequence[Entry[Record]], on: dt.date) -> tuple[Entry[Decision], ...]:
    """Return the decisions in force whose review date is *on* or earlier, the longest due first."""
    late = [entry for entry in standing(entries) if entry.record.is_due(on)]
    return tuple(sorted(late, key=lambda entry: (entry.record.due_since(on), entry.seq)))


def _order(decision: Decision, same: Entry[Decision] | None) -> Iterator[str]:
    """Refuse a decision that leaves two in force on one unit, or supersedes what is not in force."""
    if same is not None and decision.supersedes != same.seq:
        yield (
            f"Entry {same.seq} on {decision.label} stands. Read it, and supersede it if this decision is to replace it."
        )
    if same is None and decision.supersedes is not None:
        yield f"Entry {decision.supersedes} cannot be superseded: it is no decision on {decision.label}."


def _unnamed(decision: Decision) -> Iterable[str]:
    if not all((decision.place, decision.run_id, decision.unit_id, decision.label)) or decision.lens not in LENSES:
        yield f"Subject: name place, run, unit and one of the lenses {', '.join(LENSES)}."


def _choice(decision: Decision) -> Iterable[str]:
    if decision.choice not in CHOICES:
        yield "Choice: accept, change or reject the proposal."
    if decision.choice == "change" and decision.outcome in (None, decision.proposal.outcome):
        yield "Change: give another tier, driver or lead than the proposal; if nothing changes, accept it."
    if decision.choice != "change" and decision.outcome is not None:
        yield "Outcome: give one only when you change the proposal."
    if decision.after and decision.after.tier == LOWER_PRIORITY and decision.lens != "activity":
        yield f"Tier: {LOWER_PRIORITY} is for activities, never for an area or a group."


# Length comes first everywhere: no pattern is tried on a text that is too long.
def reason_faults(reason: str) -> Iterator[str]:
    """Yield what a reason lacks that a later reader needs."""
    if len(reason) < REASON_LENGTH:
        yield (
            f"Reason: write at least {REASON_LENGTH} characters, so that a later reader understands why "
            f"(now {len(reason)})."
        )
    if len(reason) > AT_MOST["reason"]:
        yield f"Reason: write at most {AT_MOST['reason']} characters (now {len(reason)})."
    elif MAIL.search(reason):
        yield "Reason: leave out e-mail addresses; the journal names roles, not people."


def role_faults(role: str) -> Iterator[str]:
    """Yield why a text is no role."""
    least, most = ROLE_LENGTH
    if not least <= len(role) <= most:
        yield "Role: say in what role you decide, for example head of the policy unit."
    elif _personal(role):
        yield "Role: give a role, not an e-mail address or a number of a person."


def _consulted(decision: Decision) -> Iterable[str]:
    consulted = decision.consulted
    if not consulted:
        yield f"Consulted: name who was consulted, or choose '{NO_ONE}'."
    if NO_ONE in consulted and len(consulted) > 1:
        yield f"Consulted: '{NO_ONE}' cannot stand beside others."
    if any(len(name) > AT_MOST["consulted"] or _personal(name) for name in consulted):
        yield "Consulted: name bodies and groups, not e-mail addresses or numbers of people."
    if decision.after and decision.after.tier == LOWER_PRIORITY and PEOPLE_AFFECTED not in consulted:
        yield f"Consulted: {LOWER_PRIORITY} needs '{PEOPLE_AFFECTED}' among those consulted."


def _personal(text: str) -> bool:
    return bool(MAIL.search(text) or NUMBER.search(text))
