"""What matters now? The four corners, what to do, where harm is greatest, what changes, notes on the data."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from harmmodel import nullable
from harmmodel.lenses.areas.spec import GUARDED
from harmmodel.lenses.phrases import as_set, top
from harmmodel.lenses.tiers import FOCUS, TIERS
from harmmodel.views import corners, gaps, ordering, source, words
from harmmodel.views.areas import part, recording
from harmmodel.views.areas.nearest import is_guarded, needs_contact
from harmmodel.views.blocks import ActionList, Picture, Table, intervals
from harmmodel.views.changes import page
from harmmodel.views.labels import has_arrests, has_residents, only_pillar, pillar_words, score_name, why_no_arrests
from harmmodel.views.ordering import (
    alone_note,
    neighbours_sentence,
    ordered_scores,
    overlap_sentence,
    ranked,
    top_places,
)
from harmmodel.views.overview import actions, reconciliation
from harmmodel.views.overview.sturdy import sturdy_sentence
from harmmodel.warehouse.store.runs import AreaRun

ROWS, ROWS_ALONE = 14, 26  # more where no picture of arrests stands beside the ranking
MOVES = 8
SIGNS = words.tier_key(TIERS)


@dataclass(frozen=True)
class Overview:
    """The answer, the pictures, what to do, and notes on the data."""

    kicker: str
    answer: str
    person: str
    corners: Picture | None
    actions: tuple[ActionList, ...]
    burden: ActionList
    harm: Picture
    changes: Picture | None
    no_arrests: tuple[str, str]  # fact and next step; said where the two pictures of arrests are missing
    axis_title: str
    data_notes: tuple[str, ...]
    reconciliation: Table
    table: Table
    gaps: Table
    source: str


def shown_rows(run: AreaRun) -> int:
    """Return how many areas the ranking shows."""
    return ROWS if has_arrests(run) else ROWS_ALONE


def overview(run: AreaRun) -> Overview:
    """Say what matters now in the run's place."""
    frame, beside = page.compared(run), has_arrests(run)
    period = words.period(run.facts["contrast_from"], run.facts["contrast_to"])
    return Overview(
        kicker=source.place_line(
            run,
            source.units_line(run),
            f"{'arrests and violence' if beside else 'violence'} {period}",
            source.data_end(run),
        ),
        answer=_answer(run),
        person=source.PERSON,
        corners=_corners(run, frame) if beside else None,
        actions=actions.actions(run, frame),
        burden=actions.burden(run, frame),
        harm=harm(run, shown_rows(run)),
        changes=_changes(run, frame) if beside else None,
        no_arrests=("", "") if beside else why_no_arrests(run),
        axis_title=f"{score_name(run)}, 0–100",
        data_notes=(gaps.note(run), *reconciliation.data_notes(run)),
        reconciliation=reconciliation.table(run),
        table=_table(run, frame),
        gaps=gaps.table(run),
        source=source.source_line(run),
    )


def _answer(run: AreaRun) -> str:
    focus = run.scores[run.scores["tier"] == FOCUS]
    if not ranked(run):
        return "**No area is in focus:** none is scored."
    rule = _rule(run)
    if focus.empty:
        return f"**No area is in focus:** none is {rule}.{_by_one_pillar(run)}"
    named = words.capital(words.how_many(len(focus), "area is", "areas are"))
    shares = [f"{words.share(float(run.facts['focus_violence_share']))} of weighted serious violence"]
    if has_residents(run):
        living = nullable.total(focus["residents"]) / nullable.total(run.units["residents"])
        known = "" if math.isfinite(living) else ", not known of every area"
        shares.insert(0, f"{words.share(living)} of residents{known}")
    if has_arrests(run):
        held = float(run.facts["focus_arrest_share"])
        known = "" if math.isfinite(held) else ", not known of every area"
        shares.append(f"{words.share(held)} of drug arrests{known}")
    return (
        f"**{named} in focus:** {rule}. "
        f"{'It holds' if len(focus) == 1 else 'They hold'} {words.listing(shares)}.{_by_one_pillar(run)}"
    )


def _rule(run: AreaRun) -> str:
    """Give the whole rule of focus in words: the share of draws, and the guards that apply to the place."""
    scheme, least, places = run.config.scheme, as_set(run.config.policy.tiers.focus), top_places(run)
    those = "the area" if places == 1 else f"the {words.areas(places)}"
    guards = ["also without police-contact indicators"] if needs_contact(run) else []
    if is_guarded(run):
        guarded = pillar_words(run, GUARDED)
        guards.append(f"on {guarded} alone where {guarded} drives the score")
    also = f", {' and '.join(guards)}" if guards else ""
    named = f"the {top(scheme.top_share)}, {those} with the highest score for recorded harm,"
    return f"in {named} in at least {least} of draws{also}"


def _by_one_pillar(run: AreaRun) -> str:
    only = only_pillar(run)
    return f" Harm here is {pillar_words(run, only)} alone: nothing else is scored." if only else ""


def _corners(run: AreaRun, frame: pd.DataFrame) -> Picture:
    shown = frame[frame["score"].notna() & frame["corner"].isin(corners.CORNERS)].copy()
    high = shown["corner"].isin(corners.UPPER)
    clear = shown["level"].isin(["over", "under"])
    shown["high"] = high
    shown["said"] = [
        f"{name}: {tier}, score {words.score(score)}, ratio {words.ratio(ratio)}, {advice}"
        for name, tier, score, ratio, advice in zip(
            *(shown[c] for c in ("label", "tier", "score", "ratio", "advice")), strict=True
        )
    ]
    # Areas that need no change stay unnamed: the picture is about the corners that ask for something.
    shown["named"] = (shown["tier"] == FOCUS) | (high & clear) | (shown["corner"] == "release")
    counted, left = _counted(shown), len(frame) - len(shown)
    note = f"Not drawn, without score or ratio: {words.areas(left)}. " if left else ""
    return Picture(
        title="Harm and enforcement, area by area",
        how_to_read=(
            f"Up: harm score, {SIGNS}. Across: share of drug arrests ÷ share of weighted serious violence, log scale. "
            f"Grey: the {source.interval_name(run)} includes 1, level."
        ),
        frame=shown,
        alt=f"Each area by harm score and ratio of drug arrests to weighted serious violence. {counted}",
        note=(
            f"{note}{counted} {corners.line_words(shown)} Names and whiskers, where they fit: focus, "
            "upper corners with a clear ratio, and release. Pale strip: within a quarter of level."
        ),
    )


def _counted(frame: pd.DataFrame) -> str:
    """Count the areas of each corner, and those of it that are not in focus and so need to be confirmed."""
    counts = []
    for corner in corners.CORNERS:
        of_corner = frame[frame["corner"] == corner]
        open_ = int((of_corner["advice"] != corner).sum())
        if len(of_corner):
            counts.append(f"{corner}: {len(of_corner)}{f' ({open_} if confirmed)' if open_ else ''}")
    return f"{words.capital('; '.join(counts))}." if counts else ""


def harm(run: AreaRun, most: int, district: str = part.WHOLE) -> Picture:
    """Show the first areas in order of harm, with their intervals; of a district, with their places in the whole."""
    scores = ordered_scores(run)
    scores["place"] = ordering.place_words(scores["rank"], is_short=True)
    scores = scores[scores["unit_id"].astype(str).isin(part.units_of(run, district))]
    ranked = scores[scores["score"].notna()].head(most)
    rows = pd.DataFrame(
        {
            "row": [f"{place} {name}" for place, name in zip(ranked["place"], ranked["label"], strict=True)],
            "value": ranked["score"],
            "low": ranked["score_low"],
            "high": ranked["score_high"],
            "q25": ranked["score_q25"],
            "q75": ranked["score_q75"],
            "tier": ranked["tier"],
            "figure": [words.score(s) for s in ranked["score"]],
            "detail": intervals(ranked, "score"),
        }
    ).reset_index(drop=True)
    alt = "No area is scored."
    if len(rows):
        named, sharing = ordering.leaders(scores["label"], scores["score"])
        ends = f", interval {rows['detail'][0]}" if sharing == 1 else " each"
        alt = f"Harm is highest in {named}: score {rows['figure'][0]}{ends}."
    bars = f"Pale bar: {source.interval_name(run)}; darker part: middle half."
    where = words.plain_markdown(part.said(district))
    first = f"{words.plain_markdown(score_name(run))} of the first {len(rows)} areas{where}."
    how_to_read = f"{first} {SIGNS}. {bars}" if len(rows) else alt
    says = neighbours_sentence if district else overlap_sentence
    overlap = says(rows["low"].tolist(), rows["high"].tolist())
    note = " ".join(filter(None, (overlap, alone_note(run, scores), sturdy_sentence(run), recording.near_a_tier(run))))
    return Picture(f"Where harm is greatest{part.said(district)}, and how sure we are", how_to_read, rows, alt, note)


def _moved(frame: pd.DataFrame, first: int) -> pd.DataFrame:
    """The largest clear moves among the leading areas of either ranking, from up to down."""
    chosen = frame[_leading(frame, first) & (frame["direction"] != "none")]
    largest = chosen["moves"].abs().sort_values(ascending=False, kind="stable").index[:MOVES]
    return chosen.loc[largest].sort_values(["moves", "label"], ascending=[False, True])


def _leading(frame: pd.DataFrame, first: int) -> pd.Series[bool]:
    return (frame["rank_arrests"] <= first) | (frame["rank_harm"] <= first)


def _changes(run: AreaRun, frame: pd.DataFrame) -> Picture:
    first = math.ceil(2 * len(frame) / 7)  # 22 of 77: the upper part of either list, where effort is decided
    chosen = _moved(frame, first)
    rows = pd.DataFrame(
        {
            "row": chosen["label"],
            "value": chosen["rank_harm"],
            "low": chosen["rank_low"],
            "high": chosen["rank_high"],
            "marker": chosen["rank_arrests"],
            "figure": [words.rank_change(m) for m in chosen["moves"]],
            "detail": intervals(chosen, "rank"),
        }
    ).reset_index(drop=True)
    how_to_read = (
        f"◆ rank by drug arrests per resident, ● rank by harm with its {source.interval_name(run)}. At most "
        f"{MOVES} areas in the first {first} by either ranking. Named: {page.clear_rule(run, 'interval')}."
    )
    alt = f"Moves from the arrests rank to the harm rank: {_moves(rows)}"
    return Picture(
        "What changes against an arrests ranking",
        how_to_read,
        rows,
        alt,
        f"{_moves(rows) if rows.empty else ''} {page.vanished(frame[_leading(frame, first)])}".strip(),
    )


def _moves(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "No area moves clearly."
    return words.listing(f"{row} {move}" for row, move in zip(rows["row"], rows["figure"], strict=True)) + "."


def _table(run: AreaRun, frame: pd.DataFrame) -> Table:
    columns = {
        "Rank": ordering.first_places(frame["rank_harm"]),
        "Area": frame["label"],
        "Tier": [words.tier(tier) for tier in frame["tier"]],
        "Score": frame["score"],
        "Score interval": intervals(frame, "score"),
    }
    beside = {
        "Ratio": frame["ratio"],
        "Ratio interval": intervals(frame, "ratio", 1),
        "Drug arrests": frame["drug_arrests"].round().astype("Int64"),
        "Corner": [words.capital(advice) for advice in frame["advice"]],
    }
    said = "Score, ratio and corner"
    if not has_arrests(run):
        beside, said = {}, score_name(run)
    units, table = f"{len(frame)} {run.place.unit_noun.many}", pd.DataFrame(columns | beside)
    formats = {"Rank": ordering.place_format(table["Rank"]), "Score": words.score}
    return Table(
        f"Table of all {units}",
        table,
        f"{run.place.id}-overview.csv",
        f"{said} of {units}",
        formats | ({"Ratio": words.ratio, "Drug arrests": words.count} if beside else {}),
        source.origin(run, frame["unit_id"]),
    )
