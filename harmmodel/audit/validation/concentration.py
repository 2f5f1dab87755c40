"""In how few places events and harm lie, beside chance and beside figures published elsewhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.audit.validation import schedule
from harmmodel.audit.validation.panel import month_of
from harmmodel.audit.validation.schedule import Ground
from harmmodel.config import Config
from harmmodel.method.arrays import Floats
from harmmodel.method.random_streams import stream
from harmmodel.method.validation import capture as measures
from harmmodel.warehouse.read.validation import HARM, VALIDATION, held_back

FINE = 9  # resolution
DRAWS = 50
SERIOUS, HELD_BACK = "serious", "held back"
CELL, POINT = "cell of resolution 9", "block point"
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
    "is about 0.1 km², far larger than a segment, and all cells of {whole} are counted, empty ones too. A block "
    "point is where the publisher puts the records of a block; only points with any record in the period are "
    "counted, so blocks without a record are missing from the total and the shares look larger than they would "
    "among all blocks."
)


@dataclass(frozen=True)
class Cells:
    """The cells of a place: how many there are, and in which of them each record lies (-1: in none)."""

    at: pd.Series
    count: int


@dataclass(frozen=True)
class Concentration:
    """Frames: shares (what, unit, places, events, share_25, share_50 …) and shared (what stands out by what)."""

    shares: pd.DataFrame
    shared: pd.DataFrame


def crowding(records: pd.DataFrame, cells: Cells, config: Config) -> pd.DataFrame | None:
    """Count places by how many events they hold: what concentration is measured by, without saying where.

    Parameters
    ----------
    records : one row each, from a work folder
    cells : of resolution 9

    Returns
    -------
    what, unit, places, events, harm: so many places of a kind hold so many events, of so much harm each. None where
    no record has a point, or no period of serious violence is known
    """
    period, held = schedule.short_period(config), held_back(config)
    month = records["month"].to_numpy(dtype="datetime64[M]").astype(np.int64)
    if period is None or not records["longitude"].notna().any():
        return None
    first, stop = month_of(period[0]), month_of(min(period[1], config.scheme.as_of))
    short = records[(month >= first) & (month < stop) & (records["kind"] != VALIDATION)]
    serious = short[(short["kind"] == HARM) & short["class"].isin(config.place.serious_violence)]
    weights = np.asarray(serious["class"].map(config.weight_set.by_class), dtype=np.float64)
    blocks = _codes(short)
    parts = [
        _tally(cells.at[serious.index], cells.count, weights).assign(what=SERIOUS, unit=CELL),
        _tally(blocks[serious.index], _number(blocks), weights).assign(what=SERIOUS, unit=POINT),
    ]
    later = records[(records["kind"] == VALIDATION) & (records["class"] == (held.class_ if held else None))]
    if len(later):
        ones, blocks = np.ones(len(later)), _codes(later)
        parts += [
            _tally(cells.at[later.index], cells.count, ones).assign(what=HELD_BACK, unit=CELL),
            _tally(blocks, _number(blocks), ones).assign(what=HELD_BACK, unit=POINT),
        ]
    return pd.concat(parts, ignore_index=True)[["what", "unit", "places", "events", "harm"]]


def _number(blocks: pd.Series) -> int:
    return int(blocks.max()) + 1 if len(blocks) else 0


def _tally(at: pd.Series, places: int, weights: Floats) -> pd.DataFrame:
    """Count *places* by events and harm; *at* is the place of each event, -1 for none."""
    where = at.to_numpy(dtype=np.int64)
    inside = where >= 0
    events = np.bincount(where[inside], minlength=places)
    harm = np.bincount(where[inside], weights=weights[inside], minlength=places)
    tally: pd.DataFrame = (
        pd.DataFrame({"events": events, "harm": harm}).groupby(["events", "harm"]).size().rename("places").reset_index()
    )
    return tally


def concentrated(tally: pd.DataFrame | None, config: Config, ground: Ground) -> Concentration:
    """Measure how concentrated serious violence, its harm, and the held-back file are; *tally* is of `crowding`.

    Nothing is measured where no record has a point.
    """
    rows: list[dict[str, object]] = []
    shared: list[dict[str, object]] = []
    if tally is None:
        return Concentration(pd.DataFrame(rows), pd.DataFrame(shared))
    for unit in (CELL, POINT):
        counts, harm = _spread(tally, SERIOUS, unit)
        rows.append(_row("serious violence, events", unit, counts, counts, config))
        rows.append(_row("serious violence, weighted harm", unit, harm, counts, config))
        both = measures.standing_out(counts, harm)
        shared.append({"unit": unit, "by_count": both.by_count, "by_harm": both.by_harm, "both": both.both,
                       "jaccard": both.jaccard})  # fmt: skip
    for unit in (CELL, POINT):
        counts, _ = _spread(tally, HELD_BACK, unit)
        if ground.held and counts.size:
            rows.append(_row(_title(ground), unit, counts, counts, config))
    return Concentration(pd.DataFrame(rows), pd.DataFrame(shared))


def _spread(tally: pd.DataFrame, what: str, unit: str) -> tuple[Floats, Floats]:
    """Write a tally out again, one entry per place: events and harm."""
    mine = tally[(tally["what"] == what) & (tally["unit"] == unit)]
    places = mine["places"].to_numpy(np.int64)
    events, harm = (np.repeat(mine[c].to_numpy(np.float64), places) for c in ("events", "harm"))
    return events, harm


def _title(ground: Ground) -> str:
    main = ground.main
    return f"{main.label}, {main.first.year} to {(main.stop - dt.timedelta(days=1)).year}"


def _codes(events: pd.DataFrame) -> pd.Series:
    """Number the points of *events*; the same point has the same number."""
    rounded = events[["longitude", "latitude"]].round(DECIMALS)
    return rounded.groupby(["longitude", "latitude"], dropna=False).ngroup()


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
