"""Groups on the command line: the printed ranking, and the verb assessments."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from harmmodel.cli import tables
from harmmodel.cli.base import PlaceName, Project, app, root, tell
from harmmodel.cli.tables import TERMINAL, Part, TerminalTable, format_option
from harmmodel.config import load_config
from harmmodel.errors import AssessmentError
from harmmodel.limits import TableLimits, TooMuch, by_name, read_csv
from harmmodel.method.groups.assessment import ATTRIBUTES, MAXIMUM, sheet
from harmmodel.views import words
from harmmodel.views.export import Export
from harmmodel.views.groups import explain as groups_explain
from harmmodel.warehouse.entered import entries
from harmmodel.warehouse.entered.sheets import SheetRow
from harmmodel.warehouse.read import groups
from harmmodel.warehouse.read.groups import GroupRun

verbs = typer.Typer(
    no_args_is_help=True,
    help="Write the workbook in which people assess groups, and check and import what they filled in.",
)
app.add_typer(verbs, name="assessments")
FilledIn = Annotated[
    Path,
    typer.Argument(
        help="The workbook (.xlsx) that was filled in, or one of its sheets as CSV.", dir_okay=False, exists=True
    ),
]
SHEET = TableLimits(bytes=1_000_000, rows=500, columns=500)  # of SLEIPNIR: 19 attributes, a column for each group
RIGHT = ("Rank", "Range", "Whatever the blame", "Score", "Interval", "Bounds", "Deaths")


def terminal(published: GroupRun, most: int | None = None) -> Iterator[Part]:
    """Return the first groups as a table, with what must be said under it."""
    facts = published.facts
    yield TerminalTable(
        columns=groups_explain.HEADERS,
        rows=groups_explain.rows(published)[:most],
        right=RIGHT,
        title=f"{published.place.label}: recorded violence {words.years(facts['from_year'], facts['to_year'])}, "
        f"run {published.run_id}",
        caption=groups_explain.caption(published),
    )


@verbs.command()
def template(
    place: PlaceName,
    file: Annotated[Path, typer.Argument(help="The workbook to write.", dir_okay=False)],
    project: Project = Path(),
) -> None:
    """Write the empty workbook, with lists to choose from and the meaning of every level."""
    config = load_config(root(project), place)
    codes = sorted(groups.published(root(project), place).scores["group_id"])
    file.write_bytes(entries.template(config, codes))
    tell(f"Written to {file}")


@verbs.command()
def check(place: PlaceName, file: FilledIn, project: Project = Path()) -> None:
    """Examine a workbook that was filled in, and name every fault by its cell; this enters nothing."""
    rows = sum(len(sheet_rows) for sheet_rows in _examined(root(project), place, file).values())
    tell("1 row may be entered." if rows == 1 else f"{rows} rows may be entered.")


@verbs.command(name="import")
def import_(place: PlaceName, file: FilledIn, project: Project = Path()) -> None:
    """Enter a workbook that was filled in. If one cell is at fault, this enters nothing."""
    home = root(project)
    rows = entries.enter(home, place, _examined(home, place, file))
    tell(f"{rows} rows entered. Score them: harmmodel run {place}")


def _examined(home: Path, place: str, file: Path) -> dict[str, list[SheetRow]]:
    known = frozenset(groups.published(home, place).groups["group_id"])
    return entries.examine(file.read_bytes(), file.name, load_config(home, place), known, home)


@verbs.command()
def sleipnir(
    file: Annotated[
        Path,
        typer.Argument(
            help="A CSV file with the column attribute, and one column of levels for each group.",
            dir_okay=False,
            exists=True,
        ),
    ],
    format_: Annotated[str, format_option("table prints words, {files} print the figures.")] = TERMINAL,
) -> None:
    """Score a SLEIPNIR sheet as its authors published it, and show the interval that its unknowns really allow."""
    scored: list[tuple[str, int, int, int, float]] = []
    for group, levels in _levels(file).items():
        try:
            score = sheet(levels)
        except ValueError as error:
            raise AssessmentError(f"{file.name}, column {group}: {error}. Known: {', '.join(ATTRIBUTES)}") from None
        scored.append((group, score.published, score.low, score.high, score.unknown))
    rows = pd.DataFrame(scored, columns=["group", "published", "low", "high", "unknown_share"])
    cells = [(group, f"{at} of {MAXIMUM}", f"{low} to {high}", f"{gap:.0%}") for group, at, low, high, gap in scored]
    columns = ("Group", "Published", "Unknown at nil to high", "Weight unknown")
    tables.answer(format_, Export(rows, {"maximum": MAXIMUM}), [TerminalTable(columns, cells)])


def _levels(file: Path) -> dict[str, dict[str, str]]:
    """Return the levels of each group by attribute."""
    try:
        SHEET.check_bytes(file.stat().st_size, file.name)
        lines = [cells for _, cells in read_csv(file.read_text("utf-8-sig"), file.name, SHEET) if cells]
    except (csv.Error, UnicodeDecodeError) as error:
        raise AssessmentError(f"{file.name} cannot be read as CSV: {error}. Save it as CSV UTF-8 again") from None
    except TooMuch as error:
        raise AssessmentError(str(error)) from None
    header = lines[0] if lines else []
    table = [by_name(header, cells) for cells in lines[1:]]
    if "attribute" not in header or len(header) < 2:
        raise AssessmentError(f"{file.name}: the header must be attribute, then a column per group")
    rows = [(row.get("attribute", "").strip(), row) for row in table]
    named = [name for name, _ in rows if name]
    for names in (header, named):
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise AssessmentError(
                f"{file.name}: {', '.join(twice)} stands there more than once. Keep the one that counts"
            )
    return {
        group: {name: (row.get(group) or "unknown").strip().lower() for name, row in rows if name}
        for group in header
        if group != "attribute"
    }
