"""The front door as a browser meets it: links, old tabs, frames and pages at other ports."""

import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from harmmodel import pipeline
from harmmodel.app import door
from tests.browser.conftest import FINISHED, Visitor
from tests.serving import Served, served
from tests.tiny import tiny_project

pytestmark = pytest.mark.browser
# Another port of 127.0.0.1 is the same site, so that a browser sends the cookie of the app with what a page there asks.
SAME_SITE, OTHER_SITE = "127.0.0.1", "localhost"
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


class Elsewhere(SimpleHTTPRequestHandler):
    """A program on another port, with a page of its own. Only a real one will do: browsers hold back a made-up one."""

    def do_GET(self) -> None:
        """Answer with an empty page."""
        body = b"<!DOCTYPE html><title>mine</title><body>mine</body>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def other_port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def elsewhere(window: BrowserContext, host: str) -> Page:
    """Open a page of somebody else in a browser that the app knows."""
    page = window.new_page()
    page.goto(f"http://{host}/")
    return page


def framed(page: Page, address: str) -> list[str]:
    """Put the app into a frame; the address of what stands there."""
    page.evaluate(FRAME, address)
    (frame,) = page.frames[1:]
    frame.wait_for_url(lambda url: url not in ("", "about:blank"))  # until something, or a refusal, stands there
    return [frame.url]


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


def test_a_link_from_elsewhere_opens_the_page_after_one_click(window, app, other_port):
    Visitor(window.new_page(), app)
    page = elsewhere(window, f"{OTHER_SITE}:{other_port}")
    page.evaluate("address => { document.body.innerHTML = `<a href='${address}'>there</a>` }", f"{app.origin}/areas")
    page.get_by_text("there").click()
    page.get_by_text("open this page again").click()
    assert drawn(page).startswith(f"{app.origin}/areas")


@pytest.mark.parametrize("site", [SAME_SITE, OTHER_SITE])
def test_no_other_page_frames_reads_or_writes_the_app(window, app, other_port, site):
    Visitor(window.new_page(), app).open("")
    page = elsewhere(window, f"{site}:{other_port}")
    assert framed(page, f"{app.origin}/") == ["chrome-error://chromewebdata/"]
    assert page.evaluate(STREAM, f"ws://{app.host}/_stcore/stream") == "refused"
    assert page.evaluate(PICTURE, f"{app.origin}/favicon.png") == "refused"
    assert page.evaluate(READ, f"{app.origin}/_stcore/health") == "refused"
    assert page.evaluate(WRITE, f"{app.origin}/_stcore/upload_file/a/b") == "refused"


def test_a_table_can_be_downloaded(window, app):
    visitor = Visitor(window.new_page(), app)
    visitor.open("areas")
    visitor.page.locator("details > summary").filter(has_text="Table").first.click()
    visitor.settle()
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
