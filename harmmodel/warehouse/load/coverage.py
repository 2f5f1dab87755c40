"""What a source says it covers, held against its rows: months without records, and records beyond what it covers.

Only rows of harm are looked at where a source has some: no enforcement row may decide whether a place is scored.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from harmmodel.config import Observed, Passport
from harmmodel.config.rows.covers import GRAINS, WHOLE, Span, months_between
from harmmodel.config.types import Completeness
from harmmodel.method.arrays import Floats
from harmmodel.method.completeness import SPARSE, LowRun, chance_of_at_most, level_of, low_runs
from harmmodel.warehouse.load import written
from harmmodel.warehouse.load.row_classes import ScoredSource
from harmmodel.warehouse.store.connection import Connection, identifier, literal

LISTED = 12  # months named in a message
DAY = dt.timedelta(days=1)
FEWEST_MONTHS, FEWEST_ROWS = 6, 100  # from which it is odd that no day after the 12th has a row
FEWEST_DAYS = 7  # at an end; fewer without a row may be a holiday, or a file without days 29 to 31
WHY = '"say here why nothing, or not everything, is there"'


def within(observed: Observed | None) -> str:
    """SQL of whether a row (``at_``) lies in what its source covers; null where it has no date."""
    spans = observed.spans if observed else ()
    return "(" + " or ".join(f"(at_ >= {literal(a)}::date and at_ < {literal(b)}::date)" for a, b in spans) + ")"


def tally(con: Connection, source: ScoredSource, fate: str) -> pd.DataFrame:
    """Count what a source holds by file and day: file (its place), day, n; inside its period and outside.

    Parameters
    ----------
    fate : SQL of what becomes of a row, whatever its date
    """
    passport, table = source.passport, source.table
    columns = {str(row[0]) for row in con.execute(f"describe {table}").fetchall()}
    counted = f"coalesce({identifier(passport.counted)}, 1)" if passport.counted in columns else "1"
    firsts = [int(row[0]) for row in con.execute("select first from read_file order by first").fetchall()]
    file = f"list_count(list_filter({firsts}, lambda first: first <= rowid)) - 1" if len(firsts) > 1 else "0"
    rows = con.execute(
        f"select {fate} as fate, {file} as file, at_::date as day, sum({counted}) as n from {table} "
        f"where {fate} in ('loaded', 'enforcement') and at_ is not null group by all order by all"
    ).df()
    chosen = rows[rows["fate"] == "loaded"] if (rows["fate"] == "loaded").any() else rows
    return chosen.assign(day=chosen["day"].dt.date).drop(columns="fate").reset_index(drop=True)


@dataclass(frozen=True)
class Months:
    """Events of each stretch of one grain of a source or of some of its files.

    Attributes
    ----------
    named : the files, as messages name them
    spans : of each month, quarter or year, half-open
    events, weight : inside what is covered, and which share of the stretch that is
    beyond, left : outside and in no gap, and which share of the stretch that is
    days : first and last day of a row inside what is covered
    is_daily : whether rows name other days than the first of a month
    """

    named: str
    spans: tuple[Span, ...]
    events: Floats
    weight: Floats
    beyond: Floats
    left: Floats
    days: tuple[dt.date, dt.date]
    is_daily: bool


def months_of(rows: pd.DataFrame, passport: Passport, named: str) -> Months | None:
    """Gather a tally by month, or by what one date stands for; None where nothing lies in what is covered."""
    observed = passport.observed
    inside = [_is_in(day, observed.spans) for day in rows["day"]] if observed else []
    if observed is None or not any(inside):
        return None
    in_gap = Observed(tuple(sorted(g.span for g in passport.gaps if not g.units and not g.classes)))
    start, stop = min([observed.first, *rows["day"]]), max([observed.end - DAY, *rows["day"]]) + DAY
    size = GRAINS[passport.time_grain]
    months = list(months_between(start.replace(month=(start.month - 1) // size * size + 1), stop))
    spans = tuple((part[0][0], part[-1][1]) for part in (months[at : at + size] for at in range(0, len(months), size)))
    at = np.searchsorted(np.array([s for s, _ in spans]), np.array(list(rows["day"])), side="right") - 1
    n, is_inside = rows["n"].to_numpy(np.float64), np.array(inside)
    is_beyond = ~is_inside & ~np.array([_is_in(day, in_gap.periods) for day in rows["day"]])
    length = np.array([(b - a).days for a, b in spans], dtype=np.float64)
    weight = np.array([observed.days(a, b) for a, b in spans]) / length
    gaps = np.array([_days_outside(a, b, observed, in_gap) for a, b in spans]) / length
    known = [day for day, yes in zip(rows["day"], inside, strict=True) if yes]
    return Months(
        named=named,
        spans=spans,
        events=_sums(at[is_inside], n[is_inside], len(spans)),
        weight=weight,
        beyond=_sums(at[is_beyond], n[is_beyond], len(spans)),
        left=gaps,
        days=(min(known), max(known)),
        is_daily=any(day.day != 1 for day in known),
    )


def _sums(at: Any, n: Floats, size: int) -> Floats:
    return np.bincount(at, n, size).astype(np.float64)


def _is_in(day: dt.date, spans: Sequence[Span]) -> bool:
    return any(start <= day < stop for start, stop in spans)


def _days_outside(start: dt.date, stop: dt.date, observed: Observed, gaps: Observed) -> int:
    """Count the days that are neither covered nor in a gap."""
    both = Observed(tuple(sorted({*observed.periods, *gaps.periods})))
    merged: list[Span] = []
    for first, last in both.periods:
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return (stop - start).days - Observed(tuple(merged)).days(start, stop)


def faults(rows: pd.DataFrame, passport: Passport, limits: Completeness) -> list[str]:
    """Say where the rows of a source and what it covers do not fit, each with what to write in its passport.

    Parameters
    ----------
    rows : from `tally`
    """
    if passport.time_grain == WHOLE:
        return []
    files = [raw.file for raw in passport.raw_files]
    named = files[0] if len(files) == 1 else f"{files[0]} and {len(files) - 1} more"
    whole = months_of(rows, passport, named)
    if whole is None:
        return []
    if told := _exchanged(rows, whole, passport):
        return [told]
    found = [*_low(whole, passport, limits), *_ends(whole, passport, limits), *_beyond(whole, passport, limits)]
    if not found:
        for series, part in _series(rows, files):
            own = months_of(rows[rows["file"].isin(part)], passport, series)
            if own is not None:
                found += _low(own, passport, limits, of_files=True)
    return found


def _exchanged(rows: pd.DataFrame, whole: Months, passport: Passport) -> str:
    """Tell of times of which none is of a day after the 12th, where the format may take days for months."""
    forms = [form for name in passport.time if written.exchanged(form := passport.columns[name].format or "")]
    used = {(day.year, day.month) for day in rows["day"]}
    is_odd = whole.is_daily and max(day.day for day in rows["day"]) <= 12
    if passport.quiet or not (forms and is_odd and len(used) >= FEWEST_MONTHS and rows["n"].sum() >= FEWEST_ROWS):
        return ""
    return (
        f"{whole.named} (source {passport.id}): no row is of a day after the 12th, so day and month may be exchanged. "
        f"If they are, say in sources/{passport.id}.yaml format: {written.exchanged(forms[0])}; if "
        "they are not, write\nquiet:\n" + _line(whole.spans[0], '"say here how it is known that the days are right"')
    )


def _series(rows: pd.DataFrame, files: Sequence[str]) -> Iterator[tuple[str, list[int]]]:
    """Yield the files whose names differ in digits alone, as those of a police force; nothing where all do."""
    key = {at: re.sub(r"\d+", "#", name) for at, name in enumerate(files)}
    order = sorted(key, key=lambda at: (key[at], at))
    groups = [list(part) for _, part in groupby(order, key=lambda at: key[at])]
    if len(groups) > 1:
        for part in groups:
            more = f" and {len(part) - 1} more of such a name" if len(part) > 1 else ""
            yield f"{files[part[0]]}{more}", part


def _low(months: Months, passport: Passport, limits: Completeness, *, of_files: bool = False) -> Iterator[str]:
    """Tell of months with too few rows, leaving out what the passport says is quiet.

    *of_files*: of some files of the source; there a gap of some units explains it, too.
    """
    silent = [g for g in passport.gaps if g.units and not g.classes and of_files]
    told = [each.span for each in (*(q for q in passport.quiet if not q.classes), *silent)]
    pairs = zip(months.spans, months.weight, strict=True)
    weight = np.array([0.0 if is_quiet(span, told) else float(w) for span, w in pairs])
    for run in low_runs(months.events, weight, fraction=limits.fraction, chance=limits.chance):
        yield _told(months, run, passport, weight)


def is_quiet(span: Span, quiet: Sequence[Span]) -> bool:
    """Say whether a stretch lies, in part at least, in one of several."""
    return any(start < span[1] and span[0] < stop for start, stop in quiet)


def _name(span: Span) -> str:
    """Write a month as 2019-01, and a longer time as its first and last month."""
    start, last = span[0], span[1] - DAY
    return (
        f"{start:%Y-%m}" if (start.year, start.month) == (last.year, last.month) else f"{start:%Y-%m} to {last:%Y-%m}"
    )


def _told(months: Months, run: LowRun, passport: Passport, weight: Floats) -> str:
    """Say which months hold too little, and what to write."""
    at = [place for place in range(run.first, run.last + 1) if weight[place] > 0]
    listed = ", ".join(f"{_name(months.spans[place])}: {months.events[place]:,.0f}" for place in at[:LISTED])
    more = f" and {len(at) - LISTED} more" if len(at) > LISTED else ""
    span = _clipped(months.spans[run.first][0], months.spans[run.last][1], passport)
    said = (
        f"{months.named} (source {passport.id}): too few records in months that it covers: {listed}{more}; beside them "
        f"a month holds about {run.expected:,.0f}."
    )
    return f"{said} {_remedy(months, run, span, passport)}"


def _clipped(start: dt.date, stop: dt.date, passport: Passport) -> Span:
    observed = passport.observed
    return (max(start, observed.first), min(stop, observed.end)) if observed else (start, stop)


def _line(span: Span, why: str = WHY) -> str:
    return f"  - {{from: {span[0]}, to: {span[1]}, reason: {why}}}"


def _remedy(months: Months, run: LowRun, span: Span, passport: Passport) -> str:
    """Say what to write in the passport: a gap, a quiet time, or another end of what is covered."""
    here = f"sources/{passport.id}.yaml"
    several = "Add the missing file under files, or write" if len(passport.raw_files) > 1 else "Write"
    line = _line(span, '"say here how it is known that nothing is missing"')
    quiet = f"If nothing is missing, write\nquiet:\n{line}\n{_yearly(months, passport)}"
    observed = passport.observed
    if observed and len(passport.covers) == 1 and span[1] == observed.end and months.days[0] < span[0]:
        last = months.days[1] + DAY if months.is_daily and months.days[1] >= span[0] else span[0]
        return (
            f"The last row is of {months.days[1]}. If the file ends there, write in {here}\n"
            f"covers: {{from: {observed.first}, to: {last}}}\n{quiet}"
        ).rstrip()
    if observed and len(passport.covers) == 1 and span[0] == observed.first and months.days[1] >= span[1]:
        first = months.days[0] if months.is_daily and months.days[0] < span[1] else span[1]
        return (
            f"The first row is of {months.days[0]}. If the file begins there, write in {here}\n"
            f"covers: {{from: {first}, to: {observed.end}}}\n{quiet}"
        ).rstrip()
    return f"{several} in {here}\ngaps:\n{_line(span)}\n{quiet}".rstrip()


def _yearly(months: Months, passport: Passport) -> str:
    """Say how a table of years is declared, where the rows may be of one."""
    used = {span[0].month for span, n in zip(months.spans, months.events, strict=True) if n > 0}
    if passport.time_grain != "month" or months.is_daily or not (used == {1} or used <= {1, 4, 7, 10}):
        return ""
    return "If one date stands for more than a month, write grain: year, quarter, or whole for all that it covers."


def _ends(months: Months, passport: Passport, limits: Completeness) -> Iterator[str]:
    """Tell of an end of what is covered that lies further from the first or the last row than is probable."""
    observed = passport.observed
    if observed is None or not months.is_daily or passport.time_grain != "month":
        return
    level = level_of(months.events, months.weight)
    (first, last), (spans, quiet) = months.days, (observed.spans, [each.span for each in passport.quiet])
    for day, span in ((first, (spans[0][0], first)), (last, (last + DAY, spans[-1][1]))):
        days = observed.days(*span)
        expected = level.usual * days / 30.4375
        is_probable = chance_of_at_most(0, expected, level.dispersion) >= limits.chance
        if days < FEWEST_DAYS or is_quiet(span, quiet) or is_probable:
            continue
        if low_runs(months.events, months.weight, fraction=limits.fraction, chance=limits.chance):
            continue  # the months tell it already
        new = (day, observed.end) if day == first and span[1] == first else (observed.first, day + DAY)
        which = "first" if span[1] == first else "last"
        yield (
            f"{months.named} (source {passport.id}): its {which} row is of {day}, {days} days inside what covers says, "
            f"where about {expected:,.0f} rows would be expected. Write in sources/{passport.id}.yaml\n"
            f"covers: {{from: {new[0]}, to: {new[1]}}}"
        )


def _beyond(months: Months, passport: Passport, limits: Completeness) -> Iterator[str]:
    """Tell of rows outside what is covered, in no declared gap, in such numbers as covered months have."""
    level = level_of(months.events, months.weight)
    is_many = (months.beyond > 0) & (months.beyond >= limits.fraction * level.usual * months.left)
    observed = passport.observed
    if observed is None or months.beyond[is_many].sum() < max(SPARSE, limits.fraction * level.usual * _least(months)):
        return
    places = np.flatnonzero(is_many)
    listed = ", ".join(f"{_name(months.spans[at])}: {months.beyond[at]:,.0f}" for at in places[:LISTED])
    more = f" and {len(places) - LISTED} more" if len(places) > LISTED else ""
    first, last = months.spans[places[0]][0], months.spans[places[-1]][1]
    wide = (min(first, observed.first), max(last, observed.end))
    lines = [span for span in ((first, observed.first), (observed.end, last)) if span[0] < span[1]]
    inner = [(one.to, other.from_) for one, other in zip(passport.covers, passport.covers[1:], strict=False)]
    lines += [span for span in inner if any(is_quiet(months.spans[at], [span]) for at in places)]
    yield (
        f"{months.named} (source {passport.id}): {months.beyond[is_many].sum():,.0f} records outside what covers says, "
        f"in numbers as inside: {listed}{more}. If the file holds everything then, write in "
        f"sources/{passport.id}.yaml\n"
        f"covers: {{from: {wide[0]}, to: {wide[1]}}}\nIf they are left out on purpose, write\ngaps:\n"
        + "\n".join(_line(span, '"say here why these records are not counted"') for span in sorted(set(lines)))
    )


def _least(months: Months) -> float:
    return float(min((w for w in months.left if w > 0), default=0.0))


def rows_of_silent_units(con: Connection, source: ScoredSource, fate: str) -> list[str]:
    """Tell of records of harm in units, and at times, of which the passport says that nothing was reported."""
    lines, table = [], source.table
    for gap in (gap for gap in source.passport.gaps if gap.units and not gap.classes):
        rows = con.execute(
            f"select unit_, count(*) from {table} where {fate} = 'loaded' and at_ >= $start and at_ < $stop "
            "and list_contains($units::varchar[], unit_) group by unit_ order by unit_",
            {"start": gap.from_, "stop": gap.to, "units": list(gap.units)},
        ).fetchall()
        lines += [f"  {unit}, {gap.from_} to {gap.to}: {n:,} rows" for unit, n in rows]
    if not lines:
        return []
    named = f"{source.passport.raw_files[0].file} (source {source.passport.id})"
    return [
        "\n".join([f"{named} holds records of units in which gaps says that nothing was reported:", *lines])
        + f"\nShorten the gap in sources/{source.passport.id}.yaml, or say in core/core_coverage.sql which share of "
        "each month these units reported"
    ]
