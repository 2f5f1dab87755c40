"""Do assessors agree, and what is still unknown?

Review, 60: Assessments (for group)
"""

import streamlit as st

from harmmodel.app import layout, session
from harmmodel.app.forms import groups as forms
from harmmodel.views.groups import assessments, page

run = session.groups()
result = assessments.agreement(run)
layout.head(result.kicker, __doc__, result.answer)

st.header("Enter what is known", anchor=False)
layout.note(
    "No person is described: groups carry codes, assessors a role. What has expired or is past its review is not used."
)
sheet, one, group = st.tabs(["Fill in a sheet", "Assess one thing", "Enter a group"])
with sheet:
    forms.template(run)
    forms.upload(run)
with one:
    forms.assess(run, page.groups(run).options | assessments.vignette_names(run))
with group:
    forms.add_group(run)

st.header("How far assessors agree", anchor=False)
for table in (
    result.by_attribute,
    result.pairs,
    result.drift,
    result.vignettes,
    result.disputed,
    result.sleipnir,
):
    layout.table(table)
layout.foot(result.source)
