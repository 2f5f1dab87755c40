"""Runs: a judgement on one snapshot, written once, published by one atomic rename, read back for pages and commands."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self, get_type_hints
from zipfile import BadZipFile

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harmmodel.config import Config, load_config
from harmmodel.config.feeds import FEEDS
from harmmodel.config.place import Place
from harmmodel.errors import ConfigError, RunMissing, SealBroken, SnapshotError, WrongLens
from harmmodel.warehouse.store import disk, results, seal, snapshots
from harmmodel.warehouse.store.code_hash import SCORING_SOURCES, source_hash
from harmmodel.warehouse.store.connection import identifier, reading
from harmmodel.warehouse.store.kept_config import keep_config

Frames = dict[str, pd.DataFrame]
RUN_ID = re.compile(r"^[a-z][a-z0-9_]{0,59}-[0-9a-f]{12}$")
# For whom a run was scored: which counts of sensitive sources are withheld from it. An exact one is never published.
INTERNAL, PUBLIC, EXACT = "internal", "public", "exact"
POINTERS = {INTERNAL: "CURRENT", PUBLIC: "PUBLIC"}
DRAWS = "draws.npz"  # large, so it is compared with its seal when it is first read


@contextmanager
def same_version(run_id: str, place: str, manifest: dict[str, Any]) -> Iterator[None]:
    """Tell a run of another version, whose config and tables may differ, from one that was damaged."""
    try:
        yield
    except (ConfigError, duckdb.CatalogException) as error:
        if manifest.get("code_hash") == source_hash(*SCORING_SOURCES):
            raise
        raise RunMissing(
            f"Run {run_id} was made by another version of this tool. Make it again: harmmodel run {place}"
        ) from error


@contextmanager
def whole(path: Path) -> Iterator[None]:
    """Tell a run that was damaged after it was finished."""
    try:
        yield
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise SnapshotError(f"The run in {path} cannot be read: {error}. Remove that folder and run again") from error


def stored_draws(path: Path, names: Sequence[str] | None = None) -> dict[str, NDArray[np.float32]]:
    """Read some draws of the run in folder *path*, or all of them."""
    seal.verify(path, chosen=DRAWS.__eq__)
    # NumPy leaves a damaged file open, so it is opened and closed here.
    with whole(path), (path / DRAWS).open("rb") as stream:
        stored = np.load(stream, allow_pickle=False)
        return {name: np.asarray(stored[name]) for name in names or stored.files}


def stored_frames(path: Path, names: tuple[str, ...]) -> Frames:
    """Read some frames of the run in folder *path*, which are as sealed."""
    seal.verify(path, chosen=DRAWS.__ne__)
    with reading(path / "scores.duckdb") as con:
        return {name: con.execute(f"select * from {identifier('out_' + name)}").df() for name in names}


ACTIVITY_PARTS = ("area", "variant", "balance", "safety", "cell", "rule", "measure", "freed", "easiest", "effort")
ACTIVITY_FRAMES = ("activity", *(f"activity_{part}" for part in ACTIVITY_PARTS))
WINDOW_FRAMES = ("window_counts", "window_exposure", "window_beats", "window_shares", "window_reporting")


@dataclass(frozen=True)
class StoredRun:
    """What every finished run keeps, whatever its lens: its words of origin, and the config it was made with.

    The run of a lens adds one field for each frame that it keeps, named as the frame.
    """

    lens: ClassVar[str]

    run_id: str
    path: Path
    place: Place
    config: Config
    manifest: dict[str, Any]
    facts: dict[str, Any]
    boundaries: dict[str, Any]
    sql: dict[str, str]
    reconciliation: pd.DataFrame

    def core_account(self) -> pd.DataFrame:
        """Return counted events beside those in core tables, by source, class and month; RunMissing in older runs."""
        try:
            return stored_frames(self.path, ("core_account",))["core_account"]
        except duckdb.CatalogException:
            raise RunMissing(
                f"Run {self.run_id} does not say what core SQL made of its rows. Build it again: harmmodel run "
                f"{self.place.id}"
            ) from None

    @classmethod
    def frames(cls) -> tuple[str, ...]:
        """Return the names of the frames that a run of this lens keeps."""
        return tuple(name for name, type_ in get_type_hints(cls).items() if type_ is pd.DataFrame)

    @classmethod
    def load(cls, project: Path, place: str, run_id: str) -> Self:
        """Read a finished run with the config it was made with, which is kept beside it.

        Raises
        ------
        WrongLens
            When the run was made by another lens.
        """
        return cls(**stored(project, place, run_id, cls.lens, cls.frames()))


@dataclass(frozen=True)
class AreaRun(StoredRun):
    """A finished run of the area lens: its frames."""

    lens: ClassVar[str] = "area"
    units: pd.DataFrame
    scores: pd.DataFrame
    pillars: pd.DataFrame
    indicators: pd.DataFrame
    classes: pd.DataFrame
    priors: pd.DataFrame
    sturdiness: pd.DataFrame
    register: pd.DataFrame
    recording: pd.DataFrame
    denominator: pd.DataFrame
    contrast: pd.DataFrame
    notes: pd.DataFrame
    trend: pd.DataFrame
    arrest_shares: pd.DataFrame
    silent: pd.DataFrame
    reporting: pd.DataFrame
    jumps: pd.DataFrame

    def draws(self, name: str) -> NDArray[np.float32]:
        """Return the stored draws of ``overall`` or a pillar: shape (units, draws), rows in order of unit_id."""
        return stored_draws(self.path, [name])[name]

    def class_draws(self) -> dict[str, NDArray[np.float32]]:
        """Return the stored rates by ``indicator/class``: shape (units, kept draws), per 100,000 person-years."""
        return {name: values for name, values in stored_draws(self.path).items() if "/" in name}

    def windows(self) -> Frames:
        """Return the counts of other windows, for What-if; RunMissing where a run made before has none."""
        try:
            return stored_frames(self.path, WINDOW_FRAMES)
        except duckdb.CatalogException:
            raise RunMissing(
                f"Run {self.run_id} keeps no counts of other windows. Build it again: harmmodel run {self.place.id}"
            ) from None

    def activities(self) -> Frames:
        """Return what was judged about activities, by the names in ACTIVITY_FRAMES; empty without such config."""
        return stored_frames(self.path, ACTIVITY_FRAMES if self.facts.get("activity") else ())


@dataclass(frozen=True)
class RunContent:
    """What a run consists of before it is written."""

    frames: Frames
    draws: dict[str, NDArray[np.float32]]
    documents: dict[str, Any] = field(default_factory=dict)  # manifest, facts, boundaries, sql


def home(project: Path) -> Path:
    """Return the folder that holds all runs."""
    return project / "data" / "runs"


def exists(project: Path, run_id: str) -> bool:
    """Say whether a finished run of that id is there, sealed."""
    return bool(RUN_ID.match(run_id)) and seal.is_sealed(home(project) / run_id)


def finished(project: Path) -> list[str]:
    """Return the ids of all finished runs, sorted."""
    return sorted(path.name for path in home(project).glob("[a-z]*") if exists(project, path.name))


def unsealed(project: Path) -> list[Path]:
    """Return what was finished without a seal, runs and snapshots: it is listed, and never shown as published."""
    old = [path for path in home(project).glob("[a-z]*") if path.is_dir() and not seal.is_sealed(path)]
    known = snapshots.folder(project, "").parent
    return sorted(old + [path for path in (known / "snapshots").glob("[a-z]*") if not seal.is_sealed(path)])


def verified(project: Path, run_id: str, expected: str | None = None) -> seal.Seal:
    """Return the seal of a finished run in which nothing but its draws may have changed; those are looked at when read.

    Raises
    ------
    RunMissing
        When that is no id of a run, or there is none of it.
    SealBroken
        When a file of it was changed, added or removed, or its seal is not the expected one.
    """
    path = home(project) / run_id
    if not RUN_ID.match(run_id) or not path.is_dir():
        raise RunMissing(f"No run {run_id[:80]!r} in {home(project)}. Build it again: harmmodel run PLACE")
    closed = seal.verify(path, expected, chosen=DRAWS.__ne__)
    if strange := [name for name in seal.strangers(path, closed) if not results.NAME.match(name)]:
        raise SealBroken(f"{path} holds files that its seal does not know: {', '.join(strange)}. {SealBroken.remedy}")
    return closed


def manifest_of(project: Path, run_id: str, expected: str | None = None) -> dict[str, Any]:
    """Return what a finished run says of itself, if its seal is the one that is *expected*."""
    verified(project, run_id, expected)
    with whole(path := home(project) / run_id):
        return dict(json.loads((path / "manifest.json").read_text("utf-8")))


@contextmanager
def snapshot_of(project: Path, run: StoredRun) -> Iterator[snapshots.OpenSnapshot]:
    """Open the snapshot that a run was made of, and no other."""
    path = snapshots.folder(project, run.manifest["snapshot_id"])
    with snapshots.opened(path, run.manifest["snapshot_seal"]) as snapshot:
        yield snapshot


def apart(project: Path) -> Path:
    """Return the folder of exact runs, which nothing publishes and no page reads."""
    return project / "data" / "exact"


def write_run(project: Path, run_id: str, content: RunContent) -> Path:
    """Write a run beside its like and give it its name when complete; an existing run is left untouched."""
    shelf = apart(project) if content.documents["manifest"].get("audience") == EXACT else home(project)
    with disk.workplace(shelf) as work:
        try:
            _write_frames(work / "scores.duckdb", content.frames)
        except duckdb.Error as error:
            raise disk.fault(f"The run {run_id}", error) from error
        np.savez(work / DRAWS, allow_pickle=False, **content.draws)
        for name, document in content.documents.items():
            (work / f"{name}.json").write_text(json.dumps(document, indent=1, sort_keys=True, default=str), "utf-8")
        keep_config(project, content.documents["manifest"], work)
        work.chmod(0o755)
        seal.close(work)
        _give_name(shelf / run_id, work)
    return shelf / run_id


def _write_frames(path: Path, frames: Frames) -> None:
    with duckdb.connect(str(path)) as con:
        for name, frame in frames.items():
            con.register("frame", frame)
            con.execute(f"create table {identifier('out_' + name)} as select * from frame")
            con.unregister("frame")
        con.execute("checkpoint")  # closing would do so too, but keep silent when the disk is full


def _give_name(target: Path, work: Path) -> None:
    """Put a written run in its place, unless another process that worked on the same inputs was first."""
    if target.is_dir() and not seal.is_sealed(target):
        shutil.rmtree(target)  # someone removed a part of it
    try:
        if not seal.is_sealed(target):
            disk.put(work, target)
    except OSError:
        if not seal.is_sealed(target):
            raise


def publish(project: Path, place: str, run_id: str, audience: str = INTERNAL) -> None:
    """Make *run_id*, scored for an audience, the run it is shown, by one atomic rename; the pointer names its seal."""
    pointer = home(project) / f"{place}.{POINTERS[audience]}"
    _meant_for(audience, pointer, manifest_of(project, run_id), run_id)
    text = f"{run_id} {verified(project, run_id).id}\n".encode()
    if pointer.is_file() and pointer.read_bytes() == text:
        return disk.tidy(home(project))
    with disk.workplace(home(project)) as work:
        (work / pointer.name).write_bytes(text)
        disk.put(work / pointer.name, pointer)


def _meant_for(audience: str, pointer: Path, manifest: dict[str, Any], run_id: str) -> None:
    """Refuse a run that was scored for others than the readers whom *pointer* shows it: it may tell too much."""
    if (made_for := manifest.get("audience")) != audience:
        raise RunMissing(
            f"{pointer} may not name {run_id}, a run for {made_for} readers. Run again: harmmodel run {pointer.stem}"
        )


def withdraw(project: Path, place: str, audiences: set[str]) -> None:
    """Stop showing audiences a run of their own; the runs stay."""
    for audience in audiences:
        (home(project) / f"{place}.{POINTERS[audience]}").unlink(missing_ok=True)


def places_with_runs(project: Path) -> list[str]:
    """Return the places that have a published run, sorted."""
    return sorted(p.name.removesuffix(".CURRENT") for p in home(project).glob("[a-z]*.CURRENT"))


def published_id(project: Path, place: str, audience: str = INTERNAL) -> str:
    """Return the id of the run of *place* that an audience is shown, whose seal is the one that was published.

    Where nothing is withheld, readers outside the force are shown the same run.

    Raises
    ------
    RunMissing
        When nothing is published, the run is gone, or it was scored for another audience.
    SealBroken
        When the run or what points at it was changed since.
    """
    pointer = home(project) / f"{place}.{POINTERS[audience]}"
    if audience == PUBLIC and not pointer.exists():
        run_id = published_id(project, place)
        if manifest_of(project, run_id).get("withheld_below"):
            raise RunMissing(f"No run of {place} for the public. Build one: harmmodel run {place}")
        return run_id
    try:
        words = pointer.read_text("utf-8").split()
    except (OSError, UnicodeDecodeError):
        raise RunMissing(f"No run of {place} in {home(project)}. Build one: harmmodel run {place}") from None
    if len(words) == 1 and RUN_ID.match(words[0]):
        raise RunMissing(f"The run {words[0][:80]} of {place} is unsealed. Build it again: harmmodel run {place}")
    if len(words) != 2 or not (
        words[0].startswith(f"{place}-") and RUN_ID.match(words[0]) and seal.SEAL.match(words[1])
    ):
        raise SealBroken(
            f"{pointer} was changed: it names no run of {place} with a seal. Run again: harmmodel run {place}"
        )
    run_id, sealed = words
    if not (home(project) / run_id).is_dir():
        raise RunMissing(f"The published run {run_id} of {place} is gone. Build it again: harmmodel run {place}")
    _meant_for(audience, pointer, manifest_of(project, run_id, sealed), run_id)
    return run_id


def published(project: Path, place: str, audience: str = INTERNAL) -> AreaRun:
    """Return the run of *place* that an audience is shown, of areas."""
    return load_run(project, place, published_id(project, place, audience))


def load_run(project: Path, place: str, run_id: str) -> AreaRun:
    """Read a finished run of the area lens."""
    return AreaRun.load(project, place, run_id)


def stored(project: Path, place: str, run_id: str, lens: str, frames: tuple[str, ...]) -> dict[str, Any]:
    """Read what a finished run keeps: the parts of `AreaRun`, or of the run of another lens.

    Raises
    ------
    WrongLens
        When the place is scored by another lens.
    """
    path = home(project) / run_id
    verified(project, run_id)
    names = ("manifest", "facts", "boundaries", "sql")
    with whole(path):
        documents = {name: json.loads((path / f"{name}.json").read_text("utf-8")) for name in names}
    if documents["manifest"].get("audience") == EXACT:
        raise RunMissing(f"Run {run_id} is exact: no page and no verb shows it. Remove it from {home(project)}")
    made_by = documents["manifest"].get("lens", "area")
    if made_by != lens:
        raise WrongLens(FEEDS[made_by].why_not(place))
    with same_version(run_id, place, documents["manifest"]):
        config = load_config(path, place, is_stored=True, as_of=documents["manifest"].get("asked_as_of"))
        parts: dict[str, Any] = {**documents, **stored_frames(path, frames)}
    if config.digest != documents["manifest"].get("config_hash"):
        raise SnapshotError(f"The config kept in {path} is not that of the run. Remove that folder and run again")
    return {"run_id": run_id, "path": path, "place": config.place, "config": config, **parts}


def lens_of(project: Path, place: str) -> str:
    """Return the lens that made the published run of *place*."""
    return lens_of_run(project, published_id(project, place))


def lens_of_run(project: Path, run_id: str) -> str:
    """Return the lens that made a finished run."""
    return str(manifest_of(project, run_id).get("lens", "area"))
