"""A new project: written whole or not at all, always the same, and it runs at once."""

import pytest
from typer.testing import CliRunner

from harmmodel import pipeline, registry, scaffold
from harmmodel.cli import app
from harmmodel.errors import FolderInUse
from harmmodel.warehouse.store import editions


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("init") / "new" / "project"
    scaffold.write(home)
    return home


@pytest.fixture(scope="module")
def run(home):
    pipeline.run(home, "example")
    return editions.published(home, "example")


def test_the_example_runs_at_once_and_scores_every_area(run):
    assert len(run.scores) == len(scaffold.AREAS)
    assert run.scores["score"].notna().all()
    assert {"focus", "baseline"} <= set(run.scores["tier"])


def test_the_example_shows_every_rule_it_explains(run):
    assert (run.register["weight"] > 0).all()
    assert (run.register["clipped_share"] == 0).all()
    assert (run.indicators["rate_high"] < run.indicators["indicator"].map(lambda i: run.config.goalposts[i].high)).all()
    assert {"move attention here", "release"} <= set(run.contrast["corner"])


def test_check_finds_no_fault(home, run):
    assert any("no harm class has over half" in line for line in registry.findings(home, "example"))


def test_it_is_said_to_be_made_up_wherever_a_reader_looks(home, run):
    assert "made up" in run.place.label
    assert all("made up" in passport.producer for passport in run.config.passports.values())
    assert "made up" in (home / "README.md").read_text("utf-8")


def test_every_key_is_explained_in_the_files_a_newcomer_reads(home):
    for name in ("scheme.yaml", "policy.yaml", "places/example/place.yaml", "places/example/sources/offences.yaml"):
        assert (home / "config" / name).read_text("utf-8").count("#") >= 4


def test_it_is_always_the_same_project():
    assert scaffold.project() == scaffold.project()
    assert not any("SHA256 of" in text for text in scaffold.project().values())


def test_a_folder_in_use_is_refused_and_left_as_it_is(tmp_path):
    (tmp_path / "mine.txt").write_text("keep", "utf-8")
    with pytest.raises(FolderInUse, match="not empty"):
        scaffold.write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_used_and_the_next_step_is_said(tmp_path):
    home = tmp_path / "empty"
    home.mkdir()
    result = CliRunner().invoke(app, ["init", str(home)])
    assert result.exit_code == 0
    assert f"harmmodel run example --project {home}" in result.output
    assert (home / "config" / "places" / "example" / "place.yaml").is_file()


def test_a_failure_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(scaffold, "project", lambda: {"a.txt": "a", "b/../../..": "x"})
    with pytest.raises(OSError, match=r".*"):
        scaffold.write(tmp_path / "new")
    assert list(tmp_path.iterdir()) == []
