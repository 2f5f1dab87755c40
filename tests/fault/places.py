"""A tiny place in two versions, what each must show, and what no fault may leave behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from harmmodel import pipeline
from harmmodel.views.areas import explain
from harmmodel.views.export import FORMATS
from harmmodel.warehouse.store import editions, runs, seal
from tests.tiny import OFFENCES, ROOT, tiny_project, write_place

PLACE = "tiny"
# The second version has other raw rows, so that it is loaded and scored anew.
VERSIONS = (OFFENCES, OFFENCES + "".join(f"{n},2024-03-02 09:00,1.5,1.5,SHOOTING,false\n" for n in range(9, 40)))
COMMAND = (sys.executable, "-m", "harmmodel.cli")
# The engine is imported once; each child starts with it in a few milliseconds and can be killed at any moment.
CHILDREN = get_context("forkserver")
CHILDREN.set_forkserver_preload(["__main__", "harmmodel.pipeline", "tests.fault.places"])
Shown = tuple[str, ...]


@dataclass(frozen=True)
class Versions:
    """What a clean project shows for each version."""

    shown: Shown

    def of(self, home: Path) -> int:
        """Which version a project shows; anything that is not exactly one of them fails."""
        return self.shown.index(shown(home))


def references(folder: Path) -> Versions:
    """Run both versions where nothing goes wrong."""
    found = []
    for n, offences in enumerate(VERSIONS):
        home = tiny_project(folder / f"reference-{n}", offences)
        pipeline.run(home, PLACE)
        found.append(shown(home))
    return Versions(tuple(found))


def shown(home: Path) -> str:
    """What every page and command would show: all figures of the published run, its draws among them."""
    run = editions.published(home, PLACE)
    draws = [float(run.draws(pillar.id).sum()) for pillar in run.config.scheme.pillars]
    return f"{FORMATS['json'].text(explain.ranking_export(run))}{draws}"


def become(home: Path, version: int) -> None:
    """Give a project the raw rows of a version, with a passport that fits."""
    (home / "data" / PLACE / "offences.csv").write_text(VERSIONS[version], "utf-8")
    write_place(home)


def forget_unpublished(home: Path) -> None:
    """Remove all but the published run, so that the next run has everything to do."""
    kept = editions.published(home, PLACE)
    for path in runs.home(home).glob(f"{PLACE}-*"):
        if path.name != kept.run_id:
            shutil.rmtree(path)
    for path in (home / "data" / "snapshots").glob(f"{PLACE}-*"):
        if path.name != kept.manifest["snapshot_id"]:
            shutil.rmtree(path)


def leftovers(home: Path) -> list[str]:
    """Files and folders under data/ that are neither raw, nor a snapshot, nor of a run."""
    data = home / "data"
    expected = {"areas.geojson", "residents.csv", "offences.csv"}
    strange = [p for p in (data / PLACE).iterdir() if p.name not in expected]
    strange += [p for p in (data / "snapshots").glob("*") if not seal.is_sealed(p)]
    strange += [p for p in runs.home(home).iterdir() if p.name != f"{PLACE}.CURRENT" and not runs.exists(home, p.name)]
    strange += [p for p in runs.home(home).rglob("*") if p.suffix in (".wal", ".tmp") or p.name == "spill"]
    return sorted(str(p.relative_to(home)) for p in strange)


def command(*words: str, home: Path, first: tuple[str, ...] = (), before: Callable[[], None] | None = None) -> Told:
    """Run a command as a user does, on a place of the project."""
    done = subprocess.run(
        [*first, *COMMAND, words[0], PLACE, "--project", str(home), *words[1:]],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"},
        preexec_fn=before,
        timeout=120,
    )
    return Told(done.returncode, done.stdout.decode(), done.stderr.decode())


@dataclass(frozen=True)
class Told:
    """What a command printed, and the code it ended with."""

    code: int
    out: str
    err: str

    @property
    def is_plain(self) -> bool:
        """Whether it spoke to a user, and not with a traceback."""
        return "Traceback" not in self.err and "Exception ignored" not in self.err
