"""Draws the controls of What-if, keeps them in the address, and takes them back to the published settings."""

from __future__ import annotations

import streamlit as st

from harmmodel.views import words
from harmmodel.views.whatif import settings
from harmmodel.views.whatif.settings import Choice, Controls, Slider

WRITTEN = "whatif-written"


def shown(offered: Controls) -> dict[str, object]:
    """Draw every control and return what is chosen, by key."""
    _follow_link(offered)
    st.header("Settings", anchor=False)
    values: dict[str, object] = {slider.key: _slider(slider) for slider in offered.pillars}
    values |= {choice.key: _choice(choice) for choice in offered.choices}
    for pillar, sliders in offered.indicators.items():
        with st.expander(f"Weights inside {words.plain_markdown(pillar.lower())}"):
            values |= {slider.key: _slider(slider) for slider in sliders}
    st.button("Reset to the published run", key="reset", on_click=_take, args=(offered.defaults,))
    _write_link(offered, values)
    return values


def _follow_link(offered: Controls) -> None:
    """Take the settings from the address when it is new; the controls rule otherwise."""
    link = {key: st.query_params[key] for key in offered.defaults if key in st.query_params}
    is_drawn = all(key in st.session_state for key in offered.defaults)
    if not is_drawn or link != st.session_state.get(WRITTEN):
        _take(settings.from_link(offered, link))
        return
    # Another place may offer less; only what does not fit is written, so that no control jumps under the hand.
    values = {key: st.session_state[key] for key in offered.defaults}
    _take({key: value for key, value in settings.mended(offered, values).items() if value != values[key]})


def _take(values: dict[str, float | str]) -> None:
    for key, value in values.items():
        st.session_state[key] = value


def _write_link(offered: Controls, values: dict[str, object]) -> None:
    """Keep in the address what differs from the published run, so that a colleague who opens it sees the same."""
    link = settings.to_link(offered, values)
    for key in offered.defaults:
        if key in link and st.query_params.get(key) != link[key]:
            st.query_params[key] = link[key]
        elif key not in link and key in st.query_params:
            del st.query_params[key]
    st.session_state[WRITTEN] = link


def _slider(slider: Slider) -> float:
    return st.slider(slider.label, slider.low, slider.high, step=slider.step, key=slider.key)


def _choice(choice: Choice) -> str:
    options = list(choice.options)

    def named(option: str) -> str:
        return choice.options[option]

    if len(options) > 2:
        return st.selectbox(choice.label, options, format_func=named, key=choice.key, help=choice.help)
    return str(
        st.segmented_control(
            choice.label, options, format_func=named, required=True, key=choice.key, help=choice.help, wrap=True
        )
    )
