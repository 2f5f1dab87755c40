"""The tables of Validation: what was tried, whole orders, stability, concentration and construct checks."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from harmmodel.lenses.phrases import top
from harmmodel.views import words
from harmmodel.views.blocks import Table
from harmmodel.warehouse.store.results import Document
from harmmodel.warehouse.store.runs import AreaRun


def three(value: float | None) -> str:
    """A figure with three decimals."""
    return words.number(value, 3)


def evidence_tables(run: AreaRun, result: Document) -> Iterator[Table]:
    """Give every table below the pictures."""
    for key, label, alt, columns in TABLES:
        frame = pd.DataFrame(result[key])
        if frame.empty:
            continue
        table = pd.DataFrame({title: frame[name] for name, title in columns.items() if name in frame})
        formats = {c: three for c in table.columns if pd.api.types.is_float_dtype(table[c])}
        said = {"top": top(run.config.scheme.top_share)}
        label, alt = label.format(**said), alt.format(**said)
        yield Table(label, table, f"{run.place.id}-{key.replace('_', '-')}.csv", alt, formats)


def concentration_note(result: Document) -> str:
    """Say how the units differ from those of the published figures."""
    return words.plain_markdown(result["units"])


Columns = dict[str, str]
TABLES: tuple[tuple[str, str, str, Columns], ...] = (
    (
        "tried",
        "What was tried for the violence pillar of cells",
        "Mean PEI at each share and rank correlation, by method and resolution, over the origins of all sources.",
        {
            "resolution": "Resolution",
            "method": "Method",
            "pei_0.01": "PEI 1%",
            "pei_0.02": "PEI 2%",
            "pei_0.05": "PEI 5%",
            "pei_0.1": "PEI 10%",
            "pei_0.2": "PEI 20%",
            "spearman": "Rank correlation",
        },
    ),
    (
        "whole",
        "Figures of whole orders",
        "NDCG, rank correlations, calibration, Brier score, Poisson deviance and Moran's I by origin and candidate.",
        {
            "origin": "Origin",
            "outcome": "Outcome",
            "resolution": "Resolution",
            "candidate": "Candidate",
            "events": "Events",
            "ndcg": "NDCG",
            "spearman": "Spearman",
            "spearman_low": "low",
            "spearman_high": "high",
            "kendall": "Kendall",
            "calibration_slope": "Slope",
            "calibration_intercept": "Intercept",
            "brier": "Brier",
            "poisson_deviance": "Deviance",
            "morans_i": "Moran's I",
        },
    ),
    (
        "stability",
        "Does the {top} stay the same over the years?",
        "Mean overlap of the {top} from one yearly origin to the next, and units that are in all of them.",
        {
            "resolution": "Resolution",
            "candidate": "Candidate",
            "origins": "Origins",
            "top": "Units in the top",
            "jaccard": "Overlap from year to year",
            "in_all": "In all years",
        },
    ),
    (
        "concentration",
        "In how few places does violence lie?",
        "Share of cells and of block points that hold 25% and 50% of events and of weighted harm, beside chance.",
        {
            "what": "What",
            "unit": "Unit",
            "places": "Places",
            "events": "Events",
            "share_25": "Share holding 25%",
            "chance_25": "by chance",
            "share_50": "Share holding 50%",
            "chance_50": "by chance (50%)",
            "gini": "Generalised Gini",
            "chance_gini": "by chance (Gini)",
        },
    ),
    (
        "shared",
        "Do the same places stand out by count and by harm?",
        "Places more than two standard deviations above the mean by count, by harm and by both.",
        {"unit": "Unit", "by_count": "By count", "by_harm": "By harm", "both": "By both", "jaccard": "Share in both"},
    ),
    (
        "published",
        "Published figures, for other cities and units",
        "Concentration published elsewhere, with its unit and source.",
        {"what": "What", "figure": "Figure", "unit": "Unit", "source": "Source"},
    ),
    (
        "halves",
        "Do two halves of an indicator's records agree?",
        "Split-half reliability of each indicator over areas, with its interval.",
        {
            "label": "Indicator",
            "pillar": "Pillar",
            "events": "Events",
            "reliability": "Reliability",
            "low": "low",
            "high": "high",
        },
    ),
    (
        "partial",
        "Does the score follow enforcement beyond violence?",
        "Rank correlation of scores with drug arrests per resident, plain and with the violence pillar held.",
        {"score": "Score", "plain": "Plain", "partial": "Violence held", "low": "low", "high": "high"},
    ),
    (
        "left_out",
        "Which indicators change nothing when left out?",
        "Rank correlation with the full score, largest move and areas kept in the top, without each indicator.",
        {
            "label": "Left out",
            "pillar": "Pillar",
            "spearman": "Rank correlation",
            "most_moved": "Largest move",
            "top_kept": "Kept in the top",
            "top": "of",
            "changes_nothing": "Changes nothing",
        },
    ),
)
