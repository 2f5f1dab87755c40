"""One area in detail: its tier and why, what would change it, rate and burden, and the pictures beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from harmmodel.views import beside, words
from harmmodel.views.areas import missing_pillars
from harmmodel.views.beside import Enforcement, Strips, Trend
from harmmodel.views.explain import find_unit
from harmmodel.views.labels import burden, indicator_label, pillar_label
from harmmodel.views.source import interval_name
from harmmodel.warehouse.runs import Run


@dataclass(frozen=True)
class Area:
    """What is known of one area."""

    unit_id: str
    title: str
    facts: str  # Markdown
    reasons: tuple[str, ...]  # Markdown, one paragraph each
    pillars: Strips
    indicators: Strips
    trend: Trend
    enforcement: Enforcement


def area(run: Run, unit: str) -> Area:
    """Return the detail of *unit*, given as id or label.

    Raises
    ------
    UnknownUnit
        If the run has no such unit.
    """
    unit_id = find_unit(run, unit)
    score = run.scores[run.scores["unit_id"] == unit_id].iloc[0]
    label = str(score["label"])
    return Area(
        unit_id=unit_id,
        title=label,
        facts=_facts(run, score),
        reasons=_reasons(run, unit_id, score),
        pillars=beside.pillars(run, unit_id, label),
        indicators=beside.indicators(run, unit_id, label),
        trend=beside.trend(run, unit_id, label),
        enforcement=beside.enforcement(run, unit_id),
    )


def _facts(run: Run, score: pd.Series) -> str:
    """Return the line under the name: tier, driver, who leads, score, rank, residents."""
    tier = str(score["tier"])
    parts = [f"{words.TIER_SIGNS[tier]} **{words.capital(tier)}**"]
    if tier != "not scored" and score["driver"]:
        driver = pillar_label(run, str(score["driver"])).lower()
        lead = "who leads" if tier == "focus" else "would lead"
        parts += [f"driver: {words.plain_markdown(driver)}", f"{lead}: {words.plain_markdown(score['lead'])}"]
    if not math.isnan(score["score"]):
        ends = f"({interval_name(run)} {words.interval(score['score_low'], score['score_high'])})"
        parts.append(f"harm score **{words.score(score['score'])}** {ends}{_from_pillars(run, score)}")
    parts.append(words.rank_range(score["rank_low"], score["rank_high"], len(run.scores)))
    parts.append(f"{words.count(score['residents'])} residents")
    return " · ".join(part for part in parts if part != words.MISSING)


def _from_pillars(run: Run, score: pd.Series) -> str:
    scored, all_pillars = int(score["pillars_scored"]), len(run.config.scheme.pillars)
    return "" if scored == all_pillars else f", from {words.how_many(scored, 'pillar', 'pillars')}"


def _reasons(run: Run, unit_id: str, score: pd.Series) -> tuple[str, ...]:
    gaps = missing_pillars(run, unit_id)
    said = [
        words.plain_markdown(score["reason"]),
        f"{words.capital(gaps)}." if gaps else "",
        what_changes(score),
        _no_contact(score),
        _burden(run, unit_id),
    ]
    return tuple(text for text in said if text)


def what_changes(score: pd.Series) -> str:
    """Say in words how far the score is from the next tiers."""
    more, less = float(score["shift_to_focus"]), float(score["shift_to_baseline"])
    up = f"about {_points(more)} more would bring it into focus" if 0 < more < math.inf else ""
    down = f"about {_points(less)} less would make it baseline" if 0 < less < math.inf else ""
    if not (up or down):
        return ""
    said = ", ".join(part for part in (up, down) if part)
    return f"**What would change the tier:** {said}, all other areas staying as they are."


def _points(value: float) -> str:
    figure = words.number(max(value, 1.0))
    return f"{figure} {'point' if figure == '1' else 'points'}"


def _no_contact(score: pd.Series) -> str:
    """Return how the area stands without indicators whose events need contact with the police."""
    if math.isnan(score["rank_no_contact"]) or score["tier"] == "not scored":
        return ""
    same, other = str(score["tier"]), str(score["tier_no_contact"])
    tier = f"still {other}" if same == other else f"{other} instead of {same}"
    figure = "" if math.isnan(score["score_no_contact"]) else f"score {words.score(score['score_no_contact'])}, "
    rank = words.rank(score["rank_no_contact"])
    return f"**Without indicators that need police contact:** {figure}rank {rank}, {tier}."


def _burden(run: Run, unit_id: str) -> str:
    """Return rate and burden of the indicator that adds most to each pillar."""
    rows = run.indicators[(run.indicators["unit_id"] == unit_id) & (run.indicators["contribution"] > 0)]
    pillar_of = rows["indicator"].map(lambda name: run.config.indicators[str(name)].pillar)
    said = []
    for pillar in run.config.scheme.pillars:
        mine = rows[pillar_of == pillar.id].sort_values("contribution", ascending=False)
        if len(mine):
            top = mine.iloc[0]
            name = words.plain_markdown(indicator_label(run, top["indicator"]).lower())
            part = burden(run, top["indicator"], float(top["events"]), float(top["burden"]))
            said.append(f"{name} {words.rate(top['rate'])} and {part}")
    if not said:
        return ""
    residents = run.units.set_index("unit_id")["residents"]
    living = words.share(float(residents[unit_id] / residents.sum()))
    city = words.plain_markdown(run.place.label)
    return (
        f"**Rate and burden,** per 100,000 residents and year and as a share of {city}'s events: {'; '.join(said)}. "
        f"The area has {living} of all residents."
    )
