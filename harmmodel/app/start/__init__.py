"""What Streamlit runs: the router, in a folder of its own since Streamlit looks around there; its settings, theme."""
