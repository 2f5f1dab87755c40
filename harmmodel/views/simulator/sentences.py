"""What the simulator found, in sentences written from its figures."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from harmmodel.config import Simulator
from harmmodel.method.arrays import Floats
from harmmodel.method.deterrence.game import TAIL, GameRules, Policy, Simulation, Tipping
from harmmodel.views import words
from harmmodel.views.blocks import Table
from harmmodel.views.simulator import results
from harmmodel.views.simulator.results import NAMES, Sweep

SENTENCE: dict[Policy, str] = {
    "random": "random enforcement",
    "concentration": "concentrated enforcement",
    "concentration_warning": "concentration with warning",
}
CLEARLY_LESS = 0.5  # "far lower": at most half the capacity, and no overlap


def one(row: Mapping[str, Any]) -> str:
    """One setting in a sentence."""
    return (
        f"with a capacity of {row['capacity']} sanctions a round, {SENTENCE[row['policy']]} leaves "
        f"{groups(row['mean_violators'])} of {row['groups']} groups in violation in the last rounds (nine of ten runs "
        f"{words.span(row['mean_violators_low'], row['mean_violators_high'], 1)}) and gives "
        f"{words.number(row['total_sanctions'])} sanctions over {row['rounds']} rounds "
        f"({words.span(row['total_sanctions_low'], row['total_sanctions_high'])})."
    )


def groups(count: float) -> str:
    """A mean number of groups: whole from ten on, else with one decimal."""
    return words.number(count, 0 if count >= 9.95 else 1)


def where(tip: Tipping, largest: int) -> str:
    """Where one policy tips, with the interval over runs."""
    if not math.isfinite(tip.capacity):
        settled = 1 - tip.never
        some = f"; {words.share(settled)} of runs do" if settled > 0 else " in any run"
        return f"does not tip up to a capacity of {largest}{some}"
    ends = f"{tip.low:.0f} to {_end(tip.high, largest)}"
    return f"tips at a capacity of {tip.capacity:.0f} (nine of ten runs: {ends})"


def short(tip: Tipping, largest: int) -> str:
    """The same without the verb, beside another."""
    if not math.isfinite(tip.capacity):
        return f"not up to {largest}"
    return f"at {tip.capacity:.0f} ({tip.low:.0f} to {_end(tip.high, largest)})"


def end(runs: Floats) -> str:
    """How many groups violate at the end, with where nine of ten runs lie."""
    low, high = np.quantile(runs, [TAIL, 1 - TAIL])
    return f"{groups(float(runs.mean()))} ({groups(low)} to {groups(high)})"


def apart(first: Tipping, second: Tipping) -> str:
    """How two policies compare: only what their figures allow to be said."""
    if not (math.isfinite(first.capacity) and math.isfinite(second.capacity)):
        return ""
    share = first.capacity / second.capacity
    if share == 1:
        return f"{words.capital(SENTENCE[first.policy])} tips at the same capacity as {SENTENCE[second.policy]}."
    said = f"{words.share(share)} of the capacity that {SENTENCE[second.policy]} needs"
    if first.high >= second.low and second.high >= first.low:
        return f"The two overlap: {SENTENCE[first.policy]} tips at {said}, within the spread of the runs."
    far = "higher" if share > 1 else "far lower" if share <= CLEARLY_LESS else "lower"
    return f"{words.capital(SENTENCE[first.policy])} tips at a {far} capacity: {said}. Their intervals do not overlap."


def findings(swept: Sweep) -> list[str]:
    """Everything a sweep shows."""
    tips, largest = swept.tips, swept.largest
    said = [f"{words.capital(SENTENCE[policy])} {where(tip, largest)}." for policy, tip in tips.items()]
    said += [apart(tips["concentration"], tips["random"]), apart(tips["concentration_warning"], tips["concentration"])]
    said += [fewer_sanctions(tip, swept) for tip in tips.values()]
    return [sentence for sentence in said if sentence]


def fewer_sanctions(tip: Tipping, swept: Sweep) -> str:
    """Say whether more capacity ends in fewer sanctions given."""
    rows, largest = swept.rows, swept.largest
    last = rows.loc[rows["policy"].eq(tip.policy) & rows["capacity"].eq(largest), "total_sanctions"].iloc[0]
    most = f"{words.number(tip.peak_sanctions)} over {swept.setting.rules.rounds} rounds, at a capacity of"
    if tip.peak_capacity == largest:
        return f"Sanctions under {SENTENCE[tip.policy]} grow with capacity to the end of the sweep: {most} {largest}."
    return (
        f"Sanctions under {SENTENCE[tip.policy]} peak at {most} {tip.peak_capacity}; at {largest} there are "
        f"{words.number(last)}, since groups that hold still need no sanction."
    )


def saved(plain: Simulation, warned: Simulation) -> str:
    """Say what the warning saves at one capacity: run against run, since both had the same luck."""
    before, after = plain.total_sanctions[0], warned.total_sanctions[0]
    saving = before - after
    low, high = np.quantile(saving, [TAIL, 1 - TAIL])
    said = f"({words.number(before.mean())} and {words.number(after.mean())} sanctions a run)"
    if low <= 0 <= high:
        return f"The warning makes no clear difference to the number of sanctions here {said}."
    more_or_less = "saves" if low > 0 else "adds"
    share = words.share(abs(float(saving.mean())) / float(before.mean()))
    return f"The warning {more_or_less} {share} of the sanctions of concentration alone {said}."


def out_of_reach(rules: GameRules) -> str:
    """Name the groups that no sanction deters, which keeps the end above the noise."""
    spread = rules.thresholds
    beyond = float(norm.sf((rules.reach - spread.mean) / spread.sd)) if spread.sd and rules.reach < spread.high else 0.0
    if beyond <= 0:
        return ""
    return (
        f"A group whose threshold lies above {words.number(rules.reach, 2)} goes on however often it is sanctioned, as "
        f"it remembers about {words.number(1 / (1 - rules.memory))} violations: {groups(beyond * rules.groups)} of "
        f"{rules.groups} groups on average. Decisions that go the other way by noise, {words.share(rules.noise)} of "
        "all, come on top."
    )


def changed(switched: Mapping[Policy, Tipping], before: Mapping[Policy, Tipping], names: str) -> list[str]:
    """Say how what was switched on moves each tipping point."""
    return [
        f"{words.capital(names)} switched on: {SENTENCE[policy]} tips at {_at(tip)} instead of {_at(before[policy])}."
        for policy, tip in switched.items()
    ]


def _at(tip: Tipping) -> str:
    if not math.isfinite(tip.capacity):
        return "no capacity of the sweep"
    high = f"{tip.high:.0f}" if math.isfinite(tip.high) else "beyond"
    return f"{tip.capacity:.0f} ({tip.low:.0f} to {high})"


def tipping_table(swept: Sweep) -> pd.DataFrame:
    """Return the tipping table, as text."""
    largest, runs = swept.largest, swept.setting.seeds
    return pd.DataFrame(
        [
            {
                "Policy": NAMES[policy],
                "Tips at": f"{tip.capacity:.0f}" if math.isfinite(tip.capacity) else f"not up to {largest}",
                "Nine of ten runs": f"{_end(tip.low, largest)}–{_end(tip.high, largest)}",
                "Runs that never tip": f"{words.number(tip.never * runs)} of {runs:,}",
                "Most sanctions": words.number(tip.peak_sanctions),
                "at a capacity of": str(tip.peak_capacity),
            }
            for policy, tip in swept.tips.items()
        ]
    )


def _end(capacity: float, largest: int) -> str:
    return f"{capacity:.0f}" if math.isfinite(capacity) else f"over {largest}"


LOWER, OVERLAP, NEITHER, NOT_LOWER = "lower", "overlapping", "neither tips", "not lower"
VERDICTS = {
    LOWER: "concentrated enforcement tips at a lower capacity than random, without overlap",
    OVERLAP: "the runs of the two overlap",
    NEITHER: "neither tips within the sweep",
    NOT_LOWER: "concentrated enforcement does not tip at a lower capacity",
}


@dataclass(frozen=True)
class Varied:
    """One variation: its name and where each policy tips."""

    label: str
    tips: dict[Policy, Tipping]

    @property
    def verdict(self) -> str:
        """How concentration stands to random enforcement."""
        focused, random = self.tips["concentration"], self.tips["random"]
        if math.isinf(focused.capacity) and math.isinf(random.capacity):
            return NEITHER
        if focused.high < random.low:
            return LOWER
        return OVERLAP if focused.low <= random.high and focused.capacity < random.capacity else NOT_LOWER


def varied(assumed: Simulator, switched: Collection[str], seed: int) -> list[Varied]:
    """Sweep once for each variation of the config, fewer runs each."""
    variations = []
    for variation in assumed.variations:
        other = assumed.with_changes(variation.changes)
        setting = results.experiment(other, switched, seed=seed, runs=assumed.variation_runs)
        variations.append(Varied(variation.label, results.sweep(other, setting).tips))
    return variations


def sentences(variations: list[Varied]) -> list[str]:
    """Count what the variations come to, and name those that come to something else than most."""
    said = []
    for verdict, text in VERDICTS.items():
        those = [one.label.lower() for one in variations if one.verdict == verdict]
        if those:
            named = "" if verdict == LOWER else f": {words.listing(those)}"
            said.append(f"Under {len(those)} of {len(variations)} other assumptions {text}{named}.")
    return said


def rows(variations: list[Varied], published: Sweep) -> pd.DataFrame:
    """One row per variation as text, the assumptions in force first."""
    all_of_them = [Varied("As assumed", published.tips), *variations]
    return pd.DataFrame(
        [
            {
                "What is changed": one.label,
                **{f"{NAMES[policy]} tips": short(tip, published.largest) for policy, tip in one.tips.items()},
                "Concentration against random": one.verdict,
            }
            for one in all_of_them
        ]
    )


def table(variations: list[Varied], published: Sweep, runs: int) -> Table:
    """Return the table of variations."""
    return Table(
        label="Other assumptions, one at a time",
        frame=rows(variations, published),
        file_name="simulator-variations.csv",
        alt=" ".join(sentences(variations)),
        note=f"{runs} runs each where something is changed; in brackets nine of ten runs.",
    )
