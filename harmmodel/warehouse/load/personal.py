"""The gate that keeps personal data out: names of columns, columns inside columns, and values: texts, days, numbers.

It is the second net. The first is that a column which the passport does not declare is never read.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harmmodel.config import Passport, written_text
from harmmodel.errors import SourceError
from harmmodel.warehouse.store.connection import Connection, identifier
from harmmodel.writing import papers, persons
from harmmodel.writing.given_names import is_given_name
from harmmodel.writing.headers import points_at_a_person
from harmmodel.writing.letters import readable

SAMPLE = 3_000  # distinct values of a column that are looked at, and as many of those that hold @, digits or a birth
LONGEST = 2_000  # characters of a value that are looked at
SHOWN = 40  # signs of the shape of a value
SHORTEST_NUMBER = 8  # digits from which on a number is looked at as one that a person may have
PAPER_DIGITS = 11
LEAST_PAPERS, MOST_ARE_PAPERS = 3, 0.8
MOST_ARE_PHONES, SCATTERED = 0.95, 0.25
NESTED = re.compile(r"^(?:STRUCT|MAP|UNION|VARIANT)|^JSON$|\[\d*\]$", re.IGNORECASE)
SUSPICIOUS = r"@|[0-9]{4}|(?i)born|birth|nac|naiss|geb|nasc|mr|mme|herr|frau|sr|^\s*[\[{]"
REMEDY = "List it under ignore, or under labels with a reason if it names places or classes"


def looks_personal(column: str) -> bool:
    """Say whether a column name points at a person.

    >>> [looks_personal(c) for c in ("officer_id", "Last Name", "beat", "age_group")]
    [True, True, False, False]
    """
    return points_at_a_person(column)


def refuse_nested(name: str, passport: Passport, types: dict[str, str]) -> None:
    """Refuse a column that is read and holds columns of its own: no passport declares those.

    Parameters
    ----------
    name : of the file
    types : types in which its columns come, by column
    """
    for column in passport.columns:
        if NESTED.search(kind := types.get(column, "")):
            inner = [field for field in re.findall(r'[(,]\s*"?([^"(),]+?)"?\s+[A-Z]', kind) if looks_personal(field)]
            told = f", of which {', '.join(inner[:5])} look personal" if inner else ""
            raise SourceError(
                f"{name}: column {column} holds fields inside itself{told}. Write each as a column of its own and "
                f"declare it in sources/{passport.id}.yaml, or list the column under ignore"
            )


@dataclass(frozen=True)
class Sign:
    """What values of a column may show, and from which share and number of different values on it counts."""

    called: str
    shows: Callable[[str], bool]
    share: float = 0.0
    least: int = 1


@dataclass(frozen=True)
class Rows:
    """Rows of a file that lie in *table*, from rowid *first* on; *listed*: columns whose values texts.csv lists all."""

    table: str
    first: int = 0
    listed: frozenset[str] = frozenset()


def refuse_values(con: Connection, rows: Rows, passport: Passport, name: str) -> None:
    """Refuse a file of which a column that is kept holds people: mail, telephones, papers, births or names.

    Parameters
    ----------
    con : with the rows of the file
    name : of the file
    """
    table = rows.table
    kinds = {str(row[0]): str(row[1]) for row in con.execute(f"describe {table}").fetchall()}
    told, of_list = [], rows.listed | _bounded(passport)
    for column in passport.columns:
        if column not in passport.label_reasons and column != "geometry":
            looked_at = _Column(table, column, kinds.get(column, ""), rows.first, column in of_list)
            found = _found(con, looked_at, passport)
            told += [f"column {column} holds {what}, for example {masked(value)}" for what, value in found]
    if told:
        listed = "".join(f"\n  {line}. {REMEDY}" for line in told)
        raise SourceError(f"{name}, with passport sources/{passport.id}.yaml, holds what points at people:{listed}")


@dataclass(frozen=True)
class _Column:
    """A column of a file that was read: its table, name and type, and the rowid of the file's first row."""

    table: str
    name: str
    kind: str
    first: int
    is_listed: bool  # whether a list of the place holds each of its values


def _found(con: Connection, column: _Column, passport: Passport) -> list[tuple[str, str]]:
    """Return what the values of a column show, each with an example."""
    name, is_time = column.name, column.name in passport.time
    if column.kind == "VARCHAR":
        values, rows = _sample(con, column.table, name, column.first)
        found = _shown(values, rows, is_coded=name in (passport.classify.columns if passport.classify else ()))
        told = [*found, *(() if is_time else _births(values, passport))]
        # What no list holds may be anything, so here the shape alone decides, in whatever language.
        return told or ([] if column.is_listed or is_time or passport.use == "reference" else _unlisted(values))
    if column.kind.startswith(("DATE", "TIMESTAMP")) and not is_time:
        return list(_births(_days(con, column.table, name, column.first), passport))
    place = passport.locate
    measured = {passport.counted, *((place.longitude, place.latitude) if place else ())}
    if column.kind in ("BIGINT", "DOUBLE") and name not in measured:
        return _shown_by_numbers(_numbers(con, column.table, name, column.first), passport)
    return []


def _bounded(passport: Passport) -> set[str]:
    """Return the columns of which every value is checked against a list: codes by crosswalk, ids by outlines."""
    unit = passport.locate.unit if passport.locate else None
    return {*(passport.classify.columns if passport.classify else ()), *([unit] if unit else [])}


def _unlisted(values: Sequence[str]) -> list[tuple[str, str]]:
    """Return what the shape of texts shows of which no list tells what they may be, each with an example."""
    plain = [readable(value).text.strip() for value in values]
    for sign in OF_NO_LIST:
        hits = [value for value, text in zip(values, plain, strict=True) if sign.shows(text)]
        if len(hits) >= sign.least and len(hits) >= sign.share * len(values):
            return [(f"{sign.called}, and no list tells which texts it may hold", hits[0])]
    return []


def masked(value: str) -> str:
    """Return the shape of a value, with nothing of it left but its first letter and its signs.

    >>> masked("Jane Doe 1987")
    'J*** *** ****'
    """
    return value[:1] + re.sub(r"\w", "*", value[1:SHOWN])


def masked_in_sql(text: str) -> str:
    """SQL of the shape of a value, as `masked` gives it; *text*: SQL of a text."""
    return f"left({text}, 1) || regexp_replace(substring({text}, 2, {SHOWN - 1}), '[\\pL\\pM\\pN_]', '*', 'g')"


def _sample(con: Connection, table: str, column: str, first: int) -> tuple[list[str], int]:
    """Return different values, the same ones each time, those first that may show a person; and the number of rows."""
    values = _different(con, table, column, {"first": first, "sign": ""})
    if len(values) > SAMPLE:
        values = list(dict.fromkeys([*values, *_different(con, table, column, {"first": first, "sign": SUSPICIOUS})]))
    quoted = identifier(column)
    counted = con.execute(f"select count({quoted}) from {table} where rowid >= $first", {"first": first}).fetchall()
    return values, int(counted[0][0])


def _different(con: Connection, table: str, column: str, asked: dict[str, int | str]) -> list[str]:
    """Return different values in an order that hangs on nothing but themselves; with a sign, those that show it."""
    quoted = identifier(column)
    rows = con.execute(
        f"select left(v, $longest) from (select distinct {quoted} as v from {table} where rowid >= $first "
        f"and {quoted} is not null) where regexp_matches(v, $sign) order by hash(v), v limit $most",
        {**asked, "longest": LONGEST, "most": SAMPLE + 1},
    ).fetchall()
    return [str(row[0]) for row in rows]


def _days(con: Connection, table: str, column: str, first: int) -> list[str]:
    quoted = identifier(column)
    rows = con.execute(
        f"select distinct {quoted}::date::varchar as v from {table} where rowid >= $first and {quoted} is not null "
        f"order by hash(v), v limit {SAMPLE}",
        {"first": first},
    ).fetchall()
    return [str(row[0]) for row in rows]


def _numbers(con: Connection, table: str, column: str, first: int) -> list[str]:
    """Return different whole numbers of as many digits as numbers of people have, in texts."""
    quoted, most = identifier(column), 10 ** (SHORTEST_NUMBER - 1) - 1
    rows = con.execute(
        f"select distinct {quoted}::hugeint::varchar as v from {table} where rowid >= $first "
        f"and {quoted} > {most} and {quoted} = trunc({quoted}) order by hash(v), v limit {SAMPLE}",
        {"first": first},
    ).fetchall()
    return [str(row[0]) for row in rows]


def _shown_by_numbers(values: Sequence[str], passport: Passport) -> list[tuple[str, str]]:
    """Return what large whole numbers show, each with an example; a number has lost the noughts it began with."""
    found = []
    papers_of = [value for value in values if papers.is_a_paper(value) or papers.is_a_paper(value.zfill(PAPER_DIGITS))]
    if len(papers_of) >= LEAST_PAPERS and len(papers_of) >= MOST_ARE_PAPERS * len(values):
        found.append(("numbers of people's papers", papers_of[0]))
    phones = [value for value in values if BARE_PHONE.fullmatch(value)]
    # Numbers that were given one after the other begin alike; those of telephones do not.
    beginnings = {value[:-4] for value in phones}
    if len(phones) >= max(FEW, MOST_ARE_PHONES * len(values)) and len(beginnings) >= SCATTERED * len(phones):
        found.append(("telephone numbers", phones[0]))
    days = [BARE_DAY.sub(r"\1-\2-\3", value) for value in values]
    return [*found, *_births(days, passport)]


def _shown(values: Sequence[str], rows: int, *, is_coded: bool) -> tuple[tuple[str, str], ...]:
    """Return what the values of a text column show, each with an example; codes of the crosswalk are no names."""
    found: dict[str, str] = {}
    plain = [readable(value).text.strip() for value in values]
    for sign in (*SIGNS, *(() if is_coded else NAMES)):
        hits = [value for value, text in zip(values, plain, strict=True) if sign.shows(text)]
        if len(hits) >= sign.least and len(hits) >= sign.share * len(values):
            found.setdefault(sign.called, hits[0])
    if not found and not is_coded and (hits := _unusual_names(plain, rows)):
        found["what may be names of people, since nearly every row has another"] = hits[0]
    return tuple(found.items())


MAIL = re.compile(r"[^\s@]@[^\s@]{1,60}\.[A-Za-z]{2}")
PHONE = re.compile(r"(?:\+|00)?[\d ()./-]{7,22}")
TOLD_PHONE = re.compile(r"\+\d[\d ()./-]{7,18}\d|\(\d{2,3}\) ?\d{3,4}[ -]\d{4}|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b")
DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b|\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
# Of numbers that are no text: telephones of ten digits with an area, with and without 1 or 52 before them, and mobile
# ones of Britain; days as 19870412.
BARE_PHONE = re.compile(r"1?(?!19|20)[2-9]\d{2}[2-9]\d{6}|52[2-9]\d{9}|(?:44)?7\d{9}")
BARE_DAY = re.compile(r"^(19\d\d|20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$")
INSIDE = re.compile(r"\s*[\[{]")


def _is_phone(value: str) -> bool:
    text = value.strip()
    digits = sum(letter.isdigit() for letter in text)
    is_grouped = digits < len(text) and not NUMBER.fullmatch(text) and not DAY.search(text)
    return bool(PHONE.fullmatch(text)) and 7 <= digits <= 15 and is_grouped and not re.match(r"(?:19|20)\d\d\D", text)


def _is_inside(value: str) -> bool:
    """Whether a text holds fields of its own; an outline does, and tells of no person."""
    if not INSIDE.match(value):
        return False
    try:
        held = json.loads(value)
    except (ValueError, RecursionError):
        return bool(re.search(r'["\']\s*:', value))
    if isinstance(held, list):
        return any(isinstance(item, dict) for item in held)
    return isinstance(held, dict) and not {"type", "coordinates"} >= set(held)


SIGNS = (
    Sign("fields inside a text", _is_inside),
    Sign("addresses of e-mail", lambda value: "@" in value and bool(MAIL.search(value))),
    Sign("numbers of people's papers", papers.holds_a_paper),
    Sign("numbers of people's papers", papers.is_a_paper, share=MOST_ARE_PAPERS, least=LEAST_PAPERS),
    Sign("telephone numbers", lambda value: bool(TOLD_PHONE.search(value)), share=0.01),
    Sign("telephone numbers", _is_phone, share=0.3, least=2),
    Sign("births", persons.has_birth),
    Sign("titles before names", persons.has_title, share=0.02, least=2),
    Sign("addresses of homes", persons.has_address, share=0.2, least=2),
)
NAMES = (
    Sign("names of people", persons.is_a_full_name, share=0.3, least=2),
    Sign("given names of people", is_given_name, share=0.5, least=3),
)
MOST_WORDS = 11  # of a class, a kind of place or a name; a sentence about what happened has more
INITIALS = re.compile(r"(?:[A-Z]\. ?){2,4}")
SPELT_MAIL = re.compile(
    r"\b\w+ (?:at|arroba|chez|aet) \w+(?: (?:dot|punto|ponto|point|punkt) [a-z]{2,12})+\b", re.IGNORECASE
)
OF_NO_LIST = (
    Sign("free text", lambda value: len(value.split()) > MOST_WORDS),
    Sign("addresses of e-mail", lambda value: bool(SPELT_MAIL.search(value))),
    Sign("what may be names of people", persons.may_be_a_full_name, share=0.3, least=2),
    Sign("what may be initials of people", lambda value: bool(INITIALS.fullmatch(value)), share=0.3, least=2),
)
FEW = 20  # different values from which on a column with another in nearly every row may be one of names
MOST_ROWS_DIFFER = 0.6
MOST_ARE_NAMES = 0.8


def _unusual_names(values: Sequence[str], rows: int) -> list[str]:
    """Return what may be names although no given name is known: nearly all values look so, in nearly every row."""
    if len(values) < FEW or (len(values) <= SAMPLE and len(values) < MOST_ROWS_DIFFER * rows):
        return []
    hits = [value for value in values if persons.may_be_a_full_name(value)]
    return hits if len(hits) >= MOST_ARE_NAMES * len(values) else []


LEAST_DAYS = 3
SPREAD = 8  # years over which births of a group of people spread at least
LONG_AGO = 18  # years between most of them and the period of the file


def _births(values: Sequence[str], passport: Passport) -> tuple[tuple[str, str], ...]:
    """Return the sign of days of birth: days of many years, most of them a youth or more before the period."""
    matches = [(match, value) for value in values if (match := DAY.search(value)) and len(value) <= 30]
    years = sorted(int(match.group(1) or match.group(6)) for match, _ in matches)
    if len(years) < LEAST_DAYS or len(years) < 0.8 * len(values):
        return ()
    end = passport.observed.first if passport.observed else passport.accessed
    middle, spread = years[len(years) // 2], years[-1 - len(years) // 10] - years[len(years) // 10]
    is_old = middle <= end.year - LONG_AGO and years[0] >= dt.date.min.year + 1850
    return (("days as of births", matches[0][1]),) if is_old and spread >= SPREAD else ()


def refuse_labels(con: Connection, names: Sequence[str]) -> None:
    """Refuse labels of groups and areas that point at people, once the tables that show them are built.

    Parameters
    ----------
    con : with ``core_group`` and ``core_area``, where there are any
    names : names that the place confirms to be of groups or places
    """
    tables = {str(row[0]) for row in con.execute("select table_name from duckdb_tables()").fetchall()}
    told = []
    if "core_group" in tables:
        for label in _labels(con, "core_group"):
            wrong = written_text.faults(label, written_text.LABEL_LENGTH, style="label", known=names)
            told += [fault.replace(persons.CONFIRM, CONFIRM_IN_PLACE) for fault in wrong]
    if "core_area" in tables:  # areas are called after people of the past, so their names alone say nothing
        signs = (
            ("an address of e-mail", MAIL.search),
            ("a paper", papers.holds_a_paper),
            ("a birth", persons.has_birth),
        )
        shown = [("a label of core_area", label) for label in _labels(con, "core_area")]
        if "core_district" in tables:
            shown += [("a district", name) for name in _labels(con, "core_district", "district")]
        for kind, label in shown:
            plain = readable(label[:LONGEST]).text
            told += [f"{kind} holds {what}, for example {masked(label)}" for what, is_ in signs if is_(plain)]
    if told:
        listed = "".join(f"\n  {line}" for line in told[: written_text.SHOWN])
        raise SourceError(f"labels point at people. Correct the raw file or the SQL that makes them:{listed}")


CONFIRM_IN_PLACE = "Call the group by a code or a place, or confirm it under names in place.yaml"


def _labels(con: Connection, table: str, name: str = "label") -> list[str]:
    rows = con.execute(f"select distinct {name} from {table} where {name} is not null order by 1").fetchall()
    return [str(row[0]) for row in rows]
