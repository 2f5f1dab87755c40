"""The form that records a decision; what is typed stays until it is recorded, for each unit apart."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from harmmodel import journal
from harmmodel.app import layout
from harmmodel.errors import HarmModelError, is_traced, unforeseen
from harmmodel.journal import Decision, Standings
from harmmodel.views import words
from harmmodel.views.decisions import form
from harmmodel.views.decisions.form import Form

SAVED = "decision-saved"
REFUSED = "decision-refused"
TRIED = "decision-tried"


def decide(shown: Form, path: Path) -> None:
    """Draw the form of one unit and record the decision when the reader asks for it."""
    st.markdown(shown.proposal)
    if shown.before:
        st.markdown(form.standing_words(shown.before))
    left, right = layout.columns("decide", (6, 5))
    with left:
        _choice(shown)
        st.text_area("Reason", key=_key(shown, "reason"), placeholder=form.REASON_HELP, persist_state="session")
    with right:
        _who_and_when(shown)
    decision = _filled(shown)
    for name in shown.to_confirm(decision):
        st.checkbox(
            words.plain_markdown(f"'{name}' names a place or a group, not a person"), key=_key(shown, f"names-{name}")
        )
    if shown.before or decision.choice:
        st.markdown(form.before_and_after(shown, decision))
    st.button("Record the decision", type="primary", key="record", on_click=_record, args=(path, shown, _number(shown)))
    _told(shown, decision)


def _choice(shown: Form) -> None:
    """Accept, change or reject as equal buttons; a change says to what."""
    choice = st.segmented_control(
        "The proposal",
        list(form.CHOICES),
        format_func=form.CHOICES.__getitem__,
        key=_key(shown, "choice"),
        width="stretch",
        persist_state="session",
    )
    if choice == "change":
        before = shown.subject.proposal
        tiers = {name: words.tier(name) for name in shown.tiers}
        leads = {text: text for text in (before.lead, *shown.leads) if text}
        _select(shown, "tier", "Tier", tiers, before.tier)
        _select(shown, "driver", "Driver", shown.drivers, before.driver)
        _select(shown, "lead", "Who leads", leads, before.lead, others=True)


def _select(  # noqa: PLR0913 - one line of the form
    shown: Form, name: str, label: str, options: dict[str, str], proposed: str, *, others: bool = False
) -> None:
    st.selectbox(
        label,
        list(options),
        index=list(options).index(proposed) if proposed in options else None,
        format_func=lambda option: options.get(option, option),
        accept_new_options=others,
        key=_key(shown, name),
        persist_state="session",
    )


def _who_and_when(shown: Form) -> None:
    st.text_input(
        words.YOUR_ROLE,
        key=_key(shown, "role"),
        placeholder="for example head of the policy unit",
        help=form.ROLE_HELP,
        persist_state="session",
    )
    st.multiselect(
        "Who was consulted",
        form.CONSULTED,
        accept_new_options=True,
        key=_key(shown, "consulted"),
        help=form.CONSULTED_HELP,
        persist_state="session",
    )
    st.date_input(
        "Review on",
        value=shown.review_on,
        min_value=shown.earliest_review,
        format="DD/MM/YYYY",
        key=_key(shown, "review"),
        persist_state="session",
    )


def _filled(shown: Form) -> Decision:
    """The decision as it is filled in now; what it is about and supersedes is what the reader was shown."""

    def typed(name: str) -> Any:
        return st.session_state.get(_key(shown, name))

    before, outcome = shown.subject.proposal, None
    if typed("choice") == "change":
        outcome = Standings(tier=typed("tier") or before.tier, driver=typed("driver") or "", lead=typed("lead") or "")
    decision = replace(
        shown.subject,
        choice=typed("choice"),
        outcome=outcome,
        reason=typed("reason") or "",
        role=typed("role") or "",
        consulted=tuple(typed("consulted") or ()),
        review_on=typed("review"),
    ).cleaned()
    return shown.confirmed(decision, {name for name in shown.to_confirm(decision) if typed(f"names-{name}")})


def _draft(shown: Form) -> str:
    """Name of the counter that gives a unit a fresh form once its decision is recorded."""
    return "decision-draft-" + "-".join(shown.subject.subject)


def _number(shown: Form) -> int:
    return int(st.session_state.get(_draft(shown), 0))


def _key(shown: Form, name: str) -> str:
    return f"{_draft(shown)}-{_number(shown)}-{name}"


def _record(path: Path, shown: Form, number: int) -> None:
    """Write the decision; runs before the page is drawn again, with what stands in the form at that moment."""
    draft, decision = _draft(shown), _filled(shown)
    untouched = not (decision.choice or decision.reason or decision.role or decision.consulted)
    # The second click of a double click must not hide that the first one was recorded.
    if number != _number(shown) or (untouched and st.session_state.get(SAVED, ("",))[0] == draft):
        return
    for name in (SAVED, REFUSED, TRIED):
        st.session_state.pop(name, None)
    if decision.lacking(_today()) or decision.wording():
        st.session_state[TRIED] = draft
        return
    try:
        st.session_state[SAVED] = (draft, form.saved(journal.append(path, decision)))
        st.session_state[draft] = number + 1
    except HarmModelError as error:
        st.session_state[REFUSED] = (draft, form.missing([str(error)]))
    except Exception as error:  # here no page is drawn that could tell it
        if is_traced():
            raise
        st.session_state[REFUSED] = (draft, form.missing([str(unforeseen(error, "Recording the decision"))]))


def _told(shown: Form, decision: Decision) -> None:
    """Say what became of the last attempt on this unit; what is missing shrinks while it is filled in."""
    draft = _draft(shown)
    is_tried = st.session_state.get(TRIED) == draft
    lacking = (decision.lacking(_today()) or decision.wording()) if is_tried else ()
    if lacking:
        st.warning(form.missing(lacking))
    for name, tell in ((REFUSED, st.error), (SAVED, st.info)):
        of, text = st.session_state.get(name, ("", ""))
        if of == draft:
            tell(text)


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
