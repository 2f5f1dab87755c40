"""Where is harm greatest, and how sure are we?"""

from functools import partial

import streamlit as st

from harmmodel.app import detail, frame, session
from harmmodel.app.charts import maps, rows, theme
from harmmodel.views import area, areas, explain

run = session.run()
top = st.container()
control, choice = frame.columns("controls", (7, 4))
view = control.segmented_control(
    "Colour and order by",
    areas.views(run),
    default=areas.OVERALL,
    required=True,
    key="by",
    wrap=True,
    bind="query-params",
    persist_state="session",
)
result = areas.areas(run, view)
strange = detail.follow_link(run, result.first)
unit = choice.selectbox(
    "Area",
    list(result.options),
    format_func=lambda unit_id: result.options[unit_id],
    key=session.UNIT,
    persist_state="session",
)
detail.write_link(unit)
with top:
    frame.head(result.kicker, result.title, result.answer)
if strange:
    frame.empty(*areas.unknown_unit(run, strange, unit))

left, right = frame.columns("pictures", (5, 6))
with left:
    frame.picture(result.map.title, result.map.how_to_read)
    # A new key for each choice empties the map's own selection, so that the same area can be clicked again later.
    key = f"map-{result.pillar}-{unit}"
    picture = maps.area_map(run.boundaries, result.map.frame, pillar=result.pillar, selected=unit)
    theme.show_chart(picture, result.map.alt, key=key, on_select=partial(detail.choose, key))
with right:
    frame.picture(result.ranking.title, result.ranking.how_to_read)
    with st.container(height=560, border=False, key="scroll-areas"):
        axis = rows.Axis(result.axis_title, 0, 100, (0, 25, 50, 75, 100))
        colour = theme.PILLAR_COLOURS.get(result.pillar or "", theme.HARM)
        theme.show_chart(rows.interval_rows(result.ranking.frame, axis, colour=colour, step=20), result.ranking.alt)
    frame.note(result.ranking.note)
if result.unscored:
    frame.note(result.unscored)

st.divider()
detail.show(area.area(run, unit), explain.explain(run, unit))
frame.table(result.table)
frame.foot(result.source)
