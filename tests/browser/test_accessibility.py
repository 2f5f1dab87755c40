"""Every page for people who use no mouse, a narrow window, large text or a screen reader."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from harmmodel import pipeline
from tests.browser.conftest import Visitor, served
from tests.conftest import ROOT, Project

pytestmark = pytest.mark.browser
SECOND = "police_uk"
PAGES = sorted(page.stem for page in (ROOT / "harmmodel" / "app" / "pages").glob("*.py"))
# Other forms of a page: what its controls bring up.
FORMS = ["what_changes?view=With+intervals", "what_changes?view=Scatter", "areas?by=Violence"]
ADDRESSES = [*PAGES, *FORMS, *(f"{page}?place={SECOND}" for page in ("overview", "areas"))]
# Streamlit puts the page links of each headed part into a <div> between <ul> and <li>. Nothing else is excused.
EXCUSED = {"list": '[data-testid="stSidebarNavItems"]', "listitem": '[data-testid="stSidebarNavItems"] li'}


@pytest.fixture(scope="module")
def app_url(executable: str, project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve both shipped places from a folder of their own."""
    home = tmp_path_factory.mktemp("places")
    for part in ("config", "data/runs"):
        shutil.copytree(project.path / part, home / part)
    shutil.copytree(ROOT / "data" / SECOND, home / "data" / SECOND)
    pipeline.run(home, SECOND)
    with served(home, home / "app.log") as url:
        yield url


@pytest.fixture(scope="module")
def visitor(browser: Browser, app_url: str) -> Iterator[Visitor]:
    """One window for all pages: what Streamlit's front end loads once is kept."""
    with browser.new_context(viewport={"width": 1280, "height": 1600}) as context:
        yield Visitor(context.new_page(), app_url)


def opened(visitor: Visitor, address: str, width: int = 1280, height: int = 1600) -> Page:
    """Open a page at a size of window."""
    visitor.page.set_viewport_size({"width": width, "height": height})
    visitor.open(address.removeprefix("overview"))
    return visitor.page


def findings(page: Page) -> list[str]:
    """What axe calls serious or critical and is not excused."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    grave = ((rule, node) for rule in found if rule["impact"] in ("serious", "critical") for node in rule["nodes"])
    return [f"{rule['id']}: {rule['help']}: {node['html'][:160]}" for rule, node in grave if not excused(page, rule["id"], node)]


def excused(page: Page, rule: str, node: dict) -> bool:
    """Tell Streamlit's own list of pages from anything of ours."""
    return rule in EXCUSED and page.locator(node["target"][0]).evaluate("(found, of) => found.matches(of)", EXCUSED[rule])


@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing_grave(visitor, address):
    page = opened(visitor, address)
    assert findings(page) == []
    for summary in page.get_by_test_id("stExpander").locator("summary").all():
        if not summary.locator("xpath=..").get_attribute("open"):
            summary.click()
    visitor.settle()
    print(page.get_by_test_id("stExpander").count())
    assert findings(page) == []
