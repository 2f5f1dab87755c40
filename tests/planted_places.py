"""Real records of one activity in a city whose violence is redrawn: harmless, a lasting market, raids that help."""

from __future__ import annotations

from dataclasses import replace

import h3
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from harmmodel.lenses.activities import like_places
from harmmodel.lenses.activities import linkage as lens_linkage
from harmmodel.lenses.activities.linking import link_activities
from harmmodel.lenses.activities.score import judge_activities
from harmmodel.lenses.activities.spec import ActivityInputs, ActivityScheme
from harmmodel.method.activities import linkage
from harmmodel.method.activities.linkage import MINUTES_PER_WEEK

CUT = 0.3  # of the violence in the days after a record that an effective raid prevents


def alone(data: ActivityInputs, scheme: ActivityScheme, name: str) -> tuple[ActivityInputs, ActivityScheme]:
    """Keep the records of one activity, and judge no other choices of distance and days."""
    mine = data.records[data.records["activity"] == name]
    specs = tuple(a for a in scheme.activities if a.id == name)
    return replace(data, records=mine), replace(scheme, activities=specs, variants=())


def verdict(data: ActivityInputs, scheme: ActivityScheme) -> pd.Series:
    """Send one activity through the whole rule."""
    return judge_activities(link_activities(data, scheme.linking), scheme).activities.iloc[0]


def harmless(data: ActivityInputs, scheme: ActivityScheme, seed: int) -> ActivityInputs:
    """Redraw the violence of every cell with records as if it had none: that of a like cell without, in other weeks."""
    rng = np.random.default_rng(seed)
    settings = scheme.linking
    numbered = lens_linkage.numbered(data, settings)
    cells = like_places._cells(data, numbered, settings)
    names = sorted(set(like_places.named(data.matched_on["longitude"], data.matched_on["latitude"], settings.cell)))
    treated = np.unique(cells.record[cells.record >= 0])
    without = np.setdiff1d(np.arange(cells.size), treated)
    tree = cKDTree(cells.variables[without])
    here = np.asarray([h3.cell_to_latlng(name) for name in names])
    events = data.events.reset_index(drop=True)
    by_cell = pd.Series(np.arange(len(events))).groupby(cells.event).indices
    drawn = [events[~np.isin(cells.event, treated)]]
    for cell in treated:
        like = tree.query_ball_point(cells.variables[cell], settings.caliper, p=np.inf)
        chosen = int(rng.choice(like)) if like else int(tree.query(cells.variables[cell])[1])
        weeks = int(rng.integers(0, 30))
        donor = without[chosen]
        copied = events.iloc[by_cell.get(donor, np.empty(0, dtype=np.int64))]
        moved = here[cell] - here[donor]
        minute = data.start + (copied["minute"] - data.start + weeks * MINUTES_PER_WEEK) % (data.stop - data.start)
        drawn.append(
            copied.assign(
                latitude=copied["latitude"] + moved[0], longitude=copied["longitude"] + moved[1], minute=minute
            )
        )
    return replace(data, events=pd.concat(drawn, ignore_index=True))


def market(data: ActivityInputs, scheme: ActivityScheme, seed: int, times: int = 3) -> ActivityInputs:
    """Multiply violence near the places of records, all year: copies of each event there at any other time."""
    rng = np.random.default_rng(seed)
    numbered = lens_linkage.numbered(data, scheme.linking)
    near = linkage.place_counts(numbered.events, numbered.records, scheme.link.metres, scheme.link.grid) > 0
    copies = pd.concat([data.events[near]] * (times - 1), ignore_index=True)
    copies["minute"] = rng.integers(data.start, data.stop, len(copies))
    return replace(data, events=pd.concat([data.events, copies], ignore_index=True))


def raided(data: ActivityInputs, scheme: ActivityScheme, seed: int) -> ActivityInputs:
    """Take out a share of the violence in the days after each record, nearby."""
    rng = np.random.default_rng(seed)
    numbered = lens_linkage.numbered(data, scheme.linking)
    after = linkage.preceded(numbered.events, numbered.records, scheme.link)
    prevented = after & (rng.random(len(data.events)) < CUT)
    return replace(data, events=data.events[~prevented].reset_index(drop=True))
