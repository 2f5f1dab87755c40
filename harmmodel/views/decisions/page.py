"""What was decided, by whom in what role, and what is due? The journal in sentences, as a table and as CSV."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import pandas as pd

from harmmodel import journal
from harmmodel.journal import Decision, Entry, Outcome, Verdict
from harmmodel.lenses.tiers import FOCUS
from harmmodel.views import words
from harmmodel.views.export import Export
from harmmodel.views.overview.actions import Action, Line
from harmmodel.views.source import place_line, short_id, source_line, units_line
from harmmodel.warehouse.store.runs import Run

DONE = {"accept": "accepted", "change": "changed", "reject": "rejected"}
SETTING = ("tier", "driver", "lead")
JOURNAL_COLUMNS = (
    *("seq", "at", "place", "lens", "unit_id", "label", "run_id", "choice"),
    *(f"proposed_{name}" for name in (*SETTING, "score", "interval")),
    *(f"after_{name}" for name in SETTING),
    *("reason", "role", "consulted", "review_on", "supersedes", "prev", "hash"),
)


def setting(held: Outcome | None) -> str:
    """Tier, driver and lead in a few words.

    >>> setting(Outcome(tier="focus", driver="violence", lead="targeted deterrence"))
    '● Focus (driver violence, lead targeted deterrence)'
    """
    if held is None:
        return "no tier: the proposal is not followed"
    inside = [f"{name} {text}" for name, text in (("driver", held.driver), ("lead", held.lead)) if text]
    return f"{words.tier(held.tier)} ({', '.join(inside)})" if inside else words.tier(held.tier)


def what(decision: Decision) -> str:
    """Return what was decided, without who and why."""
    done, before = DONE[str(decision.choice)], setting(decision.proposal)
    end = f" to {_difference(decision)}" if decision.choice == "change" else ""
    over = f"; supersedes entry {decision.supersedes}" if decision.supersedes else ""
    return f"{done} {before}{end}{over}"


def _difference(decision: Decision) -> str:
    """Return what a change sets anew: only the parts that differ from the proposal."""
    before, after = decision.proposal, decision.outcome or decision.proposal
    parts = [words.tier(after.tier)] if after.tier != before.tier else []
    pairs = (("driver", before.driver, after.driver), ("lead", before.lead, after.lead))
    return ", ".join([*parts, *(f"{name} {new or 'none'}" for name, old, new in pairs if new != old)])


def sentence(entry: Entry) -> str:
    """Return a line of the journal as a sentence."""
    made = entry.decision
    review = f"Review on {words.date(made.review_on)}." if made.review_on else ""
    return (
        f"{entry.seq}. {words.date(entry.at)}, {made.role} on {made.label} ({made.place} {made.unit_id}): "
        f"{what(made)}. Why: {' '.join(made.reason.split())} Consulted: {words.listing(made.consulted)}. {review} "
        f"Run {made.run_id}."
    )


def decisions_export(entries: Sequence[Entry], seal: str | None = None) -> Export:
    """Return the decisions to be handed out; the first row carries the seal, so that a spreadsheet shows it.

    *seal* is that of the whole journal, which holds more than decisions; that of the last decision when left out.
    """
    rows = [_flat(entry) for entry in entries]
    frame = pd.DataFrame(rows, columns=list(JOURNAL_COLUMNS)).astype({"supersedes": "Int64"})
    last = seal or (entries[-1].hash if entries else journal.EMPTY_SEAL)
    sealed = f"Journal of decisions · entries: {len(rows)} · seal of the last: {last}"
    return Export(frame, about={"entries": len(rows), "seal": last}, seal=sealed)


def _flat(entry: Entry) -> dict[str, object]:
    made = entry.decision
    row = {name: getattr(made, name) for name in JOURNAL_COLUMNS if hasattr(made, name)}
    row |= {f"proposed_{name}": text for name, text in asdict(made.proposal).items()}
    row |= {f"after_{name}": text for name, text in (asdict(made.after) if made.after else {}).items()}
    return row | {
        "seq": entry.seq,
        "at": entry.at.isoformat(timespec="seconds"),
        "consulted": "; ".join(made.consulted),
        "review_on": made.review_on.isoformat() if made.review_on else "",
        "prev": entry.prev,
        "hash": entry.hash,
    }


LENS = "area"
AT_MOST = 50
COLUMNS = ("When, in what role", "What", "Why", "Review and run")
KEEP_THE_SEAL = (
    "The seal stands at the end of each download. Keep it: `harmmodel journal verify --expect SEAL` tells whether "
    "the end was cut off since."
)


@dataclass(frozen=True)
class Decisions:
    """The decisions on a place, newest first, and what is due."""

    kicker: str
    question: str
    answer: str  # Markdown
    heading: str
    how_to_read: str
    rows: pd.DataFrame  # COLUMNS, Markdown, escaped
    more: str
    empty: tuple[str, str] | None
    due: Action
    seal: str  # Markdown
    broken: str  # Markdown; empty when the journal is whole
    source: str


def decisions(run: Run, entries: Sequence[Entry], verdict: Verdict, on: dt.date) -> Decisions:
    """Return what the page shows of *entries* of all places, on day *on*."""
    mine = [entry for entry in entries if entry.decision.place == run.place.id]
    stand = journal.standing(mine)
    late = [entry for entry in stand if is_due(entry, on)]
    replaced = journal.superseded_by(mine)
    shown = mine[::-1][:AT_MOST]
    rows = [_row(run, entry, replaced.get(entry.seq), on) for entry in shown]
    older = len(mine) - len(shown)
    return Decisions(
        kicker=place_line(run, units_line(run)),
        question="What was decided, by whom in what role, and what is due?",
        answer=_answer(run, mine, stand, late),
        heading="Decisions, newest first" if mine else "Decisions",
        how_to_read="Read a row as a sentence: when, in what role, what and why. Nothing is edited; a later decision "
        "supersedes an earlier one.",
        rows=pd.DataFrame(rows, columns=list(COLUMNS)),
        more=f"{words.capital(words.how_many(older, 'older one is', 'older ones are'))} in the downloads."
        if older
        else "",
        empty=None if mine else _empty(run),
        due=_due(late, on),
        seal=_seal(verdict),
        broken=_broken(verdict),
        source=source_line(run),
    )


def is_due(entry: Entry, on: dt.date) -> bool:
    """Say whether the review date of *entry* has come."""
    return (entry.decision.review_on or on) <= on


def proposed(run: Run, unit_id: str) -> Outcome | None:
    """Return what *run* proposes for a unit; None when it has no such unit."""
    found = run.scores[run.scores["unit_id"] == unit_id]
    if found.empty:
        return None
    row = found.iloc[0]
    return Outcome(
        tier=str(row["tier"]), **{n: str(row[n]) if isinstance(row[n], str) else "" for n in ("driver", "lead")}
    )


def _row(run: Run, entry: Entry, replaced_by: int | None, on: dt.date) -> dict[str, str]:
    made, plain = entry.decision, words.plain_markdown
    review = f"Review on {words.date(made.review_on)}" if made.review_on else words.MISSING
    if replaced_by:
        review = f"Superseded by entry {replaced_by}"
    elif is_due(entry, on):
        review = f"**Due** since {words.date(made.review_on or on)}"
    cells = (
        f"{words.date(entry.at)}, {plain(made.role)} (entry {entry.seq})",
        f"**{plain(made.label)}**: {plain(what(made))}",
        f"{plain(made.reason)} Consulted: {plain(words.listing(made.consulted))}.",
        f"{review}. {_made_on(run, entry, stands=not replaced_by)}",
    )
    return dict(zip(COLUMNS, cells, strict=True))


def _made_on(run: Run, entry: Entry, *, stands: bool) -> str:
    """Return the run a decision was made on and what the published run proposes now, if that differs."""
    made = entry.decision
    name = f"Made on run {words.plain_markdown(made.run_id.rpartition('-')[2][:6])}"
    if made.run_id == run.run_id or not stands or made.lens != LENS:
        return f"{name}."
    now = proposed(run, made.unit_id)
    current = words.plain_markdown(short_id(run))
    if now is None:
        return f"{name}; the published run {current} does not have this unit."
    if now == made.proposal.outcome:
        return f"{name}; the published run {current} proposes the same."
    return f"{name}; **the published run {current} now proposes** {words.plain_markdown(setting(now))}."


def _answer(run: Run, mine: Sequence[Entry], stand: Sequence[Entry], late: Sequence[Entry]) -> str:
    decided = {entry.decision.unit_id for entry in stand if entry.decision.lens == LENS}
    focus = run.scores.loc[run.scores["tier"] == FOCUS, "unit_id"]
    still = int((~focus.isin(list(decided))).sum())
    rest = _undecided(len(focus), still)
    if not mine:
        return f"**Nothing has been decided yet.** {rest}"
    place = words.plain_markdown(run.place.label)
    lead = f"{words.capital(words.how_many(len(stand), 'decision stands', 'decisions stand'))} for {place}"
    due = f"{words.how_many(len(late), 'is', 'are')} due for review" if late else "none is due for review"
    return f"**{lead}; {due}.** {rest}"


def _undecided(focus: int, still: int) -> str:
    if not focus:
        return "No area is in focus."
    if not still:
        return "Every area in focus has a decision."
    areas = words.how_many(focus, "area", "areas")
    if still == focus:
        return f"{words.capital(areas)} in focus {'has' if focus == 1 else 'have'} no decision yet."
    some = words.capital(words.how_many(still, "of the", "of the"))
    return f"{some} {areas} in focus {'has' if still == 1 else 'have'} no decision yet."


def _empty(run: Run) -> tuple[str, str]:
    place = words.plain_markdown(run.place.label)
    return (
        f"No decision on {place} is in the journal.",
        "The run proposes, a person decides: record the first one below.",
    )


def _due(late: Sequence[Entry], on: dt.date) -> Action:
    lines = tuple(
        Line(
            entry.decision.unit_id,
            entry.decision.label,
            words.plain_markdown(
                f"since {words.date(entry.decision.review_on or on)} · {what(entry.decision)} · entry {entry.seq}, "
                f"{entry.decision.role}"
            ),
        )
        for entry in sorted(late, key=lambda entry: (entry.decision.review_on or on, entry.seq))
    )
    summary = (
        "To review: look at the area again, choose it below and decide with a new reason."
        if lines
        else "No review date has come."
    )
    return Action("due", f"Due for review: {words.how_many(len(lines), 'decision', 'decisions')}", lines, summary)


def _seal(verdict: Verdict) -> str:
    if not verdict.intact:
        return ""
    count = words.how_many(verdict.entries, "entry", "entries")
    if not verdict.entries:
        return "The journal of all places is empty."
    notes = [f"{words.capital(note)}." for note in verdict.notes]
    first = f"Journal of all places: {count}, chain checked and whole."
    return " ".join([first, *notes, f"Seal: `{verdict.seal}`.", KEEP_THE_SEAL])


def _broken(verdict: Verdict) -> str:
    if verdict.intact:
        return ""
    wrong = words.plain_markdown("; ".join(str(fault) for fault in verdict.faults))
    return (
        f"**The journal is not whole: {wrong}.** No decision can be added. Keep the file as it is for whoever examines "
        "it, and restore a copy whose seal stands on an export. To look closer: `harmmodel journal verify`"
    )
