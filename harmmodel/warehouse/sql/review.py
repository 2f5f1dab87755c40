"""Config SQL put in order and run: which file comes after which, that none reaches enforcement, what it must give."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field

import duckdb

from harmmodel.errors import FirewallError, SnapshotError
from harmmodel.warehouse.sql import ends, grammar
from harmmodel.warehouse.sql.contract import OPTIONAL, REQUIRED
from harmmodel.warehouse.store import disk
from harmmodel.warehouse.store.connection import Connection, executed, identifier, single

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
    walk = _Walk(inputs, given)
    for name in sorted(inputs):
        if not name.startswith("v_"):
            walk.visit(name, ())
    return list(walk.order)


@dataclass(frozen=True)
class _Walk:
    """A walk from each SQL file down to what it reads; ``order`` fills from the bottom, each name once.

    A name is finished for chains with a harm table or for those without: what may stand below enforcement may not
    stand below harm, so one says nothing of the other. What is finished is not walked again.
    """

    inputs: dict[str, set[str]]
    given: set[str]
    order: dict[str, None] = field(default_factory=dict)
    finished: set[tuple[str, bool]] = field(default_factory=set)

    def visit(self, name: str, chain: tuple[str, ...]) -> None:
        """Put *name* behind all that it reads, or refuse it; *chain*: the files that lead to it."""
        path = (*chain, name)
        is_below_harm = not all(link.startswith(("act_", "v_")) for link in chain)
        if name.startswith("act_") and is_below_harm:
            raise FirewallError(
                f"core SQL reaches enforcement data: {' → '.join(path)}. A harm table may read raw_ and core_ "
                "tables only; move what needs enforcement to an act_ file"
            )
        if name in chain:
            raise SnapshotError(f"core SQL reads itself in a circle: {' → '.join(path)}. Break the circle")
        if (name, is_below_harm) in self.finished:
            return
        if name in self.inputs:
            for table in sorted(self.inputs[name]):
                self.visit(table, path)
            self.order[name] = None
        elif name not in self.given:
            raise SnapshotError(
                f"core/{path[-2] if chain else name}.sql reads {name}, which does not exist. "
                f"Known: {', '.join(sorted(self.given | set(self.inputs)))}"
            )
        self.finished.add((name, is_below_harm))


def create_table(con: Connection, name: str, sql: str, *, file: str | None = None, is_kept: bool = True) -> None:
    """Create one table from its reviewed SELECT and check the columns that the engine reads.

    Parameters
    ----------
    file : where the SELECT stands, as messages name it; None: in ``core/``, under the table's name
    is_kept : whether the table stays; a helper is gone with the connection

    Raises
    ------
    SnapshotError
        When the database refuses it, it takes too long, lacks columns, or gives other rows in another order.
    """
    file = file or f"core/{name}.sql"
    query = grammar.examined(con, file, sql)
    text = con.extract_statements(sql)[0].query
    try:
        executed(con, f"create {'' if is_kept else 'temp '}table {identifier(name)} as {text}")
        if query.chooses:
            _try_reversed(con, name, file, text, query)
    except duckdb.InterruptException as error:
        raise SnapshotError(
            f"{file} takes longer than a statement may. Join on fewer rows, or count before joining"
        ) from error
    except duckdb.OutOfMemoryException as error:
        raise SnapshotError(f"{file} needs more memory than a statement may. Count before joining") from error
    except duckdb.Error as error:
        raise disk.fault(file, error) from error
    types = {row[0]: row[1] for row in con.execute(f"describe {identifier(name)}").fetchall()}
    wanted = REQUIRED.get(name, {}) | {c: t for c, t in OPTIONAL.get(name, {}).items() if c in types}
    if set(ends.ENDS) <= set(types):
        wanted.pop("events", None)  # both ends tell it
    wrong = [
        f"column {column} must be {type_}, but is {types.get(column, 'missing')}"
        for column, type_ in wanted.items()
        if not str(types.get(column, "")).startswith(type_) or str(types[column]).endswith("]")
    ]
    if wrong:
        raise SnapshotError(f"{file}: {'; '.join(wrong)}")


def _try_reversed(con: Connection, name: str, file: str, text: str, query: grammar.Query) -> None:
    """Make the table once more of the same rows in reverse order: only what does not choose by luck stays the same.

    The copies bear the names of what is read, in a transaction that is rolled back: nothing is left of them.
    """
    con.execute("begin")
    try:
        for number, table in enumerate(sorted(query.tables)):
            _lay_reversed(con, table, number)
        executed(con, f"create temp table again as {text}")
        same, other = identifier(name), "again"
        lost, added = (
            single(con, f"select count(*) from (select * from {a} except all select * from {b})")[0]
            for a, b in ((same, other), (other, same))
        )
    finally:
        with suppress(duckdb.TransactionException):  # where the database has ended it, nothing is left to undo
            con.execute("rollback")
    if lost or added:
        chosen = ", ".join(sorted(query.chooses))
        raise SnapshotError(
            f"{file}: {chosen} chooses among rows that its order leaves equal: {lost or added:,} rows differ "
            "when the same rows come in another order. Order by columns that tell every row from the others"
        )


def _lay_reversed(con: Connection, table: str, number: int) -> None:
    """Put a copy of *table* with its rows reversed in front of it, or in its place where it is temporary itself."""
    read, row = identifier(table), identifier("row of the copy")  # no file has a column of that name
    executed(
        con,
        f"create temp table reversed_{number} as select * exclude ({row}) from "
        f"(select *, row_number() over () as {row} from {read}) order by {row} desc",
    )
    kinds = con.execute(
        "select 'table' from duckdb_tables() where temporary and table_name = $table "
        "union all select 'view' from duckdb_views() where temporary and view_name = $table",
        {"table": table},
    ).fetchall()
    for (kind,) in kinds:  # a helper, or the rows that a reduction reads
        con.execute(f"alter {kind} temp.main.{read} rename to read_{number}")
    con.execute(f"create temp view {read} as select * from reversed_{number}")
