"""Results that an audit lays beside a finished run: one JSON file each, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harmmodel.errors import SnapshotError
from harmmodel.warehouse.store import disk, runs

Document = dict[str, Any]


def result_path(project: Path, run_id: str, kind: str, key: str) -> Path:
    """Return where a result lies: its name says what it is and what went into it."""
    return runs.home(project) / run_id / f"{kind}-{key}.json"


def write_result(project: Path, run_id: str, kind: str, key: str, document: Document) -> Path:
    """Lay a result beside its run by one atomic rename; NaN is written as null."""
    target = result_path(project, run_id, kind, key)
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    with disk.workplace(runs.home(project)) as work:
        (work / target.name).write_text(text, "utf-8")
        disk.put(work / target.name, target)
    return target


def read_result(folder: Path, kind: str) -> Document | None:
    """Return the newest result of a kind beside a run, None when there is none.

    Raises
    ------
    SnapshotError
        If the file is damaged.
    """
    found = sorted(folder.glob(f"{kind}-*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    return _read(found[-1]) if found else None


def _read(path: Path) -> Document:
    try:
        document = json.loads(path.read_text("utf-8"))
        if not isinstance(document, dict):
            raise TypeError("not an object")
    except (ValueError, TypeError) as error:
        raise SnapshotError(f"{path} cannot be read: {error}. Remove it and validate again") from error
    return document
