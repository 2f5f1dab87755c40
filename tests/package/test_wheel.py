"""A wheel stands alone: installed in a fresh folder it makes a project, scores it and opens the app."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
import zipfile
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from harmmodel import __version__
from tests.conftest import ROOT

SOURCES = ("pyproject.toml", "README.md", "LICENSE")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-cache-dir", "--no-input", "-q")
DRAWN = """
from streamlit.testing.v1 import AppTest
from harmmodel.app import headers, serve
app = AppTest.from_file(str(serve.script()), default_timeout=60).run()
assert not app.exception, app.exception
assert app.title[0].value == headers.pages()[0].question
print(serve.script())
"""


@dataclass(frozen=True)
class Installed:
    """A wheel, the environment it is installed in, and an empty folder to work in."""

    wheel: Path
    python: Path
    work: Path
    env: dict[str, str]

    def run(self, *command: str) -> str:
        """Run a command of the environment in the folder and return what it prints."""
        done = subprocess.run(command, cwd=self.work, env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    def harmmodel(self, *words: str) -> str:
        """Run the tool as a user does."""
        return self.run(str(self.python.with_name("harmmodel")), *words)


def built(home: Path) -> Path:
    """Build the wheel from a copy, so that nothing that an earlier build left behind gets into it."""
    shutil.copytree(ROOT / "harmmodel", home / "harmmodel", ignore=shutil.ignore_patterns("__pycache__"))
    for name in SOURCES:
        shutil.copy(ROOT / name, home / name)
    build = [*PIP, "wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(home / "dist"), "."]
    subprocess.run(build, cwd=home, check=True, capture_output=True)
    (wheel,) = (home / "dist").glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home = tmp_path_factory.mktemp("wheel")
    wheel = built(home / "source")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home / "venv")], check=True)
    python = home / "venv" / "bin" / "python"
    # What the tool stands on comes from the tests' own environment; the tool itself from the wheel alone.
    (site,) = (home / "venv" / "lib").glob("python*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    subprocess.run([*PIP, "--python", str(python), "install", "--no-index", "--no-deps", str(wheel)], check=True)
    (home / "work").mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "HARMMODEL"))}
    return Installed(wheel, python, home / "work", env | {"COLUMNS": "200"})


@pytest.fixture(scope="module")
def project(installed: Installed) -> Path:
    """Make the example project and score it by the installed tool alone."""
    installed.harmmodel("init", ".")
    installed.harmmodel("run", "example")
    return installed.work


def test_the_wheel_holds_every_file_of_the_package(installed: Installed):
    package = ROOT / "harmmodel"
    files = {f"harmmodel/{p.relative_to(package).as_posix()}" for p in package.rglob("*") if p.is_file()}
    wanted = {name for name in files if "__pycache__" not in name}
    with zipfile.ZipFile(installed.wheel) as wheel:
        held = set(wheel.namelist())
    assert {name for name in held if not name.startswith("harmmodel-")} == wanted


def test_the_tool_says_its_version(installed: Installed):
    assert installed.harmmodel("--version") == f"harmmodel {__version__}\n"


def test_it_runs_from_the_wheel_and_from_nowhere_else(installed: Installed):
    found = installed.run(str(installed.python), "-c", "import harmmodel; print(harmmodel.__file__)")
    assert Path(found.strip()).is_relative_to(installed.python.parent.parent)


def test_a_new_project_is_scored_and_shown(installed: Installed, project: Path):
    shown = installed.harmmodel("show", "example", "--format", "csv")
    assert shown.splitlines()[0].startswith("unit_id,")
    assert len(shown.splitlines()) > 2


def test_the_app_draws_its_first_page(installed: Installed, project: Path):
    script = installed.run(str(installed.python), "-c", DRAWN)
    assert Path(script.strip()).is_relative_to(installed.python.parent.parent)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def opened(visitor: urllib.request.OpenerDirector, log: Path) -> int:
    """Open the address that the app prints, as soon as it is served; return the status."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if address := re.search(r"http://127\.0\.0\.1:\S+", log.read_text("utf-8")):
            try:
                with visitor.open(address[0], timeout=5) as page:
                    return int(page.status)
            except OSError:
                pass  # not served yet
        time.sleep(0.2)
    return pytest.fail(f"The app did not start:\n{log.read_text('utf-8')}")


def test_the_app_opens_with_its_own_settings(installed: Installed, project: Path, tmp_path: Path):
    port, log = free_port(), tmp_path / "app.log"
    command = [str(installed.python.with_name("harmmodel")), "app", "--port", str(port), "--no-browser"]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=output, cwd=project, env=installed.env) as process,
    ):
        try:
            visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
            assert opened(visitor, log) == 200
            with visitor.open(f"http://127.0.0.1:{port}/_stcore/host-config", timeout=10) as told:
                assert b'"allowedOrigins":[]' in told.read()  # Streamlit's own default names sites
        finally:
            process.terminate()
