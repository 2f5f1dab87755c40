"""The app: pages draw what views say. Only this package and the router import Streamlit."""
