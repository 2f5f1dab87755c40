"""The verb exact: past the release gate, for a check inside the force that the journal remembers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harmmodel import pipeline
from harmmodel.cli.base import PlaceName, Project, app, put, root, say


@app.command()
def exact(
    place: PlaceName,
    reason: Annotated[str, typer.Option(help="Why exact counts are needed; it is written to the journal.")],
    role: Annotated[str, typer.Option(help="In what role you ask, for example data protection officer.")],
    project: Project = Path(),
) -> None:
    """Score a place of exact counts into folders that nothing publishes; the journal says who and why."""
    for folder in pipeline.exact(root(project), place, reason, role, say):
        put(str(folder))
