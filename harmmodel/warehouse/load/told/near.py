"""Codes, ids and names that are known but for how they are written: found and proposed, never taken in silence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from difflib import get_close_matches

from harmmodel.config import characters

CLOSE = 0.8  # share of letters that two names have in common, from which the one is proposed for the other
MOST_COMPARED = 5_000  # known names; comparing letter by letter with more takes too long
LONGEST = 80  # characters of a value that a message shows


def _seen(text: str) -> str:
    return "".join(sign for sign in text if unicodedata.category(sign) not in ("Cf", "Cc") or sign in "\t\n")


def _bare(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


# Ways of writing that tell nothing, each with what is said of it. Each is taken off in this order.
WAYS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("with an invisible sign", _seen),
    ("with other spaces", lambda text: " ".join(text.split())),
    ("with accents composed otherwise", lambda text: unicodedata.normalize("NFC", text)),
    ("with other accents", _bare),
    ("in other capitals", str.casefold),
    ("as a decimal", lambda text: re.sub(r"^([+-]?[0-9]+)\.0*$", r"\1", text)),
    ("with other leading zeros", lambda text: re.sub(r"(?<![0-9.])0+(?=[0-9])", "", text)),
)


def plain(text: str, without: int | None = None) -> str:
    """Return a text without what tells nothing in the way it is written; *without*: the place of a way that is left."""
    for number, (_, taken_off) in enumerate(WAYS):
        text = text if number == without else taken_off(text)
    return text


def _difference(one: str, other: str) -> str:
    """Say how two ways of writing one thing differ: what cannot be left out for them to be the same."""
    needed = [said for number, (said, _) in enumerate(WAYS) if plain(one, number) != plain(other, number)]
    # Accents that are merely composed otherwise are the same without them, too.
    composed = unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)
    return "with accents composed otherwise" if composed else " and ".join(needed) or "otherwise"


def _is_number(text: str) -> bool:
    """Say whether a text is mostly digits: another with nearly the same is another unit, no slip of the pen."""
    signs = [sign for sign in text if sign.isalnum()]
    return 2 * sum(sign.isdigit() for sign in signs) > len(signs)


class Known:
    """Ids, codes or column names that are known, to find the one that was meant."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(set(names))
        self.plain: dict[str, list[str]] = {}
        for name in self.names:
            self.plain.setdefault(plain(name), []).append(name)

    def same(self, written: str) -> str | None:
        """Return the one known name that differs from *written* in the way of writing alone; None: none, or several.

        >>> known = Known(["3", "08", "Ñuñoa"])
        >>> [known.same(text) for text in ("3.0", "8", " ÑUÑOA", "9")]
        ['3', '08', 'Ñuñoa', None]
        """
        found = self.plain.get(plain(written), [])
        return found[0] if len(found) == 1 and found[0] != written else None

    def hint(self, written: str) -> str:
        """Say which known name is meant, as the end of a line; an empty text where none comes near.

        >>> Known(["3"]).hint("3.0"), Known(["Downtown"]).hint("Central"), Known(["E01010843"]).hint("E01010833")
        (", like '3', written as a decimal", '', '')
        """
        if (found := self.same(written)) is not None:
            return f", like {shown(found)}, written {_difference(written, found)}"
        if several := self.plain.get(plain(written)):
            return f", like {' and '.join(map(shown, several[:3]))}, written otherwise"
        if len(self.names) > MOST_COMPARED or _is_number(written):
            return ""
        folded = {plain(name): name for name in self.names}
        close = get_close_matches(plain(written), list(folded), 1, CLOSE)
        return f", nearest {shown(folded[close[0]])}" if close else ""


def shown(value: str) -> str:
    r"""Write a value between quotes, with signs that cannot be seen as their codes.

    >>> shown("A\u200b1")
    "'A\\u200b1'"
    """
    text = value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"
    quoted = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
    return f"'{characters.visible(quoted)}'"
