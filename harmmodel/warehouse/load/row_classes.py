"""A scored source as its rows arrive: which columns are written, the class and place of each row, and its hash."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harmmodel.config import Config, Passport
from harmmodel.config.rows.columns import ends_of
from harmmodel.config.rows.crosswalk import EMPTY, SEPARATOR, CrosswalkRow
from harmmodel.warehouse.load import casts, listing, rows
from harmmodel.warehouse.load.told import marks
from harmmodel.warehouse.store.connection import Connection, identifier, literal

# Columns that the loader adds; a column of the file with such a name gives way.
ADDED = {"occurred_at": "at_", "month": "month_", "class": "class_", "unit_id": "unit_"}
HARM = "coalesce(code_, 0) <= 0"  # a code that nobody knows may be harm, and stops the load


@dataclass(frozen=True)
class ScoredSource:
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
    columns = passport.columns | passport.ends
    return {name: column.enforcement for name, column in columns.items() if name.lower() not in ADDED}


def kept_of_harm(source: ScoredSource) -> list[str]:
    """Columns of the file that stay with harm rows."""
    named = _with_counts(source.harm_columns, source.passport)
    return [n for n, flag in own_columns(source.passport).items() if not flag and (named is None or n.lower() in named)]


def _with_counts(named: set[str] | None, passport: Passport) -> set[str] | None:
    """Add the columns of counts of which SQL names the ends alone: what is counted is checked by them."""
    if named is None:
        return None
    return named | {n.lower() for n, c in passport.columns.items() if named & {e.lower() for e in ends_of(n, c)}}


def kept_of_enforcement(source: ScoredSource) -> list[str]:
    """Columns of the file that stay with enforcement rows: validation maps them, so their points are among them."""
    named, points = _with_counts(source.enforcement_columns, source.passport), point_columns(source.passport)
    return [
        n
        for n, flag in own_columns(source.passport).items()
        if flag or named is None or n.lower() in named or n in points
    ]


def point_columns(passport: Passport) -> list[str]:
    """Columns of the point of a row: longitude and latitude, or none."""
    locate = passport.locate
    return [locate.longitude or "", locate.latitude or ""] if locate and locate.longitude else []


def arrivals(source: ScoredSource, config: Config) -> rows.Target:
    """Describe the table in which every row arrives: what is kept, what decides its fate, and nothing else.

    ``code_`` is the number of the row's line in the crosswalk, from 1, below 0 if that line is harm, and null if there
    is no such line; ``line_1_`` and so on are those of texts.csv. Rows lie in no order: nothing that is made of them
    may depend on one (law 5).
    """
    passport = source.passport
    class_, code = _looked_up(source, config)
    kept, coded = kept_of_harm(source), coded_columns(source, config)
    listed = [f"t.{identifier(name)}" for name in kept]
    for name in dict.fromkeys([*point_columns(passport), *kept_of_enforcement(source)]):
        if name not in kept and name not in coded:
            is_of_all, column = _is_of_all(passport, name), f"t.{identifier(name)}"
            listed.append(column if is_of_all else f"case when {code} > 0 then {column} end as {identifier(name)}")
    at = listing.at_sql(passport)
    for field in listing.fields(passport, config):
        listed += [f"({field.number(at)})::integer as {field.marker}"]
        if field.name in (*fields_of_harm(source, config), *fields_of_enforcement(source, config)):
            listed += [f"{field.value(at)} as {identifier(field.name)}"]
    unit = passport.locate and passport.locate.unit
    listed += [f"{at} as at_", f"date_trunc('month', {at})::date as month_"]
    written = f"t.{identifier(unit)}::varchar" if unit else "null::varchar"
    listed += [f"case when trim({written}) <> '' then {written} end as unit_"]
    listed += [f"{class_} as class_", f"{code} as code_"]
    listed += marks.flags(passport)
    listed += [f"{hash_sql(source, config)} as hash_", "0::utinyint as repeat_", "t.file_ as file_"]
    listed += [f"case when {_is_keyless(passport)} then {_whole(passport)} end as whole_"] if passport.unique else []
    listed += [f"t.{identifier(name)} as wins_{n}_" for n, name in enumerate(passport.winning_columns)]
    texts = frozenset(field.column for field in listing.fields(passport, config))
    return rows.Target(source.table, "create or replace table", ", ".join(listed), HARM, in_order=False, texts=texts)


def hash_sql(source: ScoredSource, config: Config) -> str:
    """SQL of the hash of what makes two rows one: the unique columns, and null where one of them is empty.

    Without unique columns: in a file of counts the code, beside which time and unit tell rows apart; in others every
    column that does not tell of enforcement.
    """
    passport, codes = source.passport, _code_columns(source.passport)
    number = listing.codes(passport, config).index(code_sql(passport)) if codes else "1"
    if not passport.unique:
        return f"hash({number})" if passport.counts_column else _whole(passport)
    # Where the columns of the code count as one, its number says as much as their texts and is hashed faster.
    is_numbered = bool(coded_columns(source, config)) and set(codes) <= set(passport.unique)
    unique = [f"t.{identifier(name)}" for name in passport.unique if not (is_numbered and name in codes)]
    unique += [number] if is_numbered else []
    unique += [f"year({listing.at_sql(passport)})"] if passport.unique_per == "year" else []
    return f"case when {_is_keyless(passport)} then null else hash({', '.join(unique)}) end"


def _whole(passport: Passport) -> str:
    """SQL of the hash of all that a row (``t``) says, but of enforcement nothing."""
    columns = [f"t.{identifier(name)}" for name, column in passport.columns.items() if not column.enforcement]
    return f"hash({', '.join(columns) or '0'})"


def _is_keyless(passport: Passport) -> str:
    return " or ".join(is_empty(passport, name) for name in passport.unique) or "false"


def is_empty(passport: Passport, name: str) -> str:
    """SQL of whether a column of a row (``t``) says nothing."""
    column = f"t.{identifier(name)}"
    blank = f" or trim({column}) = ''" if passport.columns[name].type == "text" else ""
    return f"{column} is null{blank}"


def keys_again(source: ScoredSource, config: Config) -> rows.Target:
    """Describe a table of all that stands in each row in the order of the files, with its hash and its file."""
    class_, code = _looked_up(source, config)
    at = listing.at_sql(source.passport)
    more = f"{hash_sql(source, config)} as hash_, {class_} as class_, {code} as code_, {at} as at_"
    return rows.Target(listed=f"t.* exclude (wrong_), {more}", harm=HARM)


def codes_again(source: ScoredSource, config: Config) -> rows.Target:
    """Describe a table of all that stands in each row, with ``code_``: to name the texts that nobody knows."""
    _, code = _looked_up(source, config)
    texts = frozenset(field.column for field in listing.fields(source.passport, config))
    return rows.Target(listed=f"t.* exclude (wrong_, file_), {code} as code_", harm=HARM, texts=texts)


def fields_of_harm(source: ScoredSource, config: Config) -> list[str]:
    """Return the fields of texts.csv that stay with harm rows: none of a column that tells of enforcement."""
    named, columns = source.harm_columns, source.passport.columns
    return [
        f.name
        for f in listing.fields(source.passport, config)
        if not columns[f.column].enforcement and (named is None or f.name in named)
    ]


def fields_of_enforcement(source: ScoredSource, config: Config) -> list[str]:
    """Return the fields of texts.csv that stay with enforcement rows."""
    named = source.enforcement_columns
    return [f.name for f in listing.fields(source.passport, config) if named is None or f.name in named]


def _looked_up(source: ScoredSource, config: Config) -> tuple[str, str]:
    """SQL of a row's class and of its ``code_``."""
    classify = source.passport.classify
    if classify is None or classify.class_:
        class_ = literal(classify.class_) if classify else "null"
        return f"{class_}::varchar", "1" if classify and classify.enforcement else "0"
    walk = _walk(source, config)
    number = listing.codes(source.passport, config).number(code_sql(source.passport), listing.at_sql(source.passport))
    classes = ", ".join(literal(row.class_) for row in walk)
    numbers = ", ".join(str(n if row.enforcement else -n) for n, row in enumerate(walk, start=1))
    return f"list_extract([{classes}], {number})", f"list_extract([{numbers}], {number})"


def coded_columns(source: ScoredSource, config: Config) -> dict[str, str]:
    """Columns of enforcement rows that are not kept but given back from ``code_``, each with the SQL for it.

    None where a code could be made up in two ways: a value may hold the separator, or be an empty text or missing.
    """
    passport, columns = source.passport, _code_columns(source.passport)
    parts = [_parts(row.written, len(columns)) for row in _walk(source, config)]
    expressions: dict[str, str] = {}
    for n, name in enumerate(columns):
        is_kept = name in kept_of_harm(source) or _is_of_all(passport, name)
        if name in own_columns(passport) and not is_kept and all(parts):
            values = ", ".join(literal(part[n]) for part in parts)
            expressions[name] = f"list_extract([{values}], code_)::{casts.TYPES[passport.columns[name].type]}"
    return expressions


def _parts(code: str, count: int) -> list[str]:
    """Return the *count* values that make up a code; an empty list where others could make it up too."""
    parts = code.split(SEPARATOR)
    starts = sum(code.startswith(SEPARATOR, at) for at in range(len(code)))
    return parts if len(parts) == count == starts + 1 and all(parts) else []


def _is_of_all(passport: Passport, name: str) -> bool:
    """Say whether a column is read of every row, harm or not: each is placed, and arrests are counted by class."""
    return name in point_columns(passport) or (passport.columns | passport.ends)[name].enforcement


def _walk(source: ScoredSource, config: Config) -> list[CrosswalkRow]:
    return [row for row in config.crosswalk if row.source == source.passport.id]


def _code_columns(passport: Passport) -> tuple[str, ...]:
    return passport.classify.columns if passport.classify else ()


def code_sql(passport: Passport) -> str:
    """SQL of the crosswalk code of a row (``t``)."""
    columns = (listing.written(name) for name in _code_columns(passport))
    return f"({f' || {literal(SEPARATOR)} || '.join(columns)})"


def as_written(code: str) -> str:
    """Return a code as crosswalk.csv writes it: a blank part as (empty).

    >>> as_written("THEFT | ")
    'THEFT | (empty)'
    """
    return SEPARATOR.join(part or EMPTY for part in code.split(SEPARATOR))


def list_codes(con: Connection, source: ScoredSource, config: Config) -> None:
    """Make the enumerations of the source's crosswalk codes and of its texts."""
    listing.codes(source.passport, config).enumerate(con)
    for field in listing.fields(source.passport, config):
        field.listing.enumerate(con)
