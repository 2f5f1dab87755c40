"""A new project: written whole or not at all, always the same, and it runs at once."""

from dataclasses import replace

import pytest
from pandas.testing import assert_frame_equal
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from harmmodel import pipeline, registry, scaffold
from harmmodel.assembly.groups import OUTLINE_DEGREES
from harmmodel.cli import app
from harmmodel.config import load_config
from harmmodel.config.deterrence import load_backfire
from harmmodel.config.feeds import FEEDS, fed
from harmmodel.errors import FolderInUse
from harmmodel.views.deterrence import displacement
from harmmodel.warehouse.entered import entries
from harmmodel.warehouse.read import disparity, groups
from harmmodel.warehouse.store import editions, runs, snapshots
from harmmodel.warehouse.store.connection import reading
from tests.app.conftest import PAGES, QUESTIONS
from tests.app.test_missing import no_outlines
from tests.cases.home import copied, load
from tests.conftest import ROOT
from tests.reading import at_page


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


def test_the_example_feeds_every_lens(home, run):
    assert fed(run.config) == tuple(FEEDS)
    assert sorted(editions.edition(home, "example").results) == ["area", "disparity", "group"]


def test_its_groups_fight_and_attack_and_some_events_are_coarse(home, run):
    found = groups.published(home, "example")
    assert len(found.scores) >= 4
    assert set(found.attribution["class"]) == {"non_state", "one_sided"}
    assert set(found.attribution["is_precise"]) == {True, False}
    assert set(found.ties["tie"]) == {"rival", "ally"}
    measured = found.indicators[found.indicators["indicator"].isin(["decayed_deaths", "civilian_deaths"])]
    assert measured["value"].notna().all()
    high = measured["indicator"].map(lambda name: run.config.goalposts[name].high)
    assert (measured["high"] < high).all()


def test_areas_of_a_town_keep_their_corners_and_neighbours_on_the_map_of_groups(home, run):
    found = groups.published(home, "example")
    extent = 0.01 * scaffold.COLUMNS
    assert extent < 3 * OUTLINE_DEGREES, "drawn as a country is, corners would be lost"
    assert {len(f["geometry"]["coordinates"][0]) for f in found.boundaries["features"]} == {5}
    assert set(found.borders.loc[found.borders["unit_id"] == "A1", "neighbour_id"]) == {"A2", "B1", "B2"}


def test_each_stop_is_counted_once_by_each_description_and_none_stands_alone(home, run):
    stops = disparity.published(home, "example").stops
    assert stops.groupby("scheme")["stops"].sum().nunique() == 1
    assert stops["stops"].min() >= scaffold.FEWEST


def test_every_page_answers(home, run, monkeypatch):
    monkeypatch.setenv("HARMMODEL_PROJECT", str(home))
    for name in PAGES:
        page = at_page(AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60), name).run()
        assert not page.exception, name
        assert not page.error, name
        assert page.title[0].value == QUESTIONS[name]


def test_groups_are_scored_alike_without_outlines_and_nothing_is_said_of_neighbours(home, run, tmp_path):
    other = copied(home, tmp_path / "p")
    no_outlines(other.path)
    loaded, config = load(other), load_config(other.path, "example")
    with reading(loaded.snapshot / snapshots.HARM) as con:
        opened = snapshots.OpenSnapshot(loaded.snapshot, con)
        found = registry.LENSES["group"].judge(opened, config, runs.INTERNAL, entries.load(other.path, "example"))
    published = groups.published(home, "example")
    assert found.documents["boundaries"]["features"] == []
    figures = ["group_id", "indicator", "value", "low", "high", "points"]
    assert_frame_equal(found.frames["indicators"][figures], published.indicators[figures], check_dtype=False)
    nowhere = replace(published, borders=found.frames["borders"])
    assumed, _ = load_backfire(home)
    assert displacement.starts(published, assumed)
    assert displacement.starts(nowhere, assumed) == ()
    assert "not known" in displacement.too_short(nowhere, assumed)[0]


def test_check_finds_no_fault(home, run):
    assert any("no harm class has over half" in line for line in registry.findings(home, "example"))


def test_it_is_said_to_be_made_up_wherever_a_reader_looks(home, run):
    assert "made up" in run.place.label
    assert all("made up" in passport.producer for passport in run.config.passports.values())
    costs = run.config.activities.costs
    assert costs.assumed[0] == costs.assumed[1]
    assert all("(made up)" in service.label for service in run.config.activities.services)
    assert "Made up" in load_backfire(home)[0].transfer
    assert {item.status for item in run.config.disparity.benchmarks if item.kind == "residents"} == {"unverified"}
    assert "made up" in (home / "README.md").read_text("utf-8")


def test_every_key_is_explained_in_the_files_a_newcomer_reads(home):
    for name in (
        *("scheme.yaml", "policy.yaml", "groups.yaml", "activities.yaml", "backfire.yaml"),
        *(f"places/example/{file}" for file in ("place.yaml", "disparity.yaml", "sources/offences.yaml")),
    ):
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
