"""Parts of Validation: whether the intervals hold."""

from __future__ import annotations

import streamlit as st

from harmmodel.app import layout
from harmmodel.views.validation.intervals import QUESTION, Held


def interval_section(held: Held) -> None:
    """The question, one sentence and the table; what to do where made-up places were not scored yet."""
    st.header(QUESTION, anchor=False)
    if held.empty[0]:
        layout.empty(*held.empty)
    else:
        st.markdown(held.sentence)
    for table in held.tables:
        layout.table(table)
