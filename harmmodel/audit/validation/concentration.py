"""In how few places events and harm lie, beside chance and beside figures published elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.audit.validation import schedule
from harmmodel.audit.validation.schedule import Ground, month_of
from harmmodel.config import Config
from harmmodel.method.arrays import Floats
from harmmodel.method.random_streams import stream
from harmmodel.method.validation import capture as measures
from harmmodel.warehouse.read.validation import HARM, VALIDATION, PlacedEvents

FINE = "9"
DRAWS = 50
DECIMALS = 4  # of a degree, about 10 m: two records of one block share a point

PUBLISHED = (
    ("50% of crime, Seattle, 16 years", "4.7% to 6.1%", "street segments", "Weisburd 2015, law of crime concentration"),
    ("50% of crime, eight cities", "2.1% to 6.0%", "street segments", "Weisburd 2015"),
    ("25% of crime, eight cities", "0.4% to 1.6%", "street segments", "Weisburd 2015"),
    ("50% of calls, Minneapolis 1989", "3.5%", "addresses", "Sherman, Gartin and Buerger 1989"),
    ("50% of counts, 15 councils in the United Kingdom", "3.26%", "street segments", "Weinborn and others 2017"),
    ("50% of harm, the same councils", "0.96%", "street segments", "Weinborn and others 2017"),
    ("places that stand out by both, two standard deviations", "24.7%", "street segments", "Weinborn and others 2017"),
)
UNITS = (
    "The published figures count street segments or addresses. Here there are no streets: a cell of resolution 9 "
    "is about 0.1 km², far larger than a segment, and all cells of the city are counted, empty ones too. A block "
    "point is where the publisher puts the records of a block; only points with any record in the period are "
    "counted, so blocks without a record are missing from the total and the shares look larger than they would "
    "among all blocks."
)


@dataclass(frozen=True)
class Concentration:
    """Frames: shares (what, unit, places, events, share_25, share_50 …) and shared (what stands out by what)."""

    shares: pd.DataFrame
    shared: pd.DataFrame


def concentrated(points: PlacedEvents, config: Config, ground: Ground) -> Concentration:
    """Measure how concentrated serious violence, its harm, and the held-back file are."""
    events = points.events
    first, stop = month_of(ground.short_from), month_of(min(ground.short_to, config.scheme.as_of))
    short = events[(events["month"] >= first) & (events["month"] < stop)]
    serious = short[(short["kind"] == HARM) & short["class"].isin(config.place.serious_violence)]
    value = config.weight_set.by_class
    weights = np.asarray(serious["class"].map(value), dtype=np.float64)
    held_back = events[events["kind"] == VALIDATION]
    places = points.levels[FINE].size
    all_points = short[short["kind"] != VALIDATION]
    blocks = _codes(all_points)
    rows, shared = [], []
    for unit, at, count in (
        ("cell of resolution 9", serious[FINE].to_numpy(), places),
        ("block point", blocks[serious.index].to_numpy(), int(blocks.max()) + 1),
    ):
        counts, harm = _binned(at, count), _binned(at, count, weights)
        rows.append(_row("serious violence, events", unit, counts, counts, config))
        rows.append(_row("serious violence, weighted harm", unit, harm, counts, config))
        both = measures.standing_out(counts, harm)
        shared.append({"unit": unit, "by_count": both.by_count, "by_harm": both.by_harm, "both": both.both,
                       "jaccard": both.jaccard})  # fmt: skip
    ten = _codes(held_back).to_numpy()
    for unit, at, count in (
        ("cell of resolution 9", held_back[FINE].to_numpy(), places),
        ("block point", ten, int(ten.max()) + 1),
    ):
        counts = _binned(at, count)
        rows.append(_row(_title(ground), unit, counts, counts, config))
    return Concentration(pd.DataFrame(rows), pd.DataFrame(shared))


def _title(ground: Ground) -> str:
    return f"{schedule.ASSAULT.replace('_', ' ')}s, {ground.held_from.year} to {ground.held_to.year - 1}"


def _codes(events: pd.DataFrame) -> pd.Series:
    """Number the points of *events*; the same point has the same number."""
    rounded = events[["longitude", "latitude"]].round(DECIMALS)
    return rounded.groupby(["longitude", "latitude"], dropna=False).ngroup()


def _binned(at: Floats, places: int, weights: Floats | None = None) -> Floats:
    inside = at >= 0
    heavy = None if weights is None else weights[inside]
    return np.bincount(at[inside], weights=heavy, minlength=places).astype(np.float64)


def _row(what: str, unit: str, values: Floats, counts: Floats, config: Config) -> dict[str, object]:
    """Measure one quantity; chance throws as many events as were recorded, whatever each weighs."""
    events = int(counts.sum())
    rng = stream(config.scheme.seed, "concentration", what, unit)
    chance = measures.expected_by_chance(events, values.size, draws=DRAWS, rng=rng)
    whole = values is counts
    return {
        "what": what,
        "unit": unit,
        "places": values.size,
        "events": events,
        "share_25": measures.share_of_places(values, 0.25),
        "share_50": measures.share_of_places(values, 0.5),
        "chance_25": chance.share_25,
        "chance_50": chance.share_50,
        # Weighted harm is no count of events, and the generalised coefficient is defined for counts.
        "gini": measures.generalised_gini(values) if whole else float("nan"),
        "chance_gini": chance.gini if whole else float("nan"),
    }
