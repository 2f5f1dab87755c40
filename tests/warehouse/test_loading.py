"""Raw files in: what is wrong is named with its remedy, what is left out is counted, the last run stays published."""

import hashlib
import shutil
from collections import Counter

import duckdb
import pandas as pd
import pytest
import yaml

from harmmodel import pipeline
from harmmodel.config import load_config
from harmmodel.errors import ConfigError, SourceError
from harmmodel.warehouse.load.rows import check_counts
from harmmodel.warehouse.sql import grammar
from harmmodel.warehouse.store import editions, runs
from tests import tiny
from tests.work import keep_work


@pytest.fixture
def place(tmp_path):
    return tiny.tiny_project(tmp_path)


def refused(home, *words):
    """Run a place that must be refused, and check the message and that the last run is untouched."""
    before = editions.places_with_runs(home)
    with pytest.raises((SourceError, ConfigError)) as error:
        pipeline.run(home, "tiny")
    assert all(word in str(error.value) for word in words), str(error.value)
    assert editions.places_with_runs(home) == before
    assert not list((home / "data").glob("*/.build-*"))


def test_a_new_place_needs_no_python(place):
    run = runs.load_run(place, "tiny", pipeline.run(place, "tiny"))
    assert run.scores["violence"].notna().all()
    assert run.scores["corruption"].isna().all()
    assert set(run.scores["pillars_scored"]) == {1}
    assert run.scores["score"].isna().all(), "with one pillar no overall is printed"
    assert run.scores["rank"].notna().all()


def test_every_row_of_the_file_has_one_fate(place):
    run = runs.load_run(place, "tiny", pipeline.run(place, "tiny"))
    row = run.reconciliation.set_index("source").loc["offences"]
    assert row[["rows", "loaded", "enforcement", "outside_city", "outside_period", "rejected"]].to_list() == [
        8,
        4,
        2,
        1,
        1,
        0,
    ]


def test_a_period_begins_with_its_first_day_and_ends_before_its_last(tmp_path):
    edges = ["2023-12-31 23:59:59", "2024-01-01 00:00", "2024-02-29 23:59:59", "2024-03-01 00:00"]
    rows = "".join(f"{n},{when},0.5,0.5,ROBBERY,false\n" for n, when in enumerate(edges, start=9))
    home = tiny.tiny_project(tmp_path, tiny.OFFENCES + rows)
    tiny.write_place(home, covers={"from": "2024-01-01", "to": "2024-03-01"})  # the run itself goes on until April
    row = runs.load_run(home, "tiny", pipeline.run(home, "tiny")).reconciliation.set_index("source").loc["offences"]
    assert (row["loaded"], row["outside_period"]) == (3 + 2, 5 + 2)


def test_a_harm_row_that_repeats_the_number_of_an_enforcement_row_counts(tmp_path):
    home = tiny.tiny_project(tmp_path, tiny.OFFENCES + "5,2024-01-03 10:00,0.5,0.5,ROBBERY,false\n")
    row = runs.load_run(home, "tiny", pipeline.run(home, "tiny")).reconciliation.set_index("source").loc["offences"]
    assert (row["loaded"], row["enforcement"], row["rejected"]) == (4 + 1, 2, 0)


def test_a_point_at_the_end_of_the_map_is_a_point(tmp_path):
    home = tiny.tiny_project(tmp_path, tiny.OFFENCES + "9,2024-01-03 10:00,-180,90,ROBBERY,false\n")
    row = runs.load_run(home, "tiny", pipeline.run(home, "tiny")).reconciliation.set_index("source").loc["offences"]
    assert (row["outside_city"], row["rejected"]) == (1 + 1, 0)


@pytest.mark.parametrize(("records", "few"), [("5", ""), ("4", "1 rows stand for fewer than 5"), ("null", "1 rows")])
def test_a_count_of_a_sensitive_source_is_at_least_the_threshold_and_never_missing(place, records, few):
    passport = load_config(place, "tiny").passports["offences"]
    passport = passport.model_copy(update={"counted": "records", "sensitive": True})
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as act; create table act.act_raw_offences as select 5 as records")
        con.execute(f"create table harm_row as select unnest([7, {records}]) as records")
        if not few:
            check_counts(con, passport, "harm_row", 5)
            return
        with pytest.raises(SourceError, match=few):
            check_counts(con, passport, "harm_row", 5)


def test_points_are_placed_in_the_area_that_holds_them(place):
    run = runs.load_run(place, "tiny", pipeline.run(place, "tiny"))
    counted = run.indicators.set_index(["unit_id", "indicator"])["events"]
    assert counted["00", "robbery"] == 2
    assert counted["10", "robbery"] == 1
    assert counted["01", "shooting"] == 1


def test_every_unknown_offence_is_named_with_its_count(tmp_path):
    home = tiny.tiny_project(tmp_path, tiny.OFFENCES.replace("DRUGS", "PIRACY").replace("SHOOTING", "TREASON"))
    refused(home, "'PIRACY': 2 rows", "'TREASON': 1 row", "crosswalk.csv")


def act_found(home):
    """Load the place and return the table act_found of its work folder: no snapshot keeps it."""
    keep_work(home, "tiny", home / "work.duckdb")
    with duckdb.connect(str(home / "work.duckdb"), read_only=True) as con:
        return con.execute("from act_found").fetchall()


def test_codes_of_several_columns_give_the_values_back_as_they_stood(tmp_path):
    """Also where a value holds the separator, is a number, is empty or is missing: none of these may be mixed up."""
    home = tiny.tiny_project(
        tmp_path,
        crosswalk="source,code,class,enforcement,match,note\noffences,ROBBERY | 7,robbery,false,exact,\n"
        "offences,SHOOTING | ,shooting,false,exact,\noffences,DRUGS | | 5,drug_possession,true,exact,\n"
        "offences,DRUGS | ,drug_possession,true,exact,\noffences, | 5,drug_possession,true,exact,\n",
    )
    rows = [("ROBBERY", "7"), ("SHOOTING", None), ("SHOOTING", "")]
    found = [("DRUGS", "| 5"), ("DRUGS |", "5"), ("DRUGS", None), ("DRUGS", ""), (None, "5"), ("", "5")]
    frame = pd.DataFrame(rows + found, columns=["offence", "detail"], dtype=object)
    frame = frame.assign(id=range(9), when=pd.Timestamp("2024-01-03"), lon=0.5, lat=0.5, arrest=True)
    frame.to_parquet(home / "data/tiny/offences.parquet")
    (home / "config/places/tiny/core/act_found.sql").write_text("select offence, detail from act_raw_offences")
    tiny.write_place(
        home,
        file="offences.parquet",
        columns=tiny.COLUMNS | {"detail": {"type": "text", "tells": "harm", "means": "More of the offence."}},
        classify={"columns": ["offence", "detail"]},
        unique=["when", "offence", "detail"],
    )
    run = runs.load_run(home, "tiny", pipeline.run(home, "tiny"))
    line = run.reconciliation.set_index("source").loc["offences"]
    assert (line["loaded"], line["enforcement"], line["rejected"]) == (3, 6, 0)
    assert act_found(home) == found


def test_a_code_of_numbers_is_given_back_as_a_number(tmp_path):
    home = tiny.tiny_project(
        tmp_path,
        tiny.OFFENCES.replace("ROBBERY", "1").replace("SHOOTING", "2").replace("DRUGS", "30"),
        tiny.CROSSWALK.replace("ROBBERY", "1").replace("SHOOTING", "2").replace("DRUGS", "30"),
    )
    (home / "config/places/tiny/core/act_found.sql").write_text("select offence + 1 as found from act_raw_offences")
    tiny.write_place(home, columns=tiny.COLUMNS | {"offence": tiny.COLUMNS["offence"] | {"type": "integer"}})
    assert act_found(home) == [(31,), (31,)]


MANY = 250_000  # rows: several threads read so many


def test_which_of_two_repeats_counts_does_not_depend_on_the_order_of_the_file(tmp_path):
    robberies = [f"{n},2024-01-03 10:00,0.5,0.5,ROBBERY,false" for n in range(MANY)]
    shootings = [f"{n},2024-01-03 10:00,0.5,0.5,SHOOTING,false" for n in range(MANY)]
    counted = []
    for n, rows in enumerate([[*robberies, *shootings], [*shootings, *robberies]]):
        home = tiny.tiny_project(tmp_path / str(n), "\n".join([tiny.OFFENCES.splitlines()[0], *rows]) + "\n")
        residents = home / "data" / "tiny" / "residents.csv"
        residents.write_text(residents.read_text("utf-8").replace("000", "00000"), "utf-8")  # enough for so many
        gravest = [{"gravest": ["shooting", "robbery"]}]
        accepts = {"repeats": {"upto": 0.5, "reason": "Made for a test of repeats."}}
        tiny.write_place(home, quiet=[tiny.ALL_IN_JANUARY], wins=gravest, accepts=accepts)
        run = runs.load_run(home, "tiny", pipeline.run(home, "tiny"))
        line = run.reconciliation.set_index("source").loc["offences"]
        assert (line["loaded"], line["rejected"], line["contradictions"]) == (MANY, MANY, MANY)
        counted.append(run.classes.groupby("class")["events"].sum().to_dict())
    assert counted[0] == counted[1]
    assert sorted(counted[0].values())[-1] == MANY


@pytest.mark.parametrize("changes", [{}, {"format": "%Y-%m-%d %H:%M"}], ids=["coordinate", "date"])
def test_the_place_of_a_fault_in_a_large_file_is_told(tmp_path, changes):
    rows = [f"{n},2024-01-03 10:00,0.5,0.5,ROBBERY,false" for n in range(MANY)]
    at = MANY - 7
    rows[at - 1] = "x,soon,0.5,0.5,ROBBERY,false" if changes else "1,2024-01-03 10:00,500,0.5,ROBBERY,false"
    rows[at - 1] = rows[at - 1].replace("x,", f"{at},")
    home = tiny.tiny_project(tmp_path, "\n".join([tiny.OFFENCES.splitlines()[0], *rows]) + "\n")
    tiny.write_place(home, columns=tiny.COLUMNS | {"when": tiny.COLUMNS["when"] | changes})
    refused(home, f"row {at}, column {'when' if changes else 'lon'}")


def test_a_changed_file_is_refused_and_the_last_run_stays(place):
    first = pipeline.run(place, "tiny")
    with (place / "data/tiny/offences.csv").open("a") as stream:
        stream.write("9,2024-01-05 10:00,0.5,0.5,ROBBERY,false\n")
    refused(place, "offences.csv has sha256", "update the passport")
    assert editions.published_id(place, "tiny") == first


def test_a_missing_file_is_named(place):
    (place / "data/tiny/residents.csv").unlink()
    refused(place, "residents.csv is missing")


@pytest.mark.parametrize("column", ["officer_id", "Last Name", "victim_dob", "HomeAddress", "plate"])
def test_a_column_that_looks_personal_stops_the_load(tmp_path, column):
    lines = tiny.OFFENCES.splitlines()
    text = "\n".join([f"{lines[0]},{column}", *(f"{line},x" for line in lines[1:])]) + "\n"
    refused(tiny.tiny_project(tmp_path, text), column, "personal")


def test_a_renamed_column_is_named_with_what_was_found(tmp_path):
    home = tiny.tiny_project(tmp_path, tiny.OFFENCES.replace("when", "time", 1))
    refused(home, "columns missing: when", "time")


def test_a_value_of_the_wrong_type_is_named_with_its_row(tmp_path):
    home = tiny.tiny_project(tmp_path, tiny.OFFENCES.replace("2024-02-05 12:00", "soon"))
    refused(home, "row 3, column when: s*** is no timestamp")


def test_a_repeated_key_is_rejected_and_counted(tmp_path):
    home = tiny.tiny_project(tmp_path, tiny.OFFENCES + "1,2024-01-03 10:00,0.5,0.5,ROBBERY,false\n")
    run = runs.load_run(home, "tiny", pipeline.run(home, "tiny"))
    row = run.reconciliation.set_index("source").loc["offences"]
    assert (row["rejected"], row["reasons"], row["repeats"]) == (1, "repeated row 1", "copies robbery 1")


def test_rows_whose_keys_share_half_a_hash_are_no_repeats(tmp_path):
    with duckdb.connect() as con:
        pairs = con.execute(
            "select min(n), max(n) from range(10, 300000) as t(n) group by hash(n) >> 32 having count(*) = 2"
        ).fetchall()
    rows = "".join(f"{n},2024-01-03 10:00,0.5,0.5,ROBBERY,false\n" for pair in pairs for n in pair)
    assert pairs
    home = tiny.tiny_project(tmp_path, tiny.OFFENCES + rows)
    found = runs.load_run(home, "tiny", pipeline.run(home, "tiny")).reconciliation.set_index("source").loc["offences"]
    assert (found["loaded"], found["rejected"]) == (4 + 2 * len(pairs), 0)


def test_files_of_one_name_in_several_folders_are_told_apart(tmp_path):
    home = tiny.tiny_project(tmp_path)
    head, *rows = tiny.OFFENCES.splitlines()
    contents = {
        "a.csv": rows[:4],
        "m1/x.csv": [*rows[4:6], "20,soon,0.5,0.5,ROBBERY,false", "21,2024-01-03,500,0.5,ROBBERY,false"],
        "m2/x.csv": [*rows[6:], "22,soon,0.5,0.5,ROBBERY,false", "23,2024-01-03,nan,0.5,ROBBERY,false"],
    }
    tiny.write_place(home, bad_rows="reject")
    listed = []
    for name, lines in contents.items():
        path = home / "data/tiny" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join([head, *lines]) + "\n")
        listed.append({"file": name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()})
    change_passport(home, file=None, sha256=None, files=listed)
    found = runs.load_run(home, "tiny", pipeline.run(home, "tiny")).reconciliation.set_index("file")
    fates = ["rows", "loaded", "enforcement", "outside_city", "outside_period", "rejected"]
    assert found[fates].sum().to_list() == [12, 4, 2, 1, 1, 4]
    assert (found["rows"] == found[fates[1:]].sum(axis=1)).all()
    assert found["rejected"].to_dict() == {"a.csv": 0, "m1/x.csv": 2, "m2/x.csv": 2}
    assert set(found["reasons"]) == {"", "not as the passport says (lon) 1, not as the passport says (when) 1"}


def change_passport(home, **changes):
    """Change what the passport of the offences says; None takes a key out."""
    path = home / "config/places/tiny/sources/offences.yaml"
    passport = {**yaml.safe_load(path.read_text()), **changes}
    path.write_text(yaml.safe_dump({key: value for key, value in passport.items() if value is not None}))


def test_a_reduction_finds_the_columns_that_it_names_in_another_source(place):
    home = place / "config/places/tiny"
    more = {**yaml.safe_load((home / "sources/offences.yaml").read_text()), "id": "more"}
    (home / "sources/more.yaml").write_text(yaml.safe_dump(more))
    crosswalk = tiny.CROSSWALK.splitlines()[1:]
    (home / "crosswalk.csv").write_text(
        tiny.CROSSWALK + "".join(f"{line.replace('offences', 'more', 1)}\n" for line in crosswalk)
    )
    (home / "sources/reduced.sql").write_text(
        "select i.month, i.class, i.unit_id, count(*) as events from incoming as i "
        "join raw_more as m on m.id = i.id and m.lat < 1 group by all order by all"
    )
    change_passport(place, reduce="reduced.sql")
    (home / "core/core_count.sql").write_text(
        "select unit_id, month, class, 'other' as place_class, events from raw_offences"
    )
    found = runs.load_run(place, "tiny", pipeline.run(place, "tiny")).reconciliation.set_index("source")
    assert found.loc["offences", ["loaded", "reduced"]].to_list() == [3, 1]


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("select c.a from raw_x as c order by all", {"a", "c"}),
        ('select "A" from raw_x as c join raw_y as d using (B)', {"a", "b"}),
        ("select list_transform([1], lambda v: v + a) from raw_x", {"a", "v"}),
        ("select (select max(y.b) from raw_y as y where y.c = raw_x.a) from raw_x", {"a", "b", "c", "y", "raw_x"}),
        ("select count(*) from raw_x", set()),
        ("from raw_x", None),
        ("select c from raw_x as c", None),
        ("select main.raw_x from raw_x", None),
        ("select #2 from raw_x", None),
        ("select b from raw_x as c(a, b)", None),
        ("select a from raw_x order by columns('b.*')", None),
        ("select list(a order by all) from raw_x", None),
        ("select a from raw_x natural join raw_y", None),
        ("select columns('a|b') from raw_x", None),
    ],
)
def test_columns_that_a_query_names_are_found_or_all_are_kept(sql, named):
    with duckdb.connect() as con:
        assert grammar.columns_named(con, "core/core_count.sql", sql) == named


def test_faults_of_all_config_files_are_listed_at_once(place):
    shutil.copy(place / "config/scheme.yaml", place / "config/weights/wrong.yaml")
    with (place / "config/scheme.yaml").open("a") as stream:
        stream.write("surprise: 1\n")
    (place / "config/places/tiny/crosswalk.csv").write_text(tiny.CROSSWALK.replace("true", "perhaps"))
    refused(place, "config/weights/wrong.yaml", "scheme.yaml: surprise", "crosswalk.csv line 4: enforcement")


def test_a_pillar_that_no_place_feeds_is_told(place):
    shutil.rmtree(place / "config/places/elsewhere")
    refused(place, "no place lists an indicator of corruption", "no place lists an indicator of community")


def test_core_sql_is_examined_once_for_all_questions_and_once_more_as_it_is_run(place, monkeypatch):
    asked, examined = Counter[str](), grammar.examined

    def counted(con: duckdb.DuckDBPyConnection, name: str, sql: str) -> grammar.Query:
        asked[name] += 1
        return examined(con, name, sql)

    monkeypatch.setattr(grammar, "examined", counted)
    keep_work(place, "tiny", place / "work.duckdb")
    assert {asked[f"core/{name}.sql"] for name in tiny.CORE} == {2}
