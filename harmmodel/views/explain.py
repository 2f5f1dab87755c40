"""Where do a unit's numbers come from? The path from counted events to the overall score, row by row."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from harmmodel.errors import UnknownUnit
from harmmodel.views import words
from harmmodel.views.source import interval_name
from harmmodel.warehouse.runs import Run

PER = 100_000


@dataclass(frozen=True)
class Step:
    """One step of the path: its heading, what happens in words (plain text) and the rows it works on."""

    title: str
    words: str
    rows: pd.DataFrame
    alt: str


@dataclass(frozen=True)
class Explanation:
    """The path of one unit's score."""

    unit_id: str
    label: str
    title: str
    finding: str
    counts: Step
    indicators: Step
    pillars: Step
    sources: Step
    note: str

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps in reading order."""
        return (self.counts, self.indicators, self.pillars, self.sources)


def find_unit(run: Run, unit: str) -> str:
    """Return the unit_id of *unit*, given as id or as label in any case.

    Raises
    ------
    UnknownUnit
        If no unit has this id or label.
    """
    units = run.units
    wanted = unit.strip().casefold()
    same = units["unit_id"].astype(str).eq(unit.strip()) | units["label"].astype(str).str.casefold().eq(wanted)
    if not same.any():
        close = units.loc[units["label"].astype(str).str.casefold().str.contains(wanted, regex=False), "label"]
        hint = f" Did you mean {words.listing(close.head(5))}?" if wanted and len(close) else ""
        noun = run.place.unit_noun
        raise UnknownUnit(f"{run.place.label} has no {noun.one} named '{unit.strip()}'.{hint} Use a name or an id of units.")
    return str(units.loc[same, "unit_id"].iloc[0])


def explain(run: Run, unit: str) -> Explanation:
    """Return the path of *unit*'s score, from counts to overall.

    Parameters
    ----------
    run : a finished run
    unit : id or label

    Raises
    ------
    UnknownUnit
        If the run has no such unit.
    """
    unit_id = find_unit(run, unit)
    score = run.scores.set_index("unit_id").loc[unit_id]
    label = str(score["label"])
    return Explanation(
        unit_id=unit_id,
        label=label,
        title=f"Where the numbers of {label} come from",
        finding=_finding(run, score),
        counts=_counts(run, unit_id),
        indicators=_indicators(run, unit_id),
        pillars=_pillars(run, unit_id, score),
        sources=_sources(run),
        note="The score uses estimated rates and the central weights, so this path gives it by hand. The interval comes from "
        f"{words.number(float(run.manifest['draws']))} draws of rates, weights and goalposts together.",
    )


def _finding(run: Run, score: pd.Series) -> str:
    if score["tier"] == "not scored":
        return f"{score['label']} is not scored: {score['reason']}"
    if math.isnan(score["score"]):
        return f"{score['label']} has one scored pillar, so no overall score is printed. {score['reason']}"
    interval = words.span(score["score_low"], score["score_high"])
    return f"{score['label']} has a harm score of {words.score(score['score'])} ({interval_name(run)} {interval})."


def _counts(run: Run, unit_id: str) -> Step:
    """One row per indicator and class: events, exposure, own rate, the place's mean and the shrunk rate."""
    rows = run.classes[run.classes["unit_id"] == unit_id].merge(
        run.priors[["indicator", "class", "mean"]], on=["indicator", "class"], how="left"
    )
    rows = _in_order(run, rows)
    shown = pd.DataFrame(
        {
            "Indicator": _labels(run, rows),
            "Counted as": rows["class"].str.replace("_", " "),
            "Events": [events(value) for value in rows["events"]],
            "Resident-years": [words.number(value) for value in rows["person_years"]],
            "Own rate": [words.rate(value) for value in rows["own_rate"]],
            "Own share": [words.share(value) for value in rows["own_share"]],
            "Place's mean": [words.rate(PER * value) for value in rows["mean"]],
            "Shrunk rate": [words.rate(value) for value in rows["rate"]],
            "Offence weight": [words.number(value) if weighted else "–" for value, weighted in _weights(run, rows)],
        }
    )
    text = (
        "Events recorded in the period, divided by residents and time, give the own rate per 100,000 residents and year. "
        "Few residents make it uncertain, so it is drawn towards the place's mean: shrunk rate = own share × own rate + "
        "(1 − own share) × mean. Events known only by police beat are shared out over areas, so they can be fractions."
    )
    return Step("1 Count and shrink", text, shown, "Events, exposure, own rate and shrunk rate by indicator and class")


def events(value: float) -> str:
    """Return a count of events; shared-out events keep one decimal."""
    return words.number(value, 0 if math.isnan(value) or float(value).is_integer() else 1)


def _weights(run: Run, rows: pd.DataFrame) -> list[tuple[float, bool]]:
    weighted = [run.config.indicators[str(indicator)].count.weighted for indicator in rows["indicator"]]
    return list(zip(rows["class_weight"], weighted, strict=True))


def _indicators(run: Run, unit_id: str) -> Step:
    """One row per indicator: shrunk rate, goalposts, scaled value, weight and contribution in points of its pillar."""
    rows = _in_order(run, run.indicators[run.indicators["unit_id"] == unit_id])
    posts = [run.config.indicators[str(indicator)].goalposts for indicator in rows["indicator"]]
    shown = pd.DataFrame(
        {
            "Pillar": [_pillar_name(run, run.config.indicators[str(i)].pillar) for i in rows["indicator"]],
            "Indicator": _labels(run, rows),
            "Shrunk rate": [words.rate(value) for value in rows["rate"]],
            "Scores 0": [words.rate(post.low) for post in posts],
            "Scores 100": [words.number(post.high) for post in posts],
            "Scaled": [words.number(value, 1) for value in rows["scaled"]],
            "Weight in pillar": [words.share(value) for value in rows["weight"]],
            "Points": [words.number(value, 1) for value in rows["contribution"]],
            "Share of all events": [words.share(value) for value in rows["burden"]],
        }
    )
    text = (
        "Each shrunk rate is placed between two fixed goalposts: scaled = 100 × (rate − low) ÷ (high − low), kept inside "
        "0 and 100. Scaled × weight gives the points that the indicator adds to its pillar. Weight 0%: shown, not scored."
    )
    return Step("2 Scale and weigh", text, shown, "Scaled value, weight and points by indicator")


def _pillars(run: Run, unit_id: str, score: pd.Series) -> Step:
    """One row per pillar: score, weight and share of the overall square."""
    rows = run.pillars[run.pillars["unit_id"] == unit_id].set_index("pillar")
    order = [pillar.id for pillar in run.config.scheme.pillars if pillar.id in rows.index]
    rows = rows.loc[order].reset_index()
    shown = pd.DataFrame(
        {
            "Pillar": [_pillar_name(run, str(pillar)) for pillar in rows["pillar"]],
            "Score": [words.number(value, 1) for value in rows["score"]],
            interval_name(run): [words.interval(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)],
            "Weight": [words.share(value) for value in rows["weight"]],
            "Weight observed": [words.share(value) for value in rows["observed"]],
            "Share of the overall": [words.share(value) for value in rows["share_of_square"]],
        }
    )
    power = run.config.scheme.aggregation.across_p
    text = (
        f"The overall score is the mean of the pillars with exponent {power:g}: each pillar to the power {power:g}, times its "
        f"weight, added up, then the root. High harm in one pillar is not bought off by a low one. {_by_hand(run, rows, score)}"
    )
    return Step("3 Combine", text.strip(), shown, "Pillar scores, weights and shares of the overall score")


def _by_hand(run: Run, rows: pd.DataFrame, score: pd.Series) -> str:
    """Return the recomputed score beside the printed one."""
    known = rows.dropna(subset=["score"])
    if len(known) < 2 or math.isnan(score["score"]):
        return ""
    power = float(run.config.scheme.aggregation.across_p)
    total = (known["weight"] * known["score"] ** power).sum() / known["weight"].sum()
    return f"From these rows: {words.number(total ** (1 / power), 1)}. In the run: {words.number(score['score'], 1)}."


def _sources(run: Run) -> Step:
    """One row per file that an indicator of the place reads."""
    used: dict[str, list[str]] = {}
    for indicator in run.place.indicators:
        for harm in run.config.indicators[indicator].count.classes:
            feeds = used.setdefault(run.place.classes[harm], []) if harm in run.place.classes else []
            if run.config.indicators[indicator].label not in feeds:
                feeds.append(run.config.indicators[indicator].label)
    passports = [(run.config.passports[source], feeds) for source, feeds in used.items()]
    shown = pd.DataFrame(
        {
            "Source": [passport.title for passport, _ in passports],
            "Publisher": [passport.producer for passport, _ in passports],
            "Covers": [words.period(p.covers.from_, p.covers.to) if p.covers else words.MISSING for p, _ in passports],
            "Feeds": [words.listing(feeds) for _, feeds in passports],
            "sha256": [passport.sha256[:12] for passport, _ in passports],
        }
    )
    text = (
        f"Files read for this run, with the start of their sha256. Snapshot {run.manifest['snapshot_id']}, nothing from "
        f"{words.date(str(run.manifest['as_of']))} on is read."
    )
    return Step("4 Sources", text, shown, "Files that feed the indicators")


def _in_order(run: Run, rows: pd.DataFrame) -> pd.DataFrame:
    place = {indicator: at for at, indicator in enumerate(run.register["indicator"])}
    return rows.assign(_at=rows["indicator"].map(place)).sort_values("_at", kind="stable").drop(columns="_at")


def _labels(run: Run, rows: pd.DataFrame) -> list[str]:
    return [run.config.indicators[str(indicator)].label for indicator in rows["indicator"]]


def _pillar_name(run: Run, pillar: str) -> str:
    return next((found.label for found in run.config.scheme.pillars if found.id == pillar), pillar)
