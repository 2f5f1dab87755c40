"""What a snapshot and a run are named by: all that goes in, and nothing else."""

from pathlib import Path

import pytest
import yaml

from harmmodel import pipeline
from harmmodel.warehouse.store import runs
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
    assert runs.published_id(home, "tiny") == after.run_id


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
