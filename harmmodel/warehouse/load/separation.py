"""A source's rows into harm and enforcement: classed by the crosswalk, placed in units, reconciled, and kept apart.

Every row is written once, into the table of harm rows; what is not harm is copied out and deleted there before any
config SQL runs. So a row costs one write however many questions are asked of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from harmmodel.config import Config
from harmmodel.config.rows.crosswalk import EMPTY, SEPARATOR
from harmmodel.errors import Faults, SourceError
from harmmodel.warehouse.load import coverage, listing, row_classes, units
from harmmodel.warehouse.load import rows as load_rows
from harmmodel.warehouse.load.account import losses, repeats
from harmmodel.warehouse.load.told import notes, silent
from harmmodel.warehouse.store.connection import Connection, identifier, literal, ordered, single


class UnknownKey(SourceError):
    """A file holds offences or texts that no list of the place knows, or units that no outline has."""


class NotCovered(SourceError):
    """The rows of a file and the period that its passport says it covers do not fit, or too many are lost."""


def load_source(
    con: Connection, source: row_classes.ScoredSource, config: Config, place: units.Ground | None, work: Path
) -> list[str]:
    """Write a source's harm rows to its table, its enforcement rows to ``act.act_raw_<source>``, and account for all.

    Parameters
    ----------
    place : where the units lie; None: the outlines are at fault, so the rows are read and classed and not placed

    Returns
    -------
    What a person should know of the file besides the account: units and lines of lists that no row has.

    Raises
    ------
    SourceError
        When a file differs from its passport, an offence, a text or a unit is unknown, points lie with their axes
        swapped, a sensitive source names days, too many rows are lost, or months that it covers hold too few. Faults
        of single rows and values are told together; what the whole file must hold is judged once there are none.
    """
    passport = source.passport
    if not passport.covers:
        raise SourceError(
            f"passport sources/{passport.id}.yaml: a scored source needs covers. Say which period the file covers"
        )
    _arrive(con, source, config, place, work)
    if place is None:
        return []
    units.place(con, source, place)
    repeats.find(con, source, config, work)
    _check_months(con, source)
    _account(con, source)
    wrong = losses.of_source(con, config, passport.id)
    if not losses.is_empty(con, passport.id):  # where no row counts, each month would be named besides
        rows = coverage.tally(con, source, _fate(source)[2])
        wrong += coverage.faults(rows, passport, config.policy.completeness)
    wrong += coverage.rows_of_silent_units(con, source, _fate(source)[1])
    of_classes = silent.Classes([], []) if wrong else silent.classes(con, source, _fate(source)[1], config)
    if wrong := [*wrong, *of_classes.faults]:
        raise NotCovered("\n".join(wrong))
    notes.record(con, passport.id, units.find_notes(con, source, place))
    notes.record_counts(con, passport, source.table, f"{_fate(source)[1]} = 'loaded'")
    silent.record_cells(con, source, f"{_fate(source)[1]} = 'loaded'", config)
    unused = list(_unused(con, source, config))
    _split(con, source, config)
    return [*notes.told(con, passport), *of_classes.named, *unused]


def _arrive(
    con: Connection, source: row_classes.ScoredSource, config: Config, place: units.Ground | None, work: Path
) -> None:
    """Write every row to the source's table; tells all values that are not as declared, and all that no list knows."""
    faults, unknown = Faults(), list[str]()
    row_classes.list_codes(con, source, config)
    with faults.kept():
        load_rows.ingest(con, source.paths, source.passport, work, row_classes.arrivals(source, config))
    if not load_rows.is_there(con, source.table):
        faults.stop()
    units.spell(con, source)
    unknown += _unknown_texts(con, source, config, work)
    if place is not None:
        units.list_known(con, place)
        with faults.kept():
            unknown += units.unknown(con, source, place)
    faults.found += [UnknownKey(text) for text in unknown]
    faults.stop()


def _unknown_texts(con: Connection, source: row_classes.ScoredSource, config: Config, work: Path) -> Iterator[str]:
    """Tell of offences and other texts that no line lists: values, counts, and the line that each may be meant for."""
    passport, fields = source.passport, listing.fields(source.passport, config)
    missing = " or ".join(f"{name} is null" for name in ["code_", *(field.marker for field in fields)])
    if single(con, f"select count(*) from {source.table} where {missing}") == (0,):
        return
    # What makes up a code is not kept, so the files are read once more: nothing of this load will stay anyway.
    with suppress(load_rows.Faulty):  # told already; what can be read is looked through
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


def _fate(source: row_classes.ScoredSource) -> tuple[str, str, str]:
    """SQL of why a row is rejected (null: it is not), of what becomes of it, and of what would whatever its date."""
    passport = source.passport
    has_point = " and ".join(f"{identifier(c)} is not null" for c in row_classes.point_columns(passport))
    is_lost = f"unit_ is null and not ({has_point})" if has_point else "unit_ is null"
    is_outside = f"unit_ is null or unit_ = {units.OUTSIDE}"
    if not passport.locate:
        is_lost = is_outside = "false"
    why = (
        f"case when at_ is null then 'no date' when repeat_ = {repeats.COPY} then 'repeated row' "
        f"when repeat_ = {repeats.CONTRADICTION} then 'contradicts another row' "
        f"when unit_ = {units.NOWHERE} then 'point at 0,0' end"
    )
    undated = (
        f"when ({why}) is not null then 'rejected' when {is_lost} then 'no_location' when {is_outside} "
        "then 'outside_city' "
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
    """Copy the enforcement rows out, and leave in *harm* what is harm, with its columns."""
    passport, harm = source.passport, source.table
    coded = row_classes.coded_columns(source, config)
    own = "".join(
        f"{coded.get(name, identifier(name))} as {identifier(name)}, "
        for name in row_classes.kept_of_enforcement(source)
    )
    own += "".join(f"{identifier(name)}, " for name in row_classes.fields_of_enforcement(source, config))
    tail = ", ".join(f"{column} as {name}" for name, column in row_classes.ADDED.items())
    act = identifier(f"act_raw_{passport.id}")
    _, fate, _ = _fate(source)
    with ordered(con, is_kept=False):
        con.execute(
            f"create table act.{act} as select {own}{tail} from {harm} where code_ > 0 and {fate} = 'enforcement'"
        )
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


# A line of the reconciliation for each file: where each of its rows went, and which repeat each other.
RECONCILIATION = """
insert into harm.load_reconciliation by name
with named as (select unnest($files::varchar[]) as file, generate_subscripts($files::varchar[], 1) - 1 as file_),
faulty_row as (
    select file_no as file_, column_name, count(*) as n
    from (
        select file_no, spot, any_value(column_name order by rowid) as column_name
        from faulty where not is_kept group by all
    )
    group by all
),
counted as (
    select file_, coalesce(sum(n), 0)::bigint as rows,
        coalesce(sum(n) filter (fate_ = 'loaded'), 0)::bigint as loaded,
        coalesce(sum(n) filter (fate_ = 'enforcement'), 0)::bigint as enforcement,
        coalesce(sum(n) filter (fate_ = 'outside_city'), 0)::bigint as outside_city,
        coalesce(sum(n) filter (fate_ = 'outside_period'), 0)::bigint as outside_period,
        coalesce(sum(n) filter (fate_ = 'no_location'), 0)::bigint as no_location,
        coalesce(sum(n) filter (fate_ = 'rejected'), 0)::bigint as rejected,
        coalesce(sum(n) filter (kind_ = 'copies'), 0)::bigint as copies,
        coalesce(sum(n) filter (kind_ = 'contradictions'), 0)::bigint as contradictions,
        coalesce(sum(n) filter (kind_ = 'alike'), 0)::bigint as alike,
        coalesce(sum(n) filter (kind_ = 'again'), 0)::bigint as again,
        coalesce(sum(n) filter (is_keyless), 0)::bigint as no_key
    from tally group by file_
),
reason as (
    select file_, why_ as why, sum(n) as n from tally where fate_ = 'rejected' group by all
    union all
    select file_, 'not as the passport says (' || coalesce(column_name, 'whole row') || ')', n from faulty_row
),
of_class as (
    select file_, kind_, class_, sum(n) as n from tally where kind_ <> '' group by all
    union all
    select file_, 'without a key', class_, sum(n) from tally where is_keyless group by all
),
of_kind as (
    select file_, kind_, string_agg(coalesce(class_, '?') || ' ' || n, ', ' order by n desc, class_) as said
    from of_class group by all
)
select $source as source, n.file, c.* exclude (file_, rows, rejected),
    c.rows + coalesce((select sum(f.n) from faulty_row as f where f.file_ = n.file_), 0)::bigint as rows,
    c.rejected + coalesce((select sum(f.n) from faulty_row as f where f.file_ = n.file_), 0)::bigint as rejected,
    coalesce(
        (select string_agg(why || ' ' || r.n, ', ' order by why) from reason as r where r.file_ = n.file_), ''
    ) as reasons,
    coalesce(
        (select string_agg(kind_ || ' ' || said, '; ' order by kind_) from of_kind as k where k.file_ = n.file_), ''
    ) as repeats,
    0::bigint as reduced, coalesce(list_extract($unread::bigint[], n.file_ + 1), 0) as unread
from named as n join counted as c on c.file_ = n.file_ order by n.file_"""
# What a line says of rows that repeat another, or could not be compared.
KINDS = {
    repeats.COPY: "copies",
    repeats.CONTRADICTION: "contradictions",
    repeats.ALIKE: "alike",
    repeats.AGAIN: "again",
}


def _account(con: Connection, source: row_classes.ScoredSource) -> None:
    """Write a line of the reconciliation for each file, the rows of each month, and the arrests by class."""
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
    kinds = " ".join(f"when repeat_ = {number} then {literal(name)}" for number, name in KINDS.items())
    is_inside = f"coalesce({coverage.within(passport.observed)}, false)"
    con.execute(
        f"create or replace temp table tally as select {fate} as fate_, {why} as why_, class_, month_ as month, file_, "
        f"case when not {is_inside} then '' {kinds} else '' end as kind_, {is_inside} and hash_ is null as is_keyless, "
        f"count(*) as n, {arrests} from {table} group by all"
    )
    unread = dict(
        con.execute(
            f"select file_, count(*) from {table} where {fate} = 'loaded' and rowid in "
            "(select row_no from faulty where is_kept) group by file_"
        ).fetchall()
    )
    files = [raw.file for raw in passport.raw_files]
    told = [unread.get(number, 0) for number in range(len(files))]
    con.execute(RECONCILIATION, {"source": passport.id, "files": files, "unread": told})
    con.execute(
        "insert into harm.load_month by name select $source as source, month, fate_ as fate, sum(n) as rows, "
        "list_extract($files::varchar[], file_ + 1) as file from tally "
        "where fate_ in ('loaded', 'enforcement') group by all order by all",
        {"source": passport.id, "files": files},
    )
    if flags:
        con.execute(
            "insert into act.act_class_arrest select $source, class_, sum(known), sum(arrests) from tally "
            "where fate_ = 'loaded' group by class_ order by class_",
            {"source": passport.id},
        )
