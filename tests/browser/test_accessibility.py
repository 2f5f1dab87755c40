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
ELSEWHERE = [f"{page}?place={SECOND}" for page in ("overview", "areas")]
ADDRESSES = [*PAGES, *FORMS, *ELSEWHERE]
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


def open_all(visitor: Visitor) -> None:
    """Open what is folded up: tables, weights, SQL."""
    for summary in visitor.page.locator("details:not([open]) > summary").all():
        summary.click()
    visitor.settle()


@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing_grave(visitor, address):
    page = opened(visitor, address)
    open_all(visitor)
    assert findings(page) == []


def controls(page: Page) -> dict[str, str]:
    """Mark every control that a reader sees in the page; a group of radio buttons is one. Number to name."""
    return page.evaluate(
        """() => {
            const seen = [...document.querySelectorAll('[data-testid="stMain"] :is(' +
                'a[href], button, input, select, textarea, summary, canvas, [role="spinbutton"], [role="slider"])')]
                .filter(e => e.checkVisibility({visibilityProperty: true}) && e.getBoundingClientRect().width > 0)
                .filter(e => !e.disabled && !e.closest('[data-testid="stElementToolbar"], [aria-hidden="true"]'))
                .map(e => e.closest('[role="radiogroup"]') || e)
            const named = [...new Set(seen)].map((e, n) => {
                e.dataset.control = n
                return [n, `${e.tagName} ${e.getAttribute('aria-label') || e.innerText || e.type || ''}`]
            })
            return Object.fromEntries(named)
        }"""
    )


def walked(page: Page, at_most: int = 250) -> set[str]:
    """Press Tab through the whole page and return the marked controls that had the focus."""
    reached = set()
    for _ in range(at_most):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            "[document.activeElement.tagName, document.activeElement.closest('[data-control]')?.dataset.control]"
        )
        print(focus)
        if focus[0] == "BODY":
            break
        reached.add(focus[1])
    return reached - {None}


@pytest.mark.parametrize("address", [*PAGES, *ELSEWHERE])
def test_tab_reaches_every_control_in_a_narrow_window(visitor, address):
    page = opened(visitor, address, width=800)
    open_all(visitor)
    offered = controls(page)
    print(offered)
    assert offered
    reached = walked(page)
    assert [name for number, name in offered.items() if number not in reached] == []
