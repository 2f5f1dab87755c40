"""A reader without a browser: speaks the protocol of the app's front end, so that many fit on one machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

PATIENCE = 180.0


@dataclass(frozen=True)
class Seen:
    """A page as it was drawn: its words, its pictures' sentences, its faults and how long it took."""

    words: str
    faults: tuple[str, ...]
    seconds: float


@dataclass
class Visitor:
    """One session of the app."""

    connection: ClientConnection
    kept: dict[str, ForwardMsg] = field(default_factory=dict)

    def open(self, page: str, **query: str) -> Seen:
        """Go to a page and wait until its script has run to the end."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = urlencode(query)
        started = time.monotonic()
        self.connection.send(message.SerializeToString())
        words, faults = [], []
        while (found := self._next(started)).WhichOneof("type") != "script_finished":
            if found.WhichOneof("type") == "delta":
                element = found.delta.new_element
                _note(element, element.WhichOneof("type"), words, faults)
        if found.script_finished not in (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_EARLY_FOR_RERUN):
            faults.append(f"script ended with {found.script_finished}")
        return Seen("\n".join(words), tuple(faults), time.monotonic() - started)

    def _next(self, started: float) -> ForwardMsg:
        left = PATIENCE - (time.monotonic() - started)
        found = ForwardMsg.FromString(self.connection.recv(timeout=max(left, 0.1)))
        if found.WhichOneof("type") == "ref_hash":
            return self.kept[found.ref_hash]
        if found.hash:
            self.kept[found.hash] = found
        return found


def _note(element: object, kind: str | None, words: list[str], faults: list[str]) -> None:
    if kind in ("heading", "markdown", "alert"):
        words.append(getattr(element, kind).body)
    if kind == "page_link":
        words.append(element.page_link.label)
    if kind == "exception":
        faults.append(f"{element.exception.type}: {element.exception.message}")
    if kind == "alert" and element.alert.format == element.alert.ERROR:
        faults.append(element.alert.body)


@contextmanager
def visit(address: str, cookie: str) -> Iterator[Visitor]:
    """Open a session of the app at host:port with the cookie of its door, and close it at the end."""
    stream, origin, known = f"ws://{address}/_stcore/stream", f"http://{address}", {"Cookie": cookie}
    with connect(
        stream, subprotocols=["streamlit"], max_size=None, origin=origin, additional_headers=known
    ) as connection:
        yield Visitor(connection)
