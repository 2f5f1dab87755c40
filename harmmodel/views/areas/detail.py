"""One area in detail: its tier and why, what would change it, rate and burden, and the pictures beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from shapely.geometry import shape

from harmmodel.views import words
from harmmodel.views.areas import pictures
from harmmodel.views.areas.explain import find_unit
from harmmodel.views.areas.nearest import needs_contact, what_changes
from harmmodel.views.areas.page import missing_pillars
from harmmodel.views.areas.pictures import Enforcement, Strips, Trend
from harmmodel.views.labels import burden, indicator_label, pillar_label, withheld
from harmmodel.views.reach import PER, has_residents, only_pillar, per, score_name, unfed_sentence
from harmmodel.views.source import interval_name
from harmmodel.warehouse.store.runs import Run


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
        pillars=pictures.pillars(run, unit_id, label),
        indicators=pictures.indicators(run, unit_id, label),
        trend=pictures.trend(run, unit_id, label),
        enforcement=pictures.enforcement(run, unit_id),
    )


def _facts(run: Run, score: pd.Series) -> str:
    """Return the line under the name: tier, driver, who leads, score, rank, size."""
    tier = str(score["tier"])
    parts = [f"{words.TIER_SIGNS[tier]} **{words.capital(tier)}**"]
    if tier != "not scored" and score["driver"]:
        driver = pillar_label(run, str(score["driver"])).lower()
        lead = "who leads" if tier == "focus" else "would lead"
        parts += [f"driver: {words.plain_markdown(driver)}", f"{lead}: {words.plain_markdown(score['lead'])}"]
    if not math.isnan(score["score"]):
        ends = f"({interval_name(run)} {words.interval(score['score_low'], score['score_high'])})"
        parts.append(f"harm score **{words.score(score['score'])}** {ends}{_from_pillars(run, score)}")
    elif only := only_pillar(run):
        ends = f"({interval_name(run)} {words.interval(score[f'{only}_low'], score[f'{only}_high'])})"
        name = words.plain_markdown(score_name(run).lower())
        parts.append(f"{name} **{words.score(score[only])}** {ends}, the only pillar scored")
    parts.append(words.rank_range(score["rank_low"], score["rank_high"], len(run.scores)))
    parts += _size(run, str(score["unit_id"]))
    return " · ".join(part for part in parts if part != words.MISSING)


def _size(run: Run, unit_id: str) -> list[str]:
    """Return the residents where they are known, else the area; of a cell also where it lies, since its name is a code.

    Three decimals of a degree are about 100 m: no finer than the cell itself.
    """
    unit = run.units[run.units["unit_id"] == unit_id].iloc[0]
    known = words.count(unit["residents"])
    size = [f"{words.number(unit['km2'], 2)} km²"] if known == words.MISSING else [f"{known} residents"]
    if run.place.boundaries.h3 is None:
        return size
    shapes = (f["geometry"] for f in run.boundaries["features"] if str(f["unit_id"]) == unit_id)
    middle = shape(next(shapes)).centroid
    north = f"{abs(middle.y):.3f}° {'N' if middle.y >= 0 else 'S'}"
    return [*size, f"middle at {north}, {abs(middle.x):.3f}° {'E' if middle.x >= 0 else 'W'}"]


def _from_pillars(run: Run, score: pd.Series) -> str:
    scored, all_pillars = int(score["pillars_scored"]), len(run.config.scheme.pillars)
    return "" if scored == all_pillars else f", from {words.how_many(scored, 'pillar', 'pillars')}"


def _reasons(run: Run, unit_id: str, score: pd.Series) -> tuple[str, ...]:
    gaps = missing_pillars(run, unit_id)
    said = [
        words.plain_markdown(score["reason"]),
        f"{words.capital(gaps)}." if gaps else "",
        unfed_sentence(run),
        what_changes(run, score),
        _no_contact(run, score),
        _burden(run, unit_id),
    ]
    return tuple(text for text in said if text)


def _no_contact(run: Run, score: pd.Series) -> str:
    """Return how the area stands without indicators whose events need contact with the police."""
    if not needs_contact(run) or math.isnan(score["rank_no_contact"]) or score["tier"] == "not scored":
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
    ranked = rows.assign(pillar=pillar_of).sort_values("contribution", ascending=False)
    tops = [mine.iloc[0] for pillar in run.config.scheme.pillars if len(mine := ranked[ranked["pillar"] == pillar.id])]
    if not tops:
        return ""
    measures = {per(run, top["indicator"]) for top in tops}
    alike = f"per {PER[measures.pop()]} and year" if len(measures) == 1 else "per year"
    said = "; ".join(_rate_and_burden(run, top, alike) for top in tops)
    city = words.plain_markdown(run.place.label)
    return f"**Rate and burden,** {alike} and as a share of {city}'s events: {said}. {_held(run, unit_id)}"


def _held(run: Run, unit_id: str) -> str:
    """Say what share of the place the unit is, to read a burden against."""
    size = "residents" if has_residents(run) else "km2"
    sizes = run.units.set_index("unit_id")[size]
    held = words.share(sizes[unit_id] / sizes.sum())
    if size == "residents":
        return f"The area has {held} of all residents."
    return f"It covers {held} of the area of all {words.plain_markdown(run.place.unit_noun.many)}."


def _rate_and_burden(run: Run, top: pd.Series, alike: str) -> str:
    name = words.plain_markdown(indicator_label(run, top["indicator"]).lower())
    measure = f" per {PER[per(run, top['indicator'])]}" if alike == "per year" else ""
    if k := withheld(run, str(top["unit_id"])).get(str(top["indicator"])):
        return f"{name} fewer than {k} events"
    share = burden(run, top["indicator"], float(top["events"]), float(top["burden"]))
    return f"{name} {words.rate(top['rate'])}{measure} and {share}"
