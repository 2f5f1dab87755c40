"""The page Deterrence plan: a plan is written, survives a restart and is followed; actions are examined."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from harmmodel import journal
from harmmodel.app.charts import deterrence
from harmmodel.config.deterrence import load_backfire
from harmmodel.journal import PlanInForce
from harmmodel.views.deterrence import backfire, displacement
from harmmodel.warehouse.read import groups
from tests.app.conftest import open_app, texts
from tests.app.test_hostile_labels import ALIVE, HOSTILE
from tests.conftest import ROOT, Project
from tests.plans import PROMISE, content, written
from tests.unit.test_deterrence import plan

PLAN, BEFORE, AFTER = "Plan and promises", "Before an action", "After an action"
FILLED = content()
LONG = {
    "problem": FILLED["problem"],
    "reason": FILLED["reason"],
    "review_finding": FILLED["incident_review"]["finding"],
    "message": FILLED["message"],
    "response_act": FILLED["response"]["act"],
    "response_answer": FILLED["response"]["answer"],
    "response_safeguards": FILLED["response"]["safeguards"],
    "legal": FILLED["legal"],
    "audit-cjng-violence": FILLED["audits"][0]["violence"],
    "promises-0-text": PROMISE["text"],
}
SHORT = {
    "review_reviewers": "homicide analysts",
    "enforcement": "national police",
    "services_lead": "health ministry",
    "community_voice": "council of affected towns",
    "response_lead": "prosecution office",
    "role": FILLED["role"],
    "consulted": "people affected, oversight body",
    "audit-cjng-territory": "the west and the Bajío",
    "audit-cjng-panel": "analysts and prosecutors",
    "promises-0-means": PROMISE["means"],
    "promises-0-agreed_by": PROMISE["agreed_by"],
    "services-0-offer": FILLED["services"][0]["offer"],
    "services-0-provider": FILLED["services"][0]["provider"],
}


@pytest.fixture
def home(mexico: Project, tmp_path: Path) -> Path:
    """Copy the finished run, so that each test has a journal of its own."""
    shutil.copytree(mexico.path, tmp_path / "home")
    return tmp_path / "home"


def opened(patch: pytest.MonkeyPatch, home: Path, part: str | None = None) -> AppTest:
    page = open_app(patch, home, "deterrence", **({"part": part} if part else {}))
    assert not page.exception
    assert not page.error
    return page


def stand(home: Path) -> PlanInForce:
    (standing,) = journal.standing_plans(journal.plan_notes(journal.location(home)), "mexico")
    return standing


def fill(page: AppTest, **changes: str) -> AppTest:
    for kind, values in (("text_area", LONG), ("text_input", SHORT)):
        for name, text in {**values, **{k: v for k, v in changes.items() if k in values}}.items():
            getattr(page, kind)(key=f"plan-draft-new-{name}").set_value(text)
    return page


def record(home: Path, tmp_path: Path, **changes: object) -> None:
    """Record a plan by the command line, in a process that is killed right after."""
    path = written(tmp_path, **changes)
    program = (
        "import os, signal\nfrom pathlib import Path\nfrom harmmodel import journal\n"
        "from harmmodel.config.deterrence import read_plan\nfrom harmmodel.views.deterrence import page\n"
        "from harmmodel.warehouse.read import groups\n"
        f"home = Path({str(home)!r})\nmade = page.made(groups.published(home, 'mexico'), "
        f"read_plan(Path({str(path)!r})))\nprint(journal.append(journal.location(home), made).hash, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, env=os.environ)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert done.stdout.strip() == journal.verify(journal.location(home)).seal


def test_the_first_groups_are_shown_with_what_the_order_cannot_tell(home: Path, monkeypatch: pytest.MonkeyPatch):
    page = opened(monkeypatch, home)
    said = texts(page)
    assert "Jalisco Cartel New Generation comes first, though the interval overlaps with that of Sinaloa" in said
    assert "No plan is in the journal yet" in said
    assert "cannot be told apart from the last one chosen" in said
    page.number_input(key="capacity").set_value(2).run()
    assert "Jalisco Cartel New Generation and Sinaloa Cartel come first" in texts(page)
    assert not journal.location(home).exists()


def test_what_is_missing_is_named_and_what_was_typed_is_kept(home: Path, monkeypatch: pytest.MonkeyPatch):
    page = opened(monkeypatch, home, PLAN)
    fill(page, problem="Too short", message="Ask Mr Example of the town for help to stop.")
    page.button(key="record-plan").click().run()
    told = page.warning[0].value
    assert "problem" in told
    assert "points at a person" in told
    assert page.text_area(key="plan-draft-new-problem").value == "Too short"
    assert not journal.location(home).exists()


def test_a_plan_written_in_the_app_survives_a_restart_and_is_superseded(home: Path, monkeypatch: pytest.MonkeyPatch):
    page = opened(monkeypatch, home, PLAN)
    fill(page)
    page.button(key="record-plan").click().run()
    assert not page.exception
    assert [warning.value for warning in page.warning] == []
    standing = stand(home)
    assert standing.made.plan.problem == FILLED["problem"]
    assert standing.made.ranking[0].rank == 1
    again = opened(monkeypatch, home, PLAN)
    assert standing.note.hash in texts(again)
    assert "record-plan" not in [button.key for button in again.button]
    again.toggle(key="supersede").set_value(True).run()
    draft = f"plan-draft-{standing.note.seq}"
    assert again.text_area(key=f"{draft}-problem").value == FILLED["problem"]
    again.text_area(key=f"{draft}-promises-0-text").set_value("Another promise than the one that was made.")
    again.button(key="record-plan").click().run()
    assert "neither kept nor broken" in again.warning[0].value
    again.text_area(key=f"{draft}-promises-0-text").set_value(PROMISE["text"])
    again.text_area(key=f"{draft}-message").set_value("Another message that says something else.")
    again.button(key="record-plan").click().run()
    assert (stand(home).note.seq, stand(home).made.supersedes) == (2, 1)
    assert journal.verify(journal.location(home)).intact


def test_a_plan_recorded_by_a_process_that_was_killed_is_followed_here(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    record(home, tmp_path)
    page = opened(monkeypatch, home, PLAN)
    assert "0 kept" in texts(page)
    page.selectbox(key="step-what").set_value("promise kept").run()
    page.text_area(key="plan-step-1-0-text").set_value("Both case workers began on the day.")
    page.text_input(key="plan-step-1-0-role").set_value("policy unit")
    page.button(key="record-step").click().run()
    assert "Recorded the step as entry 2" in page.info[0].value
    assert "1 kept" in texts(page)
    page.button(key="record-step").click().run()  # the second click of a double click
    assert "Recorded the step as entry 2" in page.info[0].value
    assert len(stand(home).steps) == 1
    assert "One plan is in force; no promise is past its day" in texts(page)


def test_an_action_is_examined_and_recorded_with_what_its_score_asks_for(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert "No plan is in force" in texts(opened(monkeypatch, home, BEFORE))
    record(home, tmp_path)
    page = opened(monkeypatch, home, BEFORE)
    said = texts(page)
    assert "Score 0 to 12: low to high" in said
    assert "Ten rivals with recorded fights since 2020" in said
    assert "backfire_v1" in said
    assert "transfer weakly" in said
    for sign in (f"B{n}" for n in range(1, 10)):
        page.radio(key=f"action-1-{sign}").set_value("no")
    page.text_input(key="action-1-response-B3").set_value("The boundary is a river that nobody contests.")
    page.text_input(key="check-role-0").set_value("analyst")
    page.run()
    assert "Score 0 to 2: low" in texts(page)
    page.segmented_control(key="part").set_value(AFTER).run()
    page.segmented_control(key="part").set_value(BEFORE).run()
    assert page.radio(key="action-1-B9").value == "no", "answers stay while another step is looked at"
    page.button(key="record-check").click().run()
    assert not page.exception
    check = stand(home).checked()
    assert check is not None
    assert (check.score_low, check.score_high, check.band) == (0, 2, "low")
    assert "Recorded the backfire check as entry 2" in page.info[0].value
    page.selectbox(key="action-1-kind").set_value("leader").run()
    assert "no, but the action is the removal of a leader" in page.warning[0].value


def test_an_area_is_watched_after_a_month(home: Path, monkeypatch: pytest.MonkeyPatch):
    page = opened(monkeypatch, home, AFTER)
    assert "After January 2020 in Guanajuato" in texts(page)
    page.selectbox(key="watch-start").set_value("2018-01").run()
    said = texts(page)
    assert "After January 2018 in Guanajuato" in said
    assert "the first in June 2018" in said
    assert "Displacement quotient: not defined" in said
    page.selectbox(key="watch-state").set_value("12")
    page.selectbox(key="watch-start").set_value("2017-01").run()
    assert "After January 2017 in Guerrero" in texts(page)
    assert "Displacement quotient: **" in texts(page)
    page.segmented_control(key="watch-against").set_value(False).run()
    assert "its own months before" in texts(page)


def test_what_is_typed_is_shown_as_it_is_written(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    text = f"{HOSTILE} and more words"
    record(home, tmp_path, problem=text, role=HOSTILE, promises=[{**PROMISE, "text": text}])
    page = opened(monkeypatch, home, PLAN)
    shown = "\n".join([texts(page), *(str(table.value.to_dict()) for table in page.table)])
    assert "and more words" in shown
    assert not ALIVE.search(shown.replace("\\\\", "\\"))


def test_a_journal_that_is_not_whole_takes_no_plan(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    record(home, tmp_path)
    path = journal.location(home)
    path.write_bytes(path.read_bytes().replace(b"health ministry", b"other  ministry"))
    page = open_app(monkeypatch, home, "deterrence")
    assert not page.exception
    assert "not whole" in page.error[0].value
    assert not page.button


def test_the_fan_and_the_sums_are_drawn_as_said(home: Path):
    run, (assumed, _) = groups.published(home, "mexico"), load_backfire(home)
    shown = plan()
    picture = backfire.examine(run, assumed, shown, shown.action).projection.picture
    drawn = deterrence.fan(picture.frame).to_dict()["layer"]
    assert [layer["encoding"].get("y", {}).get("field") for layer in drawn] == [
        "p_low", "p25", "low", "high", "p50", None, "events",
    ]  # fmt: skip
    watch = displacement.watch(run, assumed, "11", "2018-01", with_country=False)
    lines = deterrence.sums(watch.picture.frame, watch.limit).to_dict()["layer"][1]
    assert lines["encoding"]["strokeDash"]["scale"]["domain"] == ["Guanajuato", "ring 1", "ring 2"]
