"""One run that cannot be read leaves the other places usable; what is shown is of one run."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from harmmodel import pipeline
from harmmodel.app import session
from harmmodel.errors import ConfigError, RunMissing
from harmmodel.warehouse.store import editions, runs, seal
from tests.app.conftest import PAGES, OpenPage, is_titled, open_app, texts

OTHER = "elsewhere"


@pytest.fixture
def home(tiny: Path, tmp_path: Path) -> Path:
    """Give the tiny place a neighbour whose run an older version made: its config says what is no longer known."""
    shutil.copytree(tiny, tmp_path / "home")
    home = tmp_path / "home"
    made = editions.published(home, "tiny")
    old = runs.home(home) / f"{OTHER}-0123456789ab"
    shutil.copytree(made.path, old)
    (old / "config" / "places" / "tiny").rename(old / "config" / "places" / OTHER)
    age(old, place=OTHER)
    seal_anew(old, OTHER)
    return home


def seal_anew(run: Path, place: str) -> None:
    """Seal a run as it is now, and publish it so: another version would have."""
    (run / seal.FILE).unlink()
    (run.parent / f"{place}.CURRENT").write_text(f"{run.name} {seal.close(run).id} area\n", "utf-8")


def age(run: Path, place: str) -> None:
    """Make a run one of another version, with a setting that this one does not know."""
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    (run / "manifest.json").write_text(json.dumps(manifest | {"place": place, "code_hash": "another"}), "utf-8")
    scheme = run / "config" / "scheme.yaml"
    scheme.write_text(scheme.read_text("utf-8") + "retired_setting: 3\n", "utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_another_place_is_shown(monkeypatch: pytest.MonkeyPatch, home: Path, name: str):
    page = open_app(monkeypatch, home, name, place="tiny")
    assert not page.exception
    assert not page.error
    assert is_titled(page, name)
    assert list(page.sidebar.selectbox[0].options) == [OTHER, "Tiny"]


def test_the_place_itself_says_what_to_do_and_lets_another_one_be_chosen(monkeypatch: pytest.MonkeyPatch, home: Path):
    page = open_app(monkeypatch, home, "overview", place=OTHER)
    assert not page.exception
    assert page.title[0].value == "This run cannot be shown"
    assert "was made by another version of this tool" in texts(page)
    assert f"`harmmodel run {OTHER}`" in texts(page)
    page.sidebar.selectbox[0].set_value("tiny").run()
    assert page.title[0].value == "What matters now?"


def test_a_run_of_another_version_is_not_called_a_problem_of_the_config(home: Path):
    with pytest.raises(RunMissing, match="Make it again: harmmodel run elsewhere"):
        editions.published(home, OTHER)


def test_a_table_that_an_older_version_did_not_keep_is_told_alike(home: Path, monkeypatch: pytest.MonkeyPatch):
    run = editions.published(home, "tiny")
    later = (*runs.AreaRun.frames(), "of_tomorrow")
    monkeypatch.setattr(runs.AreaRun, "frames", classmethod(lambda cls: later))
    age_manifest = json.loads((run.path / "manifest.json").read_text("utf-8")) | {"code_hash": "another"}
    (run.path / "manifest.json").write_text(json.dumps(age_manifest), "utf-8")
    seal_anew(run.path, "tiny")
    with pytest.raises(RunMissing, match="made by another version"):
        editions.published(home, "tiny")


def test_a_run_of_this_version_with_a_damaged_config_is_told_as_that(home: Path):
    run = editions.published(home, "tiny")
    scheme = run.path / "config" / "scheme.yaml"
    scheme.write_text(scheme.read_text("utf-8") + "retired_setting: 3\n", "utf-8")
    seal_anew(run.path, "tiny")
    with pytest.raises(ConfigError, match="retired_setting"):
        editions.published(home, "tiny")


def test_sidebar_and_page_show_one_run_although_another_is_published_meanwhile(
    monkeypatch: pytest.MonkeyPatch, open_page: OpenPage, home: Path
):
    first = editions.published_id(home, "tiny")
    path = home / "config" / "scheme.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text("utf-8")) | {"seed": 7}, sort_keys=False), "utf-8")
    second = pipeline.run(home, "tiny")
    editions.publish(home, "tiny", {"area": first})
    opened: list[str] = []
    load = session._opened

    def publishing(project: Path, name: str, run_id: str):
        """Publish the second run as soon as any run of the place is opened for this page."""
        if name == "tiny":
            opened.append(run_id)
            editions.publish(home, "tiny", {"area": second})
        return load(project, name, run_id)

    monkeypatch.setattr(session, "_opened", publishing)
    monkeypatch.setattr(session, "place_label", str)
    app = open_page("overview", home=home, place="tiny")
    assert not app.exception
    shown_first = opened.count(first)
    assert shown_first > 1, "the page has to be of the run that the sidebar names"
    assert opened == [first] * shown_first + [second] * (len(opened) - shown_first), "the next page shows the next run"
