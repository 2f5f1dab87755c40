"""The value that gives an area its place: the overall score, or its only scored pillar where there is no overall."""

from __future__ import annotations

import pandas as pd

from harmmodel.views.labels import pillar_words
from harmmodel.warehouse.store.runs import Run

ENDS = ["score", "low", "high", "q25", "q75"]
OVERALL = ["score", "score_low", "score_high", "score_q25", "score_q75"]


def ordered_scores(run: Run) -> pd.DataFrame:
    """Scores in order of rank; score columns filled from the only scored pillar, ``alone`` its id where that is so."""
    scores = run.scores.sort_values(["rank", "label"], na_position="last").set_index("unit_id")
    known = run.pillars[run.pillars["score"].notna()]
    only = known[~known["unit_id"].duplicated(keep=False)].set_index("unit_id")
    lacking = scores.index[scores["score"].isna() & scores.index.isin(only.index)]
    scores["alone"] = only["pillar"].reindex(scores.index).where(scores.index.isin(lacking))
    for name, end in zip(OVERALL, ENDS, strict=True):
        scores.loc[lacking, name] = only[end].reindex(lacking)
    return scores.reset_index()


def alone_note(run: Run, scores: pd.DataFrame) -> str:
    """Say which areas stand in the order by one pillar alone; empty when none does."""
    alone = scores["alone"].dropna()
    if alone.empty:
        return ""
    named = " or ".join(pillar_words(run, pillar) for pillar in sorted(set(alone)))
    which = "All areas have" if len(alone) == len(scores) else f"{len(alone)} of {len(scores)} areas have"
    return f"{which} no overall score and stand by their only scored pillar: {named}."
