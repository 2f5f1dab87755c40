"""The verb verify: is a run as it was when it was finished, and does the same come out again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harmmodel.audit import seals
from harmmodel.cli.base import Project, app, put, root, say
from harmmodel.cli.project import RunName
from harmmodel.rebuild import rebuilt


@app.command()
def verify(
    run: RunName,
    project: Project = Path(),
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Also load the raw files and score again, and compare every table.")
    ] = False,
) -> None:
    """Compare a run and its snapshot with their seals: every file byte by byte, every table row by row."""
    home = root(project)
    verified = seals.verify(home, run)
    for sentence in seals.sentences(verified):
        put(sentence)
    if rebuild:
        compared = rebuilt(home, verified.run_id, say)
        put(f"rebuilt from raw files: {compared} tables and all draws are the same")
