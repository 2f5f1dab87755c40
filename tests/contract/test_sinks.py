"""Text reaches a terminal, HTML, CSV, JSON, a workbook and a page by one function each; no other code writes there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = {path.relative_to(ROOT).as_posix(): path for path in sorted((ROOT / "harmmodel").rglob("*.py"))}
MODULES["streamlit_app.py"] = ROOT / "streamlit_app.py"
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}

TERMINAL = {"harmmodel/cli/base.py", "harmmodel/cli/tables.py"}
HTML = "harmmodel/report/html.py"
EXPORT = "harmmodel/views/export.py"
WORKBOOK = "harmmodel/warehouse/entered/sheets.py"
LAYOUT = "harmmodel/app/layout.py"
DOOR = "harmmodel/app/door.py"  # answers with sentences of its own before the app is reached, and with nothing else
# Calls by which text leaves, the modules that may make them, and why the others may.
MAY_CALL = {
    ("typer", "echo"): {"harmmodel/cli/base.py"},
    ("typer", "secho"): set(),
    ("sys.stdout", "write"): {"harmmodel/warehouse/entered/apart.py"},  # JSON for the process that asked, not for eyes
    ("html", "escape"): {HTML},
    ("st", "html"): {LAYOUT},
    ("csv", "writer"): {
        "harmmodel/warehouse/entered/entries.py",  # our own file, read back as it was entered
        "harmmodel/scaffold.py",  # made-up rows of ours
        "harmmodel/warehouse/intake/tables.py",  # raw rows as they were got, config, and rows without formulas
    },
    ("json", "dumps"): {
        EXPORT,
        DOOR,  # one sentence of its own
        "harmmodel/config/schema.py",  # types of ours, for editors
        "harmmodel/journal/chain.py",  # the canonical line that is hashed
        "harmmodel/journal/record.py",  # for the reader of types, and read at once
        "harmmodel/scaffold.py",
        *(name for name in MODULES if name.startswith("harmmodel/warehouse/")),  # files that only programs read
        "harmmodel/assembly/groups.py",  # outlines for the geometry library
    },
}
METHODS = {"to_csv": {EXPORT}, "to_html": set(), "to_markdown": set(), "to_excel": set(), "to_clipboard": set()}
TAG = re.compile(
    r"</?(a|b|i|p|br|hr|em|tt|div|span|script|style|img|svg|table|t[rdh]|thead|tbody|ul|ol|li|h[1-6]|html|head|body|meta|"
    r"link|code|pre|strong|small|iframe|input|button|form|section|figure|main|object|embed|base)\b|<!--|<!doctype",
    re.IGNORECASE,
)


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def found(owner: str, name: str) -> set[str]:
    """Return the modules that call ``owner.name``."""
    return {
        module
        for module, tree in TREES.items()
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr == name and ast.unparse(call.func.value) == owner
    }


@pytest.mark.parametrize(("owner", "name"), MAY_CALL)
def test_text_leaves_by_one_way(owner, name):
    assert found(owner, name) <= MAY_CALL[owner, name]


@pytest.mark.parametrize("method", METHODS)
def test_frames_are_written_by_one_way(method):
    using = {
        module
        for module, tree in TREES.items()
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr == method
    }
    assert using <= METHODS[method]


def test_nothing_else_prints():
    printing = {
        m for m, tree in TREES.items() for c in calls(tree) if isinstance(c.func, ast.Name) and c.func.id == "print"
    }
    assert printing == set()


def test_the_library_of_the_terminal_is_known_to_two_modules():
    importing = {
        module
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "rich")
        or (isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "rich" for alias in node.names))
    }
    assert importing == TERMINAL


@pytest.mark.parametrize("module", sorted(TERMINAL))
def test_a_console_prints_what_one_function_made(module):
    """A plain text would be read as markup; `Text` made elsewhere would keep what steers a terminal."""
    tree = TREES[module]
    printed = [
        c.args[0] for c in calls(tree) if isinstance(c.func, ast.Attribute) and c.func.attr in ("print", "update")
    ]
    assert printed
    made = {
        ast.unparse(argument.func) if isinstance(argument, ast.Call) else ast.unparse(argument) for argument in printed
    }
    assert made <= {"terminal_text", "drawn"}
    texts = [c for c in calls(tree) if isinstance(c.func, ast.Name) and c.func.id == "Text"]
    assert len(texts) == (1 if module.endswith("base.py") else 0)


def strings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Every text of a module that is no docstring and stands in no pattern."""
    left_out = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None
    }
    for call in calls(tree):
        if ast.unparse(call.func).startswith("re."):
            left_out |= {id(node) for argument in call.args for node in ast.walk(argument)}
    yield from (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out
    )


def test_no_tag_is_written_outside_the_module_of_html():
    writing = {(m, node.value) for m, tree in TREES.items() for node in strings(tree) if TAG.search(node.value)}
    assert [(m, text[:60]) for m, text in sorted(writing) if m not in (HTML, EXPORT, DOOR)] == []


def test_the_door_says_sentences_of_its_own_alone():
    """Its pages are not escaped, so nothing that a request or a file says may stand in them."""
    whole = [c for c in calls(TREES[DOOR]) if isinstance(c.func, ast.Attribute) and c.func.attr == "format"]
    assert [ast.unparse(c) for c in whole] == ["PAGE.format(title=title, text=text)"]
    turned_away = [c for c in calls(TREES[DOOR]) if ast.unparse(c.func) == "refusal"]
    assert turned_away
    said = [argument for c in turned_away for argument in (*c.args, *(k.value for k in c.keywords))]
    assert [ast.unparse(a) for a in said if not isinstance(a, ast.Constant) and not ast.unparse(a).isupper()] == []
    others = [ast.unparse(c.args[0]) for c in calls(TREES[DOOR]) if ast.unparse(c.func) == "json.dumps"]
    assert all(text.isupper() for text in others)


def test_html_is_made_in_one_module():
    making = {m for m, tree in TREES.items() for c in calls(tree) if ast.unparse(c.func) in ("Html", "html.Html")}
    assert making == {HTML}


def test_a_page_takes_html_from_that_module_alone():
    given = [ast.unparse(c.args[0]) for c in calls(TREES[LAYOUT]) if ast.unparse(c.func) == "st.html"]
    assert given == ["HERE / 'style.css'", "html.legend(steps)"]


def test_a_workbook_is_written_by_one_function():
    (put,) = [n for n in TREES[WORKBOOK].body if isinstance(n, ast.FunctionDef) and n.name == "_put"]
    inside = {id(node) for node in ast.walk(put)}
    cells = [
        c for c in calls(TREES[WORKBOOK]) if isinstance(c.func, ast.Attribute) and c.func.attr == "cell" and c.args
    ]
    assert [id(call) in inside for call in cells] == [True]
    pages = [c for c in calls(TREES[WORKBOOK]) if ast.unparse(c.func) in ("page.append", "help_sheet.append")]
    assert pages == []
    values = [
        n
        for n in ast.walk(TREES[WORKBOOK])
        if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]).endswith(".value")
    ]
    assert values == []


@pytest.mark.parametrize("module", sorted(m for m in MODULES if m.startswith(("harmmodel/app/", "streamlit_app"))))
def test_a_page_offers_files_of_the_registered_formats_alone(module):
    offered = [c for c in calls(TREES[module]) if ast.unparse(c.func) == "st.download_button"]
    assert len(offered) <= (1 if module in (LAYOUT, "harmmodel/app/forms/groups.py") else 0)
