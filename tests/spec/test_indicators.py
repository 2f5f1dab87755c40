"""Run each indicator's spec: rows of the cube in, events and person-days out."""

import datetime as dt
from pathlib import Path

import duckdb
import pytest
import yaml

from harmmodel.config import Covers, Indicator, Observed
from harmmodel.warehouse.read import areas

ROOT = Path(__file__).resolve().parents[2]
TABLES = {
    "core_area": "area_id varchar, label varchar, residents bigint, km2 double",
    "core_count": "unit_id varchar, month date, class varchar, place_class varchar, events bigint",
}
CASES = [
    pytest.param(path, case, id=f"{path.stem}: {case['name']}")
    for path in sorted(Path(__file__).parent.glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def indicator(name: str) -> Indicator:
    (path,) = (ROOT / "config" / "indicators").rglob(f"{name}.yaml")
    return Indicator.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def filled(given: dict) -> duckdb.DuckDBPyConnection:
    """Make a database that holds the given rows; a column that a row leaves out is empty."""
    con = duckdb.connect()
    for table, columns in TABLES.items():
        con.execute(f"create table {table} ({columns})")
        for row in given.get(table, []):
            places = ", ".join(f"${name}" for name in row)
            con.execute(f"insert into {table} ({', '.join(row)}) values ({places})", row)
    return con


def as_observed(given: dict, classes: tuple[str, ...]) -> dict[str, Observed]:
    """One period for all classes, or one for each."""
    covers = given["covers"]
    periods = {name: Covers.model_validate(covers if "from" in covers else covers[name]) for name in classes}
    return {name: Observed((period.span,)) for name, period in periods.items()}


def check_case(subject: Indicator, case: dict) -> None:
    """Count the given rows and compare; columns that a row does not name are not compared."""
    given = case["given"]
    assert isinstance(given["as_of"], dt.date)
    with filled(given) as con:
        frame = areas.indicator_counts(con, [subject], given["as_of"], as_observed(given, subject.count.classes))
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    found = {(row["unit_id"], row["class"]): row for row in rows}
    for expected in case["expect"]:
        row = found[(expected["unit_id"], expected["class"])]
        assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize(("path", "case"), CASES)
def test_the_rows_given_count_as_expected(path, case):
    check_case(indicator(path.stem), case)
