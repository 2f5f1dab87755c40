"""The errors a user can meet: one base class, one exit code per kind; a message says where, what, what next."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from harmmodel import __version__

PACKAGE = Path(__file__).parent
# Where it is set, a fault that nobody foresaw is told with its traceback, for those who mend this program.
TRACEBACK = "HARMMODEL_TRACEBACK"


class HarmModelError(Exception):
    """Base of every error shown to a user without a traceback."""

    exit_code = 1
    parts: tuple[str, ...] = ()  # the faults that one message tells, where they are several


class ConfigError(HarmModelError):
    """Files under ``config/`` are missing, wrong or contradict each other."""

    exit_code = 10


class SourceError(HarmModelError):
    """A raw file differs from its passport."""

    exit_code = 11


class RunMissing(HarmModelError):
    """There is no finished run to show."""

    exit_code = 12


class FirewallError(HarmModelError):
    """Enforcement data would reach a harm score."""

    exit_code = 13


class UnknownUnit(HarmModelError):
    """The run has no unit of that id."""

    exit_code = 14


class SnapshotError(HarmModelError):
    """A snapshot cannot be built or read."""

    exit_code = 15


class SealBroken(SnapshotError):
    """A finished run or snapshot was changed after it was sealed, or was never sealed."""

    exit_code = 16
    remedy = "Remove that folder and run again; keep a copy for whoever examines it"


class DiskFault(HarmModelError):
    """The disk is full, read-only or failing."""

    exit_code = 20
    remedy = "Free the disk or mend its permissions, then run again; the last published run is untouched"


class JournalError(HarmModelError):
    """The journal of decisions cannot be read or written."""

    exit_code = 30


class JournalBroken(HarmModelError):
    """Lines of the journal were altered, removed, reordered or inserted."""

    exit_code = 31


class DecisionError(HarmModelError):
    """A decision lacks something that every decision needs."""

    exit_code = 32


class UnknownKind(HarmModelError):
    """The journal holds a line of a kind, or of a version, that this program does not know yet."""

    exit_code = 33


class RunsNotComparable(HarmModelError):
    """Two runs cannot be set side by side."""

    exit_code = 40


class FolderInUse(HarmModelError):
    """A folder that should be new holds something already."""

    exit_code = 41


class PortTaken(HarmModelError):
    """Another program listens where the app should."""

    exit_code = 43


class AddressError(HarmModelError):
    """The address of a reverse proxy cannot be read."""

    exit_code = 44


class PastTheDoor(HarmModelError):
    """The app is served without its front door."""

    exit_code = 45


class ValidationImpossible(HarmModelError):
    """The place lacks what a comparison with later events needs."""

    exit_code = 42


class WrongLens(HarmModelError):
    """A place is scored by another lens than the one asked for."""

    exit_code = 50


class NoStops(HarmModelError):
    """A place holds no stops by ethnicity and gender."""

    exit_code = 54


class AssessmentError(HarmModelError):
    """What was entered about groups cannot be taken."""

    exit_code = 51


class SimulationImpossible(HarmModelError):
    """A setting of the deterrence simulator makes no sense."""

    exit_code = 60


class QuantityError(HarmModelError):
    """Quantities or settings for the Threshold lab are missing or cannot be read."""

    exit_code = 52


class PlanError(HarmModelError):
    """A plan of targeted deterrence, a step of it or an action lacks something or contradicts itself."""

    exit_code = 53


class Faults:
    """Faults of several files, told together: each is kept where it arises, and the work goes on behind it."""

    # What one file can be at fault in; a full disk or a fault of this program stops all at once.
    KINDS = (FirewallError, SourceError, SnapshotError, ConfigError)

    def __init__(self) -> None:
        self.found: list[HarmModelError] = []

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the fault that arises inside; nothing behind it is done there."""
        try:
            yield
        except self.KINDS as error:
            self.found.append(error)

    def stop(self) -> None:
        """Raise what was found, if anything was.

        One fault is raised as it is. Several are told in one message, of the kind of the first; a breach of the
        firewall comes before all others.
        """
        if self.found:
            self._raise()

    def _raise(self) -> NoReturn:
        told = list(dict.fromkeys(text for error in self.found for text in error.parts or (str(error),)))
        first = min(self.found, key=lambda error: not isinstance(error, FirewallError))
        if len(told) == 1:
            raise first
        kind = next(kind for kind in self.KINDS if isinstance(first, kind))
        listed = "\n".join(f"{number}. {text}" for number, text in enumerate(told, start=1))
        together = kind(f"{len(told)} faults:\n{listed}")
        together.parts = tuple(told)
        raise together from first


class Unforeseen(HarmModelError):
    """Something happened that this program is not prepared for: a fault of its own."""

    exit_code = 70


def is_traced() -> bool:
    """Say whether unforeseen faults are told with their traceback."""
    return bool(os.environ.get(TRACEBACK))


def unforeseen(error: BaseException, doing: str) -> Unforeseen:
    """Tell an error that nobody foresaw as any other: what was being done, what happened and where, what next.

    >>> str(unforeseen(MemoryError(), "harmmodel run")).split(". ")[0]
    'harmmodel run stopped: there is not enough memory'
    """
    if isinstance(error, MemoryError):
        return Unforeseen(f"{doing} stopped: there is not enough memory. Close other programs, or take fewer draws")
    told = (str(error).splitlines() or [""])[0][:200]
    return Unforeseen(
        f"{doing} stopped by a fault of this program that nobody foresaw: {type(error).__name__}"
        f"{_place(error)}{': ' + told if told else ''}. Please report this line and version {__version__} to those who "
        f"keep the program; {TRACEBACK}=1 shows them more. What was published before is as it was"
    )


def _place(error: BaseException) -> str:
    """Name the line of this program nearest to where an error arose."""
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(PACKAGE)
    ]
    return f" in {Path(frames[-1].filename).relative_to(PACKAGE).as_posix()} line {frames[-1].lineno}" if frames else ""
