"""Which groups do most harm, and how much is unknown?

Review, 50: Groups (for group) (shows one unit)
"""

import streamlit as st

from harmmodel.app import layout, session
from harmmodel.app.parts import groups as parts
from harmmodel.views.groups import detail, page

run = session.groups()
result = page.groups(run)
layout.head(result.kicker, __doc__, result.answer)
if not result.options:
    layout.empty(
        "No group is ranked.",
        "Every record is past its review date, or no event lies in the window. Review the register, then run again.",
    )
    st.stop()

parts.precision(result.precision)
parts.ranking(result.ranking)
layout.table(result.orders)
parts.stability(detail.stability(run), len(run.scores))
layout.table(result.unknowns)

st.divider()
group = st.selectbox(
    "Group",
    list(result.options),
    format_func=result.options.__getitem__,
    key=parts.chosen(result.options),
)
parts.remember(group)
parts.detail(run, detail.detail(run, group))
parts.network(detail.network(run, group))
layout.table(result.aliases)
layout.table(result.table)
layout.texts(result.gaps)
layout.foot(result.source)
