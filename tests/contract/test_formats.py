"""Every verb that prints rows offers every registered format and draws by the one helper."""

import ast
import re
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

from harmmodel.cli import app
from harmmodel.cli.tables import TERMINAL
from harmmodel.views.export import FORMATS

ROOT = Path(__file__).resolve().parents[2]
ROWS = {
    ("show",),
    ("disparity",),
    ("thresholds",),
    ("simulate",),
    ("robustness",),
    ("tradeoffs",),
    ("validate",),
    ("compare",),
    ("reconcile",),
    ("history",),
    ("backfire",),
    ("plan", "show"),
    ("assessments", "sleipnir"),
}
FILES = {("journal", "export"): ["jsonl", *FORMATS]}  # the journal itself beside the decisions as rows
NO_ROWS = {
    *(
        (name,)
        for name in (
            "run",
            "explain",
            "check",
            "app",
            "exact",
            "init",
            "schema",
            "report",
            "verify",
            "add",
            "review",
            "goalposts",
        )
    ),
    *(("plan", name) for name in ("template", "check", "record", "step")),
    *(("assessments", name) for name in ("template", "check", "import")),
    *(("journal", name) for name in ("verify", "due", "list")),
}


def verbs(command, before: tuple[str, ...] = ()):
    """Yield every verb with its words."""
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from verbs(inner, (*before, name))
    else:
        yield before, command


VERBS = dict(verbs(get_command(app)))


def offered(verb: tuple[str, ...]) -> list[str]:
    """Ask a verb for a format that does not exist and read which ones it names."""
    outcome = CliRunner().invoke(app, [*verb, "--format", "nonsense"])
    assert outcome.exit_code == 2
    told = " ".join(re.sub(r"[│╭╮╰╯─]", " ", outcome.stderr).split())
    assert "'nonsense' is not one of" in told
    return re.findall(r"'(\w+)'", told.partition("is not one of")[2])


def test_a_new_verb_says_whether_it_prints_rows():
    assert set(VERBS) == ROWS | set(FILES) | NO_ROWS


@pytest.mark.parametrize("verb", sorted(ROWS), ids=" ".join)
def test_a_verb_with_rows_offers_exactly_the_registered_formats(verb):
    assert offered(verb) == [TERMINAL, *FORMATS]


@pytest.mark.parametrize("verb", sorted(FILES), ids=" ".join)
def test_a_verb_that_hands_out_a_file_offers_them_beside_its_own(verb):
    assert offered(verb) == FILES[verb]


@pytest.mark.parametrize("verb", sorted({*ROWS, *FILES}), ids=" ".join)
def test_help_names_the_formats(verb):
    (option,) = [found for found in VERBS[verb].params if "--format" in found.opts]
    assert option.metavar == f"<{'|'.join(FILES.get(verb, [TERMINAL, *FORMATS]))}>"


def test_the_readme_names_every_format_once_for_all_verbs():
    (sentence,) = re.findall(r"takes `--format ([^`]+)`", (ROOT / "README.md").read_text("utf-8"))
    assert sentence.split("|") == [TERMINAL, *FORMATS]


def test_only_one_module_draws_tables_and_only_one_writes_rows():
    """A second place that lays out a table or writes a frame as text would not learn of a new format."""
    drawing, writing = set(), set()
    for path in sorted((ROOT / "harmmodel").rglob("*.py")):
        tree, name = ast.parse(path.read_text("utf-8")), path.relative_to(ROOT / "harmmodel").as_posix()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "rich.table":
                drawing.add(name)
            if isinstance(node, ast.Attribute) and node.attr in ("to_csv", "to_json"):
                writing.add(name)
    assert drawing == {"cli/tables.py"}
    assert writing == {"views/export.py"}
