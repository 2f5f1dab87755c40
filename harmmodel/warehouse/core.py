"""The place's core SQL: checked, ordered by what it reads, and kept away from enforcement tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb

from harmmodel.errors import FirewallError, SnapshotError
from harmmodel.warehouse import disk
from harmmodel.warehouse.connection import identifier
from harmmodel.warehouse.contract import REQUIRED

TABLE_NAME = re.compile(r"^(core|act|v)_[a-z0-9_]{1,60}$")
# Table functions that make rows out of their own arguments; any other could reach files, settings or tables.
HARMLESS_FUNCTIONS = {"unnest", "range", "generate_series"}


def reads(con: duckdb.DuckDBPyConnection, name: str, sql: str) -> set[str]:
    """Return the tables that a config SQL file names; it must be one SELECT. The text is parsed, never run.

    Raises
    ------
    SnapshotError
        When the file is not one SELECT, cannot be parsed, or calls a table function that could reach other data.
    """
    row = con.execute("select json_serialize_sql($sql)", {"sql": sql}).fetchone()
    tree: dict[str, Any] = json.loads(row[0]) if row else {"error": True, "error_message": "cannot be parsed"}
    if tree["error"]:
        raise SnapshotError(f"{name}: {tree['error_message']}")
    if len(tree["statements"]) != 1:
        raise SnapshotError(f"{name} must hold one SELECT, it holds {len(tree['statements'])}")
    tables: set[str] = set()
    named: set[str] = set()
    for node in _nodes(tree["statements"][0]):
        if node.get("type") == "BASE_TABLE":
            tables.add(
                ".".join(
                    part for part in (node["catalog_name"], node["schema_name"], node["table_name"]) if part
                ).lower()
            )
        elif (
            node.get("type") == "TABLE_FUNCTION" and node["function"]["function_name"].lower() not in HARMLESS_FUNCTIONS
        ):
            raise SnapshotError(
                f"{name}: table function {node['function']['function_name']} is not accepted. "
                "Read the tables of the snapshot by name"
            )
        elif "cte_map" in node:
            named |= {entry["key"].lower() for entry in node["cte_map"]["map"]}
    if hidden := sorted(n for n in named if n.startswith(("act_", "raw_", "core_"))):
        raise SnapshotError(
            f"{name}: {', '.join(hidden)} is the name of a table; give the part of the query another name"
        )
    return tables - named


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a parsed statement, without recursion: nesting is the author's choice."""
    waiting = [tree]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


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
