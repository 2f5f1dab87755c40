"""The verb report: what is handed out on paper."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from harmmodel import journal
from harmmodel.cli.base import Audience, PlaceName, Project, app, hand_out, root, say
from harmmodel.report.briefing import as_html
from harmmodel.views.overview.briefing import briefing
from harmmodel.warehouse.store import editions


class ReportKind(StrEnum):
    """Which report."""

    briefing = "briefing"


class Shape(StrEnum):
    """In which form."""

    html = "html"


@app.command()
def report(  # noqa: PLR0913 - one argument for each option of the verb
    place: PlaceName,
    project: Project = Path(),
    kind: Annotated[ReportKind, typer.Option(help="briefing is one page for those who decide.")] = ReportKind.briefing,
    format_: Annotated[Shape, typer.Option("--format", help="html is a single file to print on A4.")] = Shape.html,
    audience: Annotated[
        Audience, typer.Option(help="For whom: from the public more small counts of sensitive sources are withheld.")
    ] = Audience.public,
    output: Annotated[
        Path | None, typer.Option(help="The file to write. Without it, standard output is used.", dir_okay=False)
    ] = None,
) -> None:
    """Print a report on the published run: its focus areas, what changes, its limits, and the seal of the journal."""
    home = root(project)
    held = journal.reading(journal.location(home))
    today = dt.datetime.now(dt.UTC).date()
    text = as_html(briefing(editions.published(home, place, audience), held, today))
    if output is None:
        hand_out(text)
    else:
        output.write_text(text, "utf-8")
        say(f"Written to {output}")
