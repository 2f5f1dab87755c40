"""Draws the controls of What-if, each bound to the address, and takes them back to the published settings."""

from __future__ import annotations

import streamlit as st

from harmmodel.views.whatif_settings import Choice, Controls, Slider


def shown(offered: Controls) -> dict[str, object]:
    """Draw every control and return what is chosen, by key; unchecked, for a link may have set it."""
    st.header("Settings", anchor=False)
    values: dict[str, object] = {slider.key: _slider(slider) for slider in offered.pillars}
    values |= {choice.key: _choice(choice) for choice in offered.choices}
    for pillar, sliders in offered.indicators.items():
        with st.expander(f"Weights inside {pillar.lower()}"):
            values |= {slider.key: _slider(slider) for slider in sliders}
    st.button("Reset to the published run", key="reset", on_click=_reset, args=(offered,))
    return values


def _slider(slider: Slider) -> float:
    return st.slider(
        slider.label,
        slider.low,
        slider.high,
        slider.value,
        slider.step,
        key=slider.key,
        bind="query-params",
    )


def _choice(choice: Choice) -> str:
    options = list(choice.options)
    if len(options) > 2:
        return st.selectbox(
            choice.label,
            options,
            index=options.index(choice.value),
            format_func=lambda name: choice.options[name],
            key=choice.key,
            help=choice.help,
            bind="query-params",
        )
    chosen = st.segmented_control(
        choice.label,
        options,
        default=choice.value,
        format_func=lambda name: choice.options[name],
        required=True,
        key=choice.key,
        help=choice.help,
        wrap=True,
        bind="query-params",
    )
    return str(chosen)


def _reset(offered: Controls) -> None:
    for key, value in offered.defaults.items():
        st.session_state[key] = value
