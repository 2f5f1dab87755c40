"""The picture of the house in CONTRIBUTING.md is true: every file and folder it names exists, and none is left out."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FLOORS = ("config", "method", "lenses", "assembly", "views", "app")


def table(heading: str) -> list[list[str]]:
    """Cells of the rows of the table under a heading, its head and the line below left out."""
    lines = [line for line in TEXT.split(f"### {heading}\n")[1].split("\n#")[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in lines[2:]]


TOPICS = {row[0].strip(): row[1:] for row in table("Floors and topics")}


def there(floor: str, name: str) -> bool:
    path = ROOT / "harmmodel" / floor / name.rstrip("/")
    return path.is_dir() if name.endswith("/") else path.with_suffix(".py").is_file()


def test_every_module_and_folder_of_the_table_exists():
    named = [
        (topic, floor, name)
        for topic, cells in TOPICS.items()
        for floor, cell in zip(FLOORS, cells[:-1], strict=True)
        for name in re.findall(r"`([^`]+)`", cell)
    ]
    assert len(named) > 40
    assert [place for place in named if not there(*place[1:])] == []


def test_every_topic_has_its_page_and_its_tests():
    for topic, cells in TOPICS.items():
        assert (ROOT / "harmmodel" / "views" / topic / "page.py").is_file(), topic
        for word in re.findall(r"`([^`]+)`", cells[-1]):
            assert list((ROOT / "tests").rglob(f"test_*{word}*.py")), word


def test_every_folder_of_a_floor_that_is_cut_by_topic_is_a_topic():
    folders = {
        path.name
        for floor in ("method", "lenses", "views")
        for path in (ROOT / "harmmodel" / floor).iterdir()
        if path.is_dir() and any(path.glob("*.py"))
    }
    assert folders <= set(TOPICS)


def test_every_file_that_a_change_goes_to_exists():
    rows = table("Where does it go?")
    assert len(rows) >= 12
    paths = [path for row in rows for path in re.findall(r"`([a-z_]+/[^`<]+)`", row[1])]
    assert len(paths) >= 12
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert [row[0] for row in rows if not 1 <= row[1].count("`") / 2 <= 3] == []
