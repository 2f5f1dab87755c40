"""Pages in a real browser: how long until a page stands, and until What-if has drawn a changed setting."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harmmodel.app import headers
from tests.bench import large
from tests.browser.chromium import HOW_TO_GET_ONE, chromium
from tests.serving import served

GOAL = 2.0  # seconds until a page stands
STANDS = """() => document.querySelector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    && document.querySelectorAll('h1').length === 1
    && !document.querySelector('[data-testid="stMain"] [data-testid="stSkeleton"]')
    && !document.querySelector('[data-stale=true]')"""


def rows(root: Path, folder: Path) -> Iterator[dict[str, Any]]:
    """Time every page from address to picture, at the first place of *root* and at one of 1,300 areas.

    First: nobody has opened the page since the app was started. Warm: the median of three more visits.
    """
    from playwright.sync_api import sync_playwright

    if chromium() is None:
        print(HOW_TO_GET_ONE, file=sys.stderr)
        return
    units = large.published(root, folder / "large")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for where, home in (("the first place", root), (f"{units:,} areas", folder / "large")):
            with served(home, folder / "app.log") as app, browser.new_context(viewport=SIZE) as context:
                context.request.get(app.address)  # the browser keeps the cookie
                yield from of_place(context.new_page(), app.origin, where)
        browser.close()


SIZE: Any = {"width": 1280, "height": 900}


def of_place(page: Any, address: str, where: str) -> Iterator[dict[str, Any]]:
    """Time every page of the place that an app shows first."""
    opened(page, f"{address}/?place=none")  # the browser has loaded the front end once
    for header in headers.pages():
        first, *again = [opened(page, f"{address}/{header.address}") for _ in range(4)]
        warm = statistics.median(again)
        told = {"first draw": first, "warm": warm}
        yield {"what": f"page {header.title}, {where}", "against": "", "goal": f"≤ {GOAL:g} s", "seconds": warm,
               "parts": told}  # fmt: skip
    opened(page, f"{address}/what_if")
    drawn = sorted(redrawn(page) for _ in range(6))
    spread = {"fastest": drawn[0], "slowest": drawn[-1]}
    yield {"what": f"What-if drawn, {where}", "against": "", "goal": "≤ 0.5 s", "seconds": drawn[3], "parts": spread}


def redrawn(page: Any) -> float:
    """Move the first weight by a step; seconds from the key to the last change of the page."""
    page.evaluate(
        """() => {
            window.drawn = {}
            addEventListener('keydown', () => { drawn.start = performance.now() }, {capture: true, once: true})
            new MutationObserver(() => { drawn.last = performance.now() }).observe(
                document.querySelector('[data-testid=stMain]'),
                {subtree: true, childList: true, attributes: true, characterData: true})
        }"""
    )
    page.locator("[role=slider], input[type=range]").first.press("ArrowRight")
    page.wait_for_timeout(3000)
    return float(page.evaluate("(drawn.last - drawn.start) / 1000"))


def opened(page: Any, address: str) -> float:
    """Open a page and wait until the server is done with it and its pictures stand, two looks alike; seconds."""
    start = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("h1")
    seen = ""
    while True:
        page.wait_for_function(STANDS, timeout=60_000)
        took = time.perf_counter() - start
        if seen == (seen := page.locator("[data-testid=stMain]").first.inner_text()):
            return took
        page.wait_for_timeout(100)
