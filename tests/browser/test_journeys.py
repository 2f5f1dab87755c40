"""What readers do, in a real browser on real data; nothing they do leaves the machine."""

import pytest

from harmmodel.views import words
from tests.browser.conftest import LOCAL, SCREENSHOTS, Visitor

pytestmark = pytest.mark.browser
WIDTHS = (1280, 800)


def page_paths(visitor: Visitor) -> dict[str, str]:
    """Address of every page in the sidebar, by its name."""
    visitor.open("")
    links = visitor.page.get_by_test_id("stSidebarNavLink")
    return {link.inner_text().strip(): link.get_attribute("href").rsplit("/", 1)[-1] for link in links.all()}


def test_every_page_draws_itself_and_calls_nobody(visitor):
    paths = page_paths(visitor)
    assert {"Overview", "Areas", "What changes", "Indicators"} <= set(paths)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for name, path in paths.items():
        visitor.open(path)
        for width in WIDTHS:
            visitor.page.set_viewport_size({"width": width, "height": 1600})
            visitor.settle()
            assert visitor.page.locator("h1").inner_text().endswith("?"), name
            assert visitor.page.get_by_test_id("stException").count() == 0, name
            assert visitor.page.get_by_test_id("stAlertContentError").count() == 0, name
            visitor.page.screenshot(path=SCREENSHOTS / f"{path or 'overview'}-{width}.png")
    assert visitor.hosts == LOCAL
    assert visitor.faults == []


def test_from_what_matters_to_one_area(visitor, shown):
    first = next(iter(shown.values()))
    visitor.open("")
    assert first["label"] in visitor.text()
    visitor.page.get_by_test_id("stSidebarNavLink").filter(has_text="Areas").click()
    visitor.page.get_by_role("heading", level=1, name="Where is harm greatest").wait_for()
    choose_area(visitor, "Burnside")
    visitor.page.get_by_role("heading", level=2, name="Burnside").wait_for()
    visitor.settle()
    assert "Not part of the score" in visitor.text()
    assert "unit=" in visitor.page.url


def choose_area(visitor: Visitor, label: str) -> None:
    """Type an area's name into the select box, as someone does who uses no mouse."""
    box = visitor.page.get_by_role("combobox", name="Area", exact=False).last
    box.click()
    box.fill(label)
    visitor.page.keyboard.press("Enter")


@pytest.mark.parametrize("position", [0, 20, -1])
def test_an_area_shows_the_figures_of_the_command_line(visitor, shown, position):
    row = list(shown.values())[position]
    visitor.open(f"areas?place=chicago&unit={row['unit_id']}")
    text = visitor.text()
    assert row["label"] in text
    assert f"harm score {words.score(row['score'])}" in text
    assert words.interval(row["score_low"], row["score_high"]) in text
    assert words.rank_range(row["rank_low"], row["rank_high"], len(shown)) in text
    assert words.capital(row["tier"]) in text


def test_the_auditor_reads_the_sql_that_counted(visitor):
    visitor.open("indicators")
    choices = visitor.page.get_by_role("radiogroup").locator("label")
    assert choices.count() > 1
    chosen = choices.nth(1).inner_text().strip()
    choices.nth(1).click()
    visitor.page.get_by_role("heading", level=2, name=chosen).wait_for()
    visitor.settle()
    assert "core_count" in visitor.text()


def test_what_changes_says_how_much(visitor):
    visitor.open("what_changes")
    before = visitor.text()
    assert "arrests" in before
    visitor.page.get_by_text("With intervals", exact=True).click()
    visitor.settle()
    assert visitor.page.locator("h1").inner_text().endswith("?")
    assert visitor.page.get_by_test_id("stException").count() == 0
