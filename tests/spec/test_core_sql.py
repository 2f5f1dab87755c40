"""Run the specs of the place's own SQL: rows of its input tables in, every row of its result out."""

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml

PLACE = Path(__file__).resolve().parents[2] / "config" / "places" / "chicago"
# Columns of the tables that the SQL under test reads, as the loader makes them.
TABLES = {
    "incoming": "complaint_id varchar, month date, beat bigint, class varchar, case_type varchar",
    "raw_complaints": "month date, beat_id varchar, class varchar, events bigint",
    "raw_beat_to_community_area": "beat varchar, community_area bigint, share double",
}
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
    for path in sorted((Path(__file__).parent / "core").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_the_rows_given_become_the_rows_expected(name, case):
    (path,) = [p for folder in ("core", "sources") for p in (PLACE / folder).glob(f"{name}.sql")]
    with duckdb.connect() as con:
        for table, rows in case["given"].items():
            con.execute(f"create table {table} ({TABLES[table]})")
            for row in rows:
                places = ", ".join(f"${column}" for column in row)
                con.execute(f"insert into {table} ({', '.join(row)}) values ({places})", row)
        result = con.execute(path.read_text("utf-8"))
        names = [column[0] for column in result.description]
        found = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    assert [{k: str(v) if isinstance(v, Decimal) else v for k, v in row.items()} for row in found] == case["expect"]
