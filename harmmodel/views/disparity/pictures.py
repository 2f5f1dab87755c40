"""The pictures of the page Disparity: ratios, outcomes, and what led to nothing."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from harmmodel.lenses.disparity import UNKNOWN
from harmmodel.views import source, words
from harmmodel.views.disparity import rows as told
from harmmodel.views.parts import Picture
from harmmodel.warehouse.read.disparity import StopsRun

FAR = 1000.0  # beyond the end of every axis: a bound without limit is drawn to the end
MEASURES = {"any_action": "an outcome of any kind", "arrest": "an arrest"}


def _line(run: StopsRun, row: dict[str, Any], name: str) -> dict[str, Any]:
    bounded = "–".join(told.times(x) for x in (row["bound_low"], row["bound_high"]))
    figures = f"{told.times(row['low'])}–{told.times(row['high'])} ({bounded})"
    is_told = math.isfinite(row["ratio"])
    return {
        "row": name,
        "value": row["ratio"],
        "low": row["low"],
        "high": row["high"],
        "bound_low": row["bound_low"] if is_told else math.nan,
        "bound_high": min(row["bound_high"], FAR) if is_told else math.nan,
        "figure": told.times(row["ratio"]) if is_told else words.MISSING,
        "detail": figures.replace("×", "") if is_told else "too few to tell",
    }


def ratio_picture(run: StopsRun, rows: pd.DataFrame) -> Picture:
    """Return the ratios by ethnicity, the population named in each row."""
    reference = told.reference(run, "ethnicity")
    labels = {b.id: b.label for b in told.scheme(run).benchmarks}
    lines = [
        _line(run, row, f"{told.group_label(run, row['group'])}, {labels[row['benchmark']]}")
        for group in dict.fromkeys(rows["group"])
        for row in told.records(rows[rows["group"] == group])
        if group != reference
    ]
    other = told.group_label(run, reference)
    return Picture(
        "How often, against each population",
        words.plain_markdown(
            f"Stops of a group for each person of the population named in the row, divided by the same for {other}; "
            "1 is as often. "
            f"Point and bar: estimate and {source.interval_name(run)}. Dotted: where it would lie if all stops of "
            "unknown ethnicity "
            "were of one group."
        ),
        pd.DataFrame(lines),
        f"Ratio of stops by ethnicity to those of {other}, {len(lines)} rows; every figure is in the row and in the "
        "table.",
        "Figures: ratio, interval, and on a wide page in brackets the bounds. The populations are different questions, "
        "not better and worse answers; bars that are narrow only say that stops are many.",
    )


def both_picture(run: StopsRun, benchmark: str, rows: pd.DataFrame) -> Picture:
    """Return the ratios by gender and by both."""
    label = {b.id: b.label for b in told.scheme(run).benchmarks}[benchmark]
    lines = []
    for dimension in ("gender", "both"):
        reference = told.reference(run, dimension)
        part = rows[(rows["dimension"] == dimension) & (rows["group"] != reference)]
        other = told.group_label(run, reference)
        lines += [
            _line(
                run,
                row,
                told.group_label(run, row["group"]) + (f", to {other.lower()}" if dimension == "gender" else ""),
            )
            for row in told.records(part)
        ]
    pair = told.group_label(run, told.reference(run, "both"))
    return Picture(
        "By gender, and by ethnicity and gender together",
        words.plain_markdown(
            f"As above, set against {label}. First row: men and boys to women and girls. All others: to {pair}. "
            "How many are women, in the city and in each ethnicity, is an assumption; the dotted line covers its range."
        ),
        pd.DataFrame(lines),
        f"Ratios of stops by gender and by ethnicity and gender, set against {label}.",
        "Few stops are of women and girls, and what is unknown weighs more on small groups: read the dotted line "
        "first.",
    )


def outcome_picture(run: StopsRun, shares: pd.DataFrame, measure: str) -> Picture:
    """Return the share of stops with an outcome, by ethnicity."""
    rows = shares[(shares["dimension"] == "ethnicity") & (shares["measure"] == measure)]
    lines = [
        {
            "row": told.group_label(run, row["group"]),
            "value": 100 * row["share"],
            "low": 100 * row["low"],
            "high": 100 * row["high"],
            "tier": "baseline" if row["group"] == UNKNOWN else "focus",
            "figure": words.share(row["share"]),
            "detail": words.interval(100 * row["low"], 100 * row["high"], 1)
            if math.isfinite(row["share"])
            else "too few to tell",
        }
        for row in told.records(rows)
    ]
    known = rows[rows["share"].notna() & (rows["group"] != UNKNOWN)]
    spread = ""
    if len(known):
        spread = f"From {words.share(known['share'].min())} to {words.share(known['share'].max())}."
    return Picture(
        f"Stops that led to {MEASURES[measure]}",
        f"Share of stops, with {source.interval_name(run)}. The ring is unknown ethnicity, a class of its own.",
        pd.DataFrame(lines),
        f"Share of stops that led to {MEASURES[measure]}, by ethnicity. {spread}",
        spread,
    )


def reason_picture(run: StopsRun, scheme: str) -> Picture:
    """Return the share of stops of each reason that led to nothing."""
    frame = told.told_outcomes(run)
    frame = frame[(frame["scheme"] == scheme) & (frame["dimension"] == "ethnicity")]
    frame = frame[(frame["measure"] == "any_action") & frame["share"].notna()]
    sums = frame.groupby("reason", sort=False)[["stops", "hits"]].sum()
    lines = [
        {
            "row": told.reason_label(run, str(reason)),
            "value": 100 * (1 - row["hits"] / row["stops"]),
            "low": math.nan,
            "high": math.nan,
            "figure": words.share(1 - row["hits"] / row["stops"]),
            "detail": f"of {words.number(row['stops'])}",
        }
        for reason, row in sums.iterrows()
    ]
    return Picture(
        "Stops that led to no further action",
        "Share of all recorded stops of each reason. A count of every stop, so it has no interval; pooled stops are "
        "left out.",
        pd.DataFrame(lines),
        " ".join(f"{line['row']}: {line['figure']}." for line in lines),
        "The record does not say whether anything was found. A search that leads to nothing is still a search of "
        "someone.",
    )
