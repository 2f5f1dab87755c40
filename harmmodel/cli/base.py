"""What all commands share: the application, the common arguments, and the one way in which text reaches a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from harmmodel import __version__
from harmmodel.config import characters

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
        put(f"harmmodel {__version__}")
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


def terminal_text(text: object, style: str = "") -> Text:
    r"""Return *text* as a terminal may show it: never read as markup, and what steers a terminal is written as a code.

    >>> terminal_text("[/x] \x1b[31mred").plain
    '[/x] \\x1b[31mred'
    """
    return Text(characters.visible(str(text)), style=style)


def say(text: str) -> None:
    """Print a line of progress to standard error; the last one is named if the verb fails unforeseen."""
    steps.append(text)
    messages.print(terminal_text(f"  {text}", "dim"))


def tell(text: str) -> None:
    """Print a message to standard error; a long line is left to the terminal."""
    messages.print(terminal_text(text), soft_wrap=True)


def put(text: str) -> None:
    """Print a line of the answer to standard output."""
    typer.echo(characters.visible(text))


def hand_out(text: str) -> None:
    """Print a file to standard output: as it is, but what steers a terminal is written as a code to a terminal."""
    typer.echo(characters.visible(text) if sys.stdout.isatty() else text, nl=False)


@contextmanager
def progress(first: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done, from *first* on; yields what is called with each next step."""
    with messages.status(terminal_text(first), spinner="line") as spinner:

        def step(text: str) -> None:
            spinner.update(terminal_text(text))
            say(text)

        yield step
