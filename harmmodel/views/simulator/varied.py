"""Does what the simulator finds hang on one assumption: tipping points with one changed at a time."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from harmmodel.config import Simulator
from harmmodel.method.deterrence.game import Policy
from harmmodel.method.deterrence.tipping import Tipping
from harmmodel.views import words
from harmmodel.views.parts import Table
from harmmodel.views.simulator import results
from harmmodel.views.simulator.results import NAMES, Sweep
from harmmodel.views.simulator.words import short

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
    found = []
    for variation in assumed.variations:
        other = assumed.with_changes(variation.changes)
        setting = results.experiment(other, switched, seed=seed, runs=assumed.variation_runs)
        found.append(Varied(variation.label, results.sweep(other, setting).tips))
    return found


def sentences(found: list[Varied]) -> list[str]:
    """Count what the variations come to, and name those that come to something else than most."""
    said = []
    for verdict, text in VERDICTS.items():
        those = [one.label.lower() for one in found if one.verdict == verdict]
        if those:
            named = "" if verdict == LOWER else f": {words.listing(those)}"
            said.append(f"Under {len(those)} of {len(found)} other assumptions {text}{named}.")
    return said


def rows(found: list[Varied], published: Sweep) -> pd.DataFrame:
    """One row per variation as text, the assumptions in force first."""
    all_of_them = [Varied("As assumed", published.tips), *found]
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


def table(found: list[Varied], published: Sweep, runs: int) -> Table:
    """Return the table of variations."""
    return Table(
        label="Other assumptions, one at a time",
        frame=rows(found, published),
        file_name="simulator-variations.csv",
        alt=" ".join(sentences(found)),
        note=f"{runs} runs each where something is changed; in brackets nine of ten runs.",
    )
