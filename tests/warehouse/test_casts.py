"""A value that would become another value is no value of its type: named with file, row, column and its shape."""

import json
from datetime import datetime

import duckdb
import pytest

from harmmodel.config import load_config
from harmmodel.config.passport import RawFile
from harmmodel.config.rows.columns import Column
from harmmodel.errors import ConfigError, SourceError
from harmmodel.warehouse.load import personal, rows
from harmmodel.warehouse.store.connection import loading
from tests import tiny

LARGE = 2**53
REFUSED = [
    ("integer", "2.5", "2.* is no integer: it would become another value. Type number would keep it"),
    ("integer", "-0.5", "-*.* is no integer: it would become another value"),
    ("integer", "25e-1", "2**-* is no integer: it would become another value"),
    (
        "integer",
        "9.200",
        "9.*** is no integer: it would become another value",
    ),  # nine thousand two hundred in many countries
    ("integer", "9.000", "9.*** is no integer: it would become another value"),
    ("integer", "123456789012345678.5", "1*****************.* is no integer"),
    ("integer", "1.5e16", "1.**** is no integer"),
    ("integer", "0x1F", "0*** is no integer: it would become another value"),
    ("integer", "1_000", "1**** is no integer: it would become another value"),
    ("integer", "9223372036854775808", "9****************** is no integer"),
    ("integer", "many", "m*** is no integer"),
    ("number", "nan", "'nan' is no number"),
    ("number", "Infinity", "I******* is no number"),
    ("number", "1_000", "1**** is no number: it would become another value"),
    ("number", "1,5", '1,* is no number. Say decimal: ","'),
    ("number", "1e999", "1**** is no number"),
    ("number", str(LARGE + 1), "is no number of which each digit is kept: that ends at 9,007,199,254,740,992"),
    ("boolean", "0.5", "cannot be read as BOOLEAN"),
    ("boolean", "2", "cannot be read as BOOLEAN"),
    ("date", "2024-01-03 10:00", "2***-**-** **:** is no date: it would become another value. Type timestamp would"),
    ("date", "2024-01-03T00:00:01", "2***-**-*****:**:** is no date"),
    ("date", "infinity", "i******* is no date"),
    ("timestamp", "-infinity", "-******** is no timestamp"),
    ("timestamp", "2024-03-05 10:30 PM", "is no timestamp. Say format: how the file writes it, as %Y-%m-%d %I:%M %p"),
    ("timestamp", "2024-03-05 10:30:00+01:00", "is no timestamp. Say zone: whose local time is meant"),
    ("timestamp", "2024-03-05T10:30Z", "is no timestamp. Say zone: whose local time is meant"),
    ("timestamp", "2024-03-05 10:30 America/Chicago", "is no timestamp"),
    ("timestamp", "2024-03-05 10:30 BC", "is no timestamp"),
    ("timestamp", "2024-03-05 24:00", "2***-**-** **:** is no timestamp\n"),
    ("timestamp", "2024-02-30 10:00", "2***-**-** **:** is no timestamp\n"),
    ("timestamp", "epoch", "e**** is no timestamp\n"),
    ("timestamp", "05/03/2024", "is no timestamp. Say format: how the file writes it, as %d/%m/%Y %H:%M"),
    ("date", "2024-03-05 12:00 AM", "is no date: it would become another value. Say format:"),
    ("integer", "9.200", 'would become another value. Say thousands: "." where the point parts thousands'),
    ("integer", "9,200", 'is no integer. Say thousands: "," where the comma parts thousands, or decimal: ","'),
    ("number", "9.200,5", 'is no number. Say decimal: "," and thousands: "."'),
    ("number", "9 200.5", 'is no number. Say thousands: " "'),
]
TAKEN = [
    ("integer", "5.0", 5),
    ("integer", "1e3", 1000),
    ("integer", "1.5e3", 1500),
    ("integer", "+7", 7),
    ("integer", "007", 7),
    ("integer", " 12 ", 12),
    ("integer", "9223372036854775807", 2**63 - 1),
    ("integer", "", None),
    ("number", "2.5", 2.5),
    ("number", str(LARGE - 1), LARGE - 1),
    ("number", f"-{LARGE - 1}", 1 - LARGE),
    ("boolean", "true", True),
    ("boolean", "0", False),
    ("date", "2024-01-03", datetime(2024, 1, 3).date()),
    ("date", "2024-01-03 00:00:00", datetime(2024, 1, 3).date()),
    ("date", "2024/1/3", datetime(2024, 1, 3).date()),
    ("timestamp", "2024-01-03 10:00", datetime(2024, 1, 3, 10)),
]
# What the passport says of a column, a text, and its value; None: it is refused.
MARKED = [
    ("integer", {"thousands": "."}, "9.200", 9200),
    ("integer", {"thousands": "."}, "1.234.567", 1234567),
    ("integer", {"thousands": "."}, "900", 900),
    ("integer", {"thousands": "."}, "9.20", None),
    ("integer", {"thousands": "."}, "9,5", None),
    ("integer", {"thousands": ".", "decimal": ","}, "9.200,00", 9200),
    ("integer", {"thousands": ","}, "9,200", 9200),
    ("integer", {"thousands": ","}, "9.200", None),
    ("integer", {"thousands": " "}, "9\u00a0200", 9200),
    ("integer", {"thousands": "'"}, "9\u2019200", 9200),
    ("integer", {"thousands": ","}, "", None),
    ("number", {"decimal": ","}, "-46,63", -46.63),
    ("number", {"decimal": ","}, "1,5e3", 1500.0),
    ("number", {"decimal": ","}, "46.63", None),
    ("number", {"decimal": ",", "thousands": "."}, "1.234,5", 1234.5),
    ("number", {"thousands": ","}, "1,234.5", 1234.5),
    ("number", {"thousands": ","}, "1,2345", None),
    ("timestamp", {"zone": "Europe/London"}, "2024-07-05T10:30:00Z", datetime(2024, 7, 5, 11, 30)),
    ("timestamp", {"zone": "America/Chicago"}, "2024-01-05 10:30:00+0100", datetime(2024, 1, 5, 3, 30)),
    ("timestamp", {"zone": "America/Chicago"}, "2024-01-05 10:30", datetime(2024, 1, 5, 10, 30)),
    (
        "timestamp",
        {"zone": "America/Chicago", "format": "%d.%m.%Y %H:%M %z"},
        "05.01.2024 10:30 +0100",
        datetime(2024, 1, 5, 3, 30),
    ),
    ("timestamp", {"format": "%Y-%m-%d %I:%M %p"}, "2024-03-05 10:30 PM", datetime(2024, 3, 5, 22, 30)),
    ("timestamp", {"format": "%d/%m/%Y"}, "05/03/24", None),
    ("timestamp", {"format": "%d/%m/%y"}, "05/03/24", datetime(2024, 3, 5)),
]
# What a file with types of its own holds, as SQL.
TYPED_REFUSED = [
    ("integer", "2.5::double", "2.* is no integer: it would become another value. Type number would keep it"),
    ("integer", "2.5::decimal(9,2)", "2.** is no integer: it would become another value"),
    ("integer", "1e17::double", "is no integer"),
    ("integer", "16777217::float", "is no integer"),
    ("integer", "'nan'::double", "'nan' is no integer"),
    ("integer", "18446744073709551615::ubigint", "1******************* is no integer"),
    ("integer", "'2.5'", "2.* is no integer: it would become another value"),
    ("number", f"{LARGE + 1}::bigint", "9*************** is no number of which each digit is kept"),
    ("number", "'infinity'::double", "i** is no number"),
    ("number", "'nan'::float", "'nan' is no number"),
    ("number", "1e30::decimal(38,0)", "is no number"),
    ("boolean", "0.5::double", "0.* is no boolean: it would become another value"),
    ("boolean", "2::bigint", "2 is no boolean: it would become another value"),
    ("boolean", "'0.5'", "0.* is no boolean"),
    ("date", "timestamp '2024-01-03 10:00'", "2***-**-** **:**:** is no date: it would become another value"),
    ("date", "'2024-01-03 10:00'", "2***-**-** **:** is no date"),
    ("date", "'infinity'::timestamp", "i******* is no date"),
]
TYPED_TAKEN = [
    ("integer", "5.0::double", 5),
    ("integer", "5::utinyint", 5),
    ("integer", "5.00::decimal(9,2)", 5),
    ("integer", "true", 1),
    ("number", "0.1::decimal(9,2)", 0.1),
    ("number", f"{LARGE - 1}::bigint", LARGE - 1),
    ("boolean", "1::bigint", True),
    ("boolean", "0.0::double", False),
    ("date", "timestamp '2024-01-03'", datetime(2024, 1, 3).date()),
    ("timestamp", "date '2024-01-03'", datetime(2024, 1, 3)),
    ("text", "2.5::double", "2.5"),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A passport to vary, and an open work file."""
    home = tiny.tiny_project(tmp_path_factory.mktemp("casts"))
    work = tmp_path_factory.mktemp("work")
    with loading(work / "stage.duckdb") as con:
        yield con, load_config(home, "tiny").passports["residents"], work


def loaded(place, kind, file, **changes):
    """Load column *v* of a file and return its values."""
    con, passport, work = place
    columns = {"n": Column(type="integer", means="n"), "v": Column(type=kind, means="v", **changes)}
    change = {"columns": columns, "file": None, "sha256": None, "files": (RawFile(file=file, sha256="0" * 64),)}
    rows.ingest(con, [work / file], passport.model_copy(update=change), work)
    return [value for (value,) in con.execute("select v from typed order by n").fetchall()]


def csv(place, *values):
    """Write values to a CSV file, each with its number."""
    lines = "".join(f'{n},"{value}"\n' for n, value in enumerate(values, start=1))
    (place[2] / "r.csv").write_text(f"n,v\n{lines}", "utf-8")
    return "r.csv"


def parquet(place, value):
    """Write a value, given as SQL, to a Parquet file, below one that is missing."""
    query, path = f"select 1 as n, null as v union all select 2, {value}", place[2] / "r.parquet"
    with duckdb.connect() as con:
        con.execute(f"copy ({query}) to '{path}' (format parquet)")
    return "r.parquet"


@pytest.mark.parametrize(("kind", "value", "words"), REFUSED)
def test_a_text_that_would_become_another_value_is_refused(place, kind, value, words):
    sound = next(text for name, text, _ in TAKEN if name == kind)
    with pytest.raises(SourceError) as told:
        loaded(place, kind, csv(place, sound, value))
    assert "r.csv differs from passport sources/residents.yaml" in str(told.value)
    assert f"{'line 3' if kind in ('boolean',) else 'row 2'}, column v: " in str(told.value)
    assert words in str(told.value)
    assert "and more" not in str(told.value)


def test_ten_faults_are_named_and_the_others_counted(place):
    for faults, more in ((10, ""), (11, "\n  and more: 11 rows in all\n")):
        with pytest.raises(SourceError) as told:
            loaded(place, "integer", csv(place, *["2.5"] * faults))
        assert str(told.value).count("row ") == 10
        assert ("and more" in str(told.value)) == bool(more)
        assert more in str(told.value)


@pytest.mark.parametrize(("kind", "value", "expected"), TAKEN)
def test_a_text_that_says_exactly_a_value_is_taken(place, kind, value, expected):
    assert loaded(place, kind, csv(place, value)) == [expected]


@pytest.mark.parametrize(("kind", "says", "value", "expected"), MARKED)
def test_a_text_is_read_as_the_passport_says_or_refused(place, kind, says, value, expected):
    if expected is None and value:
        with pytest.raises(SourceError, match=f"row 1, column v: .* is no {kind}"):
            loaded(place, kind, csv(place, value), **says)
    else:
        assert loaded(place, kind, csv(place, value), **says) == [expected]


def test_an_instant_needs_the_zone_whose_local_time_is_meant(place):
    instant = "timestamptz '2024-12-31 23:30:00-06'"
    with pytest.raises(SourceError, match=r"r\.parquet: v: a time with a time zone .* zone: America/Chicago"):
        loaded(place, "timestamp", parquet(place, instant))
    with pytest.raises(SourceError, match="zone: Europe/Londn is no time zone"):
        loaded(place, "timestamp", parquet(place, instant), zone="Europe/Londn")
    local = [None, datetime(2024, 12, 31, 23, 30)]
    assert loaded(place, "timestamp", parquet(place, instant), zone="America/Chicago") == local


def test_a_passport_says_once_for_a_whole_file_how_it_is_written(place):
    con, passport, work = place
    columns = {"n": Column(type="integer", means="n"), "v": Column(type="number", means="v")}
    said = {"columns": columns, "decimal": ",", "thousands": ".", "zone": None}
    (work / "r.csv").write_text('n,v\n"1.000","2.000,5"\n', "utf-8")
    rows.ingest(con, [work / "r.csv"], passport.model_copy(update=said), work)
    assert con.execute("select n, v from typed").fetchall() == [(1000, 2000.5)]


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ({"type": "number", "zone": "UTC"}, "zone is for columns of type timestamp or date"),
        ({"type": "text", "decimal": ","}, "decimal and thousands are for columns of type integer or number"),
        ({"type": "number", "decimal": ",", "thousands": ","}, "the same sign"),
        ({"type": "timestamp", "format": "%Y %z"}, "its format holds a zone"),
    ],
)
def test_a_passport_that_contradicts_itself_about_writing_is_refused(tmp_path, says, words):
    home = tiny.tiny_project(tmp_path)
    name = "when" if says["type"] == "timestamp" else "lon"
    tiny.write_place(home, columns=tiny.COLUMNS | {name: {**says, "tells": "harm", "means": "What it says."}})
    with pytest.raises(ConfigError, match=words):
        load_config(home, "tiny")


@pytest.mark.parametrize(("kind", "value", "words"), TYPED_REFUSED)
def test_a_typed_value_that_would_become_another_is_refused(place, kind, value, words):
    with pytest.raises(SourceError) as told:
        loaded(place, kind, parquet(place, value))
    assert "row 2, column v: " in str(told.value)
    assert words in str(told.value)


@pytest.mark.parametrize(("kind", "value", "expected"), TYPED_TAKEN)
def test_a_typed_value_that_fits_its_type_is_taken(place, kind, value, expected):
    assert loaded(place, kind, parquet(place, value)) == [None, expected]


def test_a_date_of_its_own_form_may_not_lose_its_time(place):
    form = "%d/%m/%Y %H:%M"
    assert loaded(place, "date", csv(place, "03/01/2024 00:00"), format=form) == [datetime(2024, 1, 3).date()]
    with pytest.raises(SourceError, match=r"row 2, column v: 0\*/\*\*/\*{4} \*\*:\*\* is no date written as"):
        loaded(place, "date", csv(place, "03/01/2024 00:00", "03/01/2024 10:00"), format=form)


def test_outlines_with_parts_of_a_resident_are_refused(place):
    feature = {**tiny.square(0, 0), "properties": {"n": 1, "v": 2.5}}
    (place[2] / "r.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    with pytest.raises(SourceError, match=r"row 1, column v: 2\.\* is no integer"):
        loaded(place, "integer", "r.geojson")


def test_a_row_below_a_line_that_was_set_aside_is_not_given_a_false_number(place):
    (place[2] / "r.csv").write_text("n,v\n1\n2,2.5\n", "utf-8")
    with pytest.raises(SourceError) as told:
        loaded(place, "integer", "r.csv")
    assert "row 1 of those that can be read, column v: 2.* is no integer" in str(told.value)


def test_lossy_rows_are_left_out_and_counted_where_the_passport_says_so(place):
    con, passport, work = place
    columns = {name: Column(type="integer", means=name) for name in ("n", "v")}
    changed = passport.model_copy(update={"columns": columns, "bad_rows": "reject"})
    rows.ingest(con, [work / csv(place, "1", "2.5", "3")], changed, work)
    assert con.execute("select v from typed order by n").fetchall() == [(1,), (3,)]
    assert con.execute("select spot, column_name from faulty").fetchall() == [("row 2", "v")]


@pytest.mark.parametrize("value", ["Ann_Example 2024", "+44 20 7946 0000", "Zo\u00eb", "", "x" * 60])
def test_the_shape_of_a_value_is_the_same_in_sql(value):
    with duckdb.connect() as con:
        told = con.execute(f"select {personal.masked_in_sql('$v::varchar')}", {"v": value}).fetchall()
    assert told == [(personal.masked(value),)]


@pytest.mark.parametrize("kind", ["integer", "number", "boolean", "date", "timestamp"])
def test_a_fault_tells_nothing_of_an_ignored_column_and_the_shape_of_its_own_value_alone(place, kind):
    con, passport, work = place
    (work / "r.csv").write_text("n,v,who\n1,Jane Doe,Ann Example\nAnn Example,Jane Doe,2,3\n", "utf-8")
    columns = {"n": Column(type="integer", means="n"), "v": Column(type=kind, means="v")}
    with pytest.raises(SourceError) as told:
        rows.ingest(con, [work / "r.csv"], passport.model_copy(update={"columns": columns, "ignore": ("who",)}), work)
    assert not any(name in str(told.value) for name in ("Jane", "Doe", "Ann", "Example"))
    assert "column v: " in str(told.value)
