"""What to do: areas in focus and who leads, contested areas and what would settle them, arrests to release."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from harmmodel.views import words
from harmmodel.warehouse.runs import Run

CORNERS = ("change the kind of work", "move attention here", "keep, lead by driver", "release", "leave")
AT_MOST = 6


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
    return (_focus(run, frame), _contested(run), _release(frame))


def _focus(run: Run, frame: pd.DataFrame) -> Action:
    beside = frame.set_index("unit_id")
    lines = []
    for row in _tier(run, "focus").itertuples():
        unit, short = str(row.unit_id), _short(run, str(row.driver))
        ratio, corner = beside.loc[unit, "ratio"], beside.loc[unit, "corner"]
        text = f"{short.lower()} · {words.ratio(float(ratio))} · {corner}"
        lines.append(Line(unit, str(row.label), words.plain_markdown(text)))
    summary = _who_leads(run) if lines else "No area is sure enough to be in focus."
    return Action("focus", f"● Focus: {words.how_many(len(lines), 'area', 'areas')}", tuple(lines), summary)


def _who_leads(run: Run) -> str:
    drivers = dict.fromkeys(zip(_tier(run, "focus")["driver"], _tier(run, "focus")["lead"], strict=True))
    named = "; ".join(f"{_short(run, str(driver)).lower()}: {lead}" for driver, lead in drivers)
    return words.plain_markdown(f"Driver, ratio and corner. Who leads: {named}.")


def _contested(run: Run) -> Action:
    lines = []
    for row in _tier(run, "contested").itertuples():
        widest = _least_certain(run, str(row.unit_id))
        text = f"top tenth in {words.probability(float(str(row.p_top)))} of draws{widest}"
        lines.append(Line(str(row.unit_id), str(row.label), words.plain_markdown(text)))
    kept = tuple(lines[:AT_MOST])
    more = len(lines) - len(kept)
    summary = "Gather evidence first." if lines else "No area is contested."
    summary += f" {words.capital(words.how_many(more, 'more is', 'more are'))} in the table." if more else ""
    return Action("contested", f"◐ Contested: {words.how_many(len(lines), 'area', 'areas')}", kept, summary)


def _least_certain(run: Run, unit_id: str) -> str:
    """The pillar whose interval is widest: evidence there would narrow the score most."""
    own = run.pillars[(run.pillars["unit_id"] == unit_id) & run.pillars["low"].notna()]
    if own.empty:
        return ""
    row = own.iloc[int((own["high"] - own["low"]).to_numpy().argmax())]
    return f"; least certain: {_short(run, str(row['pillar'])).lower()}, {words.interval(row['low'], row['high'])}"


def _release(frame: pd.DataFrame) -> Action:
    found = frame[frame["corner"] == "release"].sort_values(["arrest_share", "label"], ascending=[False, True])
    lines = tuple(
        Line(str(r.unit_id), str(r.label), f"{words.share(float(str(r.arrest_share)))} of drug arrests · {words.ratio(float(str(r.ratio)))}")
        for r in found.head(AT_MOST).itertuples()
    )
    heading = f"Release: {words.how_many(len(found), 'area', 'areas')}"
    if found.empty:
        return Action("release", heading, (), "No baseline area has clearly more arrests than violence.")
    arrests, violence = float(found["arrest_share"].sum()), float(found["violence_share"].sum())
    summary = f"Baseline harm and more arrests than violence: {words.share(arrests)} of drug arrests, {words.share(violence)} of violence."
    return Action("release", heading, lines, summary)


def _tier(run: Run, tier: str) -> pd.DataFrame:
    return run.scores[run.scores["tier"] == tier].sort_values(["rank", "label"])


def _short(run: Run, pillar: str) -> str:
    return next((p.short for p in run.config.scheme.pillars if p.id == pillar), pillar)
