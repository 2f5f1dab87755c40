"""A raw file as SQL can read it: a table expression in the types that the passport declares."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harmmodel.config import Passport
from harmmodel.config.passport import Column
from harmmodel.warehouse.load.geography import features
from harmmodel.warehouse.store.connection import Connection, identifier, literal

TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
}


@dataclass(frozen=True)
class Source:
    """A file as SQL can read it: a table expression, its parameters and the types it comes in."""

    sql: str
    parameters: dict[str, str | bool]
    types: dict[str, str]


def is_csv(path: Path) -> bool:
    """Say whether a file is read as text with separators, packed or not."""
    return path.suffix not in (".parquet", ".geojson")


def source(con: Connection, path: Path, passport: Passport, columns: list[str], *, sets_aside: bool) -> Source:
    """Describe how to read a file; *sets_aside*: whether lines of a CSV file that cannot be read are left out."""
    if path.suffix == ".geojson":
        con.register("feature_frame", features(path))
        found = con.execute("describe feature_frame").fetchall()
        return Source("feature_frame", {}, {str(row[0]): str(row[1]) for row in found})
    if path.suffix == ".parquet":
        found = con.execute("describe select * from read_parquet($path)", {"path": str(path)}).fetchall()
        return Source("read_parquet($path)", {"path": str(path)}, {str(row[0]): str(row[1]) for row in found})
    types = {name: _csv_type(name, passport) for name in columns}
    listed = ", ".join(f"{literal(name)}: '{kind}'" for name, kind in types.items())
    sql = (
        "read_csv($path, auto_detect = false, header = true, delim = $delim, quote = '\"', escape = '\"', "
        f"strict_mode = true, null_padding = false, nullstr = '', columns = {{{listed}}}, store_rejects = $aside)"
    )
    return Source(sql, {"path": str(path), "delim": passport.delimiter, "aside": sets_aside}, types)


def _csv_type(name: str, passport: Passport) -> str:
    """Type to parse a CSV column as: text where the passport does not read it or it is cast afterwards."""
    is_text = name not in passport.columns or passport.is_text_first(name)
    return "VARCHAR" if is_text else TYPES[passport.columns[name].type]


def cast(name: str, column: Column, found: str) -> str:
    """SQL that reads a column in its declared type; just its name where it has that type already."""
    quoted, wanted = identifier(name), TYPES[column.type]
    if column.format:
        return f"try_strptime({quoted}::varchar, {literal(column.format)})::{wanted}"
    return quoted if found == wanted else f"try_cast({quoted} as {wanted})"
