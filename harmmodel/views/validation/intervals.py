"""Do the intervals hold: one sentence and a table, from what made-up places of known truth showed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from harmmodel.lenses import phrases
from harmmodel.views import words
from harmmodel.views.blocks import Table
from harmmodel.warehouse.store.results import Document
from harmmodel.warehouse.store.runs import AreaRun

QUESTION = "Do the intervals hold?"
# How far below its name an interval may hold the truth: some is chance among so few replicates, and a share of
# leading or small areas rests on fewer of them. Shares of draws come true about as often as stated, or more often.
SLACK = {"all": 0.04, "leading": 0.06, "small": 0.06}
LEAST_TRUE, FEWEST_STATED = 0.75, 20
GROUPS = {"all": "all areas", "leading": "leading areas", "small": "small areas"}


@dataclass(frozen=True)
class Held:
    """The section; *empty* says why there is none, and then the others are not filled."""

    sentence: str
    tables: tuple[Table, ...]
    empty: tuple[str, str] = ("", "")


def held(run: AreaRun, result: Document) -> Held:
    """Say whether the intervals held on made-up places, and give the figures."""
    found = result.get("intervals")
    if not found:
        again = f"Validate this run again: `harmmodel validate {run.place.id}`"
        return Held("", (), ("This validation was made before intervals were tried on made-up places.", again))
    return Held(words.plain_markdown(sentence(found, run.config.scheme.interval)), (_table(run, found),))


def sentence(found: Document, ends: tuple[float, float]) -> str:
    """Say whether intervals between those two shares of draws held the truth; plain text, from the figures alone."""
    worlds, name = found["worlds"], phrases.width(ends)
    if all(row["all"] is None for row in worlds):
        return "Whether the intervals hold is not known: no area of a made-up place has an overall score."
    faults = list(_faults(worlds, ends))
    told = (
        f"On made-up places whose truth is known, {name} intervals of the score held the truth in "
        f"{_by_world(worlds, 'all', named=True)} of all areas, in {_by_world(worlds, 'leading')} of the leading ones "
        f"and in {_by_world(worlds, 'small')} of the small ones (intervals of drawn rates alone in "
        f"{_by_world(worlds, 'narrow_all')} of all); {_statements(found)}."
    )
    return f"The intervals do not hold ({words.listing(faults)}). {told}" if faults else told


def _faults(worlds: list[dict[str, Any]], ends: tuple[float, float]) -> Iterator[str]:
    """Name what falls short; what is not known is no fault and no praise: the sentence shows it as missing."""
    for group, slack in SLACK.items():
        least = round(ends[1] - ends[0] - slack, 6)
        short = [row["world"] for row in worlds if row[group] is not None and row[group] < least]
        if short:
            yield f"under {phrases.as_set(least)} of {GROUPS[group]} with {words.listing(short)} truth"
    few = [row["world"] for row in worlds if row["stated"] >= FEWEST_STATED and row["true"] < LEAST_TRUE]
    if few:
        yield f"under {phrases.as_set(LEAST_TRUE)} of statements true with {words.listing(few)} truth"


def _by_world(worlds: list[dict[str, Any]], key: str, *, named: bool = False) -> str:
    """Such as "90% (gamma) and 92% (lognormal)"."""
    shares = (f"{words.share(row[key])} ({row['world']})" if named else words.share(row[key]) for row in worlds)
    return words.listing(shares)


def _statements(found: Document) -> str:
    """Say how often a stated share of draws in the top came true, of the statements of all worlds together."""
    worlds = found["worlds"]
    stated = sum(row["stated"] for row in worlds)
    low, high = (phrases.as_set(end) for end in found["stated"])
    what = f"a share of draws in the top between {low} and {high}"
    if stated == 0:
        return f"{what} was never stated"
    true = sum(row["stated"] * row["true"] for row in worlds if row["stated"]) / stated
    text = f"{what} was stated {words.number(stated)} times, and {words.share(true)} of them came true"
    return f"{text}, too few to judge by" if all(row["stated"] < FEWEST_STATED for row in worlds) else text


COLUMNS = {
    "world": "Truth",
    "replicates": "Places made up",
    "all": "All areas",
    "leading": "Leading areas",
    "small": "Small areas",
    "narrow_all": "All, rates alone",
    "narrow_leading": "Leading, rates alone",
    "narrow_small": "Small, rates alone",
    "stated": "Stated",
    "true": "Came true",
}
SHARES = ("all", "leading", "small", "narrow_all", "narrow_leading", "narrow_small", "true")


def rows(found: Document) -> pd.DataFrame:
    """One row per kind of truth, columns named for readers; shares are numbers, NaN where there is none."""
    frame = pd.DataFrame(found["worlds"])[list(COLUMNS)]
    return frame.astype(dict.fromkeys(SHARES, float)).rename(columns=COLUMNS)


def note(found: Document) -> str:
    """Say what the columns stand for; plain text."""
    most = found["small_residents"]
    reach = f", up to {words.number(most)} residents" if most is not None else ""
    return (
        f"Share of areas whose true score lay in the interval, at {words.number(found['draws'])} draws. Gamma and "
        "lognormal truth: all kinds of harm vary with the area's level; unrelated truth: each varies for itself. "
        f"Leading: the first by estimated score. Small: the {words.number(found['small'])} of "
        f"{words.areas(found['areas'])} with the fewest residents{reach}. Rates alone: weights and goalposts held at "
        "their central values, as the truth has them."
    )


def _table(run: AreaRun, found: Document) -> Table:
    return Table(
        label="How often made-up places had their truth in the interval",
        frame=rows(found),
        file_name=f"{run.place.id}-intervals.csv",
        alt="One row per kind of truth: share of all, leading and small areas whose true score lay in the interval.",
        formats={COLUMNS[name]: words.share for name in SHARES},
        note=words.plain_markdown(note(found)),
    )
