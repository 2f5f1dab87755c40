"""What differs between two folders of config: file by file, in YAML and CSV key by key, in SQL line by line."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from harmmodel.config.reader import CONFIG_TABLE, parse_yaml
from harmmodel.limits import by_name, read_csv

NAMES = ("id", "from", "title")  # what tells the entries of a list apart, first that all of them have
MOST_PAIRS = 4_000_000  # of lines that are held against each other: two files of 2,000


@dataclass(frozen=True)
class Change:
    """One difference: where, and what stood there before and after; None where nothing stood."""

    file: str
    key: str
    old: str | None
    new: str | None


def differences(first: Path, second: Path) -> list[Change]:
    """Compare all files below two folders, in order of their names."""
    files = [
        {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()} for home in (first, second)
    ]
    changes: list[Change] = []
    for name in sorted(files[0] | files[1]):
        if name not in files[1]:
            changes.append(Change(name, "", "file", None))
        elif name not in files[0]:
            changes.append(Change(name, "", None, "file"))
        elif (first / name).read_bytes() != (second / name).read_bytes():
            changes += _in_file(name, _text(first / name), _text(second / name))
    return changes


def _text(path: Path) -> str:
    return path.read_text("utf-8-sig", errors="replace")


def _in_file(name: str, old: str, new: str) -> list[Change]:
    entries = _entries(name, old), _entries(name, new)
    if entries[0] is None or entries[1] is None:
        return list(_lines(name, old, new))
    keys = list(dict.fromkeys([*entries[0], *entries[1]]))
    changes = [Change(name, key, entries[0].get(key), entries[1].get(key)) for key in keys]
    changes = [change for change in changes if change.old != change.new]
    return changes or [Change(name, "comments or order", "as before", "rewritten; every value is the same")]


def _entries(name: str, text: str) -> dict[str, str] | None:
    """Return the values of a file by key; None for a file that has no keys or cannot be read as what it should be."""
    try:
        if name.endswith(".yaml"):
            return dict(_flat(parse_yaml(text), ""))
        if name.endswith(".csv"):
            return dict(_rows(text))
    except (yaml.YAMLError, csv.Error, RecursionError, ValueError):
        return None
    return None


def _flat(value: Any, key: str) -> Iterator[tuple[str, str]]:
    """Yield every value with its path, such as ``pillars.violence.weights.2026-11-21.value``."""
    if isinstance(value, dict) and value:
        for name, part in value.items():
            yield from _flat(part, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
        name = next((n for n in NAMES if len({str(part.get(n)) for part in value if n in part}) == len(value)), None)
        for place, part in enumerate(value, start=1):
            yield from _flat(part, f"{key}.{part[name] if name else place}")
    elif isinstance(value, list):
        yield key, ", ".join(str(part) for part in value)
    else:
        yield key, str(value)


def _rows(text: str) -> Iterator[tuple[str, str]]:
    """Yield every cell of a crosswalk by source, code and column."""
    header, *lines = [cells for _, cells in read_csv(text, "the crosswalk", CONFIG_TABLE) if cells] or [[]]
    if not {"source", "code"} <= set(header):
        raise ValueError("no crosswalk")
    for row in (by_name(header, cells) for cells in lines):
        if not {"source", "code"} <= set(row):
            raise ValueError("a row is cut short")
        for column, cell in row.items():
            if column not in ("source", "code"):
                yield f"{row['source']}: {row['code']}: {column}", str(cell)


def _lines(name: str, old: str, new: str) -> Iterator[Change]:
    """Yield each run of lines that differs, numbered as in the new file."""
    before, after = old.splitlines(), new.splitlines()
    if len(before) * len(after) > MOST_PAIRS:
        yield Change(name, "too long to compare by line", f"{len(before):,} lines", f"{len(after):,} lines")
        return
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield Change(name, f"line {c + 1}", "\n".join(before[a:b]) or None, "\n".join(after[c:d]) or None)
