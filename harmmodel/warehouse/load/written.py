"""Numbers and times as people write them: SQL that reads a text as the passport says, and says what it may have meant.

The database would read 9.200 as 9, 10:30 PM as 10:30 and 10:30+01:00 as 10:30. Here such a text is read as it is
meant where the passport says how, and is no value otherwise.
"""

from __future__ import annotations

from harmmodel.config.rows.columns import Column
from harmmodel.warehouse.store.connection import literal

HOUR = "([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?"
STAMP = f"[0-9]{{4}}[-/][0-9]{{1,2}}[-/][0-9]{{1,2}}((T| +){HOUR})?"
OFFSET = "(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
SPACES = "[ \u00a0\u202f]"  # a thin one and one that holds two words together are spaces, too
PARTS = {" ": SPACES, "'": "['\u2019]", ".": "[.]", ",": ","}
DIGITS = "[0-9]{1,3}"
POWER = "([eE][+-]?[0-9]+)?"
# What a text that is no number may have meant, and how the passport says so.
NUMBERS = (
    (f"[+-]?{DIGITS}([.][0-9]{{3}})+,[0-9]+", 'decimal: "," and thousands: "."'),
    (f"[+-]?{DIGITS}(,[0-9]{{3}})+[.][0-9]+", 'thousands: ","'),
    (f"[+-]?{DIGITS}([.][0-9]{{3}})+", 'thousands: "." where the point parts thousands'),
    (f"[+-]?{DIGITS}(,[0-9]{{3}})+", 'thousands: "," where the comma parts thousands, or decimal: ","'),
    (f"[+-]?[0-9]*,[0-9]+{POWER}", 'decimal: ","'),
    (f"[+-]?{DIGITS}({SPACES}[0-9]{{3}})+([.][0-9]+)?", 'thousands: " "'),
    (f"[+-]?{DIGITS}(['\u2019][0-9]{{3}})+([.][0-9]+)?", 'thousands: "\'"'),
)
TIMES = (
    (f"{STAMP} *[AaPp][.]?[Mm][.]?", "format: how the file writes it, as %Y-%m-%d %I:%M %p"),
    (f"{STAMP} *{OFFSET}", "zone: whose local time is meant, as Europe/London"),
    (".*[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}.*", "format: how the file writes it, as %d/%m/%Y %H:%M"),
)
# Texts that hold a time in a way of their own, each with what to do.
OTHER_TIMES = (
    (
        "[34][0-9]{4}([.][0-9]+)?",
        "It may be a day as a spreadsheet counts them: format the cells as dates, then save as CSV",
    ),
    ("1[0-9]{9}([0-9]{3})?", "It may count seconds since 1970: write it as a time"),
    ("(19|20)[0-9]{2}", "Say format: %Y where it is a year, which then stands for the whole of it"),
    ("(19|20)[0-9]{2}-[0-9]{2}", "Say format: %Y-%m where it is a month"),
    (".*[Qq][1-4]([^0-9].*)?", "Write the first day of the quarter, and say grain: quarter in the passport"),
    ("[[:alpha:]]{3,9}[.]?[- /](19|20)[0-9]{2}", "Say format: how the file writes it, as %b %Y"),
)
TWO_DIGITS = "[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}([^0-9].*)?"
_NO_FORM = ((STAMP.replace(HOUR, "[0-9:.]+"), ""),)  # written as times are, and of no day or hour that there is


def is_like(text: str, pattern: str) -> str:
    """SQL of whether the whole of *text* (SQL) fits a pattern."""
    return f"regexp_full_match({text}, {literal(pattern)})"


def is_marked(column: Column) -> bool:
    """Say whether the passport tells how the numbers of a column are written."""
    return column.type in ("integer", "number") and bool(column.decimal or column.thousands)


def number(text: str, column: Column, declared: str) -> tuple[str, str]:
    """SQL of the value of *text* (SQL), written with the passport's marks, and of whether it is written so."""
    thousands = PARTS[column.thousands] if column.thousands else None
    point = "," if column.decimal == "," or (column.decimal is None and column.thousands == ".") else "[.]"
    whole = f"({DIGITS}({thousands}[0-9]{{3}})+|[0-9]+)" if thousands else "[0-9]+"
    after = f"({point}0*)?" if column.type == "integer" else f"({point}[0-9]*)?{POWER}"
    pattern = f"[+-]?{whole}{after}" + (f"|[+-]?{point}[0-9]+{POWER}" if column.type == "number" else "")
    plain = f"regexp_replace({text}, {literal(thousands)}, '', 'g')" if thousands else text
    plain = f"replace({plain}, ',', '.')" if point == "," else plain
    return f"try_cast({plain} as {declared})", is_like(text, f"({pattern})")


def stamp(text: str, column: Column) -> tuple[str, str]:
    """SQL of the time that *text* (SQL) tells, and of whether it is written as times are.

    A text with an offset, as 10:30+01:00, is an instant: the passport's zone makes local time of it.
    """
    plain, is_plain = f"try_cast({text} as timestamp)", is_like(text, STAMP)
    if column.zone is None:
        return plain, is_plain
    is_instant = is_like(text, f"{STAMP}{OFFSET}")
    local = local_time(f"try_cast({text} as timestamptz)", column.zone)
    return f"case when {is_instant} then {local} else {plain} end", f"({is_plain} or {is_instant})"


def formed(text: str, column: Column) -> tuple[str, str]:
    """SQL of the time that *text* (SQL) tells in the passport's format, and of whether its year has four digits."""
    form = column.format or ""
    read = f"try_strptime({text}, {literal(form)})"
    if "%z" in form or "%Z" in form:
        read = local_time(read, column.zone or "UTC")
    return read, f"year({read}) >= 1000" if "%Y" in form else "true"


def digits(number: str) -> str:
    """SQL of a number as a format reads it: 2019.0, as a workbook or Parquet may hold a year, is 2019."""
    whole = f"try_cast({number} as bigint)"
    return f"case when {whole} = {number} then {whole}::varchar else {number}::varchar end"


def local_time(instant: str, zone: str) -> str:
    """SQL of the local time of an instant in a zone."""
    return f"timezone({literal(zone)}, {instant})"


def hint(text: str, column: Column) -> str:
    """SQL of how the passport may say what *text* (SQL) meant, as a sentence; an empty text where nothing fits."""
    said: list[tuple[str, str]] = []
    if column.type in ("integer", "number"):
        said = [] if is_marked(column) else list(NUMBERS)
    elif column.type in ("timestamp", "date"):
        said = (
            [(TWO_DIGITS, "%y in format for a year of two digits")] if column.format and "%Y" in column.format else []
        )
        said += [] if column.format else [*TIMES[:2], *_NO_FORM, *TIMES[2:], *OTHER_TIMES]
    cases = [f"when {is_like(text, pattern)} then {literal(_sentence(remedy))}" for pattern, remedy in said]
    if other := exchanged(column.format):
        remedy = _sentence(f"It is one with %d and %m exchanged: say format: {other}")
        cases.append(f"when try_strptime({text}, {literal(other)}) is not null then {literal(remedy)}")
    return f"case {' '.join(cases)} else '' end" if cases else "''"


def exchanged(form: str | None) -> str:
    """Return a format with day and month exchanged; an empty text where it has not both as numbers.

    >>> exchanged("%m/%d/%Y"), exchanged("%Y-%m")
    ('%d/%m/%Y', '')
    """
    if not form or "%d" not in form or "%m" not in form:
        return ""
    return form.replace("%d", "%\0").replace("%m", "%d").replace("%\0", "%m")


def _sentence(remedy: str) -> str:
    """Put what to say behind a fault; what begins with a capital is a sentence already."""
    if not remedy:
        return ""
    return f". {remedy}" if remedy[0].isupper() else f". Say {remedy}"
