"""What changes if harm, not arrests, sets priorities? Both orders of the areas, and enforcement beside harm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.lenses.tiers import FOCUS
from harmmodel.views import corners, ordering, source, words
from harmmodel.views.areas.nearest import needs_contact
from harmmodel.views.blocks import LARGE, Picture, Table, intervals
from harmmodel.views.labels import arrests_gap, has_arrests, why_no_arrests
from harmmodel.views.ordering import ordered_scores, overlap_sentence, place_words
from harmmodel.warehouse.store.runs import AreaRun

CLEAR_PLACES = 10
FIRST = 10
NAMED = 6
CLOSE, PARTLY = 0.8, 0.5


def compared(run: AreaRun) -> pd.DataFrame:
    """The contrast in order of harm rank, with tier, score, advice, the direction of clear moves and the ratio's step.

    A move has a direction when it is clear: 10 places or more, the arrests rank outside the interval of the harm rank,
    and 10 places or more the same way without the indicators that need police contact. Where only the last is missing,
    ``vanishes`` is set: such a move would rest on those indicators alone.
    """
    columns = ["unit_id", "score", "score_low", "score_high", "tier", "rank_no_contact"]
    frame = run.contrast.merge(ordered_scores(run)[columns], on="unit_id", how="left", validate="one_to_one")
    frame = frame.sort_values(["rank_harm", "label"], na_position="last").reset_index(drop=True)
    frame["moves"] = frame["moves"].to_numpy(float, na_value=np.nan)  # whole numbers cannot say "not known" as NaN
    far = frame["clear_move"].astype(bool) & (frame["moves"].abs() >= CLEAR_PLACES)
    holds = (frame["rank_arrests"] - frame["rank_no_contact"]) * np.sign(frame["moves"]) >= CLEAR_PLACES
    frame["direction"] = np.select([far & holds & (frame["moves"] > 0), far & holds], ["higher", "lower"], "none")
    frame["vanishes"] = far & ~holds
    frame["bucket"] = [corners.ratio_bucket(r, level) for r, level in zip(frame["ratio"], frame["level"], strict=True)]
    frame["bucket_label"] = [corners.RATIO_WORDS[b] if b >= 0 else "not known" for b in frame["bucket"]]
    frame["advice"] = [corners.advice(t, c) for t, c in zip(frame["tier"], frame["corner"], strict=True)]
    frame["arrests_place"], frame["harm_place"] = place_words(frame["rank_arrests"]), place_words(frame["rank_harm"])
    return frame


def clear_rule(run: AreaRun, interval: str) -> str:
    """What makes a move clear, for captions; *interval* names the interval of the harm rank."""
    also = ", also without police-contact indicators" if needs_contact(run) else ""
    return f"a move of {CLEAR_PLACES} places or more{also}, from an arrests rank outside the harm rank's {interval}"


def vanished(frame: pd.DataFrame) -> str:
    """Name the moves that rest on police-contact indicators alone; empty when there are none (Markdown)."""
    names = [words.plain_markdown(name) for name in frame.loc[frame["vanishes"], "label"]]
    if not names:
        return ""
    named = words.listing(names, at_most=NAMED)
    return f"Not named: {named}, whose move shrinks or turns without police-contact indicators."


def agreement(run: AreaRun, frame: pd.DataFrame) -> str:
    """How far both orders agree, in words that follow the figures (Markdown)."""
    rho = float(run.facts["spearman"])
    known = frame["rank_arrests"].notna() & frame["rank_harm"].notna()
    if not np.isfinite(rho):
        return f"**The two rankings cannot be compared.** {words.capital(words.areas(int(known.sum())))} in both."
    first, both = _first_of_each(frame)
    close = is_close(rho, frame)
    verdict = "A shift at the margin" if close else "A partial shift" if rho >= PARTLY else "A different order"
    agree = "agree closely" if close else "agree in part" if rho >= PARTLY else "differ widely"
    clear = words.how_many(int((frame["direction"] != "none").sum()), "area moves", "areas move")
    return (
        f"**{verdict}.** The two rankings {agree} (rank correlation {words.number(rho, 2)}; the first {first} of each "
        f"share {words.areas(both)}). {words.capital(clear)} by {CLEAR_PLACES} places or more and by more than the "
        f"uncertainty{_also(run)}."
    )


def _first_of_each(frame: pd.DataFrame) -> tuple[int, int]:
    """How many areas are the first of a ranking, and how many of them both rankings share."""
    known = frame["rank_arrests"].notna() & frame["rank_harm"].notna()
    first = min(FIRST, int(known.sum()) // 2)  # half of a small place is not its top
    return first, int(((frame["rank_arrests"] <= first) & (frame["rank_harm"] <= first)).sum())


def is_close(rho: float, frame: pd.DataFrame) -> bool:
    """Whether both rankings lead to much the same areas: alike from end to end, and most of the first are shared."""
    first, both = _first_of_each(frame)
    return rho >= CLOSE and both > first / 2


def _also(run: AreaRun) -> str:
    return ", with and without police-contact indicators" if needs_contact(run) else ""


def focus_shares(run: AreaRun, frame: pd.DataFrame) -> str:
    """What the areas in focus hold of arrests and of violence, which are over or under, and what follows (Markdown)."""
    focus = frame[frame["tier"] == FOCUS]
    if focus.empty:
        return "No area is in focus, so no share of arrests can be set against harm there."
    arrests, violence = float(run.facts["focus_arrest_share"]), float(run.facts["focus_violence_share"])
    named = {level: [words.plain_markdown(n) for n in focus.loc[focus["level"] == level, "label"]] for level in LEVELS}
    sides = [
        f"{text}: {words.listing(names, at_most=NAMED)}" for (level, text) in LEVELS.items() if (names := named[level])
    ]
    verb = "holds" if len(focus) == 1 else "hold"
    gap = arrests_gap(run)
    sentence = (
        f"The {words.areas(len(focus))} in focus {verb} {words.share(arrests)} of drug arrests against "
        f"{words.share(violence)} of weighted serious violence."
    )
    levels = f"{words.capital('; '.join(sides))}." if sides else ""
    lies = _where_the_change_lies(float(run.facts["spearman"]), frame, any_over=bool(named["over"]))
    return " ".join(filter(None, (sentence, levels, lies, gap)))


LEVELS = {
    "over": "more drug arrests than weighted serious violence",
    "level": "level",
    "under": "fewer drug arrests than weighted serious violence",
}


def _where_the_change_lies(rho: float, frame: pd.DataFrame, *, any_over: bool) -> str:
    if not np.isfinite(rho):
        return ""
    close = is_close(rho, frame)
    if close and any_over:
        return (
            "Both rankings lead to much the same areas, so the change lies as much inside areas (which activity) as "
            "between them (how much of it)."
        )
    if close:
        return "Both rankings lead to much the same areas, so little moves between areas."
    part = " in part" if rho >= PARTLY else ""
    return f"The rankings lead to different areas{part}, so the change lies first between areas."


RATIO_ROWS = 10
SAID_OVERLAPS = 22
FEW = "A ratio of few arrests is unsure. Where few people live, as at an airport, records concern visitors too."


@dataclass(frozen=True)
class WhatChanges:
    """The answer, the three forms of the first picture, the ratio as map and rows, and the table."""

    kicker: str
    answer: str
    detail: str
    slope: Picture
    intervals: Picture
    units: int  # that both rankings hold
    scatter: Picture
    ratio_map: Picture
    ratio_rows: Picture
    table: Table
    source: str


def what_changes(run: AreaRun) -> WhatChanges:
    """Set the order of areas by drug arrests beside their order by harm."""
    frame = compared(run)
    slope, intervals, scatter = _rankings(run, frame)
    period = words.period(run.facts["contrast_from"], run.facts["contrast_to"])
    return WhatChanges(
        kicker=source.place_line(run, f"{words.count(run.facts['drug_arrests'])} drug arrests, {period}"),
        answer=agreement(run, frame),
        detail=focus_shares(run, frame),
        slope=slope,
        intervals=intervals,
        units=len(scatter.frame),
        scatter=scatter,
        ratio_map=_map(frame),
        ratio_rows=_ratio_rows(run, frame),
        table=_table(run, frame),
        source=source.source_line(run),
    )


def _rankings(run: AreaRun, frame: pd.DataFrame) -> tuple[Picture, Picture, Picture]:
    known = frame[frame["rank_arrests"].notna() & frame["rank_harm"].notna()].copy()
    known["figure"] = [words.rank_change(m) for m in known["moves"]]
    known["detail"] = intervals(known, "rank")
    rises, falls = (words.areas(int((known["direction"] == side).sum())) for side in ("higher", "lower"))
    name = source.interval_name(run)
    rows, part = _drawn(known)
    clear = f"Coloured: {clear_rule(run, name)}; {rises} higher by harm, {falls} lower."
    title = "From the arrests rank to the harm rank"
    alt = f"Rank of {len(known)} areas by drug arrests per resident and by harm score. {_largest(known)}"
    note = f"{_overlaps(frame, left_out=len(frame) - len(known))} {vanished(known)}".strip()
    marks = f"◆ rank by drug arrests per resident, ● rank by harm with its {name}; right: the move and the interval."
    dots = f"One dot per area; on the diagonal both ranks agree. Whiskers: {name} of the harm rank."
    return (
        Picture(title, f"One line per area, arrests per resident. {clear}", rows, alt, f"{part}{note}"),
        Picture(title, f"{marks} {clear}", rows, alt, f"{part}{note}"),
        Picture("Rank by harm against rank by arrests", f"{dots} {clear}", known, alt, note),
    )


def _drawn(known: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the areas that have a line of their own, and what to say where these are a part of all."""
    if len(known) <= LARGE:
        return known, ""
    first = LARGE // 4
    leads = (known["rank_arrests"] <= first) | (known["rank_harm"] <= first)
    far = known["moves"].abs().where((known["direction"] != "none") & ~leads).nlargest(LARGE - int(leads.sum()))
    rows = known[leads | known.index.isin(far.dropna().index)]
    return rows, (
        f"Drawn: {len(rows)} of {words.number(len(known))}, the first {first} of either ranking and the largest clear "
        "moves; the table holds all. "
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


def _ratio_rows(run: AreaRun, frame: pd.DataFrame) -> Picture:
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
        named, sharing = ordering.leaders(rows["row"], rows["value"])
        ends = f", interval {rows['detail'][0]}" if sharing == 1 else " each"
        alt = f"The largest ratio: {named}, {rows['figure'][0]}{ends}."
    how_to_read = (
        f"The same ratio with its {source.interval_name(run)}; log scale, line at 1. In brackets: drug arrests."
    )
    return Picture("Where drug arrests outweigh violence most", how_to_read, rows, alt, f"{overlap} {FEW}".strip())


def _table(run: AreaRun, frame: pd.DataFrame) -> Table:
    table = pd.DataFrame(
        {
            "Rank": ordering.first_places(frame["rank_harm"]),
            "Area": frame["label"],
            "Tier": [words.tier(tier) for tier in frame["tier"]],
            "Rank interval": intervals(frame, "rank"),
            "Arrests rank": ordering.first_places(frame["rank_arrests"]),
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
        table,
        f"{run.place.id}-what-changes.csv",
        f"Both ranks and the ratio of {units}",
        {
            **{name: ordering.place_format(table[name]) for name in ("Rank", "Arrests rank")},
            **dict.fromkeys(("Arrests, %", "Violence, %"), _percent),
            "Drug arrests": words.count,
            "Ratio": words.ratio,
        },
        source.origin(run, frame["unit_id"]),
    )


def _percent(value: float) -> str:
    """Write a share that is given in per cent, under a heading that says so."""
    return words.share(value / 100).removesuffix("%")


@dataclass(frozen=True)
class Uncompared:
    """The page without its pictures."""

    kicker: str
    answer: str  # Markdown
    empty: tuple[str, str]
    source: str


def uncompared(run: AreaRun) -> Uncompared | None:
    """Return why nothing can be compared; None where harm and arrests stand side by side."""
    if has_arrests(run):
        return None
    fact, add = why_no_arrests(run)
    return Uncompared(
        kicker=source.place_line(run, source.units_line(run)),
        answer=f"**Not known here.** {fact}",
        empty=("There is no ranking by arrests.", f"{add} The order by harm stands on Overview and Areas."),
        source=source.source_line(run),
    )
