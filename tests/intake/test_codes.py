"""Suggestions of classes: what is known, what comes near, and what police may have found."""

from pathlib import Path

import pytest

from harmmodel.config.drafts.layouts import LayoutCode, load_layouts
from harmmodel.warehouse.intake import adding, tables
from harmmodel.warehouse.intake.codes import Coded, KnownCodes, known_codes, suggestion

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "harmmodel" / "example" / "config" / "layouts"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> KnownCodes:
    return known_codes(load_layouts(tmp_path_factory.mktemp("none")).values(), ())


def test_layouts_of_the_repository_are_those_that_ship_with_the_package():
    ours = {path.name: path.read_text("utf-8") for path in (ROOT / "config" / "layouts").iterdir()}
    assert ours == {path.name: path.read_text("utf-8") for path in SHIPPED.iterdir()}
    assert {"police_uk_street", "chicago_crimes", "nibrs_offences", "police_uk_stops", "ucdp_ged"} <= load_layouts(
        ROOT
    ).keys()


def test_classes_of_layouts_are_enforcement_everywhere_or_nowhere():
    flags: dict[str, set[bool]] = {}
    for layout in load_layouts(ROOT).values():
        for code in layout.codes:
            flags.setdefault(code.class_, set()).add(code.enforcement)
    assert {class_ for class_, both in flags.items() if len(both) > 1} == set()


@pytest.mark.parametrize(
    ("code", "class_", "enforcement"),
    [
        ("ROBBERY", "robbery", False),
        ("homicidio doloso", "homicide", False),
        ("TRÁFICO DE DROGAS", "drug_supply", True),
        ("Theft from Vehicle", "theft", False),
    ],
)
def test_a_class_is_suggested_and_never_taken(known: KnownCodes, code: str, class_: str, enforcement: bool):
    row = suggestion("s", code, Coded(12, None), known, None)
    assert (row.class_, row.enforcement, row.match) == (class_, enforcement, "suggested")
    assert "12 rows" in row.note


def test_where_most_records_of_what_looks_like_harm_end_in_an_arrest_it_is_to_be_decided(known: KnownCodes):
    row = suggestion("s", "ROBBERY DECOY", Coded(40, 0.9), known, None)
    assert (row.class_, row.enforcement) == ("to_decide", True)
    assert "arrest in 90%" in row.note
    assert "enforcement to decide" in row.note
    unknown = suggestion("s", "QWERTY", Coded(40, 0.1), known, None)
    assert (unknown.class_, unknown.enforcement) == ("to_decide", False)


def test_of_two_words_for_offences_the_first_tells_the_class(known: KnownCodes):
    code = "Raub, räuberische Erpressung und räuberischer Angriff auf Kraftfahrer"
    assert suggestion("s", code, Coded(12, None), known, None).class_ == "robbery"


@pytest.mark.parametrize("code", ["", "(empty)", " | ", "(empty) | (empty)", "-"])
def test_a_blank_is_for_a_person_to_decide_whatever_it_stands_for_in_other_files(known: KnownCodes, code: str):
    row = suggestion("s", code, Coded(261, None), known, None)
    assert (row.class_, row.enforcement, row.match) == ("to_decide", False, "suggested")
    assert row.note == "261 rows; no offence is given: choose a class"
    blank = LayoutCode.model_validate({"code": "(empty)", "class": "stop_for_other", "enforcement": True})
    assert suggestion("s", code, Coded(1, None), known, blank).class_ == "stop_for_other"


@pytest.mark.parametrize(
    ("code", "is_formula"),
    [
        ("=1+1", True),
        (" @SUM(1)", True),
        ("\uff1dcmd", True),
        ("-1", False),
        ("- other", False),
        ("+cmd|' /C'!A0", True),
    ],
)
def test_an_offence_that_a_spreadsheet_would_run_is_known_by_one_list(code: str, is_formula: bool):
    assert adding._is_formula(code) == is_formula
    assert tables.for_reading(["x"], [["\uff1d1"]]) == "x\n'\uff1d1\n"
