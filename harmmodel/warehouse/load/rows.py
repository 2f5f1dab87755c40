"""Raw files into a table: every row has its declared types, or is named with its place and column."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from harmmodel.config import Passport
from harmmodel.errors import SourceError
from harmmodel.warehouse.load import casts, files, kinds, personal
from harmmodel.warehouse.load.told import marks, wide
from harmmodel.warehouse.store.connection import Connection, identifier, literal, ordered, single

WRONG = '[["VARCHAR"]]'  # how column wrong_ lists values that are not as declared: column, what is wrong
FAULT = "insert into faulty (file_no, spot, column_name, why, row_no) select $file_no, $spot || "
EARLIEST = 1900  # events of an earlier year are not recorded anywhere; such years come of a wrong format
SHOWN = 10  # faults of a file named in a message; the rest is counted
FILES = 12  # files of a source whose faults are named in a message; the rest is counted


@dataclass(frozen=True)
class Target:
    """Where rows go: a table, and what is written there of each row of the file (``t``, its file's number ``file_``).

    *harm* is the condition for a row of harm: a value of enforcement that is of another type throws no such row out.
    Without *in_order* rows are written as they come, which is faster, until one is faulty and its place is to be told.
    *is_quick*: the first value that is not as declared stops the reading, and nothing is noted of it.
    *texts*: columns of which texts.csv lists every value.
    """

    table: str = "typed"
    create: str = "create or replace temp table"
    listed: str = "t.* exclude (wrong_, file_)"
    harm: str = "false"
    in_order: bool = True
    is_quick: bool = False
    texts: frozenset[str] = frozenset()
    file: str = ""  # the file that is read, as the passport names it; its number, and the rowid of its first row
    number: int = 0
    first: int = 0


@dataclass(frozen=True)
class _File:
    """A file of a source: its name in the passport, columns, a readable copy, rowid of its first row, its number."""

    kind: kinds.FileKind
    path: Path
    named: str
    readable: Path
    columns: list[str]
    headings: list[str]  # of columns that become rows
    first: int
    number: int = 0
    is_partial: bool = False  # whether lines were set aside, so that a row's number is not the one in the file

    @property
    def spot(self) -> str:
        """What stands before the place of a fault: later files of a source are named, with their folder."""
        return f"{self.named} " if self.first else ""

    @property
    def fault(self) -> dict[str, str | int]:
        """What the SQL that notes a fault asks of the file."""
        return {"spot": self.spot, "file_no": self.number}

    def place(self, rowid: str) -> str:
        """SQL of the place of a row in the file, by which a person finds it."""
        of_those = " || ' of those that can be read'" if self.is_partial else ""
        if not self.headings:
            return self.kind.place(f"({rowid} - $first + 1)") + of_those
        row, cell = (f"(({rowid} - $first) {sign} {len(self.headings)} + 1)" for sign in ("//", "%"))
        listed = ", ".join(map(literal, self.headings))
        return f"{self.kind.place(row)}{of_those} || ' below ' || list_extract([{listed}], {cell})"


def ingest(con: Connection, paths: list[Path], passport: Passport, work: Path, target: Target | None = None) -> None:
    """Write all files of a source to the target (temp table ``typed`` when left out).

    Beside it stands ``faulty`` (file_no, spot, column_name, why, row_no: the rowid, is_kept); such rows are no longer
    in the target, but for those marked as kept: rows of harm that only tell something unreadable of enforcement.
    ``read_file`` holds the rowid at which each file begins.

    Parameters
    ----------
    work : folder for a copy in another encoding

    Raises
    ------
    Faulty
        When a file is empty or lacks columns, its records do not add up, or a row is faulty and the passport says
        ``refuse``; with the faults of all files.
    """
    target = target or Target()
    # Values that come as text or in other types may be wrong in many rows of a sound file: each is looked at singly.
    is_read_so = all(kinds.of(path).reads_declared for path in paths)
    is_quick = is_read_so and not any(map(passport.is_text_first, passport.columns))
    try:
        _ingest(con, paths, passport, work, replace(target, is_quick=is_quick))
    except _Doubt:
        _ingest(con, paths, passport, work, target)


class Faulty(SourceError):
    """Files of a source are not as the passport says; what can be read of them lies in the target none the less."""


class _Doubt(Exception):
    """Something is wrong in a file that was read quickly; a careful reading tells what, and where."""


def _ingest(con: Connection, paths: list[Path], passport: Passport, work: Path, target: Target) -> None:
    """As `ingest`, in one of the two ways; raises ``_Doubt`` where the quick one does not go through."""
    if not target.is_quick:
        target = replace(target, listed=f"{target.listed}, wrong_", in_order=True)
    con.execute(
        "create or replace temp table faulty "
        "(file_no integer, spot varchar, column_name varchar, why varchar, row_no bigint, "
        "is_kept boolean default false)"
    )
    con.execute("create or replace temp table read_file (file varchar, first bigint)")
    first, told, table = 0, list[str](), target.table
    con.execute(f"drop table if exists {table}")
    for number, (raw, path) in enumerate(zip(passport.raw_files, paths, strict=True)):
        con.execute("insert into read_file values ($file, $first)", {"file": raw.file, "first": first})
        try:
            first += _take(con, path, passport, work, replace(target, file=raw.file, number=number, first=first))
        except SourceError as error:  # the other files are read none the less: all faults are told at once
            told.append(str(error))
            first = _next_row(con, target.table, first)
    if not target.is_quick and is_there(con, table):
        con.execute(f"alter table {table} drop column wrong_")
    if told:
        raise Faulty("\n".join([*told[:FILES], *_more_files(told), *_advice(con, passport)]))


def _take(con: Connection, path: Path, passport: Passport, work: Path, target: Target) -> int:
    """Write one file to the target and return its rows; refuses it when it, or a row of it, is faulty."""
    columns, kind = files.inspect(con, path, passport), kinds.of(path)
    readable = kind.readable(path, passport, work)
    names = wide.headings(passport, columns)
    file = _File(kind, path, target.file, readable, columns, names, target.first, target.number)
    with ThreadPoolExecutor(1) as beside:  # what stands in the file is counted while the database reads
        counted = beside.submit(kind.counted, readable)
        count, aside = _read(con, file, passport, target)
    kind.reconcile(readable, path.name, passport, wide.rows_of(count, names, path.name) + aside, counted.result())
    file = replace(file, is_partial=aside > 0)
    if not target.is_quick:
        _find_wrong_types(con, file, target)
    _find_impossible_coordinates(con, file, passport, target)
    _find_impossible_years(con, file, passport, target)
    if target.is_quick and single(con, "select count(*) from faulty") != (0,):
        raise _Doubt
    _judge(con, path, passport, target)
    personal.refuse_values(con, personal.Rows(target.table, target.first, target.texts), passport, target.file)
    return count


def is_there(con: Connection, table: str) -> bool:
    """Say whether anything could be read: a target that no file reached does not exist."""
    try:
        con.execute(f"select 1 from {table} limit 0")
    except duckdb.CatalogException:
        return False
    return True


def _next_row(con: Connection, table: str, first: int) -> int:
    """Return the rowid at which the next file begins, behind a file of which something may have been written."""
    return int(single(con, f"select coalesce(max(rowid) + 1, 0) from {table}")[0]) if is_there(con, table) else first


def _more_files(told: list[str]) -> list[str]:
    return [f"And {len(told) - FILES} more files with faults"] if len(told) > FILES else []


def _read(con: Connection, file: _File, passport: Passport, target: Target) -> tuple[int, int]:
    """Write one file to the target and return its rows and what was set aside.

    Only a faulty file is read again, with what is bad set aside, where its kind can do so.
    """
    set_aside = file.kind.set_aside(passport)
    try:
        return _write(con, file, passport, target, sets_aside=False), 0
    except duckdb.Error as error:
        if target.is_quick:
            raise _Doubt from error
        if set_aside is None:
            raise _unreadable(file, error) from error
    try:
        count = _write(con, file, passport, target, sets_aside=True)
        (aside,) = single(con, f"{FAULT}place, column_name, why, null from ({set_aside})", file.fault)
        return count, int(aside)
    except duckdb.Error as error:
        raise _unreadable(file, error) from error


def _unreadable(file: _File, error: duckdb.Error) -> SourceError:
    first = str(error).splitlines()[0]
    return SourceError(f"{file.path.name} cannot be read as {file.path.suffix}: {first} Repair or replace the file")


def _write(con: Connection, file: _File, passport: Passport, target: Target, *, sets_aside: bool) -> int:
    """Write one file in one pass and return its number of rows; ``wrong_`` lists values that are not as declared."""
    source = file.kind.reading(con, file.readable, passport, file.columns, sets_aside=sets_aside)
    source = wide.lengthened(source, passport, file.columns)
    personal.refuse_nested(file.path.name, passport, source.types)
    casts.refuse_zones(con, file.path.name, passport, source.types)
    columns = passport.columns_as_read
    cast = {
        name: casts.of(name, column, source.types.get(name, ""), is_count=name in passport.counts)
        for name, column in columns.items()
    }
    values = {name: c.strict if target.is_quick else c.value for name, c in cast.items()}
    for name, c in cast.items():
        values |= casts.ends(name, columns[name], c, is_strict=target.is_quick)
    parts = [f"{value} as {identifier(name)}" for name, value in values.items()]
    unsure = {} if target.is_quick else {name: c for name, c in cast.items() if c.is_exact}
    cases = ", ".join(f"case when {c.is_wrong} then [{literal(name)}, {c.why}] end" for name, c in unsure.items())
    any_wrong = " or ".join(c.is_wrong for c in unsure.values())
    faults = f"case when {any_wrong} then to_json([{cases}])::varchar end" if unsure else "null::varchar"
    rows = f"select {', '.join(parts)}, {faults} as wrong_, {file.number}::usmallint as file_ from {source.sql}"
    verb = f"insert into {target.table}" if file.first else f"{target.create} {target.table} as"
    with ordered(con, is_kept=target.in_order):
        (count,) = single(con, f"{verb} select {target.listed} from ({rows}) as t", source.parameters)
    return int(count)


def _find_wrong_types(con: Connection, file: _File, target: Target) -> None:
    table, place = target.table, file.place("rid")
    con.execute(
        f"{FAULT}{place}, wrong[1], wrong[2], rid from "
        f"(select rowid as rid, unnest(from_json(wrong_, {literal(WRONG)})) as wrong from {table} "
        "where rowid >= $first and wrong_ is not null) "
        "where wrong is not null",
        {**file.fault, "first": file.first},
    )


def _find_impossible_coordinates(con: Connection, file: _File, passport: Passport, target: Target) -> None:
    table, place = target.table, file.place("rowid")
    locate = passport.locate
    for name, limit in ((locate.longitude, 180), (locate.latitude, 90)) if locate else ():
        if name:
            column = identifier(name)
            con.execute(
                f"{FAULT}{place}, $name, {personal.masked_in_sql(f'{column}::varchar')} || "
                f"' lies outside -' || $limit || ' to ' || $limit, rowid from {table} "
                f"where rowid >= $first and (abs({column}) > $limit or isnan({column}))",
                {**file.fault, "first": file.first, "name": name, "limit": limit},
            )


def _find_impossible_years(con: Connection, file: _File, passport: Passport, target: Target) -> None:
    """Note times of events before 1900: a year of two digits, or the day from which a program counts."""
    table, place = target.table, file.place("rowid")
    kept = {str(row[0]) for row in con.execute(f"describe {table}").fetchall()}
    why = literal(f" lies before {EARLIEST}. A year of two digits is %y in format")
    for name in ["at_"] if "at_" in kept else [name for name in passport.time if name in kept]:
        column = identifier(name)
        con.execute(
            f"{FAULT}{place}, $name, 'year ' || year({column}) || {why}, rowid from {table} "
            f"where rowid >= $first and {column} < $earliest::date",
            {
                **file.fault,
                "first": file.first,
                "name": passport.time[0] if name == "at_" else name,
                "earliest": f"{EARLIEST}-01-01",
            },
        )


def _judge(con: Connection, path: Path, passport: Passport, target: Target) -> None:
    """Refuse a file with faulty rows, or count them, as the passport says; they are set aside either way."""
    table, first = target.table, target.first
    own = {"file_no": target.number}
    (faults,) = single(con, "select count(*) from faulty where file_no = $file_no", own)
    is_refused = faults and (passport.bad_rows == "refuse" or marks.unreadable_counts(con, passport))
    if faults and not is_refused:
        harm, flags = target.harm, [name for name, column in passport.columns.items() if column.enforcement]
        con.execute(
            f"update faulty set is_kept = true where row_no in (select rowid from {table} where {harm}) and row_no "
            "not in (select row_no from faulty where row_no is not null and not list_contains($flags, column_name))",
            {"flags": flags},
        )
    if faults:
        con.execute(
            f"delete from {table} where rowid in (select row_no from faulty where row_no >= $first and not is_kept)",
            {"first": first},
        )
    if is_refused:
        raise SourceError(_differs(con, path, passport, target.number))
    if single(con, f"select count(*) from {table} where rowid >= $first", {"first": first}) == (0,):
        if faults:
            raise SourceError(f"{_differs(con, path, passport, target.number)}\n{NONE_LEFT}")
        raise SourceError(f"{path.name} holds no usable row. Replace the file")


NONE_LEFT = "With bad_rows: reject no row is left. Correct the file, or what the passport says of it"
REJECT = "Correct the file, or let the passport say bad_rows: reject to leave such rows out and count them"


def _encoding(con: Connection, passport: Passport) -> list[str]:
    """Say how another encoding is declared, where lines are no text in the one that the passport says."""
    (lines,) = single(con, "select count(*) from faulty where contains(why, 'not utf-8 encoded')")
    here = f"sources/{passport.id}.yaml"
    said = f"If letters with accents stand there, say in {here} encoding: cp1252, as Windows writes, or another one"
    return [said] if lines else []


def _advice(con: Connection, passport: Passport) -> list[str]:
    """Say what to declare of the words in faulty rows, and why rows of counts are not left out."""
    if single(con, "select count(*) from faulty") == (0,):
        return []
    told, counts = marks.proposals(con, passport), marks.unreadable_counts(con, passport)
    if not counts:
        return [*told, *_encoding(con, passport), *([REJECT] if passport.bad_rows == "refuse" else [])]
    remedy = f"Say in sources/{passport.id}.yaml what it stands for" if told else "Correct the file"
    return [
        *told,
        f"{', '.join(counts)} holds counts: a row left out would count as 0, so bad_rows: reject is not for it. "
        f"{remedy}. A number that is no count tells: neither",
    ]


def _differs(con: Connection, path: Path, passport: Passport, number: int) -> str:
    """Name the first faults of a file and their number."""
    own = {"file_no": number}
    rows = con.execute(
        "select spot, column_name, why from faulty where file_no = $file_no order by rowid limit $n", own | {"n": SHOWN}
    ).fetchall()
    (total,) = single(con, "select count(distinct spot) from faulty where file_no = $file_no", own)
    listed = "\n".join(f"  {spot}, column {name or '(whole row)'}: {why}" for spot, name, why in rows)
    more = f"\n  and more: {total:,} rows in all" if total > len(rows) else ""
    return f"{path.name} differs from passport sources/{passport.id}.yaml:\n{listed}{more}"


def _refuse_below_nothing(con: Connection, passport: Passport, harm: str) -> None:
    """Refuse counts below 0, which take away from others."""
    held = {str(row[0]) for row in con.execute(f"describe {harm}").fetchall()}
    for name in passport.counts:
        below = f"select count(*) from {harm} where {identifier(name)} < 0" if name in held else "select 0"
        if rows := single(con, below)[0]:
            raise SourceError(
                f"{passport.raw_files[0].file}: {rows:,} rows count less than 0 in column {name}. Correct them in the "
                f"file, or say in sources/{passport.id}.yaml what they stand for: missing or suppressed"
            )


def check_counts(con: Connection, passport: Passport, harm: str, least: int) -> None:
    """Refuse a file of counts that tells a sensitive matter of fewer than *least* records in one row.

    Parameters
    ----------
    con : with the source's harm rows in table *harm* and its enforcement rows in ``act.act_raw_<source>``
    least : the smallest count that a row may stand for
    """
    _refuse_below_nothing(con, passport, harm)
    if passport.counted is None:
        return
    column, floor = identifier(passport.counted), least if passport.sensitive else 1
    for table in (harm, f"act.{identifier('act_raw_' + passport.id)}"):
        names = {str(row[0]) for row in con.execute(f"describe {table}").fetchall()}
        rows = single(con, f"select count(*) from {table}")[0]
        declared = passport.columns_as_read.get(passport.counted)
        is_absent = "false" if declared and declared.words else f"{column} is null"
        small = f"select count(*) from {table} where {is_absent} or ({column} < $floor and {column} <> 0)"
        few = single(con, small, {"floor": floor})[0] if passport.counted in names else rows
        if few:
            raise SourceError(
                f"{passport.raw_files[0].file}: {few:,} rows stand for fewer than {floor} records, the suppression "
                f"threshold, in column {passport.counted}, or that column is not read. Merge small counts first"
            )
