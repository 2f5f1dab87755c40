"""What changes if harm, not arrests, sets priorities?

Review, 30: What changes (at what_changes)
"""

import streamlit as st

from harmmodel.app import frame, session
from harmmodel.app.charts import changes, maps
from harmmodel.app.charts.theme import show_chart
from harmmodel.views.changes import page as view
from harmmodel.views.changes.page import uncompared

DRAWN = {
    "Slope": ("slope", changes.slope),
    "With intervals": ("intervals", changes.with_intervals),
    "Scatter": ("scatter", changes.scatter),
}

run = session.run()
if lacking := uncompared(run):
    frame.head(lacking.kicker, __doc__, lacking.answer)
    frame.empty(*lacking.empty)
    frame.foot(lacking.source)
    st.stop()
result = view.what_changes(run)
frame.head(result.kicker, __doc__, result.answer)
st.markdown(result.detail)
form = st.segmented_control(
    "Picture", list(DRAWN), default="Slope", required=True, key="view", bind="query-params", wrap=True
)

left, right = frame.columns("contrast", (6, 5))
with left:
    name, draw = DRAWN[form or "Slope"]
    picture = getattr(result, name)
    frame.picture(picture.title, picture.how_to_read)
    show_chart(draw(picture.frame), picture.alt)
    frame.note(picture.note)
with right:
    frame.picture(result.ratio_map.title, result.ratio_map.how_to_read)
    show_chart(maps.ratio_map(run.boundaries, result.ratio_map.frame), result.ratio_map.alt)
    frame.note(result.ratio_map.note)
    frame.picture(result.ratio_rows.title, result.ratio_rows.how_to_read)
    show_chart(changes.ratio_rows(result.ratio_rows.frame), result.ratio_rows.alt)
    frame.note(result.ratio_rows.note)

frame.table(result.table)
frame.foot(result.source)
