"""Files of a finished run, read back: frames and draws, and how damage or another version is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harmmodel.errors import ConfigError, RunMissing, SnapshotError
from harmmodel.warehouse.store.connection import identifier, reading
from harmmodel.warehouse.store.snapshot import SCORING_SOURCES, source_hash

Frames = dict[str, pd.DataFrame]


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
    # NumPy leaves a damaged file open, so it is opened and closed here.
    with whole(path), (path / "draws.npz").open("rb") as stream:
        stored = np.load(stream, allow_pickle=False)
        return {name: np.asarray(stored[name]) for name in names or stored.files}


def stored_frames(path: Path, names: tuple[str, ...]) -> Frames:
    """Read some frames of the run in folder *path*."""
    with reading(path / "scores.duckdb") as con:
        return {name: con.execute(f"select * from {identifier('out_' + name)}").df() for name in names}
