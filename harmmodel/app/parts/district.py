"""A place of many areas is read by district: chosen above the pictures, kept in the address and from page to page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from harmmodel.app import layout, session
from harmmodel.views.areas import part
from harmmodel.warehouse.store.runs import AreaRun

WRITTEN = "district-written"


def choose(run: AreaRun, beside: Any, on_change: Any = None) -> str:
    """Let the reader choose a district in the container *beside*; nothing is drawn where the place has none.

    A district that the address names is taken when it is new; one that the place does not have is told.
    """
    listed = part.districts(run)
    link = st.query_params.get(session.DISTRICT, part.WHOLE)
    if not listed:
        if link:
            layout.empty(*part.unknown_district(run, link))
        return part.WHOLE
    is_new = bool(link) and link != st.session_state.get(WRITTEN, part.WHOLE)
    asked = part.asked_district(run, link) if is_new else None
    if asked is not None:
        st.session_state[session.DISTRICT] = asked
    elif st.session_state.get(session.DISTRICT) not in listed:
        st.session_state[session.DISTRICT] = part.WHOLE
    chosen: str = beside.selectbox(
        "District",
        list(listed),
        format_func=listed.__getitem__,
        key=session.DISTRICT,
        on_change=on_change,
        persist_state="session",
    )
    if is_new and asked is None:
        layout.empty(*part.unknown_district(run, link))
    _write(chosen)
    return chosen


def _write(chosen: str) -> None:
    st.session_state[WRITTEN] = chosen
    if chosen:
        st.query_params[session.DISTRICT] = chosen
    else:
        st.query_params.pop(session.DISTRICT, None)
