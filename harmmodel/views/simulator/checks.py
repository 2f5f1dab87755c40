"""What the simulator leans on: its assumptions one by one, and its figures held against those computed before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import pandas as pd

from harmmodel.config import Simulator
from harmmodel.method.arrays import Floats
from harmmodel.method.deterrence.game import Outcome, Policy
from harmmodel.views import words
from harmmodel.views.parts import Table
from harmmodel.views.simulator.results import NAMES


@dataclass(frozen=True)
class Held:
    """A figure computed before and the same figure here; *errors* is their distance in standard errors of both."""

    before: float
    here: float
    errors: float


def held(before: float, runs: Floats, runs_before: int) -> Held:
    """Set one figure beside the runs of this program, whose spread stands for that of both."""
    error = float(runs.std(ddof=1)) * math.sqrt(1 / runs.size + 1 / runs_before)
    here = float(runs.mean())
    return Held(before, here, (here - before) / error if error else (0.0 if here == before else math.inf))


def against_reference(assumed: Simulator, found: dict[Policy, Outcome]) -> Table:
    """Return every figure of the reference table beside the one found here."""
    lines, most = [], 0.0
    for row in assumed.reference:
        outcome = found[row.policy]
        place = outcome.capacities.index(row.capacity)
        pairs = {
            "Groups": held(row.mean_violators, outcome.mean_violators[place], assumed.reference_runs),
            "Sanctions": held(row.total_sanctions, outcome.total_sanctions[place], assumed.reference_runs),
        }
        most = max([most, *(abs(pair.errors) for pair in pairs.values())])
        cells = {"Capacity": row.capacity, "Policy": NAMES[row.policy]}
        for name, pair in pairs.items():
            cells |= {f"{name} before": pair.before, f"{name} here": pair.here, f"{name} errors": pair.errors}
        lines.append(cells)
    one = partial(words.number, decimals=1)
    return Table(
        label="Held against figures computed before",
        frame=pd.DataFrame(lines),
        file_name="simulator-reference.csv",
        alt=f"One row per capacity and policy. The largest distance is {words.number(most, 1)} standard errors.",
        formats={
            **{f"Groups {name}": one for name in ("before", "here", "errors")},
            **{f"Sanctions {name}": words.number for name in ("before", "here")},
            "Sanctions errors": one,
        },
        note="Groups in violation in the last rounds, and sanctions over the run; nothing switched on. Before: "
        f"{assumed.reference_runs} runs by other code, of its own luck. Errors: distance in standard errors of "
        f"both, largest {words.number(most, 1)}. All rows share the same groups, so "
        "they stray together: a single group out of reach adds 1 to the groups in violation and up to "
        f"{assumed.rounds.value} sanctions to a run.",
    )


def assumptions(assumed: Simulator) -> Table:
    """Return every assumption with its status and reason."""
    fields = type(assumed).model_fields
    lines = [
        {
            "Assumption": str(fields[name].description).rstrip("."),
            "Value": words.exact(item.value),
            "Status": item.status,
            "Why": item.why,
            "Key": name,
        }
        for name, item in assumed.assumed.items()
    ]
    return Table(
        label="What is assumed, and why",
        frame=pd.DataFrame(lines),
        file_name="simulator-assumptions.csv",
        alt="One row per assumption with its value, status and reason.",
        note="Change them in config/simulator.yaml. re-implementation: chosen when the model was rebuilt, since the "
        "published study's own values could not be obtained. assumption: added here, with no study behind its size.",
    )
