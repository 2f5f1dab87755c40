"""What may be entered about groups: every fault of every row is named by its cell, then nothing is taken."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from harmmodel.config import Config
from harmmodel.config.grouprelations import listed
from harmmodel.warehouse.entered.sheets import Row

LEVELS = ("nil", "low", "medium", "high", "unknown")
EVIDENCE = ("A", "B", "C", "D", "E", "F")
INFORMATION = ("1", "2", "3", "4", "5", "6")
PANELS = ("assessors", "community")
COLUMNS = {
    "groups": ("group_id", "group_label", "size_band", "first_seen", "review_due"),
    "assessments": (
        "group_id",
        "attribute",
        "level",
        "evidence",
        "information",
        "assessor",
        "panel",
        "assessed_on",
        "expires_on",
    ),
}
KEYS = {"groups": ("group_id",), "assessments": ("group_id", "attribute", "assessor", "assessed_on")}
CODE = re.compile(r"^[a-z][a-z0-9-]{1,31}$")
MONTH_DAYS = 30.4375


@dataclass(frozen=True)
class Rules:
    """What entries are checked against."""

    attributes: dict[str, str]
    bands: dict[str, int | None]
    k: int
    known: frozenset[str]
    vignettes: frozenset[str]
    today: dt.date
    retention_years: int
    assessment_months: int


def rules(config: Config, known: frozenset[str], today: dt.date) -> Rules:
    """Return the rules of a place; *known* are the codes of groups that the place knows already."""
    scheme = config.group_scheme
    return Rules(
        attributes={i.id: str(i.pillar) for i in listed(config) if i.is_assessed},
        bands={band.id: band.least for band in scheme.size_bands},
        k=config.policy.disclosure.internal,
        known=known,
        vignettes=frozenset(v.id for v in scheme.vignettes),
        today=today,
        retention_years=scheme.retention_years,
        assessment_months=scheme.assessment_months,
    )


def faults(found: dict[str, list[Row]], rules: Rules, taken: dict[str, set[tuple[str, ...]]]) -> list[str]:
    """Return every fault of the rows, each headed by the address of its cell.

    Parameters
    ----------
    found : rows by sheet
    rules : what they are checked against
    taken : keys that were entered before, by sheet
    """
    entered = frozenset(row.cells.get("group_id", "") for row in found.get("groups", []))
    lines: list[str] = []
    for sheet, rows in found.items():
        if missing := [c for c in COLUMNS[sheet] if rows and c not in rows[0].columns]:
            lines.append(f"{sheet}!A1: columns missing: {', '.join(missing)}. Fill in the template")
            continue
        if extra := sorted({c for c in rows[0].columns if c and c not in COLUMNS[sheet]} if rows else set()):
            lines.append(f"{sheet}!A1: columns not known: {', '.join(extra)}. Nothing else may be entered")
        seen = set(taken.get(sheet, set()))
        for row in rows:
            check = _group(row, rules) if sheet == "groups" else _assessment(row, rules, entered)
            lines += [f"{row.address(column)}: {why}" for column, why in check]
            own = key(sheet, row)
            if own in seen:
                lines.append(f"{row.address(KEYS[sheet][0])}: {' '.join(own)} was entered before")
            seen.add(own)
    return lines


def key(sheet: str, row: Row) -> tuple[str, ...]:
    """Return what tells a row from all others of its sheet."""
    return tuple(row.cells[column] for column in KEYS[sheet])


def _group(row: Row, rules: Rules) -> Iterator[tuple[str, str]]:
    cells = row.cells
    if not CODE.match(cells["group_id"]):
        yield "group_id", f"{_shown(cells['group_id'])} is no code: small letters, digits and hyphens, 2 to 32 of them"
    elif cells["group_id"] in rules.known:
        yield "group_id", f"{cells['group_id']} is the code of a group that is known already"
    if not 2 <= len(cells["group_label"]) <= 60:
        yield "group_label", "give the name of the organisation, 2 to 60 characters"
    elif not cells["group_label"].isprintable():
        yield "group_label", "holds a line break or a character that cannot be seen. Type it anew"
    least = rules.bands.get(cells["size_band"], 0)
    if cells["size_band"] not in rules.bands:
        yield "size_band", f"{_shown(cells['size_band'])} is not one of {', '.join(rules.bands)}"
    elif least is not None and least < rules.k:
        yield "size_band", f"a group of fewer than {rules.k} could single people out, so it may not be entered"
    yield from _day(row, "first_seen", dt.date(1900, 1, 1), rules.today)
    last = rules.today.replace(year=rules.today.year + rules.retention_years, day=1)
    yield from _day(row, "review_due", rules.today + dt.timedelta(days=1), last)


def _assessment(row: Row, rules: Rules, entered: frozenset[str]) -> Iterator[tuple[str, str]]:
    cells = row.cells
    if cells["group_id"] not in rules.known | rules.vignettes | entered:
        yield "group_id", f"{_shown(cells['group_id'])} is neither a known group nor a vignette"
    for column, allowed in (
        ("attribute", tuple(rules.attributes)),
        ("level", LEVELS),
        ("evidence", EVIDENCE),
        ("information", INFORMATION),
        ("panel", PANELS),
    ):
        if cells[column] not in allowed:
            yield column, f"{_shown(cells[column])} is not one of {', '.join(allowed)}"
    if not CODE.match(cells["assessor"]):
        yield "assessor", "give a role as a code such as analyst-1, never the name of a person"
    if cells["panel"] == "community" and rules.attributes.get(cells["attribute"], "community") != "community":
        yield "panel", "the community panel rates community control alone"
    yield from _day(row, "assessed_on", dt.date(1900, 1, 1), rules.today)
    first = _as_day(cells["assessed_on"])
    if first is not None:
        latest = first + dt.timedelta(days=round(rules.assessment_months * MONTH_DAYS))
        yield from _day(row, "expires_on", first + dt.timedelta(days=1), latest)


def _day(row: Row, column: str, first: dt.date, last: dt.date) -> Iterator[tuple[str, str]]:
    day = _as_day(row.cells[column])
    if day is None:
        yield column, f"{_shown(row.cells[column])} is no day; write it as 2026-11-21"
    elif not first <= day <= last:
        yield column, f"{day} lies outside {first} to {last}"


def _as_day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _shown(text: str) -> str:
    return repr(text[:40]) if text else "an empty cell"
