"""Who bears the stops, and what comes of them?

Audit, 20: Disparity (for disparity)
"""

import streamlit as st

from harmmodel.app import layout, session
from harmmodel.app.parts import disparity
from harmmodel.views.disparity import page as view

run = session.disparity()
top = st.container()
result = view.disparity(run, disparity.controls(run))
with top:
    layout.head(result.kicker, __doc__, result.answer)

disparity.ratios(result.ratios, result.told)
layout.table(result.tables[0])
disparity.outcomes(result.outcomes, result.warning)
layout.table(result.tables[1])
st.divider()
disparity.together(result.both, result.reasons)
layout.table(result.tables[2])
layout.notes("What this cannot show", result.limits)
layout.texts(result.gaps)
layout.foot(result.source)
