"""What keeps finished files whole: a work folder of one's own, lasting renames, and plain words for a full disk."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from harmmodel.errors import DiskFault, HarmModelError, SnapshotError

PREFIX = ".build-"
# DuckDB puts the system's own words into its message; these say that the disk, not the data, is at fault.
REASONS = (
    *(os.strerror(n) for n in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO)),
    "max_temp_directory_size",
)


@contextmanager
def workplace(home: Path) -> Iterator[Path]:
    """Make a folder under *home* for files that are not finished; it is gone afterwards, whatever happens.

    The folder is locked as long as its process lives, so that the next one can tell what was left behind. Process
    numbers would not do: another container counts its own, and numbers come round again.
    """
    home.mkdir(parents=True, exist_ok=True)
    with _locked(home, fcntl.LOCK_EX):  # nobody removes the folder between its making and its locking
        _remove_unlocked(home)
        work = Path(tempfile.mkdtemp(prefix=PREFIX, dir=home))
        descriptor = os.open(work, os.O_RDONLY)
        _lock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
        os.close(descriptor)


def tidy(home: Path) -> None:
    """Remove what processes that were killed left under *home*."""
    if any(home.glob(f"{PREFIX}*")):
        with _locked(home, fcntl.LOCK_EX):
            _remove_unlocked(home)


def put(source: Path, target: Path) -> None:
    """Give a finished file or folder its name, so that after a power cut it is there whole or not at all."""
    for path in (source, *source.rglob("*")):
        _sync(path)
    os.replace(source, target)
    _sync(target.parent)


def fault(what: str, error: duckdb.Error) -> HarmModelError:
    """Return the error to raise when *what* failed in the database: of the disk, or of the data."""
    reason = next((text for text in REASONS if text in str(error)), None)
    if reason is not None:
        return DiskFault(f"{what} cannot be written: {reason}. {DiskFault.remedy}")
    return SnapshotError(f"{what} cannot be built: {error}")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_unlocked(home: Path) -> None:
    for path in home.glob(f"{PREFIX}*"):
        with suppress(OSError), _locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB) as is_free:
            if is_free:
                shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[bool]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield _lock(descriptor, how)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, how: int) -> bool:
    """Say whether the lock was got; a file system without locks gives none, and then nothing is removed."""
    try:
        fcntl.flock(descriptor, how)
    except OSError:
        return False
    return True
