"""Snapshots: raw files in, one immutable DuckDB file out, named by what went in."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

import harmmodel
from harmmodel.config import Config
from harmmodel.errors import SnapshotError
from harmmodel.warehouse import files
from harmmodel.warehouse.build import Progress, build


@dataclass(frozen=True)
class Snapshot:
    """A finished snapshot: where it lies and whether it had to be built."""

    id: str
    path: Path
    was_built: bool


def source_hash(*parts: str) -> str:
    """Hash the package's own files below *parts* (folders or modules), so that results name the code behind them."""
    home = Path(harmmodel.__file__).parent
    digest = hashlib.sha256()
    found = [
        p for part in parts for p in ([home / part] if (home / part).is_file() else sorted((home / part).rglob("*")))
    ]
    for path in found:
        if path.suffix in (".py", ".sql"):
            digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def build_snapshot(project: Path, config: Config, say: Progress) -> Snapshot:
    """Verify every raw file and return the snapshot of *config*'s place, building it when it does not exist yet."""
    folder = project / "data" / config.place.id
    paths = {}
    for name, passport in sorted(config.passports.items()):
        say(f"Checking {passport.title}")
        paths[name] = files.verified(folder, passport)
    digests = [raw.sha256 for _, passport in sorted(config.passports.items()) for raw in passport.raw_files]
    key = "\n".join([config.place_digest, source_hash("warehouse"), *digests])
    snapshot_id = f"{config.place.id}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    home = project / "data" / "snapshots"
    target = home / f"{snapshot_id}.duckdb"
    if target.is_file():
        return Snapshot(snapshot_id, target, was_built=False)
    home.mkdir(parents=True, exist_ok=True)
    remove_leftovers(home)
    work = Path(tempfile.mkdtemp(prefix=f".build-{os.getpid()}-", dir=home))
    try:
        build(work, paths, config, say)
        with (work / "final.duckdb").open("rb+") as stream:
            os.fsync(stream.fileno())
        os.replace(work / "final.duckdb", target)
    except duckdb.Error as error:
        raise SnapshotError(f"The snapshot of {config.place.id} cannot be built: {error}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Snapshot(snapshot_id, target, was_built=True)


def remove_leftovers(home: Path) -> None:
    """Remove work folders of processes that no longer live."""
    for path in home.glob(".build-*"):
        owner = path.name.split("-")[1]
        if owner.isdigit() and not _is_alive(int(owner)):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
