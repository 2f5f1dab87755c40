"""Draws the page Deterrence plan: the focus, a plan with its ledger, the check before and the watch after an action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from pydantic import ValidationError

from harmmodel.app import layout
from harmmodel.app.charts import deterrence as watch
from harmmodel.app.charts import rows
from harmmodel.app.charts.theme import PILLAR_COLOURS, show_chart
from harmmodel.app.forms import deterrence as forms
from harmmodel.config.deterrence import Backfire, PlannedAction, Sign
from harmmodel.errors import HarmModelError
from harmmodel.journal import PlanInForce, PlanRecord
from harmmodel.views import words
from harmmodel.views.blocks import Table
from harmmodel.views.deterrence import backfire, displacement, ledger
from harmmodel.views.deterrence.page import Focus
from harmmodel.warehouse.read.groups import GroupRun

NEW = ""
RESPONSE = 20  # characters; an unknown sign without a response counts, and cannot be recorded
KINDS = {
    "notice": "Notice to the group, with services",
    "leader": "Removal of a leader",
    "lieutenant": "Removal of the second rank",
    "other": "Another action",
}
GIVEN = {
    "approver": "Second approver (role)",
    "justification": "Written justification",
    "monitoring": "Plan for monitoring",
}
AGAINST = {True: "The rest of {whole}", False: "Its own months before"}
Assumed = tuple[Backfire, str]


def focus(focus: Focus) -> None:
    """Groups by violence."""
    layout.picture(focus.picture.title, focus.picture.how_to_read)
    top = float(focus.frame["high"].max())
    ticks = tuple(range(0, 101, 25)) if top > 40 else tuple(range(0, 41, 10))
    axis = rows.Axis("Violence, 0–100", 0, max(float(ticks[-1]), top), ticks)
    show_chart(rows.interval_rows(focus.picture.frame, axis, colour=PILLAR_COLOURS["violence"]), focus.picture.alt)
    for line in (*focus.said, focus.picture.note):
        layout.note(line)


def plans(run: GroupRun, focus: Focus, known: Sequence[PlanInForce], path: Path) -> None:
    """A plan with its ledger and steps, or the form of a new one."""
    on = forms.today()
    options = {**ledger.names(known, on), NEW: "A new plan"}
    follow = st.session_state.pop(forms.NEXT, None)
    if follow in options or st.session_state.get("plan") not in options:
        st.session_state["plan"] = follow if follow in options else next(iter(options))
    chosen = st.selectbox("Plan", list(options), format_func=options.__getitem__, key="plan", persist_state="session")
    forms.told()
    plan = next((one for one in known if one.made.plan_id == chosen), None)
    if plan is None:
        forms.write(run, focus, None, path)
        return
    summary = _plan(plan, on)
    if plan.is_closed:
        return
    st.header("Record a step", anchor=False)
    forms.step(plan, summary, path)
    if st.toggle("Write a plan that supersedes this one", key="supersede"):
        forms.write(run, focus, plan, path)


def _plan(plan: PlanInForce, on: dt.date) -> ledger.Shown:
    summary = ledger.shown(plan, on)
    st.header(words.plain_markdown(summary.title), anchor=False)
    st.markdown("\n".join(f"- {line}" for line in summary.facts))
    layout.picture("Ledger of promises", summary.ledger_note)
    st.table(summary.ledger_rows, border="horizontal", hide_index=True)
    layout.picture("What was recorded, newest first", "Nothing is edited; a later plan supersedes an earlier one.")
    with st.container(key="scroll-decisions"):
        st.table(summary.history, border="horizontal", hide_index=True)
    return summary


def before(run: GroupRun, assumed: Assumed, known: Sequence[PlanInForce], path: Path) -> None:
    """The backfire check of an action under a plan in force."""
    open_ = {one.made.plan_id: one for one in known if not one.is_over(forms.today())}
    forms.told()
    if not open_:
        layout.empty("No plan is in force.", "An action is examined under a plan: record one in the step before.")
        return
    plan = open_[st.selectbox("Plan", list(open_), key="checked-plan")]
    content = _action(run, assumed[0], plan)
    role = st.text_input(words.YOUR_ROLE, key=f"check-role-{len(plan.checks)}", persist_state="session")
    try:
        action = PlannedAction.model_validate(content)
        examination = backfire.examine(run, assumed[0], plan.made.plan, action)
    except ValidationError as error:
        st.warning(ledger.missing(ledger.told(error)))
        return
    except HarmModelError as error:
        st.warning(ledger.missing(str(error)))
        return
    _examined(examination)

    def make() -> PlanRecord:
        return backfire.check(run, assumed, plan, action, role)

    if st.button("Record this check", type="primary", key="record-check"):
        forms.put(path, make, is_untouched=not role)


def _action(run: GroupRun, assumed: Backfire, plan: PlanInForce) -> dict[str, Any]:
    """What is planned, and an answer to each sign; kept for each version of a plan apart."""
    own = f"action-{plan.note.seq}"
    aim = _aim(run, plan, own)
    st.header("Warning signs", anchor=False)
    shape = PlannedAction.model_construct(**{**aim, "groups": tuple(aim["groups"]), "answers": {}})
    answers = {s.id: _sign(own, s, backfire.fact(run, s.id, plan.made.plan, shape).said) for s in assumed.signs}
    answered = {sign: answer for sign, answer in answers.items() if answer}
    given = {}
    with st.expander("What a higher score asks for: approver, justification, monitoring"):
        for name, label in GIVEN.items():
            draw = st.text_input if name == "approver" else st.text_area
            given[name] = draw(label, key=f"{own}-{name}", persist_state="session") or None
        names = st.text_input("Names above that are of places or groups, separated by commas", key=f"{own}-confirmed")
    confirmed = [name.strip() for name in names.split(",") if name.strip()]
    return {**aim, "answers": answered, **given, "confirmed": confirmed}


def _aim(run: GroupRun, plan: PlanInForce, own: str) -> dict[str, Any]:
    """Kind, place, groups and first day of an action."""
    states = dict(zip(run.areas["unit_id"], run.areas["label"], strict=True))
    labels = {chosen.group: chosen.label for chosen in plan.made.ranking}
    main = list(states).index(ledger.main_state(run, plan.made.plan.groups[0]))
    left, right = layout.columns("action", (6, 5))
    with left:
        kind = st.selectbox(
            "Action", list(KINDS), format_func=KINDS.__getitem__, key=f"{own}-kind", persist_state="session"
        )
        state = st.selectbox(
            "Where", list(states), main, format_func=states.__getitem__, key=f"{own}-state", persist_state="session"
        )
    with right:
        first, named = list(labels)[:1], labels.__getitem__
        groups = st.multiselect(
            "At the same time", list(labels), first, format_func=named, key=f"{own}-groups", persist_state="session"
        )
        begins = st.date_input(
            "Begins", forms.today(), format="DD/MM/YYYY", key=f"{own}-begins", persist_state="session"
        )
    return {"kind": kind, "state": state, "groups": groups, "begins": begins}


def _sign(own: str, asked: Sign, known: str) -> dict[str, str]:
    sign = asked.id
    left, right = layout.columns(f"sign-{sign}", (6, 5))
    with left:
        title = words.plain_markdown(f"{sign}, {words.how_many(asked.points, 'point', 'points')}. {asked.question}")
        choices = ("yes", "no", "unknown")
        answer = st.radio(title, choices, 2, horizontal=True, key=f"{own}-{sign}", persist_state="session")
    with right:
        response = st.text_input(
            f"{sign}: what is done about it", key=f"{own}-response-{sign}", persist_state="session"
        )
        layout.note(words.plain_markdown(f"{words.capital(known)}."))
    is_left_open = answer == "unknown" and len(response) < RESPONSE
    return {} if is_left_open else {"answer": answer, "response": response}


def _examined(examination: backfire.Examined) -> None:
    st.header("What it may set off", anchor=False)
    st.markdown(examination.verdict)
    if examination.lacking:
        layout.note(f"Still to be given: {'; '.join(examination.lacking)}.")
    projection = examination.projection
    if projection.picture is not None:
        layout.picture(projection.picture.title, projection.picture.how_to_read)
        show_chart(watch.fan(projection.picture.frame), projection.picture.alt)
        layout.note(projection.picture.note)
    for line in projection.said:
        layout.note(line)
    if not projection.neighbours.empty:
        formats = {"Recorded a month": lambda value: words.number(value, 1)}
        layout.table(_table("Next door, in the months of the effect", projection.neighbours, "next-door.csv", formats))
    layout.table(_table("The signs, what the records say, and their sources", examination.frame, "signs.csv"))


def _table(label: str, content: pd.DataFrame, name: str, formats: Any = None) -> Table:
    return Table(label=label, frame=content, file_name=name, alt=label, formats=formats or {})


def after(run: GroupRun, assumed: Assumed, first: str) -> None:
    """The watch after an action: sum of evidence and displacement quotient; begins where group *first* is recorded."""
    states = dict(zip(run.areas["unit_id"], run.areas["label"], strict=True))
    months = displacement.starts(run, assumed[0])
    if not months:
        layout.empty(*displacement.too_short(run, assumed[0]))
        return
    main = list(states).index(ledger.main_state(run, first))
    left, right = layout.columns("watch", (6, 5))
    with left:
        state = st.selectbox("Where", list(states), main, format_func=states.__getitem__, key="watch-state")
        with_country = st.segmented_control(
            "Measured against",
            list(AGAINST),
            default=True,
            format_func=lambda rest: AGAINST[rest].format(whole=run.place.whole),
            key="watch-against",
            required=True,
        )
    with right:
        default = min(displacement.AFTER - displacement.LEAST_AFTER, len(months) - 1)
        start = st.selectbox("First month after the action", list(months), default, format_func=displacement.month_name,
                             key="watch-start")  # fmt: skip
    result = displacement.watch(run, assumed[0], state, start, with_country=bool(with_country))
    st.header(words.plain_markdown(result.title), anchor=False)
    st.markdown("\n".join(f"- {line}" for line in result.said[:-1]))
    layout.picture(result.picture.title, result.picture.how_to_read)
    show_chart(watch.sums(result.picture.frame, result.limit), result.picture.alt)
    layout.note(result.said[-1])
    layout.table(_table("Events before and after", result.table, f"watch-{state}-{start}.csv"))
