"""The tables of the page Disparity: ratios, outcomes, and where each population comes from."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd

from harmmodel.config.disparity import DisparityScheme
from harmmodel.errors import ConfigError
from harmmodel.lenses.disparity import ALL, UNKNOWN
from harmmodel.lenses.phrases import as_set
from harmmodel.method.disclosure import hidden
from harmmodel.views import gaps, source, words
from harmmodel.views.blocks import Table
from harmmodel.views.export import Export
from harmmodel.warehouse.read.disparity import DisparityRun

KEYS = ["scheme", "reason", "dimension"]
FIGURES = ["stops", "hits", "share", "low", "high", "bound_low", "bound_high", "ratio", "ratio_low", "ratio_high"]
RATIO_FIGURES = ["stops", "population", "per_1000", "unknown", "ratio", "low", "high", "bound_low", "bound_high"]
NOT_PROOF = (
    "Passing such a test is not proof of fairness, and a ratio away from 1 is not by itself proof of unequal "
    "treatment: "
    "both depend on the population they are set against and on how people came to be stopped."
)


def scheme(run: DisparityRun) -> DisparityScheme:
    """Return how the run compared stops."""
    if run.config.disparity is None:
        raise ConfigError(f"{run.place.id} has no disparity.yaml")
    return run.config.disparity


def told_outcomes(run: DisparityRun) -> pd.DataFrame:
    """Return the outcomes; NaN for a group with a count under the policy's k, or one that would give such a count away.

    A count of 0 is kept back too: in a file of pooled counts it may stand for a few.
    """
    frame = run.outcomes.copy()
    frame[FIGURES] = frame[FIGURES].astype(np.float64)
    k = run.config.policy.disclosure.internal
    for _, rows in frame.groupby(KEYS, sort=False):
        arrests = rows[rows["measure"] == "arrest"].set_index("group")
        action = rows[rows["measure"] == "any_action"].set_index("group")
        parts = (arrests["hits"], action["hits"] - arrests["hits"], action["stops"] - action["hits"])
        table = np.column_stack([part.to_numpy(np.float64) for part in parts])
        few = np.logical_or(hidden(table, k), table < k)
        gone = [bool(row.any()) for row in few]
        hide = {group for group, is_hidden in zip(arrests.index, gone, strict=True) if is_hidden}
        frame.loc[[n for n, group in zip(rows.index, rows["group"], strict=True) if group in hide], FIGURES] = math.nan
    return frame


def told_ratios(run: DisparityRun) -> pd.DataFrame:
    """Return the ratios; NaN where the stops of a group are too few, or what they are set against are."""
    frame = run.ratios.copy()
    frame[RATIO_FIGURES] = frame[RATIO_FIGURES].astype(np.float64)
    k = run.config.policy.disclosure.internal
    for _, rows in frame.groupby([*KEYS, "benchmark"], sort=False):
        mask = hidden(rows["stops"].to_numpy(np.float64)[np.newaxis, :], k)[0].tolist()
        too_few = ((rows["population"] < k) | (rows["stops"] < k)).tolist()
        gone = [n for n, one, other in zip(rows.index, mask, too_few, strict=True) if one or other]
        frame.loc[gone, RATIO_FIGURES] = math.nan
    return frame


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of *frame* by column name."""
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def reason_label(run: DisparityRun, reason: str) -> str:
    """Return the words of a reason."""
    return {ALL: "All stops", **{r.id: r.label for r in scheme(run).reasons}}.get(reason, reason)


def group_label(run: DisparityRun, group: str) -> str:
    """Return the words of a group: ``black|male`` is "Black men and boys"."""
    how = scheme(run)
    ethnicities = {e.id: e.label for e in how.ethnicities}
    genders = {g.id: g.label for g in how.genders}
    if group == UNKNOWN:
        return "Not stated or not recorded"
    ethnicity, _, gender = group.rpartition("|")
    if ethnicity:
        return f"{ethnicities.get(ethnicity, ethnicity)} {genders.get(gender, gender).lower()}"
    return ethnicities.get(group) or genders.get(group, group)


def reference(run: DisparityRun, dimension: str) -> str:
    """Return the group that others of *dimension* are compared with."""
    reference_group = scheme(run).reference
    return {
        "ethnicity": reference_group.ethnicity,
        "gender": reference_group.gender,
        "both": "|".join(reference_group.both),
    }[dimension]


def long_table(run: DisparityRun) -> pd.DataFrame:
    """Return every ratio and every outcome, one row each, in the columns of ``disparity``."""
    ratios = told_ratios(run).assign(test="rate ratio", measure="stops")
    ratios = ratios.drop(columns="unknown").rename(columns={"ratio": "value"})
    outcomes = told_outcomes(run).assign(test="outcome", benchmark="the stops themselves")
    outcomes = outcomes.rename(columns={"share": "value", "ratio": "to_reference"})
    outcomes = outcomes.rename(columns={"ratio_low": "to_reference_low", "ratio_high": "to_reference_high"})
    table = pd.concat([ratios, outcomes], ignore_index=True)
    table["reference"] = table["dimension"].map({d: reference(run, d) for d in ("ethnicity", "gender", "both")})
    statuses = {b.id: b.status for b in scheme(run).benchmarks}
    table["status"] = table["benchmark"].map(statuses).fillna("verified")
    columns = ["test", "scheme", "reason", "dimension", "group", "reference", "benchmark", "status", "measure"]
    figures = ["stops", "hits", "population", "per_1000", "value", "low", "high", "bound_low", "bound_high"]
    last = ["to_reference", "to_reference_low", "to_reference_high"]
    return table[[*columns, *figures, *last]].replace([math.inf], math.nan)


def long_export(run: DisparityRun) -> Export:
    """Return every figure to be handed out, with run, benchmarks, what cannot be told, and the sentence on fairness."""
    origin = {k: run.manifest[k] for k in ("place", "as_of", "data_end", "interval")}
    benchmarks = [json.loads(b.model_dump_json()) for b in scheme(run).benchmarks]
    caution = [NOT_PROOF, *limits(run)]
    about = {"run_id": run.run_id, **origin, **run.facts, "caution": caution, "benchmarks": benchmarks}
    about["known_gaps"] = records(gaps.frame(run))
    return Export(long_table(run), about)


def limits(run: DisparityRun) -> tuple[str, ...]:
    """Tell what these tests cannot show."""
    return (
        "Stops are counted, not people. The interval treats stops as independent of each other; where the same "
        "people are stopped "
        "again or several at once, the true interval is wider.",
        f"A ratio per resident takes everyone who lives in {run.place.whole} as open to being stopped. Who is in the "
        "street, when, and at what "
        "age differs between groups, and no count of that is used here.",
        "The outcome test compares averages, while fairness is about the last person stopped. Two groups stopped "
        "under one and the same "
        "threshold have different shares when suspicion is spread differently among them, and the other way round "
        "(infra-marginality).",
        "An outcome is what police did, not what was found: an arrest or a penalty may itself be given more readily to "
        "one group.",
        "Both tests start with people who were stopped. Where unneeded stops fall on one group, what follows from "
        "its stops looks better or worse than it is.",
        f"Many comparisons stand on this page. With {source.interval_name(run)}s {_missing(run)} of them would miss "
        "the true value by chance alone.",
    )


def _missing(run: DisparityRun) -> str:
    """Say how many of many intervals lie beside the true value by chance: one in ten of 90% intervals."""
    low, high = run.config.scheme.interval
    missed = 1 - (high - low)
    of = round(1 / missed)
    if not math.isclose(of * missed, 1):
        return as_set(missed)
    return f"one in {words.NUMBERS[of] if of < len(words.NUMBERS) else words.number(of)}"


def times(value: float) -> str:
    """Return a ratio for a row: one decimal from 0.95, two significant digits below."""
    if not math.isfinite(value):
        return "no limit" if value == math.inf else words.MISSING
    return f"{words.number(value, 1)}×" if value >= 0.95 else f"{words.number(value, 2)}×"


def times_span(low: float, high: float) -> str:
    """Return an interval of ratios inside a sentence, both ends with the same decimals."""
    if math.isnan(low) or math.isnan(high):
        return words.MISSING
    decimals = 1 if low >= 0.95 else 2
    return f"{words.number(low, decimals)} to {'any' if math.isinf(high) else words.number(high, decimals)}"


def tables(
    run: DisparityRun, reason: str, described: str, ratios: pd.DataFrame, shares: pd.DataFrame
) -> tuple[Table, ...]:
    """Return the tables for one reason and one description of ethnicity."""
    name = f"{run.place.id}-{reason}-{described}"
    what = f"{reason_label(run, reason)}, ethnicity {_described(run, described)}"
    return (_ratios(run, name, what, ratios), _outcomes(run, name, what, shares), _populations(run))


def _described(run: DisparityRun, described: str) -> str:
    label = {d.id: d.label for d in scheme(run).descriptions}[described]
    return label[:1].lower() + label[1:]


def _ratios(run: DisparityRun, name: str, what: str, rows: pd.DataFrame) -> Table:
    labels = {b.id: f"{words.capital(b.label)} ({b.status})" for b in scheme(run).benchmarks}
    frame = pd.DataFrame(
        {
            "Group": [group_label(run, group) for group in rows["group"]],
            "Compared with": [group_label(run, reference(run, d)) for d in rows["dimension"]],
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


def _outcomes(run: DisparityRun, name: str, what: str, rows: pd.DataFrame) -> Table:
    measures = {"any_action": "Any but no further action", "arrest": "Arrest"}
    frame = pd.DataFrame(
        {
            "Group": [group_label(run, group) for group in rows["group"]],
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


def _populations(run: DisparityRun) -> Table:
    how = scheme(run)
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
