"""Files as people get them: what is packed comes out, and stays where it belongs; what is not read is told."""

import bz2
import json
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from harmmodel.errors import SourceError
from harmmodel.warehouse.intake.unpack import laid_out, told

TABLE = "month,area,offence\n2024-01,A,ROBBERY\n"


def texts(paths: list[Path], folder: Path) -> dict[str, str]:
    return {given.name: given.path.read_text("utf-8") for given in laid_out(paths, folder).files}


def test_month_folders_of_an_archive_keep_their_names_and_none_leads_out(tmp_path: Path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("2024-01/2024-01-force-street.csv", TABLE)
        archive.writestr("../../outside.csv", TABLE + "x")
        archive.writestr("__MACOSX/._a.csv", "junk")
    found = texts([path], tmp_path / "out")
    assert sorted(found) == ["2024-01/2024-01-force-street.csv"]
    assert not (tmp_path.parent / "outside.csv").exists()
    assert all(g.path.is_relative_to(tmp_path / "out2") for g in laid_out([path], tmp_path / "out2").files)


def test_bzip2_lists_in_json_and_workbooks_become_tables(tmp_path: Path):
    (tmp_path / "a.csv.bz2").write_bytes(bz2.compress(TABLE.encode()))
    rows = [{"month": "2024-01", "area": "A", "inside": {"x": 1}}, {"month": "2024-02", "area": None}]
    (tmp_path / "b.json").write_text(json.dumps(rows))
    book = Workbook()
    book.active.append(["month", "area", "records"])
    book.active.append(["2024-01", "A", 3])
    book.save(tmp_path / "c.xlsx")
    found = texts([tmp_path / "a.csv.bz2", tmp_path / "b.json", tmp_path / "c.xlsx"], tmp_path / "out")
    assert found["a.csv"] == TABLE
    assert found["b.csv"] == "month,area\n2024-01,A\n2024-02,\n"
    assert found["c.csv"] == "month,area,records\n2024-01,A,3\n"


def test_a_workbook_whose_size_is_stale_loses_no_row(tmp_path: Path):
    book = Workbook()
    for row in (["month", "area"], ["2024-01", "A"], ["2024-02", "B"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for member in old.namelist():
            new.writestr(member, old.read(member).replace(b'ref="A1:B3"', b'ref="A1:B2"'))
    assert texts([tmp_path / "b.xlsx"], tmp_path / "out")["b.csv"].count("\n") == 3


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.pdf", b"%PDF-1.7 ...", "a PDF document"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "Excel workbook of the old form"),
        ("a.csv", b"<!doctype html><html>no</html>", "web page"),
        ("a.zip", b"PK\x03\x04broken", "cannot be unpacked"),
        ("a.bz2", b"BZhbroken", "cannot be unpacked"),
        ("a.json", b'[{"a": 1}, 2]', "not all of objects"),
    ],
)
def test_what_is_not_read_is_told_with_what_to_do(tmp_path: Path, name: str, content: bytes, told: str):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=told):
        laid_out([tmp_path / name], tmp_path / "out")


def test_what_is_not_there_and_a_folder_of_nothing_are_told(tmp_path: Path):
    with pytest.raises(SourceError, match="is not there"):
        laid_out([tmp_path / "none.csv"], tmp_path / "out")
    with pytest.raises(SourceError, match="holds no file"):
        laid_out([tmp_path], tmp_path / "out")


def test_folders_and_archives_hold_what_single_files_may_and_name_what_is_not_read(tmp_path: Path):
    inside = tmp_path / "in"
    (inside / ".git").mkdir(parents=True)
    book = Workbook()
    for row in (["month", "area", "offence"], ["2024-02", "B", "THEFT"]):
        book.active.append(row)
    book.save(inside / "b.xlsx")
    (inside / "a.csv").write_text(TABLE)
    (inside / "c.csv.bz2").write_bytes(bz2.compress(TABLE.replace("A", "C").encode()))
    (inside / "notes.pdf").write_bytes(b"%PDF-1.7")
    (inside / "README").write_text("about")
    (inside / ".git" / "x.csv").write_text(TABLE)
    with zipfile.ZipFile(inside / "d.zip", "w") as archive:
        archive.writestr("2024-03/d.csv", TABLE.replace("A", "D"))
        archive.writestr("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for path in sorted(p for p in inside.rglob("*") if p.is_file()):
            archive.write(path, str(path.relative_to(inside)))
    for number, given in enumerate((inside, tmp_path / "all.zip")):
        laid = laid_out([given], tmp_path / f"out{number}")
        assert sorted(g.name for g in laid.files) == ["2024-03/d.csv", "a.csv", "b.csv", "c.csv"]
        text = "\n".join(told(laid.left))
        for said in (".git/x.csv: its name is that of a hidden file", "notes.pdf: it is a PDF document", "README: its"):
            assert said in text, text
        assert "d.zip/old.xls: it is an Excel workbook of the old form (xls). Save the sheet as CSV UTF-8" in text
    assert "all.zip" in next(g.made_of for g in laid.files if g.name == "b.csv")


def test_archives_one_inside_the_other_end_somewhere(tmp_path: Path):
    for outer, inner in (("2.zip", None), ("1.zip", "2.zip"), ("0.zip", "1.zip")):
        with zipfile.ZipFile(tmp_path / outer, "w") as archive:
            archive.writestr(f"{outer}.csv", TABLE)
            if inner:
                archive.write(tmp_path / inner, inner)
    laid = laid_out([tmp_path / "0.zip"], tmp_path / "out")
    assert sorted(g.name for g in laid.files) == ["0.zip.csv", "1.zip.csv"]
    assert told(laid.left) == ["1.zip/2.zip: it is an archive inside an archive inside another. Unpack it"]
