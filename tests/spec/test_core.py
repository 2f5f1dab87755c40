"""Run the specs of a place's SQL: rows of its inputs in, exactly the expected rows out."""

import datetime as dt
from pathlib import Path

import duckdb
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PLACES = ROOT / "config" / "places"
OF_VALUE = {int: "bigint", float: "double", bool: "boolean", dt.date: "date", dt.datetime: "timestamp"}
TYPES = {"text": "varchar", "integer": "bigint", "number": "double", "boolean": "boolean", "timestamp": "timestamp"}
CASES = [
    pytest.param(path.parent.name, path.stem, case, id=f"{path.parent.name} {path.stem}: {case['name']}")
    for path in sorted((Path(__file__).parent / "core").glob("*/*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def sql_file(place: str, name: str) -> Path:
    """Find the place's SQL of that name: a core table, or a source's reduction."""
    (path,) = [path for path in (PLACES / place).glob("*/*.sql") if path.stem == name]
    return path


def declared_types(table: str, sql: Path) -> dict[str, str]:
    """Types of a raw table as its passport gives them; a column the engine adds gets its type from the rows."""
    source = sql.stem if table == "incoming" else table.removeprefix("raw_")
    passport = sql.parents[1] / "sources" / f"{source}.yaml"
    if not passport.is_file():
        return {}
    columns = yaml.safe_load(passport.read_text(encoding="utf-8"))["columns"]
    return {name: TYPES.get(column["type"], column["type"]) for name, column in columns.items()}


def create(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict], types: dict[str, str]) -> None:
    """Make a table of the given rows, one column for each name that occurs in them."""
    values = {name: value for row in reversed(rows) for name, value in row.items() if value is not None}
    names = list(dict.fromkeys(name for row in rows for name in row))
    kinds = {name: types.get(name) or OF_VALUE.get(type(values.get(name)), "varchar") for name in names}
    one = ", ".join(f"${name}::{kinds[name]} as {name}" for name in names)
    for number, row in enumerate(rows):
        start = f"insert into {table} by name" if number else f"create table {table} as"
        con.execute(f"{start} select {one}", {name: row.get(name) for name in names})


@pytest.mark.parametrize(("place", "name", "case"), CASES)
def test_the_rows_given_become_the_rows_expected(place, name, case):
    sql = sql_file(place, name)
    columns = list(case["expect"][0])
    with duckdb.connect() as con:
        for table, rows in case["given"].items():
            create(con, table, rows, declared_types(table, sql))
        # As text, because YAML and DuckDB have different types for dates and decimals.
        found = con.sql(sql.read_text(encoding="utf-8")).project(", ".join(f"{c}::varchar" for c in columns)).fetchall()
    expected = [tuple(None if row[c] is None else str(row[c]) for c in columns) for row in case["expect"]]
    assert sorted(found, key=str) == sorted(expected, key=str)
