"""What all commands share: the application, its consoles and the common arguments."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from harmmodel import __version__

app = typer.Typer(
    name="harmmodel",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Score recorded harm around drug markets: violence, corruption and abuse of power, and community harm.",
)
messages = Console(stderr=True, highlight=False)
steps: list[str] = []  # what the running verb has said that it does
Project = Annotated[
    Path, typer.Option("--project", help="The folder that holds config/ and data/<place>/.", file_okay=False)
]
PlaceName = Annotated[str, typer.Argument(help="The name of a folder under config/places, for example chicago.")]


class Audience(StrEnum):
    """For whom a run was scored."""

    internal = "internal"
    public = "public"


def _version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"harmmodel {__version__}")
        raise typer.Exit


@app.callback()
def before_a_verb(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Take the options that stand before a verb."""


def root(project: Path) -> Path:
    """Return the project folder as an absolute path."""
    return project.expanduser().resolve()


def output() -> Console:
    """Return standard output; wide enough for every table when it is not a terminal."""
    return Console(width=None if sys.stdout.isatty() else 200, highlight=False)


def say(text: str) -> None:
    """Print a line of progress to standard error; the last one is named if the verb fails unforeseen."""
    steps.append(text)
    messages.print(Text(f"  {text}", style="dim"))
