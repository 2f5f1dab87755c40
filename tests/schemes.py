"""Schemes and rules that tests of lenses and method begin with: one set of values, changed where a test needs another.

Lenses and method have none of their own: what is in force stands in config, and these stay as they are when it changes.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from harmmodel.lenses.activities.spec import ActivityScheme, LikeLimits
from harmmodel.lenses.areas.spec import AreaScheme, IndicatorSpec
from harmmodel.lenses.groups.spec import GroupIndicatorSpec, GroupMethod
from harmmodel.method.activities.linkage import Link
from harmmodel.method.deterrence.draws import Thresholds
from harmmodel.method.deterrence.game import Experiment, GameRules, Twists

INTERVAL = (0.05, 0.95)
DRAWN: dict[str, Any] = {"seed": 0, "draws": 10_000, "interval": INTERVAL}
JUDGED: dict[str, Any] = {
    **DRAWN,
    "p": 2.0,
    "minimum_observed": 2 / 3,
    "top_share": 0.1,
    "focus": 0.8,
    "baseline": 0.1,
    "lead": 0.6,
    "burden": 0.8,
}
WEIGHED: dict[str, Any] = {
    "role": "score",
    "police_contact": False,
    "low": 0.0,
    "high_range": 0.1,
    "weight": 1.0,
    "weight_range": (0.5, 1.5),
}


def indicator(**given: Any) -> IndicatorSpec:
    return IndicatorSpec(
        **{**WEIGHED, "weighted": False, "per": "resident", "least": 0.0, "least_share": 2 / 3, **given}
    )


def area_scheme(**given: Any) -> AreaScheme:
    return AreaScheme(
        **{
            **JUDGED,
            "class_weights": {},
            "screen_own_share": 0.3,
            "screen_events": 200,
            "anchors": frozenset(),
            **given,
        }
    )


def group_indicator(id: str, label: str, pillar: str, measure: str | None, **given: Any) -> GroupIndicatorSpec:
    named = {"id": id, "label": label, "pillar": pillar, "measure": measure}
    return GroupIndicatorSpec(**{**WEIGHED, **named, "high": 100.0, **given})


def group_method(**given: Any) -> GroupMethod:
    day = dt.date(2022, 1, 1)
    window = {"as_of": day, "clock": day, "window_months": 120, "half_life": 12.0}
    return GroupMethod(**{**JUDGED, **window, "dyad_share": 0.5, "dyad_range": (0.0, 1.0), "own_dead": False, **given})


def link(metres: float = 250, after: float = 14, **given: Any) -> Link:
    return Link(metres, after, **{"self_metres": 100, "self_minutes": 60, **given})


def activity_scheme(**given: Any) -> ActivityScheme:
    limits = {"lower_priority": 1.10, "focus": 1.25, "minimum_records": 200, "family_error": 0.01}
    shape = {
        "activities": (),
        "link": link(),
        "variants": (),
        "class_weights": {},
        "square": 1000,
        "permutations": 1999,
        "cell": 9,
        "block": 7,
        "caliper": 0.25,
        "like": LikeLimits(high=1.25, cells=30, share=0.5, balance=0.1),
    }
    return ActivityScheme(**{"seed": 0, "interval": INTERVAL, **limits, **shape, **given})


def thresholds(**given: float) -> Thresholds:
    return Thresholds(**{"mean": 0.5, "sd": 0.1, "low": 0.05, "high": 0.95, **given})


def rules(**given: Any) -> GameRules:
    size = {"groups": 100, "rounds": 200, "window": 50, "settled_share": 0.1}
    learning = {"prior_sanctioned": 1.0, "prior_escaped": 3.0, "memory": 0.9, "warning": 3.0, "noise": 0.02}
    return GameRules(**{**size, **learning, "thresholds": thresholds(), **given})


def experiment(
    assumed: GameRules | None = None, twists: Twists | None = None, *, seed: int = 0, seeds: int = 100
) -> Experiment:
    return Experiment(assumed or rules(), twists or Twists(), seed, seeds)
