"""Config SQL as untrusted text: parsed, never run, until every part of it is known."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Any

import duckdb

from harmmodel.errors import SnapshotError
from harmmodel.warehouse.sql import allowed
from harmmodel.warehouse.store.connection import Connection, identifier, single

LONGEST = 100_000  # characters of one SQL file
# A part of a query (common table expression) may not bear a name behind which a real table could be read.
PART_NAME = re.compile(r"^[a-z][a-z0-9_]{0,60}$")
TABLE_PREFIXES = ("act_", "raw_", "core_", "v_", "load_", "incoming")
WORK_TABLES = {"typed", "faulty", "tally", "suspect", "pointed", "known_unit", "twice"}
SAME = "The same inputs must give the same rows"

Node = dict[str, Any]


@dataclass
class Query:
    """What a config SQL file is known to do.

    Attributes
    ----------
    tables : the tables that it reads; the parts of the query itself are not among them
    chooses : functions that choose among rows which an order may leave equal
    """

    tables: set[str] = field(default_factory=set)
    chooses: set[str] = field(default_factory=set)


def examined(con: Connection, name: str, sql: str) -> Query:
    """Return what a config SQL file reads, or refuse it.

    Raises
    ------
    SnapshotError
        When the file is not one SELECT, cannot be parsed, or holds anything that is not in `allowed`.
    """
    query, parts = Query(), set[str]()
    tree = parsed(con, name, sql)
    for node, scope in _scoped(tree):
        kind = node.get("type")
        parts |= {str(entry["key"]).lower() for entry in _entries(node)}
        _refuse_unknown(name, node)
        if kind == "BASE_TABLE":
            table = ".".join(str(part) for part in node["qualified_name"]["path"]).lower()
            query.tables |= {table} - scope
        elif kind == "JOIN" and node["ref_type"] not in allowed.JOINS:
            raise SnapshotError(f"{name}: a join of kind {node['ref_type'].lower()} is not accepted. Join on columns")
        elif node.get("class") == "COLUMN_REF":
            _refuse_clock(name, node)
        elif node.get("class") == "TYPE" and str(node["type_name"]).lower() not in allowed.TYPES:
            raise SnapshotError(f"{name}: the type {node['type_name']} is not accepted. Use text, numbers and dates")
        _refuse_storage(name, node)
    query.chooses = set(_judged_functions(name, tree))
    hidden = [p for p in parts if not PART_NAME.match(p) or p in WORK_TABLES or p.startswith(TABLE_PREFIXES)]
    if hidden:
        raise SnapshotError(
            f"{name}: {', '.join(sorted(hidden))} reads like the name of a table. Rename that part of the query"
        )
    return query


def parsed(con: Connection, name: str, sql: str) -> Node:
    """Return the tree of one statement."""
    if len(sql) > LONGEST:
        raise SnapshotError(f"{name} has {len(sql):,} characters, more than {LONGEST:,}. Split it into several files")
    (text,) = single(con, "select json_serialize_sql($sql)", {"sql": sql})
    tree: Node = json.loads(text)
    if tree["error"]:
        raise SnapshotError(f"{name}: {tree['error_message']}")
    if len(tree["statements"]) != 1:
        raise SnapshotError(f"{name} must hold one SELECT, but it holds {len(tree['statements'])} statements. Keep one")
    statement: Node = tree["statements"][0]
    return statement


def nodes(tree: Any) -> Iterator[Node]:
    """Yield every object of a parsed statement, without recursion: nesting is the author's choice."""
    return (node for node, _ in _scoped(tree))


def _scoped(tree: Any) -> Iterator[tuple[Node, frozenset[str]]]:
    """Yield every object with the parts of the query that a table's name means there.

    A part is known to the parts after it and to the body of its own query, not outside and not to itself.
    """
    waiting: list[tuple[Any, frozenset[str]]] = [(tree, frozenset())]
    while waiting:
        item, scope = waiting.pop()
        if isinstance(item, list):
            waiting.extend((value, scope) for value in item)
        elif isinstance(item, dict):
            yield item, scope
            inner = scope
            for entry in _entries(item):
                waiting.append((entry, inner))
                inner |= {str(entry["key"]).lower()}
            waiting.extend((value, inner) for key, value in item.items() if key != "cte_map")


def _entries(node: Node) -> list[Node]:
    """Return the parts (common table expressions) that a query begins with, in their order."""
    entries: list[Node] = (node.get("cte_map") or {}).get("map", [])
    return entries


def _refuse_unknown(name: str, node: Node) -> None:
    """Refuse a part of a query that no list names."""
    if "class" in node:
        known, kind = node["class"] in allowed.EXPRESSIONS, node["class"]
    elif isinstance(node.get("type"), str):
        known, kind = node["type"] in allowed.NODES, node["type"]
    else:
        known, kind = frozenset(node) in allowed.SHAPES, "a part with " + ", ".join(sorted(node))
    if kind == "LIMIT_MODIFIER" or (kind == "DISTINCT_MODIFIER" and node.get("distinct_on_targets")):
        said = "limit" if kind == "LIMIT_MODIFIER" else "distinct on"
        raise SnapshotError(f"{name}: {said} keeps rows by the order in which they lie. {allowed.INSTEAD['limit']}")
    if not known:
        said = str(kind).removesuffix("_NODE").removesuffix("_REF").replace("_", " ").lower()
        raise SnapshotError(
            f"{name}: {said} is not accepted. A file in core/ is one SELECT over tables of the snapshot, which writes "
            "nothing and calls reviewed functions only"
        )


def _judged_functions(name: str, tree: Node) -> Iterator[str]:
    """Refuse functions that no list names; yield those that choose among rows which an order may leave equal."""
    sorted_later = {
        id(argument["expression"])
        for node in nodes(tree)
        if str(node.get("function_name", "")).lower() in allowed.SORTING
        for argument in node["arguments"]
    }
    for node in nodes(tree):
        if node.get("type") == "TABLE_FUNCTION":
            _refuse_table_function(name, str(node["function"].get("function_name", "")).lower())
        if node.get("class") not in ("FUNCTION", "WINDOW"):
            continue
        called, is_window = str(node["function_name"]).lower(), node["class"] == "WINDOW"
        if len(node["qualified_name"]["path"]) != 1 or node.get("export_state"):
            raise SnapshotError(f"{name}: {called} is called through a schema or for its state. Call it by its name")
        if called in allowed.GATHERING:
            if is_window or not (id(node) in sorted_later or _is_ordered_by_itself(node)):
                raise SnapshotError(
                    f"{name}: {called}() gathers values in the order in which rows lie. {SAME}: write "
                    f"list_sort({called}(x)) or {called}(x order by x)"
                )
        elif called in allowed.CHOOSING:
            yield called
        elif called not in allowed.FUNCTIONS:
            raise SnapshotError(f"{name}: {called}() is not accepted. {SAME}. {_instead(called)}")
        if is_window and _counts_rows(node):
            yield f"{called}() over rows"


def _refuse_table_function(name: str, called: str) -> None:
    if called not in allowed.TABLE_FUNCTIONS:
        raise SnapshotError(f"{name}: table function {called} is not accepted. Read the tables of the snapshot by name")


def _instead(called: str) -> str:
    """Say what to use for a function that is not accepted: what its author may have meant, or the nearest name."""
    near = get_close_matches(called, allowed.FUNCTIONS, n=3)
    return allowed.INSTEAD.get(called) or (
        f"Accepted and of like name: {', '.join(near)}" if near else "CONTRIBUTING.md lists what is accepted"
    )


def _is_ordered_by_itself(node: Node) -> bool:
    """Say whether values are gathered in an order that the values themselves decide."""
    if not node["arguments"]:
        return False
    gathered = _plain(node["arguments"][0]["expression"])
    return any(_plain(order["expression"]) == gathered for order in (node.get("order_bys") or {}).get("orders", []))


def _plain(expression: Any) -> Any:
    """Return an expression without what only tells where it stands."""
    if isinstance(expression, dict):
        return {k: _plain(v) for k, v in expression.items() if not k.startswith("query_location") and k != "alias"}
    return [_plain(item) for item in expression] if isinstance(expression, list) else expression


def _counts_rows(node: Node) -> bool:
    """Say whether a window is bounded by rows, so that rows which its order leaves equal may change places."""
    return bool(node.get("orders")) and any("ROWS" in str(node.get(end, "")) for end in ("start", "end"))


def _refuse_storage(name: str, node: Node) -> None:
    """Refuse what depends on how rows are stored: enforcement rows leave gaps where they lay among harm rows."""
    if node.get("sample"):
        raise SnapshotError(f"{name}: samples are not accepted. {SAME}. {allowed.INSTEAD['sample']}")
    if node.get("at_clause"):
        raise SnapshotError(f"{name}: at (…) is not accepted. Read the table as it is")
    if "rowid" in {str(part).lower() for key in ("column_names", "using_columns") for part in node.get(key) or ()}:
        raise SnapshotError(f"{name}: rowid tells how rows are stored. Use a column of the file")


def _refuse_clock(name: str, node: Node) -> None:
    """Refuse a name that the database reads as a clock or a setting where no column bears it."""
    column = str(node["column_names"][0])
    if _is_value(column.lower()):
        raise SnapshotError(
            f"{name}: {column} gives other values at other times. {SAME}. {allowed.INSTEAD['now']}; a column of that "
            "name must be renamed in its passport's file"
        )


@cache
def _is_value(column: str) -> bool:
    """Ask the database whether a name has a value where there is no column at all, as ``current_date`` has."""
    with duckdb.connect() as con:
        try:
            con.execute(f"select {identifier(column)}")
        except duckdb.Error:
            return False
    return True


def columns_named(con: Connection, name: str, sql: str) -> set[str] | None:
    """Return every column name that stands in a config SQL file, in lower case; None when it may take all columns.

    It may do so by a star, by joining on whatever names agree, by turning columns into rows, by counting columns off
    (``#2``, ``raw_x as x(a, b)``), or by naming a table where a column is expected.
    """
    columns: set[str] = set()
    paths: list[list[str]] = []
    orders: set[int] = set()
    tables: set[str] = set()
    for node in nodes(parsed(con, name, sql)):
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


def _takes_all(node: Node, orders: set[int]) -> bool:
    """Say whether part of a query may take columns that it does not name; *orders*: what whole queries sort by."""
    if node.get("class") == "STAR":  # order by all sorts by what is selected
        return id(node) not in orders or node.get("expr") is not None
    is_counted_off = node.get("class") == "POSITIONAL_REFERENCE" or (
        node.get("type") == "BASE_TABLE" and node.get("column_name_alias")
    )
    return bool(is_counted_off or node.get("type") == "PIVOT" or node.get("ref_type") == "NATURAL")
