"""A run made once more from its raw files and the config it keeps, and compared with what is stored."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from harmmodel import pipeline
from harmmodel.errors import RunMissing, SealBroken
from harmmodel.pipeline import Progress, quiet
from harmmodel.warehouse.store import editions, runs, seal, snapshots
from harmmodel.warehouse.store.code_hash import SCORING_LIBRARIES, SCORING_SOURCES, numeric_stack, source_hash
from harmmodel.warehouse.store.seal import Seal


def rebuilt(project: Path, run_id: str, say: Progress = quiet) -> int:
    """Load and score once more, and compare all tables and draws with those that are stored.

    Returns
    -------
    How many tables were compared; all are the same.

    Raises
    ------
    RunMissing
        When the run was made by another version, or with other libraries, which are not here.
    SealBroken
        When a table or the draws differ.
    """
    manifest, before = runs.manifest_of(project, run_id), runs.verified(project, run_id)
    if manifest["code_hash"] != source_hash(*SCORING_SOURCES):
        raise RunMissing(f"{run_id} was made by another version of this tool, which alone can make it again")
    if manifest.get("libraries") != (here := numeric_stack(*SCORING_LIBRARIES)):
        raise RunMissing(
            f"{run_id} was made with {_named(manifest.get('libraries'))}, and here are {_named(here)}. "
            f"Install those, or make a new run: harmmodel run {manifest['place']}"
        )
    with TemporaryDirectory(prefix="harmmodel-") as folder:
        home, place = Path(folder), str(manifest["place"])
        _same_inputs(project, run_id, place, home)
        pipeline.execute(home, place, say, pipeline.Asked(is_stored=True, as_of=manifest.get("asked_as_of")))
        again = editions.published_id(home, place, str(manifest["audience"]), str(manifest["lens"]))
        base = snapshots.folder(project, manifest["snapshot_id"])
        pairs = (
            (before, runs.verified(home, again)),
            (seal.read(base), seal.read(snapshots.folder(home, runs.manifest_of(home, again)["snapshot_id"]))),
        )
        different = [name for one, two in pairs for name in _different(one, two)]
        different += _other_draws(runs.home(project) / run_id, runs.home(home) / again)
    if different or again != run_id:
        raise SealBroken(
            f"{run_id} does not come out again: {', '.join(different) or again} differs. It was made of other "
            "data, by another library, or changed together with its seal. Keep a copy for whoever examines it, and "
            "run again"
        )
    return sum(len(tables) for one, _ in pairs for tables in one.tables.values())


def _named(libraries: dict[str, str] | None) -> str:
    return ", ".join(f"{name} {version}" for name, version in (libraries or {}).items()) or "unknown libraries"


def _same_inputs(project: Path, run_id: str, place: str, home: Path) -> None:
    """Lay out a project with the config of the run and the data of today; a raw file that differs is refused later."""
    shutil.copytree(runs.home(project) / run_id / "config", home / "config")
    for part in (place, f"entered/{place}"):
        if (project / "data" / part).is_dir():
            (home / "data" / part).parent.mkdir(parents=True, exist_ok=True)
            (home / "data" / part).symlink_to(project / "data" / part)


def _different(one: Seal, two: Seal) -> Iterator[str]:
    """Yield the tables of *one* that are not the same in *two*."""
    for file, tables in one.tables.items():
        for table in sorted(tables.keys() | two.tables.get(file, {}).keys()):
            if tables.get(table) != two.tables.get(file, {}).get(table):
                yield f"{file}: {table}"


def _other_draws(one: Path, two: Path) -> list[str]:
    old, new = runs.stored_draws(one), runs.stored_draws(two)
    return [
        f"draws of {name}"
        for name in sorted(old.keys() | new.keys())
        if name not in old or name not in new or not np.array_equal(old[name], new[name], equal_nan=True)
    ]
