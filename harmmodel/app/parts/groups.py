"""Draws the pictures of the page Groups, and keeps the chosen group in the address."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from harmmodel.app import layout, session
from harmmodel.app.charts import groups, rows
from harmmodel.app.charts.theme import show_chart
from harmmodel.views import words
from harmmodel.views.blocks import Picture
from harmmodel.views.groups.detail import BANDS, GroupDetail, Network
from harmmodel.warehouse.read.groups import GroupRun

GROUP = "group"
WRITTEN = "group-written"


def chosen(options: Mapping[str, str]) -> str:
    """Choose the group named in the address when it is new, else keep the choice; return the key of the box."""
    group_link = st.query_params.get(session.UNIT, "")
    if group_link in options and group_link != st.session_state.get(WRITTEN, ""):
        st.session_state[GROUP] = group_link
    elif st.session_state.get(GROUP) not in options:
        st.session_state[GROUP] = next(iter(options))
    return GROUP


def remember(group: str) -> None:
    """Keep the chosen group in the address, so that a colleague who opens it sees the same."""
    st.session_state[WRITTEN] = st.query_params[session.UNIT] = group


def precision(picture: Picture) -> None:
    """Deaths by precision."""
    layout.picture(picture.title, picture.how_to_read)
    show_chart(groups.deaths_bars(picture.frame, "Deaths"), picture.alt)
    layout.note(picture.note)


def ranking(picture: Picture) -> None:
    """Scores with open bounds, in a scroll box."""
    layout.picture(picture.title, picture.how_to_read)
    with st.container(height=420, key="scroll-groups"):
        show_chart(groups.bounded_rows(picture.frame), picture.alt)
    layout.note(picture.note)


def stability(picture: Picture, most: int) -> None:
    """Ranks over the years."""
    layout.picture(picture.title, picture.how_to_read)
    if not picture.frame.empty:
        show_chart(groups.rank_years(picture.frame, most), picture.alt)
    layout.note(picture.note)


def detail(run: GroupRun, shown: GroupDetail) -> None:
    """One group: finding, map, years and feuds."""
    st.header(words.plain_markdown(shown.title), anchor=False)
    st.markdown(shown.facts)
    left, right = layout.columns("group-detail", (7, 5))
    with left:
        if run.boundaries["features"]:
            layout.picture(shown.states.title, shown.states.how_to_read)
            show_chart(groups.state_map(run.boundaries, shown.states.frame, shown.spots, BANDS), shown.states.alt)
        else:  # a place whose areas stand in a table alone
            layout.note(words.plain_markdown(shown.states.alt))
        layout.note(shown.states.note)
    with right:
        layout.picture(shown.timeline.title, shown.timeline.how_to_read)
        show_chart(groups.years(shown.timeline.frame), shown.timeline.alt)
    layout.picture(shown.feuds.title, shown.feuds.how_to_read)
    if shown.feuds.frame.empty:
        layout.note(shown.feuds.alt)
    else:
        show_chart(groups.deaths_bars(shown.feuds.frame, "Deaths of both sides"), shown.feuds.alt)
    layout.picture(shown.ranks.title, shown.ranks.how_to_read)
    if not shown.ranks.frame.empty:
        most = len(run.scores)
        axis = rows.Axis("Rank", most, 1, (1, 10, 20, 30, most))
        show_chart(rows.interval_rows(shown.ranks.frame, axis), shown.ranks.alt)


def network(ties: Network) -> None:
    """Ties of groups."""
    layout.picture(ties.title, ties.how_to_read)
    if ties.nodes.empty:
        layout.note(ties.note)
        return
    show_chart(groups.network(ties.nodes, ties.edges), ties.alt)
    layout.note(ties.note)
