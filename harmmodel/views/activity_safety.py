"""The safety list: serious events near records of one activity, with small counts kept from view."""

from __future__ import annotations

import numpy as np
import pandas as pd

from harmmodel.method.disclosure import hidden
from harmmodel.views import words
from harmmodel.warehouse.runfiles import Frames
from harmmodel.warehouse.runs import Run

OTHERS = "Areas with fewer"


def safety_table(run: Run, found: Frames, unit_id: str) -> pd.DataFrame:
    """Serious events near records of one activity, by area and month, as text; small counts are not shown."""
    rows = found["activity_safety"]
    rows = rows[(rows["activity"] == unit_id) & rows["unit_id"].notna()]
    if rows.empty:
        return pd.DataFrame()
    labels = dict(zip(run.units["unit_id"], run.units["label"], strict=True))
    few = rows.groupby("unit_id")["events"].transform("sum") < run.config.policy.disclosure.public
    area = rows["unit_id"].map(labels).astype(str).where(~few, OTHERS)
    table = rows.assign(area=area, month=[str(month)[:7] for month in rows["month"]]).pivot_table(
        index="area", columns="month", values="events", aggfunc="sum", fill_value=0
    )
    sums = table.sum(axis=1).mask(table.index == OTHERS, -1.0)
    table = table.loc[sums.sort_values(ascending=False, kind="stable").index]
    return _shown(table, run.config.policy.disclosure.internal)


def _shown(table: pd.DataFrame, k: int) -> pd.DataFrame:
    counts = table.to_numpy(np.float64)
    mask = hidden(counts, k)
    sums, totals = counts.sum(axis=1), counts.sum(axis=0)
    unsaid = hidden(totals[np.newaxis, :], k)[0]
    shown = pd.DataFrame({"Area": [*table.index.astype(str), "All areas"]})
    for n, month in enumerate(table.columns.astype(str)):
        cells = [_cell(count, gone, k) for count, gone in zip(counts[:, n], mask[:, n], strict=True)]
        name = f"{words.MONTHS[int(month[5:]) - 1][:3]} {month[:4]}"
        shown[name] = [*cells, _cell(totals[n], bool(unsaid[n]), k)]
    return shown.assign(All=[*(_cell(n, 0 < n < k, k) for n in sums), told(sums.sum(), k)])


def told(count: float, k: int) -> str:
    """A total of serious events; from 1 up to below *k* it is only said to be small.

    >>> told(1273, 5), told(2, 5), told(0, 5)
    ('1,273', 'fewer than 5', '0')
    """
    return _cell(count, 0 < count < k, k)


def _cell(count: float, gone: bool, k: int) -> str:
    if not gone:
        return words.number(count)
    return f"fewer than {k}" if count < k else "not shown"
