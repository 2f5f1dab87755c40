"""A source's rows into harm and enforcement: classed by the crosswalk, placed in units, reconciled, and kept apart.

Every row is written once, into the table of harm rows; what is not harm is copied out and deleted there before any
config SQL runs. So a row costs one write however many questions are asked of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harmmodel.config import Config
from harmmodel.config.crosswalk import EMPTY, SEPARATOR
from harmmodel.errors import SourceError
from harmmodel.warehouse.load import listing, row_classes, units
from harmmodel.warehouse.load import rows as load_rows
from harmmodel.warehouse.store.connection import Connection, identifier, literal, ordered, single

HALFWAY = np.uint32(1 << 31)


class UnknownKey(SourceError):
    """A file holds offences or texts that no list of the place knows, or units that no outline has."""


def load_source(
    con: Connection, source: row_classes.ScoredSource, config: Config, place: units.Ground, work: Path
) -> list[str]:
    """Write a source's harm rows to its table, its enforcement rows to ``act.act_raw_<source>``, and account for all.

    Returns
    -------
    What a person should know of the file besides the account: units and lines of lists that no row has.

    Raises
    ------
    SourceError
        When a file differs from its passport, an offence, a text or a unit is unknown, points lie with their axes
        swapped, or a sensitive source names days.
    """
    passport = source.passport
    if passport.covers is None:
        raise SourceError(
            f"passport sources/{passport.id}.yaml: a scored source needs covers. Say which period the file covers"
        )
    row_classes.list_codes(con, source, config)
    units.list_known(con, place)
    load_rows.ingest(con, source.paths, passport, work, row_classes.arrivals(source, config))
    units.spell(con, source)
    unknown = [*_unknown_texts(con, source, config, work), *units.unknown(con, source, place)]
    if unknown:
        raise UnknownKey("\n".join(unknown))
    units.place(con, source, place)
    _find_repeats(con, source, config)
    _check_months(con, source)
    notes = [*units.notes(con, source, place), *_unused(con, source, config)]
    _split(con, source, config)
    return notes


def _unknown_texts(con: Connection, source: row_classes.ScoredSource, config: Config, work: Path) -> Iterator[str]:
    """Tell of offences and other texts that no line lists: values, counts, and the line that each may be meant for."""
    passport, fields = source.passport, listing.fields(source.passport, config)
    missing = " or ".join(f"{name} is null" for name in ["code_", *(field.marker for field in fields)])
    if single(con, f"select count(*) from {source.table} where {missing}") == (0,):
        return
    # What makes up a code is not kept, so the files are read once more: nothing of this load will stay anyway.
    load_rows.ingest(con, source.paths, passport, work, row_classes.codes_again(source, config))
    at = listing.at_sql(passport)
    rows = con.execute(
        f"select {row_classes.code_sql(passport)} as code, count(*) as n, min({at})::date, max({at})::date "
        "from typed as t where code_ is null group by code order by n desc, code"
    ).fetchall()
    if rows:
        unknown = [listing.Value(str(code), n, first, last) for code, n, first, last in rows]
        empty = SEPARATOR.join(EMPTY for _ in (passport.classify.columns if passport.classify else ()))
        told = listing.told(unknown, listing.codes(passport, config).lines, empty, row_classes.as_written)
        offences = "1 offence" if len(unknown) == 1 else f"{len(unknown)} offences"
        yield (
            f"{passport.raw_files[0].file} holds {offences} that crosswalk.csv does not know (source "
            f"{passport.id}):\n{told}\nAdd a row for each"
        )
    yield from listing.unlisted(con, passport, fields, "typed", at)


def _unused(con: Connection, source: row_classes.ScoredSource, config: Config) -> Iterator[str]:
    """Tell of lines of crosswalk.csv and texts.csv that no row has, though they hold in the source's period."""
    passport, table = source.passport, source.table
    lists = [(listing.codes(passport, config), "abs(code_)", "crosswalk.csv lists")]
    if not (passport.classify and passport.classify.columns):
        lists = []
    for field in listing.fields(passport, config):
        lists.append((field.listing, field.marker, f"texts.csv lists for {field.name}"))
    for listed, number, said in lists:
        seen = con.execute(f"select distinct {number} from {table}").fetchall()
        yield from listing.unused(passport, listed, {int(n) for (n,) in seen if n is not None}, said)


def _find_repeats(con: Connection, source: row_classes.ScoredSource, config: Config) -> None:
    """Empty ``hash_`` of the rows whose unique columns repeat another row.

    Rows are the same when a 64-bit hash of all unique columns agrees, whatever else differs: of ten million rows, two
    share a hash by chance three times in a million loads. Harm rows are compared with harm rows only: no enforcement
    row may decide whether a harm row counts. Which of them stays depends on what they hold, first of all on their harm
    columns, and never on the order of the file.
    """
    if not source.passport.unique:
        return
    table = source.table
    # Half of each hash finds the few rows worth comparing: sorting it is faster than grouping by the whole.
    halves = np.asarray(con.execute(f"select (hash_ >> 32)::uinteger as half from {table}").fetchnumpy()["half"])
    with ThreadPoolExecutor(2) as pool:
        suspects = np.concatenate(list(pool.map(partial(_repeated, halves), (np.less, np.greater_equal))))
    if not len(suspects):
        return
    fields = row_classes.fields_of_harm(source, config)
    harm = ["class_", "at_", "unit_", *row_classes.kept_of_harm(source), *fields]
    columns = [str(row[0]) for row in con.execute(f"describe {table}").fetchall()]
    order = ", ".join(identifier(name) for name in [*harm, *(name for name in columns if name not in harm)])
    con.register("suspect", pd.DataFrame({"half": suspects}))
    con.execute(
        f"update {table} set hash_ = null where rowid in (select rid from (select rowid as rid, row_number() over ("
        f"partition by code_ > 0, hash_ order by {order}) as n from {table} "
        "where (hash_ >> 32)::uinteger in (select half from suspect)) where n > 1)"
    )
    con.unregister("suspect")


def _repeated(values: NDArray[np.uint32], compare: np.ufunc) -> NDArray[np.uint32]:
    """Return each value that stands there more than once, once, among those that *compare* finds true of HALFWAY."""
    ordered = np.sort(values[compare(values, HALFWAY)])
    return np.unique(ordered[1:][ordered[1:] == ordered[:-1]])


def _fate(source: row_classes.ScoredSource) -> tuple[str, str]:
    """SQL of why a row is rejected (null: it is not) and of what becomes of it."""
    passport, covers = source.passport, source.passport.covers
    has_point = " and ".join(f"{identifier(c)} is not null" for c in row_classes.point_columns(passport))
    start, stop = literal(covers and covers.from_), literal(covers and covers.to)
    is_lost = f"unit_ is null and not ({has_point})" if has_point else "false"
    is_outside = f"unit_ is null or unit_ = {units.OUTSIDE}" if passport.locate else "false"
    is_repeat = "hash_ is null" if passport.unique else "false"
    why = (
        f"case when at_ is null then 'no date' when {is_repeat} then 'repeated row' "
        f"when unit_ = {units.NOWHERE} then 'point at 0,0' when {is_lost} then 'no area and no point' end"
    )
    fate = (
        f"case when at_ < {start}::date or at_ >= {stop}::date then 'outside_period' when ({why}) is not null "
        f"then 'rejected' when {is_outside} then 'outside_city' when code_ > 0 then 'enforcement' else 'loaded' end"
    )
    return why, fate


def _check_months(con: Connection, source: row_classes.ScoredSource) -> None:
    """Refuse days in a sensitive source that is loaded as it is: it must hold counts by month."""
    table = source.table
    passport = source.passport
    if passport.sensitive and not passport.reduce:
        (days,) = single(con, f"select count(*) from {table} where at_ <> month_")
        if days:
            raise SourceError(
                f"{passport.raw_files[0].file}: {days:,} rows of a sensitive source name a day, which is finer "
                f"than a month. Write a reduction to months and name it under reduce in sources/{passport.id}.yaml"
            )


def _split(con: Connection, source: row_classes.ScoredSource, config: Config) -> None:
    """Copy the enforcement rows out, account for every row, and leave in *harm* what is harm, with its columns."""
    passport, harm = source.passport, source.table
    coded = row_classes.coded_columns(source, config)
    own = "".join(
        f"{coded.get(name, identifier(name))} as {identifier(name)}, "
        for name in row_classes.kept_of_enforcement(source)
    )
    own += "".join(f"{identifier(name)}, " for name in row_classes.fields_of_enforcement(source, config))
    tail = ", ".join(f"{column} as {name}" for name, column in row_classes.ADDED.items())
    act = identifier(f"act_raw_{passport.id}")
    _, fate = _fate(source)
    with ordered(con, is_kept=False):
        con.execute(
            f"create table act.{act} as select {own}{tail} from {harm} where code_ > 0 and {fate} = 'enforcement'"
        )
    _account(con, source)
    con.execute(f"delete from {harm} where {fate} <> 'loaded'")
    kept = {*row_classes.kept_of_harm(source), *row_classes.fields_of_harm(source, config), *row_classes.ADDED.values()}
    if source.harm_columns is not None and "occurred_at" not in source.harm_columns:
        kept.discard("at_")
    for (name,) in con.execute(f"select column_name from (describe {harm})").fetchall():
        if name not in kept:
            con.execute(f"alter table {harm} drop column {identifier(name)}")
    for name, column in row_classes.ADDED.items():
        if column in kept:
            con.execute(f"alter table {harm} rename column {column} to {name}")


# A source's line of the reconciliation: where each of its rows went.
RECONCILIATION = """
insert into harm.load_reconciliation
with faulty_row as (select count(distinct spot) as n from faulty where not is_kept),
reason as (
    select why_ as why, sum(n) as n from tally where fate_ = 'rejected' group by why_
    union all select 'not as the passport says', n from faulty_row where n > 0
),
fate as (select fate_, sum(n) as n from tally group by fate_)
select $source, coalesce(sum(n), 0) + any_value((select n from faulty_row)),
    coalesce(sum(n) filter (fate_ = 'loaded'), 0), coalesce(sum(n) filter (fate_ = 'enforcement'), 0),
    coalesce(sum(n) filter (fate_ = 'outside_city'), 0), coalesce(sum(n) filter (fate_ = 'outside_period'), 0),
    coalesce(sum(n) filter (fate_ = 'rejected'), 0) + any_value((select n from faulty_row)),
    coalesce((select string_agg(why || ' ' || n, ', ' order by why) from reason), ''), 0, $unread from fate"""


def _account(con: Connection, source: row_classes.ScoredSource) -> None:
    """Write the line of the reconciliation, the rows of each month, and the arrests by class."""
    table = source.table
    passport, (why, fate) = source.passport, _fate(source)
    flags = [
        n
        for n, is_flag in row_classes.own_columns(passport).items()
        if is_flag and passport.columns[n].type == "boolean"
    ]
    arrests = f"count(*) filter ({identifier(flags[0])})" if flags else "0"
    con.execute(
        f"create or replace temp table tally as select {fate} as fate_, {why} as why_, class_, month_ as month, "
        f"count(*) as n, {arrests} as arrests from {table} group by all"
    )
    (unread,) = single(
        con,
        f"select count(*) from {table} where {fate} = 'loaded' and rowid in (select row_no from faulty where is_kept)",
    )
    con.execute(RECONCILIATION, {"source": passport.id, "unread": unread})
    con.execute(
        "insert into harm.load_month select $source, month, fate_, sum(n) from tally "
        "where fate_ in ('loaded', 'enforcement') group by all order by all",
        {"source": passport.id},
    )
    if flags:
        con.execute(
            "insert into act.act_class_arrest select $source, class_, sum(n), sum(arrests) from tally "
            "where fate_ = 'loaded' group by class_ order by class_",
            {"source": passport.id},
        )
