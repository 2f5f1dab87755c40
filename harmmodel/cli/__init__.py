"""The command line: data on standard output, progress and messages on standard error."""

from __future__ import annotations

import sys
from typing import NoReturn

from harmmodel.cli import (
    adding,
    deterrence,
    disparity,
    exact,
    groups,
    history,
    journal,
    project,
    reconcile,
    report,
    seals,
    simulator,
    thresholds,
    tradeoffs,
    validation,
    verbs,
)
from harmmodel.cli.base import app, steps, tell
from harmmodel.errors import DiskFault, HarmModelError, is_traced, unforeseen

__all__ = [
    "adding",
    "app",
    "deterrence",
    "disparity",
    "exact",
    "groups",
    "history",
    "journal",
    "main",
    "project",
    "reconcile",
    "report",
    "seals",
    "simulator",
    "thresholds",
    "tradeoffs",
    "validation",
    "verbs",
]


def main() -> None:
    """Run the command line; no error is printed with a traceback, foreseen or not."""
    steps.clear()
    try:
        app()
    except HarmModelError as error:
        _stop(error)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        _stop(DiskFault(f"{error.strerror or error}{where}. {DiskFault.remedy}"))
    except Exception as error:
        if is_traced():
            raise
        _stop(unforeseen(error, _doing()))


def _stop(error: HarmModelError) -> NoReturn:
    tell(f"Error: {error}")
    raise SystemExit(error.exit_code) from None


def _doing() -> str:
    """Name the verb, as it was typed, and the last step that it told."""
    verb = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    step = f" ({steps[-1]})" if steps else ""
    return f"harmmodel {verb}".rstrip() + step
