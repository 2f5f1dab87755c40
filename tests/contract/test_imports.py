"""Imports point down: a floor knows only the floors below it."""

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

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
    "groupassembly": 4,
    "disparity_assembly": 4,
    "activity_assembly": 4,
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


def assert_none(paths: list[Path], refused: Callable[[Path], set[str]]) -> None:
    """Name every file with what it may not import."""
    assert paths
    found = {path.relative_to(ROOT): refused(path) for path in paths}
    told = [f"{path}: {', '.join(sorted(names))}" for path, names in found.items() if names]
    assert not told, "\n".join(told)


def test_imports_point_down():
    def upwards(path: Path) -> set[str]:
        if path == PACKAGE / "__init__.py":
            return rooms_entered(path)  # the package itself imports nothing: everything imports it
        return {name for name in rooms_entered(path) if FLOORS[name] >= FLOORS[room(path)]}

    assert_none(MODULES, upwards)


def test_only_its_owner_knows_a_library():
    def taken(path: Path) -> set[str]:
        libraries = {name.split(".")[0] for name in imported(path)}
        return {name for name in libraries & set(OWNERS) if room(path) not in OWNERS[name]}

    assert_none(MODULES, taken)


def test_the_method_is_arithmetic_only():
    allowed = {"numpy", "scipy", "harmmodel", *(sys.stdlib_module_names - {"os", "pathlib", "sqlite3", "json", "io"})}

    def other(path: Path) -> set[str]:
        return {name.split(".")[0] for name in imported(path)} - allowed

    assert_none(sorted(PACKAGE.glob("method/**/*.py")), other)


def test_every_library_that_is_imported_is_declared():
    lines = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    declared = {re.split(r"[<>= ]", line)[0].lower() for line in lines} | {"harmmodel"}
    names = {"yaml": "pyyaml", "sklearn": "scikit-learn"}
    libraries = {name.split(".")[0] for path in MODULES for name in imported(path)} - sys.stdlib_module_names
    assert {names.get(name, name) for name in libraries} <= declared
