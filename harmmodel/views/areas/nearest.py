"""What would change an area's tier: the nearest tier up and down, with every condition of the rule, in words."""

from __future__ import annotations

import math

import pandas as pd

from harmmodel.lenses.areas.spec import GUARDED
from harmmodel.lenses.phrases import as_set
from harmmodel.lenses.tiers import BASELINE, FOCUS
from harmmodel.views import words
from harmmodel.views.labels import only_pillar, pillar_words
from harmmodel.warehouse.store.runs import AreaRun

OPENING = "**What would change the tier:**"
HELD = "the driver and all other areas staying as they are"
WITHOUT = "the score without police-contact indicators"


def needs_contact(run: AreaRun) -> bool:
    """Say whether the place has indicators whose events need contact with the police."""
    return any(run.config.indicators[name].police_contact for name in run.place.indicators)


def is_guarded(run: AreaRun) -> bool:
    """Say whether focus must also hold on the guarded pillar alone: where the scheme has it beside others."""
    return only_pillar(run) is None and any(pillar.id == GUARDED for pillar in run.config.scheme.pillars)


def nearest_tiers(run: AreaRun, score: pd.Series) -> str:
    """Say in words how far the area is from the next tiers, the nearest first (Markdown)."""
    if "tier_up" not in score:
        return f"{OPENING} this run does not hold it. Build it again: `harmmodel run {run.place.id}`."
    shifts = sorted(part for part in (_up(run, score), _down(run, score)) if part[1])
    return f"{OPENING} {'; '.join(text for _, text in shifts)}, {HELD}." if shifts else ""


def _up(run: AreaRun, score: pd.Series) -> tuple[float, str]:
    """Return the gain that is needed, and the sentence."""
    overall, violence, without = _shifts(run, score, "shift_up")
    if score["tier_up"] != FOCUS:
        return _any(run, score, "up", "more")
    largest = max((s for s in (overall, violence, without) if not math.isnan(s)), default=math.inf)
    if math.isinf(largest):
        return largest, _never(score) if without == math.inf else ""
    named = {f"{_violence(run)} alone": violence, WITHOUT: without}
    others = {name: gain for name, gain in named.items() if not math.isnan(gain)}
    if not others:
        return largest, f"about {_points(overall)} more would bring it into focus"
    if math.isnan(overall):
        return largest, f"for focus, {_rise(others, 'must rise by about')}"
    limit = as_set(run.config.policy.tiers.focus)
    return (
        largest,
        f"about {_points(overall)} more overall would pass {limit}, but {_rise(others, 'must also rise by')}",
    )


def _rise(gains: dict[str, float], verb: str) -> str:
    """Write what else must rise, and by how much."""
    first, *more = [(name, _points(gain)) for name, gain in gains.items()]
    return f"{first[0]} {verb} {first[1]}" + "".join(f" and {name} by {gain}" for name, gain in more)


def _never(score: pd.Series) -> str:
    if math.isnan(score["rank_no_contact"]):
        return "it cannot be in focus while it has no score without police-contact indicators"
    return ""


def _down(run: AreaRun, score: pd.Series) -> tuple[float, str]:
    """Return the loss that is enough, and the sentence."""
    if score["tier_down"] != BASELINE:
        return _any(run, score, "down", "less")
    overall, _, without = _shifts(run, score, "shift_down")
    losses = {"": overall, f" on {WITHOUT}": without}
    asked = {name: loss for name, loss in losses.items() if not math.isnan(loss)}
    if not asked or math.isinf(max(asked.values())):
        return math.inf, ""
    if len(asked) == 1:
        name, loss = next(iter(asked.items()))
        return loss, f"about {_points(loss)} less{name} would make it {BASELINE}"
    both = f"about {_points(overall)} less overall and {_points(without)} less on {WITHOUT}"
    return max(asked.values()), f"{both} would make it {BASELINE}"


def _any(run: AreaRun, score: pd.Series, way: str, word: str) -> tuple[float, str]:
    """Return the smallest of the moves of which any one is enough, and the sentence."""
    names = (" overall", f" on {_violence(run)} alone", f" on {WITHOUT}")
    moves = zip(_shifts(run, score, f"shift_{way}"), names, strict=True)
    enough = sorted((move, name) for move, name in moves if math.isfinite(move))
    if not enough:
        return math.inf, ""
    tier = score[f"tier_{way}"]
    said = [f"{_points(move)} {word}{name}" for move, name in enough]
    if enough[1:]:
        return enough[0][0], f"about {said[0]} would make it {tier}, as would {' or '.join(said[1:])}"
    return enough[0][0], f"about {_points(enough[0][0])} {word} would make it {tier}"


def _shifts(run: AreaRun, score: pd.Series, kind: str) -> tuple[float, float, float]:
    """Return the points overall, on violence alone and without police contact; NaN where they repeat those overall."""
    violence = float(score[f"{kind}_{GUARDED}"]) if is_guarded(run) else math.nan
    without = float(score[f"{kind}_no_contact"]) if needs_contact(run) else math.nan
    return float(score[kind]), violence, without


def _violence(run: AreaRun) -> str:
    return pillar_words(run, GUARDED)


def _points(value: float) -> str:
    figure = words.number(max(value, 0.1), 1 if value < 9.95 else 0).removesuffix(".0")
    return f"{figure} {'point' if figure == '1' else 'points'}"
