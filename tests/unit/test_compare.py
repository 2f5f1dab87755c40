"""Comparing two runs: what was changed in config and data is named key by key, with the ranks and tiers that moved."""

import json
import shutil

import pytest
import yaml
from typer.testing import CliRunner

from harmmodel import pipeline
from harmmodel.audit.compare import compare, units_export
from harmmodel.cli import app
from harmmodel.config.difference import Change, differences
from harmmodel.errors import RunMissing, RunsNotComparable
from harmmodel.views.export import FORMATS
from harmmodel.warehouse.store import editions, runs, seal
from tests.tiny import OFFENCES, tiny_project, write_place


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Two runs of one place: between them the scheme, a goalpost and the raw file change."""
    home = tiny_project(tmp_path_factory.mktemp("compare"))
    pipeline.run(home, "tiny")
    scheme = home / "config" / "scheme.yaml"
    content = yaml.safe_load(scheme.read_text("utf-8"))
    content["aggregation"]["across_p"] = 3
    content["pillars"][0]["weights"][0]["value"] = 0.4
    scheme.write_text(yaml.safe_dump(content), "utf-8")
    more = "".join(f"{n},2024-03-10 12:00,1.5,1.5,ROBBERY,false\n" for n in range(20, 60))
    (home / "data" / "tiny" / "offences.csv").write_text(OFFENCES + more, "utf-8")
    write_place(home)
    pipeline.run(home, "tiny")
    return home


@pytest.fixture(scope="module")
def found(home):
    current = editions.published_id(home, "tiny")
    other = next(run_id for run_id in runs.finished(home) if run_id != current)
    return compare(home, other, "tiny")


def test_what_was_changed_in_config_is_named_key_by_key(found):
    assert Change("scheme.yaml", "aggregation.across_p", "2", "3") in found.config
    weight = next(c for c in found.config if c.key.startswith("pillars.violence.weights."))
    assert (weight.old, weight.new) == ("0.3333333333", "0.4")
    assert len(found.config) == 2


def test_changed_files_and_counts_stand_under_data(found):
    kinds = {(change.file, change.key): (change.old, change.new) for change in found.data}
    assert kinds["source offences", "rows"] == ("8", "48")
    assert kinds["indicator robbery", "events"] == ("3", "43")
    assert ("places/tiny/sources/offences.yaml", "sha256") in kinds


def test_ranks_and_tiers_are_set_side_by_side(found):
    units = found.units.set_index("unit_id")
    assert len(units) == 4
    assert units.loc["11", "moved"] > 0
    assert units.loc["11", "tier_changed"] == (units.loc["11", "tier_first"] != units.loc["11", "tier_second"])


def test_a_run_is_the_same_as_itself(home):
    comparison = compare(home, "tiny", "tiny")
    assert comparison.config == comparison.data == comparison.origin == ()
    assert not comparison.units["tier_changed"].any()


def test_the_json_holds_every_unit_and_every_change(found):
    content = json.loads(FORMATS["json"].text(units_export(found)))
    assert len(content["units"]) == 4
    assert {"file": "scheme.yaml", "key": "aggregation.across_p", "old": "2", "new": "3"} in content["config"]


def test_a_spreadsheet_gets_a_row_per_unit(found):
    header, *rows = FORMATS["csv"].text(units_export(found)).splitlines()
    assert header.startswith("unit_id,label,moved,tier_changed,lead_changed,rank_first,rank_second")
    assert len(rows) == 4


def test_the_command_prints_sections_and_names_the_change(home, found):
    result = CliRunner().invoke(app, ["compare", found.first[-12:], found.second, "--project", str(home)])
    assert result.exit_code == 0
    for said in ("Config", "aggregation.across_p", "Data", "Tiers that changed"):
        assert said in result.output


@pytest.mark.parametrize("asked", ["nothing", "", "../..", "/etc", "tiny-"])
def test_an_unknown_run_is_refused_with_the_known_ones(home, asked):
    with pytest.raises(RunMissing, match="Finished runs: tiny-"):
        compare(home, asked, "tiny")


def test_runs_of_two_places_are_not_compared(home, tmp_path):
    other = home / "data" / "runs" / "other-abcdef012345"
    other.mkdir()
    (other / "manifest.json").write_text('{"place": "other"}', "utf-8")
    seal.close(other)
    with pytest.raises(RunsNotComparable):
        compare(home, other.name, "tiny")
    shutil.rmtree(other)


def test_files_that_came_or_went_and_lines_of_sql_are_told(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    for home, sql, name in ((old, "select 1\nfrom a\n", "gone.yaml"), (new, "select 2\nfrom a\n", "come.yaml")):
        home.mkdir()
        (home / "count.sql").write_text(sql, "utf-8")
        (home / name).write_text("a: 1\n", "utf-8")
    assert differences(old, new) == [
        Change("come.yaml", "", None, "file"),
        Change("count.sql", "line 1", "select 1", "select 2"),
        Change("gone.yaml", "", "file", None),
    ]


def test_a_comment_alone_is_told_as_such_and_a_broken_file_line_by_line(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    for home, text, broken in ((old, "a: 1\n", "b: ["), (new, "# why\na: 1\n", "b: {")):
        home.mkdir()
        (home / "a.yaml").write_text(text, "utf-8")
        (home / "b.yaml").write_text(broken, "utf-8")
    first, second = differences(old, new)
    assert first.key == "comments or order"
    assert second == Change("b.yaml", "line 1", "b: [", "b: {")
