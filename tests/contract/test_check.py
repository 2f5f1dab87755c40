"""What ``harmmodel check`` refuses, ``harmmodel run`` refuses with the same words; what it accepts, a run accepts."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from harmmodel import cli, pipeline, registry
from harmmodel.errors import FirewallError, HarmModelError, SnapshotError, SourceError
from tests import tiny
from tests.town import change

Break = Callable[[Path], object]


def passport(home: Path, name: str, **values: object) -> None:
    change(home / "config/places/tiny/sources" / f"{name}.yaml", **values)


def core(home: Path, name: str, sql: str) -> None:
    (home / "config/places/tiny/core" / f"{name}.sql").write_text(sql, "utf-8")


def file(home: Path, name: str, old: str, new: str) -> None:
    """Change a raw file and the hash in its passport."""
    path = home / "data/tiny" / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    passport(home, path.stem, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


KLASS = "-- Counts.\n" + tiny.CORE["core_count"].replace("month, class,", "month,\nklass,")
# Each fault alone: how a project is broken, the kind of error, and what its message says.
ALONE: dict[str, tuple[Break, type[HarmModelError], str]] = {
    "missing file": (
        lambda home: (home / "data/tiny/residents.csv").unlink(),
        SourceError,
        r"residents.csv is missing. Put the file named by passport sources/residents.yaml there",
    ),
    "another file": (
        lambda home: passport(home, "offences", sha256="0" * 64),
        SourceError,
        r"offences.csv has sha256 \w+, but passport sources/offences.yaml says 0000",
    ),
    "header": (
        lambda home: file(home, "offences.csv", "offence,arrest", "ofence,arrest"),
        SourceError,
        r"columns missing: offence .*ofence",
    ),
    "type": (
        lambda home: file(home, "offences.csv", "2024-02-05 12:00", "2024-02-35 12:00"),
        SourceError,
        r"row 3, column when: .* is no timestamp",
    ),
    "offence that no line knows": (
        lambda home: file(home, "offences.csv", "SHOOTING", "SHOTING"),
        SourceError,
        r"1 offence that crosswalk.csv does not know .*\n  'SHOTING': 1 row.*SHOOTING",
    ),
    "unit that no outline has": (
        lambda home: file(home, "residents.csv", "11,4000", "11.0,4000"),
        SourceError,
        r"residents.csv, column area, holds 1 unit that no outline has",
    ),
    "period": (
        lambda home: passport(home, "offences", covers={"from": "2022-01-01", "to": "2022-02-01"}),
        SourceError,
        r"none of its 8 rows counts",
    ),
    "column that does not exist": (
        lambda home: core(
            home, "core_count", "-- Counts.\n" + tiny.CORE["core_count"].replace("month, class,", "month,\nklass,")
        ),
        SnapshotError,
        r'^core/core_count.sql line 3: Referenced column "klass" not found .*Candidate bindings: .*"class"',
    ),
    "column of another type": (
        lambda home: core(home, "core_area", tiny.CORE["core_area"].replace("r.residents", "r.residents * 1.5 as x")),
        SnapshotError,
        r"core/core_area.sql: column residents must be BIGINT, but is missing",
    ),
    "enforcement in a harm table": (
        lambda home: core(home, "core_count", tiny.CORE["core_count"].replace("raw_offences", "act_raw_offences")),
        FirewallError,
        r"core SQL reaches enforcement data",
    ),
    "rows that core SQL loses": (
        lambda home: core(home, "core_area", f"select * from ({tiny.CORE['core_area']}) where area_id <> '00'"),
        SnapshotError,
        r"core_area lacks a unit that has an outline",
    ),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tiny.tiny_project(tmp_path / "project")


def tree(home: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns * path.is_file() for path in sorted(home.rglob("*"))}


def refused(home: Path) -> HarmModelError:
    """Return what check says, once it is sure that it wrote nothing and that a run says the same."""
    before = tree(home)
    with pytest.raises(HarmModelError) as checked:
        registry.findings(home, "tiny")
    assert tree(home) == before
    with pytest.raises(HarmModelError) as ran:
        pipeline.run(home, "tiny")
    assert (type(checked.value), str(checked.value)) == (type(ran.value), str(ran.value))
    return checked.value


@pytest.mark.parametrize("name", ALONE)
def test_a_fault_is_told_by_check_and_stops_a_run_with_the_same_words(home: Path, name: str):
    spoil, kind, says = ALONE[name]
    spoil(home)
    error = refused(home)
    assert isinstance(error, kind)
    assert re.search(says, str(error)), str(error)


def test_the_faults_of_all_files_are_told_at_once(home: Path):
    names = ["column that does not exist", "missing file", "type", "offence that no line knows"]
    for name in names:
        ALONE[name][0](home)
    told = refused(home).parts
    assert len(told) == len(names)
    for name in names:
        assert any(re.search(ALONE[name][2].removeprefix("^"), part) for part in told), (name, told)


def test_where_the_outlines_are_at_fault_the_other_files_are_looked_through_all_the_same(home: Path):
    file(home, "areas.geojson", '"features"', '"feature"')
    for name in ("type", "offence that no line knows"):
        ALONE[name][0](home)
    told = " ".join(refused(home).parts)
    assert "areas.geojson" in told
    assert "is no timestamp" in told
    assert "'SHOTING'" in told
    assert "no outline has" not in told


def test_each_file_of_a_source_is_told_with_its_own_faults(home: Path):
    whole = (home / "data/tiny/offences.csv").read_text("utf-8")
    files = []
    for month, text in {
        "01": whole.replace("offence", "ofence"),
        "02": whole.replace("2024-02-05", "05/02/2024"),
        "03": whole.replace(",1.5,0.5,", ",x,0.5,"),
    }.items():
        path = home / "data/tiny" / f"{month}.csv"
        path.write_text(text, "utf-8")
        files.append({"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()})
    path = home / "config/places/tiny/sources/offences.yaml"
    content = yaml.safe_load(path.read_text("utf-8"))
    kept = {key: value for key, value in content.items() if key not in ("file", "sha256")} | {"files": files}
    path.write_text(yaml.safe_dump(kept), "utf-8")
    told = str(refused(home))
    assert "01.csv differs from passport sources/offences.yaml:\n  columns missing: offence" in told
    assert re.search(r"02.csv differs from passport sources/offences.yaml:\n  .*row 3, column when: ", told)
    assert re.search(r"03.csv differs from passport sources/offences.yaml:\n  .*row 3, column lon: ", told)


def test_what_check_accepts_a_run_accepts_and_nothing_is_left_of_it(home: Path):
    before = tree(home)
    told = registry.findings(home, "tiny")
    assert "tiny: 8 rows of scored sources were read and counted as by a run, and nothing was kept" in told
    assert tree(home) == before
    pipeline.run(home, "tiny")
    before = tree(home)
    assert any("has read and counted them before" in line for line in registry.findings(home, "tiny"))
    assert {path: at for path, at in tree(home).items() if "snapshots" in path} == {
        path: at for path, at in before.items() if "snapshots" in path
    }


def test_without_a_place_every_place_is_checked_and_the_faults_of_all_are_told(home: Path, monkeypatch, capfd):
    ALONE["missing file"][0](home)
    monkeypatch.setattr(sys, "argv", ["harmmodel", "check", "--project", str(home)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    told = " ".join(capfd.readouterr().err.split())
    assert stopped.value.code == 10  # of the first place at fault: one that has no sources
    assert "2 faults: 1. " in told
    assert "elsewhere" in told
    assert "residents.csv is missing" in told
