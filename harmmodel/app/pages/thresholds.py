"""Whom would a threshold quantity catch?

Train, 20: Threshold lab
"""

import streamlit as st

from harmmodel.app import layout
from harmmodel.app.parts import thresholds
from harmmodel.views.thresholds import page

known, day = thresholds.laboratory(), thresholds.today()
top = st.container()
if known is None:
    layout.head(page.KICKER, __doc__, "")
    layout.empty(*page.EMPTY)
    st.stop()

row = thresholds.threshold(known, day)
left, right = layout.columns("lab", (4, 7))
with left:
    read = thresholds.settings(known)
if row is None or read is None:
    with top:
        layout.head(page.KICKER, __doc__, "What is chosen cannot be shown; the reason is below.")
    st.stop()

settings, weights = read
result = page.lab(known, row, settings, weights, day)
with top:
    layout.head(page.KICKER, __doc__, result.answer)
with left:
    layout.notes("What the quantity means", result.meaning)
    st.header("Net widening", anchor=False)
    st.caption(result.warning)
    st.header("Before you quote it", anchor=False)
    st.caption(result.standing)
with right:
    thresholds.pictures(result, settings)
thresholds.side_by_side(result, settings)
for table in result.tables:
    layout.table(table)
layout.notes("What this cannot show", result.limits)
layout.foot(result.source)
