"""Every page for people who use no mouse, a narrow window, large text or a screen reader."""

import re
import shutil
from collections.abc import Iterator
from contextlib import suppress

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, TimeoutError

from harmmodel import pipeline
from harmmodel.app import headers
from harmmodel.warehouse.store import results, runs
from tests.app.test_validation import made_up
from tests.browser.conftest import Visitor
from tests.conftest import ROOT, Project
from tests.serving import Served, served

pytestmark = pytest.mark.browser
SECOND, STOPS = "police_uk", "london_stops"
PAGES = [header.address for header in headers.pages()]
# Other forms of a page: what its controls bring up.
FORMS = ["what_changes?view=With+intervals", "what_changes?view=Scatter", "areas?by=Violence"]
ADDRESSES = [*PAGES, *(f"{page}?place={SECOND}" for page in ("overview", "areas")), f"disparity?place={STOPS}"]
# Streamlit puts the page links of each headed part into a <div> between <ul> and <li>. Nothing else is excused.
EXCUSED = {"list": '[data-testid="stSidebarNavItems"]', "listitem": '[data-testid="stSidebarNavItems"] li'}

# The box beside a select box opens the same list with the mouse; the grid of a table has a second, empty canvas.
CONTROLS = """() => {
    const any = 'a[href], button, input, select, textarea, summary, [role="spinbutton"], ' +
        '[data-testid="data-grid-canvas"]'
    const skipped = '[data-testid="stElementToolbar"], [aria-hidden="true"], ' +
        '[data-testid="stSelectbox"] button, [data-testid="stMultiSelect"] button, ' +
        '[data-testid="stNumberInput"] button'  // its field takes the arrow keys instead
    const seen = [...document.querySelectorAll(`[data-testid="stMain"] :is(${any})`)]
        .filter(e => e.checkVisibility({visibilityProperty: true}) && e.getBoundingClientRect().width > 0)
        .filter(e => !e.disabled && !e.closest(skipped))
        .map(e => e.closest('[role="radiogroup"], [role="toolbar"]') || e)
    return [...new Set(seen)].map((e, n) => [
        `${n} ${e.tagName} ${e.getAttribute('aria-label') || e.innerText || e.type || ''}`,
        Boolean(e.dataset.reached || e.querySelector('[data-reached]')),
    ])
}"""
BEYOND_THE_EDGE = """[document.documentElement, ...document.querySelectorAll(
    '[data-testid="stMain"], [data-testid="stMain"] :is([data-testid="stElementContainer"], svg, button, input)')]
    .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest('[data-testid="stElementToolbar"]'))
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1
        || e.matches('html, [data-testid="stMain"]') && e.scrollWidth > e.clientWidth)
    .map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def app(executable: str, project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve shipped places of three kinds from a folder of their own."""
    home = tmp_path_factory.mktemp("places")
    for part in ("config", "data/runs"):
        shutil.copytree(project.path / part, home / part)
    for place in (SECOND, STOPS):
        shutil.copytree(ROOT / "data" / place, home / "data" / place)
    scheme = home / "config" / "scheme.yaml"
    scheme.write_text(re.sub(r"(?m)^draws: .*$", "draws: 200", scheme.read_text("utf-8")), "utf-8")
    for place in (SECOND, STOPS):
        pipeline.run(home, place)
    results.write(
        runs.home(home) / project.run_id, "validation", "0123456789ab", made_up()
    )  # else the page has no controls
    with served(home, home / "app.log") as started:
        yield started


@pytest.fixture(scope="module")
def visitor(browser: Browser, app: Served) -> Iterator[Visitor]:
    """One window for all pages: what Streamlit's front end loads once is kept."""
    with browser.new_context(viewport={"width": 1280, "height": 1600}) as context:
        yield Visitor(context.new_page(), app)


def opened(visitor: Visitor, address: str, width: int = 1280, height: int = 1600) -> Page:
    """Open a page at a size of window."""
    visitor.page.set_viewport_size({"width": width, "height": height})
    visitor.open(address.removeprefix("overview"))
    return visitor.page


def findings(page: Page) -> list[str]:
    """What axe calls serious or critical and is not excused."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    grave = ((rule, node) for rule in found if rule["impact"] in ("serious", "critical") for node in rule["nodes"])
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:160]}"
        for rule, node in grave
        if not excused(page, rule["id"], node)
    ]


def excused(page: Page, rule: str, node: dict) -> bool:
    """Tell Streamlit's own list of pages from anything of ours."""
    return rule in EXCUSED and page.locator(node["target"][0]).evaluate(
        "(found, of) => found.matches(of)", EXCUSED[rule]
    )


def open_all(visitor: Visitor) -> None:
    """Open what is folded up: tables, weights, SQL."""
    visitor.page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(found => found.click())")
    visitor.settle()


@pytest.mark.parametrize("address", FORMS)
def test_axe_finds_nothing_grave_in_other_forms_of_a_page(visitor, address):
    page = opened(visitor, address)
    open_all(visitor)
    assert findings(page) == []


def offered(page: Page) -> dict[str, bool]:
    """Every control that a reader sees in the page, by name: whether it had the focus. A group of choices is one."""
    return dict(page.evaluate(CONTROLS))


def walk(page: Page, at_most: int = 250) -> None:
    """Press Tab until the page has been left, and remember what had the focus."""
    page.evaluate("document.addEventListener('focusin', event => { event.target.dataset.reached = true })")
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            return
    pytest.fail("Tab does not come to an end of the page")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_has_no_grave_finding_and_all_its_controls_by_keyboard_in_a_narrow_window_and_magnified(
    visitor, address
):
    page = opened(visitor, address, width=800)
    open_all(visitor)
    assert findings(page) == []
    walk(page)
    wide = offered(page)
    assert wide
    assert [name for name, reached in wide.items() if not reached] == []
    magnified(page)
    assert page.evaluate(BEYOND_THE_EDGE) == []
    assert set(offered(page)) == set(wide)


def magnified(page: Page) -> None:
    """Show a window of 1280 × 900 at twice the size."""
    size = {"width": 640, "height": 450, "deviceScaleFactor": 2, "mobile": False}
    page.context.new_cdp_session(page).send("Emulation.setDeviceMetricsOverride", size)
    page.wait_for_function("innerWidth === 640 && devicePixelRatio === 2")
    with suppress(TimeoutError):  # charts follow the column a moment later; what still stands out is told by name
        page.wait_for_function(f"{BEYOND_THE_EDGE}.length === 0", timeout=3000)


def test_the_list_of_pages_opens_at_twice_the_size(visitor):
    page = opened(visitor, "areas", width=640, height=450)
    page.get_by_test_id("stExpandSidebarButton").focus()
    page.keyboard.press("Enter")
    page.get_by_test_id("stSidebarNavLink").filter(has_text="What-if").wait_for()
    assert page.get_by_role("combobox", name="Place").is_visible()


def test_keys_change_what_is_chosen(visitor):
    page = opened(visitor, "areas", width=800)
    page.get_by_role("radio", name="Overall").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=2, name="Violence score").wait_for()
    before = page.url
    page.get_by_role("combobox", name="Area", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("before => location.href !== before", arg=before)
    opened(visitor, "what_if", width=800)
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("Set: ").wait_for()
