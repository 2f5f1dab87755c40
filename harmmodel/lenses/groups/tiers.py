"""What a group is called and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from harmmodel.lenses.areas.tiers import BASELINE, CONTESTED, FOCUS, NOT_SCORED, Verdict
from harmmodel.lenses.groups.spec import GroupMethod
from harmmodel.lenses.wording import percent, top


def verdict(row: Mapping[Any, Any], method: GroupMethod) -> Verdict:
    """Apply the limits to one row of the scores: p_top, p_top_no_contact, p_top_unknown and pillars_scored are read."""
    share = float(row["p_top"])
    if np.isnan(share):
        return Verdict(NOT_SCORED, "No pillar has enough of its weight observed, so nothing is known about its place.")
    tier = _tier(share, method)
    opening = f"{_on(row, method)} it is in the {top(method.top_share)} in {_said(share, method)} of draws"
    alone = float(row["p_top_no_contact"])
    if tier == FOCUS and not alone >= method.focus:
        return Verdict(CONTESTED, f"{opening}, but not without what is known only where police look.")
    return Verdict(tier, f"{opening}. {_unknown(float(row['p_top_unknown']), tier, method)}")


def _tier(share: float, method: GroupMethod) -> str:
    if share >= method.focus:
        return FOCUS
    return BASELINE if share <= method.baseline else CONTESTED


def _on(row: Mapping[Any, Any], method: GroupMethod) -> str:
    scored = [p.label.lower() for p in method.pillars if np.isfinite(row[p.id])]
    if len(scored) == len(method.pillars):
        return "On all pillars"
    return f"On {' and '.join(scored)}{' alone' if len(scored) == 1 else ''}"


def _unknown(share: float, tier: str, method: GroupMethod) -> str:
    """Say what is left of the tier when the unknown is drawn from nil to high."""
    if np.isnan(share) or _tier(share, method) == tier:
        return "Drawing what is unknown from nil to high leaves its tier."
    return (
        f"With what is unknown drawn from nil to high it is there in {_said(share, method)}, which would make it "
        f"{_tier(share, method)}."
    )


def _said(share: float, method: GroupMethod) -> str:
    return percent(share, limits=(method.baseline, method.focus))
