"""The verb thresholds: whom a threshold quantity catches, for one jurisdiction or all of them side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from harmmodel.cli import tables
from harmmodel.cli.base import Project, app, root, say
from harmmodel.cli.tables import TERMINAL, Part, TerminalLine, TerminalTable, format_option
from harmmodel.config.thresholds import load_thresholds
from harmmodel.errors import QuantityError
from harmmodel.method.thresholds.bunching import Bunching, bunching
from harmmodel.views import words
from harmmodel.views.export import Export
from harmmodel.views.thresholds import figures, sentences
from harmmodel.views.thresholds import rows as quantity_rows
from harmmodel.views.thresholds import settings as lab_settings
from harmmodel.views.thresholds.figures import Assessment, ThresholdSettings, assess
from harmmodel.views.thresholds.rows import QuantityRow

COLUMNS = (
    *("Jurisdiction", "Substance", "Quantity", "Basis", "Meaning", "In force"),
    *("Status", "Users above", "Range"),
)


@app.command()
def thresholds(  # noqa: PLR0913 - each option is a figure of its own
    jurisdiction: Annotated[
        str | None, typer.Option(help="Its English name, such as mexico. Without it, all are printed.")
    ] = None,
    substance: Annotated[str | None, typer.Option(help="Such as cannabis_herb. Without it, all are printed.")] = None,
    median: Annotated[str | None, typer.Option(help="The grams that half of those who use exceed, or a range.")] = None,
    p90: Annotated[str | None, typer.Option(help="The grams that one in ten who use exceeds, or a range.")] = None,
    respondents: Annotated[int | None, typer.Option(help="How many were asked, for the interval.", min=10)] = None,
    quantities: Annotated[
        Path | None, typer.Option("--quantities", help="A CSV file of grams and, if known, role (user, supplier).")
    ] = None,
    grams: Annotated[float | None, typer.Option(help="A threshold of your own, in grams, instead of a law's.")] = None,
    purity: Annotated[str | None, typer.Option(help="The share of active substance: 0.3, 30% or a range.")] = None,
    dose: Annotated[str | None, typer.Option(help="One dose as sold, in grams or as a range.")] = None,
    doses_a_day: Annotated[str, typer.Option(help="The doses on a day of use, as a number or a range.")] = "1",
    weights: Annotated[
        Path | None, typer.Option(help="A CSV file of weights (column grams), tested for bunching at the threshold.")
    ] = None,
    on: Annotated[str | None, typer.Option(help="The day that decides what is in force, such as 2024-06-30.")] = None,
    official: Annotated[bool, typer.Option(help="Print only quantities verified beside their source.")] = False,
    project: Project = Path(),
    format_: Annotated[str, format_option("How the figures are printed.", also={"text": TERMINAL})] = TERMINAL,
) -> None:
    """Print whom a threshold quantity would catch: the misclassified-user rate, doses, days, bunching."""
    laboratory = load_thresholds(root(project))
    entered = lab_settings.TypedSettings(
        median=median or "",
        p90=p90 or "",
        respondents=str(respondents or ""),
        purity=purity or "",
        dose=dose or "",
        doses_a_day=doses_a_day,
    )
    sample = None if quantities is None else lab_settings.parsed_sample(_bytes(quantities), quantities.name)
    settings = lab_settings.settings(laboratory.settings, entered, sample, with_example=False)
    day = _day(on)
    rows = quantity_rows.rows(laboratory)
    # A check is in date now or it is not: a past day decides what was in force, not whether a review is overdue.
    rows = quantity_rows.official(rows, max(day, _today())) if official else rows
    if official and grams is not None:
        raise QuantityError("--grams is a quantity of your own, which no source verifies; leave out --official")
    assessments = [assess(row, settings) for row in _asked(rows, jurisdiction, substance, grams, day)]
    tested = [None if weights is None else _bunching(weights, one) for one in assessments]
    is_one = grams is not None or (jurisdiction is not None and substance is not None)
    flat = [
        figures.flat(one, settings, day) | ({} if test is None else figures.flat_bunching(test))
        for one, test in zip(assessments, tested, strict=True)
    ]
    terminal = _one(assessments[0], tested[0], settings, day) if is_one else _all(assessments, settings, day)
    tables.answer(format_, Export(pd.DataFrame(flat), document=flat[0] if is_one else flat), terminal)


def _asked(
    rows: tuple[QuantityRow, ...], jurisdiction: str | None, substance: str | None, grams: float | None, day: dt.date
) -> tuple[QuantityRow, ...]:
    """The rows that the options ask for; one alone where jurisdiction and substance are named."""
    if grams is not None:
        if substance is None or jurisdiction is not None:
            raise QuantityError("--grams needs --substance, and no jurisdiction. Leave out --jurisdiction")
        quantity_rows.named(substance)
        lab_settings.parsed_range(repr(grams), "--grams")
        return (quantity_rows.own_row(substance, grams),)
    if jurisdiction is not None and substance is not None:
        fitting = quantity_rows.chosen(rows, jurisdiction, substance, day)
        for other in fitting[1:]:
            nature = quantity_rows.NATURES[other.nature]
            say(f"Also: {quantity_rows.grams(other.grams)}, {other.instrument} ({nature})")
        return fitting[:1]
    if substance is not None:
        return quantity_rows.compared(rows, substance, day)
    if jurisdiction is not None:
        fitting = tuple(row for row in rows if row.jurisdiction == jurisdiction)
        return fitting or quantity_rows.chosen(rows, jurisdiction, "heroin", day)
    return rows


def _bunching(path: Path, assessment: Assessment) -> Bunching | None:
    if not assessment.is_comparable:
        return None
    return bunching(lab_settings.parsed_sample(_bytes(path), path.name).all, assessment.total.value)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > lab_settings.LARGEST_FILE:
            raise QuantityError(f"{path} has more than {lab_settings.LARGEST_FILE:,} bytes. Use a smaller file")
        return path.read_bytes()
    except OSError as error:
        raise QuantityError(f"{path} cannot be read ({error.strerror}). Check the path and its permissions") from None


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def _day(text: str | None) -> dt.date:
    if text is None:
        return _today()
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise QuantityError(f"--on: {text[:40]!r} is no day; write it as 2024-06-30") from None


def _all(assessments: list[Assessment], settings: ThresholdSettings, day: dt.date) -> Iterator[Part]:
    yield _table(assessments, day)
    yield TerminalLine(f"{sentences.ONE_OF_MANY} {sentences.certainty(settings)}".strip())


def _one(assessment: Assessment, tested: Bunching | None, settings: ThresholdSettings, day: dt.date) -> Iterator[Part]:
    lines = [
        sentences.answer(assessment, settings),
        sentences.burden(assessment, settings),
        sentences.certainty(settings),
        *sentences.meaning(assessment),
        "Net widening: "
        + (words.MISSING if assessment.widening == "not known" else sentences.warning(assessment, settings)),
        *(() if tested is None else sentences.bunched(tested, assessment.total.value)),
        sentences.standing(assessment.row, day),
        sentences.ONE_OF_MANY,
    ]
    yield from (TerminalLine(line) for line in lines if line)


def _table(assessments: list[Assessment], day: dt.date) -> TerminalTable:
    rows = []
    for one in assessments:
        row = one.row
        force = quantity_rows.in_force_words(row, day)
        users = (sentences.likely(one.users.value), sentences.likely_range(one.users))
        cells = (
            row.label,
            quantity_rows.named(row.substance),
            quantity_rows.grams(row.grams),
            row.weight_basis,
            row.nature,
            force,
        )
        rows.append((*cells, row.standing(day), *users))
    return TerminalTable(COLUMNS, rows, title="Threshold quantities", right=("Quantity", "Users above", "Range"))
