"""Imports point down: a floor knows only the floors below it."""

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import networkx as nx

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "harmmodel"

FLOORS = {
    "errors": 0,
    "limits": 0,
    "nullable": 0,
    "method": 1,
    "writing": 1,
    "config": 2,
    "warehouse": 3,
    "lenses": 3,
    "journal": 3,
    "scaffold": 3,
    "assembly": 4,
    "views": 5,
    "audit": 6,
    "report": 6,
    "registry": 7,
    "pipeline": 8,
    "app": 8,
    "rebuild": 9,
    "cli": 10,
    "streamlit_app": 10,
}
# Which folders of its floor a folder may use, besides its own modules and those at the floor's root.
MAY_USE = {
    "config": {"": {"drafts", "rows"}, "drafts": {"rows"}},
    "views": {"overview": {"areas", "changes"}, "changes": {"areas"}, "deterrence": {"decisions"}},
    "warehouse": {
        "sql": {"store"},
        "entered": {"store"},
        "load": {"sql", "store"},
        "read": {"load", "store"},
        "intake": {"load", "store"},
    },
    "app": {"parts": {"charts", "forms"}, "pages": {"charts", "forms", "parts"}},
}
OWNERS = {
    "duckdb": {"warehouse"},
    "streamlit": {"app"},
    "uvicorn": {"app"},
    "yaml": {"config"},
    "altair": {"app"},
    "pydeck": {"app"},
    "typer": {"cli"},
    "openpyxl": {"warehouse"},
}
MODULES = sorted([*PACKAGE.rglob("*.py"), ROOT / "streamlit_app.py"])
KNOWN = set(MODULES)


def room(path: Path) -> str:
    """Name the part of the house a file belongs to: harmmodel/views/words.py is views."""
    return path.stem if path.parent in (ROOT, PACKAGE) else path.relative_to(PACKAGE).parts[0]


@cache
def imported(path: Path) -> tuple[str, ...]:
    """Every module a file imports, at its top or inside a function, by full name."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    package = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (start, node.module) if part)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def rooms_entered(path: Path) -> set[str]:
    """Other rooms of the house whose code a file uses."""
    names = {name.split(".")[1] for name in imported(path) if name.startswith("harmmodel.")}
    return names - {"__version__", room(path)}


def assert_none(paths: list[Path], refused: Callable[[Path], set[str]]) -> None:
    """Name every file with what it may not import."""
    assert paths
    found = {path.relative_to(ROOT): refused(path) for path in paths}
    told = [f"{path}: {', '.join(sorted(names))}" for path, names in found.items() if names]
    assert not told, "\n".join(told)


def test_every_floor_is_there():
    assert set(FLOORS) == {room(path) for path in MODULES} - {"__init__"}


def test_imports_point_down():
    def upwards(path: Path) -> set[str]:
        if path == PACKAGE / "__init__.py":
            return rooms_entered(path)  # the package itself imports nothing: everything imports it
        return {name for name in rooms_entered(path) if FLOORS[name] >= FLOORS[room(path)]}

    assert_none(MODULES, upwards)


def topic(path: Path) -> str:
    """Name the folder of a floor in which a module lies; empty for one at the floor's root."""
    parts = path.relative_to(PACKAGE).parts if path.is_relative_to(PACKAGE) else ()
    return parts[1] if len(parts) > 2 else ""


def modules_entered(path: Path) -> set[Path]:
    """Other modules of the house whose code a file uses."""
    entered = set()
    for name in imported(path):
        for full in (name, name.rpartition(".")[0]):  # a module, else something that a module or package holds
            file = ROOT.joinpath(*full.split(".")).with_suffix(".py")
            target = next((t for t in (file, file.with_suffix("") / "__init__.py") if t in KNOWN), None)
            if target is not None:
                entered.add(target)
                break
    return entered - {path, PACKAGE / "__init__.py"}


def test_a_topic_uses_its_own_modules_the_root_of_its_floor_and_what_is_declared():
    def strange(path: Path) -> set[str]:
        allowed = {topic(path), "", *MAY_USE.get(room(path), {}).get(topic(path), set())}
        return {topic(other) for other in modules_entered(path) if room(other) == room(path)} - allowed

    assert_none(MODULES, strange)


def test_every_declared_use_between_topics_is_in_use():
    used = {
        (room(path), topic(path), topic(other))
        for path in MODULES
        for other in modules_entered(path)
        if room(other) == room(path)
    }
    declared = {(floor, a, b) for floor, uses in MAY_USE.items() for a, others in uses.items() for b in others}
    assert declared - used == set()


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Names that import each other, directly or through others."""
    return [sorted(group) for group in nx.strongly_connected_components(nx.DiGraph(graph)) if len(group) > 1]


def test_no_module_imports_itself_through_others():
    graph = {str(path.relative_to(ROOT)): {str(o.relative_to(ROOT)) for o in modules_entered(path)} for path in MODULES}
    assert circles(graph) == []


def test_no_topic_of_a_floor_uses_itself_through_others():
    assert [circle for uses in MAY_USE.values() for circle in circles(uses)] == []


def test_the_search_for_circles_finds_one():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]


def test_only_its_owner_knows_a_library():
    def taken(path: Path) -> set[str]:
        libraries = {name.split(".")[0] for name in imported(path)}
        return {name for name in libraries & set(OWNERS) if room(path) not in OWNERS[name]}

    assert_none(MODULES, taken)


def test_the_method_is_arithmetic_only():
    allowed = {
        "numpy",
        "scipy",
        "sklearn",
        "harmmodel",
        *(sys.stdlib_module_names - {"os", "pathlib", "sqlite3", "json", "io"}),
    }

    def other(path: Path) -> set[str]:
        return {name.split(".")[0] for name in imported(path)} - allowed

    assert_none(sorted(PACKAGE.glob("method/**/*.py")), other)


def test_every_library_that_is_imported_is_declared():
    lines = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    declared = {re.split(r"[<>= ]", line)[0].lower() for line in lines} | {"harmmodel"}
    names = {"yaml": "pyyaml", "sklearn": "scikit-learn"}
    libraries = {name.split(".")[0] for path in MODULES for name in imported(path)} - sys.stdlib_module_names
    assert {names.get(name, name) for name in libraries} <= declared
