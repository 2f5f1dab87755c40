"""Snapshots: raw files in, one immutable DuckDB file out, named by what went in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from harmmodel.config import Config
from harmmodel.errors import SourceError
from harmmodel.warehouse.entered import entries as entered_entries
from harmmodel.warehouse.load import files
from harmmodel.warehouse.load.build import Progress, build
from harmmodel.warehouse.store import disk
from harmmodel.warehouse.store.code_hash import source_hash

Stamp = tuple[int, int, int] | None


@dataclass(frozen=True)
class Snapshot:
    """A finished snapshot: where it lies and whether it had to be built."""

    id: str
    path: Path
    was_built: bool


def build_snapshot(project: Path, config: Config, say: Progress) -> Snapshot:
    """Verify every raw file and return the snapshot of *config*'s place, building it when it does not exist yet."""
    paths, stamps = _verified(project / "data" / config.place.id, config, say)
    people = entered_entries.load(project, config.place.id) if "core_group" in config.core_sql else None
    snapshot_id = _id(config, people.digest if people else "")
    home = project / "data" / "snapshots"
    target = home / f"{snapshot_id}.duckdb"
    disk.tidy(home)
    if target.is_file():
        return Snapshot(snapshot_id, target, was_built=False)
    try:
        with disk.workplace(home) as work:
            build(work, paths, config, say, people.frames if people else None)
            if changed := [str(path) for path, stamp in stamps.items() if _stamp(path) != stamp]:
                raise SourceError(f"{', '.join(changed)} changed while being read. Nothing was published; run again")
            disk.put(work / "final.duckdb", target)
    except duckdb.Error as error:
        raise disk.fault(f"The snapshot of {config.place.id}", error) from error
    return Snapshot(snapshot_id, target, was_built=True)


def _id(config: Config, entries: str) -> str:
    """Name a snapshot by what goes in: the place's config, the loader's code, the raw files, what people entered."""
    digests = [raw.sha256 for _, passport in sorted(config.passports.items()) for raw in passport.raw_files]
    key = "\n".join([config.place_digest, source_hash("warehouse"), *digests, *([entries] if entries else [])])
    return f"{config.place.id}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def _verified(folder: Path, config: Config, say: Progress) -> tuple[dict[str, list[Path]], dict[Path, Stamp]]:
    """Return the raw files of each source, and how each looked before its hash was taken."""
    paths: dict[str, list[Path]] = {}
    stamps: dict[Path, Stamp] = {}
    for name, passport in sorted(config.passports.items()):
        say(f"Checking {passport.title}")
        stamps |= {path: _stamp(path) for path in (folder / raw.file for raw in passport.raw_files)}
        paths[name] = files.verified(folder, passport)
    return paths, stamps


def _stamp(path: Path) -> Stamp:
    """Return what changes when a file is written or replaced; cheaper than its hash a second time."""
    if not path.is_file():
        return None
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
