"""Draws one activity: safety list before what it frees, then where its records lie and whom effort reaches."""

from __future__ import annotations

import streamlit as st

from harmmodel.app import layout
from harmmodel.app.charts import activities, cells, changes, maps, theme
from harmmodel.views import words
from harmmodel.views.activities.page import Detail
from harmmodel.views.areas.page import has_map
from harmmodel.views.blocks import Picture, Step
from harmmodel.warehouse.store.runs import AreaRun

LINE = 60  # characters


def rungs(picture: Picture, band: tuple[float, float], interval: str) -> None:
    """Draw the ladder; under 1,100 px with its figures in one text, since they would lie over each other."""
    with st.container(key="wide-ladder"):
        theme.show_chart(activities.ladder(picture.frame, band=band, interval=interval), picture.alt)
    with st.container(key="narrow-ladder"):
        theme.show_chart(activities.short(picture.frame), picture.alt)


def show(run: AreaRun, detail: Detail) -> None:
    """Draw the detail of one activity."""
    st.header(words.plain_markdown(detail.title), anchor=False)
    st.markdown(detail.reason)
    step(detail.safety, title="Safety list: what happened near such records")
    step(detail.frees, title="What it frees")
    step(detail.alternatives, title="What to do instead, and who decides")
    step(detail.services, title="Services of the pathway")
    if has_map(run):
        _places(run, detail)
    layout.picture(detail.ratio_rows.title, detail.ratio_rows.how_to_read)
    if detail.ratio_rows.frame.empty:
        layout.empty("No area has enough of these records.", "Choose another activity.")
    else:
        theme.show_chart(changes.ratio_rows(detail.ratio_rows.frame), detail.ratio_rows.alt)
        layout.note(detail.ratio_rows.note)
    layout.table(detail.ratio_table)
    with st.expander("Where these numbers come from"):
        for part in detail.more:
            step(part)
        layout.note(words.plain_markdown(detail.note))


def _places(run: AreaRun, detail: Detail) -> None:
    """Draw where such records lie, and the areas by how many there are beside harm."""
    left, right = layout.columns("places", (1, 1))
    with left:
        layout.picture(detail.cells.title, detail.cells.how_to_read)
        deck = cells.cell_ratio(run.boundaries, detail.cells.frame)
        theme.show_cells(deck, detail.cells.alt, height=cells.RATIO_HEIGHT, key="cells", on_select="ignore")
        layout.legend(cells.ratio_legend(detail.cells.steps))
        layout.note(detail.cells.note)
    with right:
        layout.picture(detail.ratio_map.title, detail.ratio_map.how_to_read)
        theme.show_chart(
            maps.ratio_map(run.boundaries, detail.ratio_map.frame, detail.ratio_name), detail.ratio_map.alt
        )
        layout.note(detail.ratio_map.note)


def step(part: Step, title: str = "") -> None:
    """Draw one step: its words and its rows."""
    st.header(title or part.title, anchor=False)
    layout.note(words.plain_markdown(part.words))
    if part.rows.empty:
        layout.empty("Nothing to show.", "")
    elif part.figures and not _long(part):
        height = min(36 + 32 * len(part.rows), 560)
        st.dataframe(part.rows, hide_index=True, row_height=32, height=height, alt=part.alt)
    else:
        st.table(part.rows.map(words.plain_markdown), border="horizontal", hide_index=True)


def _long(part: Step) -> bool:
    """Whether a cell holds more text than fits a line, so that the table has to wrap."""
    return any(len(str(cell)) > LINE for name in part.rows for cell in part.rows[name])
