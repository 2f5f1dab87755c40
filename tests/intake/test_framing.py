"""Where the rows of official tables begin, and what their columns are called."""

import pytest

from harmmodel.config.rows.table import Table
from harmmodel.errors import SourceError
from harmmodel.warehouse.intake import adding, framing, values
from harmmodel.warehouse.intake.units import Asked
from tests.intake.conftest import AREAS, outlines, records, write_csv
from tests.intake.test_drafting import crosswalk, passport, quiet

GENESIS = """Tabelle: 1
Bevölkerung am;;;
Stichtag;;;
;;Insgesamt;weiblich
;;Anzahl;Anzahl
2019;01;5;3
2019;02;6;4
2019;03;7;4
__________
© Amt
"""


@pytest.mark.parametrize(
    ("text", "heading", "names", "ends"),
    [
        (GENESIS, 5, ("column 1", "column 2", "Insgesamt Anzahl", "weiblich Anzahl"), "__________"),
        ("1;2;3\nkey;area;cases\n01;Kiel;5\n02;Plön;6\n", 2, (), None),
        ("a;n;n\n1;2;3\n4;5;6\n", 1, ("a", "n (2)", "n (3)"), None),
    ],
)
def test_official_tables_are_framed(tmp_path, text, heading, names, ends):
    path = tmp_path / "t.csv"
    path.write_text(text, "cp1252")
    found = framing.found(path, "cp1252", ";")
    assert found is not None
    assert (found.heading, found.names, found.ends) == (heading, names, ends)


@pytest.mark.parametrize(
    "text", ["a;b;c\n1;;\n2;;\n", "a;b\n1;2\n", "a;;c\n1;2;3\n", "2018;2019;2020\n1;2;3\n4;5;6\n", ""]
)
def test_a_plain_file_is_left_as_it_is(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_text(text, "utf-8")
    assert framing.found(path, "utf-8", ";") is None


@pytest.mark.parametrize("value", ["2021/09/30 04:00:00+00", "2021-09-30T04:00:00Z", "2021-09-30 04:00:00-0500"])
def test_a_time_with_its_offset_is_one_however_it_is_written(value):
    found = values.found({value: 3})
    assert (found.type, found.is_zoned) == ("timestamp", True)


def test_a_file_named_as_that_of_residents_is_taken_as_it_says_it(empty, tmp_path):
    rows = [["area", "Persons", "Persons"], *([name, f"{9 + n},{n}11", "3"] for n, name in enumerate(AREAS))]
    asked = Asked(boundaries=_bare(tmp_path), residents=write_csv(tmp_path / "people.csv", rows))
    added = adding.add(empty, "cidade", [records(tmp_path / "o.csv")], quiet, asked)
    told = passport(empty, "cidade", "residents")
    assert told["table"]["names"] == ["area", "Persons (2)", "Persons (3)"]
    assert told["columns"]["Persons (2)"]["thousands"] == ","
    assert told["labels"].keys() == {"Persons (2)"}
    assert "column Persons (2) is taken for the residents of each area" in added.decide["sources/residents.yaml"]


def test_a_table_of_every_area_and_offence_is_taken_for_counts(empty, tmp_path):
    offences = ("ROUBO", "FURTO", "HOMICÍDIO DOLOSO")
    rows = [[name, offence, 5 + n + k] for n, name in enumerate(AREAS) for k, offence in enumerate(offences)]
    path = write_csv(tmp_path / "tabela.csv", [["Bairro", "Natureza", "Registros"], *rows])
    added = adding.add(empty, "cidade", [path], quiet, Asked(boundaries=outlines(tmp_path / "b.geojson")))
    told = passport(empty, "cidade", "tabela")
    assert told["counted"] == "Registros"
    said = " ".join(added.decide["sources/tabela.yaml"])
    assert "so the file is taken for a table of counts, and Registros" in said
    assert 'table: {adds: {year: "2024"}}' in said
    assert len(crosswalk(empty, "cidade")) == 3


@pytest.mark.parametrize(
    ("heading", "cells", "told"),
    [
        ("count", ("<5", "12", "0"), {"suppressed": {"marks": ["<5"], "low": 1, "high": 4}}),
        ("Anzahl", ("3", "1.204", "0"), {"thousands": "."}),
        ("n_incidents", ("-", "12", "0"), {"missing": ["-"]}),
    ],
)
def test_a_column_of_counts_with_marks_or_thousands_is_read(empty, tmp_path, heading, cells, told):
    rows = [[name, "ROUBO", f"2024-{m:02d}", cells[(n + m) % 3]] for n, name in enumerate(AREAS) for m in range(1, 7)]
    rows += [[name, "FURTO", month, "0"] for name, _, month, _ in rows]
    path = write_csv(tmp_path / "t.csv", [["Bairro", "Natureza", "Mes", heading], *rows])
    added = adding.add(empty, "cidade", [path], quiet, Asked(boundaries=outlines(tmp_path / "b.geojson")))
    content = passport(empty, "cidade", "t")
    assert content["counted"] == heading
    column = content["columns"][heading]
    assert column["type"] == "integer"
    assert told.items() <= column.items()
    assert f"column {heading}" in " ".join(added.decide["sources/t.yaml"])
    sql = (empty / "config/places/cidade/core/core_count.sql").read_text("utf-8")
    assert ('"count_high" as high' in sql and "as events_high" in sql) == ("suppressed" in told)


def test_a_heading_that_names_a_count_which_cannot_be_read_stops_the_run(empty, tmp_path):
    rows = [[name, "ROUBO", f"2024-{m:02d}", f"{m} (est.)"] for name in AREAS for m in range(1, 7)]
    path = write_csv(tmp_path / "t.csv", [["Bairro", "Natureza", "Mes", "Incident count"], *rows])
    adding.add(empty, "cidade", [path], quiet, Asked(boundaries=outlines(tmp_path / "b.geojson")))
    assert passport(empty, "cidade", "t")["counted"].startswith("To be stated: whether Incident count says how many")


def test_two_sources_of_one_class_are_refused_with_what_differs(empty, tmp_path):
    first = records(tmp_path / "a.csv", 360, encoding="utf-8")
    second = tmp_path / "b.csv"
    second.write_text(first.read_text("utf-8").replace("Natureza", "Tipo").replace("2023", "2022"), "utf-8")
    with pytest.raises(SourceError, match=r"a.csv and b.csv differ in headings \(Natureza there, Tipo here\), so they"):
        adding.add(empty, "cidade", [first, second], quiet, Asked(boundaries=outlines(tmp_path / "o.geojson")))
    assert not (empty / "config/places/cidade").exists()


def test_classes_that_no_indicator_counts_are_named(empty, tmp_path):
    added = adding.add(
        empty, "cidade", [records(tmp_path / "o.csv")], quiet, Asked(boundaries=outlines(tmp_path / "b.geojson"))
    )
    assert any("no indicator counts theft" in said for said in added.decide["place.yaml"])


def _bare(tmp_path):
    """Outlines without residents."""
    path = outlines(tmp_path / "b.geojson")
    path.write_text(path.read_text("utf-8").replace("populacao", "codigo"), "utf-8")
    return path


def test_an_id_that_stands_at_two_outlines_is_told(empty, tmp_path):
    path = outlines(tmp_path / "b.geojson", (*AREAS, "Norte"))
    added = adding.add(empty, "cidade", [_counts(tmp_path)], quiet, Asked(boundaries=path))
    said = " ".join(added.decide["sources/tabela.yaml"])
    assert "Bairro holds what bairro of the outlines says, but Norte stands at more than one outline there" in said


def _counts(tmp_path):
    rows = [[name, offence, 5, "2023-01"] for name in AREAS for offence in ("ROUBO", "FURTO")]
    return write_csv(tmp_path / "tabela.csv", [["Bairro", "Natureza", "Registros", "Mes"], *rows])


def test_a_last_row_that_is_a_sum_is_no_row(tmp_path):
    path = write_csv(tmp_path / "t.csv", [["ward", "residents"], ["A", 10], ["B", 20], ["Total", 30]])
    assert framing.found(path, "utf-8", ",") == Table(ends="Total")
    path = write_csv(tmp_path / "u.csv", [["ward", "residents"], ["Total A", 10], ["Total", 20]])
    assert framing.found(path, "utf-8", ",") is None
