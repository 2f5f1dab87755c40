"""The command line: data on standard output, progress and messages on standard error."""

from __future__ import annotations

from harmmodel.cli import (
    deterrence,
    disparity,
    groups,
    journal,
    project,
    report,
    seals,
    simulator,
    thresholds,
    validation,
    verbs,
)
from harmmodel.cli.base import app, tell
from harmmodel.errors import DiskFault, HarmModelError

__all__ = [
    "app",
    "deterrence",
    "disparity",
    "groups",
    "journal",
    "main",
    "project",
    "report",
    "seals",
    "simulator",
    "thresholds",
    "validation",
    "verbs",
]


def main() -> None:
    """Run the command line; errors a user can mend are printed without a traceback."""
    try:
        app()
    except HarmModelError as error:
        tell(f"Error: {error}")
        raise SystemExit(error.exit_code) from None
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        tell(f"Error: {error.strerror or error}{where}. {DiskFault.remedy}")
        raise SystemExit(DiskFault.exit_code) from None
