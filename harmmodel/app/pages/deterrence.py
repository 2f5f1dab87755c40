"""Which group comes first, and can the plan be kept?

Review, 70: Deterrence plan (for group) (at deterrence_plan)
"""

import streamlit as st

from harmmodel import journal
from harmmodel.app import layout, session
from harmmodel.app.forms import deterrence as forms
from harmmodel.app.parts import deterrence as parts
from harmmodel.config.deterrence import load_backfire
from harmmodel.views import source, words
from harmmodel.views.deterrence import ledger, page

FOCUS, PLAN, BEFORE, AFTER = "Choose the focus", "Plan and promises", "Before an action", "After an action"

run = session.groups()
path = journal.location(session.project())
held = journal.reading(path)
verdict, known = held.verdict, journal.standing_plans(held.entries, run.place.id)
if run.scores.empty:
    layout.head(source.place_line(run), __doc__, "No group is ranked.")
    layout.empty("No group is ranked.", "Review the register of groups, then run again.")
    st.stop()

focus = page.focus(run, int(st.session_state.get("capacity", 1)))
layout.head(
    source.place_line(run, "targeted deterrence", "groups, never people"),
    __doc__,
    ledger.answer(known, forms.today(), page.first_named(focus)),
)
if not verdict.intact:
    st.error(words.plain_markdown(f"{verdict.lead}: {'; '.join(str(fault) for fault in verdict.faults)}."))
    st.stop()
left, right = layout.columns("plan-controls", (7, 5))
with left:
    part = st.segmented_control(
        "Step", (FOCUS, PLAN, BEFORE, AFTER), default=FOCUS, key="part", required=True, wrap=True, bind="query-params"
    )
with right:
    st.number_input(
        "Capacity: groups to which promises can be kept at once", 1, 10, key="capacity", persist_state="session"
    )

if part == PLAN:
    parts.plans(run, focus, known, path)
elif part == BEFORE:
    parts.before(run, load_backfire(session.project()), known, path)
elif part == AFTER:
    parts.after(run, load_backfire(session.project()), focus.first[0])
else:
    parts.focus(focus)
if verdict.entries:
    layout.note(f"Journal of all places: {verdict.entries} entries, chain checked and whole. Seal: `{verdict.seal}`.")
layout.foot(source.source_line(run))
