"""Whom would a threshold quantity catch?"""

import streamlit as st

from harmmodel.app import frame, lab
from harmmodel.views import threshold_lab

known, day = lab.laboratory(), lab.today()
top = st.container()
if known is None:
    frame.head(threshold_lab.KICKER, threshold_lab.QUESTION, "")
    frame.empty(*threshold_lab.EMPTY)
    st.stop()

row = lab.threshold(known, day)
left, right = frame.columns("lab", (4, 7))
with left:
    read = lab.settings(known)
if row is None or read is None:
    with top:
        frame.head(threshold_lab.KICKER, threshold_lab.QUESTION, "What is chosen cannot be shown; the reason is below.")
    st.stop()

settings, weights = read
result = threshold_lab.lab(known, row, settings, weights, day)
with top:
    frame.head(threshold_lab.KICKER, threshold_lab.QUESTION, result.answer)
with left:
    frame.notes("What the quantity means", result.meaning)
    st.header("Net widening", anchor=False)
    st.caption(result.warning)
    st.header("Before you quote it", anchor=False)
    st.caption(result.standing)
with right:
    lab.pictures(result, settings)
lab.side_by_side(result, settings)
for table in result.tables:
    frame.table(table)
frame.notes("What this cannot show", result.limits)
frame.foot(result.source)
