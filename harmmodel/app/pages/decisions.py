"""What was decided, by whom in what role, and what is due?

Review, 90: Decisions (for area) (shows one unit)
"""

import datetime as dt

import streamlit as st

from harmmodel import journal
from harmmodel.app import layout, session
from harmmodel.app.forms import decisions as forms
from harmmodel.app.parts import areas
from harmmodel.views.areas import page as areas_page
from harmmodel.views.decisions import form as decisions_form
from harmmodel.views.decisions import page

run = session.run()
path = journal.location(session.project())
today = dt.datetime.now(dt.UTC).date()
held = journal.reading(path)
result = page.decisions(run, held, today)
layout.head(result.kicker, __doc__, result.answer)
if result.broken:
    st.error(result.broken)

st.header(result.heading, anchor=False)
if result.empty:
    layout.empty(*result.empty)
else:
    layout.note(result.how_to_read)
    with st.container(key="scroll-decisions"):
        st.table(result.rows, border="horizontal", hide_index=True)
    if result.more:
        layout.note(result.more)
layout.action(result.due)

st.divider()
options = decisions_form.options(run)
strange = areas.follow_link(run, decisions_form.first(run))
unit = st.selectbox(
    "Area to decide on", list(options), format_func=options.__getitem__, key=session.UNIT, persist_state="session"
)
areas.write_link(unit)
form = decisions_form.form(run, unit, held.entries, today)
st.header(form.title, anchor=False)
if strange:
    layout.empty(*areas_page.unknown_unit(run, strange, unit))
if not result.broken:
    forms.decide(form, path)

st.divider()
if not result.broken:
    layout.note(result.seal)
    with st.container(horizontal=True):
        layout.download("Download as JSON lines", journal.json_lines(path), "decisions.jsonl", "application/jsonl")
        layout.downloads(page.journal_export(held.entries), "decisions.csv")
layout.foot(result.source)
