"""One raw file into table ``typed``: every row has its declared types, or is named with its place and column."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from harmmodel.config import Passport
from harmmodel.config.passport import Column
from harmmodel.errors import SourceError
from harmmodel.warehouse import csvfile
from harmmodel.warehouse.connection import Connection, identifier, literal, single
from harmmodel.warehouse.geography import features

TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
}
SHOWN = 10  # faults named in a message; the rest is counted


@dataclass(frozen=True)
class _Source:
    """A file as SQL can read it: a table expression, its parameters and the types it comes in."""

    sql: str
    parameters: dict[str, str | bool]
    types: dict[str, str]


def ingest(con: Connection, path: Path, passport: Passport, columns: list[str], work: Path) -> None:
    """Make ``typed`` (row_no in file order, the declared columns) and ``faulty`` (spot, column_name, why, row_no).

    Parameters
    ----------
    columns : the file's own column names in order
    work : folder for a copy in another encoding

    Raises
    ------
    SourceError
        When the file is empty, its records do not add up, or a row is faulty and the passport says ``refuse``.
    """
    con.execute("create or replace temp table faulty (spot varchar, column_name varchar, why varchar, row_no bigint)")
    con.execute("drop table if exists reject_errors; drop table if exists reject_scans")
    is_csv = path.suffix not in (".parquet", ".geojson")
    readable = csvfile.as_utf8(path, passport, work) if is_csv else path
    source = _read(con, readable, passport, columns)
    if is_csv:
        (found,) = single(con, "select (select count(*) from typed) + (select count(*) from faulty)")
        csvfile.reconcile(readable, path.name, found, passport.delimiter)
    _find_wrong_types(con, source, passport)
    _find_impossible_coordinates(con, passport)
    _judge(con, path, passport)


def _read(con: Connection, path: Path, passport: Passport, columns: list[str]) -> _Source:
    """Make ``typed``; a sound file is read in one go, only a faulty one is read again with its bad lines set aside."""
    try:
        source = _source(con, path, passport, columns, sets_aside=False)
        _type_rows(con, source, passport)
    except duckdb.Error:
        try:
            source = _source(con, path, passport, columns, sets_aside=True)
            _type_rows(con, source, passport)
            con.execute(
                "insert into faulty select 'line ' || line, any_value(column_name order by column_name), "
                "any_value(error_message || ' in: ' || left(csv_line, 80) order by column_name), null "
                "from reject_errors group by line"
            )
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise SourceError(
                f"{path.name} cannot be read as {path.suffix}: {first} Repair or replace the file"
            ) from error
    return source


def _source(con: Connection, path: Path, passport: Passport, columns: list[str], *, sets_aside: bool) -> _Source:
    if path.suffix == ".geojson":
        con.register("feature_frame", features(path))
        found = con.execute("describe feature_frame").fetchall()
        return _Source("feature_frame", {}, {str(row[0]): str(row[1]) for row in found})
    if path.suffix == ".parquet":
        found = con.execute("describe select * from read_parquet($path)", {"path": str(path)}).fetchall()
        return _Source("read_parquet($path)", {"path": str(path)}, {str(row[0]): str(row[1]) for row in found})
    types = {name: _csv_type(passport.columns.get(name)) for name in columns}
    listed = ", ".join(f"{literal(name)}: '{kind}'" for name, kind in types.items())
    sql = (
        "read_csv($path, auto_detect = false, header = true, delim = $delim, quote = '\"', escape = '\"', "
        f"strict_mode = true, null_padding = false, nullstr = '', columns = {{{listed}}}, store_rejects = $aside)"
    )
    return _Source(sql, {"path": str(path), "delim": passport.delimiter, "aside": sets_aside}, types)


def _csv_type(column: Column | None) -> str:
    """Type to parse a CSV column as: text where the passport does not read it or gives its own date format."""
    return "VARCHAR" if column is None or column.format else TYPES[column.type]


def _cast(name: str, column: Column, found: str) -> str:
    """SQL that reads a column in its declared type; just its name where it has that type already."""
    quoted, wanted = identifier(name), TYPES[column.type]
    if column.format:
        return f"try_strptime({quoted}::varchar, {literal(column.format)})::{wanted}"
    return quoted if found == wanted else f"try_cast({quoted} as {wanted})"


def _type_rows(con: Connection, source: _Source, passport: Passport) -> None:
    """Make ``typed`` in one pass; beside each column that had to be cast stands its text as given."""
    parts = ["row_number() over () as row_no"]
    for name, column in passport.columns.items():
        cast = _cast(name, column, source.types.get(name, ""))
        parts.append(f"{cast} as {identifier(name)}")
        if cast != identifier(name):
            parts.append(f"nullif(trim({identifier(name)}::varchar), '') as {identifier('given ' + name)}")
    listed, table = ", ".join(parts), source.sql
    con.execute(f"create or replace temp table typed as select {listed} from {table}", source.parameters)


def _find_wrong_types(con: Connection, source: _Source, passport: Passport) -> None:
    for name, column in passport.columns.items():
        if _cast(name, column, source.types.get(name, "")) == identifier(name):
            continue
        given = identifier("given " + name)
        con.execute(
            "insert into faulty select 'row ' || row_no, $name, left("
            f"{given}, 60) || ' is no ' || $type, row_no from typed "
            f"where {identifier(name)} is null and {given} is not null",
            {"name": name, "type": column.type + (f" written as {column.format}" if column.format else "")},
        )
        con.execute(f"alter table typed drop column {given}")


def _find_impossible_coordinates(con: Connection, passport: Passport) -> None:
    locate = passport.locate
    for name, limit in ((locate.longitude, 180), (locate.latitude, 90)) if locate else ():
        if name:
            column = identifier(name)
            con.execute(
                f"insert into faulty select 'row ' || row_no, $name, {column}::varchar || ' lies outside -' || $limit "
                f"|| ' to ' || $limit, row_no from typed where abs({column}) > $limit or isnan({column})",
                {"name": name, "limit": limit},
            )


def _judge(con: Connection, path: Path, passport: Passport) -> None:
    """Refuse a file with faulty rows, or set them aside and count them, as the passport says."""
    rows = con.execute("select spot, column_name, why from faulty order by rowid limit $n", {"n": SHOWN}).fetchall()
    (total,) = single(con, "select count(distinct spot) from faulty")
    if rows and passport.bad_rows == "refuse":
        listed = "\n".join(f"  {spot}, column {name or '(whole row)'}: {why}" for spot, name, why in rows)
        more = f"\n  and more: {total:,} rows in all" if total > len(rows) else ""
        raise SourceError(
            f"{path.name} differs from passport sources/{passport.id}.yaml:\n{listed}{more}\n"
            "Correct the file, or let the passport say bad_rows: reject to leave such rows out and count them"
        )
    con.execute("delete from typed where row_no in (select row_no from faulty)")
    if single(con, "select count(*) from typed") == (0,):
        raise SourceError(f"{path.name} holds no usable row. Replace the file")
