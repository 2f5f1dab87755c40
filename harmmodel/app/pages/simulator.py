"""When does concentrating enforcement bring violence down?

Train, 10: Simulator
"""

import streamlit as st

from harmmodel.app import frame
from harmmodel.app.charts import simulator, theme
from harmmodel.app.parts import simulator as simulation
from harmmodel.views import words
from harmmodel.views.simulator import page, results
from harmmodel.views.simulator import words as simulator_words

assumed = simulation.assumed()
if assumed is None:
    frame.head(page.KICKER, __doc__, page.NO_ANSWER)
    frame.empty(*page.EMPTY)
    st.stop()

top = st.container()
controls = frame.columns("controls", (5, 5, 2))
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
    frame.head(page.KICKER, __doc__, result.answer)
    st.info(page.BANNER)

left, right = frame.columns("pictures", (1, 1))
with left:
    frame.picture(result.paths.title, result.paths.how_to_read)
    theme.show_chart(simulator.over_rounds(result.paths.frame, assumed.groups.value), result.paths.alt)
    frame.note(result.paths.note)
with right:
    frame.picture(result.curve.title, result.curve.how_to_read)
    theme.show_chart(simulator.over_capacities(result.curve.frame, assumed.groups.value), result.curve.alt)
    frame.note(result.curve.note)
frame.table(result.table)
frame.notes("What the runs show", result.findings)
frame.notes("What this cannot show", [words.plain_markdown(sentence) for sentence in page.limits(assumed)])
st.header("What it leans on", anchor=False)
frame.table(page.assumptions(assumed))
if assumed.variations and st.toggle(page.TRY_OTHERS, key="others", bind="query-params", help=page.TRY_HELP):
    others = simulation.varied(assumed, switched, seed)
    frame.notes("Does it hang on one assumption?", simulator_words.sentences(others))
    frame.table(simulator_words.table(others, swept, assumed.variation_runs))
if assumed.reference:
    frame.table(page.against_reference(assumed, simulation.reference(assumed, plain)))
frame.foot(result.source)
