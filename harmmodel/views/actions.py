"""What to do: areas in focus and who leads, contested areas and what would settle them, arrests to release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from harmmodel.views import words
from harmmodel.views.labels import chance, pillar_short
from harmmodel.views.nearest import GUARDED
from harmmodel.views.reach import has_arrests
from harmmodel.warehouse.runs import Run

CORNERS = ("change the kind of work", "move attention here", "keep, lead by driver", "release", "leave")
AT_MOST = 6
FOCUS_AT_MOST = 12


@dataclass(frozen=True)
class Line:
    """One area and what to know of it; label as it is, text escaped."""

    unit_id: str
    label: str
    text: str


@dataclass(frozen=True)
class Action:
    """A heading with its sign, the areas it holds, and what is true of all of them."""

    key: str
    heading: str
    lines: tuple[Line, ...]
    summary: str


def actions(run: Run, frame: pd.DataFrame) -> tuple[Action, ...]:
    """Focus, contested and release, each with its areas; *frame* is the contrast in order of harm."""
    released = (_release(frame),) if has_arrests(run) else ()
    return (_focus(run, frame), _contested(run), *released)


def _focus(run: Run, frame: pd.DataFrame) -> Action:
    beside = frame.set_index("unit_id")
    lines = []
    for _, row in _tier(run, "focus").iterrows():
        found = beside.loc[row["unit_id"]]
        text = f"{pillar_short(run, row['driver']).lower()} · {words.ratio(found['ratio'])} · {found['corner']}"
        if not has_arrests(run):
            ends = words.interval(found["score_low"], found["score_high"])
            text = f"{pillar_short(run, row['driver']).lower()} · {words.score(found['score'])} · {ends}"
        lines.append(Line(str(row["unit_id"]), str(row["label"]), words.plain_markdown(text)))
    summary = _who_leads(run) if lines else "No area is sure enough to be in focus."
    kept = tuple(lines[:FOCUS_AT_MOST])
    return Action("focus", f"● Focus: {words.areas(len(lines))}", kept, summary + _more(len(lines) - len(kept)))


def _more(left: int) -> str:
    return f" {words.capital(words.how_many(left, 'more is', 'more are'))} in the table." if left else ""


def _who_leads(run: Run) -> str:
    drivers = dict.fromkeys(zip(_tier(run, "focus")["driver"], _tier(run, "focus")["lead"], strict=True))
    named = "; ".join(f"{pillar_short(run, str(driver)).lower()}: {lead}" for driver, lead in drivers)
    shown = "Driver, ratio and corner" if has_arrests(run) else "Driver, score and interval"
    return words.plain_markdown(f"{shown}. Who leads: {named}.")


def _contested(run: Run) -> Action:
    lines = []
    for _, row in _tier(run, "contested").iterrows():
        text = f"{chance(run, row['p_top'])} sure; {_open_question(run, row)}"
        lines.append(Line(str(row["unit_id"]), str(row["label"]), words.plain_markdown(text)))
    kept = tuple(lines[:AT_MOST])
    summary = (
        "How sure of the top tenth, and what is open: gather evidence first." if lines else "No area is contested."
    )
    return Action("contested", f"◐ Contested: {words.areas(len(lines))}", kept, summary + _more(len(lines) - len(kept)))


def _open_question(run: Run, row: pd.Series[Any]) -> str:
    """What keeps the area from focus: a test it does not pass, else the pillar where evidence would help most."""
    focus = run.config.policy.tiers.focus
    if row["p_top"] >= focus and row["driver"] == GUARDED and row["p_top_violence"] < focus:
        return f"on violence alone {chance(run, row['p_top_violence'])}"
    if row["p_top"] >= focus and row["p_top_no_contact"] < focus:
        return f"without police-contact records {chance(run, row['p_top_no_contact'])}"
    own = run.pillars[(run.pillars["unit_id"] == row["unit_id"]) & run.pillars["low"].notna()]
    if own.empty:
        return "no pillar has an interval"
    widest = own.iloc[int((own["high"] - own["low"]).to_numpy().argmax())]
    pillar = pillar_short(run, str(widest["pillar"])).lower()
    ends = words.interval(widest["low"], widest["high"])
    return f"least certain: {pillar}, {ends}" if len(own) > 1 else f"{pillar} {ends}"


def _release(frame: pd.DataFrame) -> Action:
    found = frame[frame["corner"] == "release"].sort_values(["arrest_share", "label"], ascending=[False, True])
    lines = tuple(
        Line(
            str(row["unit_id"]),
            str(row["label"]),
            f"{words.share(row['arrest_share'])} of drug arrests · {words.ratio(row['ratio'])}",
        )
        for _, row in found.head(AT_MOST).iterrows()
    )
    heading = f"Release: {words.areas(len(found))}"
    if found.empty:
        return Action("release", heading, (), "No baseline area has clearly more arrests than violence.")
    arrests, violence = float(found["arrest_share"].sum()), float(found["violence_share"].sum())
    held = f"{words.share(arrests)} of drug arrests, {words.share(violence)} of violence"
    summary = f"Baseline harm and more arrests than violence: {held}."
    return Action("release", heading, lines, summary)


def _tier(run: Run, tier: str) -> pd.DataFrame:
    return run.scores[run.scores["tier"] == tier].sort_values(["rank", "label"])
