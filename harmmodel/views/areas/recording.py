"""How wrong recording may be before a tier changes, in words: for one area, and for the areas in focus."""

from __future__ import annotations

import math

import pandas as pd

from harmmodel.lenses.areas.recording import BOUND, LESS, MORE
from harmmodel.lenses.tiers import FOCUS, NOT_SCORED, TIERS
from harmmodel.views import words
from harmmodel.views.labels import anchored
from harmmodel.warehouse.store.runs import AreaRun

NEAR = 20  # percent: an error that nobody would be surprised by
OPENING = "**If recording differs:**"
WAYS = {MORE: "more complete here than elsewhere", LESS: "more complete elsewhere than here"}


def changes(run: AreaRun, unit_id: str) -> dict[str, tuple[float, str]]:
    """Return, for each way, the least percent that gives another tier and that tier; NaN where none does."""
    row = run.recording[run.recording["unit_id"] == unit_id].iloc[0]
    return {way: (float(row[way]), str(row[f"tier_{way}"] or "")) for way in WAYS}


def held(run: AreaRun) -> str:
    """Say which kinds of harm do not move with recording (Markdown)."""
    named = anchored(run)
    if not named:
        return "all kinds of harm moving with it"
    return f"{words.plain_markdown(words.listing(named))} staying as recorded"


def sentence(run: AreaRun, score: pd.Series) -> str:
    """Say by how much recording would have to differ for another tier (Markdown); empty where nothing is scored."""
    if score["tier"] == NOT_SCORED:
        return ""
    found = changes(run, str(score["unit_id"]))
    known = {way: x for way, (x, _) in found.items() if not math.isnan(x)}
    if not known:
        return f"{OPENING} no tier changes up to {BOUND}% either way, {held(run)}."
    moved = [
        f"it would be {found[way][1]} if recording is {words.number(x)}% {WAYS[way]}"
        for way, x in sorted(known.items(), key=lambda item: item[1])
    ]
    rest = [f"up to {BOUND}% {WAYS[way]} changes nothing" for way in WAYS if way not in known]
    return f"{OPENING} {'; '.join([*moved, *rest])}, {held(run)}."


def rows(run: AreaRun, score: pd.Series) -> list[tuple[str, str, str]]:
    """Return the same as rows of the tests of a tier: what, figure and what follows."""
    if score["tier"] == NOT_SCORED:
        return []
    lines = []
    for way, (percent, tier) in changes(run, str(score["unit_id"])).items():
        figure = f"none up to {BOUND}%" if math.isnan(percent) else f"{words.number(percent)}%"
        then = "no other tier" if math.isnan(percent) else f"there {tier}"
        lines.append((f"Recording {WAYS[way]}", figure, f"{then}; {words.unescaped(held(run))}"))
    return lines


def near_a_tier(run: AreaRun) -> str:
    """Say how many areas would change tier by a small error of recording, tier by tier."""
    moved = run.recording.assign(moves=run.recording[[MORE, LESS]].min(axis=1) < NEAR)
    judged = run.scores[["unit_id", "tier"]].merge(moved[["unit_id", "moves"]], on="unit_id")
    judged = judged[judged["tier"] != NOT_SCORED]
    if judged.empty:
        return ""
    many = int(judged["moves"].sum())
    parts = [
        f"{int(rows['moves'].sum())} of {len(rows)} {tier if tier != FOCUS else 'in focus'}"
        for tier, rows in ((tier, judged[judged["tier"] == tier]) for tier in TIERS)
        if len(rows)
    ]
    return (
        f"{words.capital(words.how_many(many, 'area', 'areas'))} would change tier if recording there differed from "
        f"elsewhere by less than {NEAR}%: {words.listing(parts)}."
    )
