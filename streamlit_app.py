"""Router of the app: the pages that exist, in three parts, and nothing else."""

import streamlit as st

from harmmodel.app import frame

st.set_page_config(page_title="Harm model", layout="wide", initial_sidebar_state=250)
frame.show(st.navigation(frame.pages(), expanded=True))
