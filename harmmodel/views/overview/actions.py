"""What to do: areas in focus and who leads, contested areas and what would settle them, arrests to release, burden."""

from __future__ import annotations

from typing import Any

import pandas as pd

from harmmodel.lenses.areas.spec import GUARDED
from harmmodel.lenses.phrases import as_set, top
from harmmodel.lenses.tiers import CONTESTED, FOCUS
from harmmodel.views import words
from harmmodel.views.blocks import ActionLine, ActionList
from harmmodel.views.corners import UPPER
from harmmodel.views.labels import chance, drug_arrests, has_arrests, pillar_short
from harmmodel.warehouse.store.runs import AreaRun

AT_MOST = 6
FOCUS_AT_MOST = 12


def actions(run: AreaRun, frame: pd.DataFrame) -> tuple[ActionList, ...]:
    """Focus, contested and release, each with its areas; *frame* is the contrast in order of harm."""
    released = (_release(run, frame),) if has_arrests(run) else ()
    return (_focus(run, frame), _contested(run, frame), *released)


def _focus(run: AreaRun, frame: pd.DataFrame) -> ActionList:
    beside = frame.set_index("unit_id")
    focus, lines = _tier(run, FOCUS), []
    for _, row in focus.head(FOCUS_AT_MOST).iterrows():
        contrast = beside.loc[row["unit_id"]]
        text = f"{pillar_short(run, row['driver']).lower()} · {words.ratio(contrast['ratio'])} · {contrast['advice']}"
        if not has_arrests(run):
            ends = words.interval(contrast["score_low"], contrast["score_high"])
            text = f"{pillar_short(run, row['driver']).lower()} · {words.score(contrast['score'])} · {ends}"
        lines.append(
            ActionLine(str(row["unit_id"]), str(row["label"]), words.plain_markdown(text + _guarded(run, row)))
        )
    summary = _who_leads(run) if lines else "No area meets the rule of focus."
    heading = f"{words.tier(FOCUS)}: {words.areas(len(focus))}"
    return ActionList(FOCUS, heading, tuple(lines), summary + _more(len(focus) - len(lines)))


def _guarded(run: AreaRun, row: pd.Series[Any]) -> str:
    """Say where violence alone would do too, although another pillar drives the score and so names who leads."""
    if row["driver"] == GUARDED or not row["p_top_violence"] >= run.config.policy.tiers.focus:
        return ""
    return f" · {pillar_short(run, GUARDED).lower()} alone: {chance(run, row['p_top_violence'])} of draws"


def _more(left: int) -> str:
    return f" {words.capital(words.how_many(left, 'more is', 'more are'))} in the table." if left else ""


def _who_leads(run: AreaRun) -> str:
    drivers = dict.fromkeys(zip(_tier(run, FOCUS)["driver"], _tier(run, FOCUS)["lead"], strict=True))
    named = "; ".join(f"{pillar_short(run, str(driver)).lower()}: {lead}" for driver, lead in drivers)
    legend = "Driver, ratio and corner" if has_arrests(run) else "Driver, score and interval"
    return words.plain_markdown(f"{legend}. Who leads: {named}.")


def _contested(run: AreaRun, frame: pd.DataFrame) -> ActionList:
    contested, lines = _tier(run, CONTESTED), []
    for _, row in contested.head(AT_MOST).iterrows():
        text = f"{chance(run, row['p_top'])} of draws; {_open_question(run, row)}"
        lines.append(ActionLine(str(row["unit_id"]), str(row["label"]), words.plain_markdown(text)))
    summary = "No area is contested."
    if lines:
        share = f"Share of draws in the {top(run.config.scheme.top_share)}, and what is open: gather evidence first."
        summary = f"{share}{_if_confirmed(frame)}"
    heading = f"{words.tier(CONTESTED)}: {words.areas(len(contested))}"
    return ActionList(CONTESTED, heading, tuple(lines), summary + _more(len(contested) - len(lines)))


def _if_confirmed(frame: pd.DataFrame) -> str:
    """Say what follows for contested areas once the evidence confirms them."""
    sentences = []
    for corner in UPPER:
        of_corner = frame[(frame["tier"] == CONTESTED) & (frame["corner"] == corner)]
        if len(of_corner):
            named = words.listing(of_corner["label"].map(words.plain_markdown), at_most=AT_MOST)
            sentences.append(f" {words.capital(str(of_corner['advice'].iloc[0]))}: {named}.")
    return "".join(sentences)


def _open_question(run: AreaRun, row: pd.Series[Any]) -> str:
    """What keeps the area from focus: a test it does not pass, else the pillar where evidence would help most."""
    focus, baseline = run.config.policy.tiers.focus, run.config.policy.tiers.baseline
    if row["p_top"] <= baseline < row["p_top_no_contact"]:
        return f"without police-contact records {chance(run, row['p_top_no_contact'])}"
    if row["p_top"] >= focus and row["driver"] == GUARDED and row["p_top_violence"] < focus:
        return f"on {pillar_short(run, GUARDED).lower()} alone {chance(run, row['p_top_violence'])}"
    if row["p_top"] >= focus and row["p_top_no_contact"] < focus:
        return f"without police-contact records {chance(run, row['p_top_no_contact'])}"
    own = run.pillars[(run.pillars["unit_id"] == row["unit_id"]) & run.pillars["low"].notna()]
    if own.empty:
        return "no pillar has an interval"
    widest = own.iloc[int((own["high"] - own["low"]).to_numpy().argmax())]
    pillar = pillar_short(run, str(widest["pillar"])).lower()
    ends = words.interval(widest["low"], widest["high"])
    return f"least certain: {pillar}, {ends}" if len(own) > 1 else f"{pillar} {ends}"


def _release(run: AreaRun, frame: pd.DataFrame) -> ActionList:
    areas = frame[frame["corner"] == "release"].sort_values(["arrest_share", "label"], ascending=[False, True])
    lines = tuple(
        ActionLine(str(row["unit_id"]), str(row["label"]), f"{_arrests(row)} · {words.ratio(row['ratio'])}")
        for _, row in areas.head(AT_MOST).iterrows()
    )
    heading = f"Release part of the drug enforcement: {words.areas(len(areas))}"
    if areas.empty:
        none = "No baseline area has clearly more drug arrests than weighted serious violence."
        return ActionList("release", heading, (), none)
    arrests, violence = float(areas["arrest_share"].sum()), float(areas["violence_share"].sum())
    shares = f"{words.share(arrests)} of drug arrests, {words.share(violence)} of weighted serious violence"
    summary = (
        f"Together {shares}. Part of the drug enforcement, not the violence work. Baseline means not clearly among the "
        f"{top(run.config.scheme.top_share).replace('top', 'highest')}, not low harm."
    )
    return ActionList("release", heading, lines, summary)


def _arrests(row: pd.Series[Any]) -> str:
    """Return the number of arrests before their share: a ratio of few arrests says little."""
    number = drug_arrests(row["drug_arrests"])
    return f"{number}, {words.share(row['arrest_share'])} of all"


def _tier(run: AreaRun, tier: str) -> pd.DataFrame:
    return run.scores[run.scores["tier"] == tier].sort_values(["rank", "label"])


def burden(run: AreaRun, frame: pd.DataFrame) -> ActionList:
    """Areas that hold much of the serious violence, whatever their rate: large ones as well as dangerous ones."""
    least = as_set(run.config.policy.tiers.burden)
    held = frame[frame["has_burden"]].sort_values(["violence_share", "label"], ascending=[False, True])
    lines = tuple(
        ActionLine(str(row["unit_id"]), str(row["label"]), f"{words.share(row['violence_share'])} · {row['tier']}")
        for _, row in held.head(AT_MOST).iterrows()
    )
    together = words.share(float(held["violence_share"].sum()))
    summary = f"No area is among them in {least} of draws or more."
    if lines:
        summary = (
            f"By number, not by rate: in {least} of draws or more among the fewest areas that together hold half of "
            f"weighted serious violence. Share and tier; these hold {together}.{_more(len(held) - len(lines))}"
        )
    return ActionList("burden", f"Where half of serious violence lies: {words.areas(len(held))}", lines, summary)
