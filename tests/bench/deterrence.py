"""The simulator's sweep: 30 capacities, three policies, 100 runs of 200 rounds with 100 groups each."""

from __future__ import annotations

from pathlib import Path

from harmmodel.config import load_simulator
from harmmodel.views import simulated


def sweep(root: Path, *switched: str) -> int:
    """Try everything the shipped config asks for; the number of rows tells that the work was done."""
    assumed = load_simulator(root)
    assert assumed is not None
    return len(simulated.sweep(assumed, simulated.experiment(assumed, switched)).rows)


def one_setting(root: Path) -> int:
    """What the page computes when the capacity is moved."""
    assumed = load_simulator(root)
    assert assumed is not None
    return len(simulated.of_policies([10], simulated.experiment(assumed)))
