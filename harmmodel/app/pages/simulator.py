"""When does concentrating enforcement bring violence down?

Train, 10: Simulator
"""

import streamlit as st

from harmmodel.app import layout
from harmmodel.app.charts import simulator, theme
from harmmodel.app.parts import simulator as simulation
from harmmodel.views import words
from harmmodel.views.simulator import page, results, sentences

assumed = simulation.assumed()
if assumed is None:
    layout.head(page.KICKER, __doc__, page.NO_ANSWER)
    layout.empty(*page.EMPTY)
    st.stop()

top = st.container()
controls = layout.columns("controls", (5, 5, 2))
most = max(2, assumed.capacities[-1])
capacity = controls[0].slider(
    "Sanctions possible in a round", 1, most, min(page.FIRST_CAPACITY, most), key="capacity", bind="query-params"
)
options = results.SWITCHES.values()
labels = controls[1].pills("Switched on", options, selection_mode="multi", key="with", bind="query-params")
seed = controls[2].number_input("Seed", 0, results.LARGEST_SEED, assumed.seed, step=1, key="seed", bind="query-params")
switched = page.switches(labels)
setting = results.experiment(assumed, switched, seed=seed)
plain = results.experiment(assumed, seed=seed)
paths = simulation.paths(min(capacity, assumed.groups.value), setting)
swept = simulation.swept(assumed, setting)
result = page.simulator(assumed, switched, paths, swept, simulation.swept(assumed, plain))
with top:
    layout.head(page.KICKER, __doc__, result.answer)
    st.info(page.BANNER)

left, right = layout.columns("pictures", (1, 1))
with left:
    layout.picture(result.paths.title, result.paths.how_to_read)
    theme.show_chart(simulator.over_rounds(result.paths.frame, assumed.groups.value), result.paths.alt)
    layout.note(result.paths.note)
with right:
    layout.picture(result.curve.title, result.curve.how_to_read)
    theme.show_chart(simulator.over_capacities(result.curve.frame, assumed.groups.value), result.curve.alt)
    layout.note(result.curve.note)
layout.table(result.table)
layout.notes("What the runs show", result.findings)
layout.notes("What this cannot show", [words.plain_markdown(sentence) for sentence in page.limits(assumed)])
st.header("What it leans on", anchor=False)
layout.table(page.assumptions(assumed))
if assumed.variations and st.toggle(page.TRY_OTHERS, key="others", bind="query-params", help=page.TRY_HELP):
    others = simulation.varied(assumed, switched, seed)
    layout.notes("Does it hang on one assumption?", sentences.sentences(others))
    layout.table(sentences.table(others, swept, assumed.variation_runs))
if assumed.reference:
    layout.table(page.against_reference(assumed, simulation.reference(assumed, plain)))
layout.foot(result.source)
