"""Files stay short enough to be read in one sitting."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "harmmodel" / "app" / "pages").glob("*.py"))
MODULES = sorted((ROOT / "harmmodel").rglob("*.py"))


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_has_at_most_400_lines(path):
    assert lines(path) <= 400


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_has_at_most_60_lines(path):
    assert lines(path) <= 60


def test_there_are_pages():
    assert PAGES
