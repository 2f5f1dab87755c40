"""Files that ask for more work than their bytes tell: each is refused by name before the work is done."""

import csv
import gzip
import io
import json
import re
import resource
import time
import zipfile
from contextlib import suppress

import duckdb
import pytest
import yaml

from harmmodel import pipeline
from harmmodel.cli.groups import SHEET
from harmmodel.config import Passport, difference, written_text
from harmmodel.config.reader import CONFIG_TABLE, Reader, parse_yaml
from harmmodel.errors import AssessmentError, HarmModelError, QuantityError, SourceError
from harmmodel.limits import TableLimits, TooMuch, read_csv
from harmmodel.report import html
from harmmodel.views import export, words
from harmmodel.views.thresholds import settings
from harmmodel.warehouse.entered import apart, sheets
from harmmodel.warehouse.load import csv_text, kinds
from tests import tiny
from tests.contract.test_linear import HOSTILE, grows_in_proportion

BOTH = ("groups", "assessments")
HEADER = b"group_id,attribute\n"


def workbook(**parts: str) -> bytes:
    """Return a workbook like the template in which some parts say something else."""
    whole = sheets.template({"groups": {"a": []}, "assessments": {"group_id": [], "attribute": []}}, [["help", "x"]])
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name.rpartition("/")[2], old.read(name).decode()))
    return changed.getvalue()


def page(rows: str, dimension: str = "A1:B2") -> str:
    """Return the XML of a sheet."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'


def text_cell(address: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>x</t></is></c>'


def refused(content: bytes, name: str = "sheet.xlsx") -> str:
    """Return what is said of an upload that is refused."""
    with pytest.raises(AssessmentError) as told:
        sheets.read(content, name, BOTH)
    return str(told.value)


def test_a_sheet_that_lies_about_its_size_is_read_by_what_it_holds():
    rows = "".join(f'<row r="{n}">{text_cell(f"A{n}")}{text_cell(f"B{n}")}</row>' for n in range(1, 301))
    content = workbook(**{"sheet2.xml": page(rows, "A1:XFD1048576")})
    rooms = {len(row.cells) for row in sheets.read(content, "sheet.xlsx", BOTH)["assessments"]}
    table = apart.tables(content, "sheet.xlsx", BOTH, sheets.UPLOAD)["assessments"]
    assert rooms == {1}  # both columns are named x
    assert {len(row) for row in table} == {2}


def test_a_row_of_two_million_cells_in_few_bytes_is_refused_and_this_process_stays_small(monkeypatch):
    monkeypatch.setattr(sheets, "MEMORY", 300_000_000)
    content = workbook(**{"sheet2.xml": page(f'<row r="1">{"<c/>" * 2_000_000}</row>')})
    assert len(content) < 60_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "sheet.xlsx needs more than 300 MB or 30 seconds to be read" in refused(content)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KB


def test_millions_of_shared_texts_in_few_bytes_are_refused_and_this_process_stays_small(monkeypatch):
    """A library that holds each of them needs gigabytes for a file of some ten kilobytes."""
    monkeypatch.setattr(sheets, "MEMORY", 250_000_000)
    monkeypatch.setattr(sheets, "SECONDS", 5)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    with zipfile.ZipFile(io.BytesIO(workbook())) as packed:
        types = packed.read("[Content_Types].xml").decode()
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    content = io.BytesIO(workbook(**{"[Content_Types].xml": types.replace("</Types>", override)}))
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", f'<sst xmlns="{space}">{"<si><t/></si>" * 1_500_000}</sst>')
    assert len(content.getvalue()) < 200_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "sheet.xlsx needs more than 250 MB or 5 seconds to be read" in refused(content.getvalue())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KB


def test_a_header_of_very_many_names_does_not_cost_a_cell_in_each_row():
    """Each short row would be filled up with a cell for each name."""
    content = ",".join(f"c{n}" for n in range(200_000)).encode() + b"\n" + b"x\n" * 19_000
    assert re.match(r"sheet\.csv has (over 100 columns, in row 1|a line of)", refused(content, "sheet.csv"))


def test_empty_cells_at_the_far_end_of_each_row_are_counted():
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(1, 400))
    content = workbook(**{"sheet2.xml": page(rows)})
    assert refused(content) == "sheet.xlsx has over 100 columns, in row 123. Leave out what is not asked for"


def test_a_row_far_below_is_refused_at_the_limit():
    content = workbook(**{"sheet2.xml": page(f'<row r="1048576">{text_cell("A1048576")}</row>')})
    assert refused(content) == "sheet.xlsx has over 20,000 rows. Split it"


def test_a_workbook_is_unpacked_no_further_than_it_may_be():
    content = workbook(**{"theme1.xml": " " * 61_000_000})
    assert len(content) < 100_000
    assert refused(content) == "sheet.xlsx unpacks to over 60,000,000 bytes. Split it"


def test_a_directory_that_lies_about_a_part_does_not_help():
    """The size in the directory is made small; whoever believes it would let the part through."""
    content = workbook(**{"sheet2.xml": page(" " * 61_000_000)})
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        (real,) = [item.file_size for item in packed.infolist() if item.filename.endswith("sheet2.xml")]
    lying = content.replace(real.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    assert lying != content
    assert re.search(r"cannot be read as an Excel workbook|unpacks to over", refused(lying))


def test_a_workbook_of_very_many_parts_is_refused():
    crowded = io.BytesIO(workbook())
    with zipfile.ZipFile(crowded, "a") as packed:
        for number in range(1_001):
            packed.writestr(f"x{number}", "")
    assert refused(crowded.getvalue()) == "sheet.xlsx has over 1,000 parts. Fill in the template"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a," * 1_150_000 + b"\n", "sheet.csv has a line of 2,300,001 characters with 1,150,000 commas. Split it"),
        (HEADER + b"," * 200 + b"\n", "sheet.csv has over 100 columns, in row 2. Leave out what is not asked for"),
        (HEADER + b"x\n" * 20_001, "sheet.csv has over 20,000 rows. Split it"),
        (HEADER + b'"' + b"x" * 20_001 + b'"\n', "sheet.csv, row 2: a cell has over 20,000 characters. Shorten it"),
        (HEADER + b"\n" * 4_000_000, "sheet.csv has over 20,000 rows. Split it"),
        (b"x" * 5_000_001, "sheet.csv has over 5,000,000 bytes. Split it"),
    ],
)
def test_a_csv_that_asks_for_too_much_is_refused(content, words):
    assert refused(content, "sheet.csv") == words


def test_an_upload_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(sheets, "PATIENCE", 0.001)
    assert "or 30 seconds to be read" in refused(HEADER + b"x\n", "sheet.csv")


def test_the_process_apart_may_not_use_more_than_it_is_told(monkeypatch):
    """Not even to start: nothing of the limit hangs on what the file says."""
    monkeypatch.setattr(sheets, "MEMORY", 1_000_000)
    rows = b"".join(b"a%d,%s\n" % (n, b"b" * 240) for n in range(19_000))
    assert "needs more than 1 MB" in refused(HEADER + rows, "sheet.csv")


# --- raw files


def passport(**changes: object) -> Passport:
    told = {"id": "offences", "file": "offences.csv", "sha256": "0" * 64, "use": "reference"}
    columns = {"area": {"type": "text", "tells": "neither", "means": "Area."}}
    return Passport.model_validate({**tiny.PASSPORT, **told, "columns": columns, **changes})


def offences_of(tmp_path, name: str, content: bytes):
    home = tiny.tiny_project(tmp_path)
    (home / "data" / "tiny" / name).write_bytes(content)
    tiny.write_place(home, file=name)
    return home


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            ",".join(f"c{n}" for n in range(2_001)).encode() + b"\n",
            "offences.csv has 2,001 columns; at most 2,000 are read",
        ),
        (b"a" * (1 << 20) + b"b\n1\n", "offences.csv has a header of over 1,048,576 bytes"),
    ],
)
def test_a_header_is_measured_before_it_is_cut(tmp_path, content, words):
    with pytest.raises(SourceError, match=re.escape(words)):
        pipeline.run(offences_of(tmp_path, "offences.csv", content), "tiny")


def test_a_packed_file_that_unpacks_to_far_more_than_records_do_is_refused(tmp_path):
    bomb = io.BytesIO()
    with gzip.open(bomb, "wb", compresslevel=9) as packed:
        packed.write(tiny.OFFENCES.encode())
        for _ in range(130):
            packed.write(b"\n" * 1_000_000)
    start = time.perf_counter()
    with pytest.raises(SourceError, match=r"offences\.csv\.gz has [\d,]+ bytes and unpacks to over 100,000,000\."):
        pipeline.run(offences_of(tmp_path, "offences.csv.gz", bomb.getvalue()), "tiny")
    assert time.perf_counter() - start < 60
    assert not list(tmp_path.rglob("offences.csv"))[1:], "the unpacked part is gone"


def test_the_absolute_limit_holds_for_files_that_pack_badly(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_text, "LARGEST_UNPACKED", 200)
    home = offences_of(tmp_path, "offences.csv.gz", gzip.compress(tiny.OFFENCES.encode()))
    with pytest.raises(SourceError, match=r"offences\.csv\.gz has \d+ bytes and unpacks to over 200\."):
        pipeline.run(home, "tiny")


def test_a_line_without_end_is_named_with_its_number(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_text, "LONGEST_LINE", 1_000)
    path = tmp_path / "long.csv"
    path.write_bytes(b"a,b\n" + b"x" * 5_000)
    with pytest.raises(SourceError, match=r"long\.csv line 2 has over 1,000 bytes\. Repair the file"):
        csv_text.reconcile(path, "long.csv", 7, 2, ",")


def test_a_parquet_file_of_very_many_columns_or_rows_is_refused(tmp_path, monkeypatch):
    wide, long = tmp_path / "wide.parquet", tmp_path / "long.parquet"
    with duckdb.connect() as con:
        columns = ", ".join(f"1 as c{n}" for n in range(2_001))
        con.execute(f"copy (select {columns}) to '{wide}'")
        con.execute(f"copy (select 1 as a from range(1000)) to '{long}'")
        with pytest.raises(SourceError, match=r"wide\.parquet has 2,00\d columns; at most 2,000 are read"):
            kinds.of(wide).columns(con, wide, passport())
        monkeypatch.setattr(kinds, "MOST_CELLS", 900)
        with pytest.raises(
            SourceError, match=r"long\.parquet holds 1,000 rows of \d columns, over 900 cells\. Divide it"
        ):
            kinds.of(long).columns(con, long, passport())


def test_outlines_are_measured_before_they_are_read(tmp_path, monkeypatch):
    path = tmp_path / "areas.geojson"
    many = [{**tiny.square(0, 0), "properties": {f"p{n}": 1}} for n in range(2_001)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": many}), "utf-8")
    with duckdb.connect() as con:
        with pytest.raises(SourceError, match=r"areas\.geojson has 2,002 columns; at most 2,000 are read"):
            kinds.of(path).columns(con, path, passport())
        monkeypatch.setattr(kinds, "LARGEST_OUTLINES", 1_000)
        with pytest.raises(SourceError, match=r"areas\.geojson has [\d,]+ bytes; outlines of at most 1,000 are read"):
            kinds.of(path).columns(con, path, passport())


def test_a_crosswalk_of_very_many_columns_is_refused(tmp_path):
    path = tmp_path / "crosswalk.csv"
    path.write_text(",".join(f"c{n}" for n in range(1_000)) + "\n" + "x\n" * 1_000, "utf-8")
    reader = Reader(tmp_path)
    assert reader.rows(path, Passport) == []
    assert reader.faults == ["crosswalk.csv has over 50 columns, in row 1. Leave out what is not asked for"]


def test_quantities_of_very_many_columns_are_refused():
    with pytest.raises(QuantityError, match="weights has over 100 columns, in row 1"):
        settings.parsed_sample(b"grams" + b",x" * 101 + b"\n1\n", "weights")


def test_two_long_files_of_config_are_not_compared_line_by_line(tmp_path):
    for side, word in (("first", "a"), ("second", "b")):
        (tmp_path / side).mkdir()
        (tmp_path / side / "core.sql").write_text(f"{word}\n" * 3_000, "utf-8")
    (change,) = difference.differences(tmp_path / "first", tmp_path / "second")
    assert (change.key, change.old) == ("too long to compare by line", "3,000 lines")


# --- growth

SMALL = TableLimits(bytes=10_000_000, rows=10_000_000, columns=10_000_000, cell=10_000_000)


def quietly(work):
    """Do work of which only the time is asked: what it refuses, it may refuse."""

    def done(text: str) -> None:
        with suppress(ValueError, csv.Error, HarmModelError, yaml.YAMLError, RecursionError):
            work(text)

    return done


# Parsers and escapes, each with a length; ten times that is tried too, which is ten times the longest that is entered.
WORK = {
    "CSV": (lambda t: read_csv(t, "t", SMALL), 20_000),
    "CSV as uploads are limited": (lambda t: apart.tables(t.encode(), "t.csv", BOTH, sheets.UPLOAD), 100_000),
    "YAML": (parse_yaml, 4_000),
    "quantities": (lambda t: settings.parsed_sample(b"grams\n" + t.encode(), "t"), 20_000),
    "text that people write": (lambda t: written_text.faults(t, 10**9), 4_000),
    "a label": (lambda t: written_text.faults(t, 10**9, style="label"), 4_000),
    "a range": (lambda t: settings.parsed_range(t, "t"), 4_000),
    "Markdown": (words.plain_markdown, 4_000),
    "Markdown taken back": (words.unescaped, 4_000),
    "HTML": (html.markup, 4_000),
    "a cell of CSV": (export.neutral, 4_000),
    "JSON": (export.as_json, 4_000),
}


@pytest.mark.parametrize("name", WORK)
def test_work_grows_in_proportion_to_the_text(name):
    work, length = WORK[name]
    slow = [text for text, make in HOSTILE.items() if not grows_in_proportion(quietly(work), make, length)]
    assert slow == []


def test_the_limits_are_far_above_what_people_write():
    assert CONFIG_TABLE.rows > 10_000
    assert SHEET.columns >= 500
    with pytest.raises(TooMuch):
        CONFIG_TABLE.check_bytes(4_000_001, "crosswalk.csv")
