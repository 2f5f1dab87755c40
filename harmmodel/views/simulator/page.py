"""Simulator: when does concentrating enforcement bring violence down, in a model made for teaching."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from harmmodel.config import Simulator
from harmmodel.method.arrays import Floats
from harmmodel.method.deterrence.game import TAIL, Policy, Simulation
from harmmodel.views import words
from harmmodel.views.blocks import Picture, Table
from harmmodel.views.simulator import sentences as simulator_words
from harmmodel.views.simulator.results import NAMES, SWITCHES, Sweep
from harmmodel.views.simulator.sentences import SENTENCE

KICKER = "Teaching model · made-up groups · no place and no data"
BANNER = (
    "A teaching model, no forecast. The unit is a made-up group, never a person; nothing is fitted to a place, and no "
    "score uses it. What transfers from one setting to another is weak."
)
EMPTY = (
    "This project has no assumptions for the simulator.",
    "Copy config/simulator.yaml from a project that has it: `harmmodel init` writes one.",
)
TRY_OTHERS = "Try other assumptions, one at a time"
TRY_HELP = "A sweep for each line of variations in config/simulator.yaml; takes about ten seconds the first time."
NO_ANSWER = "Without assumptions there is nothing to run."
FIRST_CAPACITY = 10
SHORT: dict[Policy, str] = {**NAMES, "concentration_warning": "With warning"}


@dataclass(frozen=True)
class Simulated:
    """The page with all its words."""

    answer: str
    paths: Picture
    curve: Picture
    findings: tuple[str, ...]
    table: Table
    source: str


def simulator(
    assumed: Simulator,
    switched: Collection[str],
    at_capacity: dict[Policy, Simulation],
    swept: Sweep,
    plain: Sweep,
) -> Simulated:
    """Tell what one setting came to, beside the sweep over capacities; *plain* has nothing switched on."""
    sentences = simulator_words.findings(swept)
    if switched:
        names = words.listing(SWITCHES[name].lower() for name in SWITCHES if name in switched)
        sentences += simulator_words.changed(swept.tips, plain.tips, names)
    sentences += [
        simulator_words.saved(at_capacity["concentration"], at_capacity["concentration_warning"]),
        simulator_words.out_of_reach(swept.setting.rules),
    ]
    return Simulated(
        answer=_answer(at_capacity, swept),
        paths=_paths(at_capacity),
        curve=_curve(swept),
        findings=tuple(words.plain_markdown(sentence) for sentence in sentences if sentence),
        table=_table(swept),
        source=_source(assumed, swept),
    )


def switches(keys: Collection[str] | None) -> tuple[str, ...]:
    """What is switched on, by key, in fixed order; unknown names are left out."""
    names = set(keys or ())
    return tuple(key for key, name in SWITCHES.items() if name in names)


def limits(assumed: Simulator) -> tuple[str, ...]:
    """What the model leaves out, with what the switches that are offered here do not mend."""
    return (
        assumed.limits,
        "Retaliation, the loss of leaders, wrong targets and escalation are off unless switched on, and their sizes "
        "are assumptions. A group that is hit by mistake learns nothing and loses no trust here; legitimacy, trust, "
        "services and other groups taking over a market cannot be switched on at all.",
        "Concentration needs a list that is fixed and just, knowledge of who did what, and promises that can be kept. "
        "Where these are missing the figures here say nothing.",
        "Who stands first on a list is a choice people make and answer for: here the list has no meaning at all.",
    )


def _answer(at_capacity: dict[Policy, Simulation], swept: Sweep) -> str:
    tips, largest = swept.tips, swept.largest
    random, focused = (at_capacity[policy] for policy in ("random", "concentration"))
    ends = [simulator_words.end(simulation.mean_violators[0]) for simulation in (random, focused)]
    return (
        f"**{words.capital(SENTENCE['concentration'])} {simulator_words.where(tips['concentration'], largest)}, "
        f"{SENTENCE['random']} {simulator_words.short(tips['random'], largest)}.** To tip: to leave few groups in "
        f"violation from there on. At a capacity of {random.capacities[0]}, {ends[0]} of {random.rules.groups} groups "
        f"are in violation at the end when sanctions fall at random, and {ends[1]} when they follow one list."
    )


def _paths(at_capacity: dict[Policy, Simulation]) -> Picture:
    parts = []
    for policy, simulation in at_capacity.items():
        runs = simulation.violators[:, 0, :]
        low, high = np.quantile(runs, [TAIL, 1 - TAIL], axis=1)
        part = {"round": np.arange(1, len(runs) + 1), "mean": runs.mean(axis=1), "low": low, "high": high}
        parts.append(pd.DataFrame({"policy": policy, "name": SHORT[policy], **part}))
    frame = pd.concat(parts, ignore_index=True)
    first = next(iter(at_capacity.values()))
    window, groups = first.rules.window, first.rules.groups
    ends = {policy: float(simulation.mean_violators[0].mean()) for policy, simulation in at_capacity.items()}
    said = [f"{NAMES[policy].lower()} {simulator_words.groups(end)}" for policy, end in ends.items()]
    frame["end"] = frame["policy"].map({policy: simulator_words.groups(end) for policy, end in ends.items()})
    return Picture(
        title=f"Groups in violation at a capacity of {first.capacities[0]}",
        how_to_read=f"Round by round. Line: mean of {first.violators.shape[2]} runs, of {groups} groups. Band: nine of "
        f"ten runs. At the right the mean of the last {window} rounds.",
        frame=frame,
        alt=f"Groups in violation in the last {window} rounds of {groups}: {words.listing(said)}.",
        note="A round has no length in days. Every policy meets the same groups and the same luck.",
    )


def _curve(swept: Sweep) -> Picture:
    rows = swept.rows
    frame = rows.assign(name=rows["policy"].map(SHORT), mean=rows["mean_violators"])
    frame["low"], frame["high"] = rows["mean_violators_low"], rows["mean_violators_high"]
    frame["end"] = [simulator_words.groups(value) for value in frame["mean"]]
    tips = [f"{SENTENCE[policy]} {simulator_words.where(tip, swept.largest)}" for policy, tip in swept.tips.items()]
    marks = {policy: tip.capacity for policy, tip in swept.tips.items() if np.isfinite(tip.capacity)}
    frame["tips_at"] = frame["policy"].map(marks)
    rules = swept.setting.rules
    return Picture(
        title="Groups in violation at the end, by capacity",
        how_to_read="Line: mean over runs. Band: nine of ten runs. Upright: the capacity from which on half of "
        f"the runs end with at most {words.share(rules.settled_share)} of the groups in violation.",
        frame=frame,
        alt=f"{words.capital('; '.join(tips))}.",
        note=f"{len(rows) // len(swept.tips)} capacities were tried; between two of them nothing is known.",
    )


def _table(swept: Sweep) -> Table:
    rows = swept.rows
    two = ("mean_violators", "total_sanctions")
    frame = pd.DataFrame(
        {
            "Policy": rows["policy"].map(NAMES),
            "Capacity": rows["capacity"],
            "In violation": rows[two[0]],
            "Violation low": rows[f"{two[0]}_low"],
            "Violation high": rows[f"{two[0]}_high"],
            "Sanctions": rows[two[1]],
            "Sanctions low": rows[f"{two[1]}_low"],
            "Sanctions high": rows[f"{two[1]}_high"],
            "Runs that settle": rows["runs_settled"],
        }
    )
    setting = swept.setting
    origin = pd.DataFrame({"status": "teaching model", "seed": setting.seed, "runs": setting.seeds}, index=frame.index)
    whole = dict.fromkeys(("Sanctions", "Sanctions low", "Sanctions high"), words.number)
    return Table(
        label="Table of the sweep",
        frame=frame,
        file_name="simulator-sweep.csv",
        alt="One row per policy and capacity: groups in violation and sanctions, each with where nine of ten runs lie.",
        formats={
            **dict.fromkeys(("In violation", "Violation low", "Violation high"), lambda value: words.number(value, 1)),
            **whole,
            "Runs that settle": lambda value: f"{words.number(value * setting.seeds)} of {setting.seeds}",
        },
        origin=origin,
    )


def _source(assumed: Simulator, swept: Sweep) -> str:
    titles = "; ".join(words.plain_markdown(reference.title) for reference in assumed.references[:1])
    setting = swept.setting
    return (
        f"Source: rebuilt after {titles} · config/simulator.yaml · seed {setting.seed} · {setting.seeds:,} runs · "
        "bands hold nine of ten runs"
    )


@dataclass(frozen=True)
class FigureCheck:
    """A figure computed before and the same figure here; *errors* is their distance in standard errors of both."""

    before: float
    here: float
    errors: float


def held(before: float, runs: Floats, runs_before: int) -> FigureCheck:
    """Set one figure beside the runs of this program, whose spread stands for that of both."""
    error = float(runs.std(ddof=1)) * math.sqrt(1 / runs.size + 1 / runs_before)
    here = float(runs.mean())
    return FigureCheck(before, here, (here - before) / error if error else (0.0 if here == before else math.inf))


def against_reference(assumed: Simulator, simulations: dict[Policy, Simulation]) -> Table:
    """Return every figure of the reference table beside the one found here."""
    lines, most = [], 0.0
    for row in assumed.reference:
        simulation = simulations[row.policy]
        place = simulation.capacities.index(row.capacity)
        pairs = {
            "Groups": held(row.mean_violators, simulation.mean_violators[place], assumed.reference_runs),
            "Sanctions": held(row.total_sanctions, simulation.total_sanctions[place], assumed.reference_runs),
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
