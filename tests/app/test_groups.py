"""Pages of a place of groups, and the empty states of pages that are about another kind of place."""

import io
from pathlib import Path

import pandas as pd
import pytest

from harmmodel.app.charts import groups as charts
from harmmodel.app.charts import theme
from harmmodel.views.groups import detail
from harmmodel.views.groups import page as groups_page
from harmmodel.warehouse.entered import entries
from harmmodel.warehouse.read import groups
from harmmodel.warehouse.read.groups import GroupRun
from tests.app.conftest import PAGES, OpenPage, is_titled, open_app, texts
from tests.conftest import Project
from tests.groups import PLACE
from tests.unit.test_groups_assessments import GOOD

OWN = ("groups", "assessments", "deterrence")


@pytest.fixture(scope="module")
def run(mexico: Project) -> GroupRun:
    return groups.published(mexico.path, PLACE)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_starts_on_a_place_of_areas_and_groups_or_says_what_it_lacks(
    name: str, mexico: Project, monkeypatch: pytest.MonkeyPatch
):
    page = open_app(monkeypatch, mexico.path, name)
    assert not page.exception
    assert not page.error
    assert is_titled(page, name)
    lacks = {"activities": "they need config/activities", "disparity": "feeds areas and groups alone"}
    said = texts(page).replace("\\", "")
    assert [text in said for text in lacks.values()] == [name == other for other in lacks]


@pytest.mark.parametrize("name", OWN)
def test_on_a_place_of_areas_the_page_says_so(open_page: OpenPage, tiny: Path, name: str):
    page = open_page(name, home=tiny)
    assert not page.exception
    assert not page.error
    assert "has no groups to show, because it feeds areas alone" in texts(page)


def test_the_answer_counts_what_is_coarse_and_what_is_unknown(mexico: Project, monkeypatch: pytest.MonkeyPatch):
    said = texts(open_app(monkeypatch, mexico.path, "groups"))
    assert "Jalisco Cartel New Generation and Sinaloa Cartel are in focus on violence alone: among the top" in said
    assert "at least 80% of draws, and in 32% and 16% with what is unknown drawn from nil to high" in said
    assert "81% of all deaths are recorded only by year or by state" in said
    assert "75% of the weight" in said
    assert "Ordered by violence alone" in said


def test_the_chosen_group_is_in_the_address_and_shown(mexico: Project, monkeypatch: pytest.MonkeyPatch):
    page = open_app(monkeypatch, mexico.path, "groups", unit="rojos")
    assert page.selectbox(key="group").value == "rojos"
    page.selectbox(key="group").set_value("gulf").run()
    assert page.query_params["unit"] == "gulf"
    assert "Gulf Cartel" in [header.value for header in page.header]


def test_the_map_has_points_for_precise_events_alone_and_totals_for_all(run: GroupRun):
    shown = detail.detail(run, "cjng")
    window = run.orders.set_index("group_id").loc["cjng"]
    assert shown.spots["deaths"].sum() <= window["deaths_precise"] < shown.states.frame["deaths"].sum()
    tenths = shown.spots[["longitude", "latitude"]] * 10
    assert (tenths - tenths.round()).abs().max().max() < 1e-6
    drawn = charts.state_map(run.boundaries, shown.states.frame, shown.spots, detail.BANDS).to_dict()
    shape, points = drawn["layer"]
    assert shape["mark"]["type"] == "geoshape"
    assert shape["encoding"]["color"]["field"] == "band"
    assert points["mark"]["type"] == "point"
    assert [len(rows) for rows in drawn["datasets"].values()][-1] == len(shown.spots)


def test_a_group_known_by_year_and_state_alone_has_no_point_on_the_map(run: GroupRun):
    nothing = detail.detail(run, "cjng").spots.iloc[:0]
    frame = detail.detail(run, "cjng").states.frame
    assert len(charts.state_map(run.boundaries, frame, nothing, detail.BANDS).to_dict()["layer"]) == 1


def test_bounds_are_dotted_lines_with_end_ticks_beside_the_solid_interval(run: GroupRun):
    layers = charts.bounded_rows(groups_page.groups(run).ranking.frame).to_dict()["layer"]
    dotted = [layer for layer in layers if layer["mark"].get("strokeDash")]
    assert [layer["encoding"]["x"]["field"] for layer in dotted] == ["bound_low"]
    assert sum(layer["mark"]["type"] == "tick" for layer in layers) >= 2


def test_rivals_and_allies_differ_by_line_and_mark_not_by_colour_alone(run: GroupRun):
    ties = detail.network(run, "cjng")
    assert set(ties.edges["tie"]) == {"rival", "ally"}
    assert "most rivals, 10" in ties.alt
    solid, dashed, ring = charts.network(ties.nodes, ties.edges).to_dict()["layer"][:3]
    assert "strokeDash" not in solid["mark"]
    assert dashed["mark"]["strokeDash"]
    assert ring["mark"]["type"] == "point"
    assert solid["mark"]["color"] != dashed["mark"]["color"] == theme.HARM
    assert detail.network(run, "cjng").nodes.equals(ties.nodes)


def test_the_alias_table_shows_what_was_merged_and_repeats_no_name_of_a_person(run: GroupRun):
    shown = groups_page.groups(run).aliases.frame
    composite = shown[shown["Why"] == "composite"]
    assert set(composite["Divided among"]) == {2, 3}
    assert (shown.loc[shown["Why"] == "not repeated", "As published"] == "(not repeated)").all()


def test_stability_and_choice_are_told(run: GroupRun):
    steady = detail.stability(run)
    assert steady.frame["group"].nunique() == 10
    assert (steady.frame["low"] <= steady.frame["rank"]).all()
    assert (steady.frame["rank"] <= steady.frame["high"]).all()
    assert "decides for" in groups_page.groups(run).orders.note


def test_an_upload_with_a_fault_names_the_cell_and_enters_nothing(mexico: Project, monkeypatch: pytest.MonkeyPatch):
    page = open_app(monkeypatch, mexico.path, "assessments")
    buffer = io.StringIO()
    pd.DataFrame([{**GOOD, "level": "vast"}]).to_csv(buffer, index=False)
    page.get("file_uploader")[0].set_value(("filled.csv", buffer.getvalue().encode(), "text/csv")).run()
    page.button(key="enter-upload").click().run()
    assert not page.exception
    assert "C2" in page.error[0].value
    assert not entries.home(mexico.path, PLACE).exists()
