"""The verbs plan and backfire: a plan of targeted deterrence as YAML, its steps, and what may go wrong."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.table import Table
from rich.text import Text

from harmmodel import journal
from harmmodel.cli.base import Format, PlaceName, Project, app, messages, output, root
from harmmodel.config.deterrence import DeterrencePlan, load_backfire, read_plan
from harmmodel.errors import PlanError
from harmmodel.journal import Standing, Step
from harmmodel.journal.plans import wrong
from harmmodel.views import export, words
from harmmodel.views.deterrence import backfire as view
from harmmodel.views.deterrence import ledger, page
from harmmodel.views.words import unescaped
from harmmodel.warehouse.read import groups

verbs = typer.Typer(no_args_is_help=True, help="Check, record and follow a plan of targeted deterrence.")
app.add_typer(verbs, name="plan")
PlanFile = Annotated[Path, typer.Argument(help="The plan as YAML; `plan template` writes one.", dir_okay=False)]
RoleOption = Annotated[str, typer.Option(help="The role that records; never a person's name.")]


@verbs.command()
def template(
    place: PlaceName,
    file: Annotated[Path, typer.Argument(help="YAML file to write.", dir_okay=False)],
    project: Project = Path(),
    capacity: Annotated[int, typer.Option(help="Groups to which promises can be kept at once.", min=1)] = 1,
) -> None:
    """Write a plan to fill in, with the first groups by violence of the published run."""
    run = groups.published(root(project), place)
    file.write_text(ledger.template(run, capacity, _today()), "utf-8")
    messages.print(f"Written to {file}", markup=False)


@verbs.command()
def check(file: PlanFile, project: Project = Path()) -> None:
    """Examine a plan against the published run and the journal; nothing is recorded."""
    home, plan = root(project), read_plan(file)
    run = groups.published(home, plan.place)
    notes = journal.plan_notes(journal.location(home))
    before = journal.standing_plan(notes, plan.place, plan.id)
    made = page.made(run, plan, before.note.seq if before else None)
    if found := wrong(made, notes, _today()):
        raise PlanError("\n".join(found))
    for line in page.focus(run, plan.capacity).said:
        typer.echo(unescaped(line))
    over = f" with --supersedes {before.note.seq}, the entry in force" if before else ""
    messages.print(f"Plan {plan.id} can be recorded{over}. Nobody has examined what it says.", markup=False)


@verbs.command()
def record(
    file: PlanFile,
    project: Project = Path(),
    supersedes: Annotated[int | None, typer.Option(help="Entry of the plan in force that this one replaces.")] = None,
) -> None:
    """Write a plan to the journal; it cannot be edited there, only superseded."""
    home, plan = root(project), read_plan(file)
    made = page.made(groups.published(home, plan.place), plan, supersedes)
    note = journal.add(journal.location(home), made)
    typer.echo(f"Recorded as entry {note.seq}. Seal: {note.hash}")


@verbs.command()
def step(  # noqa: PLR0913 - one line of the journal
    place: PlaceName,
    plan: Annotated[str, typer.Argument(help="Code of the plan.")],
    what: Annotated[str, typer.Argument(help=f"One of: {', '.join(ledger.STEPS)}.")],
    text: Annotated[str, typer.Option(help="What happened and how it is known; no person is named.")],
    role: RoleOption,
    project: Project = Path(),
    promise: Annotated[str | None, typer.Option(help="The promise, for its state.")] = None,
    on: Annotated[dt.datetime | None, typer.Option(help="Day; today when left out.", formats=["%Y-%m-%d"])] = None,
) -> None:
    """Write what happened under a plan to the journal, the state of a promise among it."""
    home = root(project)
    path = journal.location(home)
    found = _standing(home, place, plan)
    content = {"step": what, "text": text, "role": role, "promise": promise, "on": on.date() if on else _today()}
    try:
        made = Step.model_validate(content | {"place": place, "plan_id": plan, "plan_entry": found.note.seq})
    except ValidationError as error:
        raise PlanError(ledger.told(error)) from None
    note = journal.add(path, made)
    typer.echo(f"Recorded as entry {note.seq}. Seal: {note.hash}")


@verbs.command()
def show(place: PlaceName, project: Project = Path()) -> None:
    """Print every plan of a place with the state of each promise."""
    plans = journal.standing_plans(journal.plan_notes(journal.location(root(project))), place)
    for plan in plans:
        found = ledger.shown(plan, _today())
        table = Table(title=f"{found.title}, entry {plan.note.seq}, hash {plan.note.hash}", title_justify="left")
        for name in found.ledger.frame.columns:
            table.add_column(str(name))
        for row in found.ledger.frame.to_numpy().tolist():
            table.add_row(*(Text(str(cell)) for cell in row))
        output().print(table)
    if not plans:
        messages.print("No plan has been recorded yet.")


@app.command()
def backfire(
    file: PlanFile,
    project: Project = Path(),
    format_: Annotated[
        Format, typer.Option("--format", help="table, csv: the signs; json: everything.")
    ] = Format.table,
    is_recorded: Annotated[bool, typer.Option("--record", help="Write the check to the journal.")] = False,
    role: RoleOption = "",
) -> None:
    """Examine the action of a plan before it is taken: warning signs, score, what it asks for, and a fan."""
    home, plan = root(project), read_plan(file)
    if plan.action is None:
        raise PlanError(f"{file.name} names no action. Fill in `action:`")
    run, assumed = groups.published(home, plan.place), load_backfire(home)
    page.made(run, plan)
    found = view.examine(run, assumed[0], plan, plan.action)
    if format_ is Format.json:
        typer.echo(json.dumps(ledger.as_json(run, found, assumed), indent=1, ensure_ascii=False))
    elif format_ is Format.csv:
        typer.echo(export.csv_bytes(found.frame).decode("utf-8"), nl=False)
    else:
        _print(found)
    if is_recorded:
        standing = _same(_standing(home, plan.place, plan.id), plan)
        note = journal.add(journal.location(home), view.check(run, assumed, standing, plan.action, role or plan.role))
        messages.print(f"Recorded as entry {note.seq}. Seal: {note.hash}", markup=False, soft_wrap=True)


def _print(found: view.Examined) -> None:
    table = Table()
    for name in ("Sign", "Points", "Counts as", "Plan and records", "Sources"):
        table.add_column(name, justify="right" if name == "Points" else "left")
    for row in found.frame.to_dict("records"):
        table.add_row(*(Text(str(row[str(column.header)])) for column in table.columns))
    output().print(table)
    for line in (found.verdict, *found.projection.said):
        typer.echo(unescaped(line))
    if found.projection.picture:
        typer.echo(found.projection.picture.alt)
        typer.echo(found.projection.picture.note)
    for row in found.projection.neighbours.to_dict("records"):
        before = words.number(row["Recorded a month"], 1)
        typer.echo(
            f"Next door, {row['Next door']}: {before} a month recorded, {row['With the action']} with the action."
        )
    for name in found.lacking:
        messages.print(f"Still to be given: {name}", markup=False)


def _standing(home: Path, place: str, plan_id: str) -> Standing:
    found = journal.standing_plan(journal.plan_notes(journal.location(home)), place, plan_id)
    if found is None:
        raise PlanError(f"Plan {plan_id} of {place} is not in the journal. Record it: harmmodel plan record FILE")
    return found


def _same(standing: Standing, plan: DeterrencePlan) -> Standing:
    """Refuse a check of a text that is not the one in the journal."""
    if plan.model_copy(update={"action": None}) != standing.made.plan:
        raise PlanError(
            f"The file differs from entry {standing.note.seq}, the plan in force. Supersede it: "
            f"harmmodel plan record FILE --supersedes {standing.note.seq}"
        )
    return standing


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
