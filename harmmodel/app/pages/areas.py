"""Where is harm greatest, and how sure are we?

Review, 20: Areas (for area) (shows one unit)
"""

import streamlit as st

from harmmodel.app import layout, session
from harmmodel.app.parts import areas, district
from harmmodel.views import words
from harmmodel.views.areas import detail, explain, page, part

run = session.run()
top = st.container()
has_districts = bool(part.districts(run))
control, choice, *more = layout.columns("controls", (6, 4, 4) if has_districts else (7, 4))
where = more[0] if more else top
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
narrowed = district.choose(run, where, on_change=areas.forget)
strange = areas.follow_link(run, page.first(run, narrowed))
options = page.options(run, narrowed, st.session_state[session.UNIT])
unit = choice.selectbox(
    "Area",
    list(options),
    format_func=lambda unit_id: options[unit_id],
    key=session.UNIT,
    persist_state="session",
)
areas.write_link(unit)
shown = page.Shown(narrowed, areas.zoom(), unit, areas.searched())
result = page.areas(run, view, shown)
with top:
    layout.head(result.kicker, __doc__, result.answer)
if strange:
    layout.empty(*page.unknown_unit(run, strange, unit))

areas.show_all(run, result, shown)

st.divider()
areas.show_area(detail.area(run, unit), explain.explain(run, unit))
areas.show_periods(run, session.periods(run), unit)
layout.table(result.table)
layout.foot(result.source)
