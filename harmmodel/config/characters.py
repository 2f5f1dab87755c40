"""Characters that no text may hold: those that steer a terminal, turn the direction of text or cannot be seen.

They are refused where text comes in. Where text goes out they are written as their codes all the same, since a file
may have been made by other means.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

# By kind, not by name: control signs, invisible signs and turns of direction, halves of a sign, private signs, and
# two line ends that only some programs know.
REFUSED_KINDS = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Line end and tab lay out text; the joiners are part of spelling in Persian and in scripts of India.
ALLOWED = frozenset("\n\t\u200c\u200d")


def is_refused(character: str) -> bool:
    r"""Say whether no text may hold a character.

    >>> [is_refused(c) for c in ("\x1b", "\r", "\u202e", "\ue000", "\n", "é", "ע", "\u00a0")]
    [True, True, True, True, False, False, False, False]
    """
    return unicodedata.category(character) in REFUSED_KINDS and character not in ALLOWED


def fault(text: str) -> str | None:
    r"""Say what is wrong with the first character that is refused, and what to do; None where nothing is.

    >>> fault("Loop\x1b[31m"), fault("Loop")
    ('character 5: U+001B (control sign) cannot be seen, and may not stand in a text. Type it anew', None)
    """
    text = text.replace("\r\n", "\n")
    if text.replace("\n", "").replace("\t", "").isprintable():  # holds no such kind, told without Python's own loop
        return None
    at = next((at for at, character in enumerate(text) if is_refused(character)), None)
    if at is None:
        return None
    name = unicodedata.name(text[at], "control sign")
    line = text.count("\n", 0, at)
    place = f"line {line + 1}" if line else f"character {at + 1}"
    return f"{place}: U+{ord(text[at]):04X} ({name}) cannot be seen, and may not stand in a text. Type it anew"


# What a spreadsheet takes for the start of a formula; the wide forms are read so where the input method is Chinese or
# Japanese. Before a tab or a carriage return some programs look at what follows.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def begins_formula(cell: str) -> bool:
    """Say whether a spreadsheet would run a cell; it passes over spaces at the start.

    >>> [begins_formula(cell) for cell in ("=1+1", "  @SUM(1)", "Loop")]
    [True, True, False]
    """
    return cell.startswith(FORMULA_STARTS) or cell.lstrip().startswith(FORMULA_STARTS)


def visible(text: str) -> str:
    r"""Write refused characters as their codes, so that they are seen and do nothing.

    >>> visible("a\x1b[31mb\u202ec\r\nd")
    'a\\x1b[31mb\\u202ec\nd'
    """
    if text.isprintable():
        return text
    return "".join(_code(character) if is_refused(character) else character for character in text.replace("\r\n", "\n"))


def _code(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def faults_in(content: object, where: str = "") -> Iterator[tuple[str, str]]:
    r"""Return where in nested content a text holds a refused character, and which; names count as texts.

    >>> [where for where, _ in faults_in({"pillars": [{"label": "a\x07"}]})]
    ['pillars.0.label']
    """
    waiting: list[tuple[str, object]] = [(where, content)]  # not by recursion: content may be nested deeply
    while waiting:
        place, held = waiting.pop()
        if isinstance(held, str):
            if (wrong := fault(held)) is not None:
                yield place, wrong
        elif isinstance(held, dict):
            for name, value in reversed(held.items()):
                inner = visible(str(name))[:60]
                waiting.append((f"{place}.{inner}" if place else inner, value))
                waiting.append((place, name))
        elif isinstance(held, list | tuple):
            waiting.extend((f"{place}.{at}" if place else str(at), value) for at, value in enumerate(held))
