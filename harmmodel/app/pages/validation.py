"""Would last year's order have found this year's harm?

Audit, 30: Validation (for area)
"""

import streamlit as st

from harmmodel.app import layout, session
from harmmodel.app.charts import rows, theme, validation
from harmmodel.app.parts.validation import interval_section
from harmmodel.views.validation import evidence
from harmmodel.views.validation import page as view

run = session.run()
document = view.document(run)
result = view.validation(run, document)
layout.head(result.kicker, __doc__, result.answer)
if not document:
    layout.empty(*result.empty)
    layout.foot(result.source)
    st.stop()

choices = result.choices
controls = layout.columns("controls", (5, 4, 6))
units = controls[0].segmented_control(
    "Units", choices.units.values(), default=choices.first_units, required=True, key="units", wrap=True
)
outcome = controls[1].segmented_control(
    "Judged by later", choices.outcomes.values(), default=choices.first_outcome, required=True, key="later", wrap=True
)
origin = controls[2].selectbox(
    "Known before", list(choices.origins), format_func=lambda day: choices.origins[day], key="origin"
)
comparison = view.compared(run, document, choices.units_of(units), origin, choices.outcome_of(outcome))

if comparison.empty[0]:
    layout.empty(*comparison.empty)
else:
    left, right = layout.columns("pictures", (5, 6))
    with left:
        layout.picture(comparison.curve.title, comparison.curve.how_to_read)
        theme.show_chart(validation.capture(comparison.curve.frame, comparison.cost), comparison.curve.alt)
        layout.note(comparison.curve.note)
    with right:
        layout.picture(comparison.rows.title, comparison.rows.how_to_read)
        axis = rows.Axis("PEI", 0, 1, (0, 0.25, 0.5, 0.75, 1))
        theme.show_chart(rows.interval_rows(comparison.rows.frame, axis, step=26), comparison.rows.alt)
        layout.note(comparison.rows.note)
    layout.table(comparison.table)

layout.notes("The verdict in full", result.verdict)
interval_section(result.held)
layout.notes("Does the score measure what it says?", result.checks)
st.header("Further evidence", anchor=False)
for table in result.tables:
    layout.table(table)
if document["units"]:
    layout.note(evidence.concentration_note(document))
layout.notes("What this cannot show", result.limits)
layout.foot(result.source)
