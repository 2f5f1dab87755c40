"""Whom would a threshold quantity catch?

Train, 20: Threshold lab
"""

import streamlit as st

from harmmodel.app import frame
from harmmodel.app.parts import thresholds
from harmmodel.views.thresholds import page

known, day = thresholds.laboratory(), thresholds.today()
top = st.container()
if known is None:
    frame.head(page.KICKER, __doc__, "")
    frame.empty(*page.EMPTY)
    st.stop()

row = thresholds.threshold(known, day)
left, right = frame.columns("lab", (4, 7))
with left:
    read = thresholds.settings(known)
if row is None or read is None:
    with top:
        frame.head(page.KICKER, __doc__, "What is chosen cannot be shown; the reason is below.")
    st.stop()

settings, weights = read
result = page.lab(known, row, settings, weights, day)
with top:
    frame.head(page.KICKER, __doc__, result.answer)
with left:
    frame.notes("What the quantity means", result.meaning)
    st.header("Net widening", anchor=False)
    st.caption(result.warning)
    st.header("Before you quote it", anchor=False)
    st.caption(result.standing)
with right:
    thresholds.pictures(result, settings)
thresholds.side_by_side(result, settings)
for table in result.tables:
    frame.table(table)
frame.notes("What this cannot show", result.limits)
frame.foot(result.source)
