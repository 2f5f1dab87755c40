"""The verb validate: would the order by harm have found later harm better than counting arrests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pandas as pd

from harmmodel import registry
from harmmodel.cli import tables
from harmmodel.cli.base import PlaceName, Project, app, root, say
from harmmodel.cli.tables import TERMINAL, Part, TerminalLine, TerminalTable, format_option
from harmmodel.views.export import Export
from harmmodel.views.source import interval_name
from harmmodel.views.validation.intervals import QUESTION, Held, held
from harmmodel.views.words import unescaped
from harmmodel.warehouse.store import editions


@app.command()
def validate(
    place: PlaceName,
    project: Project = Path(),
    format_: Annotated[
        str, format_option("table prints the verdict and the main figures, {files} print every row.")
    ] = TERMINAL,
) -> None:
    """Compare orders by harm, arrests and counts with the harm recorded later, and say which finds more of it."""
    document = registry.validation(root(project), place, say)
    from harmmodel.audit.validation import verdict  # loads scikit-learn, which no other verb needs

    rows = verdict.public_rows(document)
    run = editions.published(root(project), place)
    section = held(run, document)
    content = {
        "run_id": document["run_id"],
        "verdict": document["verdict"],
        "intervals": {"finding": unescaped(section.sentence), **document["intervals"]},
        "rows": rows,
    }
    lines = _terminal(document, rows, section, interval_name(run))
    tables.answer(format_, Export(pd.DataFrame(rows), document=content), lines)


def _terminal(document: dict[str, Any], rows: list[dict[str, Any]], section: Held, interval: str) -> Iterator[Part]:
    for sentence in document["verdict"]:
        yield TerminalLine(sentence)
    yield from _section(section)
    full = [origin["as_of"] for origin in document["origins"] if origin["full"]]
    for origin in full[1:2] or full:
        yield _table(
            [r for r in rows if r["origin"] == origin and r["outcome"] == document["outcomes"][0]["id"]],
            origin,
            interval,
        )
    for sentence in document["limits"]:
        yield TerminalLine(f"Limit: {sentence}")


def _section(section: Held) -> Iterator[Part]:
    """Say whether the intervals hold, and lay out the figures."""
    yield TerminalLine(f"{QUESTION} {unescaped(section.sentence)}")
    for table in section.tables:
        frame = table.written()
        yield TerminalTable(tuple(frame.columns), frame.itertuples(index=False), caption=unescaped(table.note))


def _table(rows: list[dict[str, Any]], origin: str, interval: str) -> TerminalTable:
    """Lay out PEI with its interval: a line per resolution and candidate, a column per share."""
    shares = sorted({float(row["share"]) for row in rows})
    columns = ("Units", "Candidate", *(f"{share:.0%}" for share in shares))
    lines: dict[tuple[str, str], dict[float, str]] = {}
    for row in rows:
        text = row["pei"] if isinstance(row["pei"], str) else f"{row['pei']:.2f} {row['low']:.2f}–{row['high']:.2f}"
        lines.setdefault((row["resolution"], row["candidate"]), {})[float(row["share"])] = text
    cells = [(*names, *(by_share.get(share, "–") for share in shares)) for names, by_share in sorted(lines.items())]
    return TerminalTable(columns, cells, title=f"PEI from {origin}, {interval}")
