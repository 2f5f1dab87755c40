"""Tables that are one only together, as the FBI's of incidents, offences and agencies: joined as a layout says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from harmmodel.config.drafts.layouts import Joined, Layout
from harmmodel.errors import SourceError
from harmmodel.warehouse.intake import framing, profiles
from harmmodel.warehouse.intake.unpack import Given
from harmmodel.warehouse.load import content, csv_text, kinds
from harmmodel.warehouse.store.connection import Connection, identifier, literal, loading
from harmmodel.warehouse.store.seal import sha256

Progress = Callable[[str], None]


@dataclass(frozen=True)
class _Table:
    """A file of such a set: its columns by their name in capitals."""

    given: Given
    encoding: str
    delimiter: str
    columns: Mapping[str, str]


def joined(
    every: Sequence[Given],
    layouts: Mapping[str, Layout],
    folder: Path,
    say: Progress,
    is_kept: Callable[[Given], bool] = lambda _: False,
) -> tuple[list[Given], tuple[str, ...]]:
    """Return the files with those of a set replaced by what they make together, and what is left out, with reasons.

    Parameters
    ----------
    is_kept : which of them is read by itself, too, as the agencies with their residents
    """
    rest, left = list(every), list[str]()
    for layout in layouts.values():
        if layout.joined is None:
            continue
        tables = {given: table for given in rest if (table := _table(given)) is not None}
        roles = _roles(tables.values(), layout.joined)
        if not set(layout.joined.tables) - set(layout.joined.optional) <= set(roles):
            continue
        say(f"Joining {', '.join(roles)}")
        made = _made(roles, layout.joined, folder)
        used = {table.given for of in roles.values() for table in of}
        beside = {g for g, t in tables.items() if g not in used and set(layout.joined.others) & set(t.columns)}
        left += [f"{given.name}: {layout.left_out}" for given in beside]
        rest = [made, *(given for given in rest if given not in used | beside or is_kept(given))]
    return rest, tuple(sorted(left))


def _table(given: Given) -> _Table | None:
    if not isinstance(kinds.of(given.path), kinds.Csv):
        return None
    content.refuse_other(given.path)
    encoding, delimiter = framing.read_as(given.path)
    header = profiles.headings(given.path, encoding, delimiter)
    return _Table(given, encoding, delimiter, {name.upper(): name for name in header})


def _roles(tables: Iterable[_Table], told: Joined) -> dict[str, list[_Table]]:
    found: dict[str, list[_Table]] = defaultdict(list)
    for table in tables:
        for role, headings in told.tables.items():
            if {name.upper() for name in headings} <= set(table.columns):
                found[role].append(table)
                break
    return dict(found)


def _made(roles: Mapping[str, Sequence[_Table]], told: Joined, folder: Path) -> Given:
    """Write the table that others make together; rows are those of the first, one each."""
    work = folder / f"joined-{told.name}"
    work.mkdir(parents=True)
    target = work / f"{told.name}.csv"
    first, *others = [role for role in told.tables if role in roles]
    with loading(work / "join.duckdb") as con:
        have = {role: _load(con, role, roles[role], work) for role in (first, *others)}
        links = ""
        for role in others:
            key = told.keys[role].upper()
            owner = next((r for r in (first, *others) if r != role and key in have[r]), first)
            # One row a key: of tables of several years the last.
            con.execute(
                f"create table {identifier('only_' + role)} as select * from {identifier(role)} "
                f"qualify row_number() over (partition by {identifier(key)} order by rowid desc) = 1"
            )
            links += f" left join {identifier('only_' + role)} as {identifier(role)} using ({identifier(key)})"
            _refuse_lost(con, (owner, role), key)
        chosen = ", ".join(f"{_taken(name, told, have)} as {identifier(name)}" for name in told.columns)
        con.execute(
            f"copy (select {chosen} from {identifier(first)}{links} order by all) to {literal(target)} (header)"
        )
    files = ", ".join(f"{t.given.name} ({sha256(t.given.path)[:12]})" for of in roles.values() for t in of)
    return Given(target, f"{told.name}.csv", f"joined from {files}"[:1500])


def _load(con: Connection, role: str, tables: Sequence[_Table], work: Path) -> set[str]:
    """Read the files of one role as texts, one below the other; returns the columns that all have."""
    common = set.intersection(*(set(table.columns) for table in tables))
    wanted = sorted(common)
    for number, table in enumerate(tables):
        passport = profiles.as_passport(f"{role}{number}", table.encoding, table.delimiter)
        readable = csv_text.as_utf8(table.given.path, passport, work)
        kind = kinds.of(table.given.path)
        reading = kind.reading(con, readable, passport, list(table.columns.values()), sets_aside=False)
        chosen = ", ".join(f"{identifier(table.columns[name])} as {identifier(name)}" for name in wanted)
        source = reading.sql
        try:
            verb = f"insert into {identifier(role)}" if number else f"create table {identifier(role)} as"
            con.execute(f"{verb} select {chosen} from {source}", reading.parameters)
        except duckdb.Error as error:
            where = str(error).splitlines()[0][:120]
            raise SourceError(f"{table.given.name} cannot be read: {where}. Get it again") from error
    return common


def _refuse_lost(con: Connection, pair: tuple[str, str], key: str) -> None:
    """Refuse tables of which keys have no partner: rows of them would lose their day or their place."""
    owner, role = pair
    column = identifier(key)
    ((rows, lost),) = con.execute(
        f"select count(*), count(*) filter (where {column} not in (select {column} from {identifier(role)} "
        f"where {column} is not null)) from {identifier(owner)} where {column} is not null"
    ).fetchall()
    if lost:
        raise SourceError(
            f"{lost:,} of {rows:,} rows of table {owner} have a {key} that table {role} does not hold. Name all "
            "files of the same state and years"
        )


def _taken(name: str, told: Joined, have: Mapping[str, set[str]]) -> str:
    """SQL of a column of the joined table: the first of its origins that is there and filled."""
    parts = [origin.split(".", 1) for origin in told.columns[name]]
    found = [
        f"nullif(trim({identifier(table)}.{identifier(column.upper())}), '')"
        for table, column in parts
        if column.upper() in have.get(table, set())
    ]
    value = f"coalesce({', '.join(found)})" if found else "null"
    if name not in told.dates:
        return value
    forms = ", ".join(f"try_strptime({value}, {literal(form)})" for form in told.dates[name])
    return f"strftime(coalesce(try_cast({value} as timestamp), {forms}), '%Y-%m-%d')"
