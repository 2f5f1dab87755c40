"""The verb validate: would the order by harm have found later harm better than counting arrests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.table import Table
from rich.text import Text

from harmmodel.cli.base import Format, PlaceName, Project, app, output, root, say
from harmmodel.views import export
from harmmodel.views.source import interval_name
from harmmodel.warehouse.store import runs

ASSAULTS = "aggravated_assault"


@app.command()
def validate(
    place: PlaceName,
    project: Project = Path(),
    format_: Annotated[
        Format, typer.Option("--format", help="table: verdict and main figures; json and csv: every row.")
    ] = Format.table,
) -> None:
    """Compare orders by harm, arrests and counts with the harm recorded later, and say which finds more of it."""
    from harmmodel.audit.validation import verdict  # loads scikit-learn, which no other verb needs

    document = verdict.validate(root(project), place, say)
    rows = verdict.public_rows(document)
    if format_ is Format.json:
        typer.echo(json.dumps({"run_id": document["run_id"], "verdict": document["verdict"], "rows": rows}, indent=1))
    elif format_ is Format.csv:
        typer.echo(export.csv_bytes(pd.DataFrame(rows)).decode("utf-8"), nl=False)
    else:
        _print(document, rows, interval_name(runs.published(root(project), place)))


def _print(document: dict[str, Any], rows: list[dict[str, Any]], interval: str) -> None:
    console = output()
    for sentence in document["verdict"]:
        console.print(Text(sentence), soft_wrap=True)
    full = [origin["as_of"] for origin in document["origins"] if origin["full"]]
    for origin in full[1:2] or full:
        console.print(_table([r for r in rows if r["origin"] == origin and r["outcome"] == ASSAULTS], origin, interval))
    for sentence in document["limits"]:
        console.print(Text(f"Limit: {sentence}"), soft_wrap=True)


def _table(rows: list[dict[str, Any]], origin: str, interval: str) -> Table:
    """Lay out PEI with its interval: a line per resolution and candidate, a column per share."""
    shares = sorted({float(row["share"]) for row in rows})
    table = Table(title=f"PEI from {origin}, {interval}", title_justify="left")
    for name in ("Units", "Candidate", *(f"{share:.0%}" for share in shares)):
        table.add_column(name)
    lines: dict[tuple[str, str], dict[float, str]] = {}
    for row in rows:
        text = row["pei"] if isinstance(row["pei"], str) else f"{row['pei']:.2f} {row['low']:.2f}–{row['high']:.2f}"
        lines.setdefault((row["resolution"], row["candidate"]), {})[float(row["share"])] = text
    for (resolution, candidate), cells in sorted(lines.items()):
        table.add_row(resolution, candidate, *(cells.get(share, "–") for share in shares))
    return table
