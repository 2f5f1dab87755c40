"""The tables of the page Disparity: ratios, outcomes, and where each population comes from."""

from __future__ import annotations

import math

import pandas as pd

from harmmodel.views import source, words
from harmmodel.views.disparity import rows as told
from harmmodel.views.parts import Table
from harmmodel.warehouse.read.disparity import StopsRun


def tables(run: StopsRun, reason: str, scheme: str, ratios: pd.DataFrame, shares: pd.DataFrame) -> tuple[Table, ...]:
    """Return the tables for one reason and one description of ethnicity."""
    name = f"{run.place.id}-{reason}-{scheme}"
    what = f"{told.reason_label(run, reason)}, ethnicity {_scheme(run, scheme)}"
    return (_ratios(run, name, what, ratios), _outcomes(run, name, what, shares), _populations(run))


def _scheme(run: StopsRun, scheme: str) -> str:
    label = {d.id: d.label for d in told.scheme(run).descriptions}[scheme]
    return label[:1].lower() + label[1:]


def _ratios(run: StopsRun, name: str, what: str, rows: pd.DataFrame) -> Table:
    labels = {b.id: f"{words.capital(b.label)} ({b.status})" for b in told.scheme(run).benchmarks}
    frame = pd.DataFrame(
        {
            "Group": [told.group_label(run, group) for group in rows["group"]],
            "Compared with": [told.group_label(run, told.reference(run, d)) for d in rows["dimension"]],
            "Population": rows["benchmark"].map(labels),
            "Stops": rows["stops"],
            "Set against": rows["population"],
            "Per 1,000": rows["per_1000"],
            "Ratio": rows["ratio"],
            "Low": rows["low"],
            "High": rows["high"],
            "Bound, low": rows["bound_low"],
            "Bound, high": rows["bound_high"],
        }
    ).reset_index(drop=True)
    formats = {
        **dict.fromkeys(("Stops", "Set against"), words.number),
        "Per 1,000": words.rate,
        **dict.fromkeys(("Ratio", "Low", "High", "Bound, low", "Bound, high"), _two),
    }
    origin = source.origin(run, rows["group"])
    return Table(
        "Table of all ratios",
        frame,
        f"{name}-ratios.csv",
        f"Ratios of stops by ethnicity, gender and both. {what}.",
        formats,
        origin,
        words.plain_markdown(f"{what}. – in Ratio: the group that others are compared with, or too few stops to tell."),
    )


def _outcomes(run: StopsRun, name: str, what: str, rows: pd.DataFrame) -> Table:
    measures = {"any_action": "Any but no further action", "arrest": "Arrest"}
    frame = pd.DataFrame(
        {
            "Group": [told.group_label(run, group) for group in rows["group"]],
            "Outcome": rows["measure"].map(measures),
            "Stops": rows["stops"],
            "With this outcome": rows["hits"],
            "Share": 100 * rows["share"],
            "Low": 100 * rows["low"],
            "High": 100 * rows["high"],
            "Bound, low": 100 * rows["bound_low"],
            "Bound, high": 100 * rows["bound_high"],
            "To reference": rows["ratio"],
            "Ratio, low": rows["ratio_low"],
            "Ratio, high": rows["ratio_high"],
        }
    ).reset_index(drop=True)
    formats = {
        **dict.fromkeys(("Stops", "With this outcome"), words.number),
        **dict.fromkeys(("Share", "Low", "High", "Bound, low", "Bound, high"), _percent),
        **dict.fromkeys(("To reference", "Ratio, low", "Ratio, high"), _two),
    }
    return Table(
        "Table of all outcomes",
        frame,
        f"{name}-outcomes.csv",
        f"Shares of stops by outcome, ethnicity, gender and both. {what}.",
        formats,
        source.origin(run, rows["group"]),
        words.plain_markdown(
            f"{what}. Shares in percent. Bounds: all unknown stops without the outcome, or all with it."
        ),
    )


def _populations(run: StopsRun) -> Table:
    how = told.scheme(run)
    groups = {e.id: e.label for e in how.ethnicities}
    frame = pd.DataFrame(
        [
            {
                "Population": words.capital(b.label),
                "Status": b.status,
                **{label: float(b.people.get(name, math.nan)) for name, label in groups.items()},
                "What it says": b.means,
                "What was checked": b.checked,
                "Source": b.source.title,
                "Address": b.source.href,
            }
            for b in how.benchmarks
        ]
    )
    return Table(
        "Table of the populations, their sources and what was checked",
        frame,
        f"{run.place.id}-populations.csv",
        "The populations that stops are set against.",
        dict.fromkeys(groups.values(), words.number),
        pd.DataFrame({"run_id": [run.run_id] * len(frame)}),
        "Unverified: not all figures were compared with the source itself. Take such a ratio as provisional.",
    )


def _two(value: float) -> str:
    return "no limit" if value == math.inf else words.number(value, 2)


def _percent(value: float) -> str:
    return words.MISSING if not math.isfinite(value) else f"{words.number(value, 1)}%"
