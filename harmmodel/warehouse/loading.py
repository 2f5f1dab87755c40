"""Typed rows into harm and enforcement: classed by the crosswalk, placed in units, reconciled, and kept apart."""

from __future__ import annotations

import pandas as pd

from harmmodel.config import Config, Passport
from harmmodel.errors import SourceError
from harmmodel.warehouse.connection import Connection, identifier, literal, single
from harmmodel.warehouse.geography import Outlines, cells_of

LISTED = 200  # unknown offences named in a message
# Columns that the loader adds; a column of the file with such a name gives way.
ADDED = ("occurred_at", "month", "class", "unit_id")


class UnknownOffence(SourceError):
    """A file holds offences that the crosswalk does not know."""


def stage_source(con: Connection, passport: Passport, config: Config, outlines: Outlines | None) -> None:
    """Make view ``staged``: ``typed`` with its time, month, class, unit and fate; no row is copied."""
    _classify(con, passport, config)
    _find_repeats(con, passport)
    _place(con, passport, outlines)
    if passport.covers is None:
        raise SourceError(f"passport sources/{passport.id}.yaml: a scored source needs covers")
    times = ", ".join(f"t.{identifier(c)}::timestamp" for c in passport.time)
    locate = passport.locate
    start, stop = literal(passport.covers.from_), literal(passport.covers.to)
    con.execute(
        f"""create or replace temp view staged as
        with joined as (
            select t.*, coalesce({times}) as at_, k.class_, k.enforcement_, {_unit(passport)} as unit_,
                {_has_point(passport)} as has_point_, r.row_no is not null as is_repeat_
            from typed as t
            join walked as k on k.code_ = ({_code(passport)})
            left join known_unit as u on u.unit_id = {_unit_column(passport)}
            left join pointed as p on p.row_no = t.row_no
            left join repeated as r on r.row_no = t.row_no
        )
        select *,
            case when at_ is null then 'no date' when is_repeat_ then 'repeated row'
                 when {_sql(locate is not None and locate.longitude is not None)} and unit_ is null and not has_point_
                 then 'no area and no point' end as why_,
            case when at_ < {start}::date or at_ >= {stop}::date then 'outside_period'
                 when why_ is not null then 'rejected'
                 when {_sql(locate is not None)} and unit_ is null then 'outside_city'
                 when enforcement_ then 'enforcement' else 'loaded' end as fate_
        from joined"""
    )


def _sql(value: bool) -> str:
    return "true" if value else "false"


def _code(passport: Passport) -> str:
    """SQL of the crosswalk code of a row."""
    columns = passport.classify.columns if passport.classify else ()
    return " || ' | ' || ".join(f"coalesce(t.{identifier(c)}::varchar, '')" for c in columns) or "''"


def _unit_column(passport: Passport) -> str:
    return f"t.{identifier(passport.locate.unit)}::varchar" if passport.locate and passport.locate.unit else "null"


def _unit(passport: Passport) -> str:
    return "coalesce(u.unit_id, p.unit_id)" if passport.locate else "null::varchar"


def _has_point(passport: Passport) -> str:
    locate = passport.locate
    if locate is None or locate.longitude is None:
        return "false"
    return f"(t.{identifier(locate.longitude)} is not null and t.{identifier(locate.latitude or '')} is not null)"


def _find_repeats(con: Connection, passport: Passport) -> None:
    """Make ``repeated``: rows whose unique columns repeat an earlier row. Hashes find the few worth comparing.

    Harm rows are compared with harm rows only: no enforcement row may decide whether a harm row counts.
    """
    if not passport.unique:
        con.execute("create or replace temp table repeated as select 0::bigint as row_no where false")
        return
    unique = ", ".join(f"t.{identifier(c)}" for c in passport.unique)
    code = _code(passport)
    con.execute(
        f"""create or replace temp table repeated as
        with suspect as (select hash({unique}) as h from typed as t group by h having count(*) > 1)
        select t.row_no from typed as t join walked as k on k.code_ = ({code})
        where hash({unique}) in (select h from suspect)
        qualify row_number() over (partition by k.enforcement_, {unique} order by t.row_no) > 1"""
    )


def _classify(con: Connection, passport: Passport, config: Config) -> None:
    """Make ``walked``; an offence that the crosswalk does not know stops the load with its name and count."""
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
    unknown = con.execute(
        f"select {_code(passport)} as code_, count(*) as n from typed as t group by code_ "
        "having code_ not in (select code_ from walked) order by n desc, code_"
    ).fetchall()
    if unknown:
        listed = "\n".join(f"  {code!r}: {n:,} rows" for code, n in unknown[:LISTED])
        more = f"\n  and {len(unknown) - LISTED} more" if len(unknown) > LISTED else ""
        offences = "1 offence" if len(unknown) == 1 else f"{len(unknown)} offences"
        raise UnknownOffence(
            f"{passport.raw_files[0].file} holds {offences} that crosswalk.csv does not know (source "
            f"{passport.id}):\n{listed}{more}\nAdd a row for each"
        )


def _place(con: Connection, passport: Passport, outlines: Outlines | None) -> None:
    """Make ``known_unit`` and ``pointed``: the unit of each row whose own column names none, by its point."""
    known = [str(unit) for unit in outlines.unit_ids] if outlines else []
    con.register("unit_frame", pd.DataFrame({"unit_id": pd.Series(known, dtype="object")}))
    con.execute("create or replace temp table known_unit as select unit_id::varchar as unit_id from unit_frame")
    con.unregister("unit_frame")
    con.execute("create or replace temp table pointed (row_no bigint, unit_id varchar)")
    locate = passport.locate
    if locate is None or locate.longitude is None:
        return
    lon, lat = identifier(locate.longitude), identifier(locate.latitude or "")
    rows = con.execute(
        f"select row_no, {lon} as lon, {lat} as lat from typed as t where {lon} is not null and {lat} is not null "
        f"and not exists (from known_unit as u where u.unit_id = {_unit_column(passport)}) order by row_no"
    ).df()
    found = (
        cells_of(rows["lon"], rows["lat"], locate.h3)
        if locate.h3 is not None
        else (outlines.unit_of(rows["lon"], rows["lat"]) if outlines else [None] * len(rows))
    )
    placed = pd.DataFrame({"row_no": rows["row_no"], "unit_id": pd.Series(found, dtype="object")}).dropna()
    con.register("point_frame", placed)
    con.execute("insert into pointed select row_no, unit_id::varchar from point_frame")
    con.unregister("point_frame")


def check_months(con: Connection, passport: Passport) -> None:
    """Refuse days in a sensitive source that is loaded as it is: it must hold counts by month."""
    if passport.sensitive and not passport.reduce:
        (days,) = single(con, "select count(*) from staged where at_ <> date_trunc('month', at_)")
        if days:
            raise SourceError(
                f"{passport.raw_files[0].file}: {days:,} rows of a sensitive source name a day, not a month. Give "
                f"sources/{passport.id}.yaml a reduction to months"
            )


def split_source(con: Connection, passport: Passport, harm: str) -> None:
    """Write the harm rows of ``staged`` to *harm* and the others to ``act.act_raw_<source>``; account for every row."""
    own = {n: c for n, c in passport.columns.items() if n.lower() not in ADDED}
    kept = "".join(f"{identifier(n)}, " for n, c in own.items() if not c.enforcement)
    everything = "".join(f"{identifier(n)}, " for n in own)
    tail = "at_ as occurred_at, date_trunc('month', at_)::date as month, class_ as class, unit_ as unit_id"
    con.execute(f"create table {harm} as select {kept}{tail} from staged where fate_ = 'loaded'")
    act = identifier(f"act_raw_{passport.id}")
    con.execute(f"create table act.{act} as select {everything}{tail} from staged where fate_ = 'enforcement'")
    flags = [n for n, c in own.items() if c.enforcement and c.type == "boolean"]
    arrests = f"count(*) filter ({identifier(flags[0])})" if flags else "0"
    con.execute(
        "create or replace temp table tally as select fate_, why_, class_, date_trunc('month', at_)::date as month, "
        f"count(*) as n, {arrests} as arrests from staged group by all"
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
