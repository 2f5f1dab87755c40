"""What a draft asks of a person: what a file can be read as in two ways, and what no file tells."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from harmmodel.config.drafts.faults import SUGGESTED, TO_DECIDE
from harmmodel.config.reader import TO_STATE
from harmmodel.errors import SourceError
from harmmodel.warehouse.intake import framing
from harmmodel.warehouse.intake.columns.ids import Ids
from harmmodel.warehouse.intake.parts import Parts
from harmmodel.warehouse.intake.passports import Drafted
from harmmodel.warehouse.intake.profiles import FileProfile
from harmmodel.warehouse.intake.roles import Roles
from harmmodel.warehouse.load.personal import masked
from harmmodel.warehouse.load.told import marks

LISTED = 6


def refuse_open_dates(whole: FileProfile, found: Roles) -> None:
    """Ask how the day of an event is meant where the file reads as well with the month first: nothing is guessed.

    Raises
    ------
    SourceError
        With both forms, and how to say which.
    """
    if found.time is None or whole.layout is not None:
        return
    read = whole.column(found.time).read
    if read.others:
        raise SourceError(
            f"{whole.given.name}: every value of {found.time} can be read as {read.form} and as "
            f"{' and as '.join(read.others)}. Nothing was written. Say which is meant: --day-first, or --month-first"
        )


def decide(
    parts: Parts, content: Mapping[str, Any], unweighed: Sequence[str], counted: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return what a person has to decide, by file below the folder of the place, in the order in which it is met.

    Parameters
    ----------
    unweighed : classes of serious violence for which the project has no weight
    counted : harm classes that the place's indicators count
    """
    asked: dict[str, list[str]] = defaultdict(list)
    for draft in parts.every:
        here = f"sources/{draft.id}.yaml"
        if keys := list(_open_keys(draft.passport)):
            asked[here].append(f"state what begins with {TO_STATE!r}: {', '.join(keys)}")
        noun = f"line of {parts.outlines.whole.given.name}" if parts.is_listed and parts.outlines else "outline"
        asked[here] += [*_of_layout(draft), *draft.roles.questions, *_of_rows(draft, noun), *_of_months(draft)]
        asked[here] += _of_series(draft)
    if rows := [row for row in parts.rows if row.match == SUGGESTED]:
        undecided = sum(row.class_ == TO_DECIDE for row in rows)
        have = "has" if undecided == 1 else "have"
        least = f"; {undecided} {have} no class yet or may be enforcement (to_decide)" if undecided else ""
        asked["crosswalk.csv"].append(f"review {len(rows)} suggested line{'s' * (len(rows) > 1)}{least}")
    if keys := list(_open_keys(content)):
        asked["place.yaml"].append(f"state {', '.join(keys)}")
    if untold := [class_ for class_ in content["classes"] if class_ not in counted]:
        asked["place.yaml"].append(
            f"no indicator counts {', '.join(untold)}: their events are kept and never scored. Write an indicator for "
            "those that shall count, as the files in config/indicators/area, and list it under indicators"
        )
    if unweighed:
        asked["place.yaml"].append(
            f"{', '.join(unweighed)} are left out of serious_violence, since a file in config/weights has "
            "no weight for them"
        )
    return {file: tuple(sentences) for file, sentences in asked.items() if sentences}


def _open_keys(content: Any, where: str = "") -> list[str]:
    if isinstance(content, str):
        return [where] if content.startswith(TO_STATE) else []
    items = content.items() if isinstance(content, Mapping) else enumerate(content) if isinstance(content, list) else ()
    return [key for name, value in items for key in _open_keys(value, f"{where}.{name}" if where else str(name))]


def _of_layout(draft: Drafted) -> list[str]:
    told, file = [], draft.files[0]
    if file.table and file.table.heading > 1:
        told.append(f"the headings are taken from line {file.table.heading}, and what stands above is not read")
    if file.table and file.table.ends:
        told.append(f"the rows end above the line that begins with {file.table.ends!r}, which is not read")
    if names := framing.open_names(file.table):
        told.append(
            f"columns are called by their place, since no heading tells them: {', '.join(names)}. Rename those that "
            "are read, here under table.names and wherever they stand below"
        )
    if file.crossing:
        listed = ", ".join(file.crossing[:LISTED]) + (" …" if len(file.crossing) > LISTED else "")
        told.append(
            f"outlines number {listed} cross themselves and are taken as what they enclose (repair: true): look at "
            "them on the map"
        )
    return told


def _of_rows(draft: Drafted, noun: str) -> list[str]:
    told = _of_units(draft, noun)
    if draft.units and draft.roles.unit:
        meant = {Ids(draft.units).same(unit) or unit for unit in draft.whole.column(draft.roles.unit).counts}
        if silent := sorted(set(draft.units) - meant):
            told.append(
                f"{len(silent)} of {len(draft.units)} units have no row at all: {', '.join(silent[:LISTED])}. Either "
                "nothing is recorded there, or the file calls them otherwise"
            )
    told += _of_words(draft)
    for column in draft.whole.columns:
        if column.name in draft.passport.get("columns", {}) and column.read.failing:
            shown = ", ".join(f"{masked(value)} ({n:,})" for value, n in column.read.failing[:3])
            # A row whose count cannot be read is never left out: it may stand for many.
            what = (
                "say what they stand for: suppressed (marks, low, high) for small counts that are not told, missing "
                "where nobody knows"
                if column.name == draft.roles.counted
                else "list the words under missing, or leave such rows out by bad_rows: reject"
            )
            told.append(f"column {column.name} is {column.read.type} but for {shown}. Correct the file, or {what}")
    if any(file.encoding in framing.GUESSED for file in draft.files) and "encoding" in draft.passport:
        told.append(f"its encoding is drafted as {draft.passport['encoding']}: look at an accent in the crosswalk")
    return told


def _of_words(draft: Drafted) -> list[str]:
    """Name the marks and words in columns of numbers, and what they are drafted to stand for."""
    told = []
    for column in draft.whole.columns:
        words = column.read.words if column.name in draft.passport.get("columns", {}) else ()
        is_count = column.name == draft.roles.counted and draft.passport.get("use") != "reference"
        for is_mark in (True, False) if words else ():
            met = [(word, n) for word, n in words if (is_count and marks.is_mark(word)) == is_mark]
            if not met:
                continue
            shown = ", ".join(f"{word!r} ({n:,})" for word, n in met[:LISTED])
            what = (
                "small counts that the publisher suppressed (suppressed): look between which ends each lies"
                if is_mark
                else "what nobody knows (missing), and never 0: look whether that is meant"
                + (". If it is 0, write suppressed with low: 0 and high: 0 for it" if is_count else "")
            )
            told.append(f"column {column.name}: {shown} {'are' if len(met) > 1 else 'is'} taken for {what}")
    return told


def _of_units(draft: Drafted, noun: str) -> list[str]:
    """Name the ids that no unit has: strangers first, then those that are units written otherwise."""
    rows, known = draft.roles.unknown, Ids(draft.units)
    same = {unit: meant for unit in rows if (meant := known.same(unit)) is not None}
    strange, told = [unit for unit in rows if unit not in same], []
    for listed, what, then in (
        (
            [f"{unit!r} ({rows[unit]:,} rows{known.hint(unit)})" for unit in strange],
            f"{sum(rows[unit] for unit in strange):,} rows have a {draft.roles.unit} that no {noun} has",
            "They are drafted under locate.outside: give those that are units a line under locate.spellings instead",
        ),
        (
            [f"{unit!r} as {meant!r} ({rows[unit]:,} rows)" for unit, meant in same.items()],
            f"{sum(rows[unit] for unit in same):,} rows have a {draft.roles.unit} that is written otherwise",
            "They are drafted under locate.spellings: look whether each is meant so",
        ),
    ):
        more = f" and {len(listed) - LISTED} more" if len(listed) > LISTED else ""
        told += [f"{what}: {', '.join(listed[:LISTED])}{more}. {then}"] if listed else []
    return told


def _of_months(draft: Drafted) -> list[str]:
    period, told = draft.period, []
    if period is None:
        return []
    if period.empty:
        listed = ", ".join(f"{month:%Y-%m}" for month in period.empty[:LISTED])
        told.append(
            f"{len(period.empty)} months between the first and the last hold no row ({listed}) and are "
            "left out of covers"
        )
    for month in period.thin[:LISTED]:
        told.append(
            f"{month:%Y-%m} holds {period.months[month]:,} rows, far fewer than others: write it under gaps or quiet"
        )
    if period.outside:
        told.append(
            f"{period.outside:,} rows lie before or after what covers says; they are most likely slips of the pen"
        )
    return told


def _of_series(draft: Drafted) -> list[str]:
    """Name files that differ in more than digits, as those of two forces, and months that only some of them have."""
    if draft.roles.time is None or len(draft.files) < 2:
        return []
    series: dict[str, dict[str, str]] = {}
    for file in draft.files:
        months = {f"{day:%Y-%m}" for day in file.column(draft.roles.time).days}
        held = series.setdefault(re.sub(r"[0-9]+", "#", file.given.name), {})
        held |= dict.fromkeys(months, file.given.name)
    if len(series) < 2:
        return []
    firsts = [min(held.values()) for held in series.values() if held]
    told = [f"{len(series)} kinds of file are one source, as {', '.join(firsts[:LISTED])}: leave out what is elsewhere"]
    every = {month for held in series.values() for month in held}
    for held in series.values():
        if held and (absent := sorted(every - set(held))):
            told.append(
                f"{min(held.values())} and others of such a name hold no row of {', '.join(absent[:LISTED])}, which "
                "others hold, and a run stops there: add the missing files, or leave out those of that name"
            )
    return told
