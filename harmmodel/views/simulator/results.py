"""Settings of the simulator, and its results as flat rows: what page and command line share."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from harmmodel.config import Simulator
from harmmodel.errors import SimulationImpossible
from harmmodel.method.arrays import Floats
from harmmodel.method.deterrence.draws import Thresholds
from harmmodel.method.deterrence.game import (
    POLICIES,
    TAIL,
    Experiment,
    GameRules,
    Policy,
    Simulation,
    Tipping,
    Twists,
    simulate,
    tipping,
)

NAMES: dict[Policy, str] = {
    "random": "Random",
    "concentration": "Concentration",
    "concentration_warning": "Concentration with warning",
}
SWITCHES = {
    "surge": "Surge",
    "retaliation": "Retaliation",
    "removal": "Loss of leaders",
    "misidentified": "Wrong target",
    "escalation": "Escalation",
}
STATUS = "teaching model, no forecast"
MOST_RUNS, LARGEST_SEED = 1000, 2**31 - 1


def experiment(
    assumed: Simulator, switched: Collection[str] = (), *, seed: int | None = None, runs: int | None = None
) -> Experiment:
    """Turn the assumptions of the config into a setting of the model.

    Raises
    ------
    SimulationImpossible
        If seed or number of runs cannot be used.
    """
    seed, runs = assumed.seed if seed is None else seed, assumed.runs if runs is None else runs
    if not 0 <= seed <= LARGEST_SEED:
        raise SimulationImpossible(f"the seed is {seed:,}; it must be a whole number from 0 to {LARGEST_SEED:,}")
    if not 2 <= runs <= MOST_RUNS:
        raise SimulationImpossible(f"{runs:,} runs were asked for; 2 to {MOST_RUNS:,} are possible")
    return Experiment(_rules(assumed), _twists(assumed, switched), seed, runs)


def checked(assumed: Simulator, capacity: int) -> int:
    """Return a capacity that fits the number of groups.

    Raises
    ------
    SimulationImpossible
        If there are fewer groups than sanctions, or sanctions below none.
    """
    if not 0 <= capacity <= assumed.groups.value:
        raise SimulationImpossible(
            f"the capacity is {capacity:,} sanctions a round; with {assumed.groups.value} groups it must lie between "
            f"0 and {assumed.groups.value}"
        )
    return capacity


def _rules(assumed: Simulator) -> GameRules:
    spread = Thresholds(
        assumed.threshold_mean.value,
        assumed.threshold_sd.value,
        assumed.threshold_low.value,
        assumed.threshold_high.value,
    )
    return GameRules(
        groups=assumed.groups.value,
        rounds=assumed.rounds.value,
        window=assumed.window.value,
        thresholds=spread,
        noise=assumed.noise.value,
        prior_sanctioned=assumed.prior_sanctioned.value,
        prior_escaped=assumed.prior_escaped.value,
        memory=assumed.memory.value,
        warning=assumed.warning.value,
        settled_share=assumed.settled_share.value,
    )


def _twists(assumed: Simulator, switched: Collection[str]) -> Twists:
    surge, removal = "surge" in switched, "removal" in switched
    return Twists(
        surge_extra=assumed.surge_extra.value if surge else 0,
        surge_rounds=assumed.surge_rounds.value if surge else 0,
        retaliation=assumed.retaliation.value if "retaliation" in switched else 0.0,
        removal=assumed.removal.value if removal else 0.0,
        removal_log_mean=math.log(assumed.removal_factor.value) if removal else 0.0,
        removal_log_sd=assumed.removal_log_sd.value if removal else 0.0,
        removal_rounds=assumed.removal_rounds.value if removal else 0,
        misidentified=assumed.misidentified.value if "misidentified" in switched else 0.0,
        escalation=assumed.escalation.value if "escalation" in switched else 0.0,
    )


def of_policies(capacities: Collection[int], setting: Experiment) -> dict[Policy, Simulation]:
    """Run every policy at the same capacities, on the same luck."""
    return {policy: simulate(policy, tuple(capacities), setting) for policy in POLICIES}


def row(outcome: Simulation, place: int) -> dict[str, Any]:
    """Summarise one capacity of one policy: means, where nine of ten runs lie, and the standard error of the mean."""
    return {
        "policy": outcome.policy,
        "capacity": outcome.capacities[place],
        **_summary("mean_violators", outcome.mean_violators[place], 3),
        **_summary("total_sanctions", outcome.total_sanctions[place], 1),
        "runs_settled": float(outcome.is_settled[place].mean()),
    }


def _summary(name: str, runs: Floats, decimals: int) -> dict[str, float]:
    low, high = np.quantile(runs, [TAIL, 1 - TAIL])
    error = runs.std(ddof=1) / math.sqrt(runs.size)
    figures = {name: runs.mean(), f"{name}_low": low, f"{name}_high": high, f"{name}_se": error}
    return {key: round(float(value), decimals) for key, value in figures.items()}


def parameters(assumed: Simulator, switched: Collection[str], setting: Experiment) -> dict[str, Any]:
    """Everything that was assumed, flat, so that a result can be had again."""
    values = {name: item.value for name, item in assumed.assumed.items() if _counts(name, switched)}
    on = {f"with_{name}": name in switched for name in SWITCHES}
    return {"status": STATUS, "seed": setting.seed, "runs": setting.seeds, **on, **values}


def _counts(name: str, switched: Collection[str]) -> bool:
    """Leave out what belongs to a switch that is off."""
    owner = next((switch for switch in SWITCHES if name.startswith(switch)), None)
    return owner is None or owner in switched


@dataclass(frozen=True)
class Sweep:
    """Every policy at every capacity: one row each, and where each policy tips."""

    setting: Experiment
    largest: int
    rows: pd.DataFrame
    tips: dict[Policy, Tipping]


def sweep(assumed: Simulator, setting: Experiment) -> Sweep:
    """Try the capacities of the config under every policy."""
    swept = of_policies(assumed.capacities, setting)
    rows = [row(outcome, place) for outcome in swept.values() for place in range(len(outcome.capacities))]
    tips = {policy: tipping(outcome) for policy, outcome in swept.items()}
    return Sweep(setting, assumed.capacities[-1], pd.DataFrame(rows), tips)


def tipping_row(tip: Tipping) -> dict[str, Any]:
    """One flat row; a capacity that lies beyond the sweep is None."""
    return {
        "policy": tip.policy,
        "tips_at": _known(tip.capacity),
        "tips_at_low": _known(tip.low),
        "tips_at_high": _known(tip.high),
        "runs_that_never_tip": tip.never,
        "most_sanctions_at": tip.peak_capacity,
        "most_sanctions": round(tip.peak_sanctions, 1),
    }


def _known(capacity: float) -> int | None:
    return int(capacity) if math.isfinite(capacity) else None
