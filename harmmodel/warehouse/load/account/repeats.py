"""Rows that repeat each other: copies, versions of one record that contradict each other, and rows without a number.

Only rows of the period take part, and harm rows are compared with harm rows alone: no enforcement row may decide
whether a harm row counts. A key with an empty part equals nothing. Nothing depends on the order of a file.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harmmodel.config import Config, Passport
from harmmodel.config.rows.account import Gravest, Highest
from harmmodel.errors import SourceError
from harmmodel.warehouse.load import kinds, personal, row_classes
from harmmodel.warehouse.load import rows as load_rows
from harmmodel.warehouse.load.coverage import within
from harmmodel.warehouse.load.told import near
from harmmodel.warehouse.store.connection import Connection, identifier, literal, single

HALFWAY = np.uint32(1 << 31)
MANY = 20  # rows of one key, from which it may be a word for none
EXAMPLES = 3  # contradictions that a message shows
# What ``repeat_`` says of a row: the first two are left out, the others are kept and told.
COPY, CONTRADICTION, ALIKE, AGAIN = 1, 2, 3, 4


class Contradiction(SourceError):
    """Rows of one key say different things, and nobody said which counts; or counts of one key stand there twice."""


@dataclass(frozen=True)
class Undecided:
    """Keys whose rows contradict each other without a rule that decides: their hashes, and in what they differ."""

    hashes: list[int]
    rows: int
    differs: dict[str, int]
    in_two_years: int


def find(con: Connection, source: row_classes.ScoredSource, config: Config, work: Path) -> None:
    """Mark in ``repeat_`` each row that repeats another.

    Raises
    ------
    Contradiction
        When rows of one key differ in what decides and the passport does not say which counts, or a file of counts
        holds one key twice.
    """
    passport = source.passport
    if passport.unique:
        _refuse_unknown_classes(passport, config)
        _mark_alike(con, source, "whole_")
        undecided = _mark_keys(con, source, config)
        if undecided.hashes:
            raise Contradiction(_told(con, source, config, work, undecided))
    elif passport.counts_column:
        if passport.repeats != "sum":
            _refuse_counts_twice(con, source)
    else:
        _mark_alike(con, source, "hash_")


def _refuse_unknown_classes(passport: Passport, config: Config) -> None:
    known = {row.class_ for row in config.crosswalk if row.source == passport.id}
    known |= {passport.classify.class_ or ""} if passport.classify else set()
    named = {name for rule in passport.wins if isinstance(rule, Gravest) for name in rule.gravest}
    if strange := sorted(named - known):
        raise SourceError(
            f"passport sources/{passport.id}.yaml: wins: gravest: no row of crosswalk.csv gives "
            f"{', '.join(strange)}{near.Known(known).hint(strange[0])}. Correct the class"
        )


def _suspects(con: Connection, source: row_classes.ScoredSource, column: str) -> bool:
    """Make ``suspect``: halves of the hashes that stand there twice; say whether there is one.

    Half of each hash finds the few rows worth comparing: sorting it is faster than grouping by the whole.
    """
    table, is_asked = source.table, f"{column} is not null and {within(source.passport.observed)}"
    found = con.execute(f"select ({column} >> 32)::uinteger as half from {table} where {is_asked}").fetchnumpy()
    halves = np.asarray(found["half"])
    with ThreadPoolExecutor(2) as pool:
        suspects = np.concatenate(list(pool.map(partial(_repeated, halves), (np.less, np.greater_equal))))
    if not len(suspects):
        return False
    con.register("suspect_frame", pd.DataFrame({"half": suspects}))
    con.execute("create or replace temp table suspect as select half from suspect_frame")
    con.unregister("suspect_frame")
    return True


def _repeated(values: NDArray[np.uint32], compare: np.ufunc) -> NDArray[np.uint32]:
    """Return each value that stands there more than once, once, among those that *compare* finds true of HALFWAY."""
    ordered = np.sort(values[compare(values, HALFWAY)])
    return np.unique(ordered[1:][ordered[1:] == ordered[:-1]])


def _is_suspect(source: row_classes.ScoredSource, column: str) -> str:
    return (
        f"{column} is not null and {within(source.passport.observed)} and ({column} >> 32)::uinteger in "
        "(select half from suspect)"
    )


def _deciding(source: row_classes.ScoredSource, config: Config) -> dict[str, str]:
    """SQL of what decides what a row counts as, by its name in messages: class, day, place, and what core SQL reads.

    Hour and point are left out: a record that is written anew with another hour is the same event.
    """
    passport = source.passport
    plain = {*passport.time, *row_classes.point_columns(passport), *passport.unique, *passport.winning_columns}
    held = [*row_classes.kept_of_harm(source), *row_classes.fields_of_harm(source, config)]
    others = [name for name in held if name not in plain]
    return {"class": "class_", "day": "at_::date", "place": "unit_", **{name: identifier(name) for name in others}}


def _rules(passport: Passport) -> list[str]:
    """SQL of the order in which rows of one key win."""
    rules, columns = [], iter(range(len(passport.winning_columns)))
    for rule in passport.wins:
        if isinstance(rule, Highest):
            rules.append(f"wins_{next(columns)}_ desc nulls last")
        elif isinstance(rule, Gravest):
            cases = " ".join(f"when {literal(name)} then {n}" for n, name in enumerate(rule.gravest))
            rules.append(f"case class_ {cases} else {len(rule.gravest)} end")
        else:
            rules.append("file_ desc")
    return rules


def _mark_keys(con: Connection, source: row_classes.ScoredSource, config: Config) -> Undecided:
    """Mark copies and contradictions of one key, and return the keys of which no rule says which row counts.

    Rows are the same when a 64-bit hash of all unique columns agrees: of ten million rows, two share a hash by chance
    three times in a million loads. Of rows that no rule tells apart, what they hold decides, never their order.
    """
    passport, table = source.passport, source.table
    if not _suspects(con, source, "hash_"):
        return Undecided([], 0, {}, 0)
    deciding, rules = _deciding(source, config), _rules(passport)
    held = [*row_classes.kept_of_harm(source), *row_classes.fields_of_harm(source, config)]
    harm = ["class_", "at_", "unit_", *held]
    columns = [str(row[0]) for row in con.execute(f"describe {table}").fetchall()]
    own = ", ".join(identifier(name) for name in [*harm, *(n for n in columns if n not in harm and n != "repeat_")])
    place = f"rank() over (partition by is_act, hash_ order by {', '.join(rules)})" if rules else "1"
    con.execute(
        f"create or replace temp table twice as with asked as (select rowid as rid, coalesce(code_, 0) > 0 as is_act, "
        f"* from {table} where {_is_suspect(source, 'hash_')}), placed as (select rid, is_act, hash_, "
        "year(at_) as year, "
        f"{', '.join(f'{sql} as is_{n}' for n, sql in enumerate(deciding.values()))}, "
        f"hash({', '.join(deciding.values())}) as what, {place} as place, "
        f"row_number() over (partition by is_act, hash_ order by {', '.join([*rules, own])}) as n from asked) "
        "select *, what <> first_value(what) over (partition by is_act, hash_ order by n) as differs from placed"
    )
    con.execute(
        f"update {table} as h set repeat_ = case when w.differs then {CONTRADICTION} else {COPY} end "
        "from twice as w where w.rid = h.rowid and w.n > 1"
    )
    return _undecided(con, source, list(deciding))


def _undecided(con: Connection, source: row_classes.ScoredSource, names: list[str]) -> Undecided:
    """Find the keys whose first rows contradict each other; of enforcement only where it is all that a file holds."""
    classify = source.passport.classify
    is_asked = "place = 1" if classify and classify.enforcement else "place = 1 and not is_act"
    differ = ", ".join(f"count(*) filter (is_{n} is distinct from one_{n}) > 0 as d_{n}" for n in range(len(names)))
    ones = ", ".join(
        f"first_value(is_{n}) over (partition by is_act, hash_ order by n) as one_{n}" for n in range(len(names))
    )
    rows = con.execute(
        f"select hash_, count(*) as n, count(distinct year) > 1 as years, {differ} from (select *, {ones} from twice "
        f"where {is_asked}) group by is_act, hash_ having bool_or(differs) order by hash_"
    ).fetchall()
    return Undecided(
        [int(row[0]) for row in rows],
        sum(int(row[1]) for row in rows),
        {name: n for at, name in enumerate(names) if (n := sum(bool(row[3 + at]) for row in rows))},
        sum(bool(row[2]) for row in rows),
    )


def _told(con: Connection, source: row_classes.ScoredSource, config: Config, work: Path, undecided: Undecided) -> str:
    """Name records that contradict each other, with masked examples, and the choices."""
    passport, many = source.passport, len(undecided.hashes)
    records = "1 record stands" if many == 1 else f"{many:,} records stand"
    differs = ", ".join(f"{name} ({n:,})" for name, n in undecided.differs.items())
    examples = "\n".join(f"  {line}" for line in _examples(con, source, config, work, undecided))
    years = (
        f"{undecided.in_two_years:,} of them stand in different years: where numbers begin anew each year, say "
        "unique_per: year. "
        if undecided.in_two_years
        else ""
    )
    rules = (
        "[{highest: COLUMN}] for the highest value of a column, such as the day of a change, or [{gravest: [CLASS, …]}]"
    )
    file_rule = "[last_file] for the file that is listed last, " if len(passport.raw_files) > 1 else ""
    mere = (
        "Where such an id stands for none, list it under missing with its column. "
        if undecided.rows > MANY * many
        else ""
    )
    left = " The rules under wins do not decide between them." if passport.wins else ""
    return (
        f"{_files(passport)} (source {passport.id}): {records} there more than once, in {undecided.rows:,} rows, and "
        f"differ in {differs}:\n{examples}\n{mere}{years}Say in sources/{passport.id}.yaml which row counts, as wins: "
        f"{file_rule}{rules}; name further columns under unique if they are several records; or correct the file.{left}"
    )


def _files(passport: Passport) -> str:
    first = passport.raw_files[0].file
    return first if len(passport.raw_files) == 1 else f"{first} and {len(passport.raw_files) - 1} more files"


def _examples(
    con: Connection, source: row_classes.ScoredSource, config: Config, work: Path, undecided: Undecided
) -> list[str]:
    """Return where the first contradictions stand; of the key its shape alone, of a sensitive file no class."""
    passport = source.passport
    # What makes up a key is not kept, so the files are read once more: nothing of this load will stay anyway.
    load_rows.ingest(con, source.paths, passport, work, row_classes.keys_again(source, config))
    starts = [int(row[0]) for row in con.execute("select first from read_file order by first").fetchall()]
    con.register("hash_frame", pd.DataFrame({"hash_": pd.Series(undecided.hashes, dtype="uint64")}))
    key = " || ', ' || ".join(
        f"{literal(f'{name} ')} || {personal.masked_in_sql(f't.{identifier(name)}::varchar')}"
        for name in passport.unique
    )
    rows = con.execute(
        f"select hash_, list([file_, rowid] order by rowid), any_value({key} order by rowid), "
        "list(distinct class_ order by class_) from typed as t where hash_ in (select hash_ from hash_frame) "
        f"and {within(passport.observed)} group by code_ > 0, hash_ having count(*) > 1 order by min(rowid) "
        "limit $n",
        {"n": EXAMPLES},
    ).fetchall()
    con.unregister("hash_frame")
    lines = []
    for _, spots, shape, classes in rows:
        places = [_spot(con, source, int(file), int(rid) - int(starts[file])) for file, rid in spots[:EXAMPLES]]
        said = "" if passport.sensitive or len(classes) == 1 else f": {' and '.join(map(str, classes))}"
        lines.append(f"{' and '.join(places)} ({shape}){said}")
    return lines


def _spot(con: Connection, source: row_classes.ScoredSource, file: int, at: int) -> str:
    """Name a row by its file, where there are several, and its number there."""
    (place,) = single(con, f"select {kinds.of(source.paths[file]).place(f'({at} + 1)')}")
    files = source.passport.raw_files
    return f"{files[file].file} {place}" if len(files) > 1 else str(place)


def _refuse_counts_twice(con: Connection, source: row_classes.ScoredSource) -> None:
    """Refuse a file of counts in which one month, unit and offence stands twice: it is not known how they add."""
    passport = source.passport
    table, has_unit = source.table, "and unit_ is not null and trim(unit_) <> ''" if passport.locate else ""
    rows = con.execute(
        f"select min(strftime(at_, '%Y-%m-%d')), min(unit_), min(class_), count(*) as n, list(distinct file_) "
        f"from {table} where {within(passport.observed)} {has_unit} group by at_, unit_, hash_ "
        "having count(*) > 1 order by at_, unit_, hash_"
    ).fetchall()
    if not rows:
        return
    shown = "\n".join(
        "  " + ", ".join(str(part) for part in (day, unit and near.shown(str(unit)), class_) if part) + f": {n:,} rows"
        for day, unit, class_, n, _ in rows[:EXAMPLES]
    )
    files = sorted({passport.raw_files[number].file for row in rows for number in row[4]})
    more = sum(int(row[3]) for row in rows) - len(rows)
    raise Contradiction(
        f"{', '.join(files)} (source {passport.id}): a file of counts, and {len(rows):,} keys of time, unit and class "
        f"stand there more than once, {more:,} rows too many:\n{shown}\nTake out what stands there twice, or say in "
        f"sources/{passport.id}.yaml repeats: sum if the rows add up, or under unique which columns tell them apart"
    )


def _mark_alike(con: Connection, source: row_classes.ScoredSource, column: str) -> None:
    """Mark rows that equal another in every column: without a number they may be two events, so both are kept.

    *column* holds the hash of all columns, and null for a row that has a number.
    """
    table, numbered = source.table, f"case when file_ > first then {AGAIN} else {ALIKE} end"
    if not _suspects(con, source, column):
        return
    con.execute(
        f"create or replace temp table twice as select rid, {numbered} as kind "
        "from (select rowid as rid, file_, row_number() over same as n, first_value(file_) over same as first "
        f"from {table} where {_is_suspect(source, column)} window same as (partition by coalesce(code_, 0) > 0, "
        f"{column} order by file_)) where n > 1"
    )
    con.execute(f"update {table} as h set repeat_ = w.kind from twice as w where w.rid = h.rowid")
