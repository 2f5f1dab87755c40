"""The journal: nothing is edited or lost unnoticed, several processes write at once, and verify names what is wrong."""

import csv
import datetime as dt
import hashlib
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harmmodel import journal
from harmmodel.cli import app
from harmmodel.errors import DecisionError, JournalBroken, JournalError
from harmmodel.journal import Standings
from harmmodel.views.decisions import page
from harmmodel.views.export import FORMATS
from tests.decisions import AT, PROPOSAL, REVIEW, decision
from tests.fault.test_read_only import BOUND

ROOT = Path(__file__).resolve().parents[2]
LOWER = Standings(tier="lower priority", driver="", lead="")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return journal.location(tmp_path)


@pytest.fixture
def five(path: Path) -> Path:
    for unit in "12345":
        journal.append(path, decision(unit), AT)
    return path


def tamper(path: Path, *statements: str) -> None:
    """Change lines as someone with the file and SQLite could: take the triggers off, change, put them on again."""
    with closing(sqlite3.connect(path)) as con:
        guards = con.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
        for name, _ in guards:
            con.execute(f"drop trigger {name}")
        for statement in statements:
            con.execute(statement)
        for _, sql in guards:
            con.execute(sql)
        con.commit()


def only_fault(path: Path) -> str:
    verdict = journal.verify(path)
    assert len(verdict.faults) == 1
    return str(verdict.faults[0])


def test_an_absent_and_an_empty_journal_verify(path):
    assert journal.verify(path).intact
    assert journal.entries(path) == ()
    assert journal.verify(path).seal == journal.EMPTY_SEAL
    path.parent.mkdir()
    path.touch()
    assert journal.verify(path).intact
    assert journal.append(path, decision(), AT).seq == 1


def test_what_was_written_is_read_back(path):
    made = decision(reason="Zuhören: “quoted”, 中文, a\nline break and more.", role="  head   of unit ")
    journal.append(path, made, AT)
    (entry,) = journal.entries(path)
    assert entry.record == replace(made, role="head of unit")
    assert (entry.seq, entry.at) == (1, AT)
    assert entry.hash == journal.verify(path).seal


def test_the_hash_can_be_recomputed_without_this_program(five):
    *lines, end = [json.loads(line) for line in journal.json_lines(five).splitlines()]
    prev = "0" * 64
    for line in lines:
        text = json.dumps(line["entry"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        prev = hashlib.sha256((prev + text).encode()).hexdigest()
        assert prev == line["hash"]
    assert end == {"seal": prev, "entries": 5}


@pytest.mark.parametrize(
    "statement",
    [
        "update entry set body = '{}' where seq = 2",
        "delete from entry where seq = 5",
        "insert or replace into entry select seq, prev, '{}', hash from entry where seq = 5",
        "insert into entry select seq + 7, hash, body, hash from entry where seq = 5",
        "insert into entry select null, hash, body, hash from entry where seq = 5",
        "insert into entry select 6, prev, body, hash from entry where seq = 5",
    ],
)
def test_the_file_itself_refuses_to_change_a_line(five, statement):
    with closing(sqlite3.connect(five)) as con, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        con.execute(statement)
    assert journal.verify(five).intact


def swap(first: int, second: int) -> tuple[str, ...]:
    return (
        f"update entry set seq = -1 where seq = {first}",
        f"update entry set seq = {first} where seq = {second}",
        f"update entry set seq = {second} where seq = -1",
    )


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (("update entry set body = replace(body, 'agreed', 'denied') where seq = 3",), "line 3 was altered"),
        (("update entry set hash = prev where seq = 2",), "line 2 was altered"),
        (("delete from entry where seq = 2",), "line 2 is missing"),
        (("delete from entry where seq = 1",), "line 1 is missing"),
        (
            ("delete from entry where seq = 2", "update entry set seq = seq - 1 where seq > 2"),
            "line 2 was written as line 3",
        ),
        (swap(2, 4), "line 2 was written as line 4"),
        (("insert into entry select 0, prev, body, hash from entry where seq = 1",), "line 1 was inserted"),
        (("insert into entry select 6, hash, body, hash from entry where seq = 5",), "line 6 was altered"),
    ],
)
def test_verify_names_the_first_line_at_fault_and_what_is_wrong(five, statements, says):
    tamper(five, *statements)
    assert only_fault(five).startswith(says)


def forged(path: Path, seq: int) -> str:
    """SQL that alters a line and gives it a fitting hash of its own."""
    entry = journal.entries(path)[seq - 1]
    with closing(sqlite3.connect(path)) as con:
        (body,) = con.execute("select body from entry where seq = ?", (seq,)).fetchone()
    body = body.replace("agreed", "denied")
    digest = hashlib.sha256((entry.prev + body).encode()).hexdigest()
    return f"update entry set body = '{body}', hash = '{digest}' where seq = {seq}"


def test_a_line_that_was_forged_with_a_fitting_hash_breaks_the_next(five):
    tamper(five, forged(five, 2))
    assert only_fault(five).startswith("line 3 does not follow line 2")


def test_a_forged_last_line_and_a_cut_off_end_show_against_a_seal_kept_elsewhere(five):
    seal = journal.verify(five).seal
    assert journal.verify(five, expect=seal[:16]).intact
    for statement in (forged(five, 5), "delete from entry where seq = 5"):
        copy = five.with_name("copy.sqlite")
        shutil.copy(five, copy)
        tamper(copy, statement)
        assert journal.verify(copy).intact
        assert "cut off" in str(journal.verify(copy, expect=seal).faults[0])
    five.unlink()
    assert not journal.verify(five, expect=seal).intact


def test_a_journal_that_has_grown_since_is_not_cut_off(five):
    seal = journal.verify(five).seal
    journal.append(five, decision("6"), AT)
    verdict = journal.verify(five, expect=seal)
    assert verdict.intact
    assert "line 5; lines added since: 1" in verdict.notes[0]


@pytest.mark.parametrize("guard", ["entry_is_never_changed", "entry_is_never_removed", "entry_follows_the_last"])
def test_a_missing_or_changed_guard_is_told(five, guard):
    with closing(sqlite3.connect(five)) as con:
        con.execute(f"drop trigger {guard}")
    assert only_fault(five) == f"the trigger {guard} is missing, which guards the lines"
    with closing(sqlite3.connect(five)) as con:
        con.execute(f"create trigger {guard} before delete on entry begin select 1; end")
    assert only_fault(five) == f"the trigger {guard} was changed"


def test_a_journal_that_is_not_whole_is_neither_continued_nor_exported(five):
    tamper(five, "update entry set body = replace(body, 'agreed', 'denied') where seq = 3")
    with pytest.raises(JournalBroken, match="line 3 was altered"):
        journal.append(five, decision("6"), AT)
    with pytest.raises(JournalBroken, match="line 3 was altered"):
        journal.json_lines(five)


@pytest.mark.parametrize("content", [b"this is no journal at all, whatever its name says" * 200, None])
def test_a_damaged_or_foreign_file_is_told(path, content):
    path.parent.mkdir()
    if content:
        path.write_bytes(content)
    else:
        with closing(sqlite3.connect(path)) as con:
            con.execute("create table letters (id)")
    assert not journal.verify(path).intact
    with pytest.raises(JournalBroken):
        journal.append(path, decision(), AT)


def test_a_table_that_was_dropped_is_told(five):
    with closing(sqlite3.connect(five)) as con:
        con.execute("drop table entry")
    assert "the table entry is missing, which guards the lines" in map(str, journal.verify(five).faults)


def test_a_clock_set_back_breaks_nothing_and_is_noted(path):
    journal.append(path, decision("1"), AT)
    journal.append(path, decision("2"), AT - dt.timedelta(days=1))
    verdict = journal.verify(path)
    assert verdict.intact
    assert verdict.notes[0].startswith("line 2 is dated earlier than line 1")
    assert [entry.record.unit_id for entry in journal.entries(path)] == ["1", "2"]


def test_a_decision_is_superseded_once_and_never_doubled(path):
    first = journal.append(path, decision(), AT)
    with pytest.raises(DecisionError, match="Entry 1 on Area 1 stands"):
        journal.append(path, decision(), AT)
    second = journal.append(path, decision(choice="reject", supersedes=first.seq), AT)
    with pytest.raises(DecisionError, match="Entry 2 on Area 1 stands"):
        journal.append(path, decision(supersedes=first.seq), AT)
    with pytest.raises(DecisionError, match="no decision on Area 9"):
        journal.append(path, decision("9", supersedes=first.seq), AT)
    assert journal.standing(journal.entries(path)) == (second,)
    assert journal.superseded_by(journal.entries(path)) == {1: 2}


def test_due_are_decisions_in_force_whose_day_has_come(path):
    late = decision("1", review_on=dt.date(2026, 12, 1))
    journal.append(path, late, AT)
    journal.append(path, decision("2", review_on=dt.date(2026, 11, 30)), AT)
    journal.append(path, decision("3"), AT)
    assert [e.seq for e in journal.due(journal.entries(path), dt.date(2026, 12, 1))] == [2, 1]
    assert [e.seq for e in journal.due(journal.entries(path), dt.date(2026, 11, 30))] == [2]
    journal.append(path, replace(late, review_on=REVIEW, supersedes=1), AT)
    assert [e.seq for e in journal.due(journal.entries(path), dt.date(2026, 12, 1))] == [2]


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({"choice": None}, "Choice"),
        ({"choice": "change"}, "Change"),
        ({"choice": "change", "outcome": PROPOSAL.outcome}, "Change"),
        ({"outcome": LOWER}, "Outcome"),
        ({"reason": "too short"}, "Reason"),
        ({"reason": " " * 30}, "Reason"),
        ({"reason": "As agreed with jo.doe@example.org last week."}, "Reason"),
        ({"role": " "}, "Role"),
        ({"role": "jo.doe@example.org"}, "Role"),
        ({"role": "officer 12345"}, "Role"),
        ({"consulted": ()}, "Consulted"),
        ({"consulted": ("no one", "oversight body")}, "Consulted"),
        ({"consulted": ("jo@example",)}, "Consulted"),
        ({"review_on": None}, "Review date"),
        ({"review_on": AT.date()}, "Review date"),
        ({"run_id": ""}, "Subject"),
        ({"choice": "change", "outcome": LOWER}, "Tier"),
        ({"lens": "activity", "choice": "change", "outcome": LOWER, "consulted": ("oversight body",)}, "Consulted"),
        (
            {"lens": "activity", "proposal": replace(PROPOSAL, tier="lower priority"), "consulted": ("no one",)},
            "Consulted",
        ),
    ],
)
def test_what_every_decision_needs(path, changes, lacks):
    with pytest.raises(DecisionError, match=f"^{lacks}: ") as told:
        journal.append(path, decision(**changes), AT)
    assert str(told.value).count(": ") == 1
    assert not path.exists()


def test_lower_priority_of_an_activity_with_the_people_affected_is_recorded(path):
    made = decision(lens="activity", choice="change", outcome=LOWER)
    assert journal.append(path, made, AT).record.after == LOWER


def test_all_that_is_missing_is_told_at_once():
    empty = decision(choice=None, reason="", role="", consulted=(), review_on=None)
    assert [fault.split(":")[0] for fault in empty.lacking(AT.date())] == [
        "Choice", "Reason", "Role", "Consulted", "Review date",
    ]  # fmt: skip


WRITER = """
import sys
from pathlib import Path
from harmmodel import journal
from tests.decisions import AT, decision
path, name, many = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for n in range(many):
    print(journal.append(path, decision(f"{name}-{n}"), AT).seq, flush=True)
"""


def writer(path: Path, name: str, many: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), name, str(many)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_several_processes_write_at_once(path):
    at_work = [writer(path, name, 25) for name in "abcd"]
    written = [int(number) for process in at_work for number in process.communicate(timeout=120)[0].split()]
    assert [process.returncode for process in at_work] == [0, 0, 0, 0]
    assert sorted(written) == list(range(1, 101))
    assert journal.verify(path).intact
    assert len({entry.record.unit_id for entry in journal.entries(path)}) == 100


def test_a_killed_writer_leaves_a_whole_chain_with_all_it_confirmed(path):
    with writer(path, "a", 100_000) as process:
        confirmed = [int(process.stdout.readline()) for _ in range(20)][-1]
        process.send_signal(signal.SIGKILL)
    verdict = journal.verify(path)
    assert verdict.intact
    assert verdict.entries >= confirmed
    assert journal.append(path, decision("next"), AT).seq == verdict.entries + 1


def test_a_journal_that_cannot_be_opened_is_told(tmp_path):
    path = journal.location(tmp_path)
    path.mkdir(parents=True)
    with pytest.raises(JournalError, match="cannot be opened"):
        journal.append(path, decision(), AT)
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(JournalError, match="Mend the permissions"):
        journal.append(journal.location(blocked), decision(), AT)


WRITE_ONE_MORE = """
import sys
from pathlib import Path
from harmmodel import journal
from harmmodel.errors import JournalError
from tests.decisions import AT, decision
assert journal.verify(Path(sys.argv[1])).intact
try:
    journal.append(Path(sys.argv[1]), decision("6"), AT)
except JournalError as error:
    print(error)
"""


def test_a_read_only_journal_is_read_and_says_why_it_cannot_be_written(five):
    five.chmod(0o444)
    five.parent.chmod(0o555)
    first = (sys.executable, "-c", BOUND) if os.geteuid() == 0 else ()  # else root may write anything
    command = [*first, sys.executable, "-c", WRITE_ONE_MORE, str(five)]
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    five.parent.chmod(0o755)
    assert "read-only" in told.stdout


def test_a_journal_held_by_another_process_is_told_and_nothing_is_written(five, monkeypatch):
    monkeypatch.setattr("harmmodel.journal.store.WAIT", 0.1)
    with closing(sqlite3.connect(five, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(JournalError, match="another process"):
            journal.append(five, decision("6"), AT)
        assert len(journal.entries(five)) == 5


def as_csv(entries) -> str:
    return FORMATS["csv"].text(page.journal_export(entries))


def test_the_csv_carries_the_seal_and_runs_no_formula(path):
    journal.append(path, decision(reason="=HYPERLINK(1) and some more text"), AT)
    journal.append(path, decision("2", choice="change", outcome=replace(PROPOSAL.outcome, tier="contested")), AT)
    seal, header, *rows = csv.reader(io.StringIO(as_csv(journal.entries(path))))
    assert seal == [f"Journal of decisions · entries: 2 · seal of the last: {journal.verify(path).seal}"]
    entries = [dict(zip(header, row, strict=True)) for row in rows]
    assert entries[0]["reason"].startswith("'=")
    assert [row["after_tier"] for row in entries] == ["focus", "contested"]
    assert [row["supersedes"] for row in entries] == ["", ""]
    assert as_csv(()).splitlines()[0].endswith(journal.EMPTY_SEAL)


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["journal", *arguments])
    code = getattr(done.exception, "exit_code", done.exit_code)
    return code, done.stdout, f"{done.stderr}{done.exception or ''}"


def test_the_command_line_verifies(five, tmp_path):
    project = ("--project", str(tmp_path))
    seal = journal.verify(five).seal
    assert run("verify", *project) == (0, f"The journal is whole. Entries: 5. Seal: {seal}\n", "")
    assert run("verify", *project, "--expect", seal)[0] == 0
    assert run("verify", *project, "--expect", "f" * 64)[0] == JournalBroken.exit_code
    assert run("verify", *project, "--expect", "short")[0] == 2
    tamper(five, "delete from entry where seq = 4")
    code, _, told = run("verify", *project)
    assert code == JournalBroken.exit_code
    assert "line 4 is missing" in told


def test_the_command_line_exports_and_lists(five, tmp_path):
    project = ("--project", str(tmp_path))
    assert run("export", *project)[1] == journal.json_lines(five)
    assert run("export", *project, "--format", "csv")[1] == as_csv(journal.entries(five))
    exported = json.loads(run("export", *project, "--format", "json")[1])
    assert (exported["seal"], len(exported["rows"])) == (journal.verify(five).seal, 5)
    listed = run("list", *project)[1].splitlines()
    assert len(listed) == 5
    assert listed[0].startswith("1. 21 Nov 2026, head of the policy unit on Area 1 (tiny 1): accepted ● Focus")
    assert run("due", *project, "--on", "2027-05-20") == (0, "", "No decision is due for review.\n")
    assert len(run("due", *project, "--on", "2027-05-21")[1].splitlines()) == 5
