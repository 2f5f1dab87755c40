"""Files stay short enough to be read in one sitting."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "harmmodel" / "app" / "pages").rglob("*.py"))
MODULES = sorted((ROOT / "harmmodel").rglob("*.py"))


def assert_short(paths: list[Path], most: int) -> None:
    """Name every file of more than *most* lines."""
    assert paths
    lines = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    told = [f"{path}: {count} lines" for path, count in lines.items() if count > most]
    assert not told, "\n".join(told)


def test_a_module_has_at_most_250_lines():
    assert_short(MODULES, 250)


def test_a_page_has_at_most_60_lines():
    assert_short(PAGES, 60)
