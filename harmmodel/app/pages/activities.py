"""Which activities are linked to serious violence beyond their place?

Review, 40: Activities (for activity)
"""

import streamlit as st

from harmmodel.app import layout, session
from harmmodel.app.parts import activities as activity
from harmmodel.views.activities import page

run = session.run()
result = page.activities(run)
layout.head(result.kicker, __doc__, result.answer)

layout.picture(result.ladder.title, result.ladder.how_to_read)
activity.rungs(result.ladder, result.band, result.interval)
layout.note(result.ladder.note)
layout.table(result.table)

st.divider()
link = st.query_params.get("activity", "")
if "activity" not in st.session_state:
    st.session_state["activity"] = link if link in result.options else result.first
chosen = st.selectbox(
    "Activity", list(result.options), format_func=result.options.__getitem__, key="activity", persist_state="session"
)
st.query_params["activity"] = chosen
if link and link not in result.options:
    layout.empty("The address names no activity of this place.", "The one above is shown instead.")
activity.show(run, page.detail(run, chosen))

st.divider()
activity.step(result.effort)
layout.table(result.easiest)
layout.foot(result.source)
