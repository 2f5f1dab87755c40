"""Pages in a real browser: how long until a page stands, and until What-if has drawn a changed setting."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PAGES = {
    "Overview": "",
    "Areas": "areas",
    "What changes": "what_changes",
    "Indicators": "indicators",
    "What-if": "what_if",
}


@contextmanager
def served(root: Path) -> Iterator[str]:
    """Serve the app on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "harmmodel.cli",
        "app",
        "--project",
        str(root),
        "--port",
        str(port),
        "--no-browser",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ})
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def rows(root: Path) -> Iterator[dict[str, Any]]:
    """Time each page from the address to its last picture, cached; the first visit warms the server up."""
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print("No Chromium found: page times are left out", file=sys.stderr)
        return
    with served(root) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        for name, path in PAGES.items():
            times = [opened(page, f"{address}/{path}") for _ in range(4)][1:]
            goal = "≤ 2 s" if name == "Areas" else ""
            yield {"what": f"page {name} ready", "against": "", "goal": goal, "seconds": sorted(times)[1], "parts": {}}
        opened(page, f"{address}/what_if")
        drawn = sorted(redrawn(page) for _ in range(6))
        spread = {"fastest": drawn[0], "slowest": drawn[-1]}
        yield {"what": "What-if drawn", "against": "", "goal": "≤ 0.5 s", "seconds": drawn[3], "parts": spread}
        browser.close()


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
    """Open a page and wait until the server is done with it and its pictures stand; seconds."""
    start = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("h1")
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stStatusWidget]') && "
        "!document.querySelector('[data-stale=true]') && document.querySelectorAll('h1').length === 1"
    )
    page.wait_for_function("() => document.querySelectorAll('canvas, svg.marks').length > 0", timeout=15_000)
    return time.perf_counter() - start
