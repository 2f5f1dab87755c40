"""One raw file into the stage: typed, placed, classed, reconciled, and split by the enforcement flag."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pandas as pd

from harmmodel.config import Config, Passport
from harmmodel.errors import SourceError
from harmmodel.warehouse.connection import identifier
from harmmodel.warehouse.geography import Outlines, features

TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
}
# The fate of every row of a file; the reconciliation adds up over these.
FATES = ("loaded", "enforcement", "outside_city", "outside_period", "rejected")


def read_file(con: duckdb.DuckDBPyConnection, path: Path, passport: Passport) -> None:
    """Make table ``typed``: the declared columns in their declared types, with ``row_no`` from 1 in file order."""
    relation = _relation(con, path)
    con.execute("drop table if exists untyped")
    relation.create("untyped")
    wrong = []
    for name, column in passport.columns.items():
        wrong += _not_of_type(con, name, TYPES[column.type])
    if wrong:
        raise SourceError(f"{path.name} differs from passport sources/{passport.id}.yaml:\n  " + "\n  ".join(wrong))
    columns = ", ".join(
        f"try_cast({identifier(n)} as {TYPES[c.type]}) as {identifier(n)}" for n, c in passport.columns.items()
    )
    con.execute(f"create or replace table typed as select row_number() over () as row_no, {columns} from untyped")
    con.execute("drop table untyped")


def _relation(con: duckdb.DuckDBPyConnection, path: Path) -> duckdb.DuckDBPyRelation:
    if path.suffix == ".geojson":
        return con.from_df(features(path))
    if path.suffix == ".parquet":
        return con.read_parquet(str(path))
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header = next(csv.reader(stream), [])
    return con.read_csv(
        str(path),
        header=True,
        columns=dict.fromkeys(header, "VARCHAR"),
        auto_detect=False,
        delimiter=",",
        quotechar='"',
        escapechar='"',
        strict_mode=True,
    )


def _not_of_type(con: duckdb.DuckDBPyConnection, name: str, type_: str) -> list[str]:
    column = identifier(name)
    row = con.execute(
        f"select count(*), min(row_no), any_value(value order by row_no) from (select row_number() over () as row_no, "
        f"{column}::varchar as value, try_cast({column} as {type_}) is null as failed from untyped "
        f"where {column} is not null) where failed and trim(value) <> ''"
    ).fetchone()
    if not row or not row[0]:
        return []
    return [
        f"column {name}: {row[0]:,} values are no {type_.lower()}; the first is {str(row[2])[:60]!r} in row "
        f"{row[1]:,}. Correct the file or the type in the passport"
    ]


def stage_source(con: duckdb.DuckDBPyConnection, passport: Passport, config: Config, outlines: Outlines) -> None:
    """Turn ``typed`` into ``staged``: time, month, class, enforcement flag, unit and fate of every row."""
    _classify(con, passport, config)
    _place(con, passport, outlines)
    if passport.covers is None:
        raise SourceError(f"passport sources/{passport.id}.yaml: a scored source needs covers")
    times = ", ".join(f"{identifier(c)}::timestamp" for c in passport.time)
    unique = ", ".join(identifier(c) for c in passport.unique)
    repeat = f"row_number() over (partition by {unique} order by row_no) > 1" if unique else "false"
    con.execute(
        f"""create or replace table staged as
        with timed as (select t.*, coalesce({times}) as occurred_at, {repeat} as is_repeat from typed as t)
        select t.* exclude (is_repeat), date_trunc('month', t.occurred_at)::date as month, k.class, p.unit_id,
            case when t.occurred_at is null then 'no date' when t.is_repeat then 'repeated row'
                 when $placed and p.unit_id is null and $points and not p.has_point then 'no area and no point'
                 end as why,
            case when t.occurred_at < $start or t.occurred_at >= $stop then 'outside_period'
                 when why is not null then 'rejected'
                 when $placed and p.unit_id is null then 'outside_city'
                 when k.enforcement then 'enforcement' else 'loaded' end as fate
        from timed as t join classed as k using (row_no) join placed as p using (row_no)
        order by t.row_no""",
        {
            "start": passport.covers.from_,
            "stop": passport.covers.to,
            "placed": passport.locate is not None,
            "points": passport.locate is not None and passport.locate.longitude is not None,
        },
    )


def _classify(con: duckdb.DuckDBPyConnection, passport: Passport, config: Config) -> None:
    """Make ``classed``; an offence that the crosswalk does not know stops the load with its name and count."""
    classify = passport.classify
    if classify is None or classify.class_:
        con.execute(
            "create or replace table classed as select row_no, $class::varchar as class, false as enforcement "
            "from typed",
            {"class": classify.class_ if classify else None},
        )
        return
    rows = [(r.code, r.class_, r.enforcement) for r in config.crosswalk if r.source == passport.id]
    walk = pd.DataFrame(rows, columns=["code", "class", "enforcement"])
    con.register("walk_frame", walk)
    con.execute("create or replace temp table walk as select * from walk_frame")
    con.unregister("walk_frame")
    code = " || ' | ' || ".join(f"coalesce({identifier(c)}::varchar, '')" for c in classify.columns)
    con.execute(
        f"create or replace table classed as select t.row_no, {code} as code, w.class, w.enforcement "
        f"from typed as t left join walk as w on w.code = ({code})"
    )
    unknown = con.execute(
        "select code, count(*) from classed where class is null group by code order by 2 desc, 1"
    ).fetchall()
    if unknown:
        listed = "\n".join(f"  {code!r}: {n:,} rows" for code, n in unknown[:200])
        more = f"\n  and {len(unknown) - 200} more" if len(unknown) > 200 else ""
        raise SourceError(
            f"{passport.file} holds {len(unknown)} offences that crosswalk.csv does not know (source "
            f"{passport.id}):\n{listed}{more}\nAdd a row for each"
        )


def _place(con: duckdb.DuckDBPyConnection, passport: Passport, outlines: Outlines) -> None:
    """Make ``placed``: the unit of each row, by its column where that names a unit, else by its point."""
    locate = passport.locate
    if locate is None:
        con.execute(
            "create or replace table placed as select row_no, null::varchar as unit_id, false as has_point from typed"
        )
        return
    unit = f"{identifier(locate.unit)}::varchar" if locate.unit else "null"
    point = (
        f"{identifier(locate.longitude)} is not null and {identifier(locate.latitude or '')} is not null"
        if locate.longitude
        else "false"
    )
    con.register("unit_frame", pd.DataFrame({"unit_id": outlines.unit_ids.astype(str)}))
    con.execute(
        f"create or replace table by_column as select t.row_no, u.unit_id, ({point}) as has_point "
        f"from typed as t left join unit_frame as u on u.unit_id = {unit}"
    )
    by_point = pd.DataFrame({"row_no": pd.Series(dtype="int64"), "unit_id": pd.Series(dtype="object")})
    if locate.longitude:
        open_ = con.execute(
            f"select row_no, {identifier(locate.longitude)} as lon, {identifier(locate.latitude or '')} as lat "
            "from typed join by_column using (row_no) where unit_id is null and has_point order by row_no"
        ).df()
        by_point = pd.DataFrame({"row_no": open_["row_no"], "unit_id": outlines.unit_of(open_["lon"], open_["lat"])})
    con.register("point_frame", by_point.dropna())
    con.execute(
        "create or replace table placed as "
        "select c.row_no, coalesce(c.unit_id, p.unit_id::varchar) as unit_id, c.has_point from by_column as c left join point_frame as p using (row_no)"
    )
    con.execute("drop table by_column")
    con.unregister("unit_frame")
    con.unregister("point_frame")


def split_source(con: duckdb.DuckDBPyConnection, passport: Passport) -> None:
    """Write ``staged`` to ``incoming_<source>`` (harm, no enforcement column) and ``act_raw_<source>``; reconcile."""
    kept = ", ".join(identifier(n) for n, c in passport.columns.items() if not c.enforcement)
    everything = ", ".join(identifier(n) for n in passport.columns)
    tail = "occurred_at, month, class, unit_id"
    name = identifier(f"incoming_{passport.id}")
    con.execute(f"create table {name} as select {kept}, {tail} from staged where fate = 'loaded' order by row_no")
    act = identifier(f"act_raw_{passport.id}")
    con.execute(
        f"create table act.{act} as select {everything}, {tail} from staged where fate = 'enforcement' order by row_no"
    )
    con.execute(
        "insert into load_reconciliation select $source, count(*), "
        "count(*) filter (fate = 'loaded'), count(*) filter (fate = 'enforcement'), "
        "count(*) filter (fate = 'outside_city'), count(*) filter (fate = 'outside_period'), "
        "count(*) filter (fate = 'rejected'), "
        "coalesce((select string_agg(why || ' ' || n, ', ' order by why) from "
        "(select why, count(*) as n from staged where fate = 'rejected' group by why)), ''), 0 from staged",
        {"source": passport.id},
    )
    con.execute(
        "insert into load_month select $source, month, fate, count(*) from staged "
        "where fate in ('loaded', 'enforcement') group by all order by all",
        {"source": passport.id},
    )
    for flag in (n for n, c in passport.columns.items() if c.enforcement and c.type == "boolean"):
        con.execute(
            f"insert into act.act_class_arrest select $source, class, count(*), count(*) filter ({identifier(flag)}) "
            "from staged where fate = 'loaded' group by class order by class",
            {"source": passport.id},
        )
