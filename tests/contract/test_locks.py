"""The locks: one version of everything for every Python, wheels only, and a bill of materials that agrees."""

from __future__ import annotations

import json
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from harmmodel import __version__
from harmmodel.warehouse.store.code_hash import SCORING_LIBRARIES
from tools import sbom

ROOT = Path(__file__).resolve().parents[2]
USERS, DEVELOPERS = "requirements.lock", "requirements-dev.lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def text(lock: str) -> str:
    return (ROOT / lock).read_text("utf-8")


def pinned(lock: str) -> list[tuple[str, str]]:
    """Every package of a lock with its version, as often as it stands there."""
    return re.findall(r"^([\w.-]+)==([^\s;]+)", text(lock), flags=re.MULTILINE)


def files(lock: str) -> dict[str, set[str]]:
    """The hashes of each package."""
    blocks = re.split(r"^(?=[\w.-]+==)", text(lock), flags=re.MULTILINE)[1:]
    return {block.split("==")[0]: set(re.findall(r"sha256:(\w{64})", block)) for block in blocks}


@pytest.mark.parametrize("lock", [USERS, DEVELOPERS])
def test_a_lock_holds_one_version_of_each_package_whatever_the_python(lock: str):
    names = [name for name, _ in pinned(lock)]
    assert len(names) > 50
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("lock", [USERS, DEVELOPERS])
def test_a_lock_takes_wheels_only_checks_every_hash_and_names_no_index(lock: str):
    option, *lines = re.findall(r"^[^\s#].*\n.*", text(lock), flags=re.MULTILINE)
    assert option.startswith("--only-binary :all:\n")
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==.+ \\\n +--hash=sha256:\w{64}( \\)?", line)] == []
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", text(lock))


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        (USERS, [*PROJECT["dependencies"], *EXTRAS["install"]]),
        (DEVELOPERS, [*PROJECT["dependencies"], *EXTRAS["install"], *EXTRAS["dev"]]),
    ],
)
def test_a_lock_meets_what_the_project_asks_for(lock: str, wanted: list[str]):
    held, asked = dict(pinned(lock)), [Requirement(line) for line in wanted]
    missed = [str(one) for one in asked if not one.specifier.contains(held.get(one.name.lower(), "0"))]
    assert missed == [], f"{lock} is older than pyproject.toml: make lock"


def test_users_get_no_tool_of_developers_and_developers_get_all_that_users_get():
    tools = {Requirement(line).name.lower() for line in EXTRAS["dev"]}
    assert tools & set(files(USERS)) == set()
    assert [name for name, hashes in files(USERS).items() if files(DEVELOPERS)[name] != hashes] == []
    assert set(pinned(USERS)) < set(pinned(DEVELOPERS))


def test_figures_are_tested_with_the_libraries_that_users_get():
    held = dict(pinned(USERS))
    assert {name: metadata.version(name) for name in SCORING_LIBRARIES} == {n: held[n] for n in SCORING_LIBRARIES}


@pytest.mark.parametrize("library", ["numpy", "scipy"])
def test_another_minor_of_a_library_that_draws_is_not_taken_by_accident(library: str):
    (asked,) = [one.specifier for one in map(Requirement, PROJECT["dependencies"]) if one.name == library]
    major, minor, *_ = metadata.version(library).split(".")
    assert not asked.contains(f"{major}.{int(minor) + 1}.0")


def test_the_matrix_runs_every_python_that_the_readme_offers():
    versions = re.search(r"^VERSIONS \?= (.+)$", text("Makefile"), flags=re.MULTILINE)
    offered = re.search(r"Python (3\.\d+) to (3\.\d+)", text("README.md"))
    assert versions
    assert offered
    assert [versions[1].split()[at] for at in (0, -1)] == list(offered.groups())
    assert all(SpecifierSet(PROJECT["requires-python"]).contains(version) for version in versions[1].split())


def test_the_bill_of_materials_is_that_of_the_lock():
    bill = json.loads(text("sbom.cdx.json"))
    listed = {(c["name"], c["version"]): {h["content"] for h in c["hashes"]} for c in bill["components"]}
    assert listed == {(name, version): files(USERS)[name] for name, version in pinned(USERS)}
    assert bill["metadata"]["component"]["version"] == __version__


def test_the_bill_says_what_asks_for_what():
    bill = json.loads(text("sbom.cdx.json"))
    asked = {entry["ref"]: set(entry["dependsOn"]) for entry in bill["dependencies"]}
    known = {component["purl"]: component["name"] for component in bill["components"]}
    root = bill["metadata"]["component"]["bom-ref"]
    direct = {Requirement(line).name.lower() for line in [*PROJECT["dependencies"], *EXTRAS["install"]]}
    assert {known[ref] for ref in asked.pop(root)} == direct
    assert asked.keys() == known.keys()
    reached, ahead = set(), {ref for ref, name in known.items() if name in direct}
    while ahead:
        reached |= ahead
        ahead = set().union(*(asked[ref] for ref in ahead)) - reached
    assert reached == set(known), "nothing in the bill is there without a reason"


def test_the_bill_is_up_to_date_and_always_the_same():
    assert text("sbom.cdx.json") == sbom.text() + "\n", "make lock writes it"
