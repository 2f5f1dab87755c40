"""What is found in several files of the same columns together, and what a column may be for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from harmmodel.warehouse.intake import asked, passports, profiles, roles, units, wide
from harmmodel.warehouse.intake.codes import KnownCodes
from harmmodel.warehouse.intake.unpack import Given
from tests.intake.conftest import write_csv


@pytest.mark.parametrize(("first", "distinct"), [(40, 80), (20, 60)])
def test_different_values_are_counted_over_all_files_however_many_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int, distinct: int
):
    monkeypatch.setattr(profiles, "MOST_VALUES", 30)
    files = []
    for number, start in enumerate((0, first)):
        rows = [["record_id", "date", "offence"]]
        rows += [[f"R{start + n}", f"2024-01-{n % 28 + 1:02d}", "Assault"] for n in range(40)]
        files.append(profiles.profile(Given(write_csv(tmp_path / f"{number}.csv", rows), f"{number}.csv"), {}))
    whole = profiles.together(files)
    column = whole.column("record_id")
    assert (column.filled, column.distinct, len(column.counts)) == (80, distinct, 30)
    assert whole.column("offence").distinct == 1
    if distinct == 80:
        assert roles.propose(whole, None, KnownCodes([])).unique == "record_id"


def proposed(path: Path, *columns: str, row: Callable[[int], list[object]]) -> roles.Roles:
    """Return what the columns of 100 rows are proposed for, beside a day and an offence."""
    rows: list[list[object]] = [[*columns, "date", "offence", "last_updated"]]
    rows += [[*row(n), f"2024-01-{n % 28 + 1:02d}", "Assault", "2024-03-01"] for n in range(100)]
    file = profiles.profile(Given(write_csv(path / "f.csv", rows), "f.csv"), {})
    return roles.propose(file, None, KnownCodes([]))


def test_a_number_that_some_rows_share_is_proposed_and_told(tmp_path: Path):
    found = proposed(tmp_path, "event_id", row=lambda n: [f"GO-{n % 78}"])
    assert found.unique == "event_id"
    said = " ".join(found.questions)
    assert "22 of 100 rows share their event_id with another. It is drafted as the number of a record" in said
    assert "wins: [{highest: last_updated}]" in said


@pytest.mark.parametrize(
    ("columns", "row", "unique", "said"),
    [
        (("OBJECTID", "event_no"), lambda n: [n, f"E{n % 90}"], "event_no", "10 of 100 rows share their event_no"),
        (("record_no", "event_no"), lambda n: [n, f"E{n % 90}"], "record_no", "say which is the record's"),
        (("case_id",), lambda n: [f"C{n}" if n > 4 else ""], "case_id", ""),
        (("location_id",), lambda n: [f"L{n % 90}"], None, ""),
        (("case_type",), lambda n: [f"T{n % 9}"], None, ""),
    ],
)
def test_a_number_of_rows_or_places_is_not_that_of_a_record(tmp_path: Path, columns, row, unique, said):
    found = proposed(tmp_path, *columns, row=row)
    assert found.unique == unique
    told = [question for question in found.questions if "with another" in question]
    assert bool(told) == bool(said)
    assert said in " ".join(told)


def residents(path: Path, *rows: list[object]) -> passports.Drafted:
    """Draft a table of units with their residents."""
    file = profiles.profile(Given(write_csv(path / "u.csv", list(rows)), "u.csv"), {}, tells_residents=True)
    return units.drafted([], units.Found(file, None)).outlines


def test_residents_that_all_part_thousands_by_a_point_are_whole_and_asked_about(tmp_path: Path):
    draft = residents(tmp_path, ["Gebiet", "Einwohner"], *([name, f"{10 + n}.500"] for n, name in enumerate("ABCD")))
    assert draft.passport["columns"]["Einwohner"] | {"means": ""} == {
        "type": "integer",
        "tells": "neither",
        "means": "",
        "thousands": ".",
    }
    said = " ".join(draft.roles.questions)
    assert "column Einwohner: 10.500 is drafted as 10500 (thousands: '.'). If it is a decimal, say decimal: '.'" in said


@pytest.mark.parametrize(
    ("columns", "taken", "others"),
    [
        (("population_density", "population_2021"), "population_2021", ""),
        (("residents_per_km2", "residents"), "residents", ""),
        (("population_2011", "population_2021"), "population_2011", "population_2021 may tell them, too"),
    ],
)
def test_density_is_no_number_of_residents_and_of_two_candidates_one_is_asked(tmp_path, columns, taken, others):
    draft = residents(tmp_path, ["ward", *columns], *([f"W{n}", 4_000 + n, 10_000 + n] for n in range(4)))
    assert list(draft.passport["columns"])[:2] == ["ward", taken]
    assert others in " ".join(draft.roles.questions)
    assert ("too" in " ".join(draft.roles.questions)) == bool(others)


def counts(path: Path, *written: str) -> passports.Drafted:
    """Draft a table of counts by month and area."""
    rows: list[list[object]] = [["month", "area", "offence", "count"]]
    rows += [[f"2023-{n % 12 + 1:02d}", f"A{n // 12}", "Assault", written[n % len(written)]] for n in range(120)]
    file = profiles.profile(Given(write_csv(path / "c.csv", rows), "c.csv"), {})
    return passports.of_records("c", [file], file, roles.propose(file, None, KnownCodes([])), None)


def test_no_row_is_left_out_for_a_count_that_cannot_be_read(tmp_path: Path):
    draft = counts(tmp_path, *["12"] * 119, "five")
    said = " ".join(asked._of_rows(draft, "outline"))
    assert "column count is integer but for" in said
    assert "suppressed (marks, low, high)" in said
    assert "bad_rows" not in said


def test_a_count_whose_comma_may_part_thousands_or_decimals_is_asked_about(tmp_path: Path):
    draft = counts(tmp_path, "12", "1,204")
    assert draft.passport["columns"]["count"]["thousands"] == ","
    assert "column count: 1,204 is drafted as 1204 (thousands: ',')" in " ".join(draft.roles.questions)
    assert "drafted as" not in " ".join(counts(tmp_path, "12", "1204").roles.questions)


def test_years_of_two_digits_are_of_this_century_or_the_last():
    assert [wide.month_of(text) for text in ("Jan-99", "Jan-69", "Jan-68", "ene-19")] == [
        (1999, 1),
        (1969, 1),
        (2068, 1),
        (2019, 1),
    ]
