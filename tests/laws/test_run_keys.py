"""What a snapshot and a run are named by: all that goes in, and nothing else."""

import json
import shutil
from importlib import metadata
from pathlib import Path

import pytest
import yaml

import harmmodel
from harmmodel import pipeline
from harmmodel.errors import RunMissing, SnapshotError
from harmmodel.rebuild import rebuilt
from harmmodel.warehouse.store import editions
from harmmodel.warehouse.store.code_hash import LOADING_LIBRARIES, SCORING_LIBRARIES, SCORING_SOURCES, source_hash
from tests import tiny


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tiny.tiny_project(tmp_path)


def changed(path: Path, **values: object) -> None:
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text("utf-8")) | values, sort_keys=False), "utf-8")


def test_nothing_changed_gives_the_same_names(home: Path):
    first, second = pipeline.execute(home, "tiny"), pipeline.execute(home, "tiny")
    assert (first.snapshot.id, first.run_id) == (second.snapshot.id, second.run_id)
    assert (first.snapshot.was_built, second.snapshot.was_built) == (True, False)
    assert (first.was_scored, second.was_scored) == (True, False)


@pytest.mark.parametrize("file", ["core/core_count.sql", "crosswalk.csv", "place.yaml", "sources/offences.yaml"])
def test_a_word_in_the_config_of_the_place_gives_another_snapshot_and_another_run(home: Path, file: str):
    before = pipeline.execute(home, "tiny")
    path = home / "config" / "places" / "tiny" / file
    text = path.read_text("utf-8")
    path.write_text(
        {".sql": f"-- A remark.\n{text}", ".csv": text.replace("exact,", "exact,A remark")}.get(
            path.suffix, f"# A remark.\n{text}"
        ),
        "utf-8",
    )
    after = pipeline.execute(home, "tiny")
    assert after.snapshot.id != before.snapshot.id
    assert after.snapshot.was_built
    assert after.run_id != before.run_id


def test_a_weight_gives_another_run_on_the_same_snapshot(home: Path):
    before = pipeline.execute(home, "tiny")
    path = home / "config" / "scheme.yaml"
    weights = yaml.safe_load(path.read_text("utf-8"))["indicator_weights"]
    changed(path, indicator_weights=[{**weights[0], "spread": 0.25}])
    after = pipeline.execute(home, "tiny")
    assert after.snapshot.id == before.snapshot.id
    assert not after.snapshot.was_built
    assert after.run_id != before.run_id
    assert after.was_scored
    assert editions.published_id(home, "tiny") == after.run_id


@pytest.mark.parametrize(("file", "values"), [("scheme.yaml", {"seed": 99}), ("policy.yaml", None)])
def test_seed_and_policy_give_another_run_on_the_same_snapshot(home: Path, file: str, values: dict[str, object] | None):
    before = pipeline.execute(home, "tiny")
    path = home / "config" / file
    changed(path, **(values or {"tiers": {"focus": 0.75, "baseline": 0.1}}))
    after = pipeline.execute(home, "tiny")
    assert after.snapshot.id == before.snapshot.id
    assert after.run_id != before.run_id


def test_other_raw_rows_give_another_snapshot(home: Path):
    before = pipeline.execute(home, "tiny")
    path = home / "data" / "tiny" / "offences.csv"
    path.write_text(path.read_text("utf-8").replace("2024-01-03", "2024-01-02"), "utf-8")
    tiny.write_place(home)
    assert pipeline.execute(home, "tiny").snapshot.id != before.snapshot.id


@pytest.mark.parametrize("library", SCORING_LIBRARIES)
def test_another_version_of_a_library_that_decides_figures_gives_another_run(
    home: Path, monkeypatch: pytest.MonkeyPatch, library: str
):
    before, installed = pipeline.execute(home, "tiny"), metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "9.9.9" if name == library else installed(name))
    after = pipeline.execute(home, "tiny")
    assert after.run_id != before.run_id
    assert (after.snapshot.id != before.snapshot.id) == (library in LOADING_LIBRARIES)
    told = json.loads((home / "data" / "runs" / after.run_id / "manifest.json").read_text("utf-8"))["libraries"]
    assert told == {name: installed(name) for name in SCORING_LIBRARIES} | {library: "9.9.9"}


def test_a_run_of_other_libraries_is_not_made_again_but_told_apart(home: Path, monkeypatch: pytest.MonkeyPatch):
    installed = metadata.version
    with monkeypatch.context() as patch:
        patch.setattr(metadata, "version", lambda name: "2.5.5" if name == "numpy" else installed(name))
        run_id = pipeline.run(home, "tiny")
    with pytest.raises(RunMissing, match=rf"made with .*numpy 2\.5\.5.* here are .*numpy {installed('numpy')}"):
        rebuilt(home, run_id)


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the package's code, so that a byte of it can be changed, and let the hash read the copy."""
    copy = tmp_path / "harmmodel"
    shutil.copytree(Path(harmmodel.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(harmmodel, "__file__", str(copy / "__init__.py"))
    return copy


def scoring_files(home: Path) -> list[Path]:
    """Every module and SQL file of the rooms on which figures depend."""
    below = [path for part in SCORING_SOURCES for path in ((home / part), *(home / part).rglob("*"))]
    return [path for path in below if path.suffix in (".py", ".sql")]


def test_one_byte_in_any_scoring_module_gives_another_run(home: Path, code: Path):
    before = pipeline.execute(home, "tiny").run_id
    hashes = {source_hash(*SCORING_SOURCES)}
    files = scoring_files(code)
    assert len(files) > 100
    for path in files:
        text = path.read_bytes()
        path.write_bytes(text + b" ")
        hashes.add(source_hash(*SCORING_SOURCES))
        path.write_bytes(text)
    assert len(hashes) == len(files) + 1
    files[-1].write_bytes(files[-1].read_bytes() + b"\n")
    assert pipeline.execute(home, "tiny").run_id != before


def test_every_floor_below_the_pages_is_a_scoring_source(code: Path):
    rooms = {path.name for path in code.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    drawn = {"__init__.py", "errors.py", "scaffold.py", "journal", "views", "audit", "report", "app", "cli"}
    drawn |= {"limits.py", "rebuild.py", "writing"}  # they refuse or compare, and move no figure
    assert rooms | {"assembly"} == drawn | set(SCORING_SOURCES)


@pytest.mark.parametrize("part", SCORING_SOURCES)
def test_a_scoring_source_that_is_gone_stops_the_run_by_name(home: Path, code: Path, part: str):
    shutil.move(code / part, code / "elsewhere")
    with pytest.raises(SnapshotError, match=f"{part} is named as a source of figures"):
        pipeline.execute(home, "tiny")
