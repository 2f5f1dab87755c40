"""Which tiers change if the weights change?

Review, 80: What-if (at what_if)
"""

import streamlit as st

from harmmodel.app import frame, session
from harmmodel.app.charts import rows, theme
from harmmodel.app.parts import whatif as controls
from harmmodel.views.whatif import page, settings

run = session.run()
top = st.container()
left, right = frame.columns("whatif", (4, 7))
with left:
    chosen = settings.settings(run, controls.shown(settings.controls(run)))
basis = session.basis(run, chosen.months, chosen.per)
result = page.what_if(run, chosen, basis, session.unchanged(run))
with left:
    frame.note(result.how)
with top:
    frame.head(result.kicker, __doc__, result.answer)
    st.info(result.banner)
with right:
    frame.notes(result.changed_title, result.changed)
    frame.picture(result.ranking.title, result.ranking.how_to_read)
    with st.container(height=560, border=False, key="scroll-whatif"):
        axis = rows.Axis(result.axis_title, 0, 100, (0, 25, 50, 75, 100))
        theme.show_chart(rows.interval_rows(result.ranking.frame, axis, step=20), result.ranking.alt)
    frame.note(result.ranking.note)
    for note in result.notes:
        frame.note(note)

frame.table(result.table)
frame.foot(result.source)
