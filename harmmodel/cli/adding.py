"""The verbs of a new place: draft its config from its files, review what was suggested, propose its goalposts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from harmmodel import pipeline
from harmmodel.audit import goalposts as proposed
from harmmodel.cli import tables
from harmmodel.cli.base import PlaceName, Project, app, progress, put, root, tell
from harmmodel.cli.tables import TerminalTable
from harmmodel.config import CrosswalkRow
from harmmodel.config.drafts.faults import ranges
from harmmodel.views import words
from harmmodel.warehouse.intake import adding, reviewing, units

NewPlace = Annotated[str, typer.Argument(help="Name of the new place: small letters, digits and _, as new_town.")]
Files = Annotated[
    list[Path],
    typer.Argument(
        help="Raw files, folders or zip archives: records, outlines (GeoJSON), residents. CSV in any encoding, packed "
        "or not, Parquet, Excel and lists in JSON are read, also inside folders and archives."
    ),
]
MOST_MONTHS = 18
MOST_AREAS = 5


@app.command()
def add(  # noqa: PLR0913 - one parameter an option
    place: NewPlace,
    files: Files,
    project: Project = Path(),
    boundaries: Annotated[
        Path | None,
        typer.Option(
            help="The file with the outlines of the units, as GeoJSON. Without them and residents: cells of 0.7 km²."
        ),
    ] = None,
    residents: Annotated[
        Path | None,
        typer.Option(
            help="The file with the residents of each unit, one row for each. Without outlines it lists the units."
        ),
    ] = None,
    day_first: Annotated[
        bool | None,
        typer.Option("--day-first/--month-first", help="How 03/04/2024 is meant, if the file leaves it open."),
    ] = None,
) -> None:
    """Draft the config of a new place from its files, and say what a person has to decide before it can be run.

    Nothing that exists is changed, and a suggestion that nobody has reviewed stops run and check. Known layouts are
    street crime and stops of data.police.uk, Chicago's portal, the FBI's NIBRS tables and UCDP's events; any other
    file is described from its headings and values.
    """
    home = root(project)
    with progress("Reading") as step:
        added = adding.add(home, place, files, step, units.Asked(boundaries, residents, day_first))
    for name in added.files:
        put(name)
    for source, months in added.volumes.items():
        tell(f"\n{source}: {words.number(sum(months.values()))} rows. {_months(months)}")
    for line in added.left_out:
        tell(f"Not read: {line}")
    tell(f"\nTo decide, in config/places/{place}:")
    for file, sentences in added.decide.items():
        tell(f"  {file}")
        for sentence in sentences:
            tell(f"    - {sentence}")
    tell("\nThen, in this order:")
    for command in _next(added):
        tell(f"  harmmodel {command}{_at(project)}")


def _months(months: Mapping[str, int]) -> str:
    listed = list(months.items())
    cut = listed if len(listed) <= MOST_MONTHS else [*listed[:6], *listed[-6:]]
    told = [f"{month} {words.number(rows)}" for month, rows in cut]
    if cut is not listed:
        told.insert(6, "…")
    return "By month: " + ", ".join(told)


def _next(added: adding.Added) -> list[str]:
    steps = [f"review {added.place}"] if added.suggested or added.spelled else []
    return [*steps, f"goalposts {added.place} --write", f"check {added.place}", f"run {added.place}", "app"]


def _at(project: Path) -> str:
    return "" if project == Path() else f" --project {project}"


@app.command()
def review(
    place: PlaceName,
    project: Project = Path(),
    accept: Annotated[
        str, typer.Option(help="Lines of crosswalk.csv to accept as they are suggested, for example 2-9,12.")
    ] = "",
    accept_ids: Annotated[
        str, typer.Option(help="A source whose ids of units are accepted as they are suggested under locate.spellings.")
    ] = "",
) -> None:
    """Print the lines of a place's crosswalk and the ids of units that are suggested, or accept some of them.

    An accepted line gets the match that its note proposes. Where you choose another class, edit crosswalk.csv and
    write exact, closest or proxy under match; a harm class that is new goes under classes of place.yaml, too.
    """
    home = root(project)
    if accept:
        lines = reviewing.accept(home, place, accept)
        tell(f"Accepted line{'s' * (len(lines) > 1)} {ranges(lines)} of config/places/{place}/crosswalk.csv.")
    if accept_ids:
        ids = reviewing.accept_ids(home, place, accept_ids)
        tell(f"Accepted {len(ids)} spellings of config/places/{place}/sources/{accept_ids}.yaml.")
    for sentence in _ids(place, home, project):
        tell(sentence)
    left = reviewing.suggested(home, place)
    for line, row in left:
        put(f"{line}: {row.code} -> {row.class_}{', enforcement' if row.enforcement else ''}. {row.note}")
    if not left:
        tell("No line is left to review.")
    elif not accept:
        tell("Exact: the class means the same. Closest: no class comes nearer. Proxy: the class is wider or narrower.")
        for sentence in _how(place, left, project):
            tell(sentence)


def _ids(place: str, home: Path, project: Path) -> Iterator[str]:
    """Print the ids that are suggested, and say of each source how they are accepted."""
    for source, ids in reviewing.suggested_ids(home, place).items():
        for written, unit in ids.items():
            put(f"{source}: unit {written!r} -> {unit!r}")
        yield (
            f"Take what is no such unit out of locate.spellings in config/places/{place}/sources/{source}.yaml, then "
            f"accept the others: harmmodel review {place} --accept-ids {source}{_at(project)}"
        )


def _how(place: str, left: Sequence[tuple[int, CrosswalkRow]], project: Path) -> list[str]:
    """Say how suggested lines are accepted, those that nothing is proposed for apart."""
    able = [line for line, row in left if reviewing.is_proposed(row)]
    unable = [line for line, row in left if line not in able]
    told = [f"Choose class and match of {ranges(unable)} in config/places/{place}/crosswalk.csv"] if unable else []
    listed = ranges(able).replace(" ", "") if able else ""
    return [*told, *([f"Accept by line: harmmodel review {place} --accept {listed}{_at(project)}"] if able else [])]


@app.command()
def goalposts(
    place: PlaceName,
    project: Project = Path(),
    write: Annotated[
        bool, typer.Option("--write", help="Write the proposals where no person has stated a goalpost.")
    ] = False,
) -> None:
    """Propose the rates that score 0 and 100 from a place's data, and print its highest areas by indicator.

    A high goalpost is the largest upper end of any area, rounded up. What is written is marked as a proposal until
    somebody says why it is right.
    """
    home = root(project)
    with progress("Reading config") as step:
        found = pipeline.goalposts(home, place, step)
    for proposal in found:
        rows = [
            (row["unit_id"], row["label"], words.number(row["rate"]), words.number(row["rate_high"]))
            for row in proposal.highest.head(MOST_AREAS).to_dict("records")
        ]
        high = words.MISSING if proposal.high is None else words.number(proposal.high)
        title = f"{proposal.indicator}: low 0, high {high}"
        tables.show(
            [TerminalTable(("Id", "Area", "Rate", "Upper end"), rows, title=title, right=("Rate", "Upper end"))]
        )
    if write:
        changed = proposed.write(home, place, found)
        tell(
            f"Written to config/places/{place}/goalposts.yaml: {', '.join(changed) or 'nothing'}. "
            "Judge each, and say why."
        )
