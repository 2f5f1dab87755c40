"""The What-if page: settings, the link that carries them, reset, and nothing saved."""

from pathlib import Path

import pytest

from harmmodel.warehouse.store import editions
from tests.app.conftest import OpenPage, texts
from tests.conftest import Project


def test_the_page_says_that_nothing_is_changed_and_nothing_saved(open_page: OpenPage):
    page = open_page("whatif")
    assert page.info[0].value == "What-if, not a run. Nothing is saved."
    assert "**Nothing is changed yet.**" in texts(page)


def test_a_weight_beyond_its_range_is_said_and_kept_in_the_address(open_page: OpenPage):
    page = open_page("whatif")
    page.slider(key="pillar_violence").set_value(0.9).run()
    assert not page.exception
    assert "Beyond the agreed range: Violence." in texts(page)
    assert page.query_params["pillar_violence"] == "0.9"


@pytest.mark.parametrize(("key", "value"), [("p", "highest"), ("window", "6"), ("weight_set", "cchi_2026"), ("p", "1")])
def test_each_choice_re_ranks(open_page: OpenPage, key: str, value: str):
    page = open_page("whatif")
    page.selectbox(key=key).set_value(value).run()
    assert not page.exception
    assert not page.error
    assert "Set: " in texts(page)


def test_a_link_carries_its_settings_and_reset_takes_them_back(open_page: OpenPage, project: Project):
    page = open_page("whatif")
    for key, value in {"pillar_violence": "0.75", "exposure": "km2", "police_contact": "without"}.items():
        page.query_params[key] = value
    page.run()
    assert page.slider(key="pillar_violence").value == 0.75
    assert "rates: per km²" in texts(page)
    page.button(key="reset").click().run()
    assert "**Nothing is changed yet.**" in texts(page)
    assert not {"pillar_violence", "exposure", "police_contact"} & set(page.query_params)


def test_a_hostile_link_is_read_as_the_published_settings(open_page: OpenPage):
    page = open_page("whatif")
    for key, value in {"pillar_violence": "<b>", "p": "__import__", "window": "9999", "indicator_x": "1"}.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception
    assert "**Nothing is changed yet.**" in texts(page)


def test_nothing_is_written(open_page: OpenPage, project: Project):
    before = sorted((project.path / "data" / "runs").rglob("*"))
    page = open_page("whatif")
    page.slider(key="pillar_violence").set_value(0.9).run()
    assert sorted((project.path / "data" / "runs").rglob("*")) == before
    assert editions.published_id(project.path, project.place) == project.run_id


def test_a_place_with_one_pillar_still_has_a_page(open_page: OpenPage, tiny: Path):
    page = open_page("whatif", home=tiny)
    assert not page.exception
    assert not page.error
    assert [slider.key for slider in page.slider if slider.key.startswith("pillar_")] == ["pillar_violence"]
