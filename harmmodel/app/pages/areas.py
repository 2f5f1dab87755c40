"""Where is harm greatest, and how sure are we?

Review, 20: Areas (for area) (shows one unit)
"""

import streamlit as st

from harmmodel.app import layout, session
from harmmodel.app.parts import areas
from harmmodel.views import words
from harmmodel.views.areas import detail, explain, page

run = session.run()
top = st.container()
control, choice = layout.columns("controls", (7, 4))
view = control.segmented_control(
    "Colour and order by",
    page.views(run),
    format_func=words.plain_markdown,
    default=page.OVERALL,
    required=True,
    key="by",
    wrap=True,
    bind="query-params",
    persist_state="session",
)
result = page.areas(run, view)
strange = areas.follow_link(run, result.first)
unit = choice.selectbox(
    "Area",
    list(result.options),
    format_func=lambda unit_id: result.options[unit_id],
    key=session.UNIT,
    persist_state="session",
)
areas.write_link(unit)
with top:
    layout.head(result.kicker, __doc__, result.answer)
if strange:
    layout.empty(*page.unknown_unit(run, strange, unit))

areas.show_all(run, result, unit)

st.divider()
areas.show_area(detail.area(run, unit), explain.explain(run, unit))
areas.show_periods(run, session.periods(run), unit)
layout.table(result.table)
layout.foot(result.source)
