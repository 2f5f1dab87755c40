"""Areas judged once more on a snapshot that is there, without writing a run."""

from __future__ import annotations

from pathlib import Path

from harmmodel import pipeline
from harmmodel.config import Config
from harmmodel.registry import LENSES
from harmmodel.warehouse.entered import entries
from harmmodel.warehouse.load.snapshot import Snapshot
from harmmodel.warehouse.store import runs, seal


def judged(folder: Path, config: Config) -> runs.RunContent:
    """Return what a run of areas for readers inside consists of."""
    snapshot = Snapshot(folder.name, folder, seal.read(folder).id, was_built=False)
    nobody = entries.load(folder, config.place.id)  # nothing was entered there
    return pipeline.judge(pipeline.Task(snapshot, config, LENSES["area"], runs.INTERNAL, nobody))
