"""Config SQL before any file is read: what it may read and in which order, and whether every name in it exists.

Each SELECT is tried on empty tables with the columns that the passports declare. What it does with rows is seen later.
"""

from __future__ import annotations

import duckdb

from harmmodel.config import Config, Passport
from harmmodel.errors import Faults, SnapshotError
from harmmodel.warehouse.load import casts, listing, row_classes
from harmmodel.warehouse.sql import ends, grammar, review
from harmmodel.warehouse.store.connection import Connection, identifier, lock

Queries = dict[str, grammar.Query]
ColumnsRead = dict[str, tuple[set[str] | None, set[str] | None]]
# All that may be left of a source in which one row could point at one person.
REDUCED_COLUMNS = {"month", "unit_id", "beat_id", "class", "place_class", "events"}
EMPTY_TABLES = {
    "core_area": "select ''::varchar as area_id, '' as label, 0::bigint as residents, 0::double as km2 where false",
    "core_count": "select ''::varchar as unit_id, date '2000-01-01' as month, '' as class, '' as place_class, "
    "0::bigint as events where false",
    "core_count_beat": "select ''::varchar as beat_id, date '2000-01-01' as month, '' as class, '' as place_class, "
    "0::bigint as events where false",
    "core_beat_share": "select ''::varchar as beat_id, ''::varchar as unit_id, 0::decimal(12,9) as share where false",
    "core_coverage": "select ''::varchar as unit_id, '' as source, date '2000-01-01' as month, "
    "1::decimal(5,4) as share where false",
    "act_enforcement": "select ''::varchar as unit_id, date '2000-01-01' as month, '' as class, '' as measure, "
    "0::bigint as records, 0::bigint as arrests where false",
    "act_incident": "select timestamp '2000-01-01' as occurred_at, ''::varchar as unit_id, '' as class, '' as code, "
    "'' as setting, 0::double as longitude, 0::double as latitude, false as arrest where false",
}
# Columns that the loader adds to the rows of a scored source, and tables that it makes without a file.
ADDED = {"occurred_at": "TIMESTAMP", "month": "DATE", "class": "VARCHAR", "unit_id": "VARCHAR"}
CELL = {"cell": "VARCHAR", "km2": "DOUBLE", "longitude": "DOUBLE", "latitude": "DOUBLE"}
CLASS_ARREST = {"source": "VARCHAR", "class": "VARCHAR", "records": "BIGINT", "arrests": "BIGINT"}


def reviewed(config: Config, faults: Faults) -> tuple[Queries, ColumnsRead]:
    """Return what core SQL is known to do and which columns it reads; what is wrong with any of it is kept.

    Each SELECT is tried on empty tables, so that a name that does not exist is told before any file is read.
    """
    before, queries = len(faults.found), Queries()
    whole: ColumnsRead = {name: (None, None) for name, p in config.passports.items() if p.use == "scored"}
    with duckdb.connect() as con:
        for name, sql in config.core_sql.items():
            with faults.kept():
                queries[name] = grammar.examined(con, f"core/{name}.sql", sql)
    order: list[str] = []
    if len(faults.found) == before:
        with faults.kept():
            order = core_order(config, queries)
    _bind(config, queries, order, faults)
    columns = whole  # where SQL is at fault nobody knows what it reads, so that the files are looked through whole
    if len(faults.found) == before:
        columns = columns_read(config, queries)
        with faults.kept():
            ends.refuse_half_read(config, *({name: pair[of] for name, pair in columns.items()} for of in (0, 1)))
    return queries, columns


def _examined(config: Config) -> Queries:
    """Return what each file of core SQL is known to do, by its name; refuses what the grammar refuses. Runs none."""
    with duckdb.connect() as con:
        return {name: grammar.examined(con, f"core/{name}.sql", sql) for name, sql in config.core_sql.items()}


def core_order(config: Config, queries: Queries | None = None) -> list[str]:
    """Return the order in which the core SQL would be built; refuses what the firewall refuses. Builds nothing.

    Parameters
    ----------
    queries : what the files are known to do; None: they are examined here
    """
    inputs = {name: query.tables for name, query in (queries or _examined(config)).items()}
    act = {f"act_raw_{name}" for name, p in config.passports.items() if p.use == "scored"} | {"act_class_arrest"}
    raw = {f"raw_{name}" for name, p in config.passports.items() if p.use != "validation"}
    if config.place.boundaries.h3 is not None:
        raw.add("raw_cell")
    return review.build_order(inputs, (act | raw | set(EMPTY_TABLES)) - set(inputs))


def columns_read(config: Config, queries: Queries | None = None) -> ColumnsRead:
    """Return the columns that config SQL names of each scored source's harm and enforcement rows; None: all.

    Parameters
    ----------
    queries : what the files of core SQL are known to do; None: they are examined here
    """
    core_sql = {f"core/{name}.sql": sql for name, sql in config.core_sql.items()}
    reductions = {f"sources/{config.passports[name].reduce}": sql for name, sql in config.reduce_sql.items()}
    read: ColumnsRead = {}
    tables = {f"core/{name}.sql": query.tables for name, query in (queries or _examined(config)).items()}
    with duckdb.connect() as con:
        tables |= {name: grammar.examined(con, name, sql).tables for name, sql in reductions.items()}

        def named(texts: dict[str, str], table: str) -> set[str] | None:
            readers = [(n, sql) for n, sql in texts.items() if table in tables[n]]
            column_sets = [grammar.columns_named(con, n, sql) for n, sql in readers]
            whole = [columns for columns in column_sets if columns is not None]
            return set().union(*whole) if len(whole) == len(column_sets) else None

        for name, passport in config.passports.items():
            if passport.use == "scored":
                reduction = {f"sources/{passport.reduce}": config.reduce_sql[name]} if passport.reduce else None
                harm = named(reduction, "incoming") if reduction else named(core_sql | reductions, f"raw_{name}")
                read[name] = (harm, named(core_sql, f"act_raw_{name}"))
    return read


def reduce(con: Connection, passport: Passport, sql: str) -> None:
    """Make ``raw_<source>`` from *incoming* by the passport's reduction; its columns must tell nothing fine.

    Raises
    ------
    SnapshotError
        When the reduction reads other tables than it may, cannot run, or keeps other columns than it may.
    """
    raw, file = f"raw_{passport.id}", f"sources/{passport.reduce}"
    tables = con.execute("select table_name from duckdb_tables() where table_name like 'raw_%'").fetchall()
    known = {str(name) for (name,) in tables}
    if strange := sorted(grammar.examined(con, file, sql).tables - known - {"incoming"}):
        raise SnapshotError(f"{file} may read incoming and raw_ tables only, not {', '.join(strange)}")
    review.create_table(con, raw, sql, file=file)
    columns = {str(row[0]) for row in con.execute(f"describe {identifier(raw)}").fetchall()}
    if missing := sorted({"month", "class", "events"} - columns):
        raise SnapshotError(f"{file}: columns missing: {', '.join(missing)}. A reduction gives month, class and events")
    if passport.sensitive and (fine := sorted(columns - REDUCED_COLUMNS)):
        raise SnapshotError(
            f"{file}: a sensitive source may not keep {', '.join(fine)}. Leave out what is finer than a month"
        )


def _bind(config: Config, queries: Queries, order: list[str], faults: Faults) -> None:
    """Make every table of config SQL from empty ones; what stands on a table that cannot be made is left out."""
    with duckdb.connect() as con:
        lock(con)
        missing = _lay_raw(con, config, faults)
        for name in order:
            missing.add(name)
            if not queries[name].tables & missing:
                with faults.kept():
                    review.create_table(con, name, config.core_sql[name], query=queries[name])
                    ends.complete(con, name)
                    missing.discard(name)


def _lay_raw(con: Connection, config: Config, faults: Faults) -> set[str]:
    """Make the empty tables that core SQL may read; return those whose reduction is at fault."""
    missing: set[str] = set()
    for name, sql in EMPTY_TABLES.items():
        if name not in config.core_sql:
            con.execute(f"create table {name} as {sql}")
            ends.complete(con, name)
    _lay(con, "raw_cell", CELL)
    _lay(con, "act_class_arrest", CLASS_ARREST)
    reduced = []
    for name, passport in sorted(config.passports.items()):
        if passport.use == "reference":
            _lay(con, f"raw_{name}", _columns(passport, config, is_act=True))
        elif passport.use == "scored":
            _lay(con, f"act_raw_{name}", _columns(passport, config, is_act=True) | ADDED)
            reduced += [passport] if passport.reduce else []
            if not passport.reduce:
                _lay(con, f"raw_{name}", _columns(passport, config, is_act=False) | ADDED)
    for passport in reduced:
        missing.add(f"raw_{passport.id}")
        with faults.kept():
            _lay(con, "incoming", _columns(passport, config, is_act=False) | ADDED)
            reduce(con, passport, config.reduce_sql[passport.id])
            missing.discard(f"raw_{passport.id}")
        con.execute("drop table incoming")
    return missing


def _lay(con: Connection, table: str, columns: dict[str, str]) -> None:
    listed = ", ".join(f"{identifier(name)} {kind}" for name, kind in columns.items())
    con.execute(f"create table {identifier(table)} ({listed})")


def _columns(passport: Passport, config: Config, *, is_act: bool) -> dict[str, str]:
    """Return the columns of a source's rows with their types; *is_act*: also those that tell of enforcement."""
    columns = passport.columns | passport.ends
    own = columns if passport.use == "reference" else row_classes.own_columns(passport)
    kept = {name: casts.TYPES[columns[name].type] for name in own if is_act or not columns[name].enforcement}
    fields = [f.name for f in listing.fields(passport, config) if is_act or not columns[f.column].enforcement]
    return kept | dict.fromkeys(fields, "VARCHAR")
