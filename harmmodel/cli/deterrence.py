"""The verbs plan and backfire: a plan of targeted deterrence as YAML, its steps, and what may go wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from harmmodel import journal
from harmmodel.cli import tables
from harmmodel.cli.base import PlaceName, Project, app, put, root, tell
from harmmodel.cli.tables import TERMINAL, Part, TerminalLine, TerminalTable, format_option
from harmmodel.config.deterrence import DeterrencePlan, load_backfire, read_plan
from harmmodel.errors import PlanError
from harmmodel.journal import STEPS, PlanInForce, PlanStep
from harmmodel.views import words
from harmmodel.views.deterrence import backfire as view
from harmmodel.views.deterrence import ledger, page
from harmmodel.views.words import unescaped
from harmmodel.warehouse.read import groups

verbs = typer.Typer(no_args_is_help=True, help="Write, check, record and follow a plan of targeted deterrence.")
app.add_typer(verbs, name="plan")
PlanFile = Annotated[
    Path, typer.Argument(help="The plan as a YAML file. `harmmodel plan template` writes an empty one.", dir_okay=False)
]
RoleOption = Annotated[str, typer.Option(help="The role of whoever records this. Never give a person's name.")]


@verbs.command()
def template(
    place: PlaceName,
    file: Annotated[Path, typer.Argument(help="The YAML file to write.", dir_okay=False)],
    project: Project = Path(),
    capacity: Annotated[
        int, typer.Option(help="The number of groups to which promises can be kept at the same time.", min=1)
    ] = 1,
) -> None:
    """Write a plan to fill in, which names the first groups by recorded violence in the published run."""
    run = groups.published(root(project), place)
    file.write_text(ledger.template(run, capacity, _today()), "utf-8")
    tell(f"Written to {file}")


@verbs.command()
def check(file: PlanFile, project: Project = Path()) -> None:
    """Compare a plan with the published run and the journal, and name every fault; this records nothing."""
    home, plan = root(project), read_plan(file)
    run = groups.published(home, plan.place)
    notes = journal.plan_notes(journal.location(home))
    before = journal.standing_plan(notes, plan.place, plan.id)
    plan_record = page.made(run, plan, before.note.seq if before else None)
    if faults := (*plan_record.faults(notes, _today()), *plan_record.wording()):
        raise PlanError("\n".join(faults))
    for line in page.focus(run, plan.capacity).said:
        put(unescaped(line))
    over = f" with --supersedes {before.note.seq}, the entry in force" if before else ""
    tell(f"Plan {plan.id} can be recorded{over}. Nobody has examined what it says.")


@verbs.command()
def record(
    file: PlanFile,
    project: Project = Path(),
    supersedes: Annotated[
        int | None, typer.Option(help="The number of the journal entry that this plan replaces.")
    ] = None,
) -> None:
    """Write a plan to the journal. Nobody can edit it there; a later plan can supersede it."""
    home, plan = root(project), read_plan(file)
    plan_record = page.made(groups.published(home, plan.place), plan, supersedes)
    note = journal.append(journal.location(home), plan_record)
    put(f"Recorded as entry {note.seq}. Seal: {note.hash}")


@verbs.command()
def step(  # noqa: PLR0913 - one line of the journal
    place: PlaceName,
    plan: Annotated[str, typer.Argument(help="The code of the plan.")],
    what: Annotated[str, typer.Argument(help=f"What happened, as one of: {', '.join(STEPS)}.")],
    text: Annotated[str, typer.Option(help="What happened and how that is known. Never name a person.")],
    role: RoleOption,
    project: Project = Path(),
    promise: Annotated[str | None, typer.Option(help="The code of the promise, if it was kept or broken.")] = None,
    confirm: Annotated[
        list[str] | None,
        typer.Option(help="A name in the text that is of a place or a group and not of a person; may be repeated."),
    ] = None,
    on: Annotated[
        dt.datetime | None,
        typer.Option(help="The day on which it happened. Without it, today is used.", formats=["%Y-%m-%d"]),
    ] = None,
) -> None:
    """Write to the journal what happened under a plan, for example that a promise was kept or broken."""
    home = root(project)
    path = journal.location(home)
    standing = _standing(home, place, plan)
    content = {
        "step": what,
        "text": text,
        "role": role,
        "promise": promise,
        "confirmed": confirm or (),
        "on": on.date() if on else _today(),
    }
    try:
        plan_step = PlanStep.model_validate(
            content | {"place": place, "plan_id": plan, "plan_entry": standing.note.seq}
        )
    except ValidationError as error:
        raise PlanError(ledger.told(error)) from None
    note = journal.append(path, plan_step)
    put(f"Recorded as entry {note.seq}. Seal: {note.hash}")


@verbs.command()
def show(
    place: PlaceName,
    project: Project = Path(),
    format_: Annotated[
        str, format_option("table prints a table for each plan, {files} print every promise.")
    ] = TERMINAL,
) -> None:
    """Print every plan of a place with the state of each promise."""
    plans = journal.standing_plans(journal.plan_notes(journal.location(root(project))), place)
    tables.answer(format_, ledger.promises_export(plans, _today()), _ledgers(plans))
    if not plans:
        tell("No plan has been recorded yet.")


def _ledgers(plans: Sequence[PlanInForce]) -> Iterator[Part]:
    for plan in plans:
        summary = ledger.shown(plan, _today())
        rows = summary.ledger.frame
        title = f"{summary.title}, entry {plan.note.seq}, hash {plan.note.hash}"
        yield TerminalTable(list(rows.columns), rows.to_numpy().tolist(), title=title)


@app.command()
def backfire(
    file: PlanFile,
    project: Project = Path(),
    format_: Annotated[str, format_option("table and csv print the warning signs, json prints everything.")] = TERMINAL,
    is_recorded: Annotated[bool, typer.Option("--record", help="Also write the check to the journal.")] = False,
    role: RoleOption = "",
) -> None:
    """Examine the action of a plan before it is taken: its warning signs, what they ask for, and what may follow."""
    home, plan = root(project), read_plan(file)
    if plan.action is None:
        raise PlanError(f"{file.name} names no action. Fill in `action:`")
    run, assumed = groups.published(home, plan.place), load_backfire(home)
    page.made(run, plan)
    examination = view.examine(run, assumed[0], plan, plan.action)
    tables.answer(format_, ledger.check_export(run, examination, assumed), _examined(examination))
    if is_recorded:
        standing = _same(_standing(home, plan.place, plan.id), plan)
        check_record = view.check(run, assumed, standing, plan.action, role or plan.role)
        note = journal.append(journal.location(home), check_record)
        tell(f"Recorded as entry {note.seq}. Seal: {note.hash}")


def _examined(examination: view.Examined) -> Iterator[Part]:
    columns = ["Sign", "Points", "Counts as", "Plan and records", "Sources"]
    yield TerminalTable(columns, examination.frame[columns].to_numpy().tolist(), right=("Points",))
    for line in (examination.verdict, *examination.projection.said):
        yield TerminalLine(unescaped(line))
    if examination.projection.picture:
        yield TerminalLine(examination.projection.picture.alt)
        yield TerminalLine(examination.projection.picture.note)
    for row in examination.projection.neighbours.to_dict("records"):
        before = words.number(row["Recorded a month"], 1)
        yield TerminalLine(
            f"Next door, {row['Next door']}: {before} a month recorded, {row['With the action']} with the action."
        )
    for name in examination.lacking:
        yield TerminalLine(f"Still to be given: {name}", wraps=True, aside=True)


def _standing(home: Path, place: str, plan_id: str) -> PlanInForce:
    standing = journal.standing_plan(journal.plan_notes(journal.location(home)), place, plan_id)
    if standing is None:
        raise PlanError(f"Plan {plan_id} of {place} is not in the journal. Record it: harmmodel plan record FILE")
    return standing


def _same(standing: PlanInForce, plan: DeterrencePlan) -> PlanInForce:
    """Refuse a check of a text that is not the one in the journal."""
    if plan.model_copy(update={"action": None}) != standing.made.plan:
        raise PlanError(
            f"The file differs from entry {standing.note.seq}, the plan in force. Supersede it: "
            f"harmmodel plan record FILE --supersedes {standing.note.seq}"
        )
    return standing


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
