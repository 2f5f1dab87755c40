"""Everything a page says: its texts, the cells of its tables, and the words and figures of its pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from harmmodel.app import headers
from tests.conftest import ROOT

# Ids and addresses are not read by anyone.
UNREAD = {"id", "widget_id", "query_string", "url", "file_id"}


def visited(
    patch: pytest.MonkeyPatch, home: Path, visits: Iterable[tuple[str, dict[str, str]]]
) -> Iterator[tuple[str, str]]:
    """Open pages of the app one after the other, each with an address, and give the name and all that each says.

    A page must open. Each is opened as by a new reader, and first, not after the page that the app begins with.
    """
    patch.setenv("HARMMODEL_PROJECT", str(home))
    for name, address in visits:
        app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=120)
        for key, value in address.items():
            app.query_params[key] = value
        page = at_page(app, name).run()
        assert not page.exception, (name, address)
        assert not page.error, (name, address, page.error[0].value)
        yield name, everything(page)


def at_page(app: AppTest, name: str) -> AppTest:
    """Turn to a page; one whose address is not its file's name is known only after the router has run."""
    if any(header.name == name != header.address for header in headers.pages()):
        app.run()
    return app.switch_page(f"harmmodel/app/pages/{name}.py")


def everything(page: AppTest) -> str:
    """All that can be read on a page, one text a line."""
    return "\n".join(text for root in (page.main, page.sidebar) for node in root for text in _of(node))


def _of(node: Any) -> Iterator[str]:
    yield from _strings(node.proto)
    if node.type in ("table", "dataframe"):
        # What a style writes is read; a frame without one is read as it is.
        written = node.proto.arrow_data.styler.display_values
        yield from _table(written or node.proto.arrow_data.data)
    for data in getattr(node.proto, "datasets", ()):
        yield from _table(data.data.data)


def _table(content: bytes) -> Iterator[str]:
    yield pa.ipc.open_stream(content).read_all().to_pandas().to_csv(index=False)


def _strings(message: Any) -> Iterator[str]:
    for field, value in message.ListFields() if hasattr(message, "ListFields") else ():
        for part in value if field.is_repeated else [value]:
            if isinstance(part, str) and field.name not in UNREAD:
                yield part
            else:
                yield from _strings(part)
