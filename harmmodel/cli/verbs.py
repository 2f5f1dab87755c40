"""The verbs of the main job: run, show, explain, check, robustness, app."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from harmmodel import journal, pipeline, registry
from harmmodel.audit import readiness, seals
from harmmodel.audit import robustness as robustness_audit
from harmmodel.cli import activities, disparity, groups, tables
from harmmodel.cli.base import Audience, PlaceName, Project, app, progress, put, root, say, tell
from harmmodel.cli.reconcile import tell_account
from harmmodel.cli.tables import TERMINAL, Part, TerminalLine, TerminalTable, format_option
from harmmodel.config import load_places
from harmmodel.errors import ConfigError, Faults, RunMissing
from harmmodel.views import denominator, words
from harmmodel.views.blocks import Explanation
from harmmodel.views.indicators import tradeoffs
from harmmodel.views.ordering import alone_note, ordered_scores, place_words
from harmmodel.views.source import (
    clipping_note,
    interval_name,
    odd_rates_note,
    reported_note,
    silent_note,
    thin_notes,
    unscored_note,
    withheld_note,
)
from harmmodel.warehouse.store import editions, runs


class RankedLens(StrEnum):
    """What is scored."""

    area = "area"
    group = "group"
    activity = "activity"


AUDIENCE_HELP = (
    "For whom it was scored: from the public more small counts of sensitive sources are withheld. Left out: "
    "internal in the terminal, public in files."
)


@app.command()
def run(
    place: PlaceName,
    project: Project = Path(),
    as_of: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Judge as of this first of a month; nothing from that day on is read."),
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="With --as-of: show this run to readers from now on.")
    ] = False,
) -> None:
    """Load, score and publish a place, then print its first ten units. With --as-of it is kept and not published."""
    day = as_of.date() if as_of else None
    with progress("Reading config") as step:
        outcome = pipeline.execute(
            root(project), place, step, pipeline.Asked(as_of=day, publishes=publish or day is None)
        )
    if not outcome.was_scored:
        tell("Nothing changed since this run was made.")
    if outcome.was_published:
        _note_publication(root(project), place)
    else:
        kept = " and ".join(outcome.results.values())
        tell(f"Kept as {kept} and not published: readers are shown what they were. --publish shows it.")
    made = [registry.load_run(root(project), place, run_id) for run_id in outcome.results.values()]
    for published in made:
        _print_run(published)
    tell_account(made[0])  # of the snapshot, which all share


def _print_run(published: runs.StoredRun) -> None:
    """Print the first ten units of a run, and tell what a reader must know of them."""
    if isinstance(published, runs.AreaRun) and (cut := clipping_note(published)):
        tell(cut)
    if isinstance(published, runs.AreaRun):
        for note in filter(None, (unscored_note(published), odd_rates_note(published))):
            tell(note)
    _tell_reporting(published)
    if isinstance(published, runs.AreaRun):
        for sentence in [*thin_notes(published), *tradeoffs.undecided(published)]:
            tell(sentence)
    tables.show(PRINTED[published.lens](published, 10))


@app.command()
def show(
    place: PlaceName,
    project: Project = Path(),
    lens: Annotated[RankedLens | None, typer.Option(help="What is scored; the place's own when left out.")] = None,
    format_: Annotated[str, format_option("How to print it.")] = TERMINAL,
    audience: Annotated[Audience | None, typer.Option(help=AUDIENCE_HELP)] = None,
) -> None:
    """Print the published ranking of a place with intervals, tiers, drivers and who leads."""
    readers = audience or (Audience.internal if format_ == TERMINAL else Audience.public)
    ranking, published = registry.ranking(root(project), place, lens, readers)
    if note := withheld_note(published):
        tell(note)
    _tell_reporting(published)
    tables.answer(format_, ranking.export(published), PRINTED[ranking.feed.lens](published, None))
    tell_account(published)


@app.command()
def explain(
    place: PlaceName,
    unit: Annotated[str, typer.Argument(help="An id as printed by show: of a unit (68), an activity or a group.")],
    project: Project = Path(),
) -> None:
    """Print the path from counts to figures of one unit, activity or group, so that it can be followed by hand."""
    tables.show(_steps(registry.explained(root(project), place, unit)))


def _tell_reporting(published: runs.StoredRun) -> None:
    """Tell which areas reported too little or nothing at all, and whose tier another denominator would change."""
    if isinstance(published, runs.AreaRun):
        said = (reported_note(published), silent_note(published), denominator.note(published))
        for note in filter(None, said):
            tell(note)


def _note_publication(home: Path, place: str) -> None:
    """Write to the journal which runs each audience is shown from now on, unless its last lines on that say so."""
    path = journal.location(home)
    entries = journal.every_entry(path)
    shown = {audience: editions.edition(home, place, audience).results for audience in editions.POINTERS}
    for audience, lens in [(audience, lens) for audience, results in shown.items() for lens in results]:
        run_id = shown[audience][lens]
        last = journal.last_published(entries, audience, lens).get(place)
        if last is None and audience != runs.INTERNAL and run_id == shown[runs.INTERNAL][lens]:
            continue  # nothing is withheld: all readers are shown the run that the line before names
        record = journal.PublishedRun(
            place=place, run_id=run_id, seal=runs.verified(home, run_id).id, audience=audience, lens=lens
        )
        if last is None or last.record != record:
            journal.append(path, record)


def _steps(explanation: Explanation) -> Iterator[Part]:
    yield TerminalLine(f"{explanation.title}\n{explanation.finding}", wraps=True)
    for step in explanation.steps:
        yield TerminalLine(f"\n{step.title}", is_bold=True, wraps=True)
        yield TerminalLine(step.words, wraps=True)
        if not step.rows.empty:
            yield TerminalTable(list(step.rows.columns), step.rows.itertuples(index=False))
    yield TerminalLine(explanation.note, wraps=True)


@app.command()
def check(
    place: Annotated[str | None, typer.Argument(help="The place to check. Without it, all places are checked.")] = None,
    project: Project = Path(),
) -> None:
    """Do all of a run but scoring, keep nothing, and tell the faults of all files at once, with what to do."""
    home = root(project)
    names = [place] if place else load_places(home)
    if not names:
        raise ConfigError(f"No place under {home / 'config' / 'places'}. Add one, or point --project elsewhere")
    faults = Faults()
    with progress("Reading config") as step:
        for name in names:
            with faults.kept():
                for line in registry.findings(home, name, step):
                    put(line)
    with faults.kept():
        for line in (*readiness.threshold_findings(home), *seals.findings(home, place)):
            put(line)
    faults.stop()


@app.command()
def robustness(
    place: PlaceName,
    project: Project = Path(),
    format_: Annotated[
        str, format_option("table prints a summary of each choice, {files} print every unit.")
    ] = TERMINAL,
) -> None:
    """Score the published run again under other honest choices, and say which tiers change."""
    frame = robustness_audit.robustness(root(project), place, say)
    idle = robustness_audit.idle(editions.published(root(project), place).config)
    tables.answer(format_, robustness_audit.cases_export(frame), _cases(place, frame, idle))


def _cases(place: str, frame: pd.DataFrame, idle: Mapping[str, str]) -> Iterator[Part]:
    counted = robustness_audit.summary(frame)
    title = f"{place}: areas in each tier and corner under each choice"
    figures = [name for name in counted.columns if name not in ("case", "areas in focus")]
    rows = counted.itertuples(index=False)
    yield TerminalTable(list(counted.columns), rows, title=title, right=figures, folds=True, ruled=True)
    yield TerminalLine(f"\nTiers that differ from {counted['case'].iloc[0]}", is_bold=True, wraps=True)
    for case, text in robustness_audit.changes(frame, idle).items():
        yield TerminalLine(f"{case}: {text}")


@app.command(name="app")
def open_app(
    project: Project = Path(),
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1.", min=1024, max=65535)] = 8501,
    browser: Annotated[bool, typer.Option(help="Also open a browser window.")] = True,
    proxy: Annotated[
        str, typer.Option(help="The address of a reverse proxy in front, for example https://harm.example.org.")
    ] = "",
) -> None:
    """Open the app on the published runs, at 127.0.0.1."""
    from harmmodel.app import door, serve  # only this verb waits for Streamlit

    home = root(project)
    if not editions.places_with_runs(home):
        raise RunMissing(f"No run in {runs.home(home)}. Build one first: harmmodel run PLACE")
    serve.start(home, port, door.address(proxy) if proxy else None, browser, tell)


def _areas(published: runs.AreaRun, most: int | None = None) -> Iterator[Part]:
    shorts = {str(p.id): p.short for p in published.config.scheme.pillars}
    scores = ordered_scores(published)
    caption = "Scores 0 to 100. Intervals that overlap are not an order. A person decides."
    rows = [
        (
            place,
            words.interval(row["rank_low"], row["rank_high"]),
            row["unit_id"],
            row["label"],
            words.score(row["score"]),
            words.interval(row["score_low"], row["score_high"]),
            row["tier"],
            shorts.get(str(row["driver"]), words.MISSING),
            row["lead"] if isinstance(row["lead"], str) else words.MISSING,
        )
        for place, row in list(zip(place_words(scores["rank"]), scores.to_dict("records"), strict=True))[:most]
    ]
    yield TerminalTable(
        columns=("Rank", "Range", "Id", "Area", "Score", "Interval", "Tier", "Driver", "Who leads"),
        rows=rows,
        right=("Rank", "Range", "Score", "Interval"),
        title=f"{published.place.label}: recorded harm with {interval_name(published)}s, run {published.run_id}",
        caption=" ".join(filter(None, [caption, words.unescaped(alone_note(published, scores))])),
    )


# How each lens is drawn in a terminal: the run and how many rows at most.
PRINTED: dict[str, Callable[[Any, int | None], Iterator[Part]]] = {
    "area": _areas,
    "activity": activities.terminal,
    "group": groups.terminal,
    "disparity": disparity.terminal,
}
