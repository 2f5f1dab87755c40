"""The form that records a decision; what is typed stays until it is recorded, for each unit apart."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import streamlit as st

from harmmodel import journal
from harmmodel.app import frame
from harmmodel.errors import HarmModelError
from harmmodel.journal import Decision, Outcome
from harmmodel.views import deciding, words
from harmmodel.views.deciding import Form

SAVED = "decision-saved"
REFUSED = "decision-refused"
TRIED = "decision-tried"


def decide(shown: Form, path: Path) -> None:
    """Draw the form of one unit and record the decision when the reader asks for it."""
    st.markdown(shown.proposal)
    if shown.before:
        st.markdown(deciding.standing_words(shown.before))
    left, right = frame.columns("decide", (6, 5))
    with left:
        choice, outcome = _choice(shown)
        reason = st.text_area(
            "Reason", key=_key(shown, "reason"), placeholder=deciding.REASON_HELP, persist_state="session"
        )
    with right:
        filled = _who_and_when(shown)
    decision = replace(filled, choice=choice, outcome=outcome, reason=reason).cleaned()
    if shown.before or choice:
        st.markdown(deciding.before_and_after(shown, decision))
    st.button(
        "Record the decision", type="primary", key="record", on_click=_record, args=(path, decision, _draft(shown))
    )
    _told(shown, decision)


def _choice(shown: Form) -> tuple[str | None, Outcome | None]:
    """Accept, change or reject as equal buttons; a change says to what."""
    choice = st.segmented_control(
        "The proposal",
        list(deciding.CHOICES),
        format_func=deciding.CHOICES.__getitem__,
        key=_key(shown, "choice"),
        width="stretch",
        persist_state="session",
    )
    return choice, _outcome(shown) if choice == "change" else None


def _outcome(shown: Form) -> Outcome:
    before = shown.subject.proposal
    tiers, drivers = list(shown.tiers), list(shown.drivers)
    leads = list(dict.fromkeys(text for text in (before.lead, *shown.leads) if text))
    tier = st.selectbox(
        "Tier",
        tiers,
        index=tiers.index(before.tier) if before.tier in tiers else None,
        format_func=lambda name: f"{words.TIER_SIGNS[name]} {words.capital(name)}",
        key=_key(shown, "tier"),
        persist_state="session",
    )
    driver = st.selectbox(
        "Driver",
        drivers,
        index=drivers.index(before.driver) if before.driver in drivers else None,
        format_func=shown.drivers.__getitem__,
        key=_key(shown, "driver"),
        persist_state="session",
    )
    lead = st.selectbox(
        "Who leads",
        leads,
        index=0 if before.lead else None,
        accept_new_options=True,
        key=_key(shown, "lead"),
        persist_state="session",
    )
    return Outcome(tier=tier or before.tier, driver=driver or "", lead=lead or "")


def _who_and_when(shown: Form) -> Decision:
    role = st.text_input(
        "Your role (never a name)",
        key=_key(shown, "role"),
        placeholder="for example head of the policy unit",
        help=deciding.ROLE_HELP,
        persist_state="session",
    )
    consulted = st.multiselect(
        "Who was consulted",
        deciding.CONSULTED,
        accept_new_options=True,
        key=_key(shown, "consulted"),
        help=deciding.CONSULTED_HELP,
        persist_state="session",
    )
    review_on = st.date_input(
        "Review on",
        value=shown.review_on,
        min_value=shown.earliest_review,
        format="DD/MM/YYYY",
        key=_key(shown, "review"),
        persist_state="session",
    )
    return replace(shown.subject, role=role, consulted=tuple(consulted), review_on=review_on)


def _draft(shown: Form) -> str:
    """Name of the counter that gives a unit a fresh form once its decision is recorded."""
    return "decision-draft-" + "-".join(shown.subject.subject)


def _key(shown: Form, name: str) -> str:
    draft = _draft(shown)
    return f"{draft}-{st.session_state.get(draft, 0)}-{name}"


def _record(path: Path, decision: Decision, draft: str) -> None:
    """Write *decision* as the reader saw it; runs before the page is drawn again."""
    for name in (SAVED, REFUSED, TRIED):
        st.session_state.pop(name, None)
    if journal.faults(decision, _today()):
        st.session_state[TRIED] = draft
        return
    try:
        st.session_state[SAVED] = (draft, deciding.saved(journal.append(path, decision)))
        st.session_state[draft] = st.session_state.get(draft, 0) + 1
    except HarmModelError as error:
        st.session_state[REFUSED] = (draft, deciding.missing([str(error)]))


def _told(shown: Form, decision: Decision) -> None:
    """Say what became of the last attempt on this unit; what is missing shrinks while it is filled in."""
    draft = _draft(shown)
    lacking = journal.faults(decision, _today()) if st.session_state.get(TRIED) == draft else ()
    if lacking:
        st.warning(deciding.missing(lacking))
    for name, tell in ((REFUSED, st.error), (SAVED, st.info)):
        of, text = st.session_state.get(name, ("", ""))
        if of == draft:
            tell(text)


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
