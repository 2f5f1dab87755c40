"""What was decided, by whom in what role, and what is due? The journal as a page and as CSV."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from harmmodel import journal
from harmmodel.journal import Decision, Entry, Examination, Reading, Record, Standings, holding, last_published, setting
from harmmodel.lenses.tiers import FOCUS
from harmmodel.views import words
from harmmodel.views.blocks import ActionLine, ActionList
from harmmodel.views.export import Export
from harmmodel.views.source import place_line, short_id, source_line, units_line
from harmmodel.warehouse.store.runs import AreaRun

LENS = "area"
AT_MOST = 50
COLUMNS = ("When, in what role", "What", "Why", "Review and run")
KEEP_THE_SEAL = (
    "The seal stands at the end of each download. Keep it: `harmmodel journal verify --expect SEAL` tells whether "
    "the end was cut off since."
)


def journal_export(entries: Sequence[Entry[Record]], kind: type[Record] = Decision) -> Export:
    """Return those of *entries* that are of a kind, to be handed out.

    The first row carries the seal of the last entry, whatever its kind, so that a spreadsheet shows it.
    """
    of_kind = [entry for entry in entries if isinstance(entry.record, kind)]
    frame = pd.DataFrame([entry.row() for entry in of_kind], columns=list(journal.columns(kind)))
    last = entries[-1].hash if entries else journal.EMPTY_SEAL
    sealed = f"Journal of decisions · entries: {len(of_kind)} · seal of the last: {last}"
    return Export(frame, about={"entries": len(of_kind), "seal": last}, seal=sealed)


@dataclass(frozen=True)
class Decisions:
    """The decisions on a place, newest first, and what is due."""

    kicker: str
    answer: str  # Markdown
    heading: str
    how_to_read: str
    rows: pd.DataFrame  # COLUMNS, Markdown, escaped
    more: str
    empty: tuple[str, str] | None
    due: ActionList
    seal: str  # Markdown
    broken: str  # Markdown; empty when the journal is whole
    source: str


def decisions(run: AreaRun, held: Reading, on: dt.date) -> Decisions:
    """Return what the page shows of what the journal holds on all places, on day *on*."""
    verdict = held.verdict
    of_place = [entry for entry in holding(held.entries, Decision) if entry.record.place == run.place.id]
    stand, late = journal.standing(of_place), journal.due(of_place, on)
    replaced = journal.superseded_by(of_place)
    newest = of_place[::-1][:AT_MOST]
    rows = [_row(run, entry, replaced.get(entry.seq), on) for entry in newest]
    older = len(of_place) - len(newest)
    return Decisions(
        kicker=place_line(run, units_line(run)),
        answer=_answer(run, of_place, stand, late) if verdict.intact else f"**{verdict.lead}.**",
        heading="Decisions, newest first" if of_place else "Decisions",
        how_to_read="Read a row as a sentence: when, in what role, what and why. Nothing is edited; a later decision "
        "supersedes an earlier one.",
        rows=pd.DataFrame(rows, columns=list(COLUMNS)),
        more=f"{words.capital(words.how_many(older, 'older one is', 'older ones are'))} in the downloads."
        if older
        else "",
        empty=None if of_place else _empty(run, verdict),
        due=_due(late, on, is_known=verdict.intact),
        seal=_seal(run, held),
        broken=_broken(verdict),
        source=source_line(run),
    )


def proposed(run: AreaRun, unit_id: str) -> Standings | None:
    """Return what *run* proposes for a unit; None when it has no such unit."""
    scores = run.scores[run.scores["unit_id"] == unit_id]
    if scores.empty:
        return None
    row = scores.iloc[0]
    return Standings(
        tier=str(row["tier"]), **{n: str(row[n]) if isinstance(row[n], str) else "" for n in ("driver", "lead")}
    )


def _row(run: AreaRun, entry: Entry[Decision], replaced_by: int | None, on: dt.date) -> dict[str, str]:
    decision, plain = entry.record, words.plain_markdown
    review = f"Review on {words.date(decision.review_on)}" if decision.review_on else words.MISSING
    if replaced_by:
        review = f"Superseded by entry {replaced_by}"
    elif decision.is_due(on):
        review = f"**Due** since {words.date(decision.due_since(on))}"
    cells = (
        f"{words.date(entry.at)}, {plain(decision.role)} (entry {entry.seq})",
        f"**{plain(decision.label)}**: {plain(decision.what(words))}",
        f"{plain(decision.reason)} Consulted: {plain(words.listing(decision.consulted))}.",
        f"{review}. {_made_on(run, entry, stands=not replaced_by)}",
    )
    return dict(zip(COLUMNS, cells, strict=True))


def _made_on(run: AreaRun, entry: Entry[Decision], *, stands: bool) -> str:
    """Return the run a decision was made on and what the published run proposes now, if that differs."""
    decision = entry.record
    name = f"Made on run {words.plain_markdown(decision.run_id.rpartition('-')[2][:6])}"
    if decision.run_id == run.run_id or not stands or decision.lens != LENS:
        return f"{name}."
    now = proposed(run, decision.unit_id)
    current = words.plain_markdown(short_id(run))
    if now is None:
        return f"{name}; the published run {current} does not have this unit."
    if now == decision.proposal.outcome:
        return f"{name}; the published run {current} proposes the same."
    return f"{name}; **the published run {current} now proposes** {words.plain_markdown(setting(now, words))}."


def _answer(
    run: AreaRun, of_place: Sequence[Entry[Decision]], stand: Sequence[Entry[Decision]], late: Sequence[Entry[Decision]]
) -> str:
    decided = {entry.record.unit_id for entry in stand if entry.record.lens == LENS}
    focus = run.scores.loc[run.scores["tier"] == FOCUS, "unit_id"]
    still = int((~focus.isin(list(decided))).sum())
    rest = _undecided(len(focus), still)
    if not of_place:
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


def _empty(run: AreaRun, verdict: Examination) -> tuple[str, str]:
    if not verdict.intact:
        return f"{verdict.lead}, so no decision is shown.", f"{verdict.remedy}."
    place = words.plain_markdown(run.place.label)
    return (
        f"No decision on {place} is in the journal.",
        "The run proposes, a person decides: record the first one below.",
    )


def _due(late: Sequence[Entry[Decision]], on: dt.date, *, is_known: bool) -> ActionList:
    if not is_known:
        return ActionList("due", "Due for review: not known", (), "The journal has to be read first.")
    lines = tuple(
        ActionLine(
            entry.record.unit_id,
            entry.record.label,
            words.plain_markdown(
                f"since {words.date(entry.record.due_since(on))} · {entry.record.what(words)} · entry {entry.seq}, "
                f"{entry.record.role}"
            ),
        )
        for entry in late
    )
    summary = (
        "To review: look at the area again, choose it below and decide with a new reason."
        if lines
        else "No review date has come."
    )
    return ActionList("due", f"Due for review: {words.how_many(len(lines), 'decision', 'decisions')}", lines, summary)


def _seal(run: AreaRun, held: Reading) -> str:
    verdict = held.verdict
    if not verdict.intact:
        return ""
    count = words.how_many(verdict.entries, "entry", "entries")
    if not verdict.entries:
        return "The journal of all places is empty."
    notes = [f"{words.capital(note)}." for note in verdict.notes]
    first = f"Journal of all places: {count}, chain and rules checked and whole."
    return " ".join([first, *notes, *_published(run, held), f"Seal: `{verdict.seal}`.", KEEP_THE_SEAL])


def _published(run: AreaRun, held: Reading) -> Iterator[str]:
    """Say which run of the place was published last for readers of this page, where the journal holds one."""
    entry = last_published(held.entries).get(run.place.id)
    if entry is not None:
        record, day = entry.record, words.date(entry.at)
        yield f"Last published: `{record.run_id}` on {day} (entry {entry.seq}); seal of its files: `{record.seal}`."


def _broken(verdict: Examination) -> str:
    if verdict.intact:
        return ""
    wrong = words.plain_markdown("; ".join(str(fault) for fault in verdict.faults))
    return (
        f"**{verdict.lead}: {wrong}.** No decision can be added. {verdict.remedy}. "
        "To look closer: `harmmodel journal verify`"
    )
