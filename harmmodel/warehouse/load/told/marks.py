"""Words and marks that stand where a file has no value: found, counted, and proposed for the passport."""

from __future__ import annotations

import re

from harmmodel.config import Passport
from harmmodel.config.rows.columns import LOW
from harmmodel.warehouse.load import personal
from harmmodel.warehouse.store.connection import Connection, identifier, literal, single

# What publishers write in the place of a small count, and of a value that they do not know. None is of a person.
SUPPRESSED = (
    "[<≤] ?[0-9]{1,3}|[0-9]{1,2} ?(-|–|to) ?[0-9]{1,3}|(less|fewer) than [0-9]{1,3}|under [0-9]{1,3}"
    "|[*†‡#^~]{1,3}|[cdsx]|suppressed|withheld|redacted|masked|confidential|\\[[a-z:]\\]"
)
MISSING = (
    "n/?a|n\\.a\\.?|#n/a|null|none|nil|nan|unknown|unk|missing|no data|not? ?det\\.?|tbc|\\(?blank\\)?|[-–—.]{1,3}"
    "|\\?{1,3}|not (known|available|applicable|recorded|reported|stated)|desconocido|sin dato|s/?d|inconnu|unbekannt"
    "|k\\. ?a\\."
)
EMPTY = "'' is no count: an empty cell may mean 0, a small count or that nobody knows"
FOUND = "^'(.*)' is no "  # how a fault tells such a word
UNCOUNTED, SUPPRESSED_ROW = "uncounted_", "suppressed_"  # columns of rows as they arrive
MOST = 12  # words that a message proposes


def is_mark(text: str) -> bool:
    """Say whether a value is a mark that publishers write in the place of a small count."""
    return re.fullmatch(SUPPRESSED, text.strip().casefold()) is not None


def is_word(text: str) -> bool:
    """Say whether a value is such a mark, or a word for what nobody knows.

    >>> [is_word(text) for text in ("<5", "*", "N/A", "..", "5", "ROBBERY")]
    [True, True, True, True, False, False]
    """
    return is_mark(text) or re.fullmatch(MISSING, text.strip().casefold()) is not None


def shown_in_sql(text: str) -> str:
    """SQL of a value as a message may tell it: a known word or mark whole and quoted, its shape of any other."""
    known = f"regexp_full_match(lower({text}), {literal(f'{SUPPRESSED}|{MISSING}')})"
    return f"case when {known} then '''' || {text} || '''' else {personal.masked_in_sql(text)} end"


def proposals(con: Connection, passport: Passport) -> list[str]:
    """Name the words found in the table ``faulty`` with their counts, and the lines of the passport that tell them."""
    found = con.execute(
        "select column_name, regexp_extract(why, $found, 1) as word, count(*) as n, "
        "regexp_full_match(lower(word), $suppressed) as is_mark from faulty where not is_kept and regexp_matches(why, "
        "$found) group by all order by column_name, n desc, word",
        {"found": FOUND, "suppressed": SUPPRESSED},
    ).fetchall()
    return [
        _proposed(
            name, [(str(word), int(n), bool(is_mark)) for other, word, n, is_mark in found if other == name], passport
        )
        for name in dict.fromkeys(str(name) for name, *_ in found)
    ]


def _proposed(name: str, words: list[tuple[str, int, bool]], passport: Passport) -> str:
    counted = ", ".join(f"{word!r} in {n:,} {'row' if n == 1 else 'rows'}" for word, n, _ in words[:MOST])
    listed = ", ".join(f'"{word}"' for word, *_ in words[:MOST])
    is_count = name in passport.counts
    marks = [word for word, _, is_mark in words[:MOST] if is_mark]
    said = f"  column {name}: {counted}. "
    if is_count:
        known = max((most(word) for word in marks), default=0)
        high = str(known) if known else "the most that they may stand for"
        said += (
            f"If they stand for small counts that the publisher suppressed, say with the column suppressed: {{marks: "
            f"[{listed}], low: 1, high: {high}}}; if "
        )
    else:
        said += "If "
    return f"{said}they mean that no value is known, missing: [{listed}]"


def most(mark: str) -> int:
    """Return the most that a mark such as <5, 1-4 or fewer than 10 stands for; 0 where it does not say.

    >>> [most(mark) for mark in ("<5", "≤ 5", "1-4", "fewer than 10", "*")]
    [4, 5, 4, 9, 0]
    """
    digits = "".join(c if c.isdigit() else " " for c in mark).split()
    if not digits:
        return 0
    return int(digits[-1]) - (len(digits) == 1 and "≤" not in mark)


def unreadable_counts(con: Connection, passport: Passport) -> list[str]:
    """Name the columns of counts in which a value cannot be read: such rows are never left out, as if nothing were."""
    if not passport.counts:
        return []
    if passport.counts_column and single(con, "select count(*) from faulty where not is_kept") != (0,):
        return list(passport.counts)  # nothing but counts stands there, so whatever is wrong in a row loses one
    rows = con.execute(
        "select distinct column_name from faulty where list_contains($counts, column_name) order by 1",
        {"counts": list(passport.counts)},
    ).fetchall()
    return [str(name) for (name,) in rows]


def flags(passport: Passport) -> list[str]:
    """SQL of which rows (``t``) lack count and ends, and which give ends alone; nothing without columns of counts."""
    if not passport.counts:
        return []
    unknown, ended = [], []
    for name in passport.counts:
        value, is_ended = f"t.{identifier(name)}", bool(passport.columns[name].suppressed)
        low = f"t.{identifier(f'{name}{LOW}')}" if is_ended else value
        unknown.append(f"{low} is null")
        ended += [f"({value} is null and {low} is not null)"] if is_ended else []
    return [f"({' or '.join(unknown)}) as {UNCOUNTED}", f"({' or '.join(ended) or 'false'}) as {SUPPRESSED_ROW}"]
