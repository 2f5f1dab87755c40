"""What a page shows: every text that Streamlit reads as Markdown or HTML."""

from collections.abc import Iterator
from typing import Any

from streamlit.testing.v1 import AppTest

# Streamlit draws no Markdown in these, or the browser does not read them as text.
PLAIN = {"alt", "id", "placeholder", "spec", "query_string", "raw_value", "raw_values", "url", "widget_id"}
PLAIN_KINDS = {"arrow_data_frame", "code", "selectbox", "multiselect", "deck_gl_json_chart", "arrow_vega_lite_chart"}


def texts(page: AppTest) -> Iterator[tuple[str, str]]:
    """Every text that Streamlit reads as Markdown or HTML, with the kind of element it stands in."""
    for root in (page.main, page.sidebar):
        for node in root:
            yield from ((node.type, text) for text in strings(node.proto, node.type))
            if node.type == "table":
                yield from (("table", str(cell)) for cell in [*node.value.columns, *node.value.to_numpy().ravel()])


def strings(message: Any, kind: str) -> Iterator[str]:
    for field, value in message.ListFields() if hasattr(message, "ListFields") else ():
        if field.name in PLAIN or (field.name == "options" and kind in PLAIN_KINDS):
            continue
        for part in value if field.is_repeated else [value]:
            if isinstance(part, str):
                yield part
            elif kind not in PLAIN_KINDS or field.name == "label":
                yield from strings(part, kind)
