"""Which tiers change if the weights change?

Review, 80: What-if (for area) (at what_if)
"""

import streamlit as st

from harmmodel.app import layout, session
from harmmodel.app.charts import rows, theme
from harmmodel.app.parts import whatif as controls
from harmmodel.views.whatif import page, settings

run = session.run()
top = st.container()
left, right = layout.columns("whatif", (4, 7))
with left:
    chosen = settings.settings(run, controls.shown(settings.controls(run)))
basis = session.basis(run, chosen.months, chosen.per)
result = page.what_if(run, chosen, basis, session.unchanged(run))
with left:
    layout.note(result.how)
with top:
    layout.head(result.kicker, __doc__, result.answer)
    st.info(result.banner)
with right:
    layout.notes(result.changed_title, result.changed)
    layout.picture(result.ranking.title, result.ranking.how_to_read)
    with st.container(height=560, border=False, key="scroll-whatif"):
        axis = rows.Axis(result.axis_title, 0, 100, (0, 25, 50, 75, 100))
        theme.show_chart(rows.interval_rows(result.ranking.frame, axis, step=20), result.ranking.alt)
    layout.note(result.ranking.note)
    for note in result.notes:
        layout.note(note)

layout.table(result.table)
layout.foot(result.source)
