"""The place's core SQL: checked, ordered by what it reads, and kept away from enforcement tables."""

from __future__ import annotations

import re

import duckdb

from harmmodel.errors import FirewallError, SnapshotError
from harmmodel.warehouse.sql.contract import REQUIRED
from harmmodel.warehouse.store import disk
from harmmodel.warehouse.store.connection import identifier

TABLE_NAME = re.compile(r"^(core|act|v)_[a-z0-9_]{1,60}$")


def build_order(inputs: dict[str, set[str]], given: set[str]) -> list[str]:
    """Order the SQL files so that each comes after what it reads.

    Parameters
    ----------
    inputs : file name → tables it reads
    given : tables that exist already

    Raises
    ------
    FirewallError
        When a table other than ``act_…`` reads an ``act_…`` table, directly or through any chain; the chain is named.
    SnapshotError
        When a file has an unfit name, reads an unknown table, or files read each other in a circle.
    """
    for name in inputs:
        if not TABLE_NAME.match(name):
            raise SnapshotError(f"core/{name}.sql: a core file is named core_…, act_… or v_… (a helper)")
    order: list[str] = []
    for name in sorted(inputs):
        if not name.startswith("v_"):
            _visit(name, [], order, inputs, given)
    return order


def _visit(name: str, chain: list[str], order: list[str], inputs: dict[str, set[str]], given: set[str]) -> None:
    path = [*chain, name]
    if name.startswith("act_") and chain and not all(link.startswith(("act_", "v_")) for link in chain):
        raise FirewallError(
            f"core SQL reaches enforcement data: {' → '.join(path)}. A harm table may read raw_ and core_ "
            "tables only; move what needs enforcement to an act_ file"
        )
    if name in chain:
        raise SnapshotError(f"core SQL reads itself in a circle: {' → '.join(path)}")
    if name not in inputs:
        if name not in given:
            raise SnapshotError(
                f"core/{path[-2] if chain else name}.sql reads {name}, which does not exist. "
                f"Known: {', '.join(sorted(given | set(inputs)))}"
            )
        return
    for table in sorted(inputs[name]):
        _visit(table, path, order, inputs, given)
    if name not in order:
        order.append(name)


def create_table(con: duckdb.DuckDBPyConnection, name: str, sql: str) -> None:
    """Create one core table from its SELECT and check the columns the engine reads."""
    try:
        query = con.extract_statements(sql)[0].query
        con.execute(f"create table {identifier(name)} as {query}")
    except duckdb.Error as error:
        raise disk.fault(f"core/{name}.sql", error) from error
    found = {row[0]: row[1] for row in con.execute(f"describe {identifier(name)}").fetchall()}
    wrong = [
        f"{column} must be {type_}, is {found.get(column, 'missing')}"
        for column, type_ in REQUIRED.get(name, {}).items()
        if not str(found.get(column, "")).startswith(type_)
    ]
    if wrong:
        raise SnapshotError(f"core/{name}.sql: {'; '.join(wrong)}")
