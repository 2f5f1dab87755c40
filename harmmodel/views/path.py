"""The four steps from counted events to a score: count and shrink, scale and weigh, combine, sources."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import pandas as pd

from harmmodel.views import words
from harmmodel.views.labels import burden, hidden_below, indicator_label, indicator_order, pillar_label
from harmmodel.views.reach import PER, YEARS, per, score_name, unfed_sentence
from harmmodel.views.source import interval_name
from harmmodel.warehouse.runs import Run

SCALE = {"resident": 100_000, "km2": 1}  # shown rates per unit of exposure
FIGURE = re.compile(r"^((under |fewer than )?[\d.,–%]+( events)?)$")


@dataclass(frozen=True)
class Step:
    """One step of the path: its heading, what happens in words (plain text) and the rows it works on, as text."""

    title: str
    words: str
    rows: pd.DataFrame
    alt: str

    @property
    def figures(self) -> tuple[str, ...]:
        """Names of the columns that hold figures: these are set to the right."""
        return tuple(str(name) for name in self.rows if all(FIGURE.match(str(cell)) for cell in self.rows[name]))


def counts(run: Run, unit_id: str) -> Step:
    """Give one row per indicator and class: events, exposure, own rate, the place's mean and the shrunk rate."""
    rows = run.classes[run.classes["unit_id"] == unit_id].merge(
        run.priors[["indicator", "class", "mean"]], on=["indicator", "class"], how="left"
    )
    rows = _in_order(run, rows)
    by = [per(run, indicator) for indicator in rows["indicator"]]
    measures = sorted(set(by), reverse=True)  # residents first
    smallest = [hidden_below(run, [harm]) for harm in rows["class"]]
    shown = pd.DataFrame(
        {
            "Indicator": _labels(run, rows),
            "Counted as": rows["class"].str.replace("_", " "),
            "Events": [events(value, k) for value, k in zip(rows["events"], smallest, strict=True)],
            _exposure_name(measures): [_exposure(*row, measures) for row in zip(rows["person_years"], by, strict=True)],
            "Own rate": [words.number(value, 2) for value in rows["own_rate"].where(rows["events"] >= smallest)],
            "Own share": [words.number(value, 3) for value in rows["own_share"]],
            "Mean": [words.number(SCALE[kind] * mean, 2) for kind, mean in zip(by, rows["mean"], strict=True)],
            "Shrunk rate": [words.number(value, 2) for value in rows["rate"]],
            "Weight": _offence_weights(run, rows),
        }
    )
    text = _counting(run, measures)
    return Step("1 Count and shrink", text, shown, "Events, exposure, own rate and shrunk rate by indicator and class")


def _counting(run: Run, measures: list[str]) -> str:
    """Say how the rates come about, and only those cautions that apply to the place."""
    divided = words.listing({"resident": "residents", "km2": "km²"}[kind] for kind in measures)
    rates = " or ".join(f"per {PER[kind]}" for kind in measures)
    few = "Few residents make" if measures == ["resident"] else "A small exposure makes"
    said = [
        f"Events in the period, divided by {divided} and time, give the own rate {rates} and year. {few} it uncertain, "
        "so it is drawn towards the place's mean: shrunk rate = own share × own rate + (1 − own share) × mean. Weight: "
        "of an offence, where the indicator is weighted."
    ]
    if run.register["approximate"].any():
        said.append(
            "Events known only by police beat are shared out over areas: approximate, and they can be fractions."
        )
    if any(passport.sensitive for passport in run.config.passports.values()):
        said.append("Small counts of sensitive sources, and the rates that would give them away, are not shown.")
    return " ".join(said)


def _exposure_name(measures: list[str]) -> str:
    return words.capital(YEARS[measures[0]]) if measures == ["resident"] else "Exposure"


def _exposure(value: float, kind: str, measures: list[str]) -> str:
    """Return residents or km² times years; with its unit where the heading does not say it."""
    figure = words.number(value, 0 if kind == "resident" else 2)
    return figure if measures == ["resident"] or figure == words.MISSING else f"{figure} {YEARS[kind]}"


def events(value: float, smallest: int = 0) -> str:
    """Return a count of events; shared-out events keep one decimal, counts below *smallest* are only said to be small.

    >>> events(3.0), events(7.25), events(2.0, 5)
    ('3', '7.3', 'fewer than 5')
    """
    if value < smallest:
        return words.count(value, k=smallest)
    return words.number(value, 0 if math.isnan(value) or float(value).is_integer() else 1)


def _offence_weights(run: Run, rows: pd.DataFrame) -> list[str]:
    weighted = [run.config.indicators[str(indicator)].count.weighted for indicator in rows["indicator"]]
    return [words.number(w, 3) if yes else words.MISSING for w, yes in zip(rows["class_weight"], weighted, strict=True)]


def indicators(run: Run, unit_id: str) -> Step:
    """Give one row per indicator: shrunk rate, goalposts, scaled value, weight and points of its pillar."""
    rows = _in_order(run, run.indicators[run.indicators["unit_id"] == unit_id])
    posts = [run.config.indicators[str(indicator)].goalposts for indicator in rows["indicator"]]
    shown = pd.DataFrame(
        {
            "Pillar": [pillar_label(run, run.config.indicators[str(i)].pillar) for i in rows["indicator"]],
            "Indicator": _labels(run, rows),
            "Shrunk rate": [words.number(value, 2) for value in rows["rate"]],
            "Goalposts": [f"{post.low:,g}–{post.high:,g}" for post in posts],
            "Scaled": [words.number(value, 2) for value in rows["scaled"]],
            "Weight": [words.number(value, 3) for value in rows["weight"]],
            "Points": [words.number(value, 2) for value in rows["contribution"]],
            "Burden": _burdens(run, rows),
        }
    )
    text = (
        "The shrunk rates of an indicator's classes are added up, times their offence weights where it is weighted. "
        "Each rate is placed between two fixed goalposts: scaled = 100 × (rate − low) ÷ (high − low), kept inside 0 "
        "and 100. Scaled × weight gives the points that the indicator adds to its pillar. Weight 0: shown, not "
        "scored. Burden: share of the place's events."
    )
    return Step("2 Scale and weigh", text, shown, "Scaled value, weight and points by indicator")


def pillars(run: Run, unit_id: str, score: pd.Series) -> Step:
    """Give one row per pillar: score, weight and share of the overall square."""
    rows = run.pillars[run.pillars["unit_id"] == unit_id].set_index("pillar")
    order = [pillar.id for pillar in run.config.scheme.pillars if pillar.id in rows.index]
    rows = rows.loc[order].reset_index()
    shown = pd.DataFrame(
        {
            "Pillar": [pillar_label(run, str(pillar)) for pillar in rows["pillar"]],
            "Score": [words.number(value, 2) for value in rows["score"]],
            words.capital(interval_name(run)): [
                words.interval(*ends) for ends in zip(rows["low"], rows["high"], strict=True)
            ],
            "Weight": [words.number(value, 3) for value in rows["weight"].where(rows["score"].notna())],
            "Weight observed": [words.share(value) for value in rows["observed"]],
            "Share of the overall": [words.share(value) for value in rows["share_of_square"]],
        }
    )
    if rows["score"].notna().sum() < 2:
        text = f"{_alone(run, rows)} {unfed_sentence(run)}"
        shown = shown.drop(columns=["Weight", "Share of the overall"])  # nothing is combined
    else:
        text = f"{_combining(run)} {_by_hand(run, rows, score)}"
    return Step("3 Combine", text.strip(), shown, "Pillar scores, weights and shares of the overall score")


def _alone(run: Run, rows: pd.DataFrame) -> str:
    scored = rows.loc[rows["score"].notna(), "pillar"]
    if scored.empty:
        return "No pillar is scored, so there is nothing to combine."
    name = score_name(run, scored.iloc[0]).lower()
    return f"One pillar is scored, so nothing is combined: the order follows the {name}."


def _combining(run: Run) -> str:
    power = run.config.scheme.aggregation.across_p
    return (
        f"The overall score is the mean of the pillars with exponent {power:g}: each pillar to the power {power:g}, "
        "times its weight, added up, then the root. High harm in one pillar is not bought off by a low one."
    )


def _by_hand(run: Run, rows: pd.DataFrame, score: pd.Series) -> str:
    """Return the recomputed score beside the printed one."""
    known = rows.dropna(subset=["score"])
    if len(known) < 2 or math.isnan(score["score"]):
        return ""
    power = float(run.config.scheme.aggregation.across_p)
    total = (known["weight"] * known["score"] ** power).sum() / known["weight"].sum()
    return f"From these rows: {words.number(total ** (1 / power), 2)}. In the run: {words.number(score['score'], 2)}."


def sources(run: Run) -> Step:
    """Give one row per file that an indicator of the place reads."""
    used: dict[str, list[str]] = {}
    for indicator in run.place.indicators:
        for harm in run.config.indicators[indicator].count.classes:
            feeds = used.setdefault(run.place.classes[harm], []) if harm in run.place.classes else []
            if indicator_label(run, indicator) not in feeds:
                feeds.append(indicator_label(run, indicator))
    passports = [(run.config.passports[source], feeds) for source, feeds in used.items()]
    shown = pd.DataFrame(
        {
            "Source": [passport.title for passport, _ in passports],
            "Covers": [words.period(p.covers.from_, p.covers.to) if p.covers else words.MISSING for p, _ in passports],
            "Feeds": [words.listing(feeds) for _, feeds in passports],
            "sha256": [", ".join(file.sha256[:12] for file in passport.raw_files) for passport, _ in passports],
            "Publisher": [passport.producer for passport, _ in passports],
        }
    )
    text = (
        f"Files read for this run, with the start of their sha256. Snapshot {run.manifest['snapshot_id']}; nothing "
        f"from {words.date(str(run.manifest['as_of']))} on is read."
    )
    return Step("4 Sources", text, shown, "Files that feed the indicators")


def _burdens(run: Run, rows: pd.DataFrame) -> list[str]:
    columns = zip(rows["indicator"], rows["events"], rows["burden"], strict=True)
    return [burden(run, indicator, count, share).removesuffix(" events") for indicator, count, share in columns]


def _in_order(run: Run, rows: pd.DataFrame) -> pd.DataFrame:
    return (
        rows.assign(_at=rows["indicator"].map(indicator_order(run)))
        .sort_values("_at", kind="stable")
        .drop(columns="_at")
    )


def _labels(run: Run, rows: pd.DataFrame) -> list[str]:
    return [indicator_label(run, indicator) for indicator in rows["indicator"]]
