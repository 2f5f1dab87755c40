"""What a run of a shipped place holds, as one line for each table and draw: `python -m tests.figures chicago`.

Two machines, or two versions of Python, give the same figures when they print the same lines. `make matrix` compares.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from harmmodel import pipeline, registry
from harmmodel.warehouse.store import runs
from tests.conftest import place_project


def lines(project: Path, place: str) -> Iterator[str]:
    """Score a place and name its run, then every table to the last digit, then every draw to the last bit."""
    yield pipeline.run(project, place)
    run = registry.published(project, place)
    for name in run.frames():
        yield f"{name} {_hash(getattr(run, name).to_csv(float_format='%.17g').encode())}"
    if (run.path / "draws.npz").exists():
        for name, drawn in sorted(runs.stored_draws(run.path).items()):
            yield f"draws of {name} {_hash(drawn.tobytes())}"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for place in sys.argv[1:]:
            for line in lines(place_project(Path(folder) / place, place), place):
                print(line)
