"""The app for `streamlit run`; its router, settings and theme are in the package, so that a wheel holds them too."""

from harmmodel.app.start.router import route

route()
