"""What a file is silent about, though it holds the rest: classes without a row for months, cells that a table omits.

A class that was not recorded is no class without harm, and a cell that a table of counts does not list is no 0 where
it lists the others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from harmmodel.config import Config, Passport
from harmmodel.config.rows.columns import ends_of
from harmmodel.config.rows.covers import WHOLE
from harmmodel.method.completeness import FEWEST, SPARSE, low_runs
from harmmodel.warehouse.load import coverage
from harmmodel.warehouse.load.row_classes import ScoredSource
from harmmodel.warehouse.load.told import notes
from harmmodel.warehouse.store.connection import Connection, identifier, single

NONE = 1e-9  # share of what is expected; only months without any row have less
NEARLY_ALL = 0.9  # share of the cells of a table from which on it is taken to list all of them
NAMED = 3  # units and classes that a note names


@dataclass(frozen=True)
class Classes:
    """Sentences on classes without a row for months: of scored ones, which stop the load, and of others."""

    faults: list[str]
    named: list[str]


def classes(con: Connection, source: ScoredSource, fate: str, config: Config) -> Classes:
    """Find harm classes of a source that have no row in months that it covers, though otherwise tens a month.

    Judged as months of the whole source are, and told unless a gap or a quiet time of the passport explains it. The
    class counts from this source, or it is not looked at; one with rows in one or two months alone stops nothing. Rows
    of a class in a gap of its own are a fault, too.
    """
    passport, table, found = source.passport, source.table, Classes([], [])
    if passport.time_grain == WHOLE:
        return found
    counted = f"coalesce({identifier(passport.counted)}, 1)" if passport.counted in _held(con, source) else "1"
    rows = con.execute(
        f"select class_ as class, at_::date as day, sum({counted})::double as n from {table} "
        f"where {fate} = 'loaded' and at_ is not null and class_ is not null group by all order by all"
    ).df()
    listed = [config.indicators[name] for name in config.place.indicators if name in config.indicators]
    scored = {c for item in listed if item.role == "score" for c in item.count.classes}
    for class_, part in rows.assign(day=rows["day"].dt.date).groupby("class", sort=True):
        if config.place.classes.get(str(class_)) == passport.id:
            is_usual = part["day"].map(lambda day: day.replace(day=1)).nunique() >= FEWEST
            told = found.faults if class_ in scored and is_usual else found.named
            told += [_worded(line, str(class_), passport) for line in _months_of(part, str(class_), passport, config)]
    named = {n for gap in passport.gaps for n in gap.classes} | {n for q in passport.quiet for n in q.classes}
    if strange := sorted(named - set(config.place.classes)):
        found.faults.append(
            f"sources/{passport.id}.yaml: gaps and quiet name {', '.join(strange)}, and place.yaml has no such class. "
            "Correct the name"
        )
    found.faults.extend(_in_gaps(con, source, fate))
    return found


def _held(con: Connection, source: ScoredSource) -> set[str]:
    """Name the columns of the source that config SQL reads; the others are not kept."""
    table = source.table
    return {str(row[0]) for row in con.execute(f"describe {table}").fetchall()}


def _months_of(rows: pd.DataFrame, class_: str, passport: Passport, config: Config) -> list[dict[str, Any]]:
    """Return the runs of months without a row of one class: start, stop and what another month holds."""
    limits = config.policy.completeness
    mine = {
        key: tuple(
            each.model_copy(update={"classes": ()})
            for each in getattr(passport, key)
            if not each.classes or class_ in each.classes
        )
        for key in ("gaps", "quiet")
    }
    months = coverage.months_of(rows, passport.model_copy(update=mine), "")
    if months is None:
        return []
    quiet = [each.span for each in mine["quiet"]]
    pairs = zip(months.spans, months.weight, strict=True)
    weight = np.array([0.0 if coverage.is_quiet(span, quiet) else float(w) for span, w in pairs])
    return [
        {"start": months.spans[run.first][0], "stop": months.spans[run.last][1], "usual": run.expected}
        for run in low_runs(months.events, weight, fraction=NONE, chance=limits.chance)
        if run.expected >= SPARSE
    ]


def _worded(line: dict[str, Any], class_: str, passport: Passport) -> str:
    observed = passport.observed
    start = max(line["start"], observed.first) if observed else line["start"]
    stop = min(line["stop"], observed.end) if observed else line["stop"]
    span = f"  - {{from: {start}, to: {stop}, classes: [{class_}], reason:"
    about = "" if passport.sensitive else f", of which a month beside them holds about {line['usual']:,.0f}"
    return (
        f"{passport.raw_files[0].file} (source {passport.id}): no row of class {class_} from {start} to {stop}, which "
        f"it covers{about}. If it was called otherwise then, correct crosswalk.csv; if it was not recorded, write in "
        f'sources/{passport.id}.yaml\ngaps:\n{span} "say here why nothing of it is there"}}\nIf none happened, write\n'
        f'quiet:\n{span} "say here how it is known that nothing is missing"}}'
    )


def _in_gaps(con: Connection, source: ScoredSource, fate: str) -> list[str]:
    """Tell of rows of a class at times, and in units, of which the passport says that it was not recorded."""
    told, passport = [], source.passport
    for gap in (gap for gap in passport.gaps if gap.classes):
        (inside,) = single(
            con,
            f"select count(*) from {source.table} where {fate} = 'loaded' and at_ >= $start and at_ < $stop "
            "and list_contains($classes::varchar[], class_) "
            "and (len($units::varchar[]) = 0 or list_contains($units::varchar[], unit_))",
            {"start": gap.from_, "stop": gap.to, "classes": list(gap.classes), "units": list(gap.units)},
        )
        if inside:
            told.append(
                f"{passport.raw_files[0].file} (source {passport.id}) holds rows of {', '.join(gap.classes)} from "
                f"{gap.from_} to {gap.to}, when gaps says that they were not recorded. Shorten the gap in "
                f"sources/{passport.id}.yaml"
            )
    return told


# The cells of a table: each unit with each offence, in months in which some unit has it.
UNLISTED = """
create or replace temp table unlisted_cell as
with unit as (select unit_, sum(n) as n from listed_cell group by all),
offence as (select code_, class_, sum(n) as n, count(distinct month_) as months from listed_cell group by all),
dated as (select distinct code_, class_, month_ from listed_cell),
missing as (
    select u.unit_, d.code_, d.class_, d.month_ from unit as u cross join dated as d
    anti join listed_cell as l on l.unit_ = u.unit_ and l.code_ = d.code_ and l.class_ = d.class_
        and l.month_ = d.month_
)
select m.unit_, m.class_, m.month_,
    u.n * o.n / (select sum(n) from unit) * count(*) over (partition by m.unit_, m.code_, m.class_) / o.months
        as expected
from missing as m join unit as u using (unit_) join offence as o on o.code_ = m.code_ and o.class_ = m.class_"""


def record_cells(con: Connection, source: ScoredSource, is_counted: str, config: Config) -> None:
    """Keep what a table of counts does not list, though it lists nearly all units, classes and months: not observed.

    A table that lists no 0 may leave each 0 out; of such a one a cell is looked at where none is improbable at the
    rates of its unit and offence.
    """
    passport, column = source.passport, source.passport.counts_column
    if column is None or passport.accepts.unlisted or passport.time_grain == WHOLE:
        return
    ends = ends_of(column, passport.columns[column])
    known = [identifier(name) for name in (column, *ends[:1]) if name in _held(con, source)]
    if not known:  # nothing reads the counts, so the source feeds no core table
        return
    number = f"coalesce({', '.join(known)}, 0)"
    table = source.table
    con.execute(
        "create or replace temp table listed_cell as "
        f"select unit_, coalesce(code_, 0) as code_, class_, month_, sum({number})::double as n from {table} "
        f"where {is_counted} and unit_ is not null and class_ is not null and month_ is not null group by all"
    )
    con.execute(UNLISTED)
    listed, absent, zeros = single(
        con,
        "select (select count(*) from listed_cell), (select count(*) from unlisted_cell), "
        "(select count(*) from listed_cell where n = 0)",
    )
    if not absent or listed < NEARLY_ALL * (listed + absent):
        return
    least = 0.0 if zeros else -math.log(config.policy.completeness.silent)
    con.execute("delete from unlisted_cell where coalesce(expected, 0) < $least", {"least": least})
    con.execute(
        "insert into harm.load_uncounted select $source, unit_, month_, class_, 0 from unlisted_cell "
        "group by all order by all",
        {"source": passport.id},
    )
    rows = con.execute(
        "select unit_, class_, count(*) as n from unlisted_cell group by all order by n desc, unit_, class_"
    ).fetchall()
    named = ", ".join(f"{unit} {class_} ({n:,})" for unit, class_, n in rows[:NAMED])
    more = f" and {len(rows) - NAMED:,} more" if len(rows) > NAMED else ""
    subject = "" if passport.sensitive else f": {named}{more}"
    notes.record(con, passport.id, [(notes.UNLISTED, subject, sum(n for *_, n in rows), None)])
