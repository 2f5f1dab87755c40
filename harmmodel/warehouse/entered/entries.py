"""What people entered about groups: kept as CSV under ``data/entered/<place>``, added to and never edited."""

from __future__ import annotations

import csv
import datetime as dt
import fcntl
import hashlib
import io
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from harmmodel.config import Config
from harmmodel.config.grouprelations import listed
from harmmodel.errors import AssessmentError
from harmmodel.warehouse.entered import rules, sheets
from harmmodel.warehouse.entered.sheets import Row
from harmmodel.warehouse.store import disk

SHEETS = ("groups", "assessments")
TABLES = {"groups": "raw_entered_group", "assessments": "raw_entered_assessment"}
SHOWN = 200


@dataclass(frozen=True)
class Entered:
    """All that was entered about a place, as texts, and the hash of it."""

    frames: dict[str, pd.DataFrame]
    digest: str


def home(project: Path, place: str) -> Path:
    """Return the folder of what was entered about *place*."""
    return project / "data" / "entered" / place


def load(project: Path, place: str) -> Entered:
    """Read what was entered; empty frames where nothing was."""
    digest = hashlib.sha256()
    frames = {}
    for sheet in SHEETS:
        path = home(project, place) / f"{sheet}.csv"
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{sheet} {len(content)} ".encode() + content)
        found = sheets.read(content, path.name, (sheet,))[sheet] if content else []
        frames[TABLES[sheet]] = _frame(sheet, found, path)
    return Entered(frames, digest.hexdigest())


def _frame(sheet: str, rows: Sequence[Row], path: Path) -> pd.DataFrame:
    columns = rules.COLUMNS[sheet]
    if rows and rows[0].columns != columns:
        raise AssessmentError(f"{path} was changed by hand: its columns must be {', '.join(columns)}. Restore it")
    return pd.DataFrame([[row.cells[c] for c in columns] for row in rows], columns=list(columns), dtype="object")


def examine(content: bytes, name: str, config: Config, known: frozenset[str], project: Path) -> dict[str, list[Row]]:
    """Return the rows of an upload when every one of them may be entered.

    Parameters
    ----------
    known : codes of the groups that the published run knows

    Raises
    ------
    AssessmentError
        With every fault by its cell.
    """
    found = sheets.read(content, name, SHEETS)
    taken = _taken(project, config.place.id)
    codes = known | {key[0] for key in taken["groups"]}
    lines = rules.faults(found, rules.rules(config, codes, dt.datetime.now(dt.UTC).date()), taken)
    if not any(found.values()):
        lines.append(f"{name} holds no row. Fill in the template")
    if lines:
        more = f"\n  and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
        listing = "\n  ".join(lines[:SHOWN])
        many = "1 fault" if len(lines) == 1 else f"{len(lines)} faults"
        raise AssessmentError(f"{name} has {many}; nothing was entered:\n  {listing}{more}")
    return found


def _taken(project: Path, place: str) -> dict[str, set[tuple[str, ...]]]:
    """Return the keys of what was entered, by sheet."""
    before = load(project, place).frames
    return {
        sheet: {tuple(str(row[c]) for c in rules.KEYS[sheet]) for row in before[table].to_dict("records")}
        for sheet, table in TABLES.items()
    }


def enter(project: Path, place: str, found: dict[str, list[Row]]) -> int:
    """Add examined rows to what was entered before; return how many.

    Raises
    ------
    AssessmentError
        When someone else has entered one of them since they were examined; nothing is entered then.
    """
    folder = home(project, place)
    folder.mkdir(parents=True, exist_ok=True)
    with closing((folder / ".lock").open("w")) as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # two people may enter at the same time
        taken = _taken(project, place)
        keys = [(sheet, rules.key(sheet, row)) for sheet, rows in found.items() for row in rows]
        if again := [" ".join(key) for sheet, key in keys if key in taken[sheet]]:
            raise AssessmentError(f"{', '.join(again[:SHOWN])} was entered in the meantime; nothing was entered now")
        for sheet, rows in found.items():
            if rows:
                _append(folder / f"{sheet}.csv", sheet, rows)
    return sum(len(rows) for rows in found.values())


def _append(path: Path, sheet: str, rows: Sequence[Row]) -> None:
    columns = rules.COLUMNS[sheet]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    if not path.is_file():
        writer.writerow(columns)
    writer.writerows([row.cells[c] for c in columns] for row in rows)
    old = path.read_bytes() if path.is_file() else b""
    with disk.workplace(path.parent) as work:
        (work / path.name).write_bytes(old + buffer.getvalue().encode())
        disk.put(work / path.name, path)


def row(sheet: str, cells: dict[str, str]) -> dict[str, list[Row]]:
    """Return one row filled in by hand, in the shape of an upload."""
    columns = rules.COLUMNS[sheet]
    return {sheet: [Row(sheet, 2, {c: cells.get(c, "").strip() for c in columns}, columns)]}


def as_csv(found: dict[str, list[Row]], sheet: str) -> bytes:
    """Return rows as the bytes of a CSV file, so that what is filled in by hand is examined as an upload is."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(rules.COLUMNS[sheet])
    writer.writerows([item.cells[c] for c in rules.COLUMNS[sheet]] for item in found[sheet])
    return buffer.getvalue().encode()


def template(config: Config, codes: Sequence[str]) -> bytes:
    """Return the workbook to fill in: sheets groups, assessments and help with the anchors of every level."""
    attributes = [i for i in listed(config) if i.is_assessed]
    choices = {
        "size_band": [b.id for b in config.group_scheme.size_bands if b.least is None or b.least >= _k(config)],
        "attribute": [i.id for i in attributes],
        "level": list(rules.LEVELS),
        "evidence": list(rules.EVIDENCE),
        "information": list(rules.INFORMATION),
        "panel": list(rules.PANELS),
    }
    offered = {sheet: {c: choices.get(c, []) for c in columns} for sheet, columns in rules.COLUMNS.items()}
    told = [
        ["unknown", "Nobody looked, or what was found does not tell. It is an interval from nil to high, never medium."]
    ]
    for item in attributes:
        levels = item.anchors.model_dump() if item.anchors else {}
        told += [[item.id, f"{item.label}. {item.question}"], *([f"  {k}", str(v)] for k, v in levels.items())]
    told += [["evidence", "A always reliable to E unreliable source; F cannot be judged"]]
    told += [["information", "1 confirmed by others to 5 improbable; 6 cannot be judged"]]
    told += [["group_id", ", ".join(codes)]]
    told += [[v.id, f"Vignette on {v.attribute}: {v.text}"] for v in config.group_scheme.vignettes]
    return sheets.template(offered, told)


def _k(config: Config) -> int:
    return config.policy.disclosure.internal
