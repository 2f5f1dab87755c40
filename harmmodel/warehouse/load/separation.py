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
from harmmodel.errors import SourceError
from harmmodel.warehouse.load import coverage, near, row_classes, units
from harmmodel.warehouse.load import rows as load_rows
from harmmodel.warehouse.load.told import notes
from harmmodel.warehouse.store.connection import Connection, identifier, ordered, single

HALFWAY = np.uint32(1 << 31)
LISTED = 200  # unknown offences named in a message


class UnknownKey(SourceError):
    """A file holds offences that the crosswalk does not know, or units that no outline has."""


class NotCovered(SourceError):
    """The rows of a file and the period that its passport says it covers do not fit."""


def load_source(
    con: Connection, source: row_classes.ScoredSource, config: Config, place: units.Ground, work: Path
) -> list[str]:
    """Write a source's harm rows to its table, its enforcement rows to ``act.act_raw_<source>``, and account for all.

    Returns
    -------
    What a person should know of the file besides the account: units in which no row lies.

    Raises
    ------
    SourceError
        When a file differs from its passport, an offence or a unit is unknown, points lie with their axes swapped, a
        sensitive source names days, or months that it covers hold too few rows.
    """
    passport = source.passport
    if not passport.covers:
        raise SourceError(
            f"passport sources/{passport.id}.yaml: a scored source needs covers. Say which period the file covers"
        )
    row_classes.list_codes(con, source, config)
    units.list_known(con, place)
    load_rows.ingest(con, source.paths, passport, work, row_classes.arrivals(source, config))
    units.spell(con, source)
    unknown = [*_unknown_offences(con, source, config, work), *units.unknown(con, source, place)]
    if unknown:
        raise UnknownKey("\n".join(unknown))
    units.place(con, source, place)
    _find_repeats(con, source)
    _check_months(con, source)
    rows = coverage.tally(con, source, _fate(source)[2])
    wrong = coverage.faults(rows, passport, config.policy.completeness)
    wrong += coverage.rows_of_silent_units(con, source, _fate(source)[1])
    if wrong:
        raise NotCovered("\n".join(wrong))
    notes.record(con, passport.id, units.find_notes(con, source, place))
    notes.record_counts(con, passport, source.table, f"{_fate(source)[1]} = 'loaded'")
    _split(con, source, config)
    return notes.told(con, passport)


def _unknown_offences(con: Connection, source: row_classes.ScoredSource, config: Config, work: Path) -> Iterator[str]:
    """Tell of offences that the crosswalk does not know: names, counts, and what each may be meant for."""
    passport = source.passport
    if single(con, f"select count(*) from {source.table} where code_ is null") == (0,):
        return
    # What makes up a code is not kept, so the files are read once more: nothing of this load will stay anyway.
    load_rows.ingest(con, source.paths, passport, work, row_classes.codes_again(source, config))
    unknown = con.execute(
        f"select {row_classes.code_sql(passport)} as code, count(*) as n from typed as t where code_ is null "
        "group by code order by n desc, code"
    ).fetchall()
    known = near.Known(row.code for row in config.crosswalk if row.source == passport.id)
    listed = "\n".join(f"  {near.shown(code)}: {n:,} rows{known.hint(code)}" for code, n in unknown[:LISTED])
    is_other = any(known.same(code) for code, _ in unknown)
    same = ". What is only written otherwise has to stand in crosswalk.csv as in the file" if is_other else ""
    more = f"\n  and {len(unknown) - LISTED} more" if len(unknown) > LISTED else ""
    offences = "1 offence" if len(unknown) == 1 else f"{len(unknown)} offences"
    yield (
        f"{passport.raw_files[0].file} holds {offences} that crosswalk.csv does not know (source "
        f"{passport.id}):\n{listed}{more}\nAdd a row for each{same}"
    )


def _find_repeats(con: Connection, source: row_classes.ScoredSource) -> None:
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
    harm = ["class_", "at_", "unit_", *row_classes.kept_of_harm(source)]
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


def _fate(source: row_classes.ScoredSource) -> tuple[str, str, str]:
    """SQL of why a row is rejected (null: it is not), of what becomes of it, and of what would whatever its date."""
    passport = source.passport
    has_point = " and ".join(f"{identifier(c)} is not null" for c in row_classes.point_columns(passport))
    is_lost = f"unit_ is null and not ({has_point})" if has_point else "false"
    is_outside = f"unit_ is null or unit_ = {units.OUTSIDE}" if passport.locate else "false"
    is_repeat = "hash_ is null" if passport.unique else "false"
    why = (
        f"case when at_ is null then 'no date' when {is_repeat} then 'repeated row' "
        f"when unit_ = {units.NOWHERE} then 'point at 0,0' when {is_lost} then 'no area and no point' end"
    )
    undated = (
        f"when ({why}) is not null then 'rejected' when {is_outside} then 'outside_city' "
        "when code_ > 0 then 'enforcement' else 'loaded' end"
    )
    fate = f"case when not {coverage.within(passport.observed)} then 'outside_period' {undated}"
    return why, fate, f"case {undated}"


def _check_months(con: Connection, source: row_classes.ScoredSource) -> None:
    """Refuse days in a sensitive source that is loaded as it is, and parts of a year in a file of yearly counts."""
    table = source.table
    passport = source.passport
    if passport.time_grain == "year":
        (within,) = single(con, f"select count(*) from {table} where dayofyear(at_) <> 1")
        if within:
            raise SourceError(
                f"{passport.raw_files[0].file}: {within:,} rows of a file of yearly counts name another day than the "
                f'first of January. Read the year alone (format: "%Y"), or leave out grain: year in '
                f"sources/{passport.id}.yaml"
            )
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
    tail = ", ".join(f"{column} as {name}" for name, column in row_classes.ADDED.items())
    act = identifier(f"act_raw_{passport.id}")
    _, fate, _ = _fate(source)
    with ordered(con, is_kept=False):
        con.execute(
            f"create table act.{act} as select {own}{tail} from {harm} where code_ > 0 and {fate} = 'enforcement'"
        )
    _account(con, source)
    con.execute(f"delete from {harm} where {fate} <> 'loaded'")
    kept = {*row_classes.kept_of_harm(source), *row_classes.ADDED.values()}
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
    passport, (why, fate, _) = source.passport, _fate(source)
    flags = [
        n
        for n, is_flag in row_classes.own_columns(passport).items()
        if is_flag and passport.columns[n].type == "boolean"
    ]
    # A record of which the source does not say whether it carries an arrest is in neither number.
    flag = identifier(flags[0]) if flags else "null::boolean"
    arrests = f"count({flag}) as known, count(*) filter ({flag}) as arrests"
    con.execute(
        f"create or replace temp table tally as select {fate} as fate_, {why} as why_, class_, month_ as month, "
        f"count(*) as n, {arrests} from {table} group by all"
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
            "insert into act.act_class_arrest select $source, class_, sum(known), sum(arrests) from tally "
            "where fate_ = 'loaded' group by class_ order by class_",
            {"source": passport.id},
        )
