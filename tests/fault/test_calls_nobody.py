"""The server's own network is trapped: whoever asks it for what, it calls nobody, and foreign requests are refused."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import NewSession
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from harmmodel import pipeline
from harmmodel.app import headers, serve
from tests.fault.visitor import visit
from tests.serving import ROOT, Served, answers, asked, free_port, served
from tests.tiny import tiny_project

TRAP = Path(__file__).parent / "trap"
ELSEWHERE = "http://evil.example"
OTHER_PORT = "http://127.0.0.1:9999"
# What a folder that came from somewhere holds, in the place where Streamlit looks when it is started there.
FOREIGN_SETTINGS = """
[browser]
gatherUsageStats = true
[client]
showErrorDetails = "full"
toolbarMode = "developer"
[server]
enableStaticServing = true
baseUrlPath = "elsewhere"
[theme]
primaryColor = "#ff0000"
"""


@dataclass(frozen=True)
class Trapped:
    """An app in the trap, the cookie that lets in, and what the trap noted."""

    app: Served
    cookie: str
    record: Path

    def noted(self) -> str:
        """Whom the server called so far."""
        return self.record.read_text("utf-8") if self.record.exists() else ""

    def get(self, path: str, method: str = "GET", *, known: bool = True, **named: str) -> HTTPResponse:
        """Ask over HTTP."""
        return asked(self.app.host, path, method, **({"Cookie": self.cookie} if known else {}), **named)

    def stream(self, origin: str | None, *, known: bool = True, host: str = "") -> int:
        """Open the stream of a page, and return the status."""
        given = {"Cookie": self.cookie} if known else {}
        address, own = f"ws://{host or self.app.host}/_stcore/stream", self.app.host.split(":")
        with socket.create_connection((own[0], int(own[1]))) as line:
            try:
                with connect(address, sock=line, origin=origin, additional_headers=given):
                    return 101
            except InvalidStatus as refused:
                return refused.response.status_code


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tiny_project(tmp_path_factory.mktemp("calls"))
    pipeline.run(place, "tiny")
    return place


@pytest.fixture(scope="module")
def trapped(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trapped]:
    """Start the app in the trap, from a folder with settings of somebody else."""
    folder = tmp_path_factory.mktemp("trap")
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "config.toml").write_text(FOREIGN_SETTINGS, "utf-8")
    env = {"PYTHONPATH": str(TRAP), "HARMMODEL_TRAP": str(folder / "record")}
    with served(home, folder / "app.log", folder, env) as app:
        yield Trapped(app, app.cookie(), folder / "record")


@contextmanager
def plainly_served(home: Path, record: Path) -> Iterator[str]:
    """Start the app past its door, in the trap."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(serve.script()), "--server.port", str(port)]
    path = os.pathsep.join([str(TRAP), str(ROOT)])
    env = {**os.environ, "PYTHONPATH": path, "HARMMODEL_TRAP": str(record), "HARMMODEL_PROJECT": str(home)}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd=serve.script().parent, env=env) as process:
        try:
            while process.poll() is None and not answers(f"127.0.0.1:{port}"):
                time.sleep(0.1)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()


def test_the_trap_sees_what_streamlit_does_without_the_door_and_no_page_is_shown_there(home, tmp_path):
    record = tmp_path / "record"
    with plainly_served(home, record) as host:
        before = record.read_text("utf-8") if record.exists() else ""
        with pytest.raises(InvalidStatus):
            connect(f"ws://{host}/_stcore/stream", origin=ELSEWHERE)
        with visit(host, "") as visitor:
            seen = visitor.open("")
    assert "checkip.amazonaws.com" not in before
    assert "checkip.amazonaws.com" in record.read_text("utf-8")
    assert len(seen.faults) == 1
    assert "started without its front door" in seen.faults[0]
    assert "`harmmodel app`" in seen.faults[0]
    assert "tiny" not in seen.words.lower()


def test_every_page_is_drawn_and_the_server_calls_nobody(trapped):
    with visit(trapped.app.host, trapped.cookie) as visitor:
        for header in headers.pages():
            seen = visitor.open(header.address)
            assert seen.faults == (), header.name
    assert trapped.get("/").status == 200
    assert trapped.get("/areas").status == 200
    assert trapped.noted() == ""


@pytest.mark.parametrize("origin", [ELSEWHERE, OTHER_PORT, "null", None])
@pytest.mark.parametrize("known", [True, False])
def test_a_stream_from_elsewhere_is_refused_and_the_server_calls_nobody(trapped, origin, known):
    assert trapped.stream(origin, known=known) == 403
    assert trapped.noted() == ""


def test_a_stream_for_another_host_is_refused_and_the_server_calls_nobody(trapped):
    port = trapped.app.host.rpartition(":")[2]
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1:9999"):
        assert trapped.stream(f"http://{host}", host=host) == 403
    assert trapped.noted() == ""


def test_a_stream_needs_the_cookie(trapped):
    assert trapped.stream(trapped.app.origin, known=False) == 403
    assert trapped.stream(trapped.app.origin) == 101
    assert trapped.noted() == ""


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_http_needs_the_cookie(trapped, method):
    for path in ("/", "/_stcore/host-config", "/_stcore/upload_file/a/b", "/_stcore/agent/interact"):
        assert trapped.get(path, method, known=False, Origin=trapped.app.origin).status == 401
    assert trapped.noted() == ""


@pytest.mark.parametrize("named", [{"Host": "evil.example"}, {"Origin": ELSEWHERE}, {"Origin": OTHER_PORT}])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
def test_http_from_elsewhere_is_refused_even_with_the_cookie(trapped, named, method):
    for path in ("/", "/_stcore/health", "/_stcore/upload_file/a/b"):
        assert trapped.get(path, method, **named).status == 403
    assert trapped.noted() == ""


def test_a_page_may_not_be_framed_nor_read_by_others(trapped):
    answer = trapped.get("/")
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Access-Control-Allow-Origin"] is None
    assert answer.headers["Server"] is None


def test_settings_of_the_folder_where_it_was_started_change_nothing(trapped):
    with visit(trapped.app.host, trapped.cookie) as visitor:
        visitor.connection.send(serve_me())
        session = new_session(visitor.connection)
    shipped = serve.settings()
    assert session.custom_theme.primary_color == shipped["theme.primaryColor"] != "#ff0000"
    assert session.config.gather_usage_stats is shipped["browser.gatherUsageStats"] is False
    assert session.config.toolbar_mode == session.config.ToolbarMode.VIEWER


def serve_me() -> bytes:
    """Ask for the first page."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    return message.SerializeToString()


def new_session(connection) -> NewSession:
    """What the server says of itself before it draws a page."""
    while (found := ForwardMsg.FromString(connection.recv(timeout=60))).WhichOneof("type") != "new_session":
        pass
    return found.new_session


def test_the_log_names_neither_token_nor_cookie_beyond_the_address_that_was_shown(trapped):
    token = trapped.app.address.partition("token=")[2]
    trapped.get(f"/areas?token={token}x", known=False)
    trapped.get(f"/areas?token={token}", known=False)
    with pytest.raises(InvalidStatus):
        connect(f"ws://{trapped.app.host}/_stcore/stream?token={token}", origin=trapped.app.origin)
    log = trapped.app.log.read_text("utf-8", "replace")
    assert log.count(token) == 1
    assert trapped.cookie.partition("=")[2] not in log
    assert "Traceback" not in log
