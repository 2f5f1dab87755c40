"""What the values of a column are: the types, forms and signs in which all or nearly all of them can be read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

NEARLY_ALL = 0.98  # share of the filled rows from which on a type is proposed; the others are listed
YEARS = range(1900, 2101)
WHOLE = re.compile(r"[+-]?(?:0|[1-9][0-9]*)")
POINT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+|[+-]?[0-9]+")
GROUPED = {
    ".": re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})*(?:,[0-9]+)?"),
    ",": re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]+)?"),
    " ": re.compile(r"[+-]?[0-9]{1,3}(?: [0-9]{3})*(?:[.,][0-9]+)?"),
}
# Three digits after the only sign: thousands, or three decimals. Nothing in the file tells which.
EITHER = {sign: re.compile(rf"[+-]?(?:[0-9]{{1,3}}|[1-9][0-9]{{0,2}}[{sign}][0-9]{{3}})") for sign in ".,"}
PADDED = re.compile(r"0[0-9]+")  # a number that begins with nought is a code
TRUTHS = frozenset({"true", "false", "t", "f", "yes", "no", "y", "n"})
# Forms of days and times, those that need no format first. Two that both read every value are told.
PLAIN_FORMS = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S")
PLAIN_FORMS += ("%Y-%m-%dT%H:%M:%S.%f",)
TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
DAYS = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%d-%b-%Y", "%d %b %Y", "%d/%m/%y")
DAYS += ("%m/%d/%y",)
MONTHS = ("%Y-%m", "%m/%Y", "%b %Y", "%B %Y", "%Y%m%d")
FORMS = (*MONTHS, *(day + time for day in DAYS for time in TIMES))


@dataclass(frozen=True)
class Found:
    """How a column can be read.

    Attributes
    ----------
    type : a type of the passport
    form : format of its days or times; None: as the standard writes them
    decimal, thousands : signs of its numbers
    others : other forms that read as many values, as 03/04/2024 and 9,200 in two ways
    failing : values that are not of the type, with the number of their rows
    """

    type: str
    form: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    others: tuple[str, ...] = ()
    failing: tuple[tuple[str, int], ...] = ()


def found(counts: Mapping[str, int]) -> Found:
    """Return how different values, each with its number of rows, can be read; text where nothing else fits.

    >>> found({"08": 3, "12": 1}).type, found({"1,5": 2, "0,25": 1}).decimal
    ('text', ',')
    >>> found({"13/02/2024": 1, "03/04/2024": 1}).form
    '%d/%m/%Y'
    """
    filled = {value.strip(): n for value, n in counts.items() if value.strip()}
    if not filled:
        return Found("text")
    if all(value.casefold() in TRUTHS for value in filled):
        return Found("boolean")
    if any(PADDED.fullmatch(value) for value in filled) and not _read_by(filled, _day("%Y%m%d")):
        return Found("text")
    return _of_days(filled) or _of_numbers(filled) or Found("text")


def _of_numbers(filled: Mapping[str, int]) -> Found | None:
    if any("," in value for value in filled) and all(EITHER[","].fullmatch(value) for value in filled):
        return Found("integer", thousands=",", others=("decimal: ','",))
    either = any("." in value for value in filled) and all(EITHER["."].fullmatch(value) for value in filled)
    kinds: tuple[tuple[re.Pattern[str], Found], ...] = (
        (WHOLE, Found("integer")),
        (POINT, Found("number")),
        (COMMA, Found("number", decimal=",")),
        (GROUPED["."], Found("number", decimal=",", thousands=".")),
        (GROUPED[","], Found("number", thousands=",")),
        (GROUPED[" "], Found("number", thousands=" ")),
    )
    for pattern, kind in kinds:
        failing = _failing(filled, lambda value, pattern=pattern: pattern.fullmatch(value) is not None)
        if failing is None:
            continue
        is_whole = kind.thousands and not any((kind.decimal or ".") in value for value in filled)
        type_ = "integer" if is_whole else kind.type
        others = ("thousands: '.'",) if either else ()
        return Found(type_, None, None if is_whole else kind.decimal, kind.thousands, others, failing)
    return None


def _of_days(filled: Mapping[str, int]) -> Found | None:
    plain = _failing(filled, lambda value: any(_day(form)(value) for form in PLAIN_FORMS))
    if plain is not None:
        has_time = any(":" in value for value in filled)
        return Found("timestamp" if has_time else "date", failing=plain)
    tried = {form: failing for form in FORMS if (failing := _failing(filled, _day(form))) is not None}
    if not tried:
        return None
    fewest = min(sum(n for _, n in failing) for failing in tried.values())
    best = [form for form, failing in tried.items() if sum(n for _, n in failing) == fewest]
    type_ = "timestamp" if "%H" in best[0] or "%I" in best[0] else "date"
    return Found(type_, best[0], others=tuple(best[1:]), failing=tried[best[0]])


def _day(form: str) -> Callable[[str], bool]:
    def reads(value: str) -> bool:
        try:
            return dt.datetime.strptime(value, form).year in YEARS  # noqa: DTZ007 - local time, as the file means it
        except ValueError:
            return False

    return reads


def _read_by(filled: Mapping[str, int], reads: Callable[[str], bool]) -> bool:
    return all(reads(value) for value in filled)


def _failing(filled: Mapping[str, int], reads: Callable[[str], bool]) -> tuple[tuple[str, int], ...] | None:
    """Return the values that cannot be read, most rows first; None where they are too many for the type to be meant."""
    most = (1 - NEARLY_ALL) * sum(filled.values())
    failing, lost = [], 0
    for value, n in filled.items():
        if not reads(value):
            failing.append((value, n))
            lost += n
            if lost > most and len(failing) > 1 or lost > max(most, 0.1 * sum(filled.values())):
                return None
    return tuple(sorted(failing, key=lambda item: (-item[1], item[0])))
