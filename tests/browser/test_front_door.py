"""The front door as a browser meets it: links, old tabs, frames and pages at other ports."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from harmmodel import pipeline
from harmmodel.app import door
from tests.browser.conftest import FINISHED, Visitor
from tests.serving import Served, served
from tests.tiny import tiny_project

pytestmark = pytest.mark.browser
OTHER_PORT = "http://127.0.0.1:9999"  # the same site as the app: a browser sends it the cookies of the app
OUTSIDE = "http://evil.example"
STREAM = """address => new Promise(done => {
    const stream = new WebSocket(address)
    stream.onopen = () => done('open')
    stream.onerror = () => done('refused')
})"""
PICTURE = """address => new Promise(done => {
    const picture = new Image()
    picture.onload = () => done('shown')
    picture.onerror = () => done('refused')
    picture.src = address
})"""
READ = "address => fetch(address, {credentials: 'include'}).then(() => 'read', () => 'refused')"
WRITE = """address => fetch(address, {method: 'POST', mode: 'no-cors', credentials: 'include', body: 'x'})
    .then(answer => answer.type, () => 'refused')"""
FRAME = """address => new Promise(done => {
    const frame = document.createElement('iframe')
    frame.onload = () => done()
    frame.src = address
    document.body.append(frame)
})"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    place = tiny_project(tmp_path_factory.mktemp("door"))
    pipeline.run(place, "tiny")
    return place


@pytest.fixture(scope="module")
def app(executable: str, home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(home, tmp_path_factory.mktemp("door") / "app.log") as started:
        yield started


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that was never here."""
    with browser.new_context(accept_downloads=True) as context:
        yield context


def drawn(page: Page) -> str:
    """Wait for the page, and return its address."""
    page.locator("h1").first.wait_for()
    page.locator(FINISHED).wait_for()
    return page.url


def elsewhere(window: BrowserContext, origin: str) -> tuple[Page, dict[str, int]]:
    """Open a page of another origin, and keep what the app answers it."""
    statuses: dict[str, int] = {}
    window.route(f"{origin}/**", lambda route: route.fulfill(content_type="text/html", body="<body>mine</body>"))
    window.on("response", lambda answer: statuses.update({answer.url: answer.status}))
    page = window.new_page()
    page.goto(f"{origin}/")
    return page, statuses


def test_a_deep_link_with_the_token_opens_its_page_and_the_token_leaves_the_address(window, app):
    page = window.new_page()
    page.goto(app.address.replace("/?", "/areas?by=Violence&unit=11&"))
    address = drawn(page)
    assert address.startswith(f"{app.origin}/areas?")
    assert {"by=Violence", "unit=11"} <= set(address.partition("?")[2].split("&"))
    assert "token" not in page.evaluate("location.href + document.referrer + document.cookie")
    cookies = {cookie["name"]: cookie for cookie in window.cookies()}
    own = cookies[f"harmmodel-{app.host.rpartition(':')[2]}"]
    assert (own["httpOnly"], own["sameSite"], own["path"]) == (True, "Strict", "/")


def test_a_browser_without_the_token_sees_how_to_get_it_and_nothing_else(window, app):
    page = window.new_page()
    answer = page.goto(f"{app.origin}/areas")
    assert answer.status == 401
    assert "The terminal in which harmmodel app runs shows the address to open" in page.inner_text("body")
    assert page.locator("script").count() == 0


def test_a_link_from_elsewhere_opens_the_page_after_one_click(window, app):
    Visitor(window.new_page(), app)
    page, _ = elsewhere(window, OUTSIDE)
    page.evaluate("address => { document.body.innerHTML = `<a href='${address}'>there</a>` }", f"{app.origin}/areas")
    page.get_by_text("there").click()
    page.get_by_text("open this page again").click()
    assert drawn(page).startswith(f"{app.origin}/areas")


@pytest.mark.parametrize("origin", [OTHER_PORT, OUTSIDE])
def test_no_other_page_frames_reads_or_writes_the_app(window, app, origin):
    known = Visitor(window.new_page(), app)
    known.open("")
    page, statuses = elsewhere(window, origin)
    page.evaluate(FRAME, f"{app.origin}/")
    assert "Review" not in "".join(frame.locator("body").inner_text() for frame in page.frames[1:])
    assert statuses.get(f"{app.origin}/", 403) == 403
    assert page.evaluate(STREAM, f"ws://{app.host}/_stcore/stream") == "refused"
    assert page.evaluate(PICTURE, f"{app.origin}/favicon.png") == "refused"
    assert page.evaluate(READ, f"{app.origin}/_stcore/host-config") == "refused"
    page.evaluate(WRITE, f"{app.origin}/_stcore/upload_file/a/b")
    assert set(statuses.values()) <= {200, 403}
    assert {url for url, status in statuses.items() if status == 200 and url.startswith(app.origin)} == set()


def test_a_frame_is_refused_by_the_headers_alone(window, app):
    """Browsers that do not say what a request is for send no Sec-Fetch headers, and are held by these."""
    known = Visitor(window.new_page(), app)
    known.open("")
    page = window.new_page()
    page.goto(f"{app.origin}/favicon.png")  # of the same origin: nothing but X-Frame-Options and the policy refuses it
    page.evaluate(FRAME, f"{app.origin}/")
    assert [frame.url for frame in page.frames[1:]] == ["chrome-error://chromewebdata/"]


def test_a_table_can_be_downloaded(window, app):
    visitor = Visitor(window.new_page(), app)
    visitor.open("areas")
    visitor.page.locator("details > summary").filter(has_text="Table").first.click()
    with visitor.page.expect_download() as waited:
        visitor.page.get_by_role("button", name="Download as CSV", exact=True).first.click()
    assert b"11" in waited.value.path().read_bytes()


def test_a_tab_that_outlived_its_app_says_what_to_do(window, home, tmp_path):
    page = window.new_page()
    with served(home, tmp_path / "first.log") as first:
        page.goto(first.address)
        drawn(page)
        port = int(first.host.rpartition(":")[2])
    with served(home, tmp_path / "second.log", port=port) as second:
        assert second.address != first.address
        page.get_by_text(door.STARTED_AGAIN).wait_for(timeout=60_000)
        page.reload()
        assert "it has been started again since" in page.inner_text("body")
        assert page.goto(first.address).status == 401
        page.goto(second.address)
        assert drawn(page) == f"{second.origin}/"
