"""Wide tables, with a column for each month or each kind: a row for each of these columns."""

from __future__ import annotations

from dataclasses import replace

from harmmodel.config import Passport
from harmmodel.config.rows.columns import fits
from harmmodel.errors import SourceError
from harmmodel.warehouse.load.kinds import Reading
from harmmodel.warehouse.store.connection import identifier, literal


def headings(passport: Passport, columns: list[str]) -> list[str]:
    """Return the columns of a file that become rows, in order; none of a file that is not wide."""
    return [name for name in columns if passport.wide and passport.wide.holds(name) and name not in passport.ignore]


def lengthened(source: Reading, passport: Passport, columns: list[str]) -> Reading:
    """Describe a reading with a row for each row of the file and each heading, as text; other files stay as they are.

    An empty cell stays a row: what is missing must not vanish.
    """
    wide, names = passport.wide, headings(passport, columns)
    if wide is None:
        return source
    kept = "".join(f"{identifier(name)}, " for name in source.types if name not in names)
    cells = ", ".join(f"{{h: {literal(name)}, v: {identifier(name)}::varchar}}" for name in names)
    sql = (
        f"(select {kept}cell_.h as {identifier(wide.heading)}, cell_.v as {identifier(wide.value)} "
        f"from (select {kept}unnest([{cells}]) as cell_ from {source.sql}))"
    )
    types = source.types | {wide.heading: "VARCHAR", wide.value: "VARCHAR"}
    return replace(source, sql=sql, types=types)


def faults(passport: Passport, header: list[str]) -> list[str]:
    """Say which of the named headings the file lacks, and which columns both become rows and are made."""
    wide = passport.wide
    if wide is None:
        return []
    told = []
    if absent := [name for name in wide.columns if not any(fits(name, heading) for heading in header)]:
        told.append(f"wide: no column of the file is called {', '.join(absent)}. Correct columns under wide")
    if clash := sorted({wide.heading, wide.value} & set(header)):
        told.append(f"wide: the file has a column {', '.join(clash)} already. Give heading and value other names")
    return told


def rows_of(count: int, names: list[str], file: str) -> int:
    """Return how many rows of the file became *count* rows."""
    if names and count % len(names):
        raise SourceError(f"{file}: {count:,} cells do not make whole rows of {len(names)} columns. Repair the file")
    return count // len(names) if names else count
