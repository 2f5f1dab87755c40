"""Runs: a judgement on one snapshot, written once, published by one atomic rename, read back for pages and commands."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harmmodel.config import Config, load_config
from harmmodel.config.place import Place
from harmmodel.errors import RunMissing
from harmmodel.warehouse.connection import identifier, reading
from harmmodel.warehouse.snapshot import remove_leftovers

Frames = dict[str, pd.DataFrame]
FRAMES = (
    "units",
    "scores",
    "pillars",
    "indicators",
    "classes",
    "priors",
    "register",
    "contrast",
    "reconciliation",
    "trend",
    "arrest_shares",
)
WINDOW_FRAMES = ("window_counts", "window_exposure", "window_beats", "window_shares")


@dataclass(frozen=True)
class Run:
    """A finished run: its frames, its words of origin, and the config it was made with."""

    run_id: str
    path: Path
    place: Place
    config: Config
    manifest: dict[str, Any]
    facts: dict[str, Any]
    boundaries: dict[str, Any]
    sql: dict[str, str]
    units: pd.DataFrame
    scores: pd.DataFrame
    pillars: pd.DataFrame
    indicators: pd.DataFrame
    classes: pd.DataFrame
    priors: pd.DataFrame
    register: pd.DataFrame
    contrast: pd.DataFrame
    reconciliation: pd.DataFrame
    trend: pd.DataFrame
    arrest_shares: pd.DataFrame

    def draws(self, name: str) -> NDArray[np.float32]:
        """Return the stored draws of ``overall`` or a pillar: shape (units, draws), rows in order of unit_id."""
        with np.load(self.path / "draws.npz", allow_pickle=False) as stored:
            return np.asarray(stored[name])

    def class_draws(self) -> dict[str, NDArray[np.float32]]:
        """Return the stored rates by ``indicator/class``: shape (units, kept draws), per 100,000 person-years."""
        with np.load(self.path / "draws.npz", allow_pickle=False) as stored:
            return {name: np.asarray(stored[name]) for name in stored.files if "/" in name}

    def windows(self) -> Frames:
        """Return the counts of other windows, for What-if.

        Raises
        ------
        RunMissing
            If the run was made before runs kept them.
        """
        try:
            return _frames(self.path, WINDOW_FRAMES)
        except duckdb.CatalogException:
            raise RunMissing(
                f"Run {self.run_id} keeps no counts of other windows. Build it again: harmmodel run {self.place.id}"
            ) from None


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
    """Say whether a finished run of that id is there."""
    return (home(project) / run_id / "manifest.json").is_file()


def write_run(project: Path, run_id: str, content: RunContent) -> None:
    """Write a run beside the others and give it its name when complete; an existing run is left untouched."""
    base = home(project)
    base.mkdir(parents=True, exist_ok=True)
    remove_leftovers(base)
    work = Path(tempfile.mkdtemp(prefix=f".build-{os.getpid()}-", dir=base))
    try:
        with duckdb.connect(str(work / "scores.duckdb")) as con:
            for name in (*FRAMES, *WINDOW_FRAMES):
                con.register("frame", content.frames[name])
                con.execute(f"create table {identifier('out_' + name)} as select * from frame")
                con.unregister("frame")
        np.savez(work / "draws.npz", allow_pickle=False, **content.draws)
        for name, document in content.documents.items():
            (work / f"{name}.json").write_text(json.dumps(document, indent=1, sort_keys=True, default=str), "utf-8")
        _keep_config(project, content.documents["manifest"]["place"], work)
        work.chmod(0o755)
        if not exists(project, run_id):
            os.replace(work, base / run_id)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _keep_config(project: Path, place: str, work: Path) -> None:
    """Copy the config beside the scores, so that a run can always be read with the method that made it."""
    source, target = project / "config", work / "config"
    for part in ("scheme.yaml", "policy.yaml", "weights", "indicators", f"places/{place}"):
        (target / part).parent.mkdir(parents=True, exist_ok=True)
        if (source / part).is_dir():
            shutil.copytree(source / part, target / part)
        else:
            shutil.copy2(source / part, target / part)


def publish(project: Path, place: str, run_id: str) -> None:
    """Make *run_id* the run that pages and commands show, by one atomic rename."""
    pointer = home(project) / f"{place}.CURRENT"
    fresh = pointer.with_name(f".{pointer.name}-{os.getpid()}")
    fresh.write_text(run_id + "\n", "utf-8")
    os.replace(fresh, pointer)


def places_with_runs(project: Path) -> list[str]:
    """Return the places that have a published run, sorted."""
    return sorted(p.name.removesuffix(".CURRENT") for p in home(project).glob("[a-z]*.CURRENT"))


def published_id(project: Path, place: str) -> str:
    """Return the id of the published run of *place*."""
    try:
        run_id = (home(project) / f"{place}.CURRENT").read_text("utf-8").strip()
    except OSError:
        raise RunMissing(f"No run of {place} in {home(project)}. Build one: harmmodel run {place}") from None
    if not exists(project, run_id):
        raise RunMissing(f"The published run {run_id} of {place} is gone. Build it again: harmmodel run {place}")
    return run_id


def published(project: Path, place: str) -> Run:
    """Return the published run of *place*."""
    return load_run(project, place, published_id(project, place))


def load_run(project: Path, place: str, run_id: str) -> Run:
    """Read a finished run with the config it was made with (kept beside it)."""
    path = home(project) / run_id
    documents = {
        n: json.loads((path / f"{n}.json").read_text("utf-8")) for n in ("manifest", "facts", "boundaries", "sql")
    }
    config = load_config(path, place)
    parts: dict[str, Any] = {**documents, **_frames(path, FRAMES)}
    return Run(run_id=run_id, path=path, place=config.place, config=config, **parts)


def _frames(path: Path, names: tuple[str, ...]) -> Frames:
    with reading(path / "scores.duckdb") as con:
        return {name: con.execute(f"select * from {identifier('out_' + name)}").df() for name in names}
