"""A place of cells, with no residents, no arrests and one pillar: the pages say what is missing and fill no gap."""

import math
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from streamlit.testing.v1 import AppTest

from harmmodel import pipeline
from harmmodel.app.charts import cells, rows
from harmmodel.app.charts import indicators as spread
from harmmodel.app.parts import areas as detail
from harmmodel.views import classes, labels, words
from harmmodel.views.activities import page as activities_page
from harmmodel.views.areas import detail as areas_detail
from harmmodel.views.areas import explain
from harmmodel.views.areas import page as areas_page
from harmmodel.views.blocks import LARGE
from harmmodel.views.changes.page import uncompared
from harmmodel.views.classes import Classes
from harmmodel.views.indicators import page as indicators_page
from harmmodel.views.overview import page as overview_page
from harmmodel.warehouse.store import editions
from harmmodel.warehouse.store.runs import AreaRun
from tests.app.conftest import PAGES, is_titled, open_app, texts
from tests.conftest import ROOT
from tests.said import sentences

PLACE = "police_uk"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the shipped police_uk with few draws."""
    home = tmp_path_factory.mktemp("second")
    shutil.copytree(ROOT / "config", home / "config")
    shutil.copytree(ROOT / "data" / PLACE, home / "data" / PLACE)
    path = home / "config" / "scheme.yaml"
    scheme = yaml.safe_load(path.read_text("utf-8")) | {"draws": 200}
    path.write_text(yaml.safe_dump(scheme, sort_keys=False, allow_unicode=True), "utf-8")
    pipeline.run(home, PLACE)
    return home


@pytest.fixture(scope="module")
def run(home: Path) -> AreaRun:
    return editions.published(home, PLACE)


@pytest.fixture(scope="module")
def first(run: AreaRun) -> str:
    return str(run.scores.sort_values("rank")["unit_id"].iloc[0])


@pytest.fixture(scope="module")
def pages(home: Path) -> dict[str, AppTest]:
    """Open every page once."""
    with pytest.MonkeyPatch.context() as patch:
        return {name: open_app(patch, home, name, place=PLACE) for name in PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_starts(pages: dict[str, AppTest], name: str):
    page = pages[name]
    assert not page.exception
    assert not page.error
    assert is_titled(page, name)


@pytest.mark.parametrize("name", ["overview", "areas", "indicators"])
def test_pages_say_which_pillars_are_not_scored_and_why(pages: dict[str, AppTest], name: str):
    said = texts(pages[name])
    assert "Corruption and abuse of power and community harm: not scored, because no indicator" in said
    assert "does not mean harmless" in said


@pytest.mark.parametrize("name", ["overview", "areas", "changes"])
def test_no_page_speaks_of_residents_or_arrests_that_are_not_known(pages: dict[str, AppTest], name: str):
    said = texts(pages[name])
    assert "hold no arrests, so harm cannot be set beside them" in said
    for unknown in ("of residents", "all residents", "100,000", "of drug arrests", "nan", "<NA>"):
        assert unknown not in said


def test_the_overview_starts_with_the_ranking(pages: dict[str, AppTest], run: AreaRun):
    result = overview_page.overview(run)
    assert result.corners is None
    assert result.changes is None
    headings = [header.value for header in pages["overview"].header]
    assert headings[0] == "Where harm is greatest, and how sure we are"
    assert "Harm and enforcement, area by area" not in headings
    assert "Ratio" not in result.table.frame
    assert [action.key for action in result.actions] == ["focus", "contested"]
    assert rows.interval_rows(result.harm.frame, rows.Axis(result.axis_title, 0, 100)).to_dict()


def test_what_changes_says_what_to_add(pages: dict[str, AppTest], run: AreaRun):
    lacking = uncompared(run)
    assert lacking is not None
    assert "`drug_classes`" in lacking.empty[1]
    assert f"`harmmodel run {PLACE}`" in lacking.empty[1]
    assert "`drug_classes`" in texts(pages["changes"])


@pytest.mark.parametrize("view", [areas_page.OVERALL, "Violence"])
def test_the_list_shows_the_violence_score_and_its_first_part(run: AreaRun, view: str):
    result = areas_page.areas(run, view)
    assert result.axis_title == "Violence score, 0–100"
    assert words.MISSING not in set(result.ranking.frame["figure"])
    assert len(result.ranking.frame) == LARGE < len(run.units) == len(result.table.frame)
    assert f"first {LARGE} of {len(run.units)}" in result.ranking.title
    assert f"all {len(run.units)}" in result.ranking.note
    table = result.table.frame
    assert table["Violence score"].notna().all()
    assert not table.isna().any(axis=None)
    assert {"Score", "Residents", "Corruption"}.isdisjoint(table)


def test_a_pillar_that_nothing_feeds_is_empty_not_zero(monkeypatch: pytest.MonkeyPatch, home: Path, run: AreaRun):
    page = open_app(monkeypatch, home, "areas", place=PLACE, by="Corruption")
    assert not page.exception
    assert "is not scored in any area" in texts(page)
    assert not any(areas_page.areas(run).empty)


def test_the_line_of_a_cell_gives_its_score_size_and_middle(run: AreaRun, first: str):
    facts = areas_detail.area(run, first).facts
    assert f"violence score **{words.score(run.scores.set_index('unit_id')['violence'][first])}**" in facts
    assert "km² · middle at 54." in facts
    assert "residents" not in facts


def test_rates_and_exposure_are_per_square_kilometre(run: AreaRun, first: str):
    assert "per km² and year" in " ".join(areas_detail.area(run, first).reasons)
    shown = explain.explain(run, first).steps[0]
    assert "per km² and year" in shown.words
    assert "residents" not in shown.words
    assert shown.rows["Exposure"].str.endswith(" km²-years").all()


def test_a_shrunk_rate_per_square_kilometre_lies_between_own_rate_and_mean(run: AreaRun, first: str):
    shown = explain.explain(run, first).steps[0].rows
    own, part, mean, shrunk = (
        shown[name].str.replace(",", "").astype(float) for name in ("Own rate", "Own share", "Expected", "Shrunk rate")
    )
    assert (part * own + (1 - part) * mean - shrunk).abs().max() < 1  # the share is printed with 3 decimals


def test_nothing_is_combined_where_one_pillar_is_scored(run: AreaRun, first: str):
    explanation = explain.explain(run, first)
    assert "no overall score" in explanation.finding
    assert "violence score" in explanation.finding
    assert "nothing is combined" in explanation.steps[2].words
    assert explanation.steps[2].rows["Score"].tolist()[1:] == [words.MISSING] * 2


def fitted(frame: pd.DataFrame) -> Classes:
    """Classes of scores that are known to a point."""
    return classes.fitted(frame.assign(low=frame["value"], high=frame["value"]))


def test_the_map_draws_every_cell_and_asks_nobody_for_a_street_map(run: AreaRun, first: str):
    frame = areas_page.areas(run).map.frame
    deck = cells.cell_map(run.boundaries, frame, fitted(frame), pillar="violence", selected=first)
    drawn = {layer.id: layer for layer in deck.layers}
    assert len(drawn["area"].data) == len(run.units)
    assert [cell["unit_id"] for cell in drawn["selected"].data] == [first]
    assert len(drawn["focus"].data) == int(frame["focus"].sum())
    assert deck.map_provider is None
    assert "http" not in deck.to_json()


def test_all_cells_fit_into_the_frame(run: AreaRun, first: str):
    shown = areas_page.areas(run)
    deck = cells.cell_map(run.boundaries, shown.map.frame, shown.classes, pillar=None, selected=first)
    view = deck.initial_view_state
    scale = cells.WORLD * 2**view.zoom
    points = pd.DataFrame([point for cell in deck.layers[0].data for point in cell["ring"]], columns=["lon", "lat"])
    assert ((points["lon"] - view.longitude).abs() * scale / 360).max() <= cells.ROOM / 2
    north = points["lat"].map(lambda lat: math.asinh(math.tan(math.radians(lat))) / (2 * math.pi))
    middle = math.asinh(math.tan(math.radians(view.latitude))) / (2 * math.pi)
    assert ((north - middle).abs() * scale).max() <= cells.HEIGHT / 2


def test_a_cell_without_a_score_is_white_and_in_the_legend(run: AreaRun, first: str):
    frame = areas_page.areas(run).map.frame
    assert "not scored" not in [said for _, said in cells.legend("violence", frame, fitted(frame))]
    frame = frame.assign(value=frame["value"].where(frame["unit_id"] != first))
    deck = cells.cell_map(run.boundaries, frame, fitted(frame), pillar="violence", selected=first)
    (cell,) = deck.layers[-1].data
    assert (cell["fill"], cell["said"]) == ([255, 255, 255], "not scored")
    assert ("#ffffff", "not scored") in cells.legend("violence", frame, fitted(frame))


def test_a_click_on_a_cell_chooses_it(monkeypatch: pytest.MonkeyPatch, first: str):
    state: dict[str, Any] = {
        "map": {"selection": {"indices": {"area": [0]}, "objects": {"area": [{"unit_id": first}]}}}
    }
    monkeypatch.setattr(detail.st, "session_state", state)
    detail.choose("map")
    assert state["unit"] == first
    state["map"] = {"selection": {"indices": {}, "objects": {}}}
    detail.choose("map")
    assert state["unit"] == first


def test_more_areas_than_dots_can_show_become_lines(run: AreaRun):
    card = indicators_page.register(run).card
    assert not card.dots
    assert "thin line" in card.spread_note
    drawn = spread.lines(card.rates, goalposts=card.goalposts, pillar=card.pillar, title=card.axis_title).to_dict()
    assert drawn["layer"][-1]["mark"]["type"] == "tick"


def test_nothing_is_compared_with_arrests_and_nothing_is_said_to_have_followed(run: AreaRun):
    shown = activities_page.activities(run)
    text = sentences([shown, activities_page.detail(run, "drugs_not_told")])
    assert shown.effort.rows.empty
    assert shown.effort.words.startswith("This place gives no costs (config/places/police_uk/costs.yaml)")
    assert shown.table.written()["Hours"].eq(words.MISSING).all()
    assert shown.table.written()["Followed"].eq(words.MISSING).all()
    assert set(shown.easiest.written()["Easiest to catch"]) == {"0", words.MISSING}, (
        "possession is not told from supply"
    )
    assert "the source does not tell of these whether they are" in text
    frees = activities_page.detail(run, "drugs_not_told").frees
    assert frees.rows.empty
    assert frees.words.startswith("This place gives no costs (config/places/police_uk/costs.yaml)")
    assert math.isnan(run.facts["drug_arrests"])


def test_a_missing_number_is_a_dash_however_it_is_written():
    for missing in (None, float("nan"), pd.NA, pd.NaT):
        assert words.count(missing) == words.rank_change(missing) == words.share(missing) == words.MISSING


def test_arrests_without_residents_have_a_reason_of_their_own(run: AreaRun):
    place = run.place.model_copy(update={"drug_classes": ("drug_offence",)})
    fact, add = labels.why_no_arrests(replace(run, place=place, contrast=run.contrast.assign(drug_arrests=1.0)))
    assert "per resident" in fact
    assert "`core/core_area.sql`" in add
