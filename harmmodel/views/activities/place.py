"""Where records of an activity lie beside serious violence: by cell, and by area as a ratio of shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.method.disclosure import hidden
from harmmodel.method.uncertainty import normal_ends
from harmmodel.views import source, words
from harmmodel.views.blocks import Picture, Table, intervals
from harmmodel.views.corners import RATIO_WORDS, ratio_bucket
from harmmodel.views.labels import unit_labels
from harmmodel.views.ordering import leaders, overlap_sentence
from harmmodel.warehouse.store.runs import AreaRun, Frames

OTHERS = "Areas with fewer"


def kept_back(value: float, is_hidden: bool, *, k: int) -> str:
    """A count of a disclosure-controlled table: hidden ones are small, or would give a small one away; 0 is told.

    >>> kept_back(12, False, k=5), kept_back(4, True, k=5), kept_back(12, True, k=5), kept_back(0, False, k=5)
    ('12', 'fewer than 5', 'not shown', '0')
    """
    if not is_hidden:
        return words.number(value)
    return f"fewer than {k}" if value < k else "not shown"


def safety_table(run: AreaRun, tables: Frames, unit_id: str) -> pd.DataFrame:
    """Serious events near records of one activity, by area and month, as text; small counts are not shown.

    Areas with fewer than the policy's public k stand together, and so do months until they have its internal k: a
    total that is small itself would tell what is hidden above it.
    """
    rows = tables["activity_safety"]
    rows = rows[(rows["activity"] == unit_id) & rows["unit_id"].notna()]
    if rows.empty:
        return pd.DataFrame()
    limits = run.config.policy.disclosure
    labels = unit_labels(run)
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
    frame = pd.DataFrame({"Area": [*table.index.astype(str), "All areas"]})
    for n, span in enumerate(table.columns.astype(str)):
        frame[span] = [*_cells(counts[:, n], mask[:, n], k), *_totals(counts[:, n].sum(), k)]
    return frame.assign(All=[*_totals(counts.sum(axis=1), k), *_totals(counts.sum(), k)])


def _cells(counts: np.ndarray, mask: np.ndarray, k: int) -> list[str]:
    return [kept_back(float(n), bool(gone), k=k) for n, gone in zip(counts, mask, strict=True)]


def _totals(sums: np.ndarray | float, k: int) -> list[str]:
    """Totals in words: one is small only where all events together are."""
    return [kept_back(float(n), bool(0 < n < k), k=k) for n in np.atleast_1d(sums)]


RATIO_ROWS = 12


@dataclass(frozen=True)
class Cells:
    """Cells with their step of the ratio (0 to 4, -1: too few of both to say) and what may be said of them.

    *frame* holds cell, bucket, and records and events as text.
    """

    title: str
    how_to_read: str
    frame: pd.DataFrame
    steps: tuple[str, ...]
    alt: str
    note: str


def cells(run: AreaRun, tables: Frames, unit_id: str) -> Cells:
    """Share of an activity's records against share of serious violence, cell by cell; small counts are not shown.

    Of an activity with fewer records than the policy's internal k, no cell tells that it has one: with so few, the
    total of the place would tell how many.
    """
    table = tables["activity_cell"]
    records = table[(table["kind"] == "record") & (table["activity"] == unit_id)].set_index("cell")["n"]
    events = table[table["kind"] == "event"].set_index("cell")["n"]
    k = run.config.policy.disclosure.internal
    are_few = records.sum() < k
    both = pd.DataFrame({"records": records[: 0 if are_few else None], "events": events}).fillna(0)
    frame = pd.DataFrame(
        {
            "cell": both.index.astype(str),
            "bucket": _buckets(run, both["records"].to_numpy(float), both["events"].to_numpy(float)),
            "records": words.MISSING if are_few else _counts(both["records"], k),
            "events": _counts(both["events"], k),
        }
    )
    known = frame[frame["bucket"] >= 0]
    over, under = (known["bucket"] > 2).sum(), (known["bucket"] < 2).sum()
    alt = (
        f"Map of {len(frame)} cells. More of the records than of the violence: {over} cells; less: {under}; about "
        f"equal or unclear: {len(known) - over - under}; too few to say: {len(frame) - len(known)}."
    )
    return Cells(
        title="Where the records lie, and where the violence",
        how_to_read="Cells of about 0.7 km²: share of these records divided by share of serious violence.",
        frame=frame,
        steps=RATIO_WORDS,
        alt=alt,
        note=f"Outlined: fewer than {k} records and fewer than {k} serious events, so no ratio. {alt}",
    )


def _counts(column: pd.Series, k: int) -> list[str]:
    """Counts in words; the total of the place is told elsewhere, so that a small count is never hidden alone."""
    counts = column.to_numpy(np.float64)
    gone = hidden(counts[np.newaxis, :], k)[0]
    return [kept_back(float(n), bool(is_gone), k=k) for n, is_gone in zip(counts, gone, strict=True)]


def _buckets(run: AreaRun, records: np.ndarray, events: np.ndarray) -> list[int]:
    """Return the step of each cell; the middle where the interval, roughly that of the run, includes 1."""
    k, (low, high) = run.config.policy.disclosure.internal, normal_ends(run.config.scheme.interval)
    if not records.sum() or not events.sum():
        return [-1] * records.size
    ratio = (records + 0.5) / (records.sum() + 0.5) / ((events + 0.5) / (events.sum() + 0.5))
    error = np.sqrt(1 / (records + 0.5) + 1 / (events + 0.5))  # of the logarithm
    ends = ratio * np.exp(low * error), ratio * np.exp(high * error)
    level = np.where(ends[0] > 1, "over", np.where(ends[1] < 1, "under", "level"))
    few = (records < k) & (events < k)
    steps = [ratio_bucket(float(r), str(side)) for r, side in zip(ratio, level, strict=True)]
    return [-1 if gone else step for gone, step in zip(few, steps, strict=True)]


def _areas(run: AreaRun, tables: Frames, unit_id: str) -> pd.DataFrame:
    table = tables["activity_area"]
    table = table[table["activity"] == unit_id].copy()
    labels = unit_labels(run)
    table["label"] = table["unit_id"].map(labels)
    table["bucket"] = [ratio_bucket(r, level) for r, level in zip(table["ratio"], table["level"], strict=True)]
    return table


def ratio_map(run: AreaRun, tables: Frames, unit_id: str) -> Picture:
    """Share of the activity's records over share of weighted serious violence, area by area."""
    table = _areas(run, tables, unit_id)
    counts = {name: words.areas(int((table["level"] == name).sum())) for name in ("over", "under", "level")}
    said = f"Over: {counts['over']}; under: {counts['under']}; level: {counts['level']}."
    return Picture(
        "Enforcement to harm, by area",
        "Share of these records divided by share of weighted serious violence. Pale where the interval includes 1.",
        table,
        f"Map of the ratio. {said}",
        f"{said} A ratio says where effort goes, not what it achieves.",
    )


def ratio_rows(run: AreaRun, tables: Frames, unit_id: str) -> Picture:
    """The areas with the largest ratios whose interval lies above 1, else the largest at all."""
    table = _areas(run, tables, unit_id)
    table = table[table["ratio"].notna() & (table["records"] >= run.config.policy.disclosure.internal)]
    top = table.sort_values(["ratio_low", "label"], ascending=[False, True]).head(RATIO_ROWS)
    rows = pd.DataFrame(
        {
            "row": top["label"],
            "value": top["ratio"],
            "low": top["ratio_low"],
            "high": top["ratio_high"],
            "level": top["level"],
            "figure": [words.ratio(v) for v in top["ratio"]],
            "detail": intervals(top, "ratio", 1),
        }
    ).reset_index(drop=True)
    named, sharing = leaders(rows["row"], rows["value"])
    most = words.ratio(rows["value"].max())
    alt = f"The largest of these: {named}, {most}." if sharing else "No area has enough records."
    how = f"In order of the lower end of the {source.interval_name(run)}; log scale, line at 1."
    note = overlap_sentence(rows["low"].tolist(), rows["high"].tolist())
    return Picture("Areas with the most records for their violence", how, rows, alt, note)


def ratio_table(run: AreaRun, tables: Frames, unit_id: str) -> Table:
    """Every area with its ratio and interval, the pictures' figures in full; where records are too few, none."""
    k = run.config.policy.disclosure.internal
    table = _areas(run, tables, unit_id).sort_values("label", ignore_index=True)
    counts = table["records"].to_numpy(np.float64)
    is_disclosed = pd.Series((counts >= k) & ~hidden(counts[np.newaxis, :], k)[0], index=table.index)
    frame = pd.DataFrame(
        {
            "Area": table["label"],
            "Records": table["records"].astype(float).where(is_disclosed),
            "Ratio": table["ratio"].where(is_disclosed),
            "Low": table["ratio_low"].where(is_disclosed),
            "High": table["ratio_high"].where(is_disclosed),
            "Level": table["level"].where(is_disclosed, words.MISSING),
        }
    )
    return Table(
        "Table of the ratio in all areas",
        frame,
        f"{run.place.id}-{unit_id}-ratio.csv",
        "Ratio of these records to weighted serious violence, with interval, in every area",
        {"Records": words.number, **dict.fromkeys(("Ratio", "Low", "High"), lambda cell: words.number(cell, 2))},
        source.origin(run, table["unit_id"]),
        f"–: fewer than {k} records, or a count that would give such a one away. "
        f"Low and High: {source.interval_name(run)}.",
    )
