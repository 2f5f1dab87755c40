"""One place over time: the same method judged as of several days, worded for the area page, the terminal and files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from harmmodel.views import words
from harmmodel.views.blocks import Picture, Table, intervals
from harmmodel.views.export import Export, records

FEWEST = 2  # periods of which anything can be said
HIGHER, LOWER, ALIKE = "higher", "lower", "not told apart"
SCORES = ("rank", "rank_low", "rank_high", "tier", "lead", "score", "score_low", "score_high")
RAW = ("events", "events_low", "events_high", "person_years", "own_rate")


@dataclass(frozen=True)
class History:
    """The runs of one place by one method, in order of the day they judge.

    Attributes
    ----------
    place : its id
    periods : as_of, run_id, data_end, months (of the longest window); one row per period, the earliest first
    units : unit_id, label, as_of, run_id and SCORES: one row per unit and period, in order of the last period's rank;
        the score of a unit with a single scored pillar is that pillar's
    raw : unit_id, as_of, indicator, called, period_from, period_to and RAW: what was counted, with nothing borrowed;
        empty where units are groups, of which each year's deaths stand in the run itself
    others : finished runs of the place that another method, other data or another version made, so left out
    """

    place: str
    periods: pd.DataFrame
    units: pd.DataFrame
    raw: pd.DataFrame
    others: tuple[str, ...]


def export(told: History) -> Export:
    """Return a history to be handed out: a row per unit and period; a document also holds what was counted."""
    document = {
        "place": told.place,
        "periods": records(told.periods),
        "units": records(told.units),
        "counted": records(told.raw),
    }
    return Export(told.units, document=document)


def changes(rows: pd.DataFrame) -> list[str]:
    """Say how each score of one unit lies to the one before: higher, lower, or not told apart as intervals overlap.

    Parameters
    ----------
    rows : score, score_low, score_high of one unit, the earliest first

    Returns
    -------
    One word per row; empty for the first, and where one of the two is not scored.
    """
    told = [""]
    for before, after in zip(rows.iloc[:-1].to_dict("records"), rows.iloc[1:].to_dict("records"), strict=True):
        if pd.isna(before["score"]) or pd.isna(after["score"]):
            told.append("")
        elif after["score_low"] > before["score_high"]:
            told.append(HIGHER)
        elif after["score_high"] < before["score_low"]:
            told.append(LOWER)
        else:
            told.append(ALIKE)
    return told


def of_unit(told: History, unit: str) -> pd.DataFrame:
    """Return a unit's periods, the earliest first: day, score, intervals, tier and how it lies to the one before."""
    rows = told.units[told.units["unit_id"] == unit].sort_values("as_of")
    ends = zip(rows["score_low"], rows["score_high"], rows["rank_low"], rows["rank_high"], strict=True)
    months = dict(zip(told.periods["as_of"], told.periods["months"], strict=True))
    spans = [(words.interval(low, high), words.interval(first, last)) for low, high, first, last in ends]
    return pd.DataFrame(
        {
            "As of": [words.date(day) for day in rows["as_of"]],
            "Months": [words.number(months.get(day)) for day in rows["as_of"]],
            "Score": rows["score"].to_numpy(),
            "Interval": [score for score, _ in spans],
            "Rank interval": [rank for _, rank in spans],
            "Tier": [words.tier(tier) for tier in rows["tier"]],
            "Beside the one before": [change or words.MISSING for change in changes(rows)],
        }
    )


def picture(told: History, unit: str, *, title: str, interval: str) -> Picture:
    """Return a unit's score over the periods, the earliest first: a row each, with interval and tier."""
    rows = told.units[told.units["unit_id"] == unit].sort_values("as_of")
    changed = changes(rows)
    detail = [f"{span} {change}".strip() for span, change in zip(intervals(rows, "score"), changed, strict=True)]
    return Picture(
        title=title,
        how_to_read=f"Bar: {interval}. Each period is fitted alone; at the right: interval, and how the score lies to "
        "the one before.",
        frame=pd.DataFrame(
            {
                "row": [words.date(day) for day in rows["as_of"]],
                "value": rows["score"].to_numpy(),
                "low": rows["score_low"].to_numpy(),
                "high": rows["score_high"].to_numpy(),
                "tier": rows["tier"].to_numpy(),
                "figure": [words.score(value) for value in rows["score"]],
                "detail": detail,
            }
        ),
        alt=f"Score as of {words.listing(f'{words.date(day)}: {words.score(value)}' for day, value in _pairs(rows))}.",
        note=" ".join(sentences(told)),
    )


def _pairs(rows: pd.DataFrame) -> Iterator[tuple[str, float]]:
    return zip(rows["as_of"].astype(str), rows["score"], strict=True)


def raw_of_unit(told: History, unit: str) -> pd.DataFrame:
    """Return what was counted of a unit: a row per indicator, a column per period; empty where nothing is kept."""
    if told.raw.empty:
        return pd.DataFrame()
    rows = told.raw[told.raw["unit_id"] == unit]
    cells = rows.assign(cell=[_counted(row) for row in rows.to_dict("records")])
    wide = cells.pivot_table(index="called", columns="as_of", values="cell", aggfunc="first", sort=True)
    wide = wide.rename(columns=words.date).rename_axis(index="Indicator", columns=None)
    return wide.fillna(words.MISSING).reset_index()


def counted_table(told: History, unit: str) -> Table:
    """Return what was counted of a unit as a table to download."""
    frame = raw_of_unit(told, unit)
    return Table(
        label="Counted in each period, with the raw rate",
        frame=frame,
        file_name=f"{told.place}-{unit}-periods.csv",
        alt=f"{len(frame)} indicators by {len(told.periods)} periods: events counted and raw rate",
    )


def _counted(row: dict[Any, Any]) -> str:
    if pd.isna(row["person_years"]) or not row["person_years"]:
        return words.MISSING
    if pd.isna(row["events"]):
        return words.interval(row["events_low"], row["events_high"])
    return f"{words.count(row['events'])} ({words.rate(row['own_rate'])})"


def sentences(told: History) -> Iterator[str]:
    """Yield what a reader has to know of a history: how its windows lie to each other, and what was left out."""
    many = words.capital(words.how_many(len(told.periods), "period", "periods"))
    yield (
        f"{many} of one method and the same data, each fitted alone. Two scores are "
        "told apart where their intervals do not overlap."
    )
    if len(told.raw):
        yield _windows(told)
    if told.others:
        others = words.capital(words.how_many(len(told.others), "other run", "other runs"))
        yield (
            f"{others} of the place left out: made of other data, by another method or version. "
            "harmmodel compare sets two side by side."
        )


def _windows(told: History) -> str:
    """Say of how many indicators the windows of neighbouring periods share months: such scores hold the same events."""
    spans = told.raw[["as_of", "indicator", "period_from", "period_to"]].drop_duplicates(["as_of", "indicator"])
    spans = spans.sort_values(["indicator", "as_of"])
    earlier = spans.groupby("indicator")["period_to"].shift()
    shared = spans[earlier.notna() & (spans["period_from"].astype(str) < earlier.astype(str))]["indicator"].nunique()
    all_ = spans["indicator"].nunique()
    which = f"{words.number(shared)} of {words.number(all_)} {'indicator' if all_ == 1 else 'indicators'}"
    return f"Windows of {which} overlap from one period to the next, so that both hold some of the same events."
