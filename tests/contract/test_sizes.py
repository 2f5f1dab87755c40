"""Files stay short enough to be read in one sitting."""

import ast
from collections import Counter
from itertools import pairwise
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


def test_a_module_has_at_most_400_lines():
    assert_short(MODULES, 400)


def own_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body: neither its docstring nor its signature, which holds the options of a verb."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_a_function_has_at_most_40_lines():
    told = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name} has {own_lines(node)} lines"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and own_lines(node) > 40
    ]
    assert not told, "\n".join(told)


def test_a_folder_has_at_most_20_modules():
    counts = Counter(path.parent.relative_to(ROOT) for path in MODULES if path.name != "__init__.py")
    assert {str(folder): count for folder, count in counts.items() if count > 20} == {}


def test_no_two_modules_of_a_folder_differ_by_an_ending():
    told = []
    for folder in {path.parent for path in MODULES}:
        names = sorted(path.stem for path in MODULES if path.parent == folder)
        told += [
            f"{folder.relative_to(ROOT)}: {a}, {b}"
            for a, b in pairwise(names)
            if b.startswith(a) and b.removeprefix(a).isalpha()
        ]
    assert told == []


def test_a_page_has_at_most_60_lines():
    assert_short(PAGES, 60)
