"""To which single unknown the tiers are most sensitive: how many would change if it turned out to be each level."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from harmmodel.lenses.groups.tables import Parts, bounded
from harmmodel.lenses.tiers import limit_tiers
from harmmodel.method.arrays import Floats
from harmmodel.method.random_streams import stream
from harmmodel.method.uncertainty import share_of_draws_in_top, tiers_changed, top_size

COLUMNS = ("group_id", "indicator", "tiers_changed", "most_changed", "moved")


@dataclass(frozen=True)
class Sensitivity:
    """Share of draws in the top with unknowns drawn, shape (groups,); and how far each unknown moves the tiers."""

    p_top: Floats
    cells: pd.DataFrame


def sensitivity_to_unknowns(scale: Parts, ids: list[str]) -> Sensitivity:
    """Draw each unknown level, then learn one at a time.

    Every unknown of a group is drawn evenly from nil, low, medium and high. Learning one sets it to each level in turn;
    what is counted is how many groups then have another tier, on average over the four levels and at most. Levels are
    taken to be equally likely and independent of each other, so this follows mostly from the weight that an unknown
    carries: it is a sensitivity, and not what it would be worth to know.
    """
    few = _first(scale, scale.method.sensitivity_draws)
    method = few.method
    levels = np.array(sorted(method.levels.values()))
    fills = {at: _drawn(few, at, ids, levels) for at in range(len(few.items))}
    scores = bounded(few, fills)
    k = top_size(len(ids), method.top_share)
    named = partial(limit_tiers, limits=method)
    rows = []
    for at, item in enumerate(few.items):
        for unit in np.flatnonzero(~few.known[at]):
            one = _one(few, int(unit))
            learned = [
                bounded(
                    one, {**{i: f[[unit]] for i, f in fills.items()}, at: np.full((1, method.sensitivity_draws), level)}
                )[0]
                for level in levels
            ]
            change = tiers_changed(scores, int(unit), learned, k=k, named=named)
            rows.append((ids[unit], item.id, change.tiers, change.most, change.moved))
    kinds = {"tiers_changed": float, "most_changed": int, "moved": float}
    cells = pd.DataFrame(rows, columns=list(COLUMNS)).astype(kinds)
    order = ["tiers_changed", "moved", "group_id", "indicator"]
    ordered = cells.sort_values(order, ascending=[False, False, True, True])
    return Sensitivity(share_of_draws_in_top(scores, k), ordered.reset_index(drop=True))


def _first(scale: Parts, draws: int) -> Parts:
    """Return the same parts with fewer draws: a count of tiers needs no more."""
    method = replace(scale.method, sensitivity_draws=min(draws, scale.method.draws))
    n = method.sensitivity_draws
    return Parts(
        method, scale.items, scale.point, scale.draws[:, :, :n], scale.weights[:, :n], scale.pillar_weights[:, :n]
    )


def _one(scale: Parts, unit: int) -> Parts:
    return Parts(
        scale.method,
        scale.items,
        scale.point[:, [unit]],
        scale.draws[:, [unit]],
        scale.weights,
        scale.pillar_weights,
    )


def _drawn(scale: Parts, at: int, ids: list[str], levels: Floats) -> Floats:
    rows = []
    for unit in ids:
        rng = stream(scale.method.seed, "unknown", scale.items[at].id, unit)
        rows.append(levels[rng.integers(levels.size, size=scale.draws.shape[2])])
    return np.stack(rows) if rows else np.zeros((0, scale.draws.shape[2]))
