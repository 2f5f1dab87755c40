"""Per resident and beside it by a place's second population: how one area stands, and what changes in the place.

A place without one has nothing to say here: every text is then empty.
"""

from __future__ import annotations

import math

import pandas as pd

from harmmodel.lenses.tiers import NOT_SCORED
from harmmodel.views import words
from harmmodel.views.labels import second_measure
from harmmodel.views.ordering import top_places
from harmmodel.views.source import NAMED, interval_name
from harmmodel.warehouse.store.runs import AreaRun


def sentence(run: AreaRun, unit_id: str) -> str:
    """Say how a unit stands by the second population and how per resident (Markdown)."""
    second = run.place.second_population
    if second is None:
        return ""
    row = run.denominator[run.denominator["unit_id"] == unit_id].iloc[0]
    own = run.scores[run.scores["unit_id"] == unit_id].iloc[0]
    opening = f"**Counted per {words.plain_markdown(second_measure(run.place))}:**"
    if row["tier"] == NOT_SCORED:
        said = f"{words.MISSING}, since {words.plain_markdown(_why_not(run, row))}."
    else:
        standing = NOT_SCORED if own["tier"] == NOT_SCORED else f"{_rank(run.scores, own)}, {_figure(run, own)}"
        said = f"{_rank(run.denominator, row)}, {_figure(run, row)}. Per resident: {standing}."
    return " ".join([opening, said, _counted(run, unit_id), words.plain_markdown(second.limits)])


def rows(run: AreaRun, unit_id: str) -> list[tuple[str, str, str]]:
    """Return the same as rows of the tests of a tier: what, figure and what follows (plain text)."""
    second = run.place.second_population
    if second is None:
        return []
    row = run.denominator[run.denominator["unit_id"] == unit_id].iloc[0]
    name = f"Counted per {second_measure(run.place)}"
    if row["tier"] == NOT_SCORED:
        return [(name, words.MISSING, f"{words.capital(_why_not(run, row))}. {second.limits}")]
    note = f"{_rank(run.denominator, row)}; beside the score, never in it. {_counted(run, unit_id)}"
    return [(name, _figure(run, row), f"{words.unescaped(note)} {second.limits}")]


def note(run: AreaRun) -> str:
    """Name the areas that have another tier by the second population (plain text)."""
    if run.place.second_population is None:
        return ""
    moved = _moved(run)
    opening = f"Counted per {second_measure(run.place)}, beside the score:"
    if moved.empty:
        return f"{opening} no area has another tier."
    named = words.listing(
        (f"{row['label']}: {row['tier']} → {row['tier_second']}" for row in moved.to_dict("records")), at_most=NAMED
    )
    return f"{opening} {words.how_many(len(moved), 'area has', 'areas have')} another tier: {named}."


def place_sentence(run: AreaRun) -> str:
    """Say how many of the first areas stay first, and how many areas have another tier (Markdown)."""
    if run.place.second_population is None:
        return ""
    many = top_places(run)
    first, other = (set(frame.loc[frame["rank"] <= many, "unit_id"]) for frame in (run.scores, run.denominator))
    moved = _moved(run)
    tiers = words.how_many(len(moved), "area has", "areas have") if len(moved) else "no area has"
    by = words.plain_markdown(second_measure(run.place))
    stay = "all" if len(first & other) == len(first) else f"{len(first & other)}"
    return f"Counted per {by}, {stay} of the first {words.areas(many)} are the same and {tiers} another tier."


def _moved(run: AreaRun) -> pd.DataFrame:
    """Return the areas with another tier, most harm in force first: unit_id, label, tier, tier_second."""
    other = run.denominator[["unit_id", "tier"]].rename(columns={"tier": "tier_second"})
    both = run.scores.merge(other, on="unit_id", validate="one_to_one")
    return both[both["tier"] != both["tier_second"]].sort_values(["rank", "label"], na_position="last")


def _figure(run: AreaRun, row: pd.Series) -> str:
    """Return the score with its interval; that of the only scored pillar where there is no overall score."""
    name = "score"
    if math.isnan(row["score"]):
        name = next((p.id for p in run.config.scheme.pillars if not math.isnan(row[p.id])), name)
    interval = words.interval(row[f"{name}_low"], row[f"{name}_high"])
    return f"score {words.score(row[name])} ({interval_name(run)} {interval})"


def _rank(frame: pd.DataFrame, row: pd.Series) -> str:
    """Return rank, between which ranks it lies, and tier."""
    low, high = words.rank(row["rank_low"]), words.rank(row["rank_high"])
    ends = "" if low == high else f" ({low} to {high})"
    return f"rank {words.rank(row['rank'])}{ends} of {int(frame['rank'].notna().sum())}, {row['tier']}"


def _counted(run: AreaRun, unit_id: str) -> str:
    """Say how many residents and others a unit has (Markdown)."""
    second, unit = run.place.second_population, run.units[run.units["unit_id"] == unit_id].iloc[0]
    if second is None:
        return ""
    known = [(unit["residents"], "resident", "residents"), (unit["persons"], second.noun.one, second.noun.many)]
    parts = [
        words.plain_markdown(f"{words.count(number)} {one if number == 1 else many}")
        for number, one, many in known
        if not pd.isna(number)
    ]
    return f"It has {words.listing(parts)}." if parts else ""


def _why_not(run: AreaRun, row: pd.Series) -> str:
    """Say why a unit has no score by the second population."""
    second, unit = run.place.second_population, run.units[run.units["unit_id"] == row["unit_id"]].iloc[0]
    if second is not None and pd.isna(unit["persons"]):
        return f"how many {second.noun.many} it has is not known"
    if second is not None and unit["present"] == 0:
        return f"it has no {second.noun.one}, and nothing is divided by none"
    reason = str(row["reason"]).rstrip(".")
    return reason[:1].lower() + reason[1:]
