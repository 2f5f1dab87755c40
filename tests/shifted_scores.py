"""The tier of one unit after its scores moved, found by judging moved draws anew, whatever the run says of shifts."""

import math

import numpy as np
import pandas as pd

from harmmodel.lenses.areas.spec import AreaScheme
from harmmodel.lenses.areas.tiers import TierEvidence, judge
from harmmodel.method.arrays import Singles
from harmmodel.method.uncertainty import share_of_draws_in_top, top_size

ORDERS = {"": "overall", "_no_contact": "overall_no_contact", "_violence": "violence"}  # end of the column: draws
A_LITTLE = 1e-6
Moves = dict[str, float]


def tier_after(scores: pd.DataFrame, draws: dict[str, Singles], scheme: AreaScheme, unit: int, moves: Moves) -> str:
    shares = {}
    for end, name in ORDERS.items():
        moved = draws[name].astype(np.float64)
        moved[unit] += moves.get(end, 0.0)
        known = int((~np.isnan(moved).any(axis=1)).sum())
        shares[end] = float(share_of_draws_in_top(moved, top_size(known, scheme.top_share))[unit])
    standing = TierEvidence(
        p_top=shares[""],
        p_guarded=shares["_violence"],
        p_no_contact=shares["_no_contact"],
        driver=str(scores["driver"].iloc[unit]),
        scored=(),
    )
    return judge(standing, scheme).tier


def assert_shifts_are_the_least(scores: pd.DataFrame, draws: dict[str, Singles], scheme: AreaScheme, unit: int) -> None:
    row = scores.iloc[unit]
    gains = {end: row[f"shift_up{end}"] for end in ORDERS if not math.isnan(row[f"shift_up{end}"])}
    losses = {end: row[f"shift_down{end}"] for end in ORDERS if not math.isnan(row[f"shift_down{end}"])}
    assert tier_after(scores, draws, scheme, unit, {}) == row["tier"]
    assert bool(gains) == bool(row["tier_up"])
    assert bool(losses) == bool(row["tier_down"])

    def after(moves: Moves) -> str:
        return tier_after(scores, draws, scheme, unit, moves)

    enough = {end: min(gain + A_LITTLE, 1e6) for end, gain in gains.items()}
    if gains:
        assert (after(enough) == row["tier_up"]) == all(map(math.isfinite, gains.values()))
    for end, gain in gains.items():
        if math.isfinite(gain):
            assert after({**enough, end: gain - A_LITTLE}) != row["tier_up"], f"{row['label']}: less is enough {end}"
    for end, loss in losses.items():
        least = min(loss, 1e6)
        assert (after({end: -least - A_LITTLE}) == row["tier_down"]) == math.isfinite(loss)
        assert after({end: -least + A_LITTLE}) == row["tier"], f"{row['label']}: less is enough {end}"
