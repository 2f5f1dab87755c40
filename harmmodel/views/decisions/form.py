"""The form of a decision: what is proposed, what stands, what can be chosen, and before and after in words."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from harmmodel import journal
from harmmodel.errors import UnknownUnit
from harmmodel.journal import Decision, Entry, Proposal, Record, Standings, setting
from harmmodel.lenses.tiers import TIERS
from harmmodel.views import words
from harmmodel.views.decisions.page import LENS, proposed
from harmmodel.views.labels import only_pillar, pillar_label, score_name
from harmmodel.views.ordering import ranked
from harmmodel.views.source import interval_name, short_id
from harmmodel.warehouse.read.areas import months_before
from harmmodel.warehouse.store.runs import AreaRun
from harmmodel.writing.letters import folded

MONTHS_TO_REVIEW = 6
CHOICES = {"accept": "Accept", "change": "Change", "reject": "Reject"}
CONSULTED = (
    journal.PEOPLE_AFFECTED,
    "community representatives",
    "oversight body",
    "integrity body",
    "health services",
    "community services",
    "local police command",
    "prosecution",
    journal.NO_ONE,
)
ROLE_HELP = "The role in which you decide, for example head of the policy unit. Never a person's name."
CONSULTED_HELP = (
    "Bodies and groups, never a person's name; type to add another. People affected are required where a decision sets "
    "lower priority. Choose 'no one' if that is so."
)
REASON_HELP = f"At least {journal.REASON_LENGTH} characters. Why this follows, or does not follow, from the evidence."


@dataclass(frozen=True)
class Form:
    """Everything the form of one unit shows before the reader chooses."""

    subject: Decision  # as it stands before anything is filled in
    title: str  # Markdown, like all texts here
    proposal: str
    before: Entry[Decision] | None  # the decision that stands and will be superseded
    tiers: tuple[str, ...]
    drivers: dict[str, str]
    leads: tuple[str, ...]
    review_on: dt.date
    earliest_review: dt.date
    labels: frozenset[str] = frozenset()  # of the run's units, folded

    def confirmed(self, decision: Decision, ticked: Collection[str]) -> Decision:
        """Return a decision with the names in its texts that are labels of units, or that the reader ticked."""
        known = (name for name in decision.names() if folded(name) in self.labels or name in ticked)
        return replace(decision, confirmed=tuple(known))

    def to_confirm(self, decision: Decision) -> tuple[str, ...]:
        """Return the names in the texts of a decision which only the reader can say to be of places or groups."""
        return tuple(name for name in decision.names() if folded(name) not in self.labels)


def form(run: AreaRun, unit_id: str, entries: Sequence[Entry[Record]], on: dt.date) -> Form:
    """Return the form for deciding on *unit_id* on day *on*; a decision that stands will be superseded.

    Raises
    ------
    UnknownUnit
        If the run has no such unit.
    """
    standings, label = proposed(run, unit_id), str(run.units.set_index("unit_id")["label"].get(unit_id, ""))
    if standings is None:
        raise UnknownUnit(f"Run {run.run_id} has no unit {unit_id}. Choose one that it has")
    subject = _subject(run, unit_id, label, _proposal(run, unit_id, standings))
    stands = journal.in_force(entries, subject.subject)
    return Form(
        subject=replace(subject, supersedes=stands.seq if stands else None),
        title=f"Decide on {words.plain_markdown(label)}",
        proposal=_proposal_words(run, unit_id, subject.proposal),
        before=stands,
        tiers=TIERS,
        drivers={pillar.id: pillar_label(run, pillar.id) for pillar in run.config.scheme.pillars},
        leads=tuple(dict.fromkeys(run.config.policy.leads.values())),
        review_on=months_later(on, MONTHS_TO_REVIEW),
        earliest_review=on + dt.timedelta(days=1),
        labels=frozenset(folded(str(name)) for name in run.units["label"]),
    )


def options(run: AreaRun) -> dict[str, str]:
    """Return the units one can decide on by name: unit_id to label."""
    return dict(run.units.sort_values("label")[["unit_id", "label"]].itertuples(index=False, name=None))


def first(run: AreaRun) -> str:
    """Return the unit the form shows when none is chosen: the first in the ranking."""
    return str(run.scores.sort_values(["rank", "label"], na_position="last")["unit_id"].iloc[0])


def months_later(day: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or the last of that month.

    >>> months_later(dt.date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    first = months_before(day, -months)
    return first.replace(day=min(day.day, calendar.monthrange(first.year, first.month)[1]))


def before_and_after(entry_form: Form, decision: Decision) -> str:
    """Say what the run proposes, what stands and what will hold, as a Markdown list."""
    lines = [f"**The run proposes:** {words.plain_markdown(setting(decision.proposal, words))}"]
    if entry_form.before:
        old = f"{setting(entry_form.before.record.after, words)}, by entry {entry_form.before.seq}"
        lines.append(f"**Holds until now:** {words.plain_markdown(old)}")
    if decision.choice in CHOICES and not (decision.choice == "change" and decision.outcome is None):
        lines.append(f"**Holds from now on:** {words.plain_markdown(setting(decision.after, words))}")
    return "\n".join(f"- {line}" for line in lines)


def standing_words(before: Entry[Decision] | None) -> str:
    """Say which decision stands on the unit and that a new one supersedes it; nothing when none does."""
    if before is None:
        return ""
    decision = before.record
    review = f" Review on {words.date(decision.review_on)}." if decision.review_on else ""
    return words.plain_markdown(
        f"Entry {before.seq} stands: on {words.date(before.at)} the {decision.role} {decision.what(words)}. "
        f"Why: {decision.reason}{review} What you record now supersedes it; the entry stays in the journal."
    )


def saved(entry: Entry[Decision]) -> str:
    """Say that a decision is in the journal."""
    decision = entry.record
    text = words.plain_markdown(f"Recorded as entry {entry.seq}: {decision.label}, {decision.what(words)}.")
    return f"**{text}** Seal: `{entry.hash}`"


def missing(lacking: Sequence[str]) -> str:
    """Say what keeps a decision from being recorded."""
    listed = "\n".join(f"- {words.plain_markdown(fault)}" for fault in lacking)
    return f"**Not recorded yet; what you typed is kept.**\n\n{listed}"


def _subject(run: AreaRun, unit_id: str, label: str, proposal: Proposal) -> Decision:
    return Decision(
        place=run.place.id,
        run_id=run.run_id,
        lens=LENS,
        unit_id=unit_id,
        label=label,
        proposal=proposal,
        choice=None,
        reason="",
        role="",
        consulted=(),
        review_on=None,
    )


def _proposal(run: AreaRun, unit_id: str, standings: Standings) -> Proposal:
    row = run.scores[run.scores["unit_id"] == unit_id].iloc[0]
    return Proposal(
        tier=standings.tier,
        driver=standings.driver,
        lead=standings.lead,
        score=words.score(row["score"]),
        interval=words.interval(row["score_low"], row["score_high"]),
    )


def _proposal_words(run: AreaRun, unit_id: str, proposal: Proposal) -> str:
    row = run.scores[run.scores["unit_id"] == unit_id].iloc[0]
    figures = words.rank_range(row["rank_low"], row["rank_high"], ranked(run))
    if proposal.score != words.MISSING:
        figures = f"harm score {proposal.score} ({interval_name(run)} {proposal.interval}), {figures}"
    elif only := only_pillar(run):
        ends = words.interval(row[f"{only}_low"], row[f"{only}_high"])
        name = words.plain_markdown(score_name(run).lower())
        figures = f"{name} {words.score(row[only])} ({interval_name(run)} {ends}), the only pillar scored, {figures}"
    said = words.plain_markdown(setting(proposal, words))
    return f"Run {words.plain_markdown(short_id(run))} proposes **{said}**: {figures}."
