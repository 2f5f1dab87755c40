"""The look of every chart: palette, tier signs, one Altair theme and the one way to put a chart on a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import altair as alt
import streamlit as st

from harmmodel.config.types import PILLARS

INK = "#1b2733"
MUTED = "#52606d"
QUIET = "#66737f"
FAINT = "#b4bec8"
GRID = "#e6eaee"
PAPER = "#ffffff"
PANEL = "#f4f6f8"
HARM = "#17426b"
ENFORCEMENT = "#b9801f"
ENFORCEMENT_TEXT = "#7a5208"
PILLAR_COLOURS: dict[str, str] = dict(zip(PILLARS, ("#a8324f", "#7a70c0", "#468f88"), strict=True))
HARM_RAMP = ("#f0ece3", "#c8d5da", "#93b4c4", "#5b8dab", "#2c638d", "#10375c")
RATIO_RAMP = ("#17426b", "#7fa0bd", "#e9e9e4", "#e3bf77", "#a56c0c")
FONT = "Source Sans, sans-serif"
TEXT = 13
SMALL = 12

# Unit paths of Vega symbols: x and y run from -1 to 1. The half disc is filled on the left, as the sign in the text is.
HALF_DISC = "M0,-1A1,1,0,0,0,0,1Z"
DIAMOND = "diamond"


TITLES = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": TEXT, "titleColor": MUTED, "titleFontWeight": "normal"}
AXIS = {
    **TITLES,
    "titleFontSize": TEXT,
    "labelColor": MUTED,
    "domain": False,
    "ticks": False,
    "gridColor": GRID,
    "labelPadding": 6,
    "titlePadding": 8,
}
LEGEND = {**TITLES, "titleFontSize": SMALL, "labelColor": INK, "labelLimit": 0, "titleLimit": 0}


def _config() -> alt.theme.ThemeConfig:
    config: dict[str, Any] = {
        "font": FONT,
        "background": "transparent",
        "view": {"stroke": None},
        "axis": AXIS,
        "axisY": {"grid": False},
        "legend": LEGEND,
        "text": {"font": FONT, "fontSize": TEXT, "color": INK},
    }
    return alt.theme.ThemeConfig(config=config)  # type: ignore[typeddict-item]


@dataclass(frozen=True)
class DrawnChart:
    """A finished chart as Vega-Lite: never changed, because all readers share it."""

    spec: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return the spec, as an Altair chart does."""
        return self.spec


def register() -> None:
    """Make the theme Altair's own. Safe to call at each rerun."""
    alt.theme.register("harmmodel", enable=True)(_config)


def layered(layers: list[Any], *, height: float) -> alt.LayerChart:
    """One picture of *layers*, first at the back."""
    chart: Any = alt.layer(*layers).properties(height=height)
    return cast(alt.LayerChart, chart)


def finished(chart: Any) -> Any:
    """Let *chart* be drawn as SVG without a menu; its width follows the column."""
    return chart.properties(
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        padding={"left": 0, "right": 4, "top": 4, "bottom": 4},
        usermeta={"embedOptions": {"renderer": "svg", "actions": False}},
    )


def show_chart(chart: DrawnChart, alt: str, *, key: str | None = None, on_select: Any = "ignore") -> Any:
    """Put *chart* on the page over the full width of its column, in the app's own theme.

    Parameters
    ----------
    chart : what a function of this folder gives
    alt : the finding, in one sentence, for readers who do not see the picture
    key : needed where *on_select* is "rerun"
    on_select : as in ``st.vega_lite_chart``
    """
    return st.vega_lite_chart(chart.spec, width="stretch", theme=None, key=key, on_select=on_select, alt=alt)


def show_cells(deck: Any, alt: str, *, height: int, key: str, on_select: Any) -> Any:
    """Draw cells over the full width of their column; fetches nothing, so there is no street map behind them."""
    return st.pydeck_chart(deck, width="stretch", height=height, key=key, on_select=on_select, alt=alt)


def left_labels(names: list[str], *, size: int = TEXT) -> float:
    """Width in px that row labels need: set as label padding, so that they stand flush left."""
    return 8 + 0.52 * size * max((len(name) for name in names), default=0)
