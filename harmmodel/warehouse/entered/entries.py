"""What people entered about groups: kept as CSV under ``data/entered/<place>``, added to and never edited."""

from __future__ import annotations

import csv
import datetime as dt
import fcntl
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from harmmodel.config import Config, written_text
from harmmodel.config.groups import LEVELS
from harmmodel.errors import AssessmentError
from harmmodel.warehouse.entered import sheets
from harmmodel.warehouse.entered.sheets import SheetRow
from harmmodel.warehouse.store import disk
from harmmodel.writing.persons import CONFIRM

EVIDENCE = ("A", "B", "C", "D", "E", "F")
INFORMATION = ("1", "2", "3", "4", "5", "6")
PANELS = ("assessors", "community")
COLUMNS = {
    "groups": ("group_id", "group_label", "size_band", "first_seen", "review_due", "source", "label_names"),
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
# Columns that a sheet may lack; they are empty then, and a row that needs one is told so.
MAY_LACK = ("source", "label_names")
KEYS = {"groups": ("group_id",), "assessments": ("group_id", "attribute", "assessor", "assessed_on")}
CODE = re.compile(r"^[a-z][a-z0-9-]{1,31}$")
MONTH_DAYS = 30.4375
LABEL_LENGTH = (2, 60)
SOURCE_LENGTH = (10, 300)
CONFIRM_IN_A_ROW = "Enter no person; if it names a group or a place, say so in the column label_names"
CITE = "Cite the work and its publisher, not its authors"


@dataclass(frozen=True)
class EntryRules:
    """What entries are checked against."""

    attributes: dict[str, str]
    bands: dict[str, int | None]
    k: int
    known: frozenset[str]
    vignettes: frozenset[str]
    today: dt.date
    retention_years: int
    assessment_months: int


def rules(config: Config, known: frozenset[str], today: dt.date) -> EntryRules:
    """Return the rules of a place; *known* are the codes of groups that the place knows already."""
    scheme = config.group_scheme
    return EntryRules(
        attributes={i.id: str(i.pillar) for i in config.listed_group_indicators if i.is_assessed},
        bands={band.id: band.least for band in scheme.size_bands},
        k=config.policy.disclosure.internal,
        known=known,
        vignettes=frozenset(v.id for v in scheme.vignettes),
        today=today,
        retention_years=scheme.retention_years,
        assessment_months=scheme.assessment_months,
    )


def last_use(config: Config, day: dt.date) -> dt.date:
    """Return the day up to which an assessment of *day* is proposed to be used: a year, or what the scheme allows."""
    return day + dt.timedelta(days=min(365, round(config.group_scheme.assessment_months * MONTH_DAYS)))


def faults(entries: dict[str, list[SheetRow]], rules: EntryRules, taken: dict[str, set[tuple[str, ...]]]) -> list[str]:
    """Return every fault of the rows, each headed by the address of its cell.

    Parameters
    ----------
    entries : rows by sheet
    rules : what they are checked against
    taken : keys that were entered before, by sheet
    """
    entered = frozenset(row.cells.get("group_id", "") for row in entries.get("groups", []))
    lines: list[str] = []
    for sheet, rows in entries.items():
        if missing := [c for c in COLUMNS[sheet] if rows and c not in (*rows[0].columns, *MAY_LACK)]:
            lines.append(f"{sheet}!A1: columns missing: {', '.join(missing)}. Fill in the template")
            continue
        if extra := sorted({c for c in rows[0].columns if c and c not in COLUMNS[sheet]} if rows else set()):
            lines.append(f"{sheet}!A1: columns not known: {', '.join(extra)}. Remove them: nothing else may be entered")
        seen = set(taken.get(sheet, set()))
        for row in rows:
            check = _group(row, rules) if sheet == "groups" else _assessment(row, rules, entered)
            lines += [f"{row.address(column)}: {why}" for column, why in check]
            own = key(sheet, row)
            if own in seen:
                lines.append(f"{row.address(KEYS[sheet][0])}: {' '.join(own)} was entered before")
            seen.add(own)
    return lines


def key(sheet: str, row: SheetRow) -> tuple[str, ...]:
    """Return what tells a row from all others of its sheet."""
    return tuple(row.cells[column] for column in KEYS[sheet])


def _group(row: SheetRow, rules: EntryRules) -> Iterator[tuple[str, str]]:
    cells = row.cells
    if not CODE.match(cells["group_id"]):
        yield "group_id", f"{_shown(cells['group_id'])} is no code. Use 2 to 32 small letters, digits and hyphens"
    elif cells["group_id"] in rules.known:
        yield "group_id", f"{cells['group_id']} is the code of a group that is known already. Choose another"
    yield from _label(cells)
    least = rules.bands.get(cells["size_band"], 0)
    if cells["size_band"] not in rules.bands:
        yield "size_band", f"{_shown(cells['size_band'])} is not one of {', '.join(rules.bands)}"
    elif least is not None and least < rules.k:
        yield (
            "size_band",
            f"a group of fewer than {rules.k}, the suppression threshold, could single people out. Leave it out",
        )
    yield from _source(cells, is_needed=least is None)
    yield from _day(row, "first_seen", dt.date(1900, 1, 1), rules.today)
    last = rules.today.replace(year=rules.today.year + rules.retention_years, day=1)
    yield from _day(row, "review_due", rules.today + dt.timedelta(days=1), last)


def _label(cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Refuse a label of a person; one that only looks so may stay when its row says what it names."""
    label, names = cells["group_label"], cells.get("label_names", "")
    least, most = LABEL_LENGTH
    if names and names not in written_text.NAMED:
        yield "label_names", f"{_shown(names)} is not one of {', '.join(written_text.NAMED)}"
    if not least <= len(label) <= most:
        yield "group_label", f"give the name of the organisation, {least} to {most} characters"
    elif not label.isprintable():
        yield "group_label", "holds a line break or a character that cannot be seen. Type it anew"
    else:
        is_confirmed = names in written_text.NAMED
        for fault in written_text.faults(label, most, style="label", is_confirmed=is_confirmed):
            yield "group_label", fault.replace(CONFIRM, CONFIRM_IN_A_ROW)


def _source(cells: dict[str, str], *, is_needed: bool) -> Iterator[tuple[str, str]]:
    """Ask for a source where nobody has counted the group: it could be one person."""
    source = cells.get("source", "")
    least, most = SOURCE_LENGTH
    if is_needed and len(source) < least:
        yield (
            "source",
            f"a group of unknown size needs a source of {least} characters or more: who says it is a group",
        )
    elif source:
        for fault in written_text.faults(source, most, known=(cells["group_label"],)):
            yield "source", fault.replace(CONFIRM, CITE)


def _assessment(row: SheetRow, rules: EntryRules, entered: frozenset[str]) -> Iterator[tuple[str, str]]:
    cells = row.cells
    if cells["group_id"] not in rules.known | rules.vignettes | entered:
        yield "group_id", f"{_shown(cells['group_id'])} is neither a known group nor a vignette. Enter the group first"
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


def _day(row: SheetRow, column: str, first: dt.date, last: dt.date) -> Iterator[tuple[str, str]]:
    day = _as_day(row.cells[column])
    if day is None:
        yield column, f"{_shown(row.cells[column])} is no day; write it as 2026-11-21"
    elif not first <= day <= last:
        yield column, f"{day} lies outside the days that are accepted: {first} to {last}"


def _as_day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _shown(text: str) -> str:
    return repr(text[:40]) if text else "an empty cell"


SHEETS = ("groups", "assessments")
SHOWN = 200


@dataclass(frozen=True)
class EnteredRecords:
    """All that was entered about a place: groups and assessments as texts, one frame a sheet, and the hash of it."""

    frames: dict[str, pd.DataFrame]
    digest: str


def home(project: Path, place: str) -> Path:
    """Return the folder of what was entered about *place*."""
    return project / "data" / "entered" / place


def load(project: Path, place: str) -> EnteredRecords:
    """Read what was entered; empty frames where nothing was."""
    digest = hashlib.sha256()
    frames = {}
    for sheet in SHEETS:
        path = home(project, place) / f"{sheet}.csv"
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{sheet} {len(content)} ".encode() + content)
        rows = sheets.kept(content, path.name, sheet) if content else []
        frames[sheet] = _frame(sheet, rows, path)
    return EnteredRecords(frames, digest.hexdigest())


def _frame(sheet: str, rows: Sequence[SheetRow], path: Path) -> pd.DataFrame:
    columns = COLUMNS[sheet]
    # What was entered before a column was asked for stays as it is, and is empty there.
    earlier = tuple(c for c in columns if c not in MAY_LACK)
    if rows and rows[0].columns not in (columns, earlier):
        raise AssessmentError(f"{path} was changed by hand: its columns must be {', '.join(columns)}. Restore it")
    return pd.DataFrame(
        [[row.cells.get(c, "") for c in columns] for row in rows], columns=list(columns), dtype="object"
    )


def examine(
    content: bytes, name: str, config: Config, known: frozenset[str], project: Path
) -> dict[str, list[SheetRow]]:
    """Return the rows of an upload when every one of them may be entered.

    Parameters
    ----------
    known : codes of the groups that the published run knows

    Raises
    ------
    AssessmentError
        With every fault by its cell.
    """
    entries = sheets.read(content, name, SHEETS)
    taken = _taken(project, config.place.id)
    codes = known | {entry[0] for entry in taken["groups"]}
    lines = faults(entries, rules(config, codes, dt.datetime.now(dt.UTC).date()), taken)
    if not any(entries.values()):
        lines.append(f"{name} holds no row. Fill in the template")
    if lines:
        more = f"\n  and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
        listing = "\n  ".join(lines[:SHOWN])
        many = "1 fault" if len(lines) == 1 else f"{len(lines)} faults"
        raise AssessmentError(f"{name} has {many}; nothing was entered:\n  {listing}{more}")
    return entries


def _taken(project: Path, place: str) -> dict[str, set[tuple[str, ...]]]:
    """Return the keys of what was entered, by sheet."""
    before = load(project, place).frames
    return {
        sheet: {tuple(str(row[c]) for c in KEYS[sheet]) for row in before[sheet].to_dict("records")} for sheet in SHEETS
    }


def enter(project: Path, place: str, entries: dict[str, list[SheetRow]]) -> int:
    """Add examined rows to what was entered before; return how many.

    Raises
    ------
    AssessmentError
        When someone else has entered one of them since they were examined; nothing is entered then.
    """
    folder = home(project, place)
    folder.mkdir(parents=True, exist_ok=True)
    with closing((folder / ".lock").open("w")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two people may enter at the same time
        taken = _taken(project, place)
        keys = [(sheet, key(sheet, row)) for sheet, rows in entries.items() for row in rows]
        if again := [" ".join(code) for sheet, code in keys if code in taken[sheet]]:
            raise AssessmentError(
                f"{', '.join(again[:SHOWN])} was entered in the meantime. Nothing was entered now; check again"
            )
        for sheet, rows in entries.items():
            if rows:
                _append(folder / f"{sheet}.csv", sheet, rows)
    return sum(len(rows) for rows in entries.values())


def _append(path: Path, sheet: str, rows: Sequence[SheetRow]) -> None:
    columns = COLUMNS[sheet]
    old = path.read_bytes() if path.is_file() else b""
    known = sheets.read(old, path.name, (sheet,))[sheet] if old else []
    # A file that lacks a column which is asked for by now is written anew with it; its rows stay as they were.
    again = known if known and known[0].columns != columns else []
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    if again or not old:
        writer.writerow(columns)
    writer.writerows([row.cells.get(c, "") for c in columns] for row in (*again, *rows))
    old = b"" if again else old
    with disk.workplace(path.parent) as work:
        (work / path.name).write_bytes(old + buffer.getvalue().encode())
        disk.put(work / path.name, path)


def row(sheet: str, cells: dict[str, str]) -> dict[str, list[SheetRow]]:
    """Return one row filled in by hand, in the shape of an upload."""
    columns = COLUMNS[sheet]
    return {sheet: [SheetRow(sheet, 2, {c: cells.get(c, "").strip() for c in columns}, columns)]}


def as_csv(entries: dict[str, list[SheetRow]], sheet: str) -> bytes:
    """Return rows as the bytes of a CSV file, so that what is filled in by hand is examined as an upload is."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS[sheet])
    writer.writerows([item.cells.get(c, "") for c in COLUMNS[sheet]] for item in entries[sheet])
    return buffer.getvalue().encode()


def template(config: Config, codes: Sequence[str]) -> bytes:
    """Return the workbook to fill in: sheets groups, assessments and help with the anchors of every level."""
    attributes = [i for i in config.listed_group_indicators if i.is_assessed]
    choices: dict[str, list[str]] = {
        "size_band": [b.id for b in config.group_scheme.size_bands if b.least is None or b.least >= _k(config)],
        "label_names": list(written_text.NAMED),
        "attribute": [i.id for i in attributes],
        "level": list(LEVELS),
        "evidence": list(EVIDENCE),
        "information": list(INFORMATION),
        "panel": list(PANELS),
    }
    offered = {sheet: {c: choices.get(c, []) for c in columns} for sheet, columns in COLUMNS.items()}
    help_rows = [
        ["unknown", "Nobody looked, or what was found does not tell. It is an interval from nil to high, never medium."]
    ]
    for item in attributes:
        levels = item.anchors.model_dump() if item.anchors else {}
        help_rows += [[item.id, f"{item.label}. {item.question}"], *([f"  {k}", str(v)] for k, v in levels.items())]
    help_rows += [["evidence", "A always reliable to E unreliable source; F cannot be judged"]]
    help_rows += [["information", "1 confirmed by others to 5 improbable; 6 cannot be judged"]]
    help_rows += [["source", "Needed where the size is unknown: the work and publisher that call it a group"]]
    help_rows += [["label_names", "Needed where the label looks like the name of a person: what it names instead"]]
    help_rows += [["group_id", ", ".join(codes)]]
    help_rows += [[v.id, f"Vignette on {v.attribute}: {v.text}"] for v in config.group_scheme.vignettes]
    return sheets.template(offered, help_rows)


def _k(config: Config) -> int:
    return config.policy.disclosure.internal
