"""The ranking as a table: what ``harmmodel show`` prints and every page agrees with."""

from __future__ import annotations

import json

import pandas as pd

from harmmodel.warehouse.store.runs import Run

PILLARS = ("violence", "corruption", "community")
COLUMNS = (
    "unit_id",
    "label",
    "score",
    "score_low",
    "score_high",
    "rank",
    "rank_low",
    "rank_high",
    "p_top",
    "tier",
    "driver",
    "lead",
    "enforcement_to_harm",
    *(f"{p}{end}" for p in PILLARS for end in ("", "_low", "_high")),
    "score_no_contact",
    "rank_no_contact",
    "tier_no_contact",
)


def area_ranking(run: Run) -> pd.DataFrame:
    """Return one row per unit in the columns of ``show``, highest harm first; NaN where something is not scored."""
    ratio = run.contrast[["unit_id", "ratio"]].rename(columns={"ratio": "enforcement_to_harm"})
    table = run.scores.merge(ratio, on="unit_id", how="left", validate="one_to_one")
    for column in COLUMNS:
        if column not in table:
            table[column] = float("nan")  # a pillar that the scheme does not have
    return table.sort_values(["rank", "unit_id"], na_position="last", ignore_index=True)[list(COLUMNS)]


def as_json(run: Run) -> str:
    """Return the ranking as JSON: the run it comes from and one object per unit; what is not scored is null."""
    rows = json.loads(area_ranking(run).to_json(orient="records", double_precision=15))
    origin = {k: run.manifest[k] for k in ("place", "as_of", "data_end", "draws", "interval", "seed", "weight_set")}
    return json.dumps({"run_id": run.run_id, **origin, "rows": rows}, indent=1, ensure_ascii=False)
