"""The simulator's runs, kept for all readers: a setting that was tried once is not tried again."""

from __future__ import annotations

import streamlit as st

from harmmodel.app import session
from harmmodel.config import Simulator, load_simulator
from harmmodel.method.deterrence.game import Experiment, Policy, Simulation
from harmmodel.views.simulator import results, sentences
from harmmodel.views.simulator.results import Sweep
from harmmodel.views.simulator.sentences import Varied


def assumed() -> Simulator | None:
    """The assumptions of the project; None in one that has none."""
    return load_simulator(session.project())


def paths(capacity: int, setting: Experiment) -> dict[Policy, Simulation]:
    """Every policy at one capacity."""
    return _paths(setting, (capacity,), repr(setting))


def reference(assumptions: Simulator, setting: Experiment) -> dict[Policy, Simulation]:
    """Every policy at the capacities of the reference table."""
    capacities = tuple(sorted({row.capacity for row in assumptions.reference}))
    return _paths(setting, capacities, repr(setting)) if capacities else {}


def swept(assumptions: Simulator, setting: Experiment) -> Sweep:
    """Every policy at every capacity of the sweep."""
    return _swept(assumptions, setting, assumptions.capacities, repr(setting))


def varied(assumptions: Simulator, switched: tuple[str, ...], seed: int) -> list[Varied]:
    """The sweep with one assumption changed at a time."""
    return _varied(assumptions, switched, seed, assumptions.model_dump_json())


# A setting is frozen and written out in full, so its text says whether it was tried.
@st.cache_resource(max_entries=60, show_spinner=False)
def _paths(_setting: Experiment, capacities: tuple[int, ...], setting: str) -> dict[Policy, Simulation]:
    return results.of_policies(capacities, _setting)


@st.cache_resource(max_entries=60, show_spinner="Trying all capacities under three policies")
def _swept(_assumptions: Simulator, _setting: Experiment, capacities: tuple[int, ...], setting: str) -> Sweep:
    return results.sweep(_assumptions, _setting)


@st.cache_resource(max_entries=20, show_spinner="Trying other assumptions, one at a time")
def _varied(_assumptions: Simulator, switched: tuple[str, ...], seed: int, assumptions: str) -> list[Varied]:
    return sentences.varied(_assumptions, switched, seed)
