"""Whom would a threshold quantity catch? The page's pictures, tables and sentences."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from harmmodel.config.thresholds import Laboratory
from harmmodel.method.thresholds.bunching import bunching
from harmmodel.views import words
from harmmodel.views.blocks import Picture, Table
from harmmodel.views.thresholds import figures, pictures
from harmmodel.views.thresholds import rows as quantity_rows
from harmmodel.views.thresholds import sentences as thresholds_words
from harmmodel.views.thresholds.figures import Assessment, ThresholdSettings, assess
from harmmodel.views.thresholds.rows import QuantityRow
from harmmodel.views.thresholds.settings import Sample

KICKER = "Threshold lab · a tool for thinking and teaching, apart from places and scores"
EMPTY = (
    "This project describes no thresholds.",
    "Add one file per jurisdiction under config/thresholds, and config/threshold\\_lab.yaml.",
)


@dataclass(frozen=True)
class Lab:
    """Everything the page shows about one threshold; texts are Markdown with labels escaped."""

    answer: str
    warning: str
    standing: str
    meaning: tuple[str, ...]
    distribution: Picture
    roc: Picture
    compared: Picture
    groups: Picture
    bunching: Picture | None
    tables: tuple[Table, ...]
    limits: tuple[str, ...]
    source: str
    total: float


def lab(
    laboratory: Laboratory, row: QuantityRow, settings: ThresholdSettings, weights: Sample | None, on: dt.date
) -> Lab:
    """Answer the page's question for one threshold."""
    assessment = assess(row, settings)
    rows = quantity_rows.rows(laboratory)
    beside = [assess(other, settings) for other in quantity_rows.compared(rows, row.substance, on)]
    names = {group.id: group.label for group in laboratory.settings.groups}
    escape = words.plain_markdown
    lead = [thresholds_words.answer(assessment, settings), thresholds_words.burden(assessment, settings)]
    return Lab(
        answer=" ".join([f"**{escape(lead[0])}**", escape(lead[1]), escape(thresholds_words.ONE_OF_MANY)]),
        warning=escape(thresholds_words.warning(assessment, settings)),
        standing=escape(thresholds_words.standing(row, on)),
        meaning=tuple(escape(line) for line in thresholds_words.meaning(assessment)),
        distribution=_distribution(assessment, settings),
        roc=_roc(assessment, settings),
        compared=_compared(assessment, beside, settings, on),
        groups=_groups(assessment, settings, names),
        bunching=_bunching(assessment, weights),
        tables=_tables(assessment, beside, settings, rows, on),
        limits=tuple(escape(line) for line in thresholds_words.LIMITS),
        source=_source(laboratory, rows, on),
        total=assessment.total.value,
    )


def _distribution(assessment: Assessment, settings: ThresholdSettings) -> Picture:
    how = (
        "Solid: what people hold for own use; filled where they hold more than the threshold. "
        f"Dashed: people who supply ({words.plain_markdown(settings.suppliers_from)}). "
        "Grams on a log scale; areas are shares of people."
    )
    frame = pictures.distribution(settings, assessment.total.value)
    return Picture(
        "What people hold, and the threshold",
        how,
        frame,
        thresholds_words.answer(assessment, settings),
        thresholds_words.certainty(settings),
    )


def _roc(assessment: Assessment, settings: ThresholdSettings) -> Picture:
    how = (
        "Each point is a threshold: how many people who use it catches (across) and how many who supply (up). "
        "The further the curve bends to the upper left, the better a weight tells them apart; the diagonal is chance."
    )
    area = words.number(assessment.roc_area, 2)
    alt = (
        f"At {quantity_rows.grams(assessment.total.value)} the threshold catches "
        f"{thresholds_words.likely(assessment.suppliers.value)} of suppliers and "
        f"{thresholds_words.likely(assessment.users.value)} of people who use."
        if assessment.is_comparable
        else "The chosen threshold cannot be placed without a purity."
    )
    note = (
        f"A supplier holds more than a person who uses in {area} of pairs; 0.50 is chance."
        if math.isfinite(assessment.roc_area)
        else "With a file of users alone, the area under the curve is not given."
    )
    return Picture("How well a weight tells them apart", how, pictures.roc(settings, assessment), f"{alt} {note}", note)


def _compared(
    assessment: Assessment, beside: Sequence[Assessment], settings: ThresholdSettings, on: dt.date
) -> Picture:
    substance = quantity_rows.named(assessment.row.substance)
    frame = pictures.compared(beside, assessment.row, on)
    verified = sum(one.row.is_official(on) for one in beside)
    line = "The dark line is what half of the people who use exceed. " if settings.users else ""
    how = (
        f"Disc: verified beside its source; ring and ?: unverified. {line}"
        "At the right the quantity, and the share of people who use and hold more. "
        "Rows without a point count active substance and need a purity. Log scale."
    )
    note = (
        f"{words.capital(words.how_many(verified, 'quantity', 'quantities'))} of {len(beside)} are verified. "
        "They differ in what follows from them: the table says what each one means."
    )
    ends = f", from {frame['figure'].iloc[0]} to {frame['figure'].iloc[-1]}" if len(frame) else ""
    alt = f"{len(beside)} quantities of {substance} side by side{ends}; {verified} of them verified."
    return Picture(f"Quantities of {substance} side by side", how, frame, alt, note)


def _groups(assessment: Assessment, settings: ThresholdSettings, names: dict[str, str]) -> Picture:
    frame = pictures.groups(assessment, settings, names)
    how = "Share above the threshold, for all and for those who hold several times as much (×) without supplying."
    alt = "; ".join(f"{row['row']}: {row['figure']}" for row in frame.to_dict("records"))
    note = (
        "Distance, buying together and carrying for a partner multiply what one person holds without anybody selling. "
        "The factors are assumptions until somebody asks the people concerned."
    )
    return Picture("Who holds more without supplying", how, frame, alt, note)


def _bunching(assessment: Assessment, weights: Sample | None) -> Picture | None:
    if weights is None or not assessment.is_comparable:
        return None
    tested = bunching(weights.all, assessment.total.value)
    sentences = thresholds_words.bunched(tested, assessment.total.value)
    how = (
        f"{words.count(tested.in_window)} of {words.count(tested.weights)} weights lie between half the threshold and "
        "twice it; bars are equal steps of log grams that end at it."
    )
    frame = pictures.binned(weights.all, assessment.total.value)
    return Picture("Do recorded weights bunch at the threshold?", how, frame, " ".join(sentences), "\n".join(sentences))


def _tables(
    assessment: Assessment,
    beside: Sequence[Assessment],
    settings: ThresholdSettings,
    rows: Sequence[QuantityRow],
    on: dt.date,
) -> tuple[Table, ...]:
    official = quantity_rows.table(quantity_rows.official(rows, on), on)
    return (
        Table(
            "Figures of this threshold",
            pictures.figures(assessment, settings),
            f"threshold-{assessment.row.jurisdiction}-{assessment.row.substance}-"
            f"{assessment.row.standing(on).replace(' ', '-')}.csv",
            "Every figure of the chosen threshold with its range.",
        ),
        _working_table(assessment, beside, settings, on),
        Table(
            "Official table: verified quantities alone",
            official,
            "thresholds-official.csv",
            "Quantities that were read beside their source and whose review is not overdue.",
            formats={"grams": quantity_rows.grams},
            note="Every substance. A review that is overdue takes a row out.",
        ),
    )


WORKING_COLUMNS = {
    "label": "Jurisdiction",
    "threshold_grams": "Grams",
    "weight_basis": "Basis",
    "nature": "Meaning",
    "in_force": "In force",
    "status": "Status",
    "misclassified_user_rate": "Users above",
    "users_misclassified_per_supplier": "Users per supplier",
    "instrument": "Instrument",
    "source": "Source",
}


def _working_table(
    assessment: Assessment, beside: Sequence[Assessment], settings: ThresholdSettings, on: dt.date
) -> Table:
    everything = pd.DataFrame([figures.flat(one, settings, on) for one in beside])
    return Table(
        "Working table: unverified quantities too, not for official use",
        everything.reindex(columns=list(WORKING_COLUMNS)).rename(columns=WORKING_COLUMNS),
        f"thresholds-{assessment.row.substance}-working-not-official.csv",
        "Quantities of all jurisdictions with status and the share of users above.",
        formats={
            "Grams": quantity_rows.grams,
            "Users above": lambda rate: thresholds_words.likely(float("nan") if rate is None else rate),
            "Users per supplier": words.rate,
            "In force": lambda held: "not known" if held is None else "yes" if held else "no",
        },
        note="Unverified rows were not read beside their source.",
    )


def _source(laboratory: Laboratory, rows: Sequence[QuantityRow], on: dt.date) -> str:
    verified = len(quantity_rows.official(rows, on))
    return (
        f"Source: config/thresholds, {len(laboratory.jurisdictions)} jurisdictions, {len(rows)} quantities of which "
        f"{verified} are verified · in force as of {words.date(on)} · no run and no score is used"
    )
