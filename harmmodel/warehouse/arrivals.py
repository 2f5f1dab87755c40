"""A scored source as its rows arrive: which columns are written, the class and place of each row, and its hash."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from harmmodel.config import Config, Passport
from harmmodel.warehouse import ingest
from harmmodel.warehouse.connection import Connection, identifier
from harmmodel.warehouse.geography import Outlines

# Columns that the loader adds; a column of the file with such a name gives way.
ADDED = {"occurred_at": "at_", "month": "month_", "class": "class_", "unit_id": "unit_"}
IS_NO_HARM = "k.enforcement_ is distinct from false"  # known to be enforcement, or not known at all


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
    others = {name: identifier(name) for name in [*point, *kept_of_enforcement(source)]} | code_columns(source)
    for name, mine in others.items():
        if name in kept:
            continue
        is_of_all = name in point or passport.columns[name].enforcement  # every row is placed, and counted by class
        column = f"t.{identifier(name)}"
        listed.append(f"{column if is_of_all else f'case when {IS_NO_HARM} then {column} end'} as {mine}")
    at = f"coalesce({', '.join(f't.{identifier(c)}::timestamp' for c in passport.time)})"
    unit = passport.locate and passport.locate.unit
    listed += [f"{at} as at_", f"date_trunc('month', {at})::date as month_"]
    listed += [f"{f't.{identifier(unit)}' if unit else 'null'}::varchar as unit_"]
    listed += ["k.class_", "k.enforcement_"]
    if passport.unique:
        unique = ", ".join(f"t.{identifier(c)}" for c in passport.unique)
        listed.append(f"hash({unique}) as hash_")
    joins = f"left join walked as k on k.code_ = {code_sql(f't.{identifier(name)}' for name in code_columns(source))}"
    return ingest.Target(source.table, "create or replace table", ", ".join(listed), joins)


def code_columns(source: Source) -> dict[str, str]:
    """Columns that make up the crosswalk code, each with its name in the table: its own if it is kept anyway."""
    columns = source.passport.classify.columns if source.passport.classify else ()
    own = {*kept_of_harm(source), *kept_of_enforcement(source)}
    return {name: identifier(name) if name in own else f"code_{n}_" for n, name in enumerate(columns)}


def code_sql(columns: Iterable[str]) -> str:
    """SQL of the crosswalk code of a row."""
    return "(" + (" || ' | ' || ".join(f"coalesce({column}::varchar, '')" for column in columns) or "''") + ")"


def list_classes(con: Connection, passport: Passport, config: Config) -> None:
    """Make ``walked``: the class of each crosswalk code of the source."""
    classify = passport.classify
    if classify is None or classify.class_:
        con.execute(
            "create or replace temp table walked as "
            "select '' as code_, $class::varchar as class_, $enforcement::boolean as enforcement_",
            {"class": classify and classify.class_, "enforcement": classify is not None and classify.enforcement},
        )
        return
    rows = [(r.code, r.class_, r.enforcement) for r in config.crosswalk if r.source == passport.id]
    con.register("walk_frame", pd.DataFrame(rows, columns=["code_", "class_", "enforcement_"]))
    con.execute("create or replace temp table walked as select * from walk_frame")
    con.unregister("walk_frame")


def list_units(con: Connection, outlines: Outlines | None) -> None:
    """Make ``known_unit``: the units that have an outline."""
    known = [str(unit) for unit in outlines.unit_ids] if outlines else []
    con.register("unit_frame", pd.DataFrame({"unit_id": pd.Series(known, dtype="object")}))
    con.execute("create or replace temp table known_unit as select unit_id::varchar as unit_id from unit_frame")
    con.unregister("unit_frame")
