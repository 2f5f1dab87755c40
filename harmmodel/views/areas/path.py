"""Steps from counted events to a score: count and shrink, scale and weigh; and the sources that feed them."""

from __future__ import annotations

import math

import pandas as pd

from harmmodel.config.types import Goalposts
from harmmodel.lenses.areas.joint import CONTACT
from harmmodel.lenses.areas.spec import DAYS_PER_YEAR
from harmmodel.views import words
from harmmodel.views.blocks import Step
from harmmodel.views.labels import (
    PER,
    YEARS,
    indicator_label,
    indicator_order,
    per,
    pillar_label,
)
from harmmodel.views.source import covered
from harmmodel.warehouse.store.runs import AreaRun

SCALE = {"resident": 100_000, "km2": 1}  # shown rates per unit of exposure


def counts(run: AreaRun, unit_id: str) -> Step:
    """Give one row per indicator and class: events, exposure, own rate, what is expected and the shrunk rate."""
    rows = run.classes[run.classes["unit_id"] == unit_id].merge(
        run.priors[["indicator", "class", "block"]], on=["indicator", "class"], how="left"
    )
    rows = _in_order(run, _scored(run, rows))
    worth = rows["expected"] / rows["variance"]
    by = [per(run, indicator) for indicator in rows["indicator"]]
    measures = sorted(set(by), reverse=True)  # residents first
    frame = pd.DataFrame(
        {
            "Indicator": _labels(run, rows),
            "Counted as": rows["class"].str.replace("_", " "),
            "Events": [events(*row) for row in rows[["events_low", "events_high", "events"]].itertuples(index=False)],
            _exposure_name(measures): [_exposure(*row, measures) for row in zip(rows["person_years"], by, strict=True)],
            "Own rate": [words.number(value, 2) for value in rows["own_rate"]],
            "Expected": [words.number(SCALE[kind] * rate, 2) for kind, rate in zip(by, rows["expected"], strict=True)],
            "Worth": [_exposure(*row, measures) for row in zip(worth, by, strict=True)],
            "Own share": [words.number(value, 3) for value in rows["own_share"]],
            "Shrunk rate": [words.number(value, 2) for value in rows["rate"]],
            "Weight": _offence_weights(run, rows),
        }
    )
    text = _counting(run, rows, measures)
    return Step("1 Count and shrink", text, frame, "Events, exposure, own rate and shrunk rate by indicator and class")


def _scored(run: AreaRun, rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of indicators that count in a score."""
    return rows[[run.config.indicators[str(name)].role == "score" for name in rows["indicator"]]]


def _counting(run: AreaRun, rows: pd.DataFrame, measures: list[str]) -> str:
    """Say how the rates come about, and only those cautions that apply to the place."""
    divided = words.listing({"resident": "residents", "km2": "km²"}[kind] for kind in measures)
    rates = " or ".join(f"per {PER[kind]}" for kind in measures)
    few = "Few residents make" if measures == ["resident"] else "A small exposure makes"
    years = " or ".join(YEARS[kind] for kind in measures)
    sentences = [
        f"Events in the period, divided by {divided} and time, give the own rate {rates} and year of {DAYS_PER_YEAR} "
        f"days. {few} it uncertain, so it is drawn towards what is expected: shrunk rate = expected + own share × (own "
        f"rate − expected). Own share = {years} ÷ ({years} + worth), where worth is how many {years} of its own would "
        "tell as much as what is expected does.",
        *_expecting(run, rows),
        "Weight: of an offence, where the indicator is weighted; its value in the weight set, scaled so that the "
        "place's average event of the indicator counts 1.",
        _approximate(run),
        _withholding(run),
        _suppressing(run),
        _view_only(run),
    ]
    return " ".join(text for text in sentences if text)


def _expecting(run: AreaRun, rows: pd.DataFrame) -> list[str]:
    """Say where what is expected comes from: from other kinds of harm in the unit, or from the place's mean."""
    together, contact = rows["block"] != "", rows["block"] == CONTACT
    said = []
    if together.any():
        said.append(
            "Expected is what all other kinds of harm here tell of this one, its own count left out: an area high in "
            "ten kinds of harm is believed in the eleventh."
        )
    if contact.any():
        named = words.listing(dict.fromkeys(label.lower() for label in _labels(run, rows[contact])))
        said.append(f"Only {named} learn from records that need police contact; all others are estimated without them.")
    if not together.all():
        named = words.listing(dict.fromkeys(label.lower() for label in _labels(run, rows[~together])))
        unit_count = words.number(len(run.units))
        noun = run.place.unit_noun.many
        said.append(
            f"Expected is the place's mean for {named}: {unit_count} {noun} and what is recorded there are too few to "
            "learn how it goes with other kinds of harm."
        )
    return said


def _approximate(run: AreaRun) -> str:
    if not run.register["approximate"].any():
        return ""
    return "Events known only by police beat are shared out over areas: approximate, and they can be fractions."


def _withholding(run: AreaRun) -> str:
    """Say which counts are withheld, what stands in their place, and why although the records are public."""
    if not any(passport.sensitive for passport in run.config.passports.values()):
        return ""
    k = int(run.manifest["withheld_below"])
    return (
        f"Counts from 1 to {k - 1} of sensitive sources (deaths, complaints) are withheld: the run knows their ends "
        "only, judges by the told counts how many they are likely to be, and draws them for the interval. Their "
        "publishers release these records themselves; a page that sets one or two of them beside a small area would "
        "all the same point at the people concerned."
    )


def _suppressing(run: AreaRun) -> str:
    """Say what stands in the place of counts that a publisher does not tell."""
    if not any(column.suppressed for passport in run.config.passports.values() for column in passport.columns.values()):
        return ""
    return (
        "A count that its publisher suppressed is known by its ends only: how many it is likely to be is judged by how "
        "often the same area has such a mark and by the other areas, and drawn for the interval."
    )


def _view_only(run: AreaRun) -> str:
    views = [item for item in (run.config.indicators[name] for name in run.place.indicators) if item.role == "view"]
    if not views:
        return ""
    named = words.listing(item.label for item in views)
    return f"Left out here, because it is shown only and has a window of its own: {named}."


def _exposure_name(measures: list[str]) -> str:
    return words.capital(YEARS[measures[0]]) if measures == ["resident"] else "Exposure"


def _exposure(value: float, kind: str, measures: list[str]) -> str:
    """Return residents or km² times years; with its unit where the heading does not say it."""
    figure = words.number(value, 0 if kind == "resident" else 2)
    return figure if measures == ["resident"] or figure == words.MISSING else f"{figure} {YEARS[kind]}"


def events(low: float, high: float, taken: float) -> str:
    """Return a count of events; where it is withheld, its ends and what it is taken as. Shares keep a decimal.

    >>> events(3.0, 3.0, 3.0), events(7.25, 7.25, 7.25), events(1.0, 4.0, 1.62)
    ('3', '7.3', '1 to 4, taken as 1.62')
    """
    is_whole = math.isnan(low) or (float(low).is_integer() and float(high).is_integer())
    ends = words.ends(low, high, 0 if is_whole else 1)
    return f"{ends}, taken as {words.number(taken, 2)}" if low < high else ends


def _offence_weights(run: AreaRun, rows: pd.DataFrame) -> list[str]:
    weighted = [run.config.indicators[str(indicator)].count.weighted for indicator in rows["indicator"]]
    return [words.number(w, 3) if yes else words.MISSING for w, yes in zip(rows["class_weight"], weighted, strict=True)]


def indicators(run: AreaRun, unit_id: str) -> Step:
    """Give one row per scored indicator: shrunk rate, goalposts, scaled value, weight and points of its pillar."""
    rows = _in_order(run, run.indicators[run.indicators["unit_id"] == unit_id])
    rows = _scored(run, rows)
    items = [run.config.indicators[str(indicator)] for indicator in rows["indicator"]]
    posts = [run.config.goalposts[item.id] for item in items]
    frame = pd.DataFrame(
        {
            "Pillar": [pillar_label(run, item.pillar) for item in items],
            "Indicator": _labels(run, rows),
            "Shrunk rate": [words.number(value, 2) for value in rows["rate"]],
            "Goalposts": [f"{words.exact(each.low)}–{words.exact(each.high)}" for each in posts],
            "Scaled": [_scaled(*row) for row in zip(rows["scaled"], rows["rate"], posts, strict=True)],
            "Weight": [words.number(value, 3) for value in rows["weight"]],
            "Points": [words.number(value, 2) for value in rows["contribution"]],
            "Burden": [words.share(value) for value in rows["burden"]],
        }
    )
    text = (
        "The shrunk rates of an indicator's classes are added up, times their offence weights where it is weighted. "
        "Each rate is placed between two fixed goalposts: scaled = 100 × (rate − low) ÷ (high − low), kept inside 0 "
        "and 100. Scaled × weight gives the points that the indicator adds to its pillar. Weight 0: shown, not "
        "scored. Burden: share of the place's events."
    )
    return Step("2 Scale and weigh", text, frame, "Scaled value, weight and points")


def _scaled(value: float, rate: float, posts: Goalposts) -> str:
    """Write a scaled value, and that it ended at a goalpost where it did."""
    beyond = rate > posts.high or rate < posts.low
    return f"{words.number(value, 2)}, ended at its goalpost" if beyond else words.number(value, 2)


def sources(run: AreaRun) -> Step:
    """Give one row per file that an indicator of the place reads."""
    used: dict[str, list[str]] = {}
    for indicator in run.place.indicators:
        for harm in run.config.indicators[indicator].count.classes:
            feeds = used.setdefault(run.place.classes[harm], []) if harm in run.place.classes else []
            if indicator_label(run, indicator) not in feeds:
                feeds.append(indicator_label(run, indicator))
    passports = [(run.config.passports[source], feeds) for source, feeds in used.items()]
    frame = pd.DataFrame(
        {
            "Source": [passport.title for passport, _ in passports],
            "Covers": [covered(p.observed) for p, _ in passports],
            "Feeds": [words.listing(feeds) for _, feeds in passports],
            "sha256": [", ".join(file.sha256[:12] for file in passport.raw_files) for passport, _ in passports],
            "Publisher": [passport.producer for passport, _ in passports],
        }
    )
    text = (
        f"Files read for this run, with the start of their sha256. Snapshot {run.manifest['snapshot_id']}; nothing "
        f"from {words.date(str(run.manifest['as_of']))} on is read."
    )
    return Step("5 Sources", text, frame, "Files that feed the indicators")


def _in_order(run: AreaRun, rows: pd.DataFrame) -> pd.DataFrame:
    return (
        rows.assign(_at=rows["indicator"].map(indicator_order(run)))
        .sort_values("_at", kind="stable")
        .drop(columns="_at")
    )


def _labels(run: AreaRun, rows: pd.DataFrame) -> list[str]:
    return [indicator_label(run, indicator) for indicator in rows["indicator"]]
