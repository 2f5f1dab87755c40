"""The Indicators page: a card for each indicator, with its limits and the SQL that ran."""

from pathlib import Path

import pytest

from harmmodel.views import words
from harmmodel.views.indicators import page as indicators_page
from harmmodel.warehouse.store import editions
from harmmodel.warehouse.store.runs import AreaRun
from tests.app.conftest import OpenPage, texts
from tests.conftest import Project


@pytest.fixture(scope="module")
def run(project: Project) -> AreaRun:
    return editions.published(project.path, project.place)


def facts(run: AreaRun, indicator: str) -> dict[str, str]:
    return dict(indicators_page.register(run, indicator).card.facts.itertuples(index=False, name=None))


def test_every_indicator_of_the_place_has_a_card(run: AreaRun):
    listed = indicators_page.options(run)
    assert set(listed) == set(run.place.indicators)
    for name in listed:
        card = indicators_page.register(run, name).card
        assert card.question.endswith("?")
        assert card.limits
        assert card.references
        assert "select" in card.sql


def test_choosing_an_indicator_shows_its_sql_and_limits(open_page: OpenPage, run: AreaRun):
    page = open_page("indicators")
    page.radio(key="indicator").set_value("opioid_deaths").run()
    shown = texts(page)
    assert words.plain_markdown(run.config.indicators["opioid_deaths"].question) in shown
    assert "core_count" in page.code[0].value
    assert "$classes = opioid_death" in page.code[0].value


def test_an_allegation_is_marked_as_such(run: AreaRun):
    badges = indicators_page.register(run, "corruption_complaints").card.badges
    assert [badge.text for badge in badges if badge.caution] == ["Allegation, not a finding"]


def test_beats_are_said_to_be_shared_out_and_what_is_left_with_the_city(run: AreaRun):
    coverage = facts(run, "corruption_complaints")["Coverage"]
    assert "beats are shared out over areas: approximate" in coverage
    assert "stay with the city" in coverage
    assert "approximate" not in facts(run, "homicide")["Coverage"]


def test_a_thin_indicator_says_why_it_has_no_weight(run: AreaRun):
    thin = run.register[run.register["screened"]]
    assert len(thin)
    for row in thin.itertuples():
        said = facts(run, str(row.indicator))["Weight"]
        assert said.startswith("0: shown, not scored.")
        assert str(row.reason).casefold().rstrip(".") in said.casefold()


def test_an_unknown_indicator_in_the_link_shows_the_first(open_page: OpenPage, run: AreaRun):
    page = open_page("indicators", indicator="nothing")
    assert not page.exception
    assert page.radio(key="indicator").value == next(iter(indicators_page.options(run)))


def test_a_place_of_its_own_config_is_shown(open_page: OpenPage, tiny: Path):
    page = open_page("indicators", home=tiny, place="tiny")
    assert not page.exception
    assert "Made up for a test, so it shows nothing at all" in texts(page).replace("\\", "")


def test_an_address_cannot_end_its_link_early():
    link = indicators_page._reference("A [title]", "https://example.org/a_(b)", "1 Jan 2026")
    assert link == r"[A \[title\]](https://example.org/a_%28b%29), read 1 Jan 2026"
