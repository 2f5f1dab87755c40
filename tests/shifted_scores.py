"""The tier of one unit after its scores moved, found by judging moved draws anew, whatever the run says of shifts."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from harmmodel.lenses.areas.spec import AreaScheme
from harmmodel.lenses.areas.tiers import TierEvidence, judge
from harmmodel.lenses.tiers import CONTESTED
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

    all_gains, all_losses = row["tier"] == CONTESTED, row["tier"] == CONTESTED
    _assert_least(after, row, row["tier_up"], {end: gain + A_LITTLE for end, gain in gains.items()}, all_gains)
    _assert_least(after, row, row["tier_down"], {end: -loss - A_LITTLE for end, loss in losses.items()}, all_losses)


def _assert_least(after: Callable[[Moves], str], row: pd.Series, tier: str, moves: Moves, together: bool) -> None:
    """Assert that these moves lead to the tier, all together or any one of them, and that a little less does not."""
    enough = {end: math.copysign(min(abs(move), 1e6), move) for end, move in moves.items()}
    less = {end: move - math.copysign(2 * A_LITTLE, _way(row, tier)) for end, move in enough.items()}
    if together and moves:
        assert (after(enough) == tier) == all(map(math.isfinite, moves.values()))
    for end, move in moves.items():
        rest = {**enough} if together else {}
        if not together:
            assert (after({end: enough[end]}) == tier) == math.isfinite(move)
        if math.isfinite(move):
            assert after({**rest, end: less[end]}) != tier, f"{row['label']}: less is enough {end}"


def _way(row: pd.Series, tier: str) -> float:
    return 1.0 if tier == row["tier_up"] else -1.0
