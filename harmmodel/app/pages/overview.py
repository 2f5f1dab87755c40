"""What matters now?

Review, 10: Overview (for area)
"""

import streamlit as st

from harmmodel.app import layout, session
from harmmodel.app.charts import changes
from harmmodel.app.charts.theme import show_chart
from harmmodel.app.parts.overview import ranking
from harmmodel.views.overview import page

run = session.run()
result = page.overview(run)
layout.head(result.kicker, __doc__, f"{result.answer} {result.person}")

left, right = layout.columns("corners", (7, 5))
with left:
    if result.corners:
        layout.picture(result.corners.title, result.corners.how_to_read)
        show_chart(changes.four_corners(result.corners.frame), result.corners.alt)
        layout.note(result.corners.note)
    else:
        ranking(run, result)
with right:
    st.header("What to do", anchor=False)
    for action in result.actions:
        layout.action(action)

st.divider()
if result.changes:
    left, right = layout.columns("rankings", (7, 5))
    with left:
        ranking(run, result)
    with right:
        layout.picture(result.changes.title, result.changes.how_to_read)
        if len(result.changes.frame):
            show_chart(changes.moves(result.changes.frame, len(run.units)), result.changes.alt)
        layout.note(result.changes.note)
        layout.action(result.burden)
else:
    layout.action(result.burden)
    st.header("Harm and enforcement", anchor=False)
    layout.empty(*result.no_arrests)

layout.notes("What to know of the data", result.data_notes)
layout.texts(result.gaps)
layout.table(result.reconciliation)
layout.table(result.table)
layout.foot(result.source)
