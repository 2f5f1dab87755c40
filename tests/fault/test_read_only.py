"""A folder that cannot be written: a plain message, and all that was published stays readable."""

import os
import subprocess
import sys

import pytest

from harmmodel.errors import DiskFault
from tests.fault.places import become, command, shown

# Permissions do not bind root. A child that gives up the right to pass them over (and cannot get it back) is bound.
BOUND = (
    "import ctypes, os, sys\n"
    "if ctypes.CDLL(None).prctl(24, 1, 0, 0, 0): sys.exit(99)\n"
    "os.execv(sys.argv[1], sys.argv[1:])"
)


@pytest.fixture
def bound():
    """Return what stands before a command, so that permissions bind it; skip where that cannot be had."""
    first = (sys.executable, "-c", BOUND) if os.geteuid() == 0 else ()
    tried = subprocess.run([*first, sys.executable, "-c", "pass"], capture_output=True)
    if tried.returncode:
        pytest.skip("root without the right to give up its rights")
    return first


@pytest.fixture
def sealed(home):
    """Take away the right to write from everything under data/, and give it back at the end."""
    become(home, 1)
    paths = [home / "data", *(p for p in (home / "data").rglob("*"))]
    before = {path: path.stat().st_mode for path in paths}
    for path in paths:
        path.chmod(before[path] & 0o555)
    yield home
    for path in paths:
        path.chmod(before[path])


def test_a_read_only_folder(sealed, bound, versions):
    told = command("run", home=sealed, first=bound)
    assert told.code == DiskFault.exit_code, told.err
    assert told.is_plain
    assert "Permission denied" in told.err
    assert versions.of(sealed) == 0


def test_what_is_published_is_read_from_a_read_only_folder(sealed, bound):
    told = command("show", "--format", "json", home=sealed, first=bound)
    assert told.code == 0, told.err
    assert told.out.strip() in shown(sealed)


def test_a_run_without_changes_needs_to_write_nothing(home, bound, request):
    assert command("run", home=home).code == 0  # the journal now says which run is shown
    request.getfixturevalue("sealed")
    become_first = home / "data" / "tiny" / "offences.csv"
    become_first.chmod(0o644)
    become(home, 0)
    told = command("run", home=home, first=bound)
    assert told.code == 0, told.err
    assert "Nothing changed" in told.err
