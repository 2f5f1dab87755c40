"""Kinds of journal entries: each checks, words and exports itself; a new one is one class; old journals stay so.

``tests/golden/journal/`` was written by the program before kinds were classes of their own and is never written anew.
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from typer.testing import CliRunner

from harmmodel import journal
from harmmodel.cli import app
from harmmodel.config import characters
from harmmodel.config.deterrence import DeterrencePlan, PlannedAction
from harmmodel.errors import DecisionError, HarmModelError, JournalBroken, UnknownKind
from harmmodel.journal import Check, Chosen, Decision, PlanMade, PlanStep, Proposal, Record, Standings, chain, store
from harmmodel.journal.exact_use import ExactUse
from harmmodel.journal.kinds import from_body
from harmmodel.journal.plan_steps import Happened
from harmmodel.journal.publication import PublishedRun
from harmmodel.journal.record import Entry, Style, holding
from harmmodel.views import words
from harmmodel.views.decisions import page
from harmmodel.views.export import FORMATS
from tests.decisions import AT, decision
from tests.plans import content

KEPT = Path(__file__).resolve().parents[1] / "golden" / "journal"
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
PLAIN = st.text("abcäöé中–“ .,;", min_size=20, max_size=60).map(lambda text: f"About {text.strip()} and no person.")
CODES = st.from_regex(r"[a-z][a-z0-9_-]{1,31}", fullmatch=True)
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))
ROLES = st.sampled_from(["analyst", "head of the policy unit", "Büro für Städte"])
SEQS = st.integers(1, 10_000)
OUTCOMES = st.builds(Standings, tier=ANY, driver=ANY, lead=ANY)


def plans() -> st.SearchStrategy[DeterrencePlan]:
    return st.builds(
        lambda problem, reason, role, departure, offered: DeterrencePlan.model_validate(
            content(problem=problem, reason=reason, role=role, departure=departure, action=None)
            | ({} if offered else {"services": []})
        ),
        PLAIN, PLAIN, ROLES, st.none() | PLAIN, st.booleans(),
    )  # fmt: skip


def actions() -> st.SearchStrategy[PlannedAction]:
    return st.builds(
        lambda begins, text: PlannedAction.model_validate(
            content()["action"] | {"begins": begins, "approver": text and "second role", "monitoring": text}
        ),
        DAYS, st.none() | PLAIN,
    )  # fmt: skip


CHOSEN = st.builds(
    Chosen, group=CODES, label=ANY, rank=st.none() | st.floats(1, 99), violence=ANY, interval=ANY, in_first=ANY
)
PLACED = {"place": CODES, "plan_id": CODES}
RECORDS: dict[str, st.SearchStrategy[Record]] = {
    "decision": st.builds(
        Decision,
        **dict.fromkeys(("place", "run_id", "lens", "unit_id", "label", "reason", "role"), ANY),
        proposal=st.builds(Proposal, tier=ANY, driver=ANY, lead=ANY, score=ANY, interval=ANY),
        choice=st.sampled_from(journal.CHOICES),
        consulted=st.lists(ANY).map(tuple),
        review_on=DAYS,
        outcome=st.none() | OUTCOMES,
        supersedes=st.none() | SEQS,
    ),
    "plan": st.builds(
        PlanMade, **PLACED, run_id=ANY, plan=plans(), ranking=st.lists(CHOSEN, max_size=3).map(tuple), said=ANY,
        supersedes=st.none() | SEQS,
    ),
    "plan step": st.sampled_from(get_args(Happened)).flatmap(
        lambda step: st.builds(
            PlanStep, **PLACED, plan_entry=SEQS, step=st.just(step), on=DAYS, text=PLAIN, role=ROLES,
            promise=st.just("P1") if step.startswith("promise") else st.none(),
        )
    ),
    "backfire check": st.builds(
        Check, **PLACED, plan_entry=SEQS, run_id=ANY, action=actions(), score_low=SEQS, score_high=SEQS, band=ANY,
        asks=st.lists(st.sampled_from(["approver", "justification", "monitoring"]), unique=True).map(tuple),
        records=st.dictionaries(ANY, ANY, max_size=3), projection=ANY, assumptions=ANY, assumptions_hash=ANY,
        role=ROLES,
    ),
    "published run": st.builds(PublishedRun, place=CODES, run_id=ANY, seal=ANY, audience=ANY),
    "exact run": st.builds(ExactUse, place=CODES, snapshot_id=ANY, reason=ANY, role=ANY),
}  # fmt: skip
EVERY = st.one_of(*RECORDS.values())


def entry_of(record: Record, seq: int = 7) -> Entry[Record]:
    body = json.loads(chain.canonical(record.body(seq=seq, at=AT)))
    return from_body(body, prev="a" * 64, own_hash="b" * 64)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return journal.location(tmp_path)


def run(path: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["journal", *arguments, "--project", str(path.parent.parent)])
    assert done.exception is None or isinstance(done.exception, HarmModelError | SystemExit), done.exception
    return getattr(done.exception, "exit_code", done.exit_code), f"{done.stdout}{done.exception or ''}"


# --- every kind


def test_every_kind_is_tried_here():
    assert set(RECORDS) == set(journal.KINDS)
    assert {kind: class_.kind for kind, class_ in journal.KINDS.items()} == {kind: kind for kind in RECORDS}


@settings(max_examples=40, deadline=None)
@given(EVERY, SEQS)
def test_what_is_read_is_written_again_to_the_byte(record: Record, seq: int):
    text = chain.canonical(record.body(seq=seq, at=AT))
    entry = from_body(json.loads(text), prev="", own_hash="")
    assert entry.record == record
    assert (entry.seq, entry.at) == (seq, AT)
    assert chain.canonical(entry.body()) == text


@settings(max_examples=40, deadline=None)
@given(EVERY)
def test_no_kind_says_what_the_line_itself_says(record: Record):
    assert not {"kind", "seq", "at", "version"} & set(record.content())


@settings(max_examples=40, deadline=None)
@given(EVERY)
def test_every_kind_has_words(record: Record):
    entry = entry_of(record)
    start = f"7. 21 Nov 2026, {record.who} on {record.about}: "
    assert entry.sentence(words).startswith(start + record.what(words).split()[0])
    assert record.place in record.about


@settings(max_examples=40, deadline=None)
@given(EVERY)
def test_every_kind_has_an_export_row_of_plain_cells(record: Record):
    row = entry_of(record).row()
    assert tuple(row) == journal.columns(type(record))
    assert len(set(row)) == len(row)
    assert {type(cell) for cell in row.values()} <= {str, int}
    table = FORMATS["csv"].text(page.journal_export([entry_of(record)], type(record)))
    (seal,), header, cells = csv.reader(io.StringIO(table, newline=""))
    assert seal.endswith("b" * 64)
    assert tuple(header) == tuple(row)
    told = [characters.visible(str(cell).replace("\r\n", "\n").replace("\r", "\n")) for cell in row.values()]
    assert [cell.removeprefix("'") for cell in cells] == [cell.removeprefix("'") for cell in told]


def test_every_step_has_its_words():
    assert set(journal.STEPS) == set(get_args(Happened))


BASE = {"place": "mexico", "plan_id": "plan-1", "plan_entry": 1, "on": AT.date(), "step": "review held"}


@settings(max_examples=40, deadline=None)
@given(st.text(" \t\nabc", min_size=18, max_size=30), st.text(" ab", min_size=2, max_size=6))
def test_a_text_that_is_taken_can_be_read_again(text: str, role: str):
    try:
        record = PlanStep(**BASE, text=text, role=role)
    except ValidationError:
        return
    assert entry_of(record).record == record


def test_a_text_of_spaces_is_too_short_and_closes_no_journal():
    with pytest.raises(ValidationError, match="at least 20 characters"):
        PlanStep(**BASE, text="ok" + 30 * " " + ".", role="analyst")
    with pytest.raises(ValidationError, match="at least 3 characters"):
        PlanStep(**BASE, text="The partners reported it in writing.", role="a    ")


def test_what_could_not_be_read_again_is_refused_and_the_journal_stays_whole(path: Path):
    journal.append(path, decision(), AT)
    strange = decision("2", choice="change", outcome=Proposal(tier="contested", driver="", lead="", score="1"))
    with pytest.raises(DecisionError, match="would not be read again"):
        journal.append(path, strange, AT)
    assert journal.verify(path).intact
    assert journal.append(path, decision("2"), AT).seq == 2


# --- journals of earlier versions


@pytest.fixture
def old(path: Path) -> Path:
    """Write the kept lines as they are, with the program's own table and guards."""
    *lines, _ = map(json.loads, (KEPT / "lines.jsonl").read_text("utf-8").splitlines())
    with store.writing(path) as con:
        store.create(con)
        for seq, line in enumerate(lines, start=1):
            row = (seq, line["prev"], chain.canonical(line["entry"]), line["hash"])
            con.execute("insert into entry (seq, prev, body, hash) values (?, ?, ?, ?)", row)
    return path


def test_a_journal_of_an_earlier_version_is_whole_and_every_kind_is_in_it(old: Path):
    assert journal.verify(old).intact
    assert {entry.record.kind for entry in journal.every_entry(old)} == {
        "decision",
        "plan",
        "plan step",
        "backfire check",
    }


def test_a_journal_of_an_earlier_version_is_listed_and_exported_as_it_was(old: Path):
    assert run(old, "list") == (0, (KEPT / "list.txt").read_text("utf-8"))
    assert run(old, "export") == (0, (KEPT / "lines.jsonl").read_text("utf-8"))
    kept = (KEPT / "decisions.csv").read_text("utf-8")
    assert run(old, "export", "--format", "csv") == (0, kept)
    assert run(old, "export", "--format", "csv", "--kind", "decision") == (0, kept)


def test_what_is_read_from_an_earlier_version_is_written_again_to_the_byte(old: Path):
    for line, entry in zip(store.read(old).lines, journal.every_entry(old), strict=True):
        assert chain.canonical(entry.body()) == line.body


def test_each_entry_of_an_earlier_version_could_follow_those_before_it(old: Path):
    entries = journal.every_entry(old)
    wrong = [entry.record.faults(entries[:at], entry.at.date()) for at, entry in enumerate(entries)]
    assert wrong == [()] * len(entries)


def test_the_lines_of_another_kind_are_exported_with_the_same_seal(old: Path):
    seal, header, *rows = csv.reader(io.StringIO(run(old, "export", "--format", "csv", "--kind", "plan step")[1]))
    assert seal == [f"Journal of decisions · entries: 7 · seal of the last: {journal.verify(old).seal}"]
    assert header[2:-2] == list(PlanStep.columns)
    assert [row[header.index("step")] for row in rows][:2] == ["notice given", "violent act after notice"]
    assert run(old, "export", "--format", "csv", "--kind", "rumour")[0] == 2


# --- a kind of its own


@dataclass(frozen=True)
class Visit(Record):
    """A visit to a site: no other module knows of it."""

    kind: ClassVar[str] = "site visit"
    error: ClassVar[type[HarmModelError]] = DecisionError
    columns: ClassVar[tuple[str, ...]] = ("place", "day", "who_went")

    place: str
    day: dt.date
    who_went: str

    @property
    def who(self) -> str:
        """The role that went."""
        return self.who_went

    @property
    def about(self) -> str:
        """Where."""
        return f"a visit ({self.place})"

    def content(self) -> dict[str, object]:
        """Return the fields for JSON."""
        return {**asdict(self), "day": self.day.isoformat()}

    @classmethod
    def from_content(cls, content: dict[str, object]) -> "Visit":
        """Return the visit."""
        return cls(**{**content, "day": dt.date.fromisoformat(content["day"])})

    def faults(self, before: tuple[Entry[Record], ...], on: dt.date) -> tuple[str, ...]:
        """Refuse a second visit on a day, and one that lies ahead."""
        if any(entry.record.day == self.day for entry in holding(before, Visit)):
            return ("Day: this visit is in the journal already.",)
        return () if self.day <= on else ("Day: it lies ahead.",)

    def what(self, style: Style) -> str:
        """Return when."""
        return f"went there on {style.date(self.day)}"

    @classmethod
    def waiting(cls, entries: tuple[Entry[Record], ...], on: dt.date, style: Style) -> Iterator[tuple[dt.date, str]]:
        """Ask for another visit."""
        return ((entry.record.day, f"{entry.seq}. Go there again.") for entry in holding(entries, cls))


@pytest.fixture
def visited(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(journal.KINDS, Visit.kind, Visit)
    journal.append(path, decision(), AT)
    journal.append(path, Visit("tiny", dt.date(2026, 11, 20), "analyst"), AT)
    return path


def test_a_new_kind_is_added_verified_listed_worded_and_exported_by_its_class_alone(visited: Path):
    assert "Entries: 2." in run(visited, "verify")[1]
    assert run(visited, "list")[1].splitlines()[1] == (
        "2. 21 Nov 2026, analyst on a visit (tiny): went there on 20 Nov 2026"
    )
    assert run(visited, "due", "--on", "2026-11-22")[1] == "2. Go there again.\n"
    assert json.loads(run(visited, "export")[1].splitlines()[1])["entry"] == {
        "kind": "site visit", "seq": 2, "at": AT.isoformat(), "version": journal.VERSION, "place": "tiny",
        "day": "2026-11-20", "who_went": "analyst",
    }  # fmt: skip
    seal, header, row = run(visited, "export", "--format", "csv", "--kind", "site visit")[1].splitlines()
    assert seal.endswith(journal.verify(visited).seal)
    assert header == "seq,at,place,day,who_went,prev,hash"
    assert row.startswith(f"2,{AT.isoformat()},tiny,2026-11-20,analyst,")


def test_a_new_kind_is_checked_by_its_class_alone(visited: Path):
    for day, says in ((dt.date(2026, 11, 20), "already"), (dt.date(2026, 12, 20), "ahead")):
        with pytest.raises(DecisionError, match=says):
            journal.append(visited, Visit("tiny", day, "analyst"), AT)
    assert len(journal.every_entry(visited)) == 2


# --- a kind of another version


def test_an_unknown_kind_is_named_and_nobody_is_said_to_have_tampered(visited: Path, monkeypatch: pytest.MonkeyPatch):
    journal.append(visited, decision("2"), AT)
    monkeypatch.delitem(journal.KINDS, Visit.kind)
    named = "kind 'site visit' is not known to this version"
    verdict = journal.verify(visited)
    assert [str(fault) for fault in verdict.faults] == [f"line 2 cannot be read: {named}"]
    assert (verdict.lead, verdict.seal) == ("This version cannot read the journal", journal.verify(visited).seal)
    for verb in ("verify", "list", "due", "export"):
        code, told = run(visited, verb)
        assert code == UnknownKind.exit_code
        assert named in told
        assert not [word for word in ("altered", "not whole", "no decision", "Keep the file") if word in told]
    with pytest.raises(UnknownKind, match="Use the version that wrote it"):
        journal.append(visited, decision("3"), AT)
    assert journal.verify(visited).entries == 3


def test_an_unknown_kind_does_not_hide_a_line_that_was_altered(visited: Path, monkeypatch: pytest.MonkeyPatch):
    journal.append(visited, decision("2"), AT)
    monkeypatch.delitem(journal.KINDS, Visit.kind)
    with store.writing(visited) as con:
        con.execute("drop trigger entry_is_never_changed")
        con.execute("update entry set body = replace(body, 'agreed', 'denied') where seq = 3")
    verdict = journal.verify(visited)
    assert str(verdict.faults[0]).startswith("line 3 was altered")
    assert verdict.lead == "The journal is not whole"
    with pytest.raises(JournalBroken, match="line 3 was altered"):
        journal.json_lines(visited)
