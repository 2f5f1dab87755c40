"""Config SQL that would write, wait, look at a clock or at how rows lie is refused; what forces write passes."""

import duckdb
import pytest

from harmmodel import pipeline
from harmmodel.config import load_config
from harmmodel.errors import HarmModelError, SnapshotError
from harmmodel.warehouse.sql import grammar, review
from harmmodel.warehouse.store import editions, runs, snapshots
from tests import tiny

WRITING = {
    "insert": "with c as (insert into core_count select '00', date '2024-01-01', 'robbery', 'other', 99 from "
    "act_raw_offences returning 1) select * from c",
    "update": "with c as (update core_count set events = 9999 returning 1) select * from c",
    "delete": "with c as (delete from raw_offences returning 1) select * from c",
    "merge": "with c as (merge into core_count using core_count as s on false when matched then delete) "
    "select * from c",
    "copy": "with c as (copy core_count to '/tmp/x.csv') select * from c",
    "nested": "select * from (with c as (delete from core_count returning 1) select * from c)",
    "in_lambda_of_cte": "with a as (select 1 as x), c as (insert into core_count select * from core_count returning 1) "
    "select a.x from a, c",
    "create": "create table core_x as select 1",
    "attach": "attach 'x.duckdb'",
    "two": "select 1; delete from core_count",
    "pragma": "pragma database_list",
    "set": "set memory_limit = '1TB'",
    "call": "call pragma_version()",
}
UNSTEADY = {
    "current_date": ("select current_date as month from raw_offences", "current_date gives other values"),
    "localtimestamp": ("select * from raw_offences where at_ < localtimestamp", "localtimestamp gives other values"),
    "user": ("select user as unit_id from raw_offences", "user gives other values"),
    "quoted": ('select "current_timestamp" as t from raw_offences', "current_timestamp gives other values"),
    "age": ("select age(occurred_at) as a from raw_offences", "age() is not accepted"),
    "now": ("select now() as a", "now() is not accepted"),
    "random": ("select random() as a", "random() is not accepted"),
    "uuid": ("select uuid() as a", "uuid() is not accepted"),
    "setting": ("select current_setting('threads') as a", "current_setting() is not accepted"),
    "variable": ("select getvariable('x') as a", "getvariable() is not accepted"),
    "sequence": ("select nextval('x') as a", "nextval() is not accepted"),
    "first": ("select first(unit_id) as a from raw_offences", "first() is not accepted"),
    "any_value": ("select any_value(unit_id) as a from raw_offences", "any_value() is not accepted"),
    "limit": ("select * from raw_offences limit 3", "limit keeps rows by the order"),
    "percent": ("select * from raw_offences limit 10%", "limit keeps rows by the order"),
    "inner_limit": ("select * from (select * from raw_offences limit 3)", "limit keeps rows by the order"),
    "distinct_on": ("select distinct on (unit_id) * from raw_offences", "distinct on keeps rows by the order"),
    "list": ("select list(unit_id) as a from raw_offences", "list() gathers values in the order"),
    "list_by_other": ("select list(unit_id order by month) as a from raw_offences", "list() gathers values"),
    "string_agg": ("select string_agg(unit_id, ',') as a from raw_offences", "string_agg() gathers values"),
    "sample": ("select * from raw_offences using sample 3", "samples are not accepted"),
    "rowid": ("select rowid from raw_offences", "rowid tells how rows are stored"),
    "positional": ("select * from raw_offences positional join core_area", "a join of kind positional"),
    "asof": ("select * from raw_offences asof join core_area using (area)", "a join of kind asof"),
}
REACHING = {
    "plan": ("select json_serialize_plan('select * from act_raw_offences') as a", "json_serialize_plan()"),
    "sql": ("select json_serialize_sql('select 1') as a", "json_serialize_sql()"),
    "stats": ("select stats(unit_id) as a from raw_offences", "stats()"),
    "catalog": ("select * from duckdb_tables()", "table function duckdb_tables is not accepted"),
    "query": ("select * from query('select * from act_raw_offences')", "table function query is not accepted"),
    "file": ("select * from read_csv('/etc/passwd')", "table function read_csv is not accepted"),
    "text": ("select * from read_text('/etc/passwd')", "table function read_text is not accepted"),
    "schema": ("select system.main.random() as a", "is called through a schema"),
    "describe": ("select * from (describe core_count)", "show is not accepted"),
    "recursive": (
        "with recursive a as (select 1 as i union all select i from a) select * from a",
        "recursive cte is not accepted",
    ),
    "collation": ("select unit_id collate nocase as a from raw_offences", "collate is not accepted"),
    "type": ("select unit_id::timestamptz as a from raw_offences", "the type"),
    "parameter": ("select $x as a", "parameter is not accepted"),
    "long": ("select '" + "x" * grammar.LONGEST + "' as a", "has 100,"),
}
HARMLESS = {
    "counting": "select unit_id, count(*) as n, count(distinct class) filter (where month > date '2024-01-01') as c "
    "from raw_offences group by all having count(*) > 1 order by all",
    "text": "select upper(trim(unit_id)) || '-' || lpad(class, 4, '0') as a, regexp_replace(class, '[^a-z]', '', 'g') "
    "as b, split_part(class, '_', 1) as c, class ilike 'rob%' as d, class similar to 'r.*' as e from raw_offences",
    "dates": "select date_trunc('month', occurred_at)::date as m, extract(year from occurred_at) as y, "
    "date_diff('day', month, occurred_at) as d, occurred_at + interval 3 hours as h, "
    "strptime('01.02.2024', '%d.%m.%Y') as p, last_day(month) as l from raw_offences",
    "numbers": "select round(sum(events)::decimal(18, 3) / 3, 2) as a, greatest(1, 2) as b, 7 // 2 as c, 7 % 2 as d, "
    "abs(-1) as e, floor(1.5)::bigint as f from core_count",
    "choice": "select case when class = 'a' then 1 when class in ('b', 'c') then 2 else 3 end as a, "
    "coalesce(unit_id, 'none') as b, nullif(class, '') as c, if(class is null, 0, 1) as d, "
    "try_cast(unit_id as integer) as e from raw_offences where unit_id is not null and not (class between 'a' and 'b')",
    "lists": "select list_sort(list(distinct unit_id)) as a, string_agg(class, ', ' order by class) as b, "
    "list_transform([1, 2], lambda x: x + 1) as c from raw_offences",
    "joins": "with a as (select unit_id, class from raw_offences), b as (select * from a) select a.unit_id from a "
    "left join b using (unit_id) where exists (select 1 from core_area as c where c.area_id = a.unit_id) "
    "union all select area_id from core_area except select area_id from core_area",
    "ranks": "select unit_id, rank() over (partition by class order by month) as r, "
    "sum(events) over (partition by class) as s from core_count",
    "values": "select v.code, v.label from (values (1, 'a'), (2, 'b')) as v(code, label)",
    "rows": "select unit_id from (select unit_id, row_number() over (partition by unit_id order by id) as n "
    "from raw_offences) where n = 1",
    "grouping": "select class, grouping(class) as g, count(*) as n from raw_offences group by rollup (class)",
    "star": "select r.* exclude (class) replace (upper(unit_id) as unit_id) from raw_offences as r",
    "semi": "select * from core_area semi join core_count on area_id = unit_id",
    "spread": "select unit_id, unnest(range(events::bigint)) as n from core_count",
    "lateral": "select a.area_id, n from core_area as a cross join unnest([1, 2]) as u(n)",
}


def examined(sql: str) -> grammar.Query:
    with duckdb.connect() as con:
        return grammar.examined(con, "core/core_x.sql", sql)


@pytest.mark.parametrize("sql", WRITING.values(), ids=WRITING)
def test_sql_that_writes_is_refused(sql):
    with pytest.raises(SnapshotError, match=r"core/core_x.sql"):
        examined(sql)


@pytest.mark.parametrize(("sql", "said"), (UNSTEADY | REACHING).values(), ids=UNSTEADY | REACHING)
def test_sql_that_hangs_on_more_than_its_rows_is_refused_by_what_it_does(sql, said):
    with pytest.raises(SnapshotError) as told:
        examined(sql)
    assert said in str(told.value)


@pytest.mark.parametrize("sql", HARMLESS.values(), ids=HARMLESS)
def test_what_forces_write_passes(sql):
    assert examined(sql).tables <= {"raw_offences", "core_count", "core_area"}


def test_every_function_that_is_accepted_exists_and_gives_the_same_each_time():
    """A name that the database drops or makes unsteady must leave the list."""
    accepted = grammar.allowed.FUNCTIONS | grammar.allowed.GATHERING | grammar.allowed.CHOOSING
    with duckdb.connect() as con:
        known = dict(
            con.execute(
                "select lower(function_name), bool_and(coalesce(stability, 'CONSISTENT') = 'CONSISTENT') "
                "from duckdb_functions() group by 1"
            ).fetchall()
        )
    built_in = {"coalesce", "ifnull", "unnest", "count_star", "row", "position"}  # of the parser or the binder
    assert accepted - set(known) <= built_in
    assert [name for name in sorted(accepted & set(known)) if not known[name]] == []


def test_a_part_of_a_query_hides_a_table_only_where_it_is_known():
    """The outer ``core_area`` is the real table, whatever an inner query calls so."""
    assert examined("select * from core_count, (with x as (select 1) select * from x) as y, x").tables == {
        "core_count",
        "x",
    }
    assert examined("with a as (select * from b), b as (select 1) select * from a, b").tables == {"b"}
    assert examined("with a as (select * from a) select * from a").tables == {"a"}


@pytest.mark.parametrize("name", ["act_enforcement", "core_area"])
@pytest.mark.parametrize("attack", ["insert", "update", "delete"])
def test_a_run_with_writing_sql_is_refused_and_the_last_one_stays(attack, name, tmp_path):
    home = tiny.tiny_project(tmp_path)
    before = pipeline.run(home, "tiny")
    (home / f"config/places/tiny/core/{name}.sql").write_text(WRITING[attack])
    with pytest.raises(HarmModelError):
        pipeline.run(home, "tiny")
    assert editions.published_id(home, "tiny") == before


def test_the_database_itself_refuses_to_write_harm_beside_enforcement(tmp_path):
    """Were a writing statement to pass the grammar, the file of harm is not open for it."""
    home = tiny.tiny_project(tmp_path)
    run = runs.load_run(home, "tiny", pipeline.run(home, "tiny"))
    with runs.snapshot_of(home, run) as snapshot:
        tables = {name for (name,) in snapshot.harm.execute("select table_name from duckdb_tables()").fetchall()}
        assert not [name for name in tables if name.startswith("act_")]
        with pytest.raises(duckdb.Error, match="does not exist"):
            snapshot.harm.execute("select * from act_enforcement")
        with snapshot.with_enforcement() as con, pytest.raises(duckdb.Error, match="read-only"):
            con.execute(WRITING["update"])


def test_rows_that_only_luck_chooses_are_refused_and_a_total_order_passes(tmp_path):
    home = tiny.accept(tiny.tiny_project(tmp_path), "core_lost")
    core = home / "config/places/tiny/core/core_count.sql"
    ranked = (
        "select unit_id, month, class, 'other' as place_class, 1::bigint as events from (select *, row_number() over "
        "(partition by class order by {}) as n from raw_offences) where n = 1"
    )
    core.write_text(ranked.format("class"))
    with pytest.raises(
        SnapshotError, match=r"core_count.sql: row_number chooses among rows that its order leaves equal"
    ):
        pipeline.run(home, "tiny")
    core.write_text(ranked.format("id"))
    assert pipeline.run(home, "tiny")


RANKED = (
    "select * exclude (n) from (select {}, row_number() over (partition by class order by {}) as n from {}) where n = 1"
)


@pytest.mark.parametrize("order", ["class", "id"])
@pytest.mark.parametrize("chooses", ["the table", "the helper"])
def test_choosing_among_the_rows_of_a_helper_is_tried_in_reverse_too(tmp_path, chooses, order):
    home = tiny.accept(tiny.tiny_project(tmp_path), "core_lost")
    core = home / "config/places/tiny/core"
    columns = "unit_id, month, class, 'other' as place_class, 1::bigint as events"
    ranked = RANKED.format("*", order, "raw_offences")
    (core / "v_one.sql").write_text(ranked if chooses == "the helper" else "select * from raw_offences")
    table = RANKED.format("*", order, "v_one") if chooses == "the table" else "select * from v_one"
    (core / "core_count.sql").write_text(f"select {columns} from ({table})")
    if order == "id":
        assert pipeline.run(home, "tiny")
        return
    file = "core_count.sql" if chooses == "the table" else "v_one.sql"
    with pytest.raises(SnapshotError, match=rf"core/{file}: row_number chooses among rows that its order leaves equal"):
        pipeline.run(home, "tiny")


@pytest.mark.parametrize("order", ["class", "id"])
def test_choosing_in_a_reduction_is_tried_in_reverse_and_its_file_is_named(tmp_path, order):
    home = tiny.tiny_project(tmp_path)
    sources = home / "config/places/tiny/sources"
    (sources / "offences.sql").write_text(
        RANKED.format("unit_id, month, class, 1::bigint as events", order, "incoming")
    )
    (home / "config/places/tiny/core/core_count.sql").write_text(
        "select unit_id, month, class, 'other' as place_class, events from raw_offences"
    )
    tiny.write_place(home, reduce="offences.sql")
    if order == "id":
        assert pipeline.run(home, "tiny")
        return
    with pytest.raises(SnapshotError, match=r"sources/offences\.sql: row_number chooses among rows"):
        pipeline.run(home, "tiny")


def test_a_fault_on_the_second_try_is_told_as_it_is():
    """A row that comes first decides what is cast: what the database says of it is not hidden by the clearing up."""
    with duckdb.connect() as con:
        con.execute("create temp table v_x as select unnest(['1', 'x']) as a")
        with pytest.raises(SnapshotError, match=r"core/core_x\.sql.*Could not convert string 'x'"):
            review.create_table(con, "core_x", "select arg_max(a, 1)::bigint as a from v_x")
        assert con.execute("select a from v_x").fetchall() == [("1",), ("x",)]


def test_a_statement_that_never_ends_is_told_after_its_time(monkeypatch):
    with duckdb.connect() as con:
        con.execute("create table core_a as select range as n from range(100000)")
        con.execute("set max_execution_time = 300")
        with pytest.raises(SnapshotError, match=r"core/core_x.sql takes longer than a statement may"):
            review.create_table(
                con,
                "core_x",
                "select count(*) as n from core_a as a, core_a as b, core_a as c where a.n % 7 = b.n % 7 + c.n % 5",
            )


def test_a_helper_is_in_no_finished_file(tmp_path):
    home = tiny.tiny_project(tmp_path)
    core = home / "config/places/tiny/core"
    (core / "v_placed.sql").write_text("select * from raw_offences")
    (core / "core_count.sql").write_text(tiny.CORE["core_count"].replace("raw_offences", "v_placed"))
    (core / "v_seen.sql").write_text("select * from act_raw_offences")
    (core / "act_enforcement.sql").write_text(tiny.CORE["act_enforcement"].replace("act_raw_offences", "v_seen"))
    pipeline.run(home, "tiny")
    (folder,) = (home / "data/snapshots").glob("tiny-*")
    for name in (snapshots.HARM, snapshots.ACT):
        with duckdb.connect(str(folder / name), read_only=True) as con:
            assert not con.execute("select * from duckdb_tables() where table_name like 'v%'").fetchall()
    assert load_config(home, "tiny").core_sql["v_placed"]
