"""What a raw file is, is told by its content; headings that no passport could name are named by their place."""

import gzip
import io
import json
import sqlite3
import zipfile

import duckdb
import pytest
import yaml

from harmmodel.config import Passport
from harmmodel.errors import SourceError
from harmmodel.warehouse.load import files, kinds
from tests import tiny

HEAD = "id,when,lon,lat,offence,arrest"


def passport(file, **changes):
    """Return a passport of the tiny offences for *file*."""
    given = {"id": "offences", "file": file, "sha256": "0" * 64, **tiny.PASSPORT, "use": "validation"}
    return Passport.model_validate(yaml.safe_load(yaml.safe_dump({**given, "columns": tiny.COLUMNS, **changes})))


def inspected(path, **changes):
    """Look at the header of *path* as the loader does."""
    with duckdb.connect() as con:
        return files.inspect(con, path, passport(path.name, **changes))


def archive(*names):
    """Return a zip archive with files of these names."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    return stream.getvalue()


def database(path):
    """Return the bytes of a database."""
    with sqlite3.connect(path) as con:
        con.execute("create table t (a)")
    return path.read_bytes()


OTHER = {
    "a workbook called CSV": ("a.csv", archive("[Content_Types].xml", "xl/workbook.xml"), "is an Excel workbook"),
    "an old workbook": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "an Excel workbook of the old form"),
    "a workbook of LibreOffice": ("a.ods", archive("mimetype", "content.xml"), "is a workbook of LibreOffice"),
    "a zip archive": ("a.zip", archive("offences.csv"), "is a zip archive of offences.csv"),
    "a shapefile in a zip archive": ("a.zip", archive("b/areas.shp", "b/areas.dbf"), "a zip archive with a shapefile"),
    "bzip2": ("a.csv.bz2", b"BZh91AY&SY", "is packed with bzip2"),
    "a web page": ("a.csv", b"\n<!DOCTYPE html><html><body>Not found", "is a web page"),
    "a list in JSON": ("a.csv", b'[ {"id": 1} ]', "is a list in JSON"),
    "lines of JSON": ("a.json", b'{"id": 1}\n{"id": 2}\n', "is a table with an object of JSON in each line"),
    "TopoJSON": ("a.json", b'{"type": "Topology", "arcs": []}', "is TopoJSON"),
    "JSON in gzip": ("a.geojson.gz", gzip.compress(b'{"type": "FeatureCollection"}'), "is JSON, packed with gzip"),
}


@pytest.mark.parametrize("name", OTHER)
def test_a_file_that_is_not_read_is_told_what_it_is_and_what_to_save_it_as(tmp_path, name):
    file, content, said = OTHER[name]
    (tmp_path / file).write_bytes(content)
    with pytest.raises(SourceError, match=f"{file} .*{said}.*which is not read. [A-Z]"):
        inspected(tmp_path / file)


def test_a_database_is_told_to_be_one(tmp_path):
    (tmp_path / "areas.gpkg").write_bytes(database(tmp_path / "db"))
    with pytest.raises(SourceError, match=r"areas\.gpkg is a database .*Save the layer as GeoJSON"):
        inspected(tmp_path / "areas.gpkg")


@pytest.mark.parametrize("file", ["areas.json", "areas.GeoJSON", "areas.txt", "areas"])
def test_outlines_are_known_by_what_they_hold(tmp_path, file):
    outlines = {"type": "FeatureCollection", "features": [tiny.square(0, 0)]}
    (tmp_path / file).write_text(f"\ufeff\n {json.dumps(outlines, indent=1)}", "utf-8")
    columns = {"area": {"type": "text", "tells": "neither", "means": "Id."}}
    assert isinstance(kinds.of(tmp_path / file), kinds.GeoJson)
    with duckdb.connect() as con:
        assert files.column_names(con, tmp_path / file, passport(file, columns=columns)) == ["area", "geometry"]


def test_a_packed_table_is_unpacked_whatever_it_is_called(tmp_path):
    (tmp_path / "offences.csv").write_bytes(gzip.compress(tiny.OFFENCES.encode()))
    assert inspected(tmp_path / "offences.csv") == HEAD.split(",")


def test_a_table_with_a_mark_of_another_encoding_is_told_which(tmp_path):
    (tmp_path / "offences.csv").write_bytes(tiny.OFFENCES.encode("utf-16"))
    with pytest.raises(SourceError, match=r"begins with the mark of utf-16.*Say encoding: utf-16"):
        inspected(tmp_path / "offences.csv")
    assert inspected(tmp_path / "offences.csv", encoding="utf-16") == HEAD.split(",")


HEADINGS = {
    "no name at the start": (f",{HEAD}", 'column 1 has no name. List "" under ignore'),
    "two without a name": (f",{HEAD}, ", "columns 1, 8 have no name"),
    "a name twice": (f"{HEAD},beat,beat", r"stands twice in the header: beat \(columns 7, 8\)"),
}


@pytest.mark.parametrize("name", HEADINGS)
def test_headings_that_say_nothing_are_named_by_their_place_and_can_be_ignored(tmp_path, name):
    head, said = HEADINGS[name]
    path = tmp_path / "offences.csv"
    cells = ["x"] * head.count(",")
    row = ",".join(["0"] * bool(head.startswith(",")) + ["1,2024-01-03 10:00,0.5,0.5,ROBBERY,false"])
    row += "," * (len(cells) - row.count(","))
    path.write_text(f"{head}\n{row}\n", "utf-8")
    with pytest.raises(SourceError, match=said):
        inspected(path)
    ignored = passport("offences.csv", ignore=["", "beat"])
    with duckdb.connect() as con:
        names = files.inspect(con, path, ignored)
        reading = kinds.of(path).reading(con, path, ignored, names, sets_aside=False)
        read = con.execute(f"select id::integer, offence from {reading.sql}", reading.parameters).fetchall()
    assert read == [(1, "ROBBERY")]


def test_a_name_that_is_read_may_stand_only_once(tmp_path):
    (tmp_path / "offences.csv").write_text(f"{HEAD},offence\n", "utf-8")
    with pytest.raises(SourceError, match=r"twice in the header: offence \(columns 5, 7\).*not known which"):
        inspected(tmp_path / "offences.csv")
