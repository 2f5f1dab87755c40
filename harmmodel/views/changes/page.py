"""What changes if harm, not arrests, sets priorities? Both orders of the areas, and enforcement beside harm."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from harmmodel.views import source, ties, words
from harmmodel.views.changes import contrast
from harmmodel.views.changes.contrast import LEVELS, QUESTION, intervals
from harmmodel.views.overlap import overlap_sentence
from harmmodel.views.parts import Picture, Table
from harmmodel.warehouse.store.runs import Run

RATIO_ROWS = 10
SAID_OVERLAPS = 22
FEW = "A ratio of few arrests is unsure. Where few people live, as at an airport, records concern visitors too."


@dataclass(frozen=True)
class WhatChanges:
    """The answer, the three forms of the first picture, the ratio as map and rows, and the table."""

    kicker: str
    question: str
    answer: str
    detail: str
    slope: Picture
    intervals: Picture
    scatter: Picture
    ratio_map: Picture
    ratio_rows: Picture
    table: Table
    source: str


def what_changes(run: Run) -> WhatChanges:
    """Set the order of areas by drug arrests beside their order by harm."""
    frame = contrast.compared(run)
    slope, intervals, scatter = _rankings(run, frame)
    period = words.period(run.facts["contrast_from"], run.facts["contrast_to"])
    return WhatChanges(
        kicker=source.place_line(run, f"{words.count(run.facts['drug_arrests'])} drug arrests, {period}"),
        question=QUESTION,
        answer=contrast.agreement(run, frame),
        detail=contrast.focus_shares(run, frame),
        slope=slope,
        intervals=intervals,
        scatter=scatter,
        ratio_map=_map(frame),
        ratio_rows=_ratio_rows(run, frame),
        table=_table(run, frame),
        source=source.source_line(run),
    )


def _rankings(run: Run, frame: pd.DataFrame) -> tuple[Picture, Picture, Picture]:
    known = frame[frame["rank_arrests"].notna() & frame["rank_harm"].notna()].copy()
    known["figure"] = [words.rank_change(m) for m in known["moves"]]
    known["detail"] = intervals(known, "rank")
    rises, falls = (words.areas(int((known["direction"] == side).sum())) for side in ("higher", "lower"))
    name = source.interval_name(run)
    clear = f"Coloured: {contrast.clear_rule(run, name)}; {rises} higher by harm, {falls} lower."
    title = "From the arrests rank to the harm rank"
    alt = f"Rank of {len(known)} areas by drug arrests per resident and by harm score. {_largest(known)}"
    note = f"{_overlaps(frame, left_out=len(frame) - len(known))} {contrast.vanished(known)}".strip()
    marks = f"◆ rank by drug arrests per resident, ● rank by harm with its {name}; right: the move and the interval."
    dots = f"One dot per area; on the diagonal both ranks agree. Whiskers: {name} of the harm rank."
    return (
        Picture(title, f"One line per area, arrests per resident. {clear}", known, alt, note),
        Picture(title, f"{marks} {clear}", known, alt, note),
        Picture("Rank by harm against rank by arrests", f"{dots} {clear}", known, alt, note),
    )


def _overlaps(frame: pd.DataFrame, *, left_out: int) -> str:
    first = frame[frame["score"].notna()].head(SAID_OVERLAPS)
    overlap = overlap_sentence(first["score_low"].tolist(), first["score_high"].tolist())
    said = f"By harm, of the first {len(first)}: {overlap[:1].lower()}{overlap[1:]}" if overlap else ""
    missing = f" Not in both rankings: {words.areas(left_out)}." if left_out else ""
    return f"{said}{missing}".strip()


def _largest(known: pd.DataFrame) -> str:
    clear = known[known["direction"] != "none"]
    if clear.empty:
        return "No area moves clearly."
    far = clear.iloc[int(clear["moves"].abs().to_numpy().argmax())]
    return f"The largest clear move is {far['label']}, {words.rank_change(float(far['moves']))} places by harm."


def _map(frame: pd.DataFrame) -> Picture:
    counts = {level: int((frame["level"] == level).sum()) for level in LEVELS}
    how_to_read = (
        "Share of drug arrests divided by share of weighted serious violence. Pale where the interval includes 1."
    )
    over, level, under = (words.areas(counts[name]) for name in LEVELS)
    above = f"Share of drug arrests above that of weighted serious violence: {over}"
    alt = f"Map of the ratio. {above}; below: {under}; level: {level}."
    said = f"Over: {over}; under: {under}; level: {level}. A ratio says where effort goes, not what it achieves."
    return Picture("Drug arrests against weighted serious violence", how_to_read, frame, alt, said)


def _ratio_rows(run: Run, frame: pd.DataFrame) -> Picture:
    top = frame[frame["ratio"].notna()].sort_values(["ratio", "label"], ascending=[False, True]).head(RATIO_ROWS)
    rows = pd.DataFrame(
        {
            "row": [f"{label} ({words.count(n)})" for label, n in zip(top["label"], top["drug_arrests"], strict=True)],
            "value": top["ratio"],
            "low": top["ratio_low"],
            "high": top["ratio_high"],
            "level": top["level"],
            "figure": [words.ratio(r) for r in top["ratio"]],
            "detail": intervals(top, "ratio", 1),
        }
    ).reset_index(drop=True)
    overlap = overlap_sentence(rows["low"].tolist(), rows["high"].tolist())
    alt = "No area has a known ratio."
    if len(rows):
        alt = f"{rows['row'][0]} has the largest ratio, {rows['figure'][0]}, interval {rows['detail'][0]}."
    how_to_read = (
        f"The same ratio with its {source.interval_name(run)}; log scale, line at 1. In brackets: drug arrests."
    )
    return Picture("Where drug arrests outweigh violence most", how_to_read, rows, alt, f"{overlap} {FEW}".strip())


def _table(run: Run, frame: pd.DataFrame) -> Table:
    shown = pd.DataFrame(
        {
            "Rank": ties.first_places(frame["rank_harm"]),
            "Area": frame["label"],
            "Tier": [contrast.tier_text(tier) for tier in frame["tier"]],
            "Rank interval": intervals(frame, "rank"),
            "Arrests rank": ties.first_places(frame["rank_arrests"]),
            "Move": [words.rank_change(m) for m in frame["moves"]],
            "Drug arrests": frame["drug_arrests"].round().astype("Int64"),
            "Arrests, %": 100 * frame["arrest_share"],
            "Violence, %": 100 * frame["violence_share"],
            "Ratio": frame["ratio"],
            "Ratio interval": intervals(frame, "ratio", 1),
            "Corner": [words.capital(advice) for advice in frame["advice"]],
        }
    )
    units = f"{len(frame)} {run.place.unit_noun.many}"
    return Table(
        f"Table of all {units}",
        shown,
        f"{run.place.id}-what-changes.csv",
        f"Both ranks and the ratio of {units}",
        {
            **{name: ties.place_format(shown[name]) for name in ("Rank", "Arrests rank")},
            **dict.fromkeys(("Arrests, %", "Violence, %"), _percent),
            "Drug arrests": words.count,
            "Ratio": words.ratio,
        },
        source.origin(run, frame["unit_id"]),
    )


def _percent(value: float) -> str:
    """Write a share that is given in per cent, under a heading that says so."""
    return words.share(value / 100).removesuffix("%")
