"""Router of the app: the pages that exist, in three parts, and nothing else."""

import streamlit as st

from harmmodel.app import layout


def route() -> None:
    """Draw the page that the address names."""
    st.set_page_config(page_title="Harm model", layout="wide", initial_sidebar_state=250)
    layout.show(st.navigation(layout.pages(), expanded=True))


if __name__ == "__main__":
    route()
