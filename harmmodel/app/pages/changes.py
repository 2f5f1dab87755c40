"""What changes if harm, not arrests, sets priorities?

Review, 30: What changes (for area) (at what_changes)
"""

import streamlit as st

from harmmodel.app import layout, session
from harmmodel.app.charts import changes, maps
from harmmodel.app.charts.theme import show_chart
from harmmodel.views.areas.page import has_map
from harmmodel.views.changes import page as view
from harmmodel.views.changes.page import uncompared

FORMS = ("Slope", "With intervals", "Scatter")

run = session.run()
if lacking := uncompared(run):
    layout.head(lacking.kicker, __doc__, lacking.answer)
    layout.empty(*lacking.empty)
    layout.foot(lacking.source)
    st.stop()
result = view.what_changes(run)
layout.head(result.kicker, __doc__, result.answer)
st.markdown(result.detail)
form = st.segmented_control(
    "Picture", FORMS, default="Slope", required=True, key="view", bind="query-params", wrap=True
)

left, right = layout.columns("contrast", (6, 5))
with left:
    if form == "With intervals":
        picture, drawn = result.intervals, changes.with_intervals(result.intervals.frame, result.units)
    elif form == "Scatter":
        picture, drawn = result.scatter, changes.scatter(result.scatter.frame)
    else:
        picture, drawn = result.slope, changes.slope(result.slope.frame)
    layout.picture(picture.title, picture.how_to_read)
    show_chart(drawn, picture.alt)
    layout.note(picture.note)
with right:
    if has_map(run):
        layout.picture(result.ratio_map.title, result.ratio_map.how_to_read)
        show_chart(maps.ratio_map(run.boundaries, result.ratio_map.frame), result.ratio_map.alt)
        layout.note(result.ratio_map.note)
    layout.picture(result.ratio_rows.title, result.ratio_rows.how_to_read)
    show_chart(changes.ratio_rows(result.ratio_rows.frame), result.ratio_rows.alt)
    layout.note(result.ratio_rows.note)

layout.table(result.table)
layout.foot(result.source)
