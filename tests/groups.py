"""One real run of the shipped place mexico for all tests, with a fixed clock."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
PLACE = "mexico"
CLOCK = "2026-12-01"


def group_project(home: Path, **changes: object) -> Path:
    """Copy config and data of mexico to *home*, with a fixed clock so that no record expires under a test."""
    shutil.copytree(ROOT / "config", home / "config")
    shutil.copytree(ROOT / "data" / PLACE, home / "data" / PLACE)
    path = home / "config" / "places" / PLACE / "place.yaml"
    content = yaml.safe_load(path.read_text("utf-8")) | {"clock": CLOCK, **changes}
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), "utf-8")
    return home


def fewer_draws(home: Path, draws: int = 300) -> Path:
    """Let the project draw less, for tests that look at no interval."""
    path = home / "config" / "scheme.yaml"
    scheme = yaml.safe_load(path.read_text("utf-8")) | {"draws": draws}
    path.write_text(yaml.safe_dump(scheme, sort_keys=False, allow_unicode=True), "utf-8")
    return home
