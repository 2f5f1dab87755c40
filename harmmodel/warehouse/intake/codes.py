"""Offences that are known from layouts and crosswalks, and the one that a new text comes nearest to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from harmmodel.config.layouts import Layout
from harmmodel.config.rows.crosswalk import CrosswalkRow
from harmmodel.warehouse.load import near

NEAR = 0.72  # how alike two texts are, from which on the class of the one is suggested for the other
HIGH_ARRESTS = 0.5  # share of records with an arrest, from which on it is asked whether police found them
WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class KnownCode:
    """An offence whose class is known."""

    code: str
    class_: str
    enforcement: bool


class KnownCodes:
    """Codes by the way they are written."""

    def __init__(self, codes: Iterable[KnownCode]) -> None:
        self.by_code: dict[str, KnownCode] = {}
        for code in codes:
            self.by_code.setdefault(_plain(code.code), code)

    def same(self, text: str) -> KnownCode | None:
        """Return the code that is written so, but for capitals, spaces and signs."""
        return self.by_code.get(_plain(text))

    def nearest(self, text: str) -> KnownCode | None:
        """Return the code that a text comes nearest to; None where none comes near."""
        if (found := self.same(text)) is not None:
            return found
        plain = _plain(text)
        likeness = {code: _likeness(plain, code) for code in self.by_code}
        best = max(likeness, key=lambda code: (likeness[code], code), default="")
        return self.by_code[best] if best and likeness[best] >= NEAR else None


def known_codes(layouts: Iterable[Layout], crosswalks: Iterable[CrosswalkRow]) -> KnownCodes:
    """Collect what layouts say, then what crosswalks of the project's places say."""
    told = [KnownCode(c.code, c.class_, c.enforcement) for layout in layouts for c in layout.codes]
    reviewed = [KnownCode(r.code, r.class_, r.enforcement) for r in crosswalks if r.match != "suggested"]
    return KnownCodes([*told, *reviewed])


def suggestion(code: str, rows: int, arrests: float | None, known: KnownCodes) -> CrosswalkRow:
    """Return the line of a crosswalk for an offence of a file: nobody has reviewed it, so it stops a run.

    Parameters
    ----------
    arrests : share of its records with an arrest; None where the file has none
    """
    met = known.nearest(code)
    share = "" if arrests is None else f", arrest in {arrests:.0%}"
    told = f"{rows:,} rows{share}"
    if met is None:
        told += "; no known offence comes near. Choose a class"
        found = ("to_decide", bool(arrests is not None and arrests >= HIGH_ARRESTS))
    else:
        told += f"; nearest known: {met.code}"
        found = (met.class_, met.enforcement)
        if arrests is not None and arrests >= HIGH_ARRESTS and not met.enforcement:
            told += ". Most end in an arrest: decide whether police found it"
            found = (met.class_, True)
    return CrosswalkRow.model_validate(
        {"source": "draft", "code": code, "class": found[0], "enforcement": found[1], "match": "suggested", "note": told}
    )


def _plain(text: str) -> str:
    return " ".join(WORDS.findall(near.plain(text)))


def _likeness(one: str, other: str) -> float:
    """Return how alike two texts are, by letters and by words: 0 to 1."""
    mine, theirs = set(one.split()), set(other.split())
    shared = len(mine & theirs) / max(min(len(mine), len(theirs)), 1) if min(len(mine), len(theirs)) > 1 else 0.0
    if len(mine & theirs) == 1 and (len(mine) == 1 or len(theirs) == 1):
        shared = 0.75  # ROBBERY of ARMED ROBBERY
    return max(shared * 0.95, SequenceMatcher(None, one, other, autojunk=False).ratio())
