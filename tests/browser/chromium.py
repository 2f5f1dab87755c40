"""Find a Chromium, or say how to get one."""

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
HOW_TO_GET_ONE = (
    "No Chromium found, so the browser tests cannot run. Install one:\n"
    "  Debian: sudo apt-get install chromium\n"
    "  macOS:  brew install --cask google-chrome"
)


def chromium() -> str | None:
    """Path of the first Chromium or Chrome on this machine."""
    installed = [shutil.which(name) for name in NAMES] + [app for app in MAC_APPS if Path(app).exists()]
    return next((path for path in installed if path), None)


def must_run() -> bool:
    """Tell whether a missing browser is a failure (continuous integration) or a reason to skip."""
    return os.environ.get("CI") == "true"


if __name__ == "__main__" and chromium() is None:
    print(HOW_TO_GET_ONE, file=sys.stderr)
