"""Reviewing a draft: which lines of the crosswalk and which ids of units are suggested, and accepting them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from harmmodel.config import CrosswalkRow
from harmmodel.config.drafts import faults
from harmmodel.config.drafts.faults import SUGGESTED, TO_DECIDE
from harmmodel.config.load import PLACE_ID
from harmmodel.config.reader import CONFIG_TABLE, Reader
from harmmodel.errors import ConfigError
from harmmodel.limits import by_name, read_csv
from harmmodel.warehouse.intake.tables import of_config

RANGE = re.compile(r"([0-9]{1,7})(?:-([0-9]{1,7}))?")
IS_SUGGESTED = re.compile(r"(?m)^[ ]+suggested: true[ ]*(?:#.*)?\n|,[ ]*suggested: true(?=[ ]*[,}])")
NOTE = re.compile(r"Proposed as (exact|closest|proxy): ?")


def suggested(project: Path, place: str) -> list[tuple[int, CrosswalkRow]]:
    """Return the lines of a place's crosswalk that nobody has reviewed, each with its number.

    Raises
    ------
    ConfigError
        When there is no such place, or its crosswalk cannot be read.
    """
    return [(line, row) for line, row in _rows(project, place) if row.match == SUGGESTED]


def is_proposed(row: CrosswalkRow) -> bool:
    """Say whether a line can be accepted as it is: it has a class, and how well that fits."""
    return row.class_ != TO_DECIDE and NOTE.match(row.note) is not None


def accept(project: Path, place: str, lines: str) -> list[int]:
    """Accept suggested lines as they are: their match becomes what their note proposes. Returns their numbers.

    Raises
    ------
    ConfigError
        When a line is not suggested, or has no class yet; nothing is accepted then.
    """
    rows = dict(_rows(project, place))
    chosen = [line for line in _numbers(lines) if line in rows and rows[line].match == SUGGESTED]
    if not chosen:
        raise ConfigError(f"crosswalk.csv: none of the lines {lines} is suggested. See them: harmmodel review {place}")
    if undecided := [line for line in chosen if not is_proposed(rows[line])]:
        told = ", ".join(f"{line} ({rows[line].code})" for line in undecided[:8])
        raise ConfigError(
            f"crosswalk.csv line {told}: nothing is proposed that could be accepted. Choose class and enforcement "
            "there, and write exact, closest or proxy under match. Nothing was accepted"
        )
    path = _path(project, place)
    (_, header), *held = [
        (n, cells) for n, cells in read_csv(path.read_text("utf-8-sig"), path.name, CONFIG_TABLE) if cells
    ]
    written = []
    for line, cells in held:
        named = by_name(header, cells)
        if line in chosen and (fit := NOTE.match(named["note"])):
            named |= {"match": fit.group(1), "note": named["note"][fit.end() :]}
        written.append(named)
    work = path.with_suffix(".csv.tmp")
    work.write_text(of_config(header, written), "utf-8", newline="")
    os.replace(work, path)
    return chosen


def suggested_ids(project: Path, place: str) -> dict[str, dict[str, str]]:
    """Return by source the ids that are proposed for units written otherwise, and that nobody has reviewed."""
    return faults.suggested_ids(Reader(project), _path(project, place).parent)


def accept_ids(project: Path, place: str, source: str) -> dict[str, str]:
    """Accept the ids of a source that are proposed for units, and return them.

    Raises
    ------
    ConfigError
        When none is suggested there, or the passport is written so that a person has to do it.
    """
    held = suggested_ids(project, place)
    if source not in held:
        named = ", ".join(held) or "none"
        raise ConfigError(f"no ids of source {source!r} are suggested. Sources with such ids: {named}")
    path = _path(project, place).parent / "sources" / f"{source}.yaml"
    work = path.with_suffix(".yaml.tmp")
    work.write_text(IS_SUGGESTED.sub("", path.read_text("utf-8"), count=1), "utf-8", newline="")
    locate = Reader(project).content(work).get("locate")
    if not isinstance(locate, dict) or "suggested" in locate or locate.get("spellings") is None:
        work.unlink()
        raise ConfigError(f"sources/{source}.yaml is not written as it was drafted. Take suggested out of locate there")
    os.replace(work, path)
    return held[source]


def _rows(project: Path, place: str) -> list[tuple[int, CrosswalkRow]]:
    path = _path(project, place)
    reader = Reader(project)
    rows = reader.rows(path, CrosswalkRow)
    if reader.faults:
        raise ConfigError("the crosswalk cannot be read:\n  " + "\n  ".join(reader.faults))
    return list(zip(reader.lines.get(reader.name(path), []), rows, strict=True))


def _path(project: Path, place: str) -> Path:
    path = project / "config" / "places" / place / "crosswalk.csv"
    if not PLACE_ID.match(place) or not path.is_file():
        raise ConfigError(f"{path} is not there. Name a place that was added")
    return path


def _numbers(lines: str) -> list[int]:
    found: set[int] = set()
    for part in lines.replace(" ", "").split(","):
        match = RANGE.fullmatch(part)
        if match is None:
            raise ConfigError(f"{part!r} is no line or range of lines. Write as 2-9,12")
        first, last = int(match.group(1)), int(match.group(2) or match.group(1))
        found |= set(range(first, min(last, first + 100_000) + 1))
    return sorted(found)
