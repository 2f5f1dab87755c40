"""How numbers, periods and lists are written, everywhere the same."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from decimal import Decimal
from numbers import Real

from harmmodel.config import characters
from harmmodel.lenses.phrases import half_up
from harmmodel.lenses.tiers import NOTHING, SIGNS

MISSING = "–"
YOUR_ROLE = "Your role (never a name)"
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$&=:@^\"])")
NAMES_AND_MAIL = re.compile(r"(\\[:@])")
ADDRESS = re.compile(r"(www)(?=\\\.)", re.IGNORECASE)
# Streamlit turns :names: and addresses into pictures and links after escapes are read; an invisible joiner stops it.
JOINER = "\u2060"
OUR_MARKDOWN = re.compile(rf"\\(.)|\*\*|[`{JOINER}]")


def _unknown(value: object) -> bool:
    return not isinstance(value, (Real, Decimal)) or not math.isfinite(
        value
    )  # None and the NA of pandas are no numbers


def number(value: float | None, decimals: int = 0) -> str:
    """A number with a thousands comma and fixed decimals.

    >>> number(86.4), number(0.966, 2), number(-0.2), number(float("nan"))
    ('86', '0.97', '0', '–')
    """
    if value is None or _unknown(value):
        return MISSING
    rounded = half_up(value, decimals) + 0.0
    return f"{0.0 if rounded == 0 else rounded:,.{decimals}f}"


def score(value: float | None) -> str:
    """A score of the area, a pillar or an indicator: a whole number."""
    return number(value)


def interval(low: float | None, high: float | None, decimals: int = 0) -> str:
    """An interval as figures: en dash, no spaces.

    >>> interval(80.7, 91.2), interval(0.9, 1.06, 2)
    ('81–91', '0.90–1.06')
    """
    if _unknown(low) or _unknown(high):
        return MISSING
    return f"{number(low, decimals)}–{number(high, decimals)}"


def span(low: float | None, high: float | None, decimals: int = 0) -> str:
    """An interval inside a sentence.

    >>> span(12, 24)
    '12 to 24'
    """
    if _unknown(low) or _unknown(high):
        return MISSING
    return f"{number(low, decimals)} to {number(high, decimals)}"


def share(value: float | None) -> str:
    """A share of 0 to 1 in percent: no decimals from 10%, one below.

    >>> share(0.22), share(0.08), share(0.0996), share(0)
    ('22%', '8.0%', '10%', '0%')
    """
    if value is None or _unknown(value):
        return MISSING
    percent = 100 * value
    if 0 <= percent < 0.05:
        return "under 0.1%" if percent else "0%"
    return f"{number(percent, 1 if abs(half_up(percent, 1)) < 10 else 0)}%"


def ratio(value: float | None) -> str:
    """Enforcement to harm: one decimal and the sign of multiplication.

    >>> ratio(3.62), ratio(0.03)
    ('3.6×', 'under 0.1×')
    """
    if value is None or _unknown(value):
        return MISSING
    return "under 0.1×" if 0 < value < 0.05 else f"{number(value, 1)}×"


def excess(value: float | None) -> str:
    """Excess over chance, two decimals; 1.00 is chance."""
    return number(value, 2)


def rate(value: float | None) -> str:
    """A rate with two significant digits.

    >>> rate(46.3), rate(4.63), rate(0.463), rate(1234), rate(0)
    ('46', '4.6', '0.46', '1,200', '0')
    """
    if value is None or _unknown(value):
        return MISSING
    if value == 0:
        return "0"
    rounded = half_up(value, 1 - math.floor(math.log10(abs(value))))
    return number(rounded, max(1 - math.floor(math.log10(abs(rounded))), 0))


def exact(value: float) -> str:
    """A value that people set, such as a goalpost: as it stands, never rounded.

    >>> exact(275), exact(0.5), exact(12000)
    ('275', '0.5', '12,000')
    """
    return f"{value:,.10g}"


def count(value: float | None, *, k: int = 0) -> str:
    """A count; from 1 up to below *k* it is only said to be small.

    >>> count(2254), count(4, k=10), count(0, k=10)
    ('2,254', 'fewer than 10', 'fewer than 10')
    """
    if value is None or _unknown(value):
        return MISSING
    return f"fewer than {k}" if value < k else number(value)


def ends(low: float, high: float, decimals: int = 0) -> str:
    """A count that is told, or the ends between which a withheld one lies.

    >>> ends(3.0, 3.0), ends(1.0, 4.0), ends(1.25, 5.0, 1)
    ('3', '1 to 4', '1.3 to 5.0')
    """
    return (
        number(low, decimals)
        if low == high or _unknown(low)
        else f"{number(low, decimals)} to {number(high, decimals)}"
    )


def rank_change(moves: float | None) -> str:
    """Places moved, in words; up is towards rank 1.

    >>> rank_change(15), rank_change(-12), rank_change(0), rank_change(4.5)
    ('up 15', 'down 12', 'same', 'up 4.5')
    """
    if moves is None or _unknown(moves):
        return MISSING
    if moves == 0:
        return "same"
    return f"{'up' if moves > 0 else 'down'} {rank(abs(moves))}"


def rank(value: float | None) -> str:
    """A rank; ties share the average, so half ranks occur.

    >>> rank(4.0), rank(4.5)
    ('4', '4.5')
    """
    if value is None or _unknown(value):
        return MISSING
    return number(value, 0 if float(value).is_integer() else 1)


def rank_range(low: float | None, high: float | None, of: int) -> str:
    """Between which ranks a unit lies.

    >>> rank_range(12, 24, 77), rank_range(1, 1, 77)
    ('rank 12 to 24 of 77', 'rank 1 of 77')
    """
    if _unknown(low) or _unknown(high):
        return MISSING
    return f"rank {rank(low)} of {of}" if low == high else f"rank {rank(low)} to {rank(high)} of {of}"


def as_date(value: str | dt.date) -> dt.date:
    """The day in *value*, whether it is a date, a time or text of either."""
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)[:10])


NO_DAY = ("NaT", "None", "<NA>", "nan")  # how a day that is not known is written as text


def date(value: str | dt.date) -> str:
    """A day; one that is not known is a dash.

    >>> date("2026-11-21T04:05:06+00:00"), date("NaT")
    ('21 Nov 2026', '–')
    """
    if str(value) in NO_DAY:
        return MISSING
    day = as_date(value)
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def period(start: str | dt.date, end: str | dt.date) -> str:
    """A half-open period, shown with its last day.

    >>> period("2018-01-01", "2018-08-01"), period("2013-01-01", "2018-01-01"), period("2018-01-01", "2018-08-09")
    ('January to July 2018', '2013 to 2017', '1 Jan 2018 to 8 Aug 2018')
    >>> period("2017-08-01", "2018-08-01"), period("2018-07-01", "2018-08-01"), period("2017-01-01", "2018-01-01")
    ('August 2017 to July 2018', 'July 2018', '2017')
    """
    first, last = as_date(start), as_date(end) - dt.timedelta(days=1)
    if first.day != 1 or as_date(end).day != 1:
        return date(first) if first == last else f"{date(first)} to {date(last)}"
    if first.month == 1 and last.month == 12:
        return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
    since, until = (f"{MONTHS[day.month - 1]} {day.year}" for day in (first, last))
    if since == until:
        return until
    return f"{since.split()[0] if first.year == last.year else since} to {until}"


def span_of_years(first: float | None, last: float | None) -> str:
    """Calendar years as figures beside others, both ends among them.

    >>> span_of_years(2012, 2021), span_of_years(None, None)
    ('2012–2021', '–')
    """
    return MISSING if _unknown(first) or _unknown(last) else f"{first:.0f}–{last:.0f}"


def years(first: int, last: int) -> str:
    """Calendar years, both ends among them.

    >>> years(2012, 2021), years(2021, 2021), years(float("nan"), 2021)
    ('2012 to 2021', '2021', '–')
    """
    if _unknown(first) or _unknown(last):
        return MISSING
    return str(first) if first == last else f"{first} to {last}"


def listing(items: Iterable[str], *, at_most: int | None = None) -> str:
    """Items in a sentence.

    >>> listing(["A", "B", "C"]), listing(["A", "B", "C"], at_most=1), listing([])
    ('A, B and C', 'A and 2 more', 'none')
    """
    named = list(items)
    if not named:
        return "none"
    if at_most is not None and len(named) > at_most:
        named = [*named[:at_most], f"{len(named) - at_most} more"]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def how_many(n: int, one: str, many: str) -> str:
    """A number of things, in words up to twelve.

    >>> how_many(7, "area", "areas"), how_many(1, "area", "areas"), how_many(77, "area", "areas")
    ('seven areas', 'one area', '77 areas')
    """
    return f"{NUMBERS[n] if n < len(NUMBERS) else number(n)} {one if n == 1 else many}"


def areas(n: int) -> str:
    """A number of areas."""
    return how_many(n, "area", "areas")


def capital(sentence: str) -> str:
    """The sentence with a capital first letter and the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def tier(name: object, *, is_bold: bool = False) -> str:
    """A tier with its sign.

    >>> tier("focus"), tier("not scored", is_bold=True)
    ('● Focus', '– **Not scored**')
    """
    label = capital(str(name))
    return f"{SIGNS.get(str(name), NOTHING)} {f'**{label}**' if is_bold else label}"


def tier_key(names: Iterable[str]) -> str:
    """What the signs in a picture mean.

    >>> tier_key(["focus", "contested", "baseline"])
    '● focus, ◐ contested, ○ baseline'
    """
    return ", ".join(f"{SIGNS[name]} {name}" for name in names)


def one_line(text: object) -> str:
    r"""Text as one line in which everything is seen: for comments, names in lists and whatever a line end would end.

    >>> one_line("two\n lines\x1b")
    'two lines\\x1b'
    """
    return " ".join(characters.visible(str(text)).split())


def plain_markdown(text: object) -> str:
    r"""Untrusted text as it is, however it is written: no Markdown, HTML, link, emoji or colour comes of it.

    The one way of text into Markdown. What cannot be seen or turns the direction of text is written as its code.

    >>> plain_markdown("<b>*x*</b>"), plain_markdown("O'Hare")
    ('\\<b\\>\\*x\\*\\</b\\>', "O'Hare")
    """
    escaped = MARKUP.sub(r"\\\1", one_line(text))
    escaped = NAMES_AND_MAIL.sub(rf"\1{JOINER}", escaped)
    return ADDRESS.sub(rf"\1{JOINER}", escaped)


def unescaped(markdown: str) -> str:
    r"""Return our own Markdown as plain text, for terminals and for the journal.

    >>> unescaped(r"**Los Mayos \- one**"), unescaped(plain_markdown("a`b :x: **c**"))
    ('Los Mayos - one', 'a`b :x: **c**')
    """
    return OUR_MARKDOWN.sub(r"\1", markdown)
