"""What to do: areas in focus and who leads, contested areas and what would settle them, arrests to release."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from harmmodel.lenses.areas.spec import GUARDED
from harmmodel.lenses.wording import top
from harmmodel.views import words
from harmmodel.views.labels import chance, drug_arrests, has_arrests, pillar_short
from harmmodel.warehouse.store.runs import Run

STRIP = (0.8, 1.25)  # within a quarter of level
WORDS: tuple[tuple[str, Literal["left", "right"], bool], ...] = (  # text, side, whether at the bottom
    ("MOVE ATTENTION HERE", "left", False),
    ("CHANGE THE KIND OF WORK", "right", False),
    ("LEAVE", "left", True),
    ("RELEASE", "right", True),
)
UPPER = ("change the kind of work", "move attention here", "keep, lead by driver")
LOWER = ("release", "leave")
ACROSS = "Share of drug arrests ÷ share of weighted serious violence"
UPWARDS = "Harm score, 0–100"


def ends(frame: pd.DataFrame) -> tuple[float, float]:
    """Powers of two around the ratios, at least an eighth to eight: values beyond are drawn at the edge."""
    largest = float(frame["ratio"].max()) if len(frame) else 1.0
    return 1 / 8, max(8.0, 2.0 ** math.ceil(math.log2(max(largest, 1.0))))


def highest(frame: pd.DataFrame) -> float:
    """Return the highest score that the picture shows."""
    largest = float(frame["score_high"].max()) if len(frame) else 100.0
    return min(100.0, 10.0 * math.ceil(largest / 10 + 0.4))


def between(frame: pd.DataFrame) -> float | None:
    """Return a score that parts the upper corners from the lower; None where no score does."""
    highs, lows = frame.loc[frame["high"], "score"], frame.loc[~frame["high"], "score"]
    if highs.empty or lows.empty or highs.min() <= lows.max():
        return None
    return (float(highs.min()) + float(lows.max())) / 2


def line_words(frame: pd.DataFrame) -> str:
    """Say what the line between upper and lower corners parts, or why there is none."""
    if frame["high"].all() or not frame["high"].any():
        return ""
    if between(frame) is None:
        return (
            "No line parts the upper corners from the lower, since scores of both interleave: the tier decides, with "
            "or without police-contact indicators."
        )
    return "Dashed: above it focus or contested, with or without police-contact indicators; below it baseline in both."


def advice(tier: str, corner: str) -> str:
    """The words of a corner for an area of this tier: only focus is sure enough to be told outright.

    >>> advice("focus", UPPER[1]), advice("contested", UPPER[1]), advice("baseline", "release")
    ('move attention here', 'if confirmed, move attention here', 'release')
    """
    return f"if confirmed, {corner}" if corner in UPPER and tier != "focus" else str(corner)


CORNERS = (*UPPER, *LOWER)
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
    released = (_release(run, frame),) if has_arrests(run) else ()
    return (_focus(run, frame), _contested(run, frame), *released)


def _focus(run: Run, frame: pd.DataFrame) -> Action:
    beside = frame.set_index("unit_id")
    lines = []
    for _, row in _tier(run, "focus").iterrows():
        found = beside.loc[row["unit_id"]]
        text = f"{pillar_short(run, row['driver']).lower()} · {words.ratio(found['ratio'])} · {found['advice']}"
        if not has_arrests(run):
            ends = words.interval(found["score_low"], found["score_high"])
            text = f"{pillar_short(run, row['driver']).lower()} · {words.score(found['score'])} · {ends}"
        lines.append(Line(str(row["unit_id"]), str(row["label"]), words.plain_markdown(text + _guarded(run, row))))
    summary = _who_leads(run) if lines else "No area meets the rule of focus."
    kept = tuple(lines[:FOCUS_AT_MOST])
    return Action("focus", f"● Focus: {words.areas(len(lines))}", kept, summary + _more(len(lines) - len(kept)))


def _guarded(run: Run, row: pd.Series[Any]) -> str:
    """Say where violence alone would do too, although another pillar drives the score and so names who leads."""
    if row["driver"] == GUARDED or not row["p_top_violence"] >= run.config.policy.tiers.focus:
        return ""
    return f" · {GUARDED} alone: {chance(run, row['p_top_violence'])} of draws"


def _more(left: int) -> str:
    return f" {words.capital(words.how_many(left, 'more is', 'more are'))} in the table." if left else ""


def _who_leads(run: Run) -> str:
    drivers = dict.fromkeys(zip(_tier(run, "focus")["driver"], _tier(run, "focus")["lead"], strict=True))
    named = "; ".join(f"{pillar_short(run, str(driver)).lower()}: {lead}" for driver, lead in drivers)
    shown = "Driver, ratio and corner" if has_arrests(run) else "Driver, score and interval"
    return words.plain_markdown(f"{shown}. Who leads: {named}.")


def _contested(run: Run, frame: pd.DataFrame) -> Action:
    lines = []
    for _, row in _tier(run, "contested").iterrows():
        text = f"{chance(run, row['p_top'])} of draws; {_open_question(run, row)}"
        lines.append(Line(str(row["unit_id"]), str(row["label"]), words.plain_markdown(text)))
    kept = tuple(lines[:AT_MOST])
    summary = "No area is contested."
    if lines:
        share = f"Share of draws in the {top(run.config.scheme.top_share)}, and what is open: gather evidence first."
        summary = f"{share}{_if_confirmed(frame)}"
    return Action("contested", f"◐ Contested: {words.areas(len(lines))}", kept, summary + _more(len(lines) - len(kept)))


def _if_confirmed(frame: pd.DataFrame) -> str:
    """Say what follows for contested areas once the evidence confirms them."""
    said = []
    for corner in UPPER:
        mine = frame[(frame["tier"] == "contested") & (frame["corner"] == corner)]
        if len(mine):
            named = words.listing(mine["label"].map(words.plain_markdown), at_most=AT_MOST)
            said.append(f" {words.capital(str(mine['advice'].iloc[0]))}: {named}.")
    return "".join(said)


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


def _release(run: Run, frame: pd.DataFrame) -> Action:
    found = frame[frame["corner"] == "release"].sort_values(["arrest_share", "label"], ascending=[False, True])
    lines = tuple(
        Line(str(row["unit_id"]), str(row["label"]), f"{_arrests(row)} · {words.ratio(row['ratio'])}")
        for _, row in found.head(AT_MOST).iterrows()
    )
    heading = f"Release part of the drug enforcement: {words.areas(len(found))}"
    if found.empty:
        none = "No baseline area has clearly more drug arrests than weighted serious violence."
        return Action("release", heading, (), f"{none}{_kept(frame)}")
    arrests, violence = float(found["arrest_share"].sum()), float(found["violence_share"].sum())
    held = f"{words.share(arrests)} of drug arrests, {words.share(violence)} of weighted serious violence"
    summary = (
        f"Together {held}. Part of the drug enforcement, not the violence work. Baseline means not clearly among the "
        f"{top(run.config.scheme.top_share).replace('top', 'highest')}, not low harm.{_kept(frame)}"
    )
    return Action("release", heading, lines, summary)


def _arrests(row: pd.Series[Any]) -> str:
    """Return the number of arrests before their share: a ratio of few arrests says little."""
    number = drug_arrests(row["drug_arrests"])
    return f"{number}, {words.share(row['arrest_share'])} of all"


def _kept(frame: pd.DataFrame) -> str:
    """Name baseline areas from which nothing is released, because they are contested without police-contact records."""
    kept = frame[(frame["tier"] == "baseline") & frame["corner"].isin(UPPER) & (frame["level"] == "over")]
    if kept.empty:
        return ""
    named = words.listing(kept["label"].map(words.plain_markdown), at_most=AT_MOST)
    return f" Not released, since not baseline without police-contact indicators: {named}."


def _tier(run: Run, tier: str) -> pd.DataFrame:
    return run.scores[run.scores["tier"] == tier].sort_values(["rank", "label"])
