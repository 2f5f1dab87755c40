"""A disk that is full at any point of a run: a plain message, the published run untouched, and the next run right."""

import os
import resource
import subprocess
from pathlib import Path

import pytest

from harmmodel import pipeline
from harmmodel.errors import DiskFault
from tests.fault.places import PLACE, become, command, leftovers
from tests.tiny import tiny_project

MOUNT_SIZE = 40_000_000
FREE = (0, 60_000, 1_500_000, 4_500_000)


def assert_refused(told, home, versions):
    assert told.code == DiskFault.exit_code, told.err
    assert told.is_plain
    assert "cannot be written" in told.err or "No space left" in told.err or "File too large" in told.err
    assert "Free the disk" in told.err
    assert versions.of(home) == 0
    assert leftovers(home) == []


def size(home: Path, pattern: str) -> int:
    return max(path.stat().st_size for path in (home / "data").glob(pattern))


@pytest.mark.parametrize("point", ["first byte", "half a snapshot", "end of the snapshot", "end of the scores"])
def test_a_limit_on_the_size_of_files(home, versions, point):
    snapshot, scores = size(home, "snapshots/*/*.duckdb"), size(home, "runs/*/scores.duckdb")
    limit = {
        "first byte": 1,
        "half a snapshot": snapshot // 2,
        "end of the snapshot": snapshot - 4096,
        "end of the scores": max(scores - 4096, snapshot + 4096),
    }[point]
    if limit >= scores:
        pytest.skip("the scores are no larger than the snapshot, so no limit stops them alone")
    become(home, 1)
    told = command("run", home=home, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert_refused(told, home, versions)
    pipeline.run(home, PLACE)
    assert versions.of(home) == 1


@pytest.fixture
def small_disk(tmp_path):
    """Mount a small file system, where that is allowed."""
    path = tmp_path / "disk"
    path.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={MOUNT_SIZE}", "tmpfs", str(path)]
    if os.geteuid() != 0 or subprocess.run(["mount", *options], capture_output=True).returncode:
        pytest.skip("mounting a small disk takes rights that this process has not got")
    yield path
    subprocess.run(["umount", "--lazy", str(path)], check=True)


def leave_free(disk: Path, free: int) -> None:
    """Fill the disk but for *free* bytes."""
    ballast = disk / "ballast"
    ballast.unlink(missing_ok=True)
    found = os.statvfs(disk)
    with ballast.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, max(found.f_bavail * found.f_frsize - free, 1))


def test_a_small_disk_that_is_full(small_disk, versions):
    home = tiny_project(small_disk / "project")
    pipeline.run(home, PLACE)
    become(home, 1)
    refused = 0
    for free in FREE:
        leave_free(small_disk, free)
        told = command("run", home=home)
        if told.code == 0:
            break
        assert_refused(told, home, versions)
        refused += 1
    assert refused >= 4
    leave_free(small_disk, 0)
    assert command("show", home=home).code == 0, "reading takes no room"
    (small_disk / "ballast").unlink()
    pipeline.run(home, PLACE)
    assert versions.of(home) == 1
    assert leftovers(home) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("format_", ["table", "csv", "json"])
def test_output_onto_a_full_disk_is_an_error_in_words(home, format_):
    told = command("show", "--format", format_, home=home, first=("sh", "-c", 'exec "$0" "$@" >/dev/full'))
    assert told.code == DiskFault.exit_code
    assert told.is_plain
