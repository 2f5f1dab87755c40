"""What a chief reads on one page: where harm is greatest, who leads, what changes, what was decided, and the limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from harmmodel import journal
from harmmodel.journal import Decision, Entry, Examination, Reading
from harmmodel.lenses.tiers import CONTESTED, FOCUS
from harmmodel.views import gaps, source, words
from harmmodel.views.blocks import ActionList, Picture, intervals
from harmmodel.views.changes import page as changes_page
from harmmodel.views.corners import CORNERS
from harmmodel.views.labels import has_arrests, pillar_short
from harmmodel.views.ordering import ordered_scores, place_words
from harmmodel.views.overview import page as overview_page
from harmmodel.views.overview import reconciliation
from harmmodel.warehouse.store.runs import AreaRun

FOCUS_ROWS = 8
DATA_NOTES = 4
LINES = 4
LONGEST_NAME = 36
LIMITS = (
    "Harm here is recorded harm. What nobody reports or records is missing, and that differs between areas.",
    "The figures describe the period above. They do not look ahead, and they do not show what a measure would achieve.",
    "A tier concerns an area and the kind of work there, not the people who live in it. It is no ground to stop or "
    "search anyone.",
)
PERSON = source.PERSON


@dataclass(frozen=True)
class Briefing:
    """All words and figures of the page (texts are Markdown with labels escaped, names are as they are)."""

    title: str
    kicker: str
    question: str
    answer: str
    picture: Picture
    has_corners: bool  # else the picture is a ranking: a place without arrests has no corners
    focus: Picture
    actions: tuple[ActionList, ...]
    changes: tuple[str, ...]
    limits: tuple[str, ...]
    gaps: tuple[str, ...]
    decided: str
    person: str
    origin: tuple[tuple[str, str], ...]


def briefing(run: AreaRun, held: Reading, on: dt.date) -> Briefing:
    """Return the page about *run*, printed on day *on*, with what the journal holds on its place."""
    verdict = held.verdict
    page = overview_page.overview(run)
    frame = changes_page.compared(run)
    decisions = {e.record.unit_id: e for e in journal.standing(held.entries) if _concerns(e, run)}
    tiers = run.scores["tier"].value_counts()
    totals = {CONTESTED: int(tiers.get(CONTESTED, 0)), "release": int((frame["corner"] == "release").sum())}
    return Briefing(
        title=f"{run.place.label}: priorities by recorded harm",
        kicker=page.kicker,
        question="What matters now?",
        answer=page.answer,
        picture=page.corners or overview_page.harm(run, overview_page.ROWS),  # more would not fit a sheet
        has_corners=page.corners is not None,
        focus=_focus(run, frame, decisions, page.harm.note),
        actions=tuple(
            _on_paper(action_list, totals[action_list.key]) for action_list in page.actions if action_list.key in totals
        ),
        changes=(changes_page.agreement(run, frame), changes_page.focus_shares(run, frame))
        if page.corners
        else page.no_arrests,
        limits=(*LIMITS, *_data_notes(run)),
        gaps=gaps.on_paper(run),
        decided=_decided(verdict, list(decisions.values()), on),
        person=PERSON,
        origin=_origin(run, verdict, on),
    )


def short_name(name: object) -> str:
    """Return a name that fits its place on paper.

    >>> short_name("Loop"), short_name("A" * 50)[-3:], len(short_name("A" * 50))
    ('Loop', 'AA…', 36)
    """
    text = " ".join(str(name).split())
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"


def _on_paper(action_list: ActionList, total: int) -> ActionList:
    """Keep the first lines of a list and say how many more there are."""
    if total <= LINES:
        return action_list
    summary = action_list.summary.removesuffix(_more(total - len(action_list.lines), "in the table"))
    more = _more(total - LINES, "on the Overview page")
    return replace(action_list, lines=action_list.lines[:LINES], summary=f"{summary}{more}")


def _more(left: int, where: str) -> str:
    return f" {words.capital(words.how_many(left, 'more is', 'more are'))} {where}." if left else ""


def _concerns(entry: Entry[Decision], run: AreaRun) -> bool:
    return entry.record.place == run.place.id and entry.record.lens == "area"


def _focus(run: AreaRun, frame: pd.DataFrame, decisions: dict[str, Entry[Decision]], overlaps: str) -> Picture:
    scores = ordered_scores(run)
    scores["place"] = place_words(scores["rank"], is_short=True)
    focus = scores[scores["tier"] == FOCUS]
    beside = frame.set_index("unit_id")
    shown = focus.head(FOCUS_ROWS)
    texts = [_lead(run, row["unit_id"], row["driver"], row["lead"], decisions) for _, row in shown.iterrows()]
    rows = pd.DataFrame(
        {
            "rank": shown["place"],
            "range": intervals(shown, "rank"),
            "area": [short_name(label) for label in shown["label"]],
            "value": shown["score"],
            "low": shown["score_low"],
            "high": shown["score_high"],
            "q25": shown["score_q25"],
            "q75": shown["score_q75"],
            "figure": [words.score(s) for s in shown["score"]],
            "detail": intervals(shown, "score"),
            "ratio": [words.ratio(r) for r in beside["ratio"].reindex(shown["unit_id"])],
            "corner": [_corner(c) for c in beside["corner"].reindex(shown["unit_id"])],
            "lead": texts,
        }
    ).reset_index(drop=True)
    more = len(focus) - len(shown)
    note = f"{overlaps}{_more(more, f'in focus: `harmmodel show {run.place.id}`')}"
    said = "share of drug arrests ÷ share of weighted serious violence"
    said = said if has_arrests(run) else f"{words.MISSING}, since arrests are not set beside harm here"
    how_to_read = (
        f"Rank with its range; score with its {source.interval_name(run)}, darker part the middle half. Ratio: {said}."
    )
    return Picture(f"Areas in focus: {words.areas(len(focus))}", how_to_read, rows, "", note)


def _corner(corner: object) -> str:
    """Return the corner of an area; where enforcement beside harm is not known, it has none."""
    return words.capital(str(corner)) if corner in CORNERS else words.MISSING


def _lead(run: AreaRun, unit_id: str, driver: object, lead: object, decisions: dict[str, Entry[Decision]]) -> str:
    """Return driver and who leads as proposed; where a person decided, that stands beside it."""
    text = words.plain_markdown(f"{pillar_short(run, str(driver))}: {lead}")
    entry = decisions.get(unit_id)
    if entry is None:
        return text
    return f"{text} **Decided:** {words.plain_markdown(entry.record.what(words))} (entry {entry.seq})"


def _data_notes(run: AreaRun) -> tuple[str, ...]:
    notes = reconciliation.data_notes(run)
    more = len(notes) - DATA_NOTES
    if more <= 0:
        return notes
    named = words.capital(words.how_many(more, "more note", "more notes"))
    return (*notes[:DATA_NOTES], f"{named} on the data: see the Overview page.")


def _decided(verdict: Examination, standing: Sequence[Entry[Decision]], on: dt.date) -> str:
    if not verdict.intact:
        return f"**{verdict.lead},** so no decision is shown. To look closer: `harmmodel journal verify`"
    if not standing:
        return "No decision is recorded on this place."
    other = sum(entry.record.choice != "accept" for entry in standing)
    due = sum(entry.record.is_due(on) for entry in standing)
    held = words.capital(words.how_many(len(standing), "decision is", "decisions are"))
    differ = words.how_many(other, "changes or rejects", "change or reject")
    return f"{held} in force: {differ} the proposal; {due or 'none'} due for review on {words.date(on)}."


def _origin(run: AreaRun, verdict: Examination, on: dt.date) -> tuple[tuple[str, str], ...]:
    seal = f"not given: {verdict.lead[0].lower()}{verdict.lead[1:]}"
    if verdict.intact:
        seal = verdict.seal if verdict.entries else "none: no decisions recorded"
    return (
        ("Run", run.run_id),
        ("Made", words.date(str(run.manifest["created_at"]))),
        ("Data to", words.date(str(run.manifest["data_end"]))),
        ("Draws", words.number(float(run.manifest["draws"]))),
        *((("Withheld", note),) if (note := source.withheld_note(run)) else ()),
        ("Printed", words.date(on)),
        ("Journal seal", seal),
        ("Sources", "; ".join(source.producers(run))),
    )
