"""Titles above the headings, notes below the rows, names by position, a value for all rows; outlines that cross."""

import json

import pytest
from pydantic import ValidationError

from harmmodel.config import Passport
from harmmodel.config.rows.table import Table
from harmmodel.errors import SourceError
from harmmodel.warehouse.load import rows
from harmmodel.warehouse.load.geography import crossing, features
from harmmodel.warehouse.store.connection import loading
from tests import tiny

TITLED = "Table 7\r\nDeaths;;\r\n;;Number\r\n01;Kiel;1,5\r\n02;Plön;2\r\n____\r\n© Office;2021\r\n"


def passport(**told):
    columns = {
        "id": {"type": "text", "tells": "neither", "means": "Id."},
        "n": {"type": "number", "tells": "neither", "means": "Number.", "decimal": ","},
    }
    given = {**tiny.PASSPORT, "id": "t", "file": "t.csv", "sha256": "0" * 64, "use": "reference", "delimiter": ";"}
    return Passport.model_validate({**given, "columns": columns, "ignore": ["name"], **told})


def read(tmp_path, text, **told):
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode(told.get("encoding", "utf-8")))
    with loading(tmp_path / "w.duckdb") as con:
        given = passport(**told)
        (work := tmp_path / "work").mkdir()
        rows.ingest(con, [path], given, work)
        return con.execute(f"select {', '.join(given.columns)} from typed order by id").fetchall()


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_rows_between_titles_and_notes_are_read_under_given_names(tmp_path, encoding):
    table = {"heading": 3, "names": ["id", "name", "n"], "ends": "____"}
    assert read(tmp_path, TITLED, table=table, encoding=encoding) == [("01", 1.5), ("02", 2.0)]


def test_a_faulty_row_is_named_by_its_line_in_the_file(tmp_path):
    table = {"heading": 3, "names": ["id", "name", "n"]}
    with pytest.raises(SourceError, match=r"line 6"):
        read(tmp_path, TITLED, table=table)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"heading": 3, "names": ["id", "n"]}, "line 3 has 3 columns and table.names of its passport 2 names"),
        ({"heading": 3, "names": ["id", "name", "n"], "ends": "===="}, "no line begins with '===='"),
    ],
)
def test_a_layout_that_does_not_fit_is_refused(tmp_path, table, said):
    with pytest.raises(SourceError, match=said):
        read(tmp_path, TITLED, table=table)


def test_a_new_name_does_not_hide_what_a_heading_says_of_a_person(tmp_path):
    with pytest.raises(SourceError, match="look personal: n"):
        read(tmp_path, "id;victim name\n1;5\n", table={"names": ["id", "n"]}, ignore=[])


def test_a_value_of_all_rows_becomes_a_column(tmp_path):
    year = {"type": "date", "tells": "neither", "format": "%Y", "means": "Year."}
    given = {"id": passport().columns["id"].model_dump(by_alias=True, exclude_none=True), "year": year}
    found = read(tmp_path, "id\n1\n", table={"adds": {"year": "2019"}}, columns=given, ignore=[])
    assert [(row[0], str(row[1])[:10]) for row in found] == [("1", "2019-01-01")]


def test_a_column_has_one_name():
    with pytest.raises(ValidationError, match="a stands twice"):
        Table(names=("a", "b", "a"))
    with pytest.raises(ValidationError, match="no line holds headings"):
        Table(heading=0)


def test_an_outline_that_crosses_itself_is_taken_as_what_it_encloses_where_the_passport_says_so(tmp_path):
    path = tmp_path / "o.geojson"
    bow = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]  # two triangles of a quarter each
    feature = {"type": "Feature", "properties": {"id": "a"}, "geometry": {"type": "Polygon", "coordinates": [bow]}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    assert crossing(path) == ["1"]
    with pytest.raises(SourceError, match="number 1 cross themselves"):
        features(path)
    found = features(path, repairs=True)
    assert json.loads(found["geometry"][0])["type"] == "MultiPolygon"
    assert found["km2"][0] == pytest.approx(111.195**2 / 2, rel=1e-3)
