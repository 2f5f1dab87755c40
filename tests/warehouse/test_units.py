"""Ids of units that no outline has: named with counts and the unit that may be meant, never dropped in silence."""

import json
import unicodedata

import pytest
import yaml

from harmmodel import pipeline
from harmmodel.errors import ConfigError, SnapshotError, SourceError
from harmmodel.warehouse.load.told import near
from harmmodel.warehouse.store import runs
from tests import tiny

HEADER, *ROWS = tiny.OFFENCES.splitlines()
AREAS = ["00", "00", "10", "01", "00", "11", "99", "00"]
REASON = "The publisher writes it for places beyond the border."


def offences(*areas: str) -> str:
    """Return the offences of the tiny place with a column of areas."""
    rows = [f"{row},{area}" for row, area in zip(ROWS, areas, strict=True)]
    return "\n".join([f"{HEADER},area", *rows]) + "\n"


def place(home, content: str, locate: dict[str, object], kind: str = "text"):
    """Make the tiny place with areas in its file of offences."""
    tiny.tiny_project(home, content)
    column = {"type": kind, "tells": "harm", "means": "Area."}
    tiny.write_place(home, columns=tiny.COLUMNS | {"area": column}, locate=locate)
    return home


def fates(home):
    run = runs.load_run(home, "tiny", pipeline.run(home, "tiny"))
    row = run.reconciliation.set_index("source").loc["offences"]
    return {name: row[name] for name in ("loaded", "enforcement", "outside_city", "outside_period", "rejected")}


def refused(home, *words, kind=SourceError):
    with pytest.raises(kind) as error:
        pipeline.run(home, "tiny")
    assert all(word in str(error.value) for word in words), str(error.value)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Downtown", "'Downtown': 2 rows\n"),
        ("0", "'0': 2 rows, like '00', written with other leading zeros"),
        ("00.0", "'00.0': 2 rows, like '00', written as a decimal"),
        (" 00", "' 00': 2 rows, like '00', written with other spaces"),
        ("00\u200b", "'00\\u200b': 2 rows, like '00', written with an invisible sign"),
    ],
)
def test_an_id_without_an_outline_is_named_with_its_rows_and_the_unit_that_may_be_meant(tmp_path, written, told):
    areas = [written, written, "10", "01", "00", "11", "", "00"]
    home = place(tmp_path, offences(*areas), {"unit": "area"})
    refused(home, "offences.csv, column area, holds 1 unit that no outline has", told, "sources/offences.yaml")


def test_units_that_no_row_names_stand_beside_the_strange_ids(tmp_path):
    home = place(tmp_path, offences("00", "00", "10", "Downtown", "00", "11", "", "00"), {"unit": "area"})
    refused(home, "'Downtown': 1 row", "Units that no row names: '01'")


def test_an_id_that_the_outlines_give_as_a_name_is_proposed(tmp_path):
    home = place(tmp_path, offences("North", "North", "10", "01", "00", "11", "", "00"), {"unit": "area"})
    path = home / "data/tiny/areas.geojson"
    outlines = json.loads(path.read_text())
    for feature in outlines["features"]:
        feature["properties"]["name"] = {"00": "North"}.get(
            feature["properties"]["area"], feature["properties"]["area"]
        )
    path.write_text(json.dumps(outlines))
    tiny.write_place(home, columns=tiny.COLUMNS | {"area": {"type": "text", "means": "Area.", "tells": "harm"}})
    passport = home / "config/places/tiny/sources/areas.yaml"
    content = yaml.safe_load(passport.read_text())
    content["columns"]["name"] = {"type": "text", "tells": "neither", "means": "Name."}
    passport.write_text(yaml.safe_dump(content | {"labels": ["name"]}))
    scored = home / "config/places/tiny/sources/offences.yaml"
    scored.write_text(yaml.safe_dump(yaml.safe_load(scored.read_text()) | {"locate": {"unit": "area"}}))
    refused(home, "'North': 2 rows, as the outlines call '00'", 'spellings: {"North": "00"}')


def test_an_id_is_another_spelling_or_outside_only_where_the_passport_says_so(tmp_path):
    areas = ["0", "0", "10", "01", "00", "11", "99", "00"]
    locate = {"unit": "area", "spellings": {"0": "00"}, "outside": {"values": ["99"], "reason": REASON}}
    home = place(tmp_path, offences(*areas), locate)
    assert fates(home) == {"loaded": 4, "enforcement": 2, "outside_city": 1, "outside_period": 1, "rejected": 0}


def test_ids_that_begin_alike_may_lie_outside_together(tmp_path):
    areas = ["00", "00", "10", "X 1", "00", "11", "X 2", "00"]
    outside = {"values": ["X*"], "reason": REASON}
    home = place(tmp_path, offences(*areas), {"unit": "area", "outside": outside})
    assert fates(home) == {"loaded": 3, "enforcement": 2, "outside_city": 2, "outside_period": 1, "rejected": 0}


def test_residents_of_more_units_than_the_place_has_are_no_fault(tmp_path):
    home = tiny.tiny_project(tmp_path)
    path = home / "data/tiny/residents.csv"
    path.write_text(path.read_text() + "Elsewhere,5\n")
    tiny.write_place(home)
    assert fates(home)["loaded"] == 4
    path.write_text(path.read_text().replace("01,", "Old town,"))
    tiny.write_place(home)
    refused(home, "'Old town': 1 row", "Units that no row names: '01'")


def test_an_id_that_lies_outside_is_not_placed_by_its_point(tmp_path):
    """Row 4 lies in 01 by its point."""
    areas = ["00", "00", "10", "99", "00", "11", "99", "00"]
    points = {"unit": "area", "longitude": "lon", "latitude": "lat"}
    listed = {"values": ["99"], "reason": REASON}
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    home = place(tmp_path / "a", offences(*areas), points | {"outside": listed})
    assert fates(home) == {"loaded": 3, "enforcement": 2, "outside_city": 2, "outside_period": 1, "rejected": 0}
    home = place(tmp_path / "b", offences(*areas), points | {"by_point": listed})
    assert fates(home) == {"loaded": 4, "enforcement": 2, "outside_city": 1, "outside_period": 1, "rejected": 0}


def test_ids_of_rows_outside_the_period_may_be_as_they_like(tmp_path):
    home = place(tmp_path, offences("00", "00", "10", "01", "00", "11", "11", "Old ward"), {"unit": "area"})
    assert fates(home)["outside_period"] == 1


@pytest.mark.parametrize(
    ("locate", "words"),
    [
        ({"unit": "area", "outside": {"values": ["00"], "reason": REASON}}, ["'00' has an outline"]),
        ({"unit": "area", "spellings": {"99": "1"}}, ["no outline has '1', like '01'"]),
    ],
)
def test_a_list_of_ids_may_not_contradict_the_outlines(tmp_path, locate, words):
    refused(place(tmp_path, offences(*AREAS), locate), *words)


@pytest.mark.parametrize(
    "locate",
    [
        {"unit": "area", "by_point": {"values": ["99"], "reason": REASON}},
        {"longitude": "lon", "latitude": "lat", "spellings": {"0": "00"}},
        {"unit": "area", "spellings": {"99": "00"}, "outside": {"values": ["99"], "reason": REASON}},
    ],
)
def test_lists_of_ids_that_make_no_sense_are_refused(tmp_path, locate):
    refused(place(tmp_path, offences(*AREAS), locate), "locate", kind=ConfigError)


def test_a_file_of_residents_that_names_another_unit_is_refused(tmp_path):
    home = tiny.tiny_project(tmp_path)
    path = home / "data/tiny/residents.csv"
    path.write_text(path.read_text().replace("01,", "1,"))
    tiny.write_place(home)
    refused(home, "residents.csv, column area", "'1': 1 row, like '01', written with other leading zeros")


def test_a_join_that_loses_a_unit_is_named(tmp_path):
    home = tiny.tiny_project(tmp_path)
    path = home / "data/tiny/residents.csv"
    path.write_text(path.read_text().replace("11,4000\n", ""))
    tiny.write_place(home)
    refused(home, "core_area lacks a unit that has an outline", "11", "left_out", kind=SnapshotError)


def test_an_outline_may_be_left_out_for_a_reason(tmp_path):
    home = tiny.tiny_project(tmp_path)
    path = home / "data/tiny/residents.csv"
    path.write_text(path.read_text().replace("11,4000\n", ""))
    tiny.write_place(home)
    described = home / "config/places/tiny/place.yaml"
    content = yaml.safe_load(described.read_text())
    content["boundaries"]["left_out"] = {"values": ["11"], "reason": "A lake, in which nobody lives or is counted."}
    described.write_text(yaml.safe_dump(content))
    core = home / "config/places/tiny/core/core_area.sql"
    core.write_text(core.read_text())
    assert fates(home) == {"loaded": 4, "enforcement": 1, "outside_city": 2, "outside_period": 1, "rejected": 0}


def test_a_unit_in_which_no_row_lies_is_told(tmp_path):
    said = []
    pipeline.run(tiny.tiny_project(tmp_path), "tiny", said.append)
    assert not [line for line in said if "no row" in line]
    home = tmp_path / "other"
    home.mkdir()
    tiny.tiny_project(home, tiny.OFFENCES.replace(",0.5,1.5,", ",0.5,0.5,"))
    pipeline.run(home, "tiny", said.append)
    assert [line for line in said if line.startswith("offences.csv: no row of the period lies in '01'. If the file")]


def test_a_code_written_otherwise_is_like_one_of_the_crosswalk(tmp_path):
    code = "AGRESI\u00d3N"
    content = tiny.OFFENCES.replace("ROBBERY", code)
    crosswalk = tiny.CROSSWALK.replace("ROBBERY", unicodedata.normalize("NFD", code))
    home = tiny.tiny_project(tmp_path, content, crosswalk)
    refused(home, f"'{code}': 5 rows, like '", "written with accents composed otherwise", "as in the file")


def test_a_heading_written_otherwise_is_named(tmp_path):
    home = tiny.tiny_project(tmp_path, tiny.OFFENCES.replace(",when,", ",When ,"))
    refused(home, "columns missing: when (like 'When ', written with other spaces and in other capitals)")


def test_points_with_their_axes_swapped_are_refused(tmp_path):
    rows = [f"{n},2024-01-03 10:00,1.5,5.5,ROBBERY,false" for n in range(30)]
    home = tiny.tiny_project(tmp_path, "\n".join([HEADER, *rows]) + "\n")
    path = home / "data/tiny/areas.geojson"
    outlines = json.loads(path.read_text())
    for feature in outlines["features"]:
        feature["geometry"]["coordinates"] = [[[x + 5, y] for x, y in feature["geometry"]["coordinates"][0]]]
    path.write_text(json.dumps(outlines))
    tiny.write_place(home)
    refused(home, "30 of 30 points lie outside the place, and 30 of them inside when the two are swapped", "lon")


def test_what_several_known_names_could_be_is_not_guessed():
    known = near.Known(["1", "01"])
    assert known.same("001") is None
    assert known.hint("001") == ", like '01' and '1', written otherwise"
