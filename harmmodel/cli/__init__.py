"""The command line: data on standard output, progress and messages on standard error."""

from __future__ import annotations

from rich.text import Text

from harmmodel.cli import (
    deterrence,
    disparity,
    exact,
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
from harmmodel.cli.base import app, messages
from harmmodel.errors import DiskFault, HarmModelError

__all__ = [
    "app",
    "deterrence",
    "disparity",
    "exact",
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
        messages.print(Text(f"Error: {error}"), soft_wrap=True)
        raise SystemExit(error.exit_code) from None
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        messages.print(Text(f"Error: {error.strerror or error}{where}. {DiskFault.remedy}"), soft_wrap=True)
        raise SystemExit(DiskFault.exit_code) from None
