"""Config SQL as untrusted text: parsed, never run, until it is known to be one SELECT over named tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import duckdb

from harmmodel.errors import FirewallError, SnapshotError
from harmmodel.warehouse.sql.contract import REQUIRED
from harmmodel.warehouse.store import disk
from harmmodel.warehouse.store.connection import identifier, single

# Table functions that make rows out of their own arguments; any other could reach files, settings or tables.
HARMLESS_FUNCTIONS = {"unnest", "range", "generate_series"}
# A part of a query (common table expression) may not bear a name behind which a real table could be read.
PART_NAME = re.compile(r"^[a-z][a-z0-9_]{0,60}$")
TABLE_PREFIXES = ("act_", "raw_", "core_", "v_", "load_", "incoming")
WORK_TABLES = {"typed", "faulty", "tally", "suspect", "pointed", "known_unit"}


# Aggregates that sample: their value depends on how rows lie in the file.
SAMPLING = frozenset({"approx_quantile", "approx_top_k", "reservoir_quantile"})


def reads(con: duckdb.DuckDBPyConnection, name: str, sql: str) -> set[str]:
    """Return the tables that a config SQL file names; it must be one SELECT that gives the same rows each time.

    Raises
    ------
    SnapshotError
        When the file is not one SELECT, cannot be parsed, or calls what could reach other data or give other rows.
    """
    tables: set[str] = set()
    parts: set[str] = set()
    for node in _nodes(_parsed(con, name, sql)):
        kind = node.get("type")
        if kind == "BASE_TABLE":
            path = (node["catalog_name"], node["schema_name"], node["table_name"])
            tables.add(".".join(part for part in path if part).lower())
        elif kind in ("TABLE_FUNCTION", "FUNCTION", "SHOW_REF"):
            _refuse_function(name, kind, node)
        elif "cte_map" in node:
            parts |= {str(entry["key"]).lower() for entry in node["cte_map"]["map"]}
        _refuse_storage(name, node)
    hidden = [p for p in parts if not PART_NAME.match(p) or p in WORK_TABLES or p.startswith(TABLE_PREFIXES)]
    if hidden:
        raise SnapshotError(
            f"{name}: {', '.join(sorted(hidden))} reads like the name of a table. Rename that part of the query"
        )
    return tables - parts


def columns_named(con: duckdb.DuckDBPyConnection, name: str, sql: str) -> set[str] | None:
    """Return every column name that stands in a config SQL file, in lower case; None when it may take all columns.

    It may do so by a star, by joining on whatever names agree, by turning columns into rows, by counting columns off
    (``#2``, ``raw_x as x(a, b)``), or by naming a table where a column is expected.
    """
    columns: set[str] = set()
    paths: list[list[str]] = []
    orders: set[int] = set()
    tables: set[str] = set()
    for node in _nodes(_parsed(con, name, sql)):
        orders.update(
            id(order["expression"]) for modifier in node.get("modifiers", ()) for order in modifier.get("orders", ())
        )
        if _takes_all(node, orders):
            return None
        if path := [str(part).lower() for part in node.get("column_names", ())]:
            paths.append(path)
        columns.update(path)
        columns.update(str(column).lower() for column in node.get("using_columns", ()))
        tables.update(str(node[key]).lower() for key in ("table_name", "alias") if node.get(key) and "sample" in node)
    is_row = any(path[-1] in tables and (len(path) == 1 or path[0] not in tables) for path in paths)
    return None if is_row else columns


def _takes_all(node: dict[str, Any], orders: set[int]) -> bool:
    """Say whether part of a query may take columns that it does not name; *orders*: what whole queries sort by."""
    if node.get("class") == "STAR":  # order by all sorts by what is selected
        return id(node) not in orders or node.get("expr") is not None
    is_counted_off = node.get("class") == "POSITIONAL_REFERENCE" or (
        node.get("type") == "BASE_TABLE" and node.get("column_name_alias")
    )
    return bool(is_counted_off or node.get("type") == "PIVOT" or node.get("ref_type") == "NATURAL")


def _parsed(con: duckdb.DuckDBPyConnection, name: str, sql: str) -> dict[str, Any]:
    (text,) = single(con, "select json_serialize_sql($sql)", {"sql": sql})
    tree: dict[str, Any] = json.loads(text)
    if tree["error"]:
        raise SnapshotError(f"{name}: {tree['error_message']}")
    if len(tree["statements"]) != 1:
        raise SnapshotError(f"{name} must hold one SELECT, but it holds {len(tree['statements'])} statements. Keep one")
    statement: dict[str, Any] = tree["statements"][0]
    return statement


def _refuse_function(name: str, kind: str, node: dict[str, Any]) -> None:
    if kind == "SHOW_REF":
        raise SnapshotError(f"{name}: show and describe are not accepted. Read the tables of the snapshot by name")
    called = str(
        node["function"]["function_name"] if kind == "TABLE_FUNCTION" else node.get("function_name", "")
    ).lower()
    if kind == "TABLE_FUNCTION" and called not in HARMLESS_FUNCTIONS:
        raise SnapshotError(f"{name}: table function {called} is not accepted. Read the tables of the snapshot by name")
    if called in _unsteady_functions():
        raise SnapshotError(
            f"{name}: {called}() gives other values at other times. The same inputs must give the same rows"
        )


def _refuse_storage(name: str, node: dict[str, Any]) -> None:
    """Refuse what depends on how rows are stored: enforcement rows leave gaps where they lay among harm rows."""
    if node.get("sample"):
        raise SnapshotError(f"{name}: samples are not accepted. The same inputs must give the same rows")
    if "rowid" in {str(part).lower() for key in ("column_names", "using_columns") for part in node.get(key) or ()}:
        raise SnapshotError(f"{name}: rowid tells how rows are stored. Use a column of the file")


@cache
def _unsteady_functions() -> frozenset[str]:
    """Names of functions whose value depends on more than their arguments: chance, clock, settings."""
    with duckdb.connect() as con:
        rows = con.execute(
            "select lower(function_name) from duckdb_functions() where function_type = 'scalar' "
            "group by 1 having bool_or(stability is distinct from 'CONSISTENT')"
        ).fetchall()
    return (frozenset(str(row[0]) for row in rows) - {"error"}) | SAMPLING


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
            raise SnapshotError(
                f"core/{name}.sql: a name in core/ must begin with core_, act_ or v_ (a helper). Rename it"
            )
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
        raise SnapshotError(f"core SQL reads itself in a circle: {' → '.join(path)}. Break the circle")
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
    types = {row[0]: row[1] for row in con.execute(f"describe {identifier(name)}").fetchall()}
    wrong = [
        f"column {column} must be {type_}, but is {types.get(column, 'missing')}"
        for column, type_ in REQUIRED.get(name, {}).items()
        if not str(types.get(column, "")).startswith(type_)
    ]
    if wrong:
        raise SnapshotError(f"core/{name}.sql: {'; '.join(wrong)}")
