"""Hundreds of damaged raw files: each is refused by name, or every record of it is accounted for."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harmmodel.config import load_config
from harmmodel.errors import SourceError
from harmmodel.warehouse.load import row_classes, separation, units
from harmmodel.warehouse.load.account import losses
from harmmodel.warehouse.load.geography import Outlines
from harmmodel.warehouse.load.told import notes
from harmmodel.warehouse.store.connection import loading as room
from tests import tiny

GOOD = tiny.OFFENCES.encode()
SNIPPETS = [
    b'"',
    b'""',
    b"\n",
    b"\r\n",
    b"\r",
    b",",
    b";",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xc3\xa9",
    b"=1+1",
    b"<b>",
    b"  ",
    b"9" * 400,
    b"1e999",
    b"-0",
    b"nan",
    b"2024-02-30 10:00",
    b"0000-00-00",
    b"ROBBERY",
    b"DRUGS",
    b"\\",
    b"'",
    b"\t",
]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "delete", "replace", "repeat", "cut"]), st.floats(0, 1), st.sampled_from(SNIPPETS)
    ),
    min_size=1,
    max_size=4,
)


def damaged(edits) -> bytes:
    text = GOOD
    for kind, where, snippet in edits:
        at = int(where * len(text))
        if kind == "insert":
            text = text[:at] + snippet + text[at:]
        elif kind == "delete":
            text = text[:at] + text[at + len(snippet) :]
        elif kind == "replace":
            text = text[:at] + snippet + text[at + len(snippet) :]
        elif kind == "repeat":
            text = text[:at] + text[max(0, at - 40) : at] + text[at:]
        else:
            text = text[:at]
    return text


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    home = tiny.tiny_project(tmp_path_factory.mktemp("fuzz"))
    squares = [tiny.square(x, y) for x in (0, 1) for y in (0, 1)]
    outlines = Outlines([s["properties"]["area"] for s in squares], [json.dumps(s["geometry"]) for s in squares])
    return home, load_config(home, "tiny"), outlines


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    work = tmp_path_factory.mktemp("stage")
    with room(work / "stage.duckdb") as con:
        con.execute("attach ':memory:' as act; attach ':memory:' as harm")
        yield con, work


def load(stage, place, text: bytes, bad_rows: str) -> tuple[int, ...]:
    """Load one file as a run does, and return its line of the reconciliation."""
    (con, work), (_, config, outlines) = stage, place
    passport = config.passports["offences"].model_copy(update={"bad_rows": bad_rows})
    config = replace(config, passports={**config.passports, "offences": passport})
    path = Path(work) / "offences.csv"
    path.write_bytes(text)
    con.execute("drop table if exists harm.raw_offences; drop table if exists act.act_raw_offences")
    con.execute("drop table if exists harm.load_note; drop table if exists harm.load_uncounted")
    notes.prepare(con)
    con.execute(
        "create or replace table harm.load_reconciliation (source varchar, file varchar, reasons varchar, "
        f"repeats varchar, {', '.join(f'{name} bigint' for name in losses.NUMBERS)})"
    )
    con.execute(
        "create or replace table harm.load_month (source varchar, month date, fate varchar, rows bigint, file varchar)"
    )
    con.execute(
        "create or replace table act.act_class_arrest (source varchar, class varchar, records bigint, arrests bigint)"
    )
    separation.load_source(
        con,
        row_classes.ScoredSource(passport, [path], "harm.raw_offences"),
        config,
        units.Ground(outlines, config.place.boundaries),
        Path(work),
    )
    return con.execute(
        "select rows, loaded, enforcement, outside_city, outside_period, rejected, no_location "
        "from harm.load_reconciliation"
    ).fetchone()


@settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=EDITS)
@pytest.mark.parametrize("bad_rows", ["refuse", "reject"])
def test_a_damaged_file_is_refused_by_name_or_adds_up(stage, place, bad_rows, edits):
    text = damaged(edits)
    refusal = ""
    try:
        rows, *fates = load(stage, place, text, bad_rows)
    except SourceError as error:
        refusal = str(error)
    if refusal:
        assert "offences" in refusal
        assert len(refusal) > 40, "a message says what is wrong and what to do"
        return
    assert rows == sum(fates)
    readable = text.decode("utf-8-sig", "replace")
    records = [row for row in csv.reader(io.StringIO(readable, newline=""), strict=False) if row]
    assert rows == len(records) - 1, "no record is lost in silence"
