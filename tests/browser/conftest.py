"""The real app in a real browser: one server and one Chromium for all journeys."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.browser.chromium import HOW_TO_GET_ONE, chromium, must_run
from tests.conftest import Project
from tests.serving import Served, served

ROOT = Path(__file__).resolve().parents[2]
HARMMODEL = Path(sys.executable).with_name("harmmodel")
SCREENSHOTS = ROOT / "build" / "screenshots"
FINISHED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
LOCAL = {"127.0.0.1"}
UNDRAWN = '[data-testid="stMain"] [data-testid="stSkeleton"]'  # what stands for a part that is still being loaded
MOST_LOOKS = 100


@dataclass
class Visitor:
    """A browser page that keeps every host it called, and how the browser was let in."""

    page: Page
    app: Served
    hosts: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Come in by the address that the terminal shows."""
        self.page.context.request.get(self.app.address)  # the browser keeps the cookie

    @property
    def url(self) -> str:
        """The address of the app."""
        return self.app.origin

    def remember(self, address: str) -> None:
        """Keep the host of a request; data: and blob: addresses have none."""
        if host := urlsplit(address).hostname:
            self.hosts.add(host)

    def open(self, path: str) -> None:
        """Go to a page of the app and wait until it has been drawn."""
        self.page.goto(f"{self.url}/{path.lstrip('/')}")
        self.settle()

    def settle(self) -> None:
        """Wait until the script has run, its charts are drawn and two looks show the same."""
        self.page.locator("h1").first.wait_for()
        seen, looks = "", 0
        while looks < MOST_LOOKS and seen != (seen := self._drawn()):
            looks += 1
            self.page.wait_for_timeout(100)

    def _drawn(self) -> str:
        self.page.locator(FINISHED).wait_for()
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_function("undrawn => !document.querySelector(undrawn)", arg=UNDRAWN)
        return self.text()

    def text(self) -> str:
        """Everything a reader can see on the page."""
        return self.page.locator("section.stMain, [data-testid='stMain']").first.inner_text()


@pytest.fixture(scope="session")
def executable() -> str:
    """Skip without a Chromium, or fail where one is promised."""
    path = chromium()
    if path is None:
        (pytest.fail if must_run() else pytest.skip)(HOW_TO_GET_ONE)
    return path


@pytest.fixture(scope="session")
def app(executable: str, project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(project.path, tmp_path_factory.mktemp("app") / "app.log") as started:
        yield started


@pytest.fixture(scope="session")
def browser(executable: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=["--headless", "--no-sandbox"])
        yield started
        started.close()


def complaint(message: ConsoleMessage) -> list[str]:
    """What the browser complains of, such as something that the content policy forbids.

    Streamlit's front end looks for its server below the page's own path first, and finds none there.
    """
    is_search = "/_stcore/" in message.location["url"] and "404" in message.text
    return [] if message.type != "error" or is_search else [message.text]


@pytest.fixture
def visitor(browser: Browser, app: Served) -> Iterator[Visitor]:
    """Open a fresh window of 1280 × 1600 px that notes where it calls and what goes wrong."""
    with browser.new_context(viewport={"width": 1280, "height": 1600}, accept_downloads=True) as context:
        page = context.new_page()
        someone = Visitor(page, app)
        context.on("request", lambda request: someone.remember(request.url))
        page.on("websocket", lambda socket_: someone.remember(socket_.url))
        page.on("pageerror", lambda error: someone.faults.append(str(error)))
        page.on("console", lambda message: someone.faults.extend(complaint(message)))
        yield someone


@pytest.fixture(scope="session")
def shown(project: Project) -> dict[str, dict]:
    """Ask ``harmmodel show --format json``, by unit."""
    command = [
        str(HARMMODEL),
        "show",
        project.place,
        "--project",
        str(project.path),
        "--format",
        "json",
        "--audience",
        "internal",
    ]
    printed = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "NO_COLOR": "1"})
    return {row["unit_id"]: row for row in json.loads(printed.stdout)["rows"]}
