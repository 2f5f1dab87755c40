"""What does each indicator measure, and what can it not show?

Audit, 10: Indicators (for area)
"""

import streamlit as st

from harmmodel.app import layout, session
from harmmodel.app.charts import indicators as spread
from harmmodel.app.charts import theme
from harmmodel.views import words
from harmmodel.views.indicators import page, tradeoffs

run = session.run()
options = page.options(run)
top = st.container()
left, right = layout.columns("register", (3, 9))
chosen = left.radio(
    "Indicator",
    list(options),
    format_func=lambda name: words.plain_markdown(options[name]),
    key="indicator",
    bind="query-params",
    persist_state="session",
)
result = page.register(run, chosen)
card = result.card
with top:
    layout.head(result.kicker, __doc__, result.answer)
with right:
    st.header(words.plain_markdown(card.title), anchor=False)
    with st.container(horizontal=True, gap="small"):
        for badge in card.badges:
            st.badge(words.plain_markdown(badge.text), color="orange" if badge.caution else "gray")
    st.markdown(words.plain_markdown(card.question))
    layout.picture(card.spread_title, card.spread_note)
    draw = spread.spread if card.dots else spread.lines
    picture = draw(card.rates, goalposts=card.goalposts, pillar=card.pillar, title=card.axis_title)
    theme.show_chart(picture, card.spread_alt)
    facts, beside = layout.columns("facts", (5, 4))
    with facts:
        st.header("Facts", anchor=False)
        st.table(card.facts.map(words.plain_markdown), border="horizontal", hide_index=True, hide_header=True)
    with beside:
        st.header("What it cannot show", anchor=False)
        st.markdown("\n".join(f"- {limit}" for limit in card.limits))
        st.header("References", anchor=False)
        st.markdown("\n".join(f"- {reference}" for reference in card.references))
    layout.texts(card.gaps)
    with st.expander(card.sql_title, expanded=True):
        st.code(card.sql, language="sql", wrap_lines=True)
layout.notes("What a score trades against what", [words.plain_markdown(line) for line in tradeoffs.sentences(run)])
layout.table(tradeoffs.table(run))
layout.foot(result.source)
