"""The app as a user starts it, in a process of its own, and what the terminal shows of it."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-m", "harmmodel.cli", "app", "--no-browser")
PATIENCE = 60.0
SHOWN = re.compile(r"http://\S+\?token=\S+")


@dataclass(frozen=True)
class Served:
    """An app that runs."""

    address: str  # the one to open, with the token
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def host(self) -> str:
        """Host and port."""
        return urlsplit(self.address).netloc

    @property
    def origin(self) -> str:
        """The address of the app without path and token."""
        return f"http://{self.host}"

    def cookie(self) -> str:
        """Exchange the token, as a browser does."""
        return asked(self.host, self.address.removeprefix(self.origin)).headers["Set-Cookie"].partition(";")[0]


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def served(
    home: Path, log: Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None, port: int = 0
) -> Iterator[Served]:
    """Start the app on the project folder *home*, wait until it answers, and stop it at the end."""
    command = [*COMMAND, "--project", str(home), "--port", str(port or free_port())]
    path = os.pathsep.join(filter(None, [(env or {}).get("PYTHONPATH"), str(ROOT)]))
    environment = {**os.environ, **(env or {}), "PYTHONPATH": path}
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=output, cwd=cwd, env=environment) as process,
    ):
        try:
            yield Served(_address_once_served(process, log), process, log)
        finally:
            process.terminate()


def _address_once_served(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        shown = SHOWN.search(log.read_text("utf-8", "replace"))
        if shown and answers(urlsplit(shown.group()).netloc):
            return shown.group()
        time.sleep(0.1)
    pytest.fail(f"The app did not start:\n{log.read_text('utf-8', 'replace')}")


def asked(host: str, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    """Ask a server over HTTP and follow nothing; the answer has been read."""
    with closing(http.client.HTTPConnection(host, timeout=20)) as connection:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer


def answers(host: str) -> bool:
    """Tell whether a server says that it is well."""
    try:
        return asked(host, "/_stcore/health").status == 200
    except OSError:
        return False
