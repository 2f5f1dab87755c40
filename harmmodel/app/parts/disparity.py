"""Draws the page Disparity: its controls, kept in the address, and its pictures."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from harmmodel.app import layout
from harmmodel.app.charts import rows, theme
from harmmodel.views.blocks import Picture
from harmmodel.views.disparity import page as view
from harmmodel.warehouse.read.disparity import DisparityRun

RATIO = rows.Axis("Times as often", 0.125, 16, (0.25, 0.5, 1, 2, 4, 8, 16), log=True, rule=1.0)
WIDE = rows.Axis("Times as often", 0.01, 100, (0.01, 0.1, 1, 10, 100), log=True, rule=1.0)
PERCENT = rows.Axis("Percent of stops", 0, 50, (0, 10, 20, 30, 40, 50))
WHOLE = rows.Axis("Percent of stops", 0, 100, (0, 25, 50, 75, 100))


def controls(run: DisparityRun) -> view.Asked:
    """Draw the three controls; what they say is in the address."""
    offered = view.choices(run)
    places = layout.columns("controls", (7, 5, 4))
    reason = places[0].segmented_control(
        "Stops",
        list(offered.reasons.values()),
        default=next(iter(offered.reasons.values())),
        required=True,
        key="stops",
        wrap=True,
        bind="query-params",
        persist_state="session",
    )
    scheme = places[1].segmented_control(
        "Ethnicity",
        list(offered.schemes.values()),
        default=next(iter(offered.schemes.values())),
        required=True,
        key="ethnicity",
        wrap=True,
        bind="query-params",
        persist_state="session",
    )
    fits = view.fitting(run, reason)
    benchmark = places[2].selectbox("Set against", fits, key="against", bind="query-params", persist_state="session")
    return view.asked(run, reason, scheme, benchmark)


def ratios(picture: Picture, told: str) -> None:
    """Ratios by ethnicity, the population named in each row."""
    layout.picture(picture.title, picture.how_to_read)
    _ratio_rows(picture, RATIO, "ratios")
    layout.note(told)
    layout.note(picture.note)


def outcomes(pictures: tuple[Picture, Picture], warning: str) -> None:
    """Two outcomes side by side, and why neither is proof."""
    for place, picture in zip(layout.columns("outcomes", (1, 1)), pictures, strict=True):
        with place:
            layout.picture(picture.title, picture.how_to_read)
            _rows(picture, PERCENT)
            layout.note(picture.note)
    layout.note(warning)


def together(both: Picture, reasons: Picture) -> None:
    """By gender and both, then what led to nothing."""
    layout.picture(both.title, both.how_to_read)
    _ratio_rows(both, WIDE, "both")
    layout.note(both.note)
    layout.picture(reasons.title, reasons.how_to_read)
    _rows(reasons, WHOLE)
    layout.note(reasons.note)


def _ratio_rows(picture: Picture, axis: rows.Axis, key: str) -> None:
    """Draw ratios; under 1,100 px without the figures of the bounds, which would leave no room for the lines."""
    with st.container(key=f"wide-{key}"):
        _rows(picture, axis)
    with st.container(key=f"narrow-{key}"):
        short = picture.frame
        if len(short):
            short = short.assign(detail=short["detail"].str.split(" (", regex=False).str[0])
        few = tuple(tick for tick in axis.ticks if tick not in (0.5, 2, 8, 16))
        _rows(replace(picture, frame=short), replace(axis, ticks=few))


def _rows(picture: Picture, axis: rows.Axis) -> None:
    if picture.frame.empty:
        layout.empty("Too few stops to compare.", "Choose other stops above.")
        return
    theme.show_chart(rows.interval_rows(picture.frame, axis, colour=theme.ENFORCEMENT, step=24), picture.alt)
