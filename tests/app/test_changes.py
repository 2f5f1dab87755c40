"""What changes: both orders, and words that follow the figures."""

from dataclasses import replace
from pathlib import Path

import pytest

from harmmodel.app.charts import changes as charts
from harmmodel.views import words
from harmmodel.views.changes import page as changes_page
from harmmodel.warehouse.store import editions
from harmmodel.warehouse.store.runs import AreaRun
from tests.app.conftest import OpenPage, texts
from tests.conftest import Project


@pytest.fixture(scope="module")
def run(project: Project) -> AreaRun:
    return editions.published(project.path, project.place)


@pytest.mark.parametrize(("form", "says"), [("Slope", "One line"), ("With intervals", "◆"), ("Scatter", "One dot")])
def test_each_form_of_the_picture_can_be_chosen(open_page: OpenPage, form: str, says: str):
    page = open_page("changes")
    page.button_group(key="view").set_value(form).run()
    assert not page.exception
    assert any(caption.value.startswith(says) for caption in page.caption)


def test_the_form_of_the_picture_lives_in_the_address(open_page: OpenPage):
    page = open_page("changes", view="Scatter")
    assert page.button_group(key="view").value == "Scatter"


def test_the_answer_follows_the_figures(run: AreaRun):
    frame = changes_page.compared(run)
    agreeing = replace(run, facts={**run.facts, "spearman": 0.9})
    differing = replace(run, facts={**run.facts, "spearman": 0.2})
    assert changes_page.agreement(agreeing, frame).startswith("**A shift at the margin.**")
    assert "rank correlation 0.90" in changes_page.agreement(agreeing, frame)
    assert changes_page.agreement(differing, frame).startswith("**A different order.**")
    assert "as much inside areas" not in changes_page.focus_shares(differing, frame)


def test_the_shares_of_the_areas_in_focus_are_said(open_page: OpenPage, run: AreaRun):
    assert f"hold {100 * run.facts['focus_arrest_share']:.0f}% of drug arrests" in texts(open_page("changes"))


def test_labels_are_escaped_where_they_reach_a_sentence(run: AreaRun):
    frame = changes_page.compared(run)
    frame["label"] = "<b>[*x*](javascript:1)</b>"
    said = changes_page.focus_shares(run, frame)
    assert "\\<b\\>" in said
    assert "<b>" not in said.replace("\\<b\\>", "")


def test_only_moves_of_ten_places_beyond_the_interval_are_coloured(run: AreaRun):
    frame = changes_page.compared(run)
    coloured = frame[frame["direction"] != "none"]
    assert len(coloured)
    assert (coloured["moves"].abs() >= 10).all()
    inside = coloured["rank_arrests"].between(coloured["rank_low"], coloured["rank_high"])
    assert not inside.any()


def test_a_move_that_needs_police_contact_records_is_not_coloured_but_said(run: AreaRun):
    frame = changes_page.compared(run)
    coloured = frame[frame["direction"] != "none"]
    without = coloured["rank_arrests"] - coloured["rank_no_contact"]
    assert ((without * coloured["moves"]) > 0).all()
    assert (without.abs() >= 10).all()
    gone = set(frame.loc[frame["vanishes"], "label"])
    assert {"Mount Greenwood", "Pullman"} <= gone
    assert gone.isdisjoint(coloured["label"])
    page = changes_page.what_changes(run)
    assert words.capital(words.how_many(len(coloured), "area moves", "areas move")) in page.answer
    assert "also without police-contact indicators" in page.slope.how_to_read
    assert "Mount Greenwood" in page.slope.note


def test_ratio_rows_show_how_many_arrests_they_rest_on(run: AreaRun):
    page = changes_page.what_changes(run).ratio_rows
    arrests = run.contrast.set_index("label")["drug_arrests"]["O'Hare"]
    assert f"O'Hare ({arrests:.0f})" in set(page.frame["row"])
    assert "few arrests" in page.note


def test_tied_ranks_are_told_as_the_places_they_share(run: AreaRun):
    table = changes_page.what_changes(run).table
    tied = run.contrast["rank_arrests"].mod(1).ne(0)
    assert tied.any()
    shown = table.written().set_index("Area")["Arrests rank"]
    assert set(shown[run.contrast.loc[tied, "label"]]) == {"76–77, tied"}


def test_an_interval_that_contains_one_takes_the_middle_colour(run: AreaRun):
    frame = changes_page.compared(run)
    assert (frame.loc[frame["level"] == "level", "bucket"] == 2).all()


def test_all_areas_stand_on_both_sides_of_the_slope(run: AreaRun):
    frame = changes_page.what_changes(run).slope.frame
    spec = str(charts.slope(frame).to_dict())
    assert len(frame) == len(run.units)
    assert all(spec.count(label) >= 2 for label in frame["label"])


def test_a_place_with_one_pillar_still_has_a_page(open_page: OpenPage, tiny: Path):
    page = open_page("changes", home=tiny)
    assert not page.exception
    assert page.title[0].value.startswith("What changes")


def test_the_table_holds_every_area_and_no_formula(run: AreaRun):
    table = changes_page.what_changes(run).table
    assert len(table.frame) == len(run.units)
    assert not table.frame["Area"].str.startswith(("=", "+", "-", "@")).any()
