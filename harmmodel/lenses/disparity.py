"""Stops by ethnicity and gender: how often against a population, and what comes of them. Nothing here is a harm score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from harmmodel.method import disparity as method

ALL = "all"
UNKNOWN = "unknown"
DIMENSIONS = ("ethnicity", "gender", "both")
MEASURES = {"any_action": ("arrest", "other_action"), "arrest": ("arrest",)}
Range = tuple[float, float, float]


@dataclass(frozen=True)
class Benchmark:
    """A population: people by ethnicity and the share of the first gender; without people, the other stops."""

    id: str
    people: dict[str, int]
    female: Range | None
    """Central, lowest and highest share."""


@dataclass(frozen=True)
class Description:
    """Who described ethnicity, the groups this knows not, and where their residents are counted."""

    id: str
    lacks: tuple[str, ...]
    counted_in: str | None


@dataclass(frozen=True)
class DisparityMethod:
    """How stops are compared."""

    ethnicities: tuple[str, ...]
    genders: tuple[str, str]
    descriptions: tuple[Description, ...]
    reasons: tuple[str, ...]
    without_suspicion: tuple[str, ...]
    references: dict[str, str]
    """Group that others are compared with, by dimension."""
    benchmarks: tuple[Benchmark, ...]
    level: float


def compare(stops: pd.DataFrame, how: DisparityMethod) -> dict[str, pd.DataFrame]:
    """Return the frames of a run: ratios of rates, and outcomes.

    Parameters
    ----------
    stops : one row per scheme, ethnicity, gender, reason and outcome; classes that *how* does not name are unknown
    """
    ratios, outcomes = [], []
    for scheme in how.descriptions:
        own = stops[stops["scheme"] == scheme.id]
        for reason in (ALL, *how.reasons):
            part = own if reason == ALL else own[own["reason"] == reason]
            for dimension in DIMENSIONS:
                keys = {"scheme": scheme.id, "reason": reason, "dimension": dimension}
                grouped = part.assign(group=_groups(part, dimension, scheme, how))
                outcomes += [{**keys, **row} for row in _outcomes(grouped, dimension, scheme, how)]
                others = own[(own["reason"] != "drugs") & ~own["reason"].isin(how.without_suspicion)]
                others = others.assign(group=_groups(others, dimension, scheme, how))
                for benchmark in how.benchmarks:
                    if benchmark.people or reason == "drugs":
                        found = _ratios(grouped, others, dimension, scheme, benchmark, how)
                        ratios += [{**keys, "benchmark": benchmark.id, **row} for row in found]
    return {"ratios": pd.DataFrame(ratios), "outcomes": pd.DataFrame(outcomes)}


def members(dimension: str, scheme: Description, how: DisparityMethod) -> list[str]:
    """Return the groups of a dimension that *scheme* knows, in their order; both together is ``black|male``."""
    known = [e for e in how.ethnicities if e not in scheme.lacks]
    pairs = [f"{e}|{g}" for g in reversed(how.genders) for e in known]
    return {"ethnicity": known, "gender": list(how.genders), "both": pairs}[dimension]


def _groups(part: pd.DataFrame, dimension: str, scheme: Description, how: DisparityMethod) -> pd.Series[str]:
    named = part["ethnicity"] + "|" + part["gender"] if dimension == "both" else part[dimension]
    return named.where(named.isin(members(dimension, scheme, how)), UNKNOWN)


def _ratios(
    part: pd.DataFrame,
    others: pd.DataFrame,
    dimension: str,
    scheme: Description,
    benchmark: Benchmark,
    how: DisparityMethod,
) -> Iterator[dict[str, object]]:
    reference = how.references[dimension]
    counts = part.groupby("group")["stops"].sum()
    unknown = float(counts.get(UNKNOWN, 0))
    people = _people(others, dimension, scheme, benchmark, how)
    b, of_b = float(counts.get(reference, 0)), people[reference]
    for group in members(dimension, scheme, how):
        a, of_a = float(counts.get(group, 0)), people[group]
        ratio = method.rate_ratio(a, of_a[0], b, of_b[0], how.level, sampled=not benchmark.people)
        low, high = method.ratio_bounds(a, of_a[1:], b, of_b[1:], unknown)
        same = group == reference
        yield {
            "group": group,
            "stops": int(a),
            "population": of_a[0],
            "per_1000": 1000 * a / of_a[0] if benchmark.people else float("nan"),
            "unknown": int(unknown),
            **dict(zip(("ratio", "low", "high"), (float("nan") if same else float(x) for x in ratio), strict=True)),
            "bound_low": float("nan") if same else float(low),
            "bound_high": float("nan") if same else float(high),
        }


def _people(
    others: pd.DataFrame, dimension: str, scheme: Description, benchmark: Benchmark, how: DisparityMethod
) -> dict[str, Range]:
    """Return central, lowest and highest population of each group."""
    if not benchmark.people or benchmark.female is None:
        counts = others.groupby("group")["stops"].sum()
        spare = float(counts.get(UNKNOWN, 0))
        return {
            group: (float(counts.get(group, 0)), float(counts.get(group, 0)), float(counts.get(group, 0)) + spare)
            for group in members(dimension, scheme, how)
        }
    spare = float(sum(benchmark.people[name] for name in scheme.lacks))
    by_ethnicity = {
        name: (n + (spare if name == scheme.counted_in else 0.0), float(n), n + spare)
        for name, n in benchmark.people.items()
        if name not in scheme.lacks
    }
    total = float(sum(benchmark.people.values()))
    central, low, high = benchmark.female
    shares = {how.genders[0]: (central, low, high), how.genders[1]: (1 - central, 1 - high, 1 - low)}
    if dimension == "ethnicity":
        return by_ethnicity
    if dimension == "gender":
        return {gender: (total * c, total * c, total * c) for gender, (c, _, _) in shares.items()}
    return {
        f"{name}|{gender}": (people[0] * part[0], people[1] * part[1], people[2] * part[2])
        for name, people in by_ethnicity.items()
        for gender, part in shares.items()
    }


def _outcomes(
    part: pd.DataFrame, dimension: str, scheme: Description, how: DisparityMethod
) -> Iterator[dict[str, object]]:
    # Stops of which even the outcome was too few to tell can be neither hit nor miss.
    told = part[part["outcome"].isin(["arrest", "other_action", "no_action"])]
    table = told.pivot_table(index="group", columns="outcome", values="stops", aggfunc="sum", fill_value=0)
    table = table.reindex([*members(dimension, scheme, how), UNKNOWN], fill_value=0)
    table = table.reindex(columns=["arrest", "other_action", "no_action"], fill_value=0)
    total = table.sum(axis=1)
    for measure, counted in MEASURES.items():
        hits = table[list(counted)].sum(axis=1)
        reference = how.references[dimension]
        for group in table.index:
            share = method.share(hits[group], total[group], how.level)
            is_known = group not in (reference, UNKNOWN)
            ratio = method.share_ratio(hits[group], total[group], hits[reference], total[reference], how.level)
            spare = (0, 0) if group == UNKNOWN else (hits[UNKNOWN], total[UNKNOWN])
            bounds = method.share_bounds(hits[group], total[group], *spare)
            yield {
                "group": group,
                "measure": measure,
                "stops": int(total[group]),
                "hits": int(hits[group]),
                **dict(zip(("share", "low", "high"), map(float, share), strict=True)),
                "bound_low": float(bounds[0]),
                "bound_high": float(bounds[1]),
                **dict(
                    zip(
                        ("ratio", "ratio_low", "ratio_high"),
                        (float(x) if is_known else float("nan") for x in ratio),
                        strict=True,
                    )
                ),
            }
