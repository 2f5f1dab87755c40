"""Results that are laid beside a finished run: each names the seal of its run and the hash of what it says."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from harmmodel.errors import SealBroken
from harmmodel.warehouse.store import disk, seal

Document = dict[str, Any]
NAME = re.compile(r"^[a-z]{1,40}-[0-9a-f]{1,64}\.json$")
REMEDY = "Remove that file and validate again; keep a copy for whoever examines it"


def path_of(folder: Path, kind: str, key: str) -> Path:
    """Return where a result lies beside the run in *folder*: its name says what it is and what went into it."""
    return folder / f"{kind}-{key}.json"


def write(folder: Path, kind: str, key: str, document: Document) -> Path:
    """Lay a result beside the run in *folder* by one atomic rename; NaN is written as null."""
    target = path_of(folder, kind, key)
    text = _text(document)
    whole = {"run_seal": seal.read(folder).id, "sha256": _hash(text), "document": document}
    with disk.workplace(folder.parent) as work:
        (work / target.name).write_text(_text(whole), "utf-8")
        disk.put(work / target.name, target)
    return target


def read(folder: Path, kind: str) -> Document | None:
    """Return the newest result of a kind beside a run, None when there is none.

    Raises
    ------
    SealBroken
        If the file was changed, or belongs to another run.
    """
    paths = [path for path in folder.glob(f"{kind}-*.json") if NAME.match(path.name)]
    paths.sort(key=lambda path: (path.stat().st_mtime_ns, path.name))
    return _bound(paths[-1], seal.read(folder).id) if paths else None


def all_beside(folder: Path) -> tuple[str, ...]:
    """Return the names of all results beside the run in *folder*, each found bound to its seal.

    Raises
    ------
    SealBroken
        If one was changed, or belongs to another run.
    """
    sealed = seal.read(folder).id
    paths = sorted(path for path in folder.glob("*-*.json") if NAME.match(path.name))
    for path in paths:
        _bound(path, sealed)
    return tuple(path.name for path in paths)


def _bound(path: Path, sealed: str) -> Document:
    """Return what a result says, if it says so of the run with this seal."""
    try:
        whole = json.loads(path.read_text("utf-8"))
        document = whole["document"]
        is_whole = isinstance(document, dict) and _hash(_text(document)) == whole["sha256"]
        run_seal = whole["run_seal"]
    except (ValueError, TypeError, KeyError, OSError) as error:
        raise SealBroken(f"{path} cannot be read as a result: {str(error)[:200]}. {REMEDY}") from error
    if not is_whole:
        raise SealBroken(f"{path} was changed after it was written. {REMEDY}")
    if run_seal != sealed:
        raise SealBroken(f"{path} belongs to another run. {REMEDY}")
    return dict(document)


def _text(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
