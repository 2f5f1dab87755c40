"""Laws of the journal.

1. Whatever lines are chained, an examination names the line that the rules, asked of all lines before it, refuse first.
2. A sequence that was written line by line is whole, and is read as it was written.
3. A whole sequence in which one line is made to break one rule is refused at that line.
"""

import datetime as dt
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from harmmodel.journal import Entry, PlanMade, PlanStep, PublishedRun, Record, chain, replay, standing
from harmmodel.journal.kinds import from_body
from harmmodel.journal.plan_steps import BROKEN, CLOSED, KEPT, STEPS
from tests.decisions import AT, decision
from tests.forged import chained

KEPT_LINES = Path(__file__).resolve().parents[1] / "golden" / "journal" / "lines.jsonl"
PLANS = [
    from_body(line["entry"], prev="", own_hash="").record
    for line in map(json.loads, KEPT_LINES.read_text("utf-8").splitlines())
    if line.get("entry", {}).get("kind") == "plan"
]
DAYS = st.integers(-400, 400).map(lambda days: AT.date() + dt.timedelta(days=days))
NUMBERS = st.none() | st.integers(1, 9)


@st.composite
def steps(draw: st.DrawFn) -> Record:
    step = draw(st.sampled_from(sorted(STEPS)))
    return PlanStep(
        place="mexico", plan_id="plan-1", plan_entry=draw(st.integers(1, 5)), step=step, on=draw(DAYS), role="analyst",
        text="It was reported in writing.", promise="P1" if step in (KEPT, BROKEN) else None,
    )  # fmt: skip


DECISIONS = st.builds(
    decision,
    st.sampled_from("12"),
    reason=st.sampled_from(["The evidence was seen on site and agreed with."] * 9 + ["", "too short"]),
    choice=st.sampled_from(["accept", "reject"]),
    supersedes=NUMBERS,
    review_on=st.one_of(st.just(dt.date(2030, 1, 1)), DAYS),
)
MADE = st.builds(
    lambda made, supersedes: made.model_copy(update={"supersedes": supersedes}), st.sampled_from(PLANS), NUMBERS
)
RUNS = st.builds(
    lambda n, is_short: PublishedRun(place="tiny", run_id=f"tiny-{n:012x}", seal=f"{n:063x}" + "a" * (not is_short)),
    st.integers(0, 2),
    st.sampled_from([False] * 9 + [True]),
)
ANYTHING = st.one_of(DECISIONS, steps(), MADE, RUNS)


def lines(records: Sequence[Record], version: int = 2) -> list[dict[str, Any]]:
    return [record.body(seq=seq, at=AT, version=version) for seq, record in enumerate(records, start=1)]


def refused_first(records: Sequence[Record]) -> int | None:
    """The line that is refused when each is asked with all lines before it at hand: slow, and plainly right."""
    before: list[Entry[Record]] = []
    for seq, record in enumerate(records, start=1):
        if record.lacking(AT.date()) or record.faults(tuple(before), AT.date()):
            return seq
        before.append(Entry(seq, AT, record, "", ""))
    return None


@settings(max_examples=150, deadline=None)
@given(st.lists(ANYTHING, max_size=12))
def test_an_examination_names_the_line_that_the_rules_refuse_first(records: list[Record]):
    found = replay.replayed(chained(lines(records)))
    assert (found.fault.line if found.fault else None) == refused_first(records)


@st.composite
def honest(draw: st.DrawFn) -> list[Record]:
    """Entries as people and the tool write them one after the other: each follows those before it."""
    records: list[Record] = []
    for tried in draw(st.lists(ANYTHING, min_size=1, max_size=10)):
        before = tuple(Entry(seq, AT, record, "", "") for seq, record in enumerate(records, start=1))
        if not (tried.lacking(AT.date()) or tried.faults(before, AT.date())):
            records.append(tried)
    return records


@settings(max_examples=60, deadline=None)
@given(honest(), st.sampled_from([1, 2]))
def test_what_was_written_line_by_line_is_whole_and_read_as_written(records: list[Record], version: int):
    found = replay.replayed(chained(lines(records, version)))
    assert found.fault is None
    assert [entry.record for entry in found.entries] == records


Change = Callable[[dict[str, Any]], object]
BREAKS: dict[str, list[Change]] = {
    "decision": [
        lambda said: said.update(reason="short"),
        lambda said: said.update(role=""),
        lambda said: said.update(consulted=[]),
        lambda said: said.update(choice="change", outcome=None),
        lambda said: said.update(choice=None),
        lambda said: said.update(review_on=AT.date().isoformat()),
        lambda said: said.update(lens="person"),
        lambda said: said.update(supersedes=99),
        lambda said: said.pop("reason"),
        lambda said: said.update(weight=1),
        lambda said: said["proposal"].update(tier=None),
    ],
    "plan": [
        lambda said: said.update(supersedes=99),
        lambda said: said["plan"].update(sunset=AT.date().isoformat()),
        lambda said: said["plan"].update(reason="short"),
    ],
    "plan step": [
        lambda said: said.update(plan_entry=99),
        lambda said: said.update(on="2099-01-01"),
        lambda said: said.update(step="a rumour"),
        lambda said: said.update(role="officer 12345"),
    ],
    "published run": [
        lambda said: said.update(seal=said["seal"][:-1]),
        lambda said: said.update(run_id="other-0123456789ab"),
        lambda said: said.update(place="elsewhere"),
        lambda said: said.update(role="analyst"),
    ],
}
OF_ANY: list[Change] = [
    lambda said: said.pop("version"),  # a line of today cannot call itself old, once one of today stands before it
    lambda said: said.update(at="2026-11-21T09:30:00"),
    lambda said: said.pop("kind"),
]


@settings(max_examples=150, deadline=None)
@given(honest().filter(bool), st.data())
def test_a_line_that_is_made_to_break_one_rule_is_named(records: list[Record], data: st.DataObject):
    said = lines(records)
    at = data.draw(st.integers(0, len(said) - 1))
    changes = [*BREAKS[said[at]["kind"]], *OF_ANY[0 if at else 1 :]]
    data.draw(st.sampled_from(changes))(said[at])
    forged = chained(said)
    assert chain.first_fault(forged) is None  # every hash fits
    fault = replay.replayed(forged).fault
    assert fault is not None
    assert (fault.line, fault.is_unknown) == (at + 1, False)


@settings(max_examples=60, deadline=None)
@given(honest())
def test_no_whole_journal_holds_two_decisions_in_force_on_one_unit(records: list[Record]):
    stand = standing(replay.replayed(chained(lines(records))).entries)
    subjects = [entry.record.subject for entry in stand]
    assert len(subjects) == len(set(subjects))


def test_the_sequences_reach_what_they_are_about():
    made = next(plan for plan in PLANS if isinstance(plan, PlanMade) and plan.supersedes is None)
    step = PlanStep(
        place=made.place, plan_id=made.plan_id, plan_entry=1, step="review held", on=AT.date(), role="analyst",
        text="It was reported in writing.",
    )  # fmt: skip
    assert refused_first([made, step]) is None
    assert refused_first([made, step, step.model_copy(update={"step": CLOSED})]) == 3
