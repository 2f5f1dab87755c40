"""Stops by ethnicity and gender: how often against a population, and what comes of them. No harm score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from harmmodel.method import disparity as method

ALL = "all"
UNKNOWN = "unknown"
POOLED = "pooled"  # too few to tell, so merged before the file came here; neither known nor a class of its own
DIMENSIONS = ("ethnicity", "gender", "both")
MEASURES = {"any_action": ("arrest", "other_action"), "arrest": ("arrest",)}
OUTCOMES = ("arrest", "other_action", "no_action")
SHARES = ("share", "low", "high", "bound_low", "bound_high")
TO_OTHER = ("ratio", "ratio_low", "ratio_high")
Range = tuple[float, float, float]


@dataclass(frozen=True)
class Benchmark:
    """A population: people by ethnicity and the share of the first gender; without people, the other stops."""

    id: str
    people: dict[str, int]
    female: Range | None
    """Central, lowest and highest share."""


@dataclass(frozen=True)
class DescriptionSpec:
    """Who described ethnicity, the groups this knows not, and where their residents are counted."""

    id: str
    lacks: tuple[str, ...]
    counted_in: str | None


@dataclass(frozen=True)
class DisparityMethod:
    """How stops are compared."""

    ethnicities: tuple[str, ...]
    genders: tuple[str, str]
    descriptions: tuple[DescriptionSpec, ...]
    reasons: tuple[str, ...]
    without_suspicion: tuple[str, ...]
    references: dict[str, str]
    """Group that others are compared with, by dimension."""
    benchmarks: tuple[Benchmark, ...]
    level: float


@dataclass(frozen=True)
class _Cut:
    """One way to look at stops: by what, as described by whom."""

    dimension: str
    scheme: DescriptionSpec
    how: DisparityMethod

    @property
    def members(self) -> list[str]:
        """Groups that are known, in their order; both together is ``black|male``."""
        known = [e for e in self.how.ethnicities if e not in self.scheme.lacks]
        pairs = [f"{e}|{g}" for g in reversed(self.how.genders) for e in known]
        return {"ethnicity": known, "gender": list(self.how.genders), "both": pairs}[self.dimension]

    @property
    def reference(self) -> str:
        """Group that others are compared with."""
        return self.how.references[self.dimension]

    def grouped(self, part: pd.DataFrame) -> pd.DataFrame:
        """*part* with the group of each row."""
        both = self.dimension == "both"
        named = part["ethnicity"] + "|" + part["gender"] if both else part[self.dimension]
        unknown = pd.Series(UNKNOWN, named.index).mask(named.str.contains(POOLED), POOLED)
        return part.assign(group=named.where(named.isin(self.members), unknown))

    def possible(self, part: pd.DataFrame) -> dict[str, float]:
        """Stops that may be of a group and are not known to be, by group."""
        spare = {}
        for group in self.members:
            ethnicity, _, gender = group.rpartition("|") if self.dimension == "both" else (group, "", "")
            name = "ethnicity" if self.dimension == "both" else self.dimension
            known = part[name].isin(_Cut(name, self.scheme, self.how).members)
            may = (part[name] == ethnicity) | ~known
            if gender:
                may &= (part["gender"] == gender) | ~part["gender"].isin(self.how.genders)
            spare[group] = float(part.loc[may & (part["group"] != group), "stops"].sum())
        return spare


def compare(stops: pd.DataFrame, how: DisparityMethod) -> dict[str, pd.DataFrame]:
    """Return the frames of a run: ratios of rates, and outcomes.

    Parameters
    ----------
    stops : one row per scheme, ethnicity, gender, reason and outcome; classes that *how* does not name are unknown
    """
    ratios, outcomes = [], []
    for scheme in how.descriptions:
        own = stops[stops["scheme"] == scheme.id]
        others = own[(own["reason"] != "drugs") & ~own["reason"].isin(how.without_suspicion)]
        for reason in (ALL, *how.reasons):
            part = own if reason == ALL else own[own["reason"] == reason]
            for dimension in DIMENSIONS:
                cut = _Cut(dimension, scheme, how)
                keys = {"scheme": scheme.id, "reason": reason, "dimension": dimension}
                outcomes += [{**keys, **row} for row in _outcomes(cut.grouped(part), cut)]
                for benchmark in how.benchmarks:
                    if benchmark.people or reason == "drugs":
                        people = _people(cut.grouped(others), cut, benchmark)
                        rows = _ratios(cut.grouped(part), people, cut, sampled=not benchmark.people)
                        ratios += [{**keys, "benchmark": benchmark.id, **row} for row in rows]
    return {"ratios": pd.DataFrame(ratios), "outcomes": pd.DataFrame(outcomes)}


def _ratios(part: pd.DataFrame, people: dict[str, Range], cut: _Cut, *, sampled: bool) -> Iterator[dict[str, object]]:
    counts = part.groupby("group")["stops"].sum()
    unknown = cut.possible(part)
    b, of_b = float(counts.get(cut.reference, 0)), people[cut.reference]
    for group in cut.members:
        a, of_a = float(counts.get(group, 0)), people[group]
        ratio = method.rate_ratio((a, of_a[0]), (b, of_b[0]), cut.how.level, sampled=sampled)
        bounds = method.ratio_bounds(a, of_a[1:], b, of_b[1:], (unknown[group], unknown[cut.reference]))
        names = ("ratio", "low", "high", "bound_low", "bound_high")
        is_reference = group == cut.reference
        yield {
            "group": group,
            "stops": int(a),
            "population": of_a[0],
            "per_1000": float("nan") if sampled else 1000 * a / of_a[0],
            "unknown": int(unknown[group]),
            **{n: float("nan") if is_reference else float(x) for n, x in zip(names, (*ratio, *bounds), strict=True)},
        }


def _people(others: pd.DataFrame, cut: _Cut, benchmark: Benchmark) -> dict[str, Range]:
    """Return central, lowest and highest population of each group."""
    if not benchmark.people or benchmark.female is None:
        counts = others.groupby("group")["stops"].sum()
        known = {group: float(counts.get(group, 0)) for group in cut.members}
        return {
            group: (known[group], known[group], known[group] + more) for group, more in cut.possible(others).items()
        }
    scheme, genders = cut.scheme, cut.how.genders
    spare = float(sum(benchmark.people[name] for name in scheme.lacks))
    by_ethnicity = {
        name: (n + (spare if name == scheme.counted_in else 0.0), float(n), n + spare)
        for name, n in benchmark.people.items()
        if name not in scheme.lacks
    }
    total = float(sum(benchmark.people.values()))
    central, low, high = benchmark.female
    shares = {genders[0]: (central, low, high), genders[1]: (1 - central, 1 - high, 1 - low)}
    if cut.dimension == "ethnicity":
        return by_ethnicity
    if cut.dimension == "gender":
        return {gender: (total * c, total * low, total * high) for gender, (c, low, high) in shares.items()}
    return {
        f"{name}|{gender}": (people[0] * part[0], people[1] * part[1], people[2] * part[2])
        for name, people in by_ethnicity.items()
        for gender, part in shares.items()
    }


def _outcomes(part: pd.DataFrame, cut: _Cut) -> Iterator[dict[str, object]]:
    # Stops of which even the outcome was too few to tell can be neither hit nor miss.
    known = part[part["outcome"].isin(OUTCOMES)]
    table = known.pivot_table(index="group", columns="outcome", values="stops", aggfunc="sum", fill_value=0)
    table = table.reindex([*cut.members, UNKNOWN, POOLED], fill_value=0).reindex(columns=list(OUTCOMES), fill_value=0)
    total, level = table.sum(axis=1), cut.how.level
    for measure, counted in MEASURES.items():
        hits = table[list(counted)].sum(axis=1)
        other = (hits[cut.reference], total[cut.reference])
        for group in [*cut.members, UNKNOWN]:
            x, n = hits[group], total[group]
            spare = (0, 0) if group == UNKNOWN else (hits[UNKNOWN] + hits[POOLED], total[UNKNOWN] + total[POOLED])
            figures = (*method.share(x, n, level), *method.share_bounds(x, n, *spare))
            ratio = method.share_ratio(x, n, *other, level)
            is_compared = group not in (cut.reference, UNKNOWN)
            yield {
                "group": group,
                "measure": measure,
                "stops": int(n),
                "hits": int(x),
                **{name: float(f) for name, f in zip(SHARES, figures, strict=True)},
                **{name: float(f) if is_compared else float("nan") for name, f in zip(TO_OTHER, ratio, strict=True)},
            }
