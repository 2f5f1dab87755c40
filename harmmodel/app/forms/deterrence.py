"""Takes a plan of targeted deterrence and its steps; what is typed stays until it is recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st
from pydantic import ValidationError

from harmmodel import journal
from harmmodel.app import layout
from harmmodel.config.deterrence import DeterrencePlan
from harmmodel.errors import HarmModelError
from harmmodel.journal import STEPS, PlanInForce, PlanRecord, PlanStep
from harmmodel.views import words
from harmmodel.views.deterrence import form, ledger, page
from harmmodel.views.deterrence.form import Field
from harmmodel.views.deterrence.page import Focus
from harmmodel.warehouse.read.groups import GroupRun

TOLD = "plan-told"
NEXT = "plan-next"
MOST = {"promises": 8, "services": 5}


def today() -> dt.date:
    """Return the day on which something is recorded."""
    return dt.datetime.now(dt.UTC).date()


def told() -> None:
    """Say what became of the last attempt to record something."""
    kind, text = st.session_state.get(TOLD, ("", ""))
    if text:
        {"saved": st.info, "refused": st.warning}[kind](text)


def put(path: Path, make: Callable[[], PlanRecord], *, is_untouched: bool = False) -> None:
    """Record what *make* returns from the form as it stands now, tell what became of it, and draw the page anew."""
    # The second click of a double click must not hide that the first one was recorded.
    if is_untouched and st.session_state.get(TOLD, ("",))[0] == "saved":
        return
    try:
        note = journal.append(path, make())
    except ValidationError as error:
        st.session_state[TOLD] = ("refused", ledger.missing(ledger.told(error)))
    except HarmModelError as error:
        st.session_state[TOLD] = ("refused", ledger.missing(str(error)))
    else:
        st.session_state[TOLD] = ("saved", ledger.saved(note))
        st.session_state[NEXT] = note.record.plan_id
    st.rerun()


def write(run: GroupRun, focus: Focus, before: PlanInForce | None, path: Path) -> None:
    """Draw the form of a plan, empty or as the one it will supersede, and record it."""
    start = form.start(run, focus, before, today())
    draft = f"plan-draft-{before.note.seq if before else 'new'}"
    values: dict[str, Any] = {}
    for part in form.PARTS:
        st.subheader(part.title, anchor=False)
        layout.note(part.help)
        columns = layout.columns(f"{draft}-{part.id}", (6, 5))
        for at, field in enumerate(part.fields):
            with columns[at % 2]:
                values[field.id] = _field(draft, field, start)
    options = {str(row["group_id"]): str(row["label"]) for row in focus.frame.to_dict("records")}
    names = [group for group in options if group in (*focus.first, *focus.near)]
    chosen = st.multiselect(
        "Groups, in their order", names, start["groups"], format_func=options.__getitem__, key=f"{draft}-groups"
    )
    values["audits"] = [_audit(draft, group, options[group], start) for group in chosen]
    for kind in MOST:
        values[kind] = _rows(draft, kind, start)
    seq = before.note.seq if before else None

    def make() -> PlanRecord:
        content = form.content(run, focus.capacity, chosen, values)
        return page.made(run, DeterrencePlan.model_validate(content), seq)

    st.caption(page.NAMES)
    label = f"Supersede entry {seq}" if seq else "Record the plan"
    if st.button(label, type="primary", key="record-plan"):
        put(path, make)


def _field(draft: str, field: Field, start: dict[str, Any]) -> Any:
    key, value = f"{draft}-{field.id}", start.get(field.id, "")
    if field.kind == "long":
        return st.text_area(field.label, value, key=key, placeholder=field.help, height=96, persist_state="session")
    if field.kind == "day":
        return st.date_input(field.label, value, key=key, format="DD/MM/YYYY", persist_state="session")
    if field.kind == "count":
        return int(st.number_input(field.label, min_value=0, value=int(value or 0), key=key, persist_state="session"))
    return st.text_input(field.label, value, key=key, placeholder=field.help, persist_state="session")


def _audit(draft: str, group: str, label: str, start: dict[str, Any]) -> dict[str, Any]:
    """One group of the audit."""
    st.subheader(f"Group audit: {words.plain_markdown(label)}", anchor=False)
    known = {audit["group"]: audit for audit in start["audits"]}.get(group, {})
    left, right = layout.columns(f"{draft}-audit-{group}", (6, 5))
    own = f"{draft}-audit-{group}"
    with left:
        violence = _field(own, form.AUDIT_VIOLENCE, known)
    with right:
        fields = {field.id: _field(own, field, known) for field in form.AUDIT}
    return {**known, **fields, "violence": violence, "group": group, "audited_on": today().isoformat()}


def _rows(draft: str, kind: str, start: dict[str, Any]) -> list[dict[str, Any]]:
    """Promises or services, one below the other."""
    title, help_, fields = form.ROWS[kind]
    st.subheader(title, anchor=False)
    layout.note(help_)
    known = start[kind]
    number = st.number_input(
        f"Number of {kind}", 1 if kind == "promises" else 0, MOST[kind], max(len(known), 1), key=f"{draft}-{kind}"
    )
    rows = []
    for at in range(int(number)):
        row = known[at] if at < len(known) else {"id": f"{kind[0].upper()}{at + 1}", **form.fresh(kind, today())}
        columns = layout.columns(f"{draft}-{kind}-{at}", (6, 5))
        cells = {}
        for position, field in enumerate(fields):
            with columns[position % 2]:
                cells[field.id] = _field(f"{draft}-{kind}-{at}", Field(field.id, f"{row['id']}: {field.label}",
                                         field.kind, field.help), row)  # fmt: skip
        rows.append({**row, **cells})
    return rows


def step(plan: PlanInForce, summary: ledger.Shown, path: Path) -> None:
    """Draw the form of one step under a plan, and record it."""
    draft = f"plan-step-{plan.note.seq}-{len(plan.steps)}"
    left, right = layout.columns("plan-step", (6, 5))
    with left:
        what = st.selectbox("What happened", list(STEPS), format_func=STEPS.__getitem__, key="step-what")
        promise = None
        if what.startswith("promise"):
            promises = summary.promises
            promise = st.selectbox("Promise", list(promises), format_func=promises.__getitem__, key="step-promise")
        text = st.text_area("How it is known", key=f"{draft}-text", placeholder="At least 20 characters; no person.")
    with right:
        on = st.date_input("On", today(), max_value=today(), format="DD/MM/YYYY", key=f"{draft}-on")
        role = st.text_input(words.YOUR_ROLE, key=f"{draft}-role")
        names = st.text_input(
            "Names in the text that are of places or groups, separated by commas", key=f"{draft}-confirmed"
        )

    def make() -> PlanRecord:
        return PlanStep.model_validate(
            {
                "place": plan.made.place,
                "plan_id": plan.made.plan_id,
                "plan_entry": plan.note.seq,
                **{"step": what, "on": on, "text": text, "role": role, "promise": promise},
                "confirmed": [name.strip() for name in names.split(",") if name.strip()],
            }
        )

    if st.button("Record the step", type="primary", key="record-step"):
        put(path, make, is_untouched=not (text or role))
