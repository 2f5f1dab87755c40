"""The journal replays its rules: a line whose hash fits is held against all that was asked when it was written."""

import datetime as dt
import json
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pytest
from pydantic import AfterValidator, ValidationInfo

from harmmodel import journal
from harmmodel.errors import HarmModelError, JournalBroken, JournalError, UnknownKind
from harmmodel.journal import PlanStep, PublishedRun, chain, store
from harmmodel.journal.plan import PlanRecord
from harmmodel.journal.plan_steps import BROKEN, KEPT, NOTICE, REVIEW, Tally
from harmmodel.journal.record import Entry, Record
from harmmodel.views import words
from tests.decisions import AT, decision
from tests.forged import bodies, chained, forge
from tests.unit.test_journal_kinds import KEPT as KEPT_LINES
from tests.unit.test_journal_kinds import run

ROOT = Path(__file__).resolve().parents[2]
OLD = [json.loads(line)["entry"] for line in (KEPT_LINES / "lines.jsonl").read_text("utf-8").splitlines()[:-1]]
GONE = object()
LOWER = {"tier": "lower priority", "driver": "", "lead": ""}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return journal.location(tmp_path)


def body(record: Record, seq: int = 1, **changes: object) -> dict[str, Any]:
    said = record.body(seq=seq, at=AT) | changes
    return {key: value for key, value in said.items() if value is not GONE}


def told(path: Path) -> str:
    """What verify says of the only fault, after all that reads or writes has refused the journal."""
    (fault,) = journal.verify(path).faults
    for use in (journal.every_entry, journal.entries, journal.plan_notes, journal.published, journal.json_lines):
        with pytest.raises((JournalBroken, UnknownKind), match=re.escape(str(fault))):
            use(path)
    with pytest.raises((JournalBroken, UnknownKind), match=re.escape(str(fault))):
        journal.append(path, decision("new"), AT)
    assert journal.reading(path).entries == ()
    return str(fault)


# --- a line that breaks a rule


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reason": ""}, "breaks a rule: Reason: write at least 20 characters"),
        ({"reason": " " * 30}, "breaks a rule: Reason: write at least 20 characters"),
        ({"reason": "x" * 80_000}, "breaks a rule: Reason: write at most 4000 characters"),
        ({"reason": "As agreed with jo.doe@example.org last week."}, "breaks a rule: Reason: leave out e-mail"),
        ({"role": ""}, "breaks a rule: Role: say in what role"),
        ({"role": "officer 12345"}, "breaks a rule: Role: give a role"),
        ({"role": " head of unit"}, "breaks a rule: Text: it holds stray spaces"),
        ({"consulted": []}, "breaks a rule: Consulted: name who"),
        ({"consulted": ["no one", "oversight body"]}, "breaks a rule: Consulted: 'no one' cannot"),
        ({"choice": "wait"}, "breaks a rule: Choice"),
        ({"choice": "change"}, "breaks a rule: Change"),
        ({"choice": "change", "outcome": LOWER}, "breaks a rule: Tier: lower priority is for activities"),
        ({"review_on": AT.date().isoformat()}, "breaks a rule: Review date"),
        ({"run_id": ""}, "breaks a rule: Subject"),
        ({"supersedes": 7}, "breaks a rule: Entry 7 cannot be superseded"),
        ({"reason": GONE}, "what it says of reason"),
        ({"role": GONE, "reason": GONE}, "what it says of reason, role"),
        (
            {"reason": list("A reason of twenty letters.")},
            "what it says of reason",
        ),
        ({"consulted": "people affected"}, "what it says of consulted"),
        ({"supersedes": "1"}, "what it says of supersedes"),
        ({"supersedes": GONE}, "than an entry of its kind does: supersedes"),
        ({"review_on": "20270521"}, "what it says of review_on"),
        ({"review_on": None, "choice": None}, "breaks a rule: Choice"),
        ({"approved": True}, "than an entry of its kind does: approved"),
        (
            {"proposal": {**vars(decision().proposal), "odds": "9"}},
            "than an entry of its kind does: proposal",
        ),
        ({"at": "2026-11-21T09:30:00"}, "was not written by this program: its time is not in UTC"),
        ({"at": "2026-11-21T20:30:00+11:00"}, "was not written by this program: its time is not in UTC"),
        ({"at": "2026-11-21T09:30:00.5+00:00"}, "was not written by this program: it says more, or less"),
        ({"at": GONE}, "was not written by this program: it is no entry"),
        ({"kind": ["decision"]}, "was not written by this program: it is no entry"),
    ],
)
def test_a_well_chained_line_that_no_writer_could_have_written_is_named(path, changes, says):
    forge(path, [body(decision("1")), body(decision("2"), **changes), body(decision("3"))])
    fault = told(path)
    assert fault.startswith("line 2 ")
    assert says in fault
    code, said = run(path, "verify")
    assert code == JournalBroken.exit_code
    assert fault in said
    for verb in ("list", "due", "export"):
        assert run(path, verb)[0] == JournalBroken.exit_code


def test_two_decisions_that_would_stand_on_one_unit_are_named(path):
    forge(path, [body(decision("1")), body(decision("2")), body(decision("1", choice="reject"))])
    assert told(path).startswith("line 3 breaks a rule: Entry 1 on Area 1 stands.")
    forge(path, [body(decision("1")), *(body(decision("1", supersedes=1)) for _ in range(2))])
    assert told(path).startswith("line 3 breaks a rule: Entry 2 on Area 1 stands.")
    forge(path, [body(decision("1")), body(decision("2", supersedes=1))])
    assert told(path).startswith("line 2 breaks a rule: Entry 1 cannot be superseded: it is no decision on Area 2")


def kept(change: Callable[[list[Any]], None]) -> list[Any]:
    """Return the lines of the kept journal with a change."""
    said = json.loads(json.dumps(OLD))
    change(said)
    return said


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda said: said[9].update(on="2026-11-20"), "line 10 breaks a rule: No notice had been given"),
        (lambda said: said[8].update(on="2027-11-22"), "line 9 breaks a rule: Day: it lies ahead"),
        (lambda said: said.pop(7), "line 8 breaks a rule: Before 'notice given', record a backfire check"),
        (lambda said: said[11].update(supersedes=None), "line 12 breaks a rule: Entry 3 is the plan plan-1 in force"),
        (lambda said: said[15].update(plan_entry=3), "line 16 breaks a rule: Plan plan-1: entry 12 is the version"),
        (
            lambda said: said[15].update(plan_id="plan-9"),
            "line 16 breaks a rule: Plan plan-9: it is not in the journal",
        ),
        (lambda said: said.append({**said[15]}), "line 21 breaks a rule: Plan plan-1 is closed"),
        (
            lambda said: said[8].update(text="short"),
            "line 9 was not written by this program: what it says of text",
        ),
        (
            lambda said: said[8].update(text=" stray " * 9),
            "line 9 was not written by this program: it says more, or less",
        ),
        (
            lambda said: said[8].update(seen=1),
            "line 9 was not written by this program: what it says of seen",
        ),
        (lambda said: said[8].update(plan_entry=3.0), "line 9 was not written by this program: it says more"),
        (lambda said: said[2]["plan"].update(capacity=1.0), "line 3 was not written by this program: it says more"),
        (lambda said: said[2].update(place="other"), "line 3 breaks a rule: Plan: its place and name differ"),
    ],
)
def test_the_rules_of_plans_are_replayed(path, change, says):
    forge(path, OLD)
    assert journal.verify(path).intact
    assert len(journal.every_entry(path)) == len(OLD)
    forge(path, kept(change))
    assert told(path).startswith(says)


def test_the_tally_of_a_plan_holds_the_first_notice_and_the_last_of_each_promise():
    first, second = AT.date(), AT.date() + dt.timedelta(days=9)
    tally = Tally().then(REVIEW, None, first - dt.timedelta(days=9)).then(NOTICE, None, second)
    assert (tally.first_notice, tally.then(NOTICE, None, first).first_notice) == (second, first)
    tally = tally.then(KEPT, "P1", first).then(BROKEN, "P2", first).then(BROKEN, "P1", first)
    assert tally.promises == {"P1": BROKEN, "P2": BROKEN}
    assert tally.counts == {REVIEW: 1, NOTICE: 1, KEPT: 1, BROKEN: 2}


def test_writing_and_examining_ask_the_same_of_the_same_entries(path, monkeypatch):
    asked: list[tuple[int, list[int], dt.date]] = []

    def noted(self: Record, rules: int, before: list[Entry[Record]], on: dt.date) -> tuple[str, ...]:
        asked.append((rules, [entry.seq for entry in before], on))
        return ()

    monkeypatch.setitem(journal.KINDS, Remark.kind, Remark)
    monkeypatch.setattr(Remark, "faults_under", noted)
    for record in (Remark("first"), decision("1"), Remark("second"), decision("2")):
        journal.append(path, record, AT)
    asked.clear()
    journal.append(path, Remark("third"), AT)
    written = asked[-1]
    asked.clear()
    assert journal.verify(path).intact
    assert asked[-1] == written == (journal.VERSION, [1, 3], AT.date())


def test_a_line_that_says_less_is_no_line_of_this_version(path):
    forge(path, [body(decision(), supersedes=GONE)])
    assert not journal.verify(path).intact
    forge(path, [body(decision(), supersedes=GONE, version=GONE)])
    assert journal.verify(path).intact  # an earlier version may have lacked a field that has a default


def test_a_line_that_is_read_with_less_than_it_says_is_named(path, monkeypatch):
    monkeypatch.setitem(journal.KINDS, Remark.kind, Remark)
    monkeypatch.setattr(
        Remark, "from_content", classmethod(lambda cls, content: cls([*dict.fromkeys(content["text"])]))
    )
    for version in (GONE, journal.VERSION):
        forge(path, [body(Remark(["a", "b", "c", "d", "e"]), version=version)])
        assert journal.verify(path).intact
        forge(path, [body(Remark(["a", "b", "c", "d", "e", "e"]), version=version)])
        assert told(path).endswith("it says more, or less, than an entry of its kind does: text")


def test_what_a_forged_line_says_reaches_no_terminal_and_no_page_as_it_is(path):
    hidden = "Area \x1b[2J\u202e" + "long " * 200
    forge(path, [body(decision(label=hidden)), body(decision(label=hidden))])
    fault = told(path)
    assert fault.isprintable()
    assert "label: character 6: U+001B" in fault
    assert len(fault) < 400
    forge(path, [body(decision(), **{"a\x1b": 1})])
    assert told(path).isprintable()
    forge(path, [body(decision(), kind="\x1b[2J" + "k" * 900)])
    assert told(path).isprintable()
    assert len(told(path)) < 400


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"seq":1,"deep":' + "[" * 50_000 + "]" * 50_000 + "}",
        "[]",
        "null",
        "no json",
        '{"seq":1,"at":NaN}',
        json.dumps(body(decision())),  # with spaces, in another order
        chain.canonical(body(decision())).replace("Area", "\\u0041rea"),
        chain.canonical(body(decision()))[:-1] + ',"seq":1}',
        chain.canonical(body(decision(), note="x" * chain.LONGEST)),
    ],
    ids=lambda text: text[:20],
)
def test_a_line_that_is_no_canonical_entry_is_named(path, text):
    forge(path, [text])
    assert told(path) == "line 1 was not written by this program: it is no canonical entry"


def test_a_text_too_long_for_a_line_is_refused_and_closes_no_journal(path):
    with pytest.raises(HarmModelError, match="would not be read again"):
        journal.append(path, decision(label="x" * chain.LONGEST), AT)
    assert journal.append(path, decision(), AT).seq == 1


def test_a_seal_that_fits_several_lines_is_that_of_the_last():
    lines = [store.ChainLine(seq, "", "", own) for seq, own in enumerate(("ab1", "cd1", "ab2", "cd2"), start=1)]
    assert chain.line_with_seal(lines, "AB") == 3
    assert chain.line_with_seal(lines, "ab1") == 1
    assert chain.line_with_seal(lines, "0" * 64) == 0
    assert chain.line_with_seal(lines, "ef") is None


def executed(work: Callable[[], bool]) -> int:
    """Count the lines of Python that *work*, which has to succeed, runs through; the same on every machine."""
    count = 0

    def step(_frame: Any, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        done = work()
    finally:
        sys.settrace(before)
    assert done
    return count


def test_hundreds_of_lines_are_examined_in_step_with_their_number(path):
    """Four times the lines take about four times the steps, whatever they are about; squares would take sixteen."""
    made = json.loads(json.dumps(OLD[2]))
    step = PlanStep(
        place="mexico", plan_id="plan-1", plan_entry=1, step="service taken up", on=AT.date(), role="analyst",
        text="A place in training was taken up by one of them.",
    )  # fmt: skip
    about: dict[str, Callable[[int], Any]] = {
        "many units": lambda seq: body(decision(str(seq))),
        "one unit": lambda seq: body(decision(supersedes=seq - 1 if seq > 1 else None)),
        "one plan": lambda seq: made if seq == 1 else body(step),
    }
    for name, line in about.items():
        steps = []
        for many in (100, 400):
            forge(path, [line(seq) for seq in range(1, many + 1)])
            steps.append(executed(lambda: journal.verify(path).intact))
        assert steps[1] < 6 * steps[0], name


def test_what_was_found_is_not_told_of_other_lines(path):
    forge(path, [body(decision("1"))])
    assert journal.verify(path).intact
    forge(path, [body(decision("1"), reason="")])
    assert not journal.verify(path).intact
    forge(path, [body(decision("1"))])
    assert journal.verify(path).intact


# --- versions


def test_new_lines_carry_their_version_and_old_ones_keep_their_hashes(path):
    forge(path, OLD)
    before = store.read(path).lines
    made = journal.append(path, decision("new"), AT + dt.timedelta(days=9))
    assert made.version == journal.VERSION == bodies(path)[-1]["version"]
    assert store.read(path).lines[:-1] == before
    assert [entry.version for entry in journal.every_entry(path)] == [1] * len(OLD) + [journal.VERSION]
    assert not [said for said in OLD if "version" in said]


def test_a_line_of_a_later_version_is_named_and_nobody_is_said_to_have_tampered(path):
    later = body(decision("2"), version=journal.VERSION + 1, mood="of a later day", reason="")
    forge(path, [body(decision("1")), later, {**later, "kind": "dream"}])
    assert told(path).startswith("line 2 cannot be read: it was written by a newer version")
    verdict = journal.verify(path)
    assert (verdict.lead, verdict.error) == ("This version cannot read the journal", UnknownKind)
    for verb in ("verify", "list", "due", "export"):
        code, said = run(path, verb)
        assert code == UnknownKind.exit_code
        assert "it was written by a newer version" in said
        assert "Use the version that wrote it, or a later one" in said
        assert not [word for word in ("altered", "not whole", "tampered", "Keep the file") if word in said]
    assert len(bodies(path)) == 3


def test_a_later_version_hides_no_line_that_was_altered_or_breaks_a_rule(path):
    later = body(decision("2"), version=journal.VERSION + 1)
    said = forge(path, [body(decision("1")), later, later]) and list(store.read(path).lines)
    said[2] = said[2]._replace(body=said[2].body.replace("agreed", "denied"))
    assert "altered" in str(chain.first_fault(said))
    forge(path, [body(decision("1"), reason=""), later])
    assert told(path).startswith("line 1 breaks a rule: Reason")
    forge(path, [later, body(decision("1"))])
    order = f"a line of version {journal.VERSION} cannot follow one of version {journal.VERSION + 1}"
    assert told(path).startswith(f"line 2 breaks a rule: Version: {order}")


def test_a_later_version_hides_no_guard_that_is_missing(path):
    forge(path, [body(decision("2"), version=journal.VERSION + 1)])
    with closing(sqlite3.connect(path)) as con:
        con.execute("drop trigger entry_is_never_changed")
    verdict = journal.verify(path)
    assert (len(verdict.faults), verdict.lead, verdict.error) == (2, "The journal is not whole", JournalBroken)


def test_rules_cannot_be_dodged_by_a_line_that_calls_itself_older(path):
    forge(path, [body(decision("1")), body(decision("2"), version=GONE)])
    order = f"a line of version 1 cannot follow one of version {journal.VERSION}"
    assert told(path) == f"line 2 breaks a rule: Version: {order}"


@pytest.mark.parametrize("version", [0, 1, -2, True, "2", 2.0, None, [2]])
def test_a_version_that_is_none_is_named(path, version):
    forge(path, [body(decision(), version=version)])
    assert told(path) == "line 1 was not written by this program: its version is no whole number from 2 up"


@dataclass(frozen=True)
class Remark(Record):
    """A kind whose rule became stricter with version 2: a remark needs five letters and not one."""

    kind: ClassVar[str] = "remark"
    error: ClassVar[type[HarmModelError]] = JournalError
    columns: ClassVar[tuple[str, ...]] = ("text",)

    text: str
    who: ClassVar[str] = "analyst"
    about: ClassVar[str] = "all"

    def content(self) -> dict[str, Any]:
        """Return the field."""
        return {"text": self.text}

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> "Remark":
        """Return the remark."""
        return cls(**content)

    def faults(self, before: tuple[Entry[Record], ...], on: dt.date) -> tuple[str, ...]:
        """Refuse short ones."""
        return self.faults_under(journal.VERSION, before, on)

    def faults_under(self, rules: int, before: tuple[Entry[Record], ...], on: dt.date) -> tuple[str, ...]:
        """Refuse short ones, by the measure of their day."""
        least = 5 if rules >= 2 else 1
        return () if len(self.text) >= least else (f"Text: {least} letters at least.",)

    def what(self, style: object) -> str:
        """Return it."""
        return self.text


def test_a_rule_that_became_stricter_does_not_break_the_lines_before_it(path, monkeypatch):
    monkeypatch.setitem(journal.KINDS, Remark.kind, Remark)
    forge(path, [body(Remark("abc"), version=GONE), body(Remark("abcde"))])
    assert journal.verify(path).intact
    with pytest.raises(JournalError, match="5 letters"):
        journal.append(path, Remark("abc"), AT)
    forge(path, [body(Remark("abc"), version=GONE), body(Remark("abc"))])
    assert told(path) == "line 2 breaks a rule: Text: 5 letters at least"
    forge(path, [body(Remark(""), version=GONE)])
    assert told(path) == "line 1 breaks a rule: Text: 1 letters at least"


def test_what_is_taken_out_of_a_text_today_may_stand_in_an_earlier_line(path):
    forge(path, [body(decision(role=" head of unit"), version=GONE), body(decision("2"))])
    assert journal.verify(path).intact


def _long_enough(text: str, info: ValidationInfo) -> str:
    if len(text) < 5 and (info.context or {}).get("rules", journal.VERSION) >= 2:
        raise ValueError("5 letters at least")
    return text


class Label(PlanRecord):
    """A kind whose type became stricter with version 2."""

    kind: ClassVar[str] = "label of a plan"
    columns: ClassVar[tuple[str, ...]] = ("label",)
    called: ClassVar[str] = "the label"
    label: Annotated[str, AfterValidator(_long_enough)]
    who: ClassVar[str] = "analyst"

    def what(self, style: object) -> str:
        """Return it."""
        return self.label

    def _after(self, before: object, on: dt.date) -> Any:
        return iter(())


def test_a_type_that_became_stricter_does_not_break_the_lines_before_it(path, monkeypatch):
    monkeypatch.setitem(journal.KINDS, Label.kind, Label)
    said = body(Label(place="mexico", plan_id="plan-1", label="abcde"))
    short = {**said, "label": "abc"}
    forge(path, [{key: value for key, value in short.items() if key != "version"}, said])
    assert [entry.record.label for entry in journal.every_entry(path)] == ["abc", "abcde"]
    forge(path, [said, short])
    assert told(path).endswith("what it says of label is missing or of the wrong kind")


# --- the clock


def test_the_clock_is_read_when_it_is_the_turn_of_a_line(path):
    """A writer who had to wait is dated when it writes, not when it came."""
    journal.append(path, decision("1"))
    waits = threading.Thread(target=journal.append, args=(path, decision("2")))
    with store.writing(path) as con:
        waits.start()
        time.sleep(1.1)  # lines carry whole seconds
        held = [*bodies(path), body(decision("3"), at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"))]
        con.execute("insert into entry (seq, prev, body, hash) values (?, ?, ?, ?)", chained(held)[-1])
    waits.join()
    verdict = journal.verify(path)
    assert (verdict.entries, verdict.faults, verdict.notes) == (3, (), ())
    assert [entry.record.unit_id for entry in journal.entries(path)] == ["1", "3", "2"]


HONEST = """
import sys
from pathlib import Path
from harmmodel import journal
from tests.decisions import decision
for n in range(30):
    journal.append(Path(sys.argv[1]), decision(f"{sys.argv[2]}-{n}"))
"""


def test_two_honest_writers_set_no_clock_back(path):
    commands = [[sys.executable, "-c", HONEST, str(path), name] for name in "ab"]
    at_work = [subprocess.Popen(command, cwd=ROOT) for command in commands]
    assert [process.wait(timeout=120) for process in at_work] == [0, 0]
    verdict = journal.verify(path)
    assert (verdict.entries, verdict.faults, verdict.notes) == (60, (), ())


@pytest.mark.parametrize(("seconds", "notes"), [(1, 0), (5, 0), (60, 1), (86_400, 1)])
def test_a_clock_put_right_by_seconds_keeps_the_order_and_one_set_back_is_noted(path, monkeypatch, seconds, notes):
    journal.append(path, decision("1"), AT)
    monkeypatch.setattr(store, "_now", lambda: AT - dt.timedelta(seconds=seconds))
    made = journal.append(path, decision("2"))
    assert made.at == (AT - dt.timedelta(seconds=seconds) if notes else AT)
    assert len(journal.verify(path).notes) == notes


def test_a_decision_is_held_against_the_day_on_which_it_is_written(path, monkeypatch):
    clock = iter([dt.datetime(2026, 11, 21, 23, 59, 59, tzinfo=dt.UTC), dt.datetime(2026, 11, 22, tzinfo=dt.UTC)])
    monkeypatch.setattr(store, "_now", lambda: next(clock))
    with pytest.raises(HarmModelError, match="Review date"):
        journal.append(path, decision(review_on=dt.date(2026, 11, 22)))
    assert journal.verify(path).entries == 0


# --- runs that were published

SEAL = "0123456789abcdef" * 4


def published(run_id: str = "tiny-0123456789ab", **changes: str) -> PublishedRun:
    return replace(PublishedRun(place="tiny", run_id=run_id, seal=SEAL), **changes)


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({"run_id": "tiny-0123456789AB"}, "Run"),
        ({"run_id": "tiny-0123456789ab\n"}, "Run"),
        ({"run_id": "../tiny-0123456789ab"}, "Run"),
        ({"run_id": "other-0123456789ab"}, "Run"),
        ({"place": "tíny"}, "Run"),
        ({"place": "t" * 61, "run_id": "t" * 61 + "-0123456789ab"}, "Run"),
        ({"seal": SEAL[:-1]}, "Seal"),
        ({"seal": SEAL + "\n"}, "Seal"),
        ({"seal": SEAL.upper()}, "Seal"),
        ({"audience": "exact"}, "Audience"),
    ],
)
def test_what_a_published_run_needs(path, changes, lacks):
    with pytest.raises(JournalError, match=f"^{lacks}: ") as refused:
        journal.append(path, published(**changes), AT)
    assert not path.exists()
    forge(path, [body(published(**changes))])
    assert told(path) == f"line 1 breaks a rule: {str(refused.value).rstrip('.')}"


def test_the_last_published_run_of_each_place_is_found(path):
    assert journal.published(path) == {}
    journal.append(path, published(), AT)
    journal.append(path, decision("1"), AT)
    journal.append(path, published("other-0123456789ab", place="other"), AT)
    last = journal.append(path, published("tiny-ffffffffffff", seal="f" * 64), AT)
    again = journal.append(path, published(), AT)
    public = journal.append(path, published("tiny-eeeeeeeeeeee", audience="public"), AT)
    assert {place: entry.seq for place, entry in journal.published(path).items()} == {"tiny": again.seq, "other": 3}
    assert journal.last_published(journal.every_entry(path), "public") == {"tiny": public}
    assert public.record.what(words) == f"published for the public; its seal is {SEAL}"
    assert last.seq == 4


def test_a_line_that_names_no_audience_is_read_as_of_the_run_inside_and_stays_as_it_is(path):
    old = body(published(), version=2, audience=GONE, lens=GONE)
    forge(path, [old])
    (entry,) = journal.every_entry(path)
    assert entry.record.audience == "internal"
    assert entry.body() == old
    forge(path, [body(published(audience="public"), version=2, lens=GONE)])
    assert "it says more, or less, than an entry of its kind does: audience" in told(path)
    forge(path, [body(published(), audience=GONE)])
    assert "it says more, or less, than an entry of its kind does: audience" in told(path)
    old = body(published(), version=3, lens=GONE)
    forge(path, [old])
    (entry,) = journal.every_entry(path)
    assert (entry.record.lens, entry.body()) == ("", old)
    forge(path, [body(published(lens="activity"))])
    assert "Lens: give one of area, group, disparity" in told(path)


def test_each_lens_of_a_place_has_a_last_published_run_and_an_old_line_stands_for_the_one_it_had(path):
    old = journal.append(path, published(), AT)
    states = journal.append(path, published("tiny-aaaaaaaaaaaa", lens="area"), AT)
    groups = journal.append(path, published("tiny-bbbbbbbbbbbb", lens="group"), AT)
    entries = journal.every_entry(path)
    assert [journal.last_published(entries, lens=lens)["tiny"] for lens in ("area", "group", "disparity")] == [
        states,
        groups,
        old,
    ]


def test_a_published_run_is_listed_and_exported_and_waits_for_nobody(path):
    journal.append(path, decision("1"), AT)
    entry = journal.append(path, published(), AT)
    assert entry.sentence(words) == (
        f"2. 21 Nov 2026, the tool on run tiny-0123456789ab (tiny): published; its seal is {SEAL}"
    )
    assert run(path, "list")[1].splitlines()[1] == entry.sentence(words)
    rows = run(path, "export", "--format", "csv", "--kind", "published run")[1].splitlines()
    assert rows[0].endswith(f"entries: 1 · seal of the last: {entry.hash}")
    assert rows[1] == "seq,at,place,run_id,seal,audience,lens,prev,hash"
    assert rows[2] == f"2,{AT.isoformat()},tiny,tiny-0123456789ab,{SEAL},internal,,{entry.prev},{entry.hash}"
    decisions = run(path, "export", "--format", "csv")[1].splitlines()
    assert (len(decisions), decisions[0].endswith(entry.hash)) == (3, True)
    assert run(path, "due", "--on", "2099-01-01")[1].count("\n") == 1
    assert [e.record.kind for e in journal.standing(journal.every_entry(path))] == ["decision"]
    assert journal.plan_notes(path) == ()
    assert bodies(path)[1].keys() == {"kind", "seq", "at", "version", "place", "run_id", "seal", "audience", "lens"}


# --- connections


@pytest.mark.parametrize(
    "content", [b"this is no journal at all, whatever its name says" * 200, b"SQLite format 3\0" * 99]
)
def test_a_damaged_journal_leaves_no_connection_open(path, monkeypatch, content):
    path.parent.mkdir()
    path.write_bytes(content)
    opened = []
    connect = sqlite3.connect
    monkeypatch.setattr(store.sqlite3, "connect", lambda *a, **k: opened.append(connect(*a, **k)) or opened[-1])
    assert not journal.verify(path).intact
    with pytest.raises((JournalBroken, JournalError)):
        journal.append(path, decision(), AT)
    assert len(opened) >= 2
    for con in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            con.execute("select 1")


def test_a_journal_on_a_medium_that_cannot_be_written_leaves_no_connection_open(path, monkeypatch):
    journal.append(path, decision(), AT)
    opened: list[Any] = []
    connect = sqlite3.connect

    class Refused(sqlite3.Connection):
        def execute(self, sql: str, *rest: Any) -> sqlite3.Cursor:
            if sql.startswith("select 1"):
                raise sqlite3.OperationalError("attempt to write a readonly database")
            return super().execute(sql, *rest)

    def refusing(*a: Any, **k: Any) -> sqlite3.Connection:
        opened.append(connect(*a, factory=Refused, **k))
        return opened[-1]

    monkeypatch.setattr(store.sqlite3, "connect", refusing)
    assert len(journal.entries(path)) == 1
    assert len(opened) >= 2
    for con in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            con.execute("select 2")
