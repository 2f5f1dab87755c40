"""A source's rows into harm and enforcement: classed by the crosswalk, placed in units, reconciled, and kept apart.

Every row is written once, into the table of harm rows; what is not harm is copied out and deleted there before any
config SQL runs. So a row costs one write however many questions are asked of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from harmmodel.config import Config, Passport
from harmmodel.errors import SourceError
from harmmodel.warehouse import ingest
from harmmodel.warehouse.connection import Connection, identifier, literal, single
from harmmodel.warehouse.geography import Outlines, cells_of

LISTED = 200  # unknown offences named in a message
# Columns that the loader adds; a column of the file with such a name gives way.
ADDED = {"occurred_at": "at_", "month": "month_", "class": "class_", "unit_id": "unit_"}


class UnknownOffence(SourceError):
    """A file holds offences that the crosswalk does not know."""


IS_NO_HARM = "k.enforcement_ is distinct from false"  # known to be enforcement, or not known at all


@dataclass(frozen=True)
class Source:
    """A scored source: its files, the new table for its harm rows (a quoted name), and what config SQL reads of it.

    The columns are those that the SQL names, of harm rows and of enforcement rows; None: all. Others are not kept.
    """

    passport: Passport
    paths: list[Path]
    table: str
    harm_columns: set[str] | None = None
    enforcement_columns: set[str] | None = None


def load_source(con: Connection, source: Source, config: Config, outlines: Outlines | None, work: Path) -> None:
    """Write a source's harm rows to its table, its enforcement rows to ``act.act_raw_<source>``, and account for all.

    Raises
    ------
    SourceError
        When a file differs from its passport, an offence is unknown, or a sensitive source names days.
    """
    passport = source.passport
    if passport.covers is None:
        raise SourceError(f"passport sources/{passport.id}.yaml: a scored source needs covers")
    _list_classes(con, passport, config)
    _list_units(con, outlines)
    ingest.ingest(con, source.paths, passport, work, _arrivals(source))
    _refuse_unknown(con, source)
    _place(con, source, outlines)
    _find_repeats(con, source)
    _check_months(con, source)
    _split(con, source)


def _own(passport: Passport) -> dict[str, bool]:
    """Columns of the file that may be kept, each with whether it tells of enforcement."""
    return {name: column.enforcement for name, column in passport.columns.items() if name.lower() not in ADDED}


def _kept(source: Source) -> list[str]:
    """Columns of the file that stay with harm rows."""
    named = source.harm_columns
    return [n for n, flag in _own(source.passport).items() if not flag and (named is None or n.lower() in named)]


def _kept_of_enforcement(source: Source) -> list[str]:
    """Columns of the file that stay with enforcement rows: validation maps them, so their points are among them."""
    named, points = source.enforcement_columns, _point(source.passport)
    return [
        n for n, flag in _own(source.passport).items() if flag or named is None or n.lower() in named or n in points
    ]


def _point(passport: Passport) -> list[str]:
    locate = passport.locate
    return [locate.longitude or "", locate.latitude or ""] if locate and locate.longitude else []


def _arrivals(source: Source) -> ingest.Target:
    """Describe the table in which every row arrives: what is kept, what decides its fate, and nothing else."""
    passport = source.passport
    kept, point = _kept(source), _point(passport)
    listed = [f"t.{identifier(name)}" for name in kept]
    others = {name: identifier(name) for name in [*point, *_kept_of_enforcement(source)]} | _codes(source)
    for name, mine in others.items():
        if name in kept:
            continue
        is_of_all = name in point or passport.columns[name].enforcement  # every row is placed, and counted by class
        column = f"t.{identifier(name)}"
        listed.append(f"{column if is_of_all else f'case when {IS_NO_HARM} then {column} end'} as {mine}")
    at = f"coalesce({', '.join(f't.{identifier(c)}::timestamp' for c in passport.time)})"
    unit = passport.locate and passport.locate.unit
    listed += [f"{at} as at_", f"date_trunc('month', {at})::date as month_"]
    listed += [f"{f't.{identifier(unit)}' if unit else 'null'}::varchar as unit_"]
    listed += ["k.class_", "k.enforcement_", "t.wrong_"]
    if passport.unique:
        unique = ", ".join(f"t.{identifier(c)}" for c in passport.unique)
        listed.append(f"(hash({unique}) >> 32)::uinteger as hash_")
    joins = f"left join walked as k on k.code_ = {_code(f't.{identifier(name)}' for name in _codes(source))}"
    return ingest.Target(source.table, "create or replace table", ", ".join(listed), joins)


def _codes(source: Source) -> dict[str, str]:
    """Columns that make up the crosswalk code, each with its name in the table: its own if it is kept anyway."""
    columns = source.passport.classify.columns if source.passport.classify else ()
    own = {*_kept(source), *_kept_of_enforcement(source)}
    return {name: identifier(name) if name in own else f"code_{n}_" for n, name in enumerate(columns)}


def _code(columns: Iterable[str]) -> str:
    """SQL of the crosswalk code of a row."""
    return "(" + (" || ' | ' || ".join(f"coalesce({column}::varchar, '')" for column in columns) or "''") + ")"


def _list_classes(con: Connection, passport: Passport, config: Config) -> None:
    """Make ``walked``: the class of each crosswalk code of the source."""
    classify = passport.classify
    if classify is None or classify.class_:
        con.execute(
            "create or replace temp table walked as "
            "select '' as code_, $class::varchar as class_, $enforcement::boolean as enforcement_",
            {"class": classify and classify.class_, "enforcement": classify is not None and classify.enforcement},
        )
        return
    rows = [(r.code, r.class_, r.enforcement) for r in config.crosswalk if r.source == passport.id]
    con.register("walk_frame", pd.DataFrame(rows, columns=["code_", "class_", "enforcement_"]))
    con.execute("create or replace temp table walked as select * from walk_frame")
    con.unregister("walk_frame")


def _list_units(con: Connection, outlines: Outlines | None) -> None:
    """Make ``known_unit``: the units that have an outline."""
    known = [str(unit) for unit in outlines.unit_ids] if outlines else []
    con.register("unit_frame", pd.DataFrame({"unit_id": pd.Series(known, dtype="object")}))
    con.execute("create or replace temp table known_unit as select unit_id::varchar as unit_id from unit_frame")
    con.unregister("unit_frame")


def _refuse_unknown(con: Connection, source: Source) -> None:
    """Stop at offences that the crosswalk does not know, with their names and counts."""
    passport = source.passport
    unknown = con.execute(
        f"select {_code(_codes(source).values())} as code, count(*) as n from {source.table} "
        "where enforcement_ is null group by code order by n desc, code"
    ).fetchall()
    if unknown:
        listed = "\n".join(f"  {code!r}: {n:,} rows" for code, n in unknown[:LISTED])
        more = f"\n  and {len(unknown) - LISTED} more" if len(unknown) > LISTED else ""
        offences = "1 offence" if len(unknown) == 1 else f"{len(unknown)} offences"
        raise UnknownOffence(
            f"{passport.raw_files[0].file} holds {offences} that crosswalk.csv does not know (source "
            f"{passport.id}):\n{listed}{more}\nAdd a row for each"
        )


def _place(con: Connection, source: Source, outlines: Outlines | None) -> None:
    """Take away units that have no outline, and give rows without a unit the one in which their point lies."""
    locate = source.passport.locate
    con.execute(f"update {source.table} set unit_ = null where unit_ not in (select unit_id from known_unit)")
    if locate is None or locate.longitude is None:
        return
    lon, lat = identifier(locate.longitude), identifier(locate.latitude or "")
    rows = con.execute(
        f"select rowid as rid, {lon} as lon, {lat} as lat from {source.table} "
        f"where unit_ is null and {lon} is not null and {lat} is not null order by rid"
    ).df()
    found = (
        cells_of(rows["lon"], rows["lat"], locate.h3)
        if locate.h3 is not None
        else (outlines.unit_of(rows["lon"], rows["lat"]) if outlines else [None] * len(rows))
    )
    placed = pd.DataFrame({"rid": rows["rid"], "unit_id": pd.Series(found, dtype="object")}).dropna()
    if len(placed):
        con.register("pointed", placed)
        con.execute(
            f"update {source.table} as h set unit_ = p.unit_id::varchar from pointed as p where p.rid = h.rowid"
        )
        con.unregister("pointed")


def _find_repeats(con: Connection, source: Source) -> None:
    """Empty ``hash_`` of the rows whose unique columns repeat an earlier row.

    Rows are the same when time, class, unit and point agree and so does a 32-bit hash of all unique columns. Harm
    rows are compared with harm rows only: no enforcement row may decide whether a harm row counts.
    """
    if not source.passport.unique:
        return
    table = source.table
    hashes = np.sort(con.execute(f"select hash_ from {table}").fetchnumpy()["hash_"])  # faster than to group by it
    suspects = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
    if not len(suspects):
        return
    same = ", ".join(["enforcement_", "hash_", "at_", "class_", "unit_", *map(identifier, _point(source.passport))])
    con.register("suspect", pd.DataFrame({"hash_": suspects}))
    con.execute(
        f"update {table} set hash_ = null where rowid in (select rid from (select rowid as rid, row_number() over ("
        f"partition by {same} order by rowid) as n from {table} where hash_ in (select hash_ from suspect)) "
        "where n > 1)"
    )
    con.unregister("suspect")


def _fate(source: Source) -> tuple[str, str]:
    """SQL of why a row is rejected (null: it is not) and of what becomes of it."""
    passport, covers = source.passport, source.passport.covers
    has_point = " and ".join(f"{identifier(c)} is not null" for c in _point(passport))
    start, stop = literal(covers and covers.from_), literal(covers and covers.to)
    is_lost = f"unit_ is null and not ({has_point})" if has_point else "false"
    is_outside = "unit_ is null" if passport.locate else "false"
    is_repeat = "hash_ is null" if passport.unique else "false"
    why = (
        f"case when at_ is null then 'no date' when {is_repeat} then 'repeated row' "
        f"when {is_lost} then 'no area and no point' end"
    )
    fate = (
        f"case when at_ < {start}::date or at_ >= {stop}::date then 'outside_period' when ({why}) is not null "
        f"then 'rejected' when {is_outside} then 'outside_city' when enforcement_ then 'enforcement' else 'loaded' end"
    )
    return why, fate


def _check_months(con: Connection, source: Source) -> None:
    """Refuse days in a sensitive source that is loaded as it is: it must hold counts by month."""
    passport = source.passport
    if passport.sensitive and not passport.reduce:
        (days,) = single(con, f"select count(*) from {source.table} where at_ <> month_")
        if days:
            raise SourceError(
                f"{passport.raw_files[0].file}: {days:,} rows of a sensitive source name a day, not a month. Give "
                f"sources/{passport.id}.yaml a reduction to months"
            )


def _split(con: Connection, source: Source) -> None:
    """Copy the enforcement rows out, account for every row, and leave in *harm* what is harm, with its columns."""
    passport, harm = source.passport, source.table
    own = "".join(f"{identifier(name)}, " for name in _kept_of_enforcement(source))
    tail = ", ".join(f"{mine} as {name}" for name, mine in ADDED.items())
    act = identifier(f"act_raw_{passport.id}")
    _, fate = _fate(source)
    con.execute(
        f"create table act.{act} as select {own}{tail} from {harm} where enforcement_ and {fate} = 'enforcement'"
    )
    _account(con, source)
    con.execute(f"delete from {harm} where {fate} <> 'loaded'")
    kept = {*_kept(source), *ADDED.values()}
    if source.harm_columns is not None and "occurred_at" not in source.harm_columns:
        kept.discard("at_")
    for (name,) in con.execute(f"select column_name from (describe {harm})").fetchall():
        if name not in kept:
            con.execute(f"alter table {harm} drop column {identifier(name)}")
    for name, mine in ADDED.items():
        if mine in kept:
            con.execute(f"alter table {harm} rename column {mine} to {name}")


def _account(con: Connection, source: Source) -> None:
    """Write the line of the reconciliation, the rows of each month, and the arrests by class."""
    passport, (why, fate) = source.passport, _fate(source)
    flags = [n for n, is_flag in _own(passport).items() if is_flag and passport.columns[n].type == "boolean"]
    arrests = f"count(*) filter ({identifier(flags[0])})" if flags else "0"
    con.execute(
        f"create or replace temp table tally as select {fate} as fate_, {why} as why_, class_, month_ as month, "
        f"count(*) as n, {arrests} as arrests from {source.table} group by all"
    )
    con.execute(
        """insert into final.load_reconciliation
        with faulty_row as (select count(distinct spot) as n from faulty),
        reason as (
            select why_ as why, sum(n) as n from tally where fate_ = 'rejected' group by why_
            union all select 'not as the passport says', n from faulty_row where n > 0
        ),
        fate as (select fate_, sum(n) as n from tally group by fate_)
        select $source, coalesce(sum(n), 0) + any_value((select n from faulty_row)),
            coalesce(sum(n) filter (fate_ = 'loaded'), 0), coalesce(sum(n) filter (fate_ = 'enforcement'), 0),
            coalesce(sum(n) filter (fate_ = 'outside_city'), 0), coalesce(sum(n) filter (fate_ = 'outside_period'), 0),
            coalesce(sum(n) filter (fate_ = 'rejected'), 0) + any_value((select n from faulty_row)),
            coalesce((select string_agg(why || ' ' || n, ', ' order by why) from reason), ''), 0 from fate""",
        {"source": passport.id},
    )
    con.execute(
        "insert into final.load_month select $source, month, fate_, sum(n) from tally "
        "where fate_ in ('loaded', 'enforcement') group by all order by all",
        {"source": passport.id},
    )
    if flags:
        con.execute(
            "insert into act.act_class_arrest select $source, class_, sum(n), sum(arrests) from tally "
            "where fate_ = 'loaded' group by class_ order by class_",
            {"source": passport.id},
        )
