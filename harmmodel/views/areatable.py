"""The table of all areas: rank, tier, score, intervals, pillars, driver and size."""

from __future__ import annotations

import pandas as pd

from harmmodel.views import words
from harmmodel.views.labels import chance, pillar_short
from harmmodel.views.reach import has_residents, only_pillar, score_name
from harmmodel.warehouse.runs import Run


def area_table(run: Run) -> pd.DataFrame:
    """Return at most twelve columns; numbers stay numbers, so that they sort and can be downloaded."""
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
        "Rank": scores["rank"],
        "Area": scores["label"],
        "Tier": signs,
        score_name(run) if only else "Score": scores[score].round(),
        **texts,
        "In top tenth": [chance(run, value) for value in scores["p_top"]],
        **{pillar.short: scores[pillar.id].round() for pillar in pillars},
        "Driver": drivers,
        **_size(run, scores),
    }
    return pd.DataFrame(columns)


def _size(run: Run, scores: pd.DataFrame) -> dict[str, pd.Series]:
    if has_residents(run):
        return {"Residents": scores["residents"]}
    return {"km²": scores["unit_id"].map(run.units.set_index("unit_id")["km2"]).round(2)}
