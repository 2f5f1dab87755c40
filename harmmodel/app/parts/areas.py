"""Map and list of all areas, side by side; a click on the map chooses an area."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from harmmodel.app import frame
from harmmodel.app.charts import cells, maps, rows, theme
from harmmodel.app.parts import area
from harmmodel.views.areas.page import Areas
from harmmodel.warehouse.store.runs import Run


def show(run: Run, result: Areas, unit: str) -> None:
    """Draw both pictures, or say why there is nothing to draw."""
    if any(result.empty):
        frame.empty(*result.empty)
        return
    left, right = frame.columns("pictures", (5, 6))
    with left:
        frame.picture(result.map.title, result.map.how_to_read)
        _map(run, result, unit)
    with right:
        _list(result)
    if result.unscored:
        frame.note(result.unscored)


def _map(run: Run, result: Areas, unit: str) -> None:
    # A new key for each choice empties the map's own selection, so that the same area can be clicked again later.
    key = f"map-{result.pillar}-{unit}"
    choose, shown = partial(area.choose, key), result.map
    if run.place.boundaries.h3 is None:
        picture = maps.area_map(run.boundaries, shown.frame, pillar=result.pillar, selected=unit)
        theme.show_chart(picture, shown.alt, key=key, on_select=choose)
        return
    deck = cells.cell_map(run.boundaries, shown.frame, pillar=result.pillar, selected=unit)
    theme.show_cells(deck, shown.alt, height=cells.HEIGHT, key=key, on_select=choose)
    steps = cells.legend(result.pillar, shown.frame)
    marks = (f'<span><i style="background:{colour}"></i>{escape(words)}</span>' for colour, words in steps)
    st.html(f'<div class="legend">{"".join(marks)}</div>')


def _list(result: Areas) -> None:
    frame.picture(result.ranking.title, result.ranking.how_to_read)
    with st.container(height=560, border=False, key="scroll-areas"):
        axis = rows.Axis(result.axis_title, 0, 100, (0, 25, 50, 75, 100))
        colour = theme.PILLAR_COLOURS.get(result.pillar or "", theme.HARM)
        theme.show_chart(rows.interval_rows(result.ranking.frame, axis, colour=colour, step=20), result.ranking.alt)
    frame.note(result.ranking.note)
