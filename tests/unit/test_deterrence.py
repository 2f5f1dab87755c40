"""Plans of targeted deterrence: chosen by violence, superseded and never edited, and no person in them."""

import copy
import datetime as dt
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from pydantic import ValidationError
from typer.testing import CliRunner

from harmmodel import journal
from harmmodel.cli import app
from harmmodel.config.deterrence import DeterrencePlan, load_backfire, read_plan
from harmmodel.errors import ConfigError, JournalBroken, PlanError
from harmmodel.journal import PlanInForce, PlanStep, chain
from harmmodel.views import words
from harmmodel.views.deterrence import backfire, ledger
from harmmodel.views.deterrence import page as deterrence_page
from harmmodel.views.groups import page as groups_page
from harmmodel.warehouse.read import groups
from harmmodel.warehouse.read.groups import GroupRun
from tests.conftest import ROOT, Project
from tests.decisions import AT, decision
from tests.plans import PROMISE, TODAY, content, later, written

NOW = dt.datetime.now(dt.UTC)


@pytest.fixture(scope="module")
def run(mexico: Project) -> GroupRun:
    return groups.published(mexico.path, "mexico")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return journal.location(tmp_path)


def plan(**changes: object) -> DeterrencePlan:
    return DeterrencePlan.model_validate(content(**changes))


def stand(path: Path) -> PlanInForce:
    standing = journal.standing_plan(journal.plan_notes(path), "mexico", "plan-1")
    assert standing is not None
    return standing


def put(path: Path, run: GroupRun, supersedes: int | None = None, **changes: object) -> journal.Entry:
    return journal.append(path, deterrence_page.made(run, plan(**changes), supersedes), NOW)


def step(path: Path, what: str, promise: str | None = None, on: dt.date = TODAY) -> journal.Entry:
    record = PlanStep(
        place="mexico",
        plan_id="plan-1",
        plan_entry=stand(path).note.seq,
        step=what,
        on=on,
        text="The partners reported it in writing.",
        role="policy unit",
        promise=promise,
    )
    return journal.append(path, record, NOW)


def checked(path: Path, run: GroupRun, **action: object) -> journal.Entry:
    shown = plan(action=action)
    record = backfire.check(run, load_backfire(ROOT), stand(path), shown.action, "analyst")
    return journal.append(path, record, NOW)


# --- the choice


def test_the_choice_is_by_violence_whatever_else_is_known(run: GroupRun):
    rng = np.random.default_rng(0)
    others = [
        c for c in run.scores.columns if c not in ("group_id", "label", "violence", "violence_low", "violence_high")
    ]
    shuffled = run.scores.copy()
    for column in others:
        shuffled[column] = shuffled[column].to_numpy()[rng.permutation(len(shuffled))]
    orders = run.orders.assign(events=run.orders["events"].to_numpy()[::-1])
    changed = replace(run, scores=shuffled, orders=orders, indicators=run.indicators.iloc[:0])
    for capacity in (1, 2, 5):
        before, after = deterrence_page.focus(run, capacity), deterrence_page.focus(changed, capacity)
        assert (before.first, before.near, before.said) == (after.first, after.near, after.said)
    assert before.frame["value"].is_monotonic_decreasing


def test_overlaps_and_ties_are_said(run: GroupRun):
    one = deterrence_page.focus(run, 1)
    assert one.first == ("cjng",)
    assert one.near == ("sinaloa",)
    assert "31 Dec 2021" in one.said[0]
    assert "cannot be told apart" in one.said[1]
    tied = run.scores.copy()
    tied.loc[tied["group_id"].isin(["cjng", "sinaloa"]), "violence"] = 50.0
    told = deterrence_page.focus(replace(run, scores=tied), 1).said[1]
    assert "are tied at the edge" in told
    assert "Jalisco" in told
    assert "Sinaloa" in told


def test_a_group_that_overlaps_needs_a_reason_and_a_clearly_less_violent_one_is_refused(run: GroupRun):
    audit = content()["audits"][0]
    near = {"groups": ["sinaloa"], "audits": [{**audit, "group": "sinaloa"}], "action": None}
    with pytest.raises(PlanError, match="departure: sinaloa"):
        deterrence_page.made(run, plan(**near))
    reason = "Promises can be kept there and the intervals overlap."
    assert deterrence_page.made(run, plan(**near, departure=reason)).ranking[0].rank == 2
    far = {"groups": ["juarez"], "audits": [{**audit, "group": "juarez"}], "action": None, "departure": reason}
    with pytest.raises(PlanError, match="juarez is clearly less violent"):
        deterrence_page.made(run, plan(**far))


def test_a_plan_below_its_capacity_does_not_pass_over_the_first(run: GroupRun):
    audit = content()["audits"][0]
    second = {"capacity": 2, "groups": ["sinaloa"], "audits": [{**audit, "group": "sinaloa"}], "action": None}
    with pytest.raises(PlanError, match="departure: sinaloa is not among the first 1"):
        deterrence_page.made(run, plan(**second))
    reason = "Another plan in force is about the group that comes first."
    assert deterrence_page.made(run, plan(**second, departure=reason)).ranking[0].group == "sinaloa"
    assert deterrence_page.made(run, plan(capacity=2)).ranking[0].group == "cjng"


def test_the_places_that_overlap_are_those_of_the_groups_page(run: GroupRun):
    assert deterrence_page.focus(run, 1).said[-1] in groups_page.groups(run).ranking.note


def test_a_group_that_could_single_people_out_is_refused(run: GroupRun):
    small = run.scores.copy()
    small.loc[small["group_id"] == "cjng", "size_band"] = "under_5"
    with pytest.raises(PlanError, match="fewer than 5 members"):
        deterrence_page.made(replace(run, scores=small), plan())


# --- the text


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"problem": "Short"}, "problem"),
        ({"problem": "Killings ordered by Mr Example of the west, as recorded."}, "points at a person"),
        ({"problem": "Killings ordered by the one nicknamed the Tall One."}, "points at a person"),
        ({"message": "Write to somebody@example.org to get help and to stop."}, "e-mail"),
        ({"message": "Call 55 1234 5678 at any hour to get help and to stop."}, "telephones"),
        ({"role": "officer 12345"}, "not a number of a person"),
        ({"role": "policy \u202etinu"}, "cannot be seen"),
        ({"problem": "Killings in fights between groups\x00 in the west."}, "cannot be seen"),
        ({"groups": ["cjng", "sinaloa"]}, "capacity is 1"),
        ({"groups": ["cjng", "cjng"], "capacity": 2}, "named twice"),
        ({"audits": [{**content()["audits"][0], "group": "sinaloa"}]}, "one for each group chosen"),
        ({"audits": [{**content()["audits"][0], "members": ["a"]}]}, "Extra inputs"),
        ({"market_volume": 4}, "Extra inputs"),
        ({"promises": []}, "at least 1 item"),
        ({"promises": [PROMISE, {**PROMISE}]}, "an id is given twice"),
        ({"promises": [{**PROMISE, "due": later(400)}]}, "after the sunset"),
        ({"promises": [{k: v for k, v in PROMISE.items() if k != "agreed_by"}]}, "agreed_by"),
        ({"reviews": [later(500)]}, "after the sunset"),
        (
            {"partnership": dict.fromkeys(("enforcement", "services", "community_voice"), "police")},
            "three different",
        ),
        ({"incident_review": {**content()["incident_review"], "from": later(-100)}}, "12 to 36 months"),
        ({"incident_review": {**content()["incident_review"], "group_involved": 119}}, "more than the incidents"),
        ({"action": {"groups": ["sinaloa"]}}, "does not choose"),
        ({"action": {"answers": {"B1": {"answer": "yes"}}}}, "what is done about this yes"),
    ],
)
def test_a_fault_of_a_plan_is_named(tmp_path, changes, says):
    with pytest.raises(PlanError, match=says):
        read_plan(written(tmp_path, **changes))


def test_every_fault_of_a_file_is_listed_at_once(tmp_path):
    with pytest.raises(PlanError) as told:
        read_plan(written(tmp_path, problem="x", message="y", sunset="never"))
    assert [name in str(told.value) for name in ("problem", "message", "sunset")] == [True] * 3


def test_a_file_that_is_no_yaml_or_has_aliases_is_refused(tmp_path):
    path = tmp_path / "plan.yaml"
    for text, says in (("a: [", "line 1"), ("a: &x 1\nb: *x\n", "aliases"), ("- 1\n", "key: value"), ("\x00", "plan")):
        path.write_text(text, "utf-8")
        with pytest.raises(PlanError, match=says):
            read_plan(path)
    with pytest.raises(PlanError, match="cannot be read"):
        read_plan(tmp_path / "gone.yaml")


def test_dates_with_dashes_are_no_telephone():
    assert plan(problem="Killings recorded from 2020-01-01 to 2021-12-31, 13,893 events in all.").problem


# --- the journal


def test_a_plan_is_in_the_journal_with_its_hash_beside_decisions(path, run):
    journal.append(path, decision(), AT)
    note = put(path, run)
    assert journal.verify(path).intact
    assert note.hash == journal.verify(path).seal
    assert len(journal.entries(path)) == 1
    assert stand(path).made.plan == plan(action=None)
    assert journal.due(journal.entries(path), dt.date(2030, 1, 1))[0].seq == 1
    *lines, end = [json.loads(line) for line in journal.json_lines(path).splitlines()]
    assert [line["entry"]["kind"] for line in lines] == ["decision", "plan"]
    assert end["seal"] == note.hash


def test_journals_written_before_plans_existed_have_the_same_hashes():
    seal = journal.EMPTY_SEAL
    for seq in (1, 2):
        seal = chain.digest(seal, journal.canonical(decision(str(seq)).body(seq=seq, at=AT, version=1)))
    assert seal == "3b981d80119415908660b600c771256d573fc0cec1d4781e4e956f0c7cff688e"


def test_a_plan_is_superseded_and_never_edited(path, run):
    first = put(path, run)
    with pytest.raises(PlanError, match="cannot be edited"):
        put(path, run, message="Another message that says something else.")
    with pytest.raises(PlanError, match="in force"):
        put(path, run, supersedes=7)
    with closing(sqlite3.connect(path)) as con, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        con.execute("update entry set body = '{}' where seq = 1")
    second = put(path, run, supersedes=first.seq, message="Another message that says something else.")
    assert (stand(path).note.seq, len(stand(path).versions)) == (second.seq, 2)
    with pytest.raises(PlanError, match="no plan named"):
        put(path, run, supersedes=first.seq, id="plan-2")


def test_a_change_inside_a_plan_shows(path, run):
    put(path, run)
    put(path, run, id="plan-2")
    with closing(sqlite3.connect(path)) as con:
        con.execute("drop trigger entry_is_never_changed")
        con.execute("update entry set body = replace(body, 'health ministry', 'other ministry') where seq = 1")
        con.commit()
    assert journal.verify(path).faults[0].line == 1
    with pytest.raises(JournalBroken):
        put(path, run, id="plan-3")


def test_a_promise_stays_as_it_was_made_until_it_is_kept_or_broken(path, run):
    put(path, run)
    reworded = [{**PROMISE, "text": "Whoever asks for help to leave is seen at some time."}]
    other = [{**PROMISE, "id": "P2"}]
    for promises in (reworded, other):
        with pytest.raises(PlanError, match="P1: it was made and is neither kept nor broken"):
            put(path, run, supersedes=1, promises=promises)
    step(path, "promise broken", "P1")
    with pytest.raises(PlanError, match="stands as broken already"):
        step(path, "promise broken", "P1")
    with pytest.raises(PlanError, match="name is taken"):
        put(path, run, supersedes=1, promises=reworded)
    put(path, run, supersedes=1, promises=other)
    standing = stand(path)
    assert standing.state(standing.made.plan.promises[0], TODAY) == "open"
    assert standing.state(standing.made.plan.promises[0], TODAY + dt.timedelta(days=60)) == "due"
    step(path, "promise kept", "P2")
    assert stand(path).state(standing.made.plan.promises[0], TODAY) == "kept"


def test_no_notice_without_a_check_and_no_response_without_an_act(path, run):
    put(path, run)
    with pytest.raises(PlanError, match="record a backfire check"):
        step(path, "notice given")
    checked(path, run)
    with pytest.raises(PlanError, match="No notice"):
        step(path, "violent act after notice")
    step(path, "notice given")
    with pytest.raises(PlanError, match="by that day"):
        step(path, "violent act after notice", on=TODAY - dt.timedelta(days=1))
    with pytest.raises(PlanError, match="Record the violent act first"):
        step(path, "response given")
    step(path, "violent act after notice")
    step(path, "response given")
    with pytest.raises(PlanError, match="follows one"):
        step(path, "response given")
    with pytest.raises(PlanError, match="lies ahead"):
        step(path, "review held", on=TODAY + dt.timedelta(days=1))
    put(path, run, supersedes=1, reason="The review of the partners asked for a new version.")
    with pytest.raises(PlanError, match="record a backfire check of the version in force"):
        step(path, "notice given")


def test_a_plan_closes_when_every_promise_has_its_end_and_nothing_follows(path, run):
    put(path, run)
    with pytest.raises(PlanError, match="what became of P1"):
        step(path, "plan closed")
    step(path, "promise kept", "P1")
    step(path, "plan closed")
    with pytest.raises(PlanError, match="closed"):
        step(path, "review held")
    with pytest.raises(PlanError, match="closed"):
        put(path, run, supersedes=1)


def test_after_its_sunset_only_the_end_can_be_recorded(path, run):
    put(path, run)
    late = NOW + dt.timedelta(days=366)
    record = {"place": "mexico", "plan_id": "plan-1", "plan_entry": 1, "on": TODAY, "role": "policy unit"}
    record |= {"text": "The partners reported it in writing."}
    with pytest.raises(PlanError, match="ended on"):
        journal.append(path, PlanStep(**record, step="service taken up"), late)
    journal.append(path, PlanStep(**record, step="promise broken", promise="P1"), late)
    assert stand(path).due(late.date()) == plan().reviews[0]


def test_a_review_held_under_an_earlier_version_stands_for_none_of_the_new_one(path, run):
    put(path, run)
    step(path, "review held")
    days = plan().reviews
    assert stand(path).due(days[0]) is None
    put(path, run, supersedes=1, reason="The review of the partners asked for a new version.")
    assert stand(path).due(days[0]) == days[0]


def test_a_step_names_no_person_and_a_promise_where_it_needs_one():
    base = {"place": "mexico", "plan_id": "plan-1", "plan_entry": 1, "on": TODAY, "role": "policy unit"}
    for wrong in (
        {"step": "promise kept", "text": "The partners reported it in writing."},
        {"step": "review held", "text": "The partners reported it in writing.", "promise": "P1"},
        {"step": "review held", "text": "Dr Example reported it in writing to us."},
    ):
        with pytest.raises(ValidationError):
            PlanStep.model_validate(base | wrong)


# --- the backfire check


def test_a_notice_with_a_response_to_its_rivals_scores_low(run):
    shown = plan()
    examination = backfire.examine(run, load_backfire(ROOT)[0], shown, shown.action)
    assert (examination.score_low, examination.score_high, examination.band.id, examination.lacking) == (
        2,
        2,
        "low",
        (),
    )
    assert "ten rivals" in examination.facts["B3"].said
    assert examination.projection.picture
    assert "`config/backfire.yaml`, version `backfire_v1`" in examination.projection.said[1]
    assert "transfer weakly to another setting" in examination.projection.said[2]
    assert examination.frame["Sources"].str.contains("https?://").all()


def test_what_nobody_knows_counts_towards_the_upper_end(run):
    shown = plan(action={"answers": {}})
    examination = backfire.examine(run, load_backfire(ROOT)[0], shown, shown.action)
    assert (examination.score_low, examination.score_high, examination.band.id) == (
        0,
        12,
        "high",
    )  # the plan itself answers B1, B7 and B8
    assert len(examination.lacking) == 4
    assert examination.lacking[-1].startswith("an answer to B1, B2")


def test_an_answer_against_plan_or_records_is_not_taken(run):
    assumed = load_backfire(ROOT)[0]
    for action, says in (
        ({"kind": "leader", "answers": {"B1": {"answer": "no"}}}, "removal of a leader"),
        ({"answers": {"B3": {"answer": "no"}}}, "ten rivals"),
        ({"answers": {"B77": {"answer": "no"}}}, "B77 is no sign"),
        ({"state": "99"}, "no area"),
    ):
        shown = plan(action=action)
        with pytest.raises(PlanError, match=says):
            backfire.examine(run, assumed, shown, shown.action)
    said = {"answer": "no", "response": "The boundary is a river that nobody contests."}
    shown = plan(action={"answers": {**content()["action"]["answers"], "B3": said}})
    examination = backfire.examine(run, assumed, shown, shown.action)
    assert (examination.score_low, examination.score_high) == (0, 2)
    shown = plan(services=[], action={"answers": content()["action"]["answers"]})
    with pytest.raises(PlanError, match="B8: no, but the plan offers no services"):
        backfire.examine(run, assumed, shown, shown.action)


@pytest.mark.parametrize(
    ("low", "high", "answer", "says"),
    [
        ("low", "high", "yes", "assessed by people: low to high"),
        ("low", "low", None, "assessed by people: low"),
        ("unknown", "unknown", None, "nobody has assessed"),
    ],
)
def test_raters_who_disagree_on_infiltration_still_warn(run, low, high, answer, says):
    assessed = run.assessed.copy()
    mine = (assessed["group_id"] == "cjng") & (assessed["indicator"] == "infiltration")
    columns = ["level", "level_low", "level_high"]
    assessed.loc[mine, columns] = [low if low == high else "", low, high]
    shown = plan()
    fact = backfire.fact(replace(run, assessed=assessed), "B9", shown, shown.action)
    assert fact.answer == answer
    assert fact.said.startswith(says)


def test_a_high_score_is_recorded_only_with_approver_justification_and_monitoring(path, run):
    put(path, run)
    text = "The risk is borne by the partners, and the watch is kept."
    answers = {
        **content()["action"]["answers"],
        "B1": {"answer": "yes", "response": text},
        "B9": {"answer": "yes", "response": text},
    }
    with pytest.raises(PlanError, match="a second approver, a written justification and a plan for monitoring"):
        checked(path, run, kind="leader", answers=answers)
    given = {"justification": text, "monitoring": text}
    with pytest.raises(PlanError, match="another role"):
        checked(path, run, kind="leader", answers=answers, approver="Head of the policy unit", **given)
    note = checked(path, run, kind="leader", answers=answers, approver="oversight body", **given)
    record = note.record
    assert (record.score_low, record.band, record.asks) == (7, "high", ("approver", "justification", "monitoring"))
    assert record.assumptions_hash == load_backfire(ROOT)[1]
    assert "events a month" in record.projection


@pytest.mark.parametrize(
    ("changes", "says"),
    [({"begins": later(-1)}, "the check comes before the action"), ({"groups": ["juarez"]}, "does not choose")],
)
def test_a_check_comes_before_the_action_and_is_aimed_at_a_group_of_the_plan(path, run, changes, says):
    put(path, run)
    record = checked(path, run).record
    other = record.action.model_validate(content()["action"] | changes)
    with pytest.raises(PlanError, match=says):
        journal.append(path, record.model_copy(update={"action": other}), NOW)


def test_a_check_without_an_answer_to_each_sign_is_not_recorded(path, run):
    put(path, run)
    given = {"approver": "oversight body", "justification": "x" * 20, "monitoring": "x" * 20}
    with pytest.raises(PlanError, match="B3, B4"):
        checked(path, run, answers={"B1": {"answer": "no"}, "B2": {"answer": "no"}}, **given)


def test_the_fan_of_a_removal_holds_the_sizes_and_the_months_that_are_published():
    """Calderón and others report 36.5% more, Lindo and Padilla-Romo 80% more for at least 12 months, 30% next door."""
    assumed = load_backfire(ROOT)[0]
    effect = next(effect for effect in assumed.effects if effect.id == "leader")
    low, high = np.exp(np.log(effect.centre) + effect.spread * np.array([-1.645, 1.645]))
    assert low < 1.365 < 1.8 < high
    assert effect.months >= 12
    assert assumed.spillover.reach[0] <= np.log(1.3) <= assumed.spillover.reach[1]
    assert any("Padilla-Romo" in reference.title for reference in effect.references)


def test_an_action_without_a_source_has_no_fan_and_a_removal_reaches_next_door(run):
    assumed = load_backfire(ROOT)[0]
    answers = {k: v for k, v in content()["action"]["answers"].items() if k != "B1"}
    other = plan(action={"kind": "other", "answers": answers})
    assert backfire.examine(run, assumed, other, other.action).projection.picture is None
    leader = plan(action={"kind": "leader", "answers": answers})
    projection = backfire.examine(run, assumed, leader, leader.action).projection
    assert set(projection.neighbours["Next door"]) == {
        "Jalisco",
        "Michoacán",
        "Querétaro",
        "San Luis Potosí",
        "Zacatecas",
    }
    ahead = projection.picture.frame[projection.picture.frame["month"] > 0]
    assert (ahead["p_low"] < ahead["p50"]).all()
    assert ahead["p50"].iloc[0] > ahead["p50"].iloc[-1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda c: c["signs"][0].update(points=0), "signs.0.points"),
        (lambda c: c["signs"][0].pop("references"), "signs.0.references"),
        (lambda c: c["signs"].append(copy.deepcopy(c["signs"][0])), "an id is given twice"),
        (lambda c: c["bands"][0].update(least=1), "must start at 0 and rise"),
        (lambda c: c["bands"][2].update(approver=False), "must ask for all"),
        (lambda c: c["effects"][0].update(centre=-1), "effects.0.centre"),
        (lambda c: c["effects"][0].update(status="sure"), "effects.0.status"),
        (lambda c: c["spillover"].update(reach=[0.3, 0.1]), "must not be above"),
        (lambda c: c["monitoring"].update(ratio=1), "monitoring.ratio"),
        (lambda c: c.update(extra=1), "extra"),
    ],
)
def test_a_fault_of_the_assumptions_is_named(tmp_path, change, says):
    settings = yaml.safe_load((ROOT / "config" / "backfire.yaml").read_text("utf-8"))
    settings = json.loads(json.dumps(settings, default=str))
    change(settings)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "backfire.yaml").write_text(yaml.safe_dump(settings), "utf-8")
    with pytest.raises(ConfigError, match=says):
        load_backfire(tmp_path)


def test_without_the_file_of_assumptions_it_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"config/backfire\.yaml"):
        load_backfire(tmp_path)


# --- the command line


def test_a_plan_goes_from_the_template_to_the_journal_and_to_its_end(mexico: Project, tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    for name in ("config", "data"):
        (home / name).mkdir() if name == "data" else (home / name).symlink_to(mexico.path / name)
    for name in ("runs", "snapshots", "mexico"):
        (home / "data" / name).symlink_to(mexico.path / "data" / name)

    def call(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, [*words, "--project", str(home)])
        assert result.exception is None or isinstance(result.exception, PlanError | SystemExit), result.exception
        return result.exit_code, f"{result.stdout}{result.exception or ''}"

    blank = tmp_path / "blank.yaml"
    assert call("plan", "template", "mexico", str(blank))[0] == 0
    asked = call("plan", "check", str(blank))[1]
    assert [name in asked for name in ("problem", "promises.0.text", "groups")] == [True, True, False]
    file = str(written(tmp_path))
    assert "cannot be told apart" in call("plan", "check", file)[1]
    own = written(tmp_path, reviews=["2021-06-01", later(90)])
    assert "Reviews: choose days after today" in call("plan", "check", str(own))[1]
    written(tmp_path)
    assert "not in the journal" in call("backfire", file, "--record")[1]
    assert "Recorded as entry 1" in call("plan", "record", file)[1]
    assert "cannot be edited" in call("plan", "record", file)[1]
    examination = json.loads(call("backfire", file, "--format", "json")[1])
    assert (examination["score_low"], examination["band"], len(examination["projection"])) == (2, "low", 18)
    assert call("backfire", file, "--record")[0] == 0
    text = ("--text", "The partners reported it in writing.", "--role", "policy unit")
    assert "entry 3" in call("plan", "step", "mexico", "plan-1", "notice given", *text)[1]
    assert "entry 4" in call("plan", "step", "mexico", "plan-1", "promise kept", "--promise", "P1", *text)[1]
    assert "kept" in call("plan", "show", "mexico")[1]
    (promise,) = json.loads(call("plan", "show", "mexico", "--format", "json")[1])["rows"]
    assert (promise["Plan"], promise["Entry"], promise["State"]) == ("plan-1", 1, "kept")
    assert call("plan", "show", "mexico", "--format", "csv")[1].startswith("Plan,Entry,Hash,Promise,State,")
    assert "Notice was given" in call("journal", "list")[1]
    assert "plan-1" in call("journal", "due", "--on", later(200))[1]
    assert "Entries: 4" in call("journal", "verify")[1]
    changed = str(written(tmp_path, reason="Something that is not in the journal at all."))
    assert "differs from entry 1" in call("backfire", changed, "--record")[1]


def test_the_plan_is_told_in_words_with_its_hash(path, run):
    put(path, run)
    summary = ledger.shown(stand(path), TODAY)
    assert stand(path).note.hash in summary.facts[0]
    assert summary.ledger_rows["State"].tolist() == ["**open**"]
    assert isinstance(summary.history, pd.DataFrame)
    assert "Plan recorded: Jalisco Cartel New Generation" in stand(path).note.sentence(words)
