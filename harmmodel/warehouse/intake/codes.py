"""Offences that are known from layouts and crosswalks, and the one that a new text comes nearest to."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from harmmodel.config import CrosswalkRow
from harmmodel.config.drafts.faults import SUGGESTED, TO_DECIDE
from harmmodel.config.drafts.layouts import Layout, LayoutCode
from harmmodel.config.rows.crosswalk import EMPTY, SEPARATOR
from harmmodel.warehouse.intake.profiles import FileProfile, opened_as
from harmmodel.warehouse.load.told import near
from harmmodel.warehouse.store.connection import identifier

NEAR = 0.72  # how alike two texts are, from which on the class of the one is suggested for the other
HIGH_ARRESTS = 0.5  # share of records with an arrest, from which on it is asked whether police found them
LONGEST = 160  # characters of another code that a note repeats
WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Coded:
    """Rows of an offence, and the share of them with an arrest; None where the file tells none."""

    rows: int
    arrests: float | None


def of_files(found: Sequence[FileProfile], columns: Mapping[str, str], arrest: str | None) -> dict[str, Coded]:
    """Count the rows of each code of the crosswalk, which several columns may make up, and their arrests.

    Parameters
    ----------
    columns : each with its type in the passport; 1.0 of a file is 1 where that says integer
    """
    total, arrested = Counter[str](), Counter[str]()
    flag = f"lower(left({identifier(arrest)}::varchar, 1)) in ('t', 'y', '1')" if arrest else "false"
    parts = ", ".join(f"coalesce({_written(name, type_)}, '')" for name, type_ in columns.items())
    for file in found:
        wanted = [*columns, *([arrest] if arrest else [])]
        with opened_as(file, wanted) as con:
            rows = con.execute(
                f"select concat_ws(' | ', {parts}) as v, count(*), count(*) filter ({flag}) from found group by v"
            ).fetchall()
        total.update({str(code): int(n) for code, n, _ in rows})
        arrested.update({str(code): int(n) for code, _, n in rows})
    return {code: Coded(n, arrested[code] / n if arrest else None) for code, n in total.items()}


def _written(column: str, type_: str) -> str:
    """SQL of a value as a run reads it."""
    text = f"{identifier(column)}::varchar"
    whole = f"try_cast({text} as double)"
    if type_ != "integer":
        return text
    return f"case when {whole} = floor({whole}) then {whole}::bigint::varchar else {text} end"


class KnownCodes:
    """Codes by the way they are written; of two written alike the first counts.

    A blank is none of them: what it stands for in one file says nothing of a blank in another.
    """

    def __init__(self, codes: Iterable[LayoutCode]) -> None:
        self.by_code: dict[str, LayoutCode] = {}
        self.by_word: dict[str, set[str]] = defaultdict(set)
        for code in codes:
            if not (plain := _plain(code.code)):
                continue
            self.by_code.setdefault(plain, code)
            for word in _stems(plain):
                self.by_word[word].add(plain)
        parts = [code.code.split(SEPARATOR) for code in self.by_code.values()]
        self.parts = tuple({_plain(p[at]) for p in parts if len(p) == 2} - {""} for at in (0, 1))

    def same(self, text: str) -> LayoutCode | None:
        """Return the code that is written so, but for capitals, spaces and signs."""
        return self.by_code.get(_plain(text))

    def has_part(self, text: str, at: int) -> bool:
        """Say whether codes of two parts have *text* in the first (0) or second (1) place."""
        return _plain(text) in self.parts[at]

    def nearest(self, text: str) -> LayoutCode | None:
        """Return the code that a text comes nearest to; None where none comes near."""
        if (found := self.same(text)) is not None:
            return found
        plain = _plain(text)
        candidates = {code for word in _stems(plain) for code in self.by_word.get(word, ())}
        likeness = {code: _likeness(plain, code) for code in candidates}
        best = max(likeness, key=lambda code: (likeness[code], code), default="")
        return self.by_code[best] if best and likeness[best] >= NEAR else None


def known_codes(layouts: Iterable[Layout], crosswalks: Iterable[CrosswalkRow]) -> KnownCodes:
    """Collect what reviewed crosswalks of the project's places say, then what layouts say."""
    reviewed = [
        LayoutCode.model_validate(
            {"code": r.code, "class": r.class_, "enforcement": r.enforcement, "match": r.match, "kind": r.kind}
        )
        for r in crosswalks
        if r.match != SUGGESTED
    ]
    return KnownCodes([*reviewed, *(code for layout in layouts for code in layout.codes)])


def suggestion(source: str, code: str, held: Coded, known: KnownCodes, given: LayoutCode | None) -> CrosswalkRow:
    """Return the line of a crosswalk for an offence of a file: nobody has reviewed it, so it stops a run.

    Parameters
    ----------
    given : what the layout of the file says of this code
    """
    met = given or known.nearest(code)
    share = "" if held.arrests is None else f", arrest in {held.arrests:.0%}"
    told = f"{held.rows:,} rows{share}"
    is_high = held.arrests is not None and held.arrests >= HIGH_ARRESTS
    if met is None:
        why = "no known offence comes near" if _plain(code) else "no offence is given"
        told += f"; {why}: choose a class"
        told += ", and decide whether it is enforcement, since most end in an arrest" if is_high else ""
        class_, enforcement, kind = TO_DECIDE, is_high, ""
    elif is_high and not met.enforcement and given is None:
        told += (
            f"; nearest known: {met.code[:LONGEST]} ({met.class_}, harm). Most end in an arrest: enforcement to decide"
        )
        class_, enforcement, kind = TO_DECIDE, True, ""
    else:
        class_, enforcement, kind = met.class_, met.enforcement, met.kind
        is_same = given is not None or _plain(met.code) == _plain(code)
        fit = met.match if is_same else "closest"
        why = met.note or ("" if is_same else f"nearest known: {met.code[:LONGEST]}")
        told = f"{proposed(fit)} {why} ({told})" if why else f"{proposed(fit)} {told}"
    line = {"source": source, "code": code or EMPTY, "class": class_, "enforcement": enforcement, "kind": kind}
    return CrosswalkRow.model_validate({**line, "match": SUGGESTED, "note": " ".join(told.split())})


def proposed(fit: str) -> str:
    """Begin the note of a suggestion that can be accepted as it is."""
    return f"Proposed as {fit}:"


def _plain(text: str) -> str:
    """Return the words of a code, small and without accents; an empty text where all of it is blank."""
    filled = " ".join(part for part in text.split(SEPARATOR) if part != EMPTY)
    return " ".join(WORDS.findall(near.plain(filled)))


def _stems(plain: str) -> set[str]:
    return {word[:4] for word in plain.split() if len(word) > 2}


def _likeness(one: str, other: str) -> float:
    """Return how alike two texts are, by letters and by words: 0 to 1."""
    mine, theirs = set(one.split()), set(other.split())
    shared = len(mine & theirs) / max(min(len(mine), len(theirs)), 1) if min(len(mine), len(theirs)) > 1 else 0.0
    if len(mine & theirs) == 1 and (len(mine) == 1 or len(theirs) == 1):
        # ROBBERY of ARMED ROBBERY; of two such words the one that comes first.
        shared = 0.8 if max(one.split(), other.split(), key=len)[0] in mine & theirs else 0.78
    letters = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return max(shared * 0.95, letters) + letters / 1000  # of several that share a word the one that is most alike
