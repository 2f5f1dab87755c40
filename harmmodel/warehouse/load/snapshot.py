"""Snapshots: raw files in, one immutable sealed folder out, named by what went in."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from harmmodel.config import Config
from harmmodel.errors import Faults, SealBroken
from harmmodel.warehouse.load import files, kept
from harmmodel.warehouse.load.account import core, losses
from harmmodel.warehouse.load.build import Inputs, Progress, build
from harmmodel.warehouse.load.distil import NOTHING, Distillation
from harmmodel.warehouse.store import disk, seal, snapshots
from harmmodel.warehouse.store.code_hash import LOADING_LIBRARIES, numeric_stack, source_hash
from harmmodel.warehouse.store.connection import reading, single

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Snapshot:
    """A finished snapshot: where it lies, its seal, and whether it had to be built."""

    id: str
    path: Path
    seal: str
    was_built: bool


def build_snapshot(project: Path, config: Config, say: Progress, distillation: Distillation = NOTHING) -> Snapshot:
    """Verify every raw file and return the snapshot of *config*'s place, building it when it does not exist yet.

    Raises
    ------
    SealBroken
        When the snapshot is there and was changed since.
    """
    raw = project / "data" / config.place.id
    snapshot_id = snapshot_name(config, distillation.key)
    target = snapshots.folder(project, snapshot_id)
    disk.tidy(target.parent)
    if target.is_dir():
        return _known(target, raw, config, say)
    try:
        with disk.workplace(target.parent) as work:
            build(work, _inputs(raw, work, config, say), config, say, distillation)
            finished = _finished(work, snapshot_id, config)
            seal.close(finished)
            _give_name(finished, target)
    except duckdb.Error as error:
        raise disk.fault(f"The snapshot of {config.place.id}", error) from error
    return Snapshot(snapshot_id, target, _whole(target), was_built=True)


def check_snapshot(project: Path, config: Config, say: Progress, distillation: Distillation = NOTHING) -> int:
    """Do what `build_snapshot` does up to the core tables in a folder that is removed; nothing is kept of it.

    What lenses count of single records, and scoring, come after it: only a run tells whether these go through. A
    snapshot that exists was checked when it was built, so that its files are verified alone.

    Returns
    -------
    How many rows were read; 0 where the snapshot exists.

    Raises
    ------
    SourceError, SnapshotError, FirewallError
        As `build_snapshot`: all that it would refuse.
    """
    raw, home = project / "data" / config.place.id, snapshots.folder(project, "")
    target = home / snapshot_name(config, distillation.key)
    if target.is_dir():
        _known(target, raw, config, say)
        return 0
    was_there = home.is_dir()
    try:
        with disk.workplace(home) as work:
            build(work, _inputs(raw, work, config, say), config, say, NOTHING)
            with reading(work / snapshots.HARM) as con:
                return int(single(con, "select coalesce(sum(rows), 0)::bigint from load_reconciliation")[0])
    except duckdb.Error as error:
        raise disk.fault(f"The snapshot of {config.place.id}", error) from error
    finally:
        if not was_there:
            with suppress(OSError):
                home.rmdir()


def _known(target: Path, raw: Path, config: Config, say: Progress) -> Snapshot:
    """Return the snapshot that is there, once its files and the limits on what may be lost are looked at again."""
    faults = Faults()
    for _, passport in sorted(config.passports.items()):
        say(f"Checking {passport.title}")
        with faults.kept():
            files.verified(raw, passport)
    faults.stop()
    known = Snapshot(target.name, target, _whole(target), was_built=False)
    losses.refuse_kept(target / snapshots.HARM, config)
    core.refuse_kept(target / snapshots.HARM, config)
    return known


def _give_name(finished: Path, target: Path) -> None:
    """Put a snapshot in its place, unless another process that worked on the same inputs was first."""
    try:
        disk.put(finished, target)
    except OSError:
        if not target.is_dir():
            raise


def _whole(folder: Path) -> str:
    """Return the seal of a snapshot that is used again, if nothing was changed in it or laid beside it."""
    closed = seal.verify(folder)
    if strange := seal.strangers(folder, closed):
        raise SealBroken(f"{folder} holds files that its seal does not know: {', '.join(strange)}. {SealBroken.remedy}")
    return closed.id


def snapshot_name(config: Config, distilled: str) -> str:
    """Name a snapshot by what goes in.

    The place's config, the loader's code and libraries, the raw files, and what is counted from single records. What
    people enter is not among it: it lies in a file of its own, which the lens that reads it names.
    """
    digests = [raw.sha256 for _, passport in sorted(config.passports.items()) for raw in passport.raw_files]
    code = [source_hash("warehouse", "nullable.py"), str(numeric_stack(*LOADING_LIBRARIES))]
    limits = repr(config.policy.completeness)  # they decide whether a source is loaded at all
    key = "\n".join([config.place_digest, limits, *code, *digests, *filter(None, [distilled])])
    return f"{config.place.id}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def _inputs(raw: Path, work: Path, config: Config, say: Progress) -> Inputs:
    """Copy the raw files of each source into the work folder: what is hashed is what is loaded, byte for byte."""
    inputs = Inputs({})
    for name, passport in sorted(config.passports.items()):
        say(f"Checking {passport.title}")
        with inputs.faults.kept():
            inputs.paths[name] = files.taken(raw, passport, work / "raw")
    return inputs


def _finished(work: Path, snapshot_id: str, config: Config) -> Path:
    """Copy what may stay of a work folder into a folder of its own; single records go with the work folder."""
    finished = work / "finished"
    finished.mkdir()
    for name in (snapshots.HARM, snapshots.ACT):
        kept.copy(work / name, finished / name, config)
    raw = {
        f"{name}/{one.file}": one.sha256 for name, passport in config.passports.items() for one in passport.raw_files
    }
    libraries = numeric_stack(*LOADING_LIBRARIES)
    names = {"snapshot_id": snapshot_id, "place": config.place.id, "place_digest": config.place_digest}
    about = {**names, "libraries": libraries, "raw": raw}
    (finished / MANIFEST).write_text(json.dumps(about, indent=1, sort_keys=True), "utf-8")
    finished.chmod(0o755)
    return finished
