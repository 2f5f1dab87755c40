"""The ranking of the Overview, of the whole place or of one district."""

from __future__ import annotations

import streamlit as st

from harmmodel.app import layout
from harmmodel.app.charts import rows
from harmmodel.app.charts.theme import show_chart
from harmmodel.app.parts import district
from harmmodel.views.overview import page
from harmmodel.views.overview.page import Overview
from harmmodel.warehouse.store.runs import AreaRun


def ranking(run: AreaRun, result: Overview) -> None:
    """Draw the first areas in order of harm."""
    narrowed = district.choose(run, st.container())
    shown = page.harm(run, page.shown_rows(run), narrowed) if narrowed else result.harm
    layout.picture(shown.title, shown.how_to_read)
    axis = rows.Axis(result.axis_title, 0, 100, (0, 25, 50, 75, 100))
    show_chart(rows.interval_rows(shown.frame, axis), shown.alt)
    layout.note(shown.note)
