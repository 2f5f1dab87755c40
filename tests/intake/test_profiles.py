"""What is found in several files of the same columns together, and what a column may be for."""

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
