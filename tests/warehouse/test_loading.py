"""Raw files in: what is wrong is named with its remedy, what is left out is counted, the last run stays published."""

import shutil

import pytest

from harmmodel import pipeline
from harmmodel.errors import ConfigError, SourceError
from harmmodel.warehouse import runs
from tests import tiny


@pytest.fixture
def place(tmp_path):
    return tiny.tiny_project(tmp_path)


def refused(home, *words):
    """Run a place that must be refused, and check the message and that the last run is untouched."""
    before = runs.places_with_runs(home)
    with pytest.raises((SourceError, ConfigError)) as error:
        pipeline.run(home, "tiny")
    assert all(word in str(error.value) for word in words), str(error.value)
    assert runs.places_with_runs(home) == before
    assert not list((home / "data").glob("*/.build-*"))


def test_a_new_place_needs_no_python(place):
    run = runs.load_run(place, "tiny", pipeline.run(place, "tiny"))
    assert run.scores["violence"].notna().all()
    assert run.scores["corruption"].isna().all()
    assert set(run.scores["pillars_scored"]) == {1}
    assert run.scores["score"].isna().all(), "with one pillar no overall is printed"
    assert run.scores["rank"].notna().all()


def test_every_row_of_the_file_has_one_fate(place):
    run = runs.load_run(place, "tiny", pipeline.run(place, "tiny"))
    row = run.reconciliation.set_index("source").loc["offences"]
    assert row[["rows", "loaded", "enforcement", "outside_city", "outside_period", "rejected"]].to_list() == [
        8,
        4,
        2,
        1,
        1,
        0,
    ]


def test_points_are_placed_in_the_area_that_holds_them(place):
    run = runs.load_run(place, "tiny", pipeline.run(place, "tiny"))
    counted = run.indicators.set_index(["unit_id", "indicator"])["events"]
    assert counted["00", "robbery"] == 2
    assert counted["10", "robbery"] == 1
    assert counted["01", "shooting"] == 1


def test_every_unknown_offence_is_named_with_its_count(tmp_path):
    home = tiny.tiny_project(tmp_path, tiny.OFFENCES.replace("DRUGS", "PIRACY").replace("SHOOTING", "TREASON"))
    refused(home, "'PIRACY': 2 rows", "'TREASON': 1 rows", "crosswalk.csv")


def test_a_changed_file_is_refused_and_the_last_run_stays(place):
    first = pipeline.run(place, "tiny")
    with (place / "data/tiny/offences.csv").open("a") as stream:
        stream.write("9,2024-01-05 10:00,0.5,0.5,ROBBERY,false\n")
    refused(place, "offences.csv has sha256", "update the passport")
    assert runs.published_id(place, "tiny") == first


def test_a_missing_file_is_named(place):
    (place / "data/tiny/residents.csv").unlink()
    refused(place, "residents.csv is missing")


@pytest.mark.parametrize("column", ["officer_id", "Last Name", "victim_dob", "HomeAddress", "plate"])
def test_a_column_that_looks_personal_stops_the_load(tmp_path, column):
    lines = tiny.OFFENCES.splitlines()
    text = "\n".join([f"{lines[0]},{column}", *(f"{line},x" for line in lines[1:])]) + "\n"
    refused(tiny.tiny_project(tmp_path, text), column, "personal")


def test_a_renamed_column_is_named_with_what_was_found(tmp_path):
    home = tiny.tiny_project(tmp_path, tiny.OFFENCES.replace("when", "time", 1))
    refused(home, "columns missing: when", "time")


def test_a_value_of_the_wrong_type_is_named_with_its_row(tmp_path):
    home = tiny.tiny_project(tmp_path, tiny.OFFENCES.replace("2024-02-05 12:00", "soon"))
    refused(home, "line 4, column when", '"soon"')


def test_a_repeated_key_is_rejected_and_counted(tmp_path):
    home = tiny.tiny_project(tmp_path, tiny.OFFENCES + "1,2024-01-03 10:00,0.5,0.5,ROBBERY,false\n")
    run = runs.load_run(home, "tiny", pipeline.run(home, "tiny"))
    row = run.reconciliation.set_index("source").loc["offences"]
    assert (row["rejected"], row["reasons"]) == (1, "repeated row 1")


def test_faults_of_all_config_files_are_listed_at_once(place):
    shutil.copy(place / "config/scheme.yaml", place / "config/weights/wrong.yaml")
    with (place / "config/scheme.yaml").open("a") as stream:
        stream.write("surprise: 1\n")
    (place / "config/places/tiny/crosswalk.csv").write_text(tiny.CROSSWALK.replace("true", "perhaps"))
    refused(place, "config/weights/wrong.yaml", "scheme.yaml: surprise", "crosswalk.csv line 4: enforcement")


def test_a_pillar_that_no_place_feeds_is_told(place):
    shutil.rmtree(place / "config/places/elsewhere")
    refused(place, "no place lists an indicator of corruption", "no place lists an indicator of community")
