"""What the values of a column are: the types, forms and signs in which all or nearly all of them can be read."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from harmmodel.warehouse.load.told import marks

NEARLY_ALL = 0.98  # share of the filled rows from which on a type is proposed; the others are listed
YEARS = range(1900, 2101)
WHOLE = re.compile(r"[+-]?(?:0|[1-9][0-9]*)")
POINT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+|[+-]?[0-9]+")
GROUPED = {
    ".": re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})*(?:,[0-9]+)?"),
    ",": re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]+)?"),
    " ": re.compile(r"[+-]?[0-9]{1,3}(?: [0-9]{3})*(?:[.,][0-9]+)?"),
}
# Three digits after the only sign: thousands, or three decimals. Nothing in the file tells which.
EITHER = {
    ".": re.compile(r"[+-]?(?:[0-9]{1,3}|[1-9][0-9]{0,2}\.[0-9]{3})"),
    ",": re.compile(r"[+-]?(?:[0-9]{1,3}|[1-9][0-9]{0,2},[0-9]{3})"),
}
PADDED = re.compile(r"0[0-9]+")  # a number that begins with nought is a code
TRUTHS = frozenset({"true", "false", "t", "f", "yes", "no", "y", "n"})
# Forms of days and times, those that need no format first. Two that both read every value are told.
PLAIN_FORMS: tuple[str, ...] = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S",
)
PLAIN_FORMS += ("%Y-%m-%dT%H:%M:%S.%f",)
ZONED_FORMS = tuple(form + "%z" for form in PLAIN_FORMS if "%S" in form)  # of a time with its offset
HOURS_OFF = re.compile(r"(?<=[0-9])[+-][0-9]{2}$")  # an offset of whole hours, as +00
TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
DAYS: tuple[str, ...] = (
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d/%m/%y",
)
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
    is_written : whether the values came as text; False: the file gives their type
    words : of numbers the marks and words that stand where no value is told, with the number of their rows
    is_whole : whether every number is whole, also where it is written as 1.204 or 3,0
    is_zoned : whether its times have a zone or an offset, so that somebody says whose local time is meant
    """

    type: str
    form: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    others: tuple[str, ...] = ()
    failing: tuple[tuple[str, int], ...] = ()
    is_written: bool = True
    is_zoned: bool = False
    words: tuple[tuple[str, int], ...] = ()
    is_whole: bool = False

    @property
    def is_open(self) -> bool:
        """Whether a person has to say how it is read, since nothing in the file tells."""
        return bool(self.others)


def cells(line: str, sign: str) -> list[str]:
    """Return the cells of a line of text that *sign* parts.

    >>> cells('a;"b;c";d', ";")
    ['a', 'b;c', 'd']
    """
    return next(csv.reader([line], delimiter=sign), [])


def found(counts: Mapping[str, int], day_first: bool | None = None) -> Found:
    """Return how different values, each with its number of rows, can be read; text where nothing else fits.

    Parameters
    ----------
    day_first : which of two forms of a day is meant, if somebody has said so

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
    if any(PADDED.fullmatch(value) for value in filled) and not all(map(_day("%Y%m%d"), filled)):
        return Found("text")
    return _of_days(filled, day_first) or _of_worded(filled) or Found("text")


def _of_worded(filled: Mapping[str, int]) -> Found | None:
    """As `_of_numbers`, of what is left when marks such as <5 and words such as n/a are taken for no value."""
    words = {value: n for value, n in filled.items() if marks.is_word(value)}
    rest = {value: n for value, n in filled.items() if value not in words}
    found = _of_numbers(rest) if rest else None
    if found is None:
        return None
    return replace(found, words=tuple(sorted(words.items(), key=lambda item: (-item[1], item[0]))))


def _of_numbers(filled: Mapping[str, int]) -> Found | None:
    if any("," in value for value in filled) and all(EITHER[","].fullmatch(value) for value in filled):
        return Found("integer", thousands=",", others=("decimal: ','",), is_whole=True)
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
        failing = _failing(filled, _whole(pattern))
        if failing is None:
            continue
        is_whole = kind.thousands and not any((kind.decimal or ".") in value for value in filled)
        type_ = "integer" if is_whole else kind.type
        others = ("thousands: '.'",) if either else ()
        lost = {value for value, _ in failing}
        whole = type_ == "integer" or either or all(_is_whole(value, kind) for value in filled if value not in lost)
        decimal = None if is_whole else kind.decimal
        return Found(type_, None, decimal, kind.thousands, others, failing, is_whole=whole)
    return None


def _is_whole(value: str, kind: Found) -> bool:
    """Say whether a number holds no part of one: 3, 1.204,0 and 12.00 do not; also not 1.5e3."""
    text = value.replace(kind.thousands, "") if kind.thousands else value
    _, _, rest = text.partition(kind.decimal or ".")
    return not rest.strip("0")


def _of_days(filled: Mapping[str, int], day_first: bool | None) -> Found | None:
    plain = _failing(filled, lambda value: any(_day(form)(value) for form in PLAIN_FORMS))
    if plain is not None:
        has_time = any(":" in value for value in filled)
        return Found("timestamp" if has_time else "date", failing=plain)
    zoned = _failing(filled, _is_zoned)
    if zoned is not None:
        return Found("timestamp", failing=zoned, is_zoned=True)
    tried = {form: failing for form in FORMS if (failing := _failing(filled, _day(form))) is not None}
    if not tried:
        return None
    fewest = min(sum(n for _, n in failing) for failing in tried.values())
    best = [form for form, failing in tried.items() if sum(n for _, n in failing) == fewest]
    if day_first is not None:
        best.sort(key=lambda form: (form.find("%d") < form.find("%m")) != day_first)
    type_ = "timestamp" if "%H" in best[0] or "%I" in best[0] else "date"
    others = [form for form in best[1:] if any(_meant(value, form) != _meant(value, best[0]) for value in filled)]
    return Found(type_, best[0], others=() if day_first is not None else tuple(others), failing=tried[best[0]])


def _meant(value: str, form: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(value, form)
    except ValueError:
        return None


def _is_zoned(value: str) -> bool:
    """Say whether a value is a time with its offset, as the database reads it: also 2021/09/30 04:00:00+00."""
    plain = value.replace("/", "-")
    plain = HOURS_OFF.sub(lambda met: f"{met[0]}:00", plain) if ":" in plain else plain
    return any(_day(form)(plain) for form in ZONED_FORMS)


def _day(form: str) -> Callable[[str], bool]:
    def reads(value: str) -> bool:
        moment = _meant(value, form)
        return moment is not None and moment.year in YEARS

    return reads


def _whole(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: pattern.fullmatch(value) is not None


def _failing(filled: Mapping[str, int], reads: Callable[[str], bool]) -> tuple[tuple[str, int], ...] | None:
    """Return the values that cannot be read, most rows first; None where they are too many for the type to be meant."""
    most = (1 - NEARLY_ALL) * sum(filled.values())
    failing, lost = [], 0
    for value, n in filled.items():
        if not reads(value):
            failing.append((value, n))
            lost += n
            if (lost > most and len(failing) > 1) or lost > max(most, 0.1 * sum(filled.values())):
                return None
    return tuple(sorted(failing, key=lambda item: (-item[1], item[0])))
