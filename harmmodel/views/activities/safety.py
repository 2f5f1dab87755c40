"""The safety list: serious events near records of one activity, with small counts kept from view."""

from __future__ import annotations

import numpy as np
import pandas as pd

from harmmodel.method.disclosure import hidden
from harmmodel.views import words
from harmmodel.warehouse.store.runfiles import Frames
from harmmodel.warehouse.store.runs import Run

OTHERS = "Areas with fewer"


def kept_back(value: float, is_hidden: bool, *, k: int) -> str:
    """A count of a disclosure-controlled table: hidden ones are small, or would give a small one away; 0 is told.

    >>> kept_back(12, False, k=5), kept_back(4, True, k=5), kept_back(12, True, k=5), kept_back(0, False, k=5)
    ('12', 'fewer than 5', 'not shown', '0')
    """
    if not is_hidden:
        return words.number(value)
    return f"fewer than {k}" if value < k else "not shown"


def safety_table(run: Run, found: Frames, unit_id: str) -> pd.DataFrame:
    """Serious events near records of one activity, by area and month, as text; small counts are not shown.

    Areas with fewer than the policy's public k stand together, and so do months until they have its internal k: a
    total that is small itself would tell what is hidden above it.
    """
    rows = found["activity_safety"]
    rows = rows[(rows["activity"] == unit_id) & rows["unit_id"].notna()]
    if rows.empty:
        return pd.DataFrame()
    limits = run.config.policy.disclosure
    labels = dict(zip(run.units["unit_id"], run.units["label"], strict=True))
    few = rows["unit_id"].isin(_together(rows.groupby("unit_id")["events"].sum(), limits.public))
    area = rows["unit_id"].map(labels).astype(str).where(~few, OTHERS)
    month = pd.Series([str(month)[:7] for month in rows["month"]], index=rows.index)
    spans = _spans(rows["events"].groupby(month).sum(), limits.internal)
    table = rows.assign(area=area, span=month.map(spans)).pivot_table(
        index="area", columns="span", values="events", aggfunc="sum", fill_value=0
    )
    sums = table.sum(axis=1).mask(table.index == OTHERS, -1.0)
    table = table.loc[sums.sort_values(ascending=False, kind="stable").index, list(dict.fromkeys(spans.values()))]
    return _shown(table, limits.internal)


def _together(sums: pd.Series, k: int) -> list[str]:
    """Units with fewer than *k* events, and as many of the next ones as bring them to *k* together."""
    ordered = sums.sort_values(kind="stable")
    needed = (ordered < k) | ((ordered.cumsum() - ordered < k) & bool((ordered < k).any()))
    return [str(unit) for unit in ordered.index[needed]]


def _spans(sums: pd.Series, k: int) -> dict[str, str]:
    """Name the months that each month stands with: as many as make *k* events; the last ones join the span before."""
    spans: list[list[str]] = [[]]
    for month in sums.sort_index().index:
        if sum(sums[m] for m in spans[-1]) >= k:
            spans.append([])
        spans[-1].append(str(month))
    if len(spans) > 1 and sum(sums[m] for m in spans[-1]) < k:
        spans[-2:] = [spans[-2] + spans[-1]]
    return {month: _span_name(span) for span in spans for month in span}


def _span_name(months: list[str]) -> str:
    names = [f"{words.MONTHS[int(month[5:]) - 1][:3]} {month[:4]}" for month in (months[0], months[-1])]
    return " to ".join(dict.fromkeys(names))


def _shown(table: pd.DataFrame, k: int) -> pd.DataFrame:
    counts = table.to_numpy(np.float64)
    mask = hidden(counts, k)
    shown = pd.DataFrame({"Area": [*table.index.astype(str), "All areas"]})
    for n, span in enumerate(table.columns.astype(str)):
        shown[span] = [*_cells(counts[:, n], mask[:, n], k), *_totals(counts[:, n].sum(), k)]
    return shown.assign(All=[*_totals(counts.sum(axis=1), k), *_totals(counts.sum(), k)])


def _cells(counts: np.ndarray, mask: np.ndarray, k: int) -> list[str]:
    return [kept_back(float(n), bool(gone), k=k) for n, gone in zip(counts, mask, strict=True)]


def _totals(sums: np.ndarray | float, k: int) -> list[str]:
    """Totals in words: one is small only where all events together are."""
    return [kept_back(float(n), bool(0 < n < k), k=k) for n in np.atleast_1d(sums)]
