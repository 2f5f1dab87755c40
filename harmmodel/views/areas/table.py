"""The table of all areas: rank, tier, score, intervals, pillars, driver and size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from harmmodel.views import source, ties, words
from harmmodel.views.labels import chance, pillar_short
from harmmodel.views.parts import Table
from harmmodel.views.reach import has_residents, only_pillar, score_name
from harmmodel.warehouse.store.runs import Run


def area_table(run: Run) -> Table:
    """Return at most twelve columns; numbers stay as they are, so that they sort and can be downloaded."""
    only = only_pillar(run)
    scores = run.scores.sort_values(["rank", "label"], na_position="last")
    score = only or "score"
    pairs = {"Interval": (f"{score}_low", f"{score}_high"), "Rank interval": ("rank_low", "rank_high")}
    texts = {
        name: [words.interval(low, high) for low, high in zip(scores[a], scores[b], strict=True)]
        for name, (a, b) in pairs.items()
    }
    signs = [f"{words.TIER_SIGNS[tier]} {words.capital(tier)}" for tier in scores["tier"]]
    drivers = [pillar_short(run, str(driver)) if driver else words.MISSING for driver in scores["driver"]]
    # Beside an overall score stands each pillar; the only scored pillar is the score itself.
    pillars = () if only else run.config.scheme.pillars
    columns = {
        "Rank": ties.first_places(scores["rank"]),
        "Area": scores["label"],
        "Tier": signs,
        score_name(run) if only else "Score": scores[score],
        **texts,
        "In top tenth": [chance(run, value) for value in scores["p_top"]],
        **{pillar.short: scores[pillar.id] for pillar in pillars},
        "Driver": drivers,
        **_size(run, scores),
    }
    shown = pd.DataFrame(columns)
    return Table(
        label="Table of all areas",
        frame=shown,
        file_name=f"{run.place.id}-areas.csv",
        alt=f"All {len(shown)} {run.place.unit_noun.many} with rank, tier, score, intervals, pillars and driver",
        formats=_formats(shown),
        origin=source.origin(run, scores["unit_id"]),
    )


def _formats(shown: pd.DataFrame) -> dict[str, Callable[[Any], str]]:
    """Return how the number columns are written: scores whole, unless the name says what else they are."""
    special = {"Rank": ties.place_format(shown["Rank"]), "Residents": words.count, "km²": _km2}
    numbers = shown.select_dtypes("number").columns
    return {str(name): special.get(str(name), words.score) for name in numbers}


def _km2(value: float) -> str:
    return words.number(value, 2)


def _size(run: Run, scores: pd.DataFrame) -> dict[str, pd.Series]:
    if has_residents(run):
        return {"Residents": scores["residents"].round().astype("Int64")}
    return {"km²": scores["unit_id"].map(run.units.set_index("unit_id")["km2"])}
