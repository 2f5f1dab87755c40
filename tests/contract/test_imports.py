"""Imports point down: a floor knows only the floors below it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "harmmodel"

FLOORS = {
    "errors": 0,
    "method": 1,
    "config": 2,
    "warehouse": 3,
    "lenses": 3,
    "journal": 3,
    "scaffold": 3,
    "assembly": 4,
    "pipeline": 5,
    "views": 5,
    "audit": 6,
    "report": 6,
    "app": 6,
    "cli": 7,
    "streamlit_app": 7,
}
OWNERS = {
    "duckdb": {"warehouse"},
    "streamlit": {"app", "streamlit_app"},
    "yaml": {"config"},
    "altair": {"app"},
    "pydeck": {"app"},
    "typer": {"cli"},
    "openpyxl": {"warehouse"},
}
MODULES = sorted([*PACKAGE.rglob("*.py"), ROOT / "streamlit_app.py"])


def room(path: Path) -> str:
    """Name the part of the house a file belongs to: harmmodel/views/words.py is views."""
    return path.stem if path.parent in (ROOT, PACKAGE) else path.relative_to(PACKAGE).parts[0]


def imported(path: Path) -> Iterator[str]:
    """Every module a file imports, at its top or inside a function, by full name."""
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


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path):
    if path == PACKAGE / "__init__.py":
        assert not rooms_entered(path), "the package itself imports nothing: everything imports it"
        return
    own = FLOORS[room(path)]
    assert {name for name in rooms_entered(path) if FLOORS[name] >= own} == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_its_owner_knows_a_library(path):
    libraries = {name.split(".")[0] for name in imported(path)}
    assert {name for name in libraries & set(OWNERS) if room(path) not in OWNERS[name]} == set()


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("method/**/*.py")), ids=lambda path: path.stem)
def test_the_method_is_arithmetic_only(path):
    allowed = {"numpy", "scipy", "harmmodel", *(sys.stdlib_module_names - {"os", "pathlib", "sqlite3", "json", "io"})}
    assert {name.split(".")[0] for name in imported(path)} <= allowed


def test_every_library_that_is_imported_is_declared():
    lines = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    declared = {re.split(r"[<>= ]", line)[0].lower() for line in lines} | {"harmmodel"}
    names = {"yaml": "pyyaml", "sklearn": "scikit-learn"}
    libraries = {name.split(".")[0] for path in MODULES for name in imported(path)} - sys.stdlib_module_names
    assert {names.get(name, name) for name in libraries} <= declared
