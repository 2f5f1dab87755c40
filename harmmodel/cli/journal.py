"""The verb journal: verify, export, due and list; it reads the journal and never writes to it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from harmmodel import journal
from harmmodel.cli import tables
from harmmodel.cli.base import Project, app, hand_out, put, root, tell
from harmmodel.cli.tables import format_option
from harmmodel.journal import KINDS, Decision
from harmmodel.views import words
from harmmodel.views.decisions import page

SHORTEST_SEAL = 12
SEAL = re.compile(rf"[0-9a-fA-F]{{{SHORTEST_SEAL},64}}")
ITSELF = "jsonl"  # the journal line by line, so that its chain can be verified elsewhere
verbs = typer.Typer(no_args_is_help=True, help="Verify, export and list the decisions that people recorded.")
app.add_typer(verbs, name="journal")


def _a_seal(text: str | None) -> str | None:
    if text is not None and not SEAL.fullmatch(text):
        raise typer.BadParameter(f"a seal is {SHORTEST_SEAL} to 64 of the characters 0-9 and a-f")
    return text


def _a_kind(name: str) -> str:
    if name not in KINDS:
        raise typer.BadParameter(f"the kinds of entries are: {', '.join(KINDS)}")
    return name


@verbs.command()
def verify(
    project: Project = Path(),
    expect: Annotated[
        str | None,
        typer.Option(
            help="The seal that an export ends with. It shows whether the end of the journal was cut off since.",
            callback=_a_seal,
        ),
    ] = None,
) -> None:
    """Examine chain and rules from the first line and name the first one at fault. A journal without lines is whole."""
    path = journal.location(root(project))
    verdict = journal.verify(path, expect)
    for note in verdict.notes:
        tell(f"Note: {note}")
    if not verdict.intact:
        raise verdict.error(f"{path}: {'; '.join(str(fault) for fault in verdict.faults)}. {verdict.remedy}")
    put(f"The journal is whole. Entries: {verdict.entries}. Seal: {verdict.seal}")


@verbs.command()
def export(
    project: Project = Path(),
    format_: Annotated[
        str,
        format_option(
            "jsonl prints all lines with their hashes, {files} print one kind of entry.", own=(ITSELF,), terminal=False
        ),
    ] = ITSELF,
    kind: Annotated[
        str, typer.Option(help=f"Which kind of entry to print: {', '.join(KINDS)}. jsonl prints all.", callback=_a_kind)
    ] = Decision.kind,
) -> None:
    """Print the whole journal with its seal. A journal that is not whole is not printed."""
    path = journal.location(root(project))
    if format_ == ITSELF:
        return hand_out(journal.json_lines(path))
    tables.answer(format_, page.journal_export(journal.every_entry(path), KINDS[kind]))


@verbs.command()
def due(
    project: Project = Path(),
    on: Annotated[
        dt.datetime | None, typer.Option(help="The day to look from. Without it, today is used.", formats=["%Y-%m-%d"])
    ] = None,
) -> None:
    """Print the decisions and plans in force whose review date has come, the longest due first."""
    day = on.date() if on else dt.datetime.now(dt.UTC).date()
    entries = journal.every_entry(journal.location(root(project)))
    late = [waits for kind in KINDS.values() for waits in kind.waiting(entries, day, words)]
    _print([sentence for _, sentence in sorted(late, key=lambda item: item[0])], "No decision is due for review.")


@verbs.command(name="list")
def list_(project: Project = Path()) -> None:
    """Print every entry as a sentence, the oldest first."""
    entries = journal.every_entry(journal.location(root(project)))
    _print([entry.sentence(words) for entry in entries], "No decision has been recorded yet.")


def _print(sentences: Iterable[str], none: str) -> None:
    sentences = list(sentences)
    for sentence in sentences:
        put(sentence)
    if not sentences:
        tell(none)
