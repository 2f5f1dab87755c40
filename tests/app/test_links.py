"""Links with a unit: pages that show one follow them, all others keep it or say that there is none."""

import pytest

from tests.app.conftest import PAGES, OpenPage, texts

SHOW_ONE = ("areas", "decisions")


# Groups follow links of their own, and on a place of areas the page says first that it does not fit.
@pytest.mark.parametrize("name", [name for name in PAGES if name != "groups"])
def test_a_link_to_no_unit_is_told_on_every_page(open_page: OpenPage, name: str):
    page = open_page(name, unit="zzz")
    assert not page.exception
    assert "has no community area" in texts(page)


@pytest.mark.parametrize("between", [name for name in PAGES if name != "areas"])
def test_the_chosen_unit_is_kept_on_the_way_to_another_page_and_back(open_page: OpenPage, between: str):
    page = open_page("areas", unit="38")
    page.switch_page(f"harmmodel/app/pages/{between}.py").run()
    page.switch_page("harmmodel/app/pages/areas.py").run()
    assert not page.exception
    assert page.selectbox(key="unit").value == "38"


@pytest.mark.parametrize("name", [name for name in PAGES if name not in SHOW_ONE])
def test_a_link_with_a_unit_to_a_page_of_all_keeps_it_for_the_next(open_page: OpenPage, name: str):
    page = open_page(name, unit="38")
    page.switch_page("harmmodel/app/pages/decisions.py").run()
    assert page.selectbox(key="unit").value == "38"
