"""The verbs around the method: compare two runs, start a new project, write the editor's schemas."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from harmmodel import scaffold
from harmmodel.audit import compare as comparison
from harmmodel.audit.compare import Comparison
from harmmodel.cli import tables
from harmmodel.cli.base import Project, app, put, root, tell
from harmmodel.cli.tables import TERMINAL, Part, TerminalLine, TerminalTable, format_option
from harmmodel.config import schema as schemas
from harmmodel.config.difference import Change
from harmmodel.views import words
from harmmodel.views.ordering import place_words

RunName = Annotated[
    str,
    typer.Argument(
        help="The id of a run, or the beginning of its last part, or a place, which stands for its published run."
    ),
]
MOST = 10


@app.command()
def compare(
    first: RunName,
    second: RunName,
    project: Project = Path(),
    format_: Annotated[str, format_option("table prints what differs, {files} print every unit too.")] = TERMINAL,
) -> None:
    """Print what differs between two runs: ranks and tiers, and what changed in config, data and code."""
    result = comparison.compare(root(project), first, second)
    tables.answer(format_, comparison.units_export(result), _differences(result))


def _differences(result: Comparison) -> Iterator[Part]:
    yield TerminalLine(f"From {result.first} to {result.second}", wraps=True)
    for title, changes in (("Config", result.config), ("Data", result.data), ("Run", result.origin)):
        yield _changes(title, changes) if changes else TerminalLine(f"{title}: no difference", wraps=True)
    yield from _units(result)


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="A folder that is new or empty.", file_okay=False)]) -> None:
    """Write a new project with a commented example place of made-up data that runs at once."""
    home = root(folder)
    for name in scaffold.write(home):
        put(name)
    next_step = f"The place 'example' is made up. Score it: harmmodel run example --project {home}"
    tell(next_step)


@app.command()
def schema(
    project: Project = Path(),
    check: Annotated[bool, typer.Option("--check", help="Write nothing, and fail if a schema is stale.")] = False,
) -> None:
    """Write config/schema/*.json, from which editors show help and faults while somebody writes a config file."""
    home = root(project)
    if check:
        schemas.check(home)
        tell("The schemas are fresh.")
        return
    for name in schemas.write(home):
        put(name)


def _changes(title: str, changes: tuple[Change, ...]) -> TerminalTable:
    cells = [(c.file, c.key, c.old or words.MISSING, c.new or words.MISSING) for c in changes]
    return TerminalTable(("Where", "What", "Before", "After"), cells, title=title, folds=True)


def _units(result: Comparison) -> list[Part]:
    rows = result.units
    rows = rows.assign(**{name: place_words(rows[name]) for name in ("rank_first", "rank_second")})
    tiers, leads = rows[rows["tier_changed"]], rows[rows["lead_changed"]]
    rest = rows[~rows["tier_changed"] & rows["moved"].abs().ge(1)]
    moved = rest.sort_values("moved", key=lambda m: m.abs(), ascending=False, kind="stable").head(MOST)
    parts = {
        "Tiers that changed": tiers,
        "Leads that changed": leads,
        f"Largest moves without a change of tier (of {len(rest)})": moved,
    }
    return [
        TerminalLine(f"{title}: none", wraps=True)
        if part.empty
        else (_led(title, part) if part is leads else _side_by_side(title, part))
        for title, part in parts.items()
    ]


def _led(title: str, part: pd.DataFrame) -> TerminalTable:
    rows = [(row["unit_id"], row["label"], _both(row, "tier"), _both(row, "lead")) for row in part.to_dict("records")]
    return TerminalTable(("Id", "Area", "Tier", "Who leads"), rows, title=title, folds=True)


def _side_by_side(title: str, part: pd.DataFrame) -> TerminalTable:
    columns = ("Id", "Area", "Tier", "Rank", "Moved", "Range before", "Range after")
    rows = []
    for row in part.to_dict("records"):
        cells = (row["unit_id"], row["label"], _both(row, "tier"), _both(row, "rank"), words.rank_change(row["moved"]))
        ranges = (words.interval(row[f"rank_low{end}"], row[f"rank_high{end}"]) for end in ("_first", "_second"))
        rows.append((*cells, *ranges))
    return TerminalTable(columns, rows, title=title)


def _both(row: dict[Hashable, Any], name: str) -> str:
    values = [row[f"{name}{end}"] for end in ("_first", "_second")]
    texts = [str(value) for value in values]
    return texts[0] if texts[0] == texts[1] else f"{texts[0]} to {texts[1]}"
