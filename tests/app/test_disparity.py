"""The page Disparity, and what every other page says of a place that holds enforcement alone."""

from pathlib import Path

import pytest

from harmmodel.app.charts import rows, theme
from harmmodel.app.parts import disparity as drawn
from harmmodel.views.disparity import page as view
from harmmodel.warehouse.read import disparity
from tests.app.conftest import PAGES, OpenPage, is_titled, open_app, texts
from tests.conftest import Project

NO_PLACE = ("simulator", "thresholds")  # teaching pages, which read no run


@pytest.mark.parametrize("name", PAGES)
def test_every_page_starts_on_a_place_of_stops_or_says_that_it_does_not_fit(
    name: str, london: Project, monkeypatch: pytest.MonkeyPatch
):
    page = open_app(monkeypatch, london.path, name)
    assert not page.exception
    assert not page.error
    # The page that opens by itself gives way to one that the place feeds.
    assert is_titled(page, "disparity" if name == "overview" else name)
    fits = name in ("disparity", "overview", *NO_PLACE)
    assert ("enforcement never raises a harm score" in texts(page)) != fits


def test_on_a_place_of_areas_the_page_says_so(open_page: OpenPage, tiny: Path):
    page = open_page("disparity", home=tiny)
    assert not page.exception
    assert not page.error
    assert "has no stops by ethnicity and gender to show, because it feeds areas alone" in texts(page)


def test_the_answer_follows_the_controls(london: Project, monkeypatch: pytest.MonkeyPatch):
    page = open_app(monkeypatch, london.path, "disparity")
    said = texts(page)
    assert "were stopped for drugs **3.9 times** as often as people recorded as White" in said
    assert "70% of these stops ended in no further action" in said
    assert "not proof of fairness" in said
    page.selectbox(key="against").set_value("Residents, Census 2011").run()
    assert "**4.4 times**" in texts(page)
    page.segmented_control(key="stops").set_value("All stops").run()
    assert not page.exception
    assert "were stopped **" in texts(page)


def test_an_address_brings_its_settings(london: Project, monkeypatch: pytest.MonkeyPatch):
    address = {"stops": "Section 60", "ethnicity": "Officer-defined", "against": "Residents, Census 2011"}
    page = open_app(monkeypatch, london.path, "disparity", **address)
    assert "stopped under section 60 **14.2 times**" in texts(page)


def test_a_choice_that_no_longer_fits_gives_way(london: Project, monkeypatch: pytest.MonkeyPatch):
    page = open_app(monkeypatch, london.path, "disparity")
    page.selectbox(key="against").set_value("Stops for other reasons").run()
    page.segmented_control(key="stops").set_value("Other reasons").run()
    assert not page.exception
    assert "residents" in texts(page)


def test_the_pictures_have_a_line_at_one_and_the_colour_of_enforcement(london: Project):
    run = disparity.published(london.path, london.place)
    result = view.disparity(run, view.asked(run, None, None, None))
    chart = rows.interval_rows(result.ratios.frame, drawn.RATIO, colour=theme.ENFORCEMENT).to_dict()
    assert theme.ENFORCEMENT in str(chart["datasets"])
    assert theme.HARM not in str(chart)
    assert "'type': 'log'" in str(chart)
    assert drawn.RATIO.rule == drawn.WIDE.rule == 1
    shown = result.both.frame["value"].dropna()
    assert drawn.WIDE.low <= shown.min() <= shown.max() <= drawn.WIDE.high


def test_the_tables_lead_back_to_the_run(london: Project):
    run = disparity.published(london.path, london.place)
    result = view.disparity(run, view.asked(run, None, None, None))
    for table in result.tables:
        assert set(table.download["run_id"]) == {run.run_id}
        assert len(table.frame.columns) <= 12
    assert result.tables[0].file_name == "london_stops-drugs-self-ratios.csv"
