"""Map and list of all areas, side by side; a click on the map chooses an area."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from harmmodel.app import layout, session
from harmmodel.app.charts import areas, cells, maps, rows, theme
from harmmodel.views import history, words
from harmmodel.views.areas import page, part
from harmmodel.views.areas.detail import Area, Enforcement, Strips, Trend
from harmmodel.views.areas.page import Areas
from harmmodel.views.blocks import Explanation, Step
from harmmodel.views.history import History
from harmmodel.views.labels import only_pillar, score_name
from harmmodel.views.source import interval_name
from harmmodel.warehouse.store.runs import AreaRun

WRITTEN = "unit-written"
ZOOM, SEARCH = "zoom", "search"


def follow_link(run: AreaRun, first: str) -> str:
    """Choose the unit named in the URL when it is new; else keep the choice; *first* when there is none.

    Returns
    -------
    What the URL asks for if the place has no such unit, else nothing.
    """
    unit_link = st.query_params.get(session.UNIT, "")
    new = unit_link != st.session_state.get(WRITTEN, "")
    unit = page.asked_unit(run, unit_link) if new else None
    if unit is not None:
        st.session_state[session.UNIT] = unit
    elif st.session_state.get(session.UNIT) not in set(run.units["unit_id"]):
        st.session_state[session.UNIT] = first
    return unit_link if new and unit is None else ""


def write_link(unit: str) -> None:
    """Keep the chosen unit in the URL, so that a colleague who opens it sees the same."""
    st.session_state[WRITTEN] = st.query_params[session.UNIT] = unit


def choose(key: str) -> None:
    """Make the area clicked on the map *key* the chosen one; a click beside all areas changes nothing."""
    selection = st.session_state[key]["selection"]
    # Cells answer with the objects of each layer, outlines with the parameter of the chart.
    picked = selection.get("objects", selection).get(maps.SELECTION)
    if picked:
        st.session_state[session.UNIT] = str(picked[0]["unit_id"])


def show_area(area: Area, explanation: Explanation) -> None:
    """Draw name, tier and reasons; then pillars beside trend and enforcement; then where the numbers come from."""
    st.header(words.plain_markdown(area.title), anchor=False)
    st.markdown("\n\n".join((area.facts, *area.reasons)))
    left, right = layout.columns("detail", (7, 5))
    with left:
        _strips(area.pillars)
        _strips(area.indicators)
    with right:
        _trend(area.trend)
        _enforcement(area.enforcement)
    _explanation(explanation)


def _strips(picture: Strips) -> None:
    layout.picture(picture.title, picture.note)
    theme.show_chart(areas.strips(picture.rows, picture.ticks), picture.alt)


def _trend(picture: Trend) -> None:
    if picture.area.empty or picture.city.empty:
        st.header(words.plain_markdown(picture.title), anchor=False)
        layout.empty(*picture.empty)
        return
    layout.picture(picture.title, picture.note)
    theme.show_chart(areas.trend(picture.area, picture.city, labels=picture.labels, pillar="violence"), picture.alt)


def _enforcement(enforcement: Enforcement) -> None:
    layout.picture(enforcement.title, enforcement.note)
    for column, figure in zip(st.columns(2), enforcement.figures, strict=False):
        column.metric(*figure)
    st.markdown(enforcement.finding)
    layout.note(enforcement.limits)


def _explanation(explanation: Explanation) -> None:
    with st.expander("Where these numbers come from"):
        st.markdown(words.plain_markdown(explanation.finding))
        for step in explanation.steps:
            st.subheader(step.title, anchor=False)
            layout.note(words.plain_markdown(step.words))
            _rows(step)
        layout.note(words.plain_markdown(explanation.note))


def show_periods(run: AreaRun, told: History, unit: str) -> None:
    """Draw a unit's score over time and what was counted; nothing where a single period was scored."""
    if len(told.periods) < history.FEWEST:
        return
    name = score_name(run)
    shown = history.picture(told, unit, title=f"{name} over time", interval=interval_name(run))
    layout.picture(shown.title, shown.how_to_read)
    axis = rows.Axis(f"{name}, 0–100", 0, 100, (0, 25, 50, 75, 100))
    colour = theme.PILLAR_COLOURS.get(only_pillar(run) or "", theme.HARM)
    theme.show_chart(rows.interval_rows(shown.frame, axis, colour=colour), shown.alt)
    layout.note(shown.note)
    layout.table(history.counted_table(told, unit))


def _rows(step: Step) -> None:
    if not step.figures:  # words only: a table that wraps them
        st.table(step.rows.map(words.plain_markdown), border="horizontal", hide_index=True)
        return
    right = {name: _to_the_right(step.rows[name]) for name in step.figures}
    height = 36 + 32 * len(step.rows)
    st.dataframe(step.rows, hide_index=True, row_height=32, height=height, column_config=right, alt=step.alt)


def _to_the_right(cells: pd.Series) -> Any:
    """Set figures to the right, in a column as wide as its longest cell; else the start of that would be cut off."""
    longest = max(len(str(cell)) for cell in [cells.name, *cells])
    return st.column_config.TextColumn(alignment="right", width=20 + 6 * longest)


def forget() -> None:
    """Let another district open with its own first area."""
    st.session_state.pop(session.UNIT, None)
    st.query_params.pop(session.UNIT, None)
    st.session_state[WRITTEN] = ""


def zoom() -> str:
    """How far the map is enlarged; the control stands above it."""
    return str(st.session_state.get(ZOOM) or part.ZOOMS[0])


def searched() -> str:
    """The text that names in the list hold; the control stands above it."""
    return str(st.session_state.get(SEARCH) or "")


def show_all(run: AreaRun, result: Areas, shown: page.Shown) -> None:
    """Draw both pictures, or say why there is nothing to draw."""
    if any(result.empty):
        layout.empty(*result.empty)
        return
    if page.has_map(run):
        left, right = layout.columns("pictures", (5, 6))
        with left:
            layout.picture(result.map.title, result.map.how_to_read)
            if part.is_large(run):
                st.segmented_control(
                    "Enlarge around the area", part.ZOOMS, default=part.ZOOMS[0], key=ZOOM, required=True
                )
            _map(run, result, shown)
            layout.note(result.colours)
        with right:
            _list(run, result)
    else:
        _list(run, result)
    if result.unscored:
        layout.note(result.unscored)


def _map(run: AreaRun, result: Areas, shown: page.Shown) -> None:
    unit, frame = shown.around, result.map.frame
    # A new key for each choice empties the map's own selection, so that the same area can be clicked again later.
    key = f"map-{result.pillar}-{shown.district}-{shown.zoom}-{unit}"
    chosen = partial(choose, key)
    if run.place.boundaries.h3 is None:
        picture = maps.area_map(run.boundaries, frame, result.classes, pillar=result.pillar, selected=unit)
        theme.show_chart(picture, result.map.alt, key=key, on_select=chosen)
        return
    deck = cells.cell_map(run.boundaries, frame, result.classes, pillar=result.pillar, selected=unit)
    theme.show_cells(deck, result.map.alt, height=cells.HEIGHT, key=key, on_select=chosen)
    layout.legend(cells.legend(result.pillar, frame, result.classes))


def _list(run: AreaRun, result: Areas) -> None:
    layout.picture(result.ranking.title, result.ranking.how_to_read)
    if part.is_large(run):
        st.text_input("Find areas whose name holds", key=SEARCH, max_chars=60)
    if result.ranking.frame.empty:
        layout.empty("No area has such a name.", "Write less of it, or choose all districts.")
        return
    with st.container(height=560, border=False, key="scroll-areas"):
        axis = rows.Axis(result.axis_title, 0, 100, (0, 25, 50, 75, 100))
        colour = theme.PILLAR_COLOURS.get(result.pillar or "", theme.HARM)
        theme.show_chart(rows.interval_rows(result.ranking.frame, axis, colour=colour, step=20), result.ranking.alt)
    layout.note(result.ranking.note)
