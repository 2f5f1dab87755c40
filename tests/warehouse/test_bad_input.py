"""Bad raw files: each is refused with file, place, column and remedy, or its rows are counted as the passport says."""

import gzip

import duckdb
import pytest

from harmmodel import pipeline
from harmmodel.errors import SourceError
from harmmodel.views import export
from harmmodel.views.areas.explain import area_ranking
from harmmodel.warehouse.store import editions, runs
from tests import tiny

HEADER, *ROWS = tiny.OFFENCES.splitlines()


def with_rows(*rows: str) -> str:
    return "\n".join([HEADER, *ROWS, *rows]) + "\n"


REFUSED = {
    "an impossible date": (
        with_rows("9,2024-02-30 10:00,0.5,0.5,ROBBERY,false"),
        ["row 9", "column when", "is no timestamp"],
    ),
    "an impossible coordinate": (
        with_rows("9,2024-02-03 10:00,500,0.5,ROBBERY,false"),
        ["row 9", "column lon", "outside"],
    ),
    "a cell too many": (
        with_rows("9,2024-02-03 10:00,0.5,0.5,ROBBERY,false,x"),
        ["line 10", "Expected Number of Columns"],
    ),
    "a cell too few": (with_rows("9,2024-02-03 10:00,0.5"), ["line 10", "Expected Number of Columns"]),
    "text for a truth value": (with_rows("9,2024-02-03 10:00,0.5,0.5,ROBBERY,maybe"), ["line 10", "column arrest"]),
    "bytes that are not UTF-8": (
        with_rows("9,2024-02-03 10:00,0.5,0.5,CAF\xc9,false").encode("latin-1"),
        ["line 10", "utf-8"],
    ),
    "a header that is not UTF-8": (
        tiny.OFFENCES.replace("offence", "offens\xe9", 1).encode("latin-1"),
        ["header", "utf-8"],
    ),
    "an unterminated quote": (
        with_rows('9,2024-02-03 10:00,0.5,0.5,"ROBBERY,false', "10,2024-02-03 10:00,0.5,0.5,ROBBERY,true"),
        ["offences.csv"],
    ),
    "an empty file": ("", ["empty"]),
    "a header alone": (HEADER + "\n", ["no usable row"]),
    "a column twice": (tiny.OFFENCES.replace("arrest", "id", 1), ["twice"]),
    "200 columns": (
        "\n".join(f"{line},{','.join(f'c{i}' for i in range(200))}" for line in [HEADER, *ROWS]) + "\n",
        ["columns not in the passport"],
    ),
    "a text file of another kind": ("%PDF-1.7 something else entirely\n\x00\x01\x02", ["offences.csv"]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_faulty_file_is_refused_with_place_column_and_remedy(tmp_path, name):
    content, words = REFUSED[name]
    home = tiny.tiny_project(tmp_path)
    first = pipeline.run(home, "tiny")
    (home / "data/tiny/offences.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    tiny.write_place(home)
    with pytest.raises(SourceError) as error:
        pipeline.run(home, "tiny")
    assert all(word in str(error.value) for word in [*words, "offences"]), str(error.value)
    assert editions.published_id(home, "tiny") == first
    assert not [p for p in home.rglob("*") if p.name.startswith(".build-")]


def reconciled(home, **changes):
    tiny.write_place(home, **changes)
    run = runs.load_run(home, "tiny", pipeline.run(home, "tiny"))
    return run, run.reconciliation.set_index("source").loc["offences"]


def test_faulty_rows_are_left_out_and_counted_where_the_passport_says_so(tmp_path):
    bad = with_rows("9,soon,0.5,0.5,ROBBERY,false", "10,2024-02-03,0.5,95,ROBBERY,false", "11,2024-02-03,0.5")
    _, row = reconciled(tiny.tiny_project(tmp_path, bad), bad_rows="reject")
    assert (row["rows"], row["rejected"]) == (11, 3)
    assert row["reasons"] == ", ".join(f"not as the passport says ({name}) 1" for name in ("arrest", "lat", "when"))


def test_line_breaks_and_quotes_inside_values_are_read(tmp_path):
    text = tiny.OFFENCES.replace("1,2024-01-03 10:00,0.5,0.5,ROBBERY", '1,2024-01-03 10:00,0.5,0.5,"ROB\nBERY, ""x"""')
    walk = tiny.CROSSWALK + 'offences,"ROB\nBERY, ""x""",robbery,false,exact,\n'
    _, row = reconciled(tiny.tiny_project(tmp_path, text, walk))
    assert row["rows"] == 8


@pytest.mark.parametrize("change", ["bom", "crlf", "no last line end", "blank lines"])
def test_harmless_differences_of_writing_change_no_count(tmp_path, change):
    text = {
        "bom": "\ufeff" + tiny.OFFENCES,
        "crlf": tiny.OFFENCES.replace("\n", "\r\n"),
        "no last line end": tiny.OFFENCES.rstrip("\n"),
        "blank lines": tiny.OFFENCES.replace("\n3,", "\n\n3,"),
    }[change]
    _, row = reconciled(tiny.tiny_project(tmp_path, text.encode()))
    assert (row["rows"], row["loaded"]) == (8, 4)


def test_a_file_with_decimal_commas_gives_the_same_counts_where_the_passport_says_so(tmp_path):
    _, plain = reconciled(tiny.tiny_project(tmp_path / "a"))
    content = tiny.OFFENCES.replace(",", ";").replace(".5", ",5").replace("9.0", "9,0")
    home = tiny.tiny_project(tmp_path / "b", content)
    tiny.write_place(home, delimiter=";")
    with pytest.raises(SourceError, match=r'row 1, column lon: 0,\* is no number\. Say decimal: ","'):
        pipeline.run(home, "tiny")
    _, row = reconciled(home, delimiter=";", decimal=",")
    assert row.to_dict() == plain.to_dict()


def test_a_place_with_other_names_codes_dates_and_encoding_needs_no_python(tmp_path):
    head = "Nr;Zeit;L\xe4nge;Breite;Delikt;Festnahme"
    rows = [
        "1;03.01.2024 10:00;0.5;0.5;R\xe4uberei;false",
        "2;05.02.2024 12:00;1.5;0.5;R\xe4uberei;false",
        "3;06.03.2024 13:00;0.5;1.5;Schie\xdferei;false",
        "4;07.03.2024 14:00;0.5;0.5;Drogen;true",
    ]
    walk = (
        tiny.CROSSWALK.replace("ROBBERY", "R\xe4uberei").replace("SHOOTING", "Schie\xdferei").replace("DRUGS", "Drogen")
    )
    home = tiny.tiny_project(tmp_path, "\n".join([head, *rows]).encode("cp1252"), walk)
    names = dict(zip(tiny.COLUMNS, head.split(";"), strict=True))
    columns = {names[old]: dict(column) for old, column in tiny.COLUMNS.items()}
    columns["Zeit"]["format"] = "%d.%m.%Y %H:%M"
    for path in (home / "config/places/tiny/core").glob("*.sql"):
        path.write_text(path.read_text().replace("(arrest)", "(Festnahme)"))
    run, row = reconciled(
        home,
        columns=columns,
        encoding="cp1252",
        delimiter=";",
        time=["Zeit"],
        classify={"columns": ["Delikt"]},
        locate={"longitude": "L\xe4nge", "latitude": "Breite"},
        unique=["Nr"],
    )
    assert (row["loaded"], row["enforcement"]) == (3, 1)
    assert run.contrast["drug_arrests"].sum() == 1


def test_a_gzipped_file_gives_the_same_counts(tmp_path):
    home = tiny.tiny_project(tmp_path)
    (home / "data/tiny/offences.csv.gz").write_bytes(gzip.compress(tiny.OFFENCES.encode()))
    _, row = reconciled(home, file="offences.csv.gz")
    assert (row["rows"], row["loaded"]) == (8, 4)


def test_a_parquet_file_gives_the_same_counts(tmp_path):
    home = tiny.tiny_project(tmp_path)
    with duckdb.connect() as con:
        con.read_csv(str(home / "data/tiny/offences.csv")).write_parquet(str(home / "data/tiny/offences.parquet"))
    _, row = reconciled(home, file="offences.parquet")
    assert (row["rows"], row["loaded"]) == (8, 4)


def test_a_broken_gzip_or_parquet_is_named(tmp_path):
    home = tiny.tiny_project(tmp_path)
    for name in ("offences.csv.gz", "offences.parquet"):
        (home / "data/tiny" / name).write_bytes(b"PAR1 not really" + bytes(range(200)))
        tiny.write_place(home, file=name)
        with pytest.raises(SourceError, match=name):
            pipeline.run(home, "tiny")


def test_a_formula_in_a_label_is_text_in_an_export_and_markup_stays_text(tmp_path):
    home = tiny.tiny_project(tmp_path)
    core = home / "config/places/tiny/core/core_area.sql"
    core.write_text(core.read_text().replace("a.area as label", "'=cmd|x!A1 <b onclick=1>' || a.area as label"))
    run, _ = reconciled(home)
    text = export.FORMATS["csv"].text(export.Export(area_ranking(run)))
    assert "'=cmd|x!A1 <b onclick=1>00" in text
    assert ",=cmd" not in text
