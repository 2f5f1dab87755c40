"""The recipes in CONTRIBUTING.md are followed to the letter, one after the other on a copy of the real tree."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Project

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("\n## Recipes\n")[1].split("\n## ")[0]
RECIPES = dict(part.split("\n", 1) for part in TEXT.split("\n### ")[1:])
FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>\w+)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`(?P<path>[^`\n]+)`(?:, (?P<how>below|in place of) `(?P<line>[^`\n]+)`)?:\n\n$")
# What the commands of a recipe show in the end: a pattern.
SHOWN = {
    "Add an indicator": r"shown only[^:]*:\s+Burglary",
    "Add an indicator of groups": r"Written to build/assessments\.xlsx",
    "Add a place": r"North +│ +\d+ │ +\d+–\d+ │",  # a score with its interval
    "Newer data for a place": r"North +│ North │ .*│ .*\(\d+–\d+\)",
    "Add an activity": r"methamphetamine_possession │ .*\d",
    "Add a threshold quantity": r"Switzerland .*10 g",
    "Add a kind of journal entry": r"\b[3-9] passed",
    "Add a page": "2 passed",
    "Add an export format": r"unit_id\tlabel\tscore\t",
}
DOCUMENTS = ("README.md", "METHOD.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
LOCKS = ("pyproject.toml", "requirements.lock", "requirements-dev.lock", "sbom.cdx.json", "Makefile")
FILES = (*DOCUMENTS, *LOCKS, "streamlit_app.py")
PLACES = [path.name for path in (ROOT / "config" / "places").iterdir() if path.is_dir()]
LEFT_OUT = ("test_linear", "test_locks", "test_check", "test_commands", "test_by_name")  # of what no recipe adds to
# A run tells all that a check does and in the same words (test_check), so what both would read is read once.
CHECKED = re.compile(r"^harmmodel check (\w+)\n(?=harmmodel run \1$)", re.MULTILINE)
CONTRACT = [
    str(path.relative_to(ROOT))
    for path in sorted((ROOT / "tests" / "contract").glob("test_*.py"))
    if path != Path(__file__) and path.stem not in LEFT_OUT
]

PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")


@dataclass(frozen=True)
class Block:
    """A block of a recipe: commands to run, or text for a file, and where it goes in one that is there."""

    kind: str
    text: str
    path: str
    how: str | None
    line: str | None


def blocks(recipe: str) -> list[Block]:
    """Read the blocks of a recipe in their order; one that is no command stands under the name of its file."""
    found, end = [], 0
    for fence in FENCE.finditer(recipe):
        named = NAMED.search(recipe[end : fence.start()])
        end = fence.end()
        text = re.sub(rf"^{fence['indent']}", "", fence["text"], flags=re.MULTILINE)
        assert fence["kind"] == "sh" or named, f"no file is named above:\n{text}"
        found.append(Block(fence["kind"], text, *(named.groups() if named else ("", None, None))))
    return found


def put(block: Block, home: Path) -> None:
    """Write a new file, or put the lines below, or in place of, the first line that begins as the recipe says."""
    path = home / block.path
    if block.line is None:
        assert not path.exists(), f"{block.path} is there already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, "utf-8")
        return
    before, lines = path.read_text("utf-8"), path.read_text("utf-8").splitlines(keepends=True)
    place = next((n for n, line in enumerate(lines, start=1) if line.startswith(block.line)), None)
    assert place, f"{block.path} has no line that begins with {block.line}"
    before_it = lines[: place - 1] if block.how == "in place of" else lines[:place]
    path.write_text("".join([*before_it, block.text, *lines[place:]]), "utf-8")
    assert path.read_text("utf-8") != before


def run(command: list[str], home: Path, text: str | None = None) -> str:
    """Run a command in the copy, as its only package, and return what it printed."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "HARMMODEL_"))}
    env |= {
        "PYTHONPATH": str(home),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}",
        "COLUMNS": "200",
    }
    done = subprocess.run(command, cwd=home, env=env, input=text, capture_output=True, text=True)
    told = done.stdout + done.stderr
    assert done.returncode == 0, f"{text or ' '.join(command)}\n{told[-6000:]}"
    return told


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, project: Project) -> Path:
    """Copy the tree; raw files are links, and what Chicago's shared run has loaded need not be loaded again."""
    copy = tmp_path_factory.mktemp("recipes")
    for name in ("harmmodel", "config", "tests", "tools", ".streamlit"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "golden"))
    for name in FILES:
        shutil.copy(ROOT / name, copy / name)
    for place in PLACES:
        shutil.copytree(ROOT / "data" / place, copy / "data" / place, copy_function=os.symlink)
    shutil.copytree(project.path / "data" / "snapshots", copy / "data" / "snapshots")
    # What a recipe shows does not hang on the number of draws, and every recipe that touches config scores a place.
    scheme = copy / "config" / "scheme.yaml"
    scheme.write_text(re.sub(r"(?m)^draws: .*$", "draws: 400", scheme.read_text("utf-8")), "utf-8")
    return copy


def test_every_recipe_ends_with_something_to_see_and_has_its_config_checked():
    assert list(RECIPES) == list(SHOWN)
    for title, recipe in RECIPES.items():
        *steps, last = blocks(recipe)
        assert last.kind == "sh", title
        is_checked = re.match(r"harmmodel check( \w+)?\n", last.text) is not None
        assert is_checked == any(block.path.startswith("config/") for block in steps), title


@pytest.mark.parametrize("title", SHOWN)
def test_a_recipe_followed_to_the_letter_ends_as_it_says(home: Path, title: str):
    told = ""
    for block in blocks(RECIPES[title]):
        if block.kind == "sh":
            told = run(["sh", "-e"], home, CHECKED.sub("", block.text))
        else:
            put(block, home)
    assert re.search(SHOWN[title], told), told
    written = [Path(block.path) for block in blocks(RECIPES[title]) if block.path]
    if specs := [path.stem for path in written if path.is_relative_to("tests/spec")]:
        run([*PYTEST, "tests/spec", "-k", " or ".join(specs)], home)


def test_all_recipes_together_leave_the_house_in_order(home: Path):
    written = {Path(block.path) for title in SHOWN for block in blocks(RECIPES[title]) if block.path}
    code = sorted(str(path) for path in written if path.suffix == ".py" and (home / path).exists())
    assert code, "no recipe was followed"
    run([sys.executable, "-m", "ruff", "check", "--no-cache", *code], home)
    run([sys.executable, "-m", "ruff", "format", "--no-cache", "--check", *code], home)
    run([*PYTEST, *CONTRACT], home)
