"""Start the app behind its front door, in this process."""

from __future__ import annotations

import base64
import errno
import hashlib
import os
import re
import socket
import sys
import threading
import tomllib
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import streamlit
import uvicorn
from streamlit import config
from streamlit.starlette import App

from harmmodel.app import headers, session
from harmmodel.app.door import TOKEN, Address, Door, Keys
from harmmodel.errors import PortTaken

HERE = "127.0.0.1"
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
PATIENCE = 30  # seconds; a page that calculates answers late


def script() -> Path:
    """The router, which Streamlit runs for each page."""
    return Path(__file__).resolve().parent / "start" / "router.py"


def settings() -> dict[str, Any]:
    """Streamlit's settings that ship with the app, by their dotted names."""
    return dict(_flat(tomllib.loads((script().parent / ".streamlit" / "config.toml").read_text("utf-8"))))


def _flat(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def policy(addresses: tuple[Address, ...]) -> str:
    """What a page of the app may load: only its own, and no text as code.

    Streamlit's own scripts make styles and pictures, and compile the WebAssembly that maps of cells come with.
    """
    front_end = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in INLINE.findall(front_end)]
    streams = [f"{'wss' if one.scheme == 'https' else 'ws'}://{one.host}" for one in addresses]
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'", *(f"'sha256-{one}'" for one in hashes)],
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'", "data:"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'", *streams],
        "worker-src": ["'none'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in rules.items())


def start(home: Path, port: int, proxy: Address | None, opens_browser: bool, tell: Callable[[str], None]) -> None:
    """Serve the project folder *home* until the process is stopped.

    Raises
    ------
    PortTaken
        When another program listens on the port.
    """
    addresses = (proxy,) if proxy else tuple(Address("http", f"{name}:{port}") for name in (HERE, "localhost"))
    keys = Keys.made()
    headers.pages()  # read once before readers come: syntax trees that two threads build at once spoil one another
    with _listener(port) as listener:
        os.environ |= {session.PROJECT: str(home), session.DOOR: str(os.getpid())}
        _configure(addresses, port)
        door = Door(App(script()), addresses, keys, policy(addresses))
        tell(f"Open {addresses[0].origin}/?{TOKEN}={keys.token} (stop with Ctrl+C)")
        if opens_browser and _has_screen():
            window = f"{addresses[0].origin}/?{TOKEN}={keys.ticket}"
            threading.Thread(target=webbrowser.open, args=(window,), daemon=True).start()
        with suppress(KeyboardInterrupt):
            uvicorn.Server(_server(door)).run(sockets=[listener])


def _listener(port: int) -> socket.socket:
    """Take the port before anything is said of it; a browser that comes early waits."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HERE, port))
        listener.listen()
    except OSError as fault:
        listener.close()
        if fault.errno != errno.EADDRINUSE:
            raise
        message = f"Another program listens on port {port}. Name another: harmmodel app --port {port + 1}"
        raise PortTaken(message) from None
    return listener


def _configure(addresses: tuple[Address, ...], port: int) -> None:
    """Give Streamlit our settings, which nothing in the folder where it starts may change."""
    os.chdir(script().parent)  # Streamlit also reads settings and secrets in the working directory
    names = [one.name for one in addresses]
    own = {"server.port": port, "server.allowedHosts": names, "browser.serverAddress": names[0]}
    config.get_config_options(force_reparse=True, options_from_flags=settings() | own)


def _has_screen() -> bool:
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _server(door: Door) -> uvicorn.Config:
    """The server, which names no address of a request in its log and believes no header about where one came from."""
    return uvicorn.Config(
        door,
        ws="websockets-sansio",
        ws_ping_interval=PATIENCE,
        ws_ping_timeout=PATIENCE,
        ws_per_message_deflate=False,
        lifespan="on",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
