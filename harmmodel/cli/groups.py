"""Groups on the command line: the printed ranking, and the verb assessments."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from harmmodel.cli.base import Format, PlaceName, Project, app, messages, output, root
from harmmodel.config import load_config
from harmmodel.errors import AssessmentError
from harmmodel.method.groups.assessment import ATTRIBUTES, MAXIMUM, sheet
from harmmodel.views import export, words
from harmmodel.views.groups import explain as groups_show
from harmmodel.warehouse.entered import entries
from harmmodel.warehouse.entered.sheets import Row
from harmmodel.warehouse.read import groups
from harmmodel.warehouse.read.groups import GroupRun

verbs = typer.Typer(no_args_is_help=True, help="Template, check and import of what people assessed about groups.")
app.add_typer(verbs, name="assessments")
FilledIn = Annotated[
    Path, typer.Argument(help="The filled workbook (.xlsx), or a CSV of one sheet.", dir_okay=False, exists=True)
]
RIGHT = ("Rank", "Range", "Score", "Interval", "Bounds", "Deaths")


def show(published: GroupRun, format_: Format) -> None:
    """Print the published ranking of groups."""
    if format_ is Format.json:
        typer.echo(groups_show.as_json(published))
    elif format_ is Format.csv:
        typer.echo(export.csv_bytes(groups_show.group_ranking(published)).decode("utf-8"), nl=False)
    else:
        print_table(published)


def print_table(published: GroupRun, most: int | None = None) -> None:
    """Print the first groups as a table, with what must be said under it."""
    facts = published.facts
    table = Table(
        title=f"{published.place.label}: recorded violence {words.years(facts['from_year'], facts['to_year'])}, "
        f"run {published.run_id}",
        title_justify="left",
        caption_justify="left",
        caption=groups_show.caption(published),
    )
    for name in groups_show.HEADERS:
        table.add_column(name, justify="right" if name in RIGHT else "left")
    for row in groups_show.rows(published)[:most]:
        table.add_row(*(Text(cell) for cell in row))
    output().print(table)


@verbs.command()
def template(
    place: PlaceName,
    file: Annotated[Path, typer.Argument(help="Workbook to write.", dir_okay=False)],
    project: Project = Path(),
) -> None:
    """Write the empty workbook with lists to choose from and the meaning of every level."""
    config = load_config(root(project), place)
    codes = sorted(groups.published(root(project), place).scores["group_id"])
    file.write_bytes(entries.template(config, codes))
    messages.print(f"Written to {file}", markup=False)


@verbs.command()
def check(place: PlaceName, file: FilledIn, project: Project = Path()) -> None:
    """Examine a filled sheet and name every fault by its cell; nothing is entered."""
    rows = sum(len(found) for found in _examined(root(project), place, file).values())
    messages.print(f"{rows} rows may be entered.")


@verbs.command(name="import")
def import_(place: PlaceName, file: FilledIn, project: Project = Path()) -> None:
    """Enter a filled sheet; nothing is entered when one cell is at fault."""
    home = root(project)
    rows = entries.enter(home, place, _examined(home, place, file))
    messages.print(f"{rows} rows entered. Score them: harmmodel run {place}")


def _examined(home: Path, place: str, file: Path) -> dict[str, list[Row]]:
    known = frozenset(groups.published(home, place).groups["group_id"])
    return entries.examine(file.read_bytes(), file.name, load_config(home, place), known, home)


@verbs.command()
def sleipnir(
    file: Annotated[
        Path, typer.Argument(help="CSV: attribute, then one column of levels per group.", dir_okay=False, exists=True)
    ],
) -> None:
    """Score a SLEIPNIR sheet as published, and beside it as the interval that its unknowns really allow."""
    shown = Table("Group", "Published", "Unknown at nil to high", "Weight unknown")
    for group, levels in _levels(file).items():
        try:
            found = sheet(levels)
        except ValueError as error:
            raise AssessmentError(f"{file.name}, column {group}: {error}. Known: {', '.join(ATTRIBUTES)}") from None
        shown.add_row(
            Text(group), f"{found.published} of {MAXIMUM}", f"{found.low} to {found.high}", f"{found.unknown:.0%}"
        )
    output().print(shown)


def _levels(file: Path) -> dict[str, dict[str, str]]:
    """Return the levels of each group by attribute."""
    try:
        reader = csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline=""), strict=True)
        table, header = list(reader), list(reader.fieldnames or ())
    except (csv.Error, UnicodeDecodeError) as error:
        raise AssessmentError(f"{file.name} cannot be read as CSV: {error}") from None
    if "attribute" not in header or len(header) < 2:
        raise AssessmentError(f"{file.name}: the header must be attribute, then a column per group")
    rows = [(str(row["attribute"] or "").strip(), row) for row in table]
    named = [name for name, _ in rows if name]
    for names in (header, named):
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise AssessmentError(
                f"{file.name}: {', '.join(twice)} stands there more than once. Keep the one that counts"
            )
    return {
        group: {name: (row[group] or "unknown").strip().lower() for name, row in rows if name}
        for group in header
        if group != "attribute"
    }
