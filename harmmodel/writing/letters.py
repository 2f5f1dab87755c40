"""Letters that look alike are read as one: what a reader takes for *name* is name, in whatever script it is typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Letters of other scripts, each below the Latin letter that a reader takes it for.
_ALIKE = """
АΑᎪᗅꓮ𐊠 A|ВΒᏴꓐ B|СϹᏟꓚ C|ᎠꓓᗞⅮ D|ЕΕᎬꓰ E|ϜꓝҒ F|ᏀꓖԌ G|НΗᎻꓧ H|ІΙӀᏆꓲ I|ЈͿᎫꓙ J|КΚᏦꓗ K|ᏞꓡԼ L|МΜᎷꓟ M|ΝꓠՈ N|ОΟՕꓳ O|РΡᏢꓑ P|
ԚႭ Q|ᎡꓣЯ R|ЅᏚꓢՏ S|ТΤᎢꓔ T|ՍꓴᑌЏ U|ѴᏙꓦ V|ԜᏔꓪ W|ХΧꓫ X|УΥҮꓬ Y|ΖᏃꓜ Z|
аɑαаₐ a|вьЬϐβƅ b|сϲᴄ c|ԁժδɗ d|еєεҽ e|ғſƒ f|ɡցǥ g|һнհ h|іιıɩӏյꙇ i|јϳյ j|кκқᴋ k|ӏⅼ l|мᴍϻ m|пηոռ n|оοօσᴏө o|рρϱ p|ԛգզ q|
гᴦꭇ r|ѕꜱƽ s|тτᴛ t|υսцᴜʋ u|ѵνᴠ v|ԝωѡᴡա w|хχ x|уγүყʏ y|ᴢʐ z|
ᴀ a|ʙ b|ᴅ d|ᴇ e|ꜰ f|ɢ g|ʜ h|ɪ i|ᴊ j|ʟ l|ɴ n|ᴘ p|ʀ r|
łŁ l|øØ o|đĐðÐ d|ß ss|ẞ SS|æ ae|Æ AE|œ oe|Œ OE|þÞ th|ŋ n|ħ h|ŧ t|’ʼ‘`´ '|‐‑‒–—−﹘ -
"""


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for part in _ALIKE.replace("\n", "").split("|"):
        letters, _, latin = part.strip().partition(" ")
        table |= {letter: latin for letter in letters if letter not in table}
    for first in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6):  # letters in squares, in filled circles and squares, of flags
        table |= {chr(first + at): chr(ord("A") + at) for at in range(26)}
    return table


ALIKE = _table()


@dataclass(frozen=True)
class Readable:
    """A text in plain Latin letters as a reader takes them, capitals kept, and where each stood in the text."""

    source: str
    text: str
    at: Sequence[int]

    def piece(self, start: int, end: int) -> str:
        """Return what stands in the source where *text* has ``text[start:end]``."""
        return self.source[self.at[start] : self.at[end - 1] + 1].strip() if start < end else ""


def readable(source: str) -> Readable:
    """Read a text as people see it: no accents, no invisible signs, letters that look alike as one.

    >>> readable("Ｎаme of Peña").text
    'Name of Pena'
    """
    if source.isascii():
        return Readable(source, source, range(len(source)))
    letters: list[str] = []
    at: list[int] = []
    for place, letter in enumerate(source):
        for one in _latin(letter):
            letters.append(one)
            at.append(place)
    return Readable(source, "".join(letters), at)


def _latin(letter: str) -> str:
    if letter.isascii():
        return letter
    if letter in ALIKE:
        return ALIKE[letter]
    parts = unicodedata.normalize("NFKD", letter)
    kept = (ALIKE.get(part, part) for part in parts if unicodedata.category(part) not in ("Mn", "Me", "Cf"))
    return "".join(kept)


def folded(source: str) -> str:
    """Return a text in small plain letters.

    >>> folded("Straße"), folded("ΝΑМＥ")
    ('strasse', 'name')
    """
    return readable(source).text.casefold()
