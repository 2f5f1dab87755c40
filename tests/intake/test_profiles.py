"""What is found in several files of the same columns together, and what a column may be for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from harmmodel.warehouse.intake import profiles, roles
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
