"""The Decisions page: a person decides, nothing typed is lost, and what is recorded can be read and checked."""

import datetime as dt
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from harmmodel import journal
from harmmodel.views.decisions import form
from harmmodel.views.decisions import page as decisions_page
from harmmodel.warehouse.store import editions
from harmmodel.warehouse.store.runs import AreaRun
from tests.app.conftest import OpenPage, texts
from tests.decisions import AT, decision
from tests.forged import forge

REASON = "The squares were visited and the records agree."
UNIT = "11"


@pytest.fixture
def home(tiny: Path, tmp_path: Path) -> Path:
    """Copy the tiny place, so that each test has a journal of its own."""
    shutil.copytree(tiny, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def run(home: Path) -> AreaRun:
    return editions.published(home, "tiny")


def field(page: AppTest, kind: str, name: str):
    """Find a field of the form by the end of its key, whatever unit it belongs to."""
    (element,) = [one for one in page.get(kind) if str(one.key).endswith(f"-{name}")]
    return element


def fill(page: AppTest, choice: str = "accept") -> None:
    field(page, "button_group", "choice").set_value(choice)
    field(page, "text_area", "reason").set_value(REASON)
    field(page, "text_input", "role").set_value("head of the policy unit")
    field(page, "multiselect", "consulted").set_value(["people affected"])


def record(page: AppTest) -> AppTest:
    return page.button(key="record").click().run()


def rows(page: AppTest) -> str:
    return "\n".join(page.table[0].value.astype(str).agg(" | ".join, axis=1)) if page.table else ""


def test_without_decisions_the_page_says_so_and_the_link_chooses_the_unit(open_page: OpenPage, home: Path):
    page = open_page("decisions", home=home, unit=UNIT)
    assert "Nothing has been decided yet" in texts(page)
    assert "No decision on Tiny is in the journal" in texts(page)
    assert page.selectbox(key="unit").value == UNIT
    assert not journal.location(home).exists()


def test_what_is_missing_is_said_and_nothing_typed_is_lost(open_page: OpenPage, home: Path):
    page = open_page("decisions", home=home, unit=UNIT)
    field(page, "text_area", "reason").set_value("Too short")
    record(page)
    told = page.warning[0].value
    assert [word in told for word in ("Choice", "Reason", "Role", "Consulted", "Review")] == [True] * 4 + [False]
    assert field(page, "text_area", "reason").value == "Too short"
    fill(page)
    page.run()
    assert not page.warning
    assert journal.entries(journal.location(home)) == ()
    record(page)
    assert len(journal.entries(journal.location(home))) == 1


def test_a_decision_is_recorded_as_the_run_proposed_it(open_page: OpenPage, home: Path, run: AreaRun):
    page = open_page("decisions", home=home, unit=UNIT)
    fill(page)
    record(page)
    assert not page.exception
    (entry,) = journal.entries(journal.location(home))
    made = entry.record
    assert (made.place, made.run_id, made.unit_id, made.choice) == ("tiny", run.run_id, UNIT, "accept")
    assert made.proposal.outcome == decisions_page.proposed(run, UNIT)
    assert made.review_on == form.months_later(dt.datetime.now(dt.UTC).date(), 6)
    assert "Recorded as entry 1" in page.info[0].value
    assert entry.hash in page.info[0].value
    assert REASON.split()[-1].strip(".") in rows(page)
    assert field(page, "text_area", "reason").value == ""


def test_a_second_click_neither_records_twice_nor_hides_that_it_was_recorded(open_page: OpenPage, home: Path):
    page = open_page("decisions", home=home, unit=UNIT)
    fill(page)
    record(page)
    record(page)
    assert len(journal.entries(journal.location(home))) == 1
    assert "Recorded as entry 1" in page.info[0].value
    assert not page.warning


def test_a_change_supersedes_and_shows_before_and_after(open_page: OpenPage, home: Path, run: AreaRun):
    page = open_page("decisions", home=home, unit=UNIT)
    fill(page, "reject")
    record(page)
    fill(page, "change")
    page.run()
    proposed = decisions_page.proposed(run, UNIT)
    other = next(tier for tier in form.TIERS if tier != proposed.tier)
    field(page, "selectbox", "tier").set_value(other).run()
    shown = texts(page)
    assert "**The run proposes:**" in shown
    assert "**Holds until now:** no tier" in shown
    assert f"**Holds from now on:** {form.words.tier(other)}" in shown
    record(page)
    first, second = journal.entries(journal.location(home))
    assert second.record.supersedes == first.seq
    assert second.record.after == replace(proposed, tier=other)
    assert "Superseded by entry 2" in rows(page)


def test_a_decision_made_meanwhile_is_not_replaced_unseen(open_page: OpenPage, home: Path, run: AreaRun):
    page = open_page("decisions", home=home, unit=UNIT)
    fill(page)
    page.run()
    journal.append(journal.location(home), decision(UNIT), AT)
    record(page)
    assert "Entry 1 on" in page.error[0].value
    assert field(page, "text_area", "reason").value == REASON
    record(page)
    assert journal.entries(journal.location(home))[-1].record.supersedes == 1


def test_what_is_typed_for_one_unit_is_kept_for_that_unit(open_page: OpenPage, home: Path):
    page = open_page("decisions", home=home, unit=UNIT)
    field(page, "text_area", "reason").set_value(REASON).run()
    page.selectbox(key="unit").set_value("00").run()
    assert field(page, "text_area", "reason").value in ("", None)
    page.selectbox(key="unit").set_value(UNIT).run()
    assert field(page, "text_area", "reason").value == REASON


def test_due_reviews_and_what_the_published_run_now_proposes_are_shown(open_page: OpenPage, home: Path, run: AreaRun):
    path, proposed = journal.location(home), decisions_page.proposed(run, UNIT)
    other = replace(decision().proposal, tier="focus" if proposed.tier != "focus" else "baseline")
    made = decision(UNIT, proposal=other, review_on=AT.date(), reason="*Stars* and <b>marks</b> stay as they are.")
    journal.append(path, made, AT - dt.timedelta(days=30))
    same = decision("00", proposal=replace(other, **vars(decisions_page.proposed(run, "00"))))
    journal.append(path, same, AT - dt.timedelta(days=29))
    page = open_page("decisions", home=home)
    assert "Due for review: one decision" in [one.value for one in page.subheader]
    newest, oldest = rows(page).splitlines()
    assert "now proposes" in oldest
    assert "**Due** since 21 Nov 2026" in oldest
    assert r"\*Stars\*" in oldest
    assert "proposes the same" in newest


def test_a_journal_that_was_tampered_with_is_told_and_takes_no_decision(open_page: OpenPage, home: Path):
    path = journal.location(home)
    journal.append(path, decision(UNIT), AT)
    with closing(sqlite3.connect(path)) as con:
        con.execute("drop trigger entry_is_never_changed")
        con.execute("update entry set body = replace(body, 'agreed', 'denied')")
        con.commit()
    page = open_page("decisions", home=home)
    assert "line 1 was altered" in page.error[0].value
    assert not [button for button in page.button if button.key == "record"]


def test_what_nobody_could_have_decided_is_not_shown_as_a_decision(open_page: OpenPage, home: Path):
    path = journal.location(home)
    forge(path, [decision(UNIT).body(seq=1, at=AT) | {"reason": ""}])
    page = open_page("decisions", home=home)
    assert not page.exception
    assert "line 1 breaks a rule" in page.error[0].value
    said = texts(page)
    assert "so no decision is shown" in said
    assert "Due for review: not known" in [one.value for one in page.subheader]
    assert "head of the policy unit" not in said
    assert not [word for word in ("Nothing has been decided", "No review date has come") if word in said]
    assert not page.table
    assert not [button for button in page.button if button.key == "record"]


def test_the_last_published_run_of_the_place_stands_by_the_seal_and_is_no_decision(open_page: OpenPage, home: Path):
    path, seal = journal.location(home), "ab" * 32
    journal.append(path, journal.PublishedRun(place="tiny", run_id="tiny-0123456789ab", seal="cd" * 32), AT)
    journal.append(path, journal.PublishedRun(place="tiny", run_id="tiny-ba9876543210", seal=seal), AT)
    public = journal.PublishedRun(place="tiny", run_id="tiny-eeeeeeeeeeee", seal="ee" * 32, audience="public")
    journal.append(path, public, AT)
    journal.append(path, journal.PublishedRun(place="other", run_id="other-0123456789ab", seal="ef" * 32), AT)
    page = open_page("decisions", home=home)
    said = texts(page)
    assert f"Last published: `tiny-ba9876543210` on 21 Nov 2026 (entry 2); seal of its files: `{seal}`." in said
    assert "No decision on Tiny is in the journal" in said
    assert "No review date has come" in said
    assert "cd" * 32 not in said


def test_the_downloads_carry_the_seal(open_page: OpenPage, home: Path):
    path = journal.location(home)
    journal.append(path, decision(UNIT), AT)
    page = open_page("decisions", home=home)
    assert journal.verify(path).seal in texts(page)
    assert {one.key for one in page.get("download_button")} >= {"decisions.jsonl", "decisions.csv"}
    assert json.loads(journal.json_lines(path).splitlines()[-1])["seal"] == journal.verify(path).seal
