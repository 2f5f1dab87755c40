"""Cells with records of an activity beside like cells without: what is counted while single records are at hand."""

from __future__ import annotations

from dataclasses import dataclass

import h3
import numpy as np
import pandas as pd

from harmmodel.lenses.activities.linkage import Numbered
from harmmodel.lenses.activities.spec import ActivityInputs, LinkSettings
from harmmodel.method.activities import like_places as method
from harmmodel.method.activities import linkage
from harmmodel.method.activities.linkage import Whole
from harmmodel.method.arrays import Bools, Floats
from harmmodel.method.random_streams import resampled, stream

NO_SETTING = "not told"
FIGURES = ("cells", "matched", "ratio", "ratio_low", "ratio_high")
BALANCE = {"activity": "object", "setting": "object", "before": "float64", "after": "float64"}


@dataclass(frozen=True)
class Cells:
    """Cells that hold at least one event that is matched on, in the order of their names.

    Attributes
    ----------
    settings : kinds of place, one per column of *variables*
    variables : shape (cells, settings), how many events that are matched on, standardised
    block : shape (cells,), the larger cell each lies in
    event, record : the cell of each event and record; -1 outside
    """

    settings: list[str]
    variables: Floats
    block: Whole
    event: Whole
    record: Whole

    @property
    def size(self) -> int:
        """How many."""
        return self.block.size


def like_places(data: ActivityInputs, numbered: Numbered, settings: LinkSettings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare the cells of each activity with like cells, over the whole period.

    Returns
    -------
    One row per activity: activity, cells (with records), matched, and, where something can be compared, ratio,
    ratio_low and ratio_high; and one per activity and kind of place: activity, setting, before, after (standardised
    mean differences). NaN where nothing can be said.
    """
    if data.matched_on.empty:
        none = pd.DataFrame({"activity": list(settings.activities), **dict.fromkeys(FIGURES, np.nan)})
        return none.astype({"activity": object}), pd.DataFrame(
            {name: pd.Series(dtype=t) for name, t in BALANCE.items()}
        )
    cells = _cells(data, numbered, settings)
    rows, balance = [], []
    rng = stream(settings.seed, "like places")  # the same blocks for all, which more enforcement does not move
    chosen = resampled(int(cells.block.max(initial=-1)) + 1, draws=settings.like_draws, rng=rng)
    for n, name in enumerate(settings.activities):
        mine = numbered.activity == n
        inside = np.unique(cells.record[mine & (cells.record >= 0)])
        has_records = np.zeros(cells.size, dtype=np.bool_)
        has_records[inside] = True
        matching = method.match(cells.variables, has_records, settings.caliper)
        events = _events(numbered, cells, mine, settings)
        ratio, low, high = method.rate_ratio(events, matching, chosen=chosen, block=cells.block, ends=settings.interval)
        all_cells = inside.size + _outside(numbered, mine & (cells.record < 0), settings)
        rows.append((name, all_cells, int(matching.matched.sum()), ratio, low, high))
        ends = zip(*method.differences(cells.variables, has_records, matching), strict=True)
        balance += [(name, setting, *pair) for setting, pair in zip(cells.settings, ends, strict=True)]
    told = pd.DataFrame(rows, columns=["activity", *FIGURES]).astype({"activity": object})
    return told.astype(dict.fromkeys(FIGURES, "float64")), pd.DataFrame(balance, columns=list(BALANCE)).astype(BALANCE)


def _cells(data: ActivityInputs, numbered: Numbered, settings: LinkSettings) -> Cells:
    matched_on = data.matched_on.dropna(subset=["longitude", "latitude"])
    names, position = np.unique(
        named(matched_on["longitude"], matched_on["latitude"], settings.cell), return_inverse=True
    )
    kinds, kind = np.unique(matched_on["setting"].fillna(NO_SETTING).astype(str), return_inverse=True)
    counts = np.bincount(position * kinds.size + kind, minlength=names.size * kinds.size)
    _, block = np.unique([h3.cell_to_parent(c, settings.block) for c in names], return_inverse=True)
    known = {name: n for n, name in enumerate(names)}
    event, record = (
        np.array([known.get(c, -1) for c in named(lng, lat, settings.cell)], dtype=np.int64)
        for lng, lat in (numbered.event_degrees, numbered.record_degrees)
    )
    return Cells(
        settings=[str(kind) for kind in kinds],
        variables=method.standardised(counts.reshape(names.size, kinds.size)),
        block=np.asarray(block, dtype=np.int64),
        event=event,
        record=record,
    )


def named(longitude: pd.Series | Floats, latitude: pd.Series | Floats, resolution: int) -> list[str]:
    """Name the H3 cell of each point."""
    return [h3.latlng_to_cell(lat, lng, resolution) for lat, lng in zip(latitude, longitude, strict=True)]


def _events(numbered: Numbered, cells: Cells, mine: Bools, settings: LinkSettings) -> Floats:
    """Count serious events by cell; one that is the same occurrence as a record of the activity is left out."""
    own = linkage.coincide(numbered.events, numbered.records.at(mine), settings.link)
    return np.bincount(cells.event[(cells.event >= 0) & ~own], minlength=cells.size).astype(np.float64)


def _outside(numbered: Numbered, mine: Bools, settings: LinkSettings) -> int:
    """Count cells with records in which nothing that is matched on was recorded: they are like no cell."""
    longitude, latitude = (v[mine] for v in numbered.record_degrees)
    return len(set(named(longitude, latitude, settings.cell)))
