"""The simulator's sweep: 30 capacities, three policies, 100 runs of 200 rounds with 100 groups each."""

from __future__ import annotations

from pathlib import Path

from harmmodel.config import load_simulator
from harmmodel.views.simulator import results


def sweep(root: Path, *switched: str) -> int:
    """Try everything the shipped config asks for; the number of rows tells that the work was done."""
    assumed = load_simulator(root)
    assert assumed is not None
    return len(results.sweep(assumed, results.experiment(assumed, switched)).rows)


def one_setting(root: Path) -> int:
    """What the page computes when the capacity is moved."""
    assumed = load_simulator(root)
    assert assumed is not None
    return len(results.of_policies([10], results.experiment(assumed)))
