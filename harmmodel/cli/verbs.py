"""The verbs of the main job: run, show, explain, check, robustness, app."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

import harmmodel
from harmmodel import pipeline
from harmmodel.audit import readiness
from harmmodel.audit import robustness as robustness_audit
from harmmodel.cli import activities, disparity, groups
from harmmodel.cli.base import Format, PlaceName, Project, app, messages, output, root, say
from harmmodel.config import load_places
from harmmodel.errors import ConfigError, RunMissing, UnknownUnit
from harmmodel.views import export, words
from harmmodel.views.activities import explain as activities_explain
from harmmodel.views.areas import explain as areas_explain
from harmmodel.views.areas import path
from harmmodel.views.groups import explain as groups_explain
from harmmodel.views.ordering import alone_note, ordered_scores
from harmmodel.views.source import interval_name
from harmmodel.warehouse.read import disparity as read_disparity
from harmmodel.warehouse.read import groups as read_groups
from harmmodel.warehouse.store import runs


class Lens(StrEnum):
    """What is scored."""

    area = "area"
    group = "group"
    activity = "activity"


@app.command()
def run(place: PlaceName, project: Project = Path()) -> None:
    """Load, score and publish a place, then print its first ten units."""
    with messages.status("Reading config", spinner="line") as spinner:

        def tell(text: str) -> None:
            spinner.update(Text(text))
            say(text)

        outcome = pipeline.execute(root(project), place, tell)
    if not outcome.was_scored:
        messages.print("Nothing changed since this run was made.")
    lens = runs.lens_of(root(project), place)
    if lens == "group":
        groups.print_table(read_groups.published(root(project), place), most=10)
    elif lens == "disparity":
        disparity.print_tables(read_disparity.published(root(project), place))
    else:
        _print_table(runs.published(root(project), place), most=10)


@app.command()
def show(
    place: PlaceName,
    project: Project = Path(),
    lens: Annotated[Lens | None, typer.Option(help="What is scored; the place's own when left out.")] = None,
    format_: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.table,
) -> None:
    """Print the published ranking of a place with intervals, tiers, drivers and who leads."""
    if (lens or runs.lens_of(root(project), place)) == Lens.group:
        return groups.show(read_groups.published(root(project), place), format_)
    published = runs.published(root(project), place)
    if lens is Lens.activity:
        activities.show(published, format_)
    elif format_ is Format.json:
        typer.echo(areas_explain.as_json(published))
    elif format_ is Format.csv:
        typer.echo(export.csv_bytes(areas_explain.area_ranking(published)).decode("utf-8"), nl=False)
    else:
        _print_table(published)


@app.command()
def explain(
    place: PlaceName,
    unit: Annotated[str, typer.Argument(help="An id as printed by show: of a unit (68), an activity or a group.")],
    project: Project = Path(),
) -> None:
    """Print the path from counts to figures of one unit, activity or group, so that it can be followed by hand."""
    home = root(project)
    if runs.lens_of(home, place) == "group":
        return _print_steps(groups_explain.explain(read_groups.published(home, place), unit))
    published = runs.published(home, place)
    activity = activities_explain.find_activity(published, unit)
    if activity:
        return _print_steps(activities_explain.explain_activity(published, activity))
    try:
        return _print_steps(areas_explain.explain(published, unit))
    except UnknownUnit as error:
        if not published.activities():
            raise
        raise UnknownUnit(f"{error} (for activities: harmmodel show {place} --lens activity)") from error


def _print_steps(found: areas_explain.Explanation | path.Path) -> None:
    console = output()
    console.print(Text(f"{found.title}\n{found.finding}"))
    for step in found.steps:
        console.print(Text(f"\n{step.title}", style="bold"))
        console.print(Text(step.words))
        if step.rows.empty:
            continue
        table = Table(*(escape(str(name)) for name in step.rows.columns))
        for row in step.rows.itertuples(index=False):
            table.add_row(*(Text(str(cell)) for cell in row))
        console.print(table)
    console.print(Text(found.note))


@app.command()
def check(
    place: Annotated[str | None, typer.Argument(help="One place; all places when left out.")] = None,
    project: Project = Path(),
) -> None:
    """Check config, passports, raw files and the enforcement firewall without scoring anything."""
    home = root(project)
    names = [place] if place else load_places(home)
    if not names:
        raise ConfigError(f"No place under {home / 'config' / 'places'}. Add one, or point --project elsewhere")
    for name in names:
        for line in readiness.findings(home, name):
            typer.echo(line)
    for line in readiness.threshold_findings(home):
        typer.echo(line)


@app.command()
def robustness(
    place: PlaceName,
    project: Project = Path(),
    format_: Annotated[
        Format, typer.Option("--format", help="table: a summary per choice; csv and json: every unit.")
    ] = Format.table,
) -> None:
    """Score the published run again under other honest choices and tell which tiers change."""
    frame = robustness_audit.robustness(root(project), place, say)
    if format_ is Format.json:
        typer.echo(frame.to_json(orient="records", indent=1, force_ascii=False))
    elif format_ is Format.csv:
        typer.echo(export.csv_bytes(frame).decode("utf-8"), nl=False)
    else:
        counted = robustness_audit.summary(frame)
        title = f"{place}: areas in each tier and corner under each choice"
        table = Table(title=Text(title), title_justify="left", show_lines=True)
        for name in counted.columns:
            table.add_column(name, justify="left" if name in ("case", "areas in focus") else "right", overflow="fold")
        for row in counted.itertuples(index=False):
            table.add_row(*(Text(str(cell)) for cell in row))
        console = output()
        console.print(table)
        console.print(Text(f"\nTiers that differ from {counted['case'].iloc[0]}", style="bold"))
        for case, text in robustness_audit.changes(frame).items():
            console.print(Text(f"{case}: {text}"), soft_wrap=True)


@app.command(name="app")
def open_app(
    project: Project = Path(),
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.", min=1024, max=65535)] = 8501,
    browser: Annotated[bool, typer.Option(help="Open a browser window.")] = True,
) -> None:
    """Open the application on 127.0.0.1."""
    home = root(project)
    code = Path(harmmodel.__file__).resolve().parent.parent
    if not runs.places_with_runs(home):
        raise RunMissing(f"No run in {runs.home(home)}. Build one first: harmmodel run PLACE")
    options = {"address": "127.0.0.1", "port": port, "headless": "false" if browser else "true"}
    flags = [f"--server.{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "streamlit", "run", str(code / "streamlit_app.py"), *flags]
    messages.print(f"Opening http://127.0.0.1:{port} (stop with Ctrl+C)")
    sys.stderr.flush()
    os.chdir(code)  # Streamlit reads .streamlit/config.toml from the folder it starts in
    os.execve(sys.executable, command, {**os.environ, "HARMMODEL_PROJECT": str(home)})  # noqa: S606 - our own command


def _print_table(published: runs.Run, most: int | None = None) -> None:
    table = Table(
        title=Text(f"{published.place.label}: recorded harm with {interval_name(published)}s, run {published.run_id}"),
        title_justify="left",
        caption_justify="left",
        caption="Scores 0 to 100. Intervals that overlap are not an order. A person decides.",
    )
    for name in ("Rank", "Range", "Id", "Area", "Score", "Interval", "Tier", "Driver", "Who leads"):
        table.add_column(name, justify="right" if name in ("Rank", "Range", "Score", "Interval") else "left")
    shorts = {str(p.id): p.short for p in published.config.scheme.pillars}
    scores = ordered_scores(published)
    table.caption = " ".join(filter(None, [str(table.caption), alone_note(published, scores)]))
    for row in scores.head(len(scores) if most is None else most).to_dict("records"):
        cells = (
            words.rank(row["rank"]),
            words.interval(row["rank_low"], row["rank_high"]),
            row["unit_id"],
            row["label"],
            words.score(row["score"]),
            words.interval(row["score_low"], row["score_high"]),
            row["tier"],
            shorts.get(str(row["driver"]), words.MISSING),
            row["lead"] if isinstance(row["lead"], str) else words.MISSING,
        )
        table.add_row(*(Text(str(cell)) for cell in cells))
    output().print(table)
