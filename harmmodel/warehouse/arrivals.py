"""A scored source as its rows arrive: which columns are written, the class and place of each row, and its hash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from harmmodel.config import Config, Passport
from harmmodel.warehouse import ingest
from harmmodel.warehouse.connection import Connection, identifier, literal
from harmmodel.warehouse.geography import Outlines

# Columns that the loader adds; a column of the file with such a name gives way.
ADDED = {"occurred_at": "at_", "month": "month_", "class": "class_", "unit_id": "unit_"}
SEPARATOR = " | "  # between the values that make up a crosswalk code


@dataclass(frozen=True)
class Source:
    """A scored source: its files, the new table for its harm rows (a quoted name), and what config SQL reads of it.

    The columns are those that the SQL names, of harm rows and of enforcement rows; None: all. Others are not kept.
    """

    passport: Passport
    paths: list[Path]
    table: str
    harm_columns: set[str] | None = None
    enforcement_columns: set[str] | None = None


def own_columns(passport: Passport) -> dict[str, bool]:
    """Columns of the file that may be kept, each with whether it tells of enforcement."""
    return {name: column.enforcement for name, column in passport.columns.items() if name.lower() not in ADDED}


def kept_of_harm(source: Source) -> list[str]:
    """Columns of the file that stay with harm rows."""
    named = source.harm_columns
    return [n for n, flag in own_columns(source.passport).items() if not flag and (named is None or n.lower() in named)]


def kept_of_enforcement(source: Source) -> list[str]:
    """Columns of the file that stay with enforcement rows: validation maps them, so their points are among them."""
    named, points = source.enforcement_columns, point_columns(source.passport)
    return [
        n
        for n, flag in own_columns(source.passport).items()
        if flag or named is None or n.lower() in named or n in points
    ]


def point_columns(passport: Passport) -> list[str]:
    """Columns of the point of a row: longitude and latitude, or none."""
    locate = passport.locate
    return [locate.longitude or "", locate.latitude or ""] if locate and locate.longitude else []


def arrivals(source: Source) -> ingest.Target:
    """Describe the table in which every row arrives: what is kept, what decides its fate, and nothing else."""
    passport = source.passport
    kept, point = kept_of_harm(source), point_columns(passport)
    listed = [f"t.{identifier(name)}" for name in kept]
    for name in dict.fromkeys([*point, *kept_of_enforcement(source)]):
        if name in kept or name in coded_columns(source):
            continue
        column = f"t.{identifier(name)}"
        is_of_all = _is_of_all(passport, name)
        listed.append(column if is_of_all else f"case when k.code_ > 0 then {column} end as {identifier(name)}")
    at = f"coalesce({', '.join(f't.{identifier(c)}::timestamp' for c in passport.time)})"
    unit = passport.locate and passport.locate.unit
    listed += [f"{at} as at_", f"date_trunc('month', {at})::date as month_"]
    listed += [f"{f't.{identifier(unit)}' if unit else 'null'}::varchar as unit_"]
    listed += ["k.class_", "k.code_"]
    if passport.unique:
        listed.append(f"hash({', '.join(_unique(passport))}) as hash_")
    return ingest.Target(
        source.table, "create or replace table", ", ".join(listed), class_join(passport), harm="code_ = 0"
    )


def _is_of_all(passport: Passport, name: str) -> bool:
    """Say whether a column is read of every row, harm or not: each is placed, and arrests are counted by class."""
    return name in point_columns(passport) or passport.columns[name].enforcement


def _unique(passport: Passport) -> list[str]:
    """SQL of what must not repeat; a crosswalk row's number says all that its columns say, and is hashed faster."""
    codes = _classifying(passport)
    if not codes or not set(codes) <= set(passport.unique):
        return [f"t.{identifier(c)}" for c in passport.unique]
    return [*(f"t.{identifier(c)}" for c in passport.unique if c not in codes), "k.row_"]


def _classifying(passport: Passport) -> tuple[str, ...]:
    return passport.classify.columns if passport.classify else ()


def coded_columns(source: Source) -> dict[str, str]:
    """Columns of enforcement rows that ``walked`` can give back from the number of their code, each with its SQL."""
    passport, kept = source.passport, kept_of_harm(source)
    return {
        name: f"k.part_{n}_::{ingest.TYPES[passport.columns[name].type]}"
        for n, name in enumerate(_classifying(passport))
        if name in own_columns(passport) and name not in kept and not _is_of_all(passport, name)
    }


def class_join(passport: Passport) -> str:
    """SQL that joins ``walked`` to rows of the file (``t``)."""
    columns = _classifying(passport)
    same = [f"k.part_{n}_ is not distinct from t.{identifier(name)}::varchar" for n, name in enumerate(columns)]
    return f"left join walked as k on {' and '.join(same) or 'true'}"


def code_sql(passport: Passport) -> str:
    """SQL of the crosswalk code of a row (``t``)."""
    columns = (f"coalesce(t.{identifier(column)}::varchar, '')" for column in _classifying(passport))
    return f"({f' || {literal(SEPARATOR)} || '.join(columns) or literal('')})"


def list_classes(con: Connection, passport: Passport, config: Config) -> None:
    """Make ``walked``: the class of each crosswalk code of the source, with the values of the columns that make it up.

    ``code_`` numbers the codes of enforcement from 1; it is 0 for those of harm.
    """
    classify, columns = passport.classify, _classifying(passport)
    rows: list[tuple[object, ...]]
    if columns:
        walk = [row for row in config.crosswalk if row.source == passport.id]
        rows = [(row.class_, row.enforcement, *parts) for row in walk for parts in _parts(row.code, len(columns))]
    else:
        rows = [(classify and classify.class_, classify is not None and classify.enforcement)]
    parts = [f"part_{n}_" for n in range(len(columns))]
    frame = pd.DataFrame(rows, columns=["class_", "enforcement_", *parts], dtype=object)
    frame.insert(0, "row_", np.arange(1, len(frame) + 1))
    con.register("walk_frame", frame)
    con.execute(
        "create or replace temp table walked as select row_::uinteger as row_, class_::varchar as class_, "
        "case when enforcement_::boolean then row_ else 0 end::uinteger as code_"
        f"{''.join(f', {part}::varchar as {part}' for part in parts)} from walk_frame order by row_"
    )
    con.unregister("walk_frame")


def _parts(code: str, count: int) -> Iterator[tuple[str | None, ...]]:
    """Yield all lists of *count* values that give *code* when joined; an empty text and a missing value look alike."""
    if count == 1:
        yield from [(code,)] if code else [(None,), ("",)]
        return
    at = code.find(SEPARATOR)
    while at >= 0:
        for first in _parts(code[:at], 1):
            yield from ((*first, *rest) for rest in _parts(code[at + len(SEPARATOR) :], count - 1))
        at = code.find(SEPARATOR, at + 1)


def list_units(con: Connection, outlines: Outlines | None) -> None:
    """Make ``known_unit``: the units that have an outline."""
    known = [str(unit) for unit in outlines.unit_ids] if outlines else []
    con.register("unit_frame", pd.DataFrame({"unit_id": pd.Series(known, dtype="object")}))
    con.execute("create or replace temp table known_unit as select unit_id::varchar as unit_id from unit_frame")
    con.unregister("unit_frame")
