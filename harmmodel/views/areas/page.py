"""Where is harm greatest, and how sure are we? The map, the ranking and the table of all areas."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from harmmodel.errors import UnknownUnit
from harmmodel.lenses.phrases import observed as least_observed
from harmmodel.lenses.phrases import top
from harmmodel.lenses.tiers import CONTESTED, FOCUS, TIERS
from harmmodel.views import classes, ordering, source, words
from harmmodel.views.areas import part
from harmmodel.views.areas.explain import find_unit
from harmmodel.views.blocks import LARGE, Picture, Table, intervals
from harmmodel.views.classes import Classes
from harmmodel.views.labels import (
    chance,
    has_residents,
    only_pillar,
    pillar_label,
    pillar_short,
    pillar_words,
    score_name,
    unfed,
    unfed_sentence,
)
from harmmodel.views.ordering import overlap_sentence
from harmmodel.views.source import interval_name, place_line, source_line, units_line
from harmmodel.warehouse.store.runs import AreaRun


def area_table(run: AreaRun, district: str = part.WHOLE) -> Table:
    """Return at most twelve columns; numbers stay as they are, so that they sort and can be downloaded."""
    only = only_pillar(run)
    scores = run.scores.sort_values(["rank", "label"], na_position="last")
    places = ordering.first_places(scores["rank"])
    is_inside = scores["unit_id"].astype(str).isin(part.units_of(run, district))
    scores, written = scores[is_inside], ordering.place_format(places)
    score = only or "score"
    texts = {"Interval": intervals(scores, score), "Rank interval": intervals(scores, "rank")}
    signs = [words.tier(tier) for tier in scores["tier"]]
    drivers = [pillar_short(run, str(driver)) if driver else words.MISSING for driver in scores["driver"]]
    # Beside an overall score stands each pillar; the only scored pillar is the score itself.
    pillars = () if only else run.config.scheme.pillars
    columns = {
        "Rank": places[is_inside],
        "Area": scores["label"],
        "Tier": signs,
        score_name(run) if only else "Score": scores[score],
        **texts,
        f"In {top(run.config.scheme.top_share)}": [chance(run, value) for value in scores["p_top"]],
        **{pillar.short: scores[pillar.id] for pillar in pillars},
        "Driver": drivers,
        **_size(run, scores),
    }
    frame = pd.DataFrame(columns)
    return Table(
        label=f"Table of {words.number(len(frame))} areas{part.said(district)}" if district else "Table of all areas",
        frame=frame,
        file_name=f"{run.place.id}-areas.csv",
        alt=f"All {len(frame)} {run.place.unit_noun.many} with rank, tier, score, intervals, pillars and driver",
        formats=_formats(frame) | {"Rank": written},
        origin=source.origin(run, scores["unit_id"]),
    )


def _formats(frame: pd.DataFrame) -> dict[str, Callable[[Any], str]]:
    """Return how the number columns are written: scores whole, unless the name says what else they are."""
    special = {"Residents": words.count, "km²": _km2}
    numbers = frame.select_dtypes("number").columns
    return {str(name): special.get(str(name), words.score) for name in numbers}


def _km2(value: float) -> str:
    return words.number(value, 2)


def _size(run: AreaRun, scores: pd.DataFrame) -> dict[str, pd.Series]:
    if has_residents(run):
        return {"Residents": scores["residents"].round().astype("Int64")}
    return {"km²": scores["unit_id"].map(run.units.set_index("unit_id")["km2"])}


OVERALL = "Overall"


@dataclass(frozen=True)
class Areas:
    """All areas of a place by overall score or by one pillar."""

    kicker: str
    answer: str  # Markdown, labels escaped
    pillar: str | None  # None: overall
    map: Picture  # unit_id, value, rank (text), focus
    ranking: Picture  # row, value, low, high, q25, q75, tier, figure, detail
    axis_title: str
    empty: tuple[str, str]  # fact and next step instead of both pictures, where no area has this score
    unscored: str  # Markdown; empty when all are scored
    classes: Classes  # of the colours of the map
    colours: str  # what these mean (Markdown)
    table: Table
    source: str


@dataclass(frozen=True)
class Shown:
    """Which part of the place is drawn: a district, a map enlarged around a unit, areas of a name."""

    district: str = part.WHOLE
    zoom: str = part.ZOOMS[0]
    around: str = ""
    name: str = ""


def views(run: AreaRun) -> list[str]:
    """Return what the map can be coloured by: the overall score, then the pillars in their order."""
    return [OVERALL, *(pillar.short for pillar in run.config.scheme.pillars)]


def options(run: AreaRun, district: str, unit_id: str) -> dict[str, str]:
    """Return the label of each unit of a district, by name, and of the one that is chosen."""
    units, inside = run.units.sort_values("label"), part.units_of(run, district) | {unit_id}
    units = units[units["unit_id"].astype(str).isin(inside)]
    return dict(units[["unit_id", "label"]].itertuples(index=False, name=None))


def first(run: AreaRun, district: str = part.WHOLE) -> str:
    """Return the unit shown when none is chosen: the first in rank of what is shown."""
    ranked, inside = _ranked(run, None)["unit_id"].astype(str), part.units_of(run, district)
    return next((unit for unit in ranked if unit in inside), ranked.iloc[0])


def areas(run: AreaRun, view: str | None = OVERALL, shown: Shown = Shown()) -> Areas:
    """Return map, ranking and table for *view*, one of :func:`views`; anything else is the overall score.

    The answer, ranks and colours are those of the whole place, whichever part of it is drawn.
    """
    chosen = next((p.id for p in run.config.scheme.pillars if p.short == view), None)
    pillar = chosen or only_pillar(run)  # without an overall score, the only scored pillar gives the order
    ranked = _ranked(run, pillar)
    ranked["place"] = ordering.place_words(ranked["position"], is_short=True)
    ranked["said"] = ordering.place_words(ranked["rank"], is_short=True)  # before any that shares it is left out
    scored = ranked.dropna(subset=["value"])
    name, inside = score_name(run, pillar), part.units_of(run, shown.district)
    fitted = classes.fitted(ranked)
    drawn = ranked[ranked["unit_id"].astype(str).isin(inside)]
    return Areas(
        kicker=place_line(run, units_line(run)),
        answer=_answer(run, scored, chosen),
        pillar=pillar,
        map=_map(run, drawn, pillar, shown),
        ranking=_ranking(run, drawn, pillar, shown),
        empty=_no_score(run, chosen) if scored.empty else ("", ""),
        axis_title=f"{name}, 0–100",
        unscored=_unscored(run, drawn, chosen),
        classes=fitted,
        colours=classes.sentence(fitted, ranked, run.place.unit_noun.many),
        table=area_table(run, shown.district),
        source=source_line(run),
    )


def _map(run: AreaRun, drawn: pd.DataFrame, pillar: str | None, shown: Shown) -> Picture:
    """Return the map of the part of the place that is drawn."""
    noun, inside = run.place.unit_noun, frozenset(drawn["unit_id"].astype(str))
    near = part.around(run, shown.around, shown.zoom, inside) if has_map(run) else inside
    near_rows = drawn[drawn["unit_id"].astype(str).isin(near)]
    name = score_name(run, pillar)
    return Picture(
        title=f"{name} by {noun.one.split()[-1]}{part.said(shown.district)}",
        how_to_read=_how_to_read_map(run),
        frame=_map_rows(near_rows),
        alt=f"Map of {len(near_rows)} {noun.many} by {name.lower()}. {_leaders(near_rows.dropna(subset=['value']))}",
    )


def has_map(run: AreaRun) -> bool:
    """Say whether units can be drawn: those of a table without outlines cannot."""
    return run.place.units is None


def _how_to_read_map(run: AreaRun) -> str:
    if run.place.boundaries.h3 is None:
        return "Dark outline: in focus, with its overall rank. Select an area to see its detail below."
    one = words.plain_markdown(run.place.unit_noun.one)
    return f"Dark outline: in focus. Select a {one} to see its detail below. North is up; there is no street map."


def _ranking(run: AreaRun, ranked: pd.DataFrame, pillar: str | None, shown: Shown) -> Picture:
    """Return the list of areas, its first part where there are very many; places are those in the whole place."""
    interval, by = interval_name(run), "" if pillar in (None, only_pillar(run)) else " by the overall score"
    found = part.named_like(ranked, shown.name)
    drawn, many = found.head(LARGE), words.number(len(found))
    scored, name = drawn.dropna(subset=["value"]), score_name(run, pillar).lower()
    is_cut, is_all = len(drawn) < len(found), len(found) == len(run.units)
    piece = f"The first {words.number(len(drawn))} of {many}" if is_cut else f"All {many}" if is_all else many
    rest = f" The table below holds all {words.number(len(ranked))}." if len(drawn) < len(ranked) else ""
    says = overlap_sentence if is_all else ordering.neighbours_sentence
    overlap = says(scored["low"].tolist(), scored["high"].tolist()) if len(scored) else ""
    noun = "area" if len(found) == 1 else "areas"
    return Picture(
        title=f"{piece} {noun}{part.said(shown.district)}, with {interval}s",
        how_to_read=f"{words.tier_key(TIERS)}{by}. Pale bar: {interval}; darker part: middle half.",
        frame=_list_rows(drawn),
        alt=f"{many} {run.place.unit_noun.many} in order of {name}, each with its {interval}. {_leaders(scored)}",
        note=f"{overlap}{rest}".strip(),
    )


def _no_score(run: AreaRun, pillar: str | None) -> tuple[str, str]:
    """Return why a pillar, or everything, has no score in any area, and where to look instead."""
    what = "Harm" if pillar is None else words.plain_markdown(pillar_label(run, pillar))
    why = "No indicator of this place feeds it" if pillar in unfed(run) else "Too little of its weight is observed"
    fed = [p.label for p in run.config.scheme.pillars if p.id not in unfed(run)]
    instead = words.plain_markdown(words.listing(fed))
    return f"{what} is not scored in any area.", f"{why}. The data of this place feed: {instead}."


def asked_unit(run: AreaRun, name: str) -> str | None:
    """Return the unit that a link names, by id or label; None when there is none."""
    try:
        return find_unit(run, name)
    except UnknownUnit:
        return None


def no_such_unit(run: AreaRun, name: str) -> str:
    """Say that a link names no unit of this place."""
    return words.plain_markdown(f"{run.place.label} has no {run.place.unit_noun.one} '{name}'.")


def unknown_unit(run: AreaRun, name: str, shown: str) -> tuple[str, str]:
    """Return fact and next step when a link names no unit of this place; *shown* is the unit shown instead."""
    label = run.units.loc[run.units["unit_id"] == shown, "label"].iloc[0]
    return no_such_unit(run, name), f"{words.plain_markdown(label)} is shown. Choose another one above."


def _ranked(run: AreaRun, pillar: str | None) -> pd.DataFrame:
    """Return unit_id, label, tier, position, value, low, high, q25, q75 and focus rank, highest first, unknown last."""
    scores = run.scores
    if pillar is None:
        rows = scores.rename(columns={"score": "value", "score_low": "low", "score_high": "high", "score_q25": "q25"})
        rows = rows.rename(columns={"score_q75": "q75"}).sort_values(["rank", "label"], na_position="last")
        return rows.assign(position=rows["rank"])
    of_pillar = run.pillars[run.pillars["pillar"] == pillar].rename(columns={"score": "value"})
    rows = scores[["unit_id", "label", "tier", "rank"]].merge(
        of_pillar[["unit_id", "value", "low", "high", "q25", "q75", "observed"]], on="unit_id", how="left"
    )
    rows = rows.sort_values(["value", "label"], ascending=[False, True], na_position="last")
    return rows.assign(position=rows["value"].rank(ascending=False))


def _answer(run: AreaRun, scored: pd.DataFrame, pillar: str | None) -> str:
    only = only_pillar(run) if pillar is None else None
    if scored.empty and pillar in unfed(run):
        name = words.plain_markdown(pillar_label(run, str(pillar)))
        return f"**{name} is not scored here.** Not scored does not mean harmless."
    if scored.empty:
        return "**No area is scored.** Too little of its weight is observed; the line under the pictures says how much."
    lead, tail = _first(scored)
    if pillar is not None:
        return f"**By {pillar_words(run, pillar)}, {lead}.** {tail}".strip()
    tiers = run.scores["tier"].value_counts()
    focus, contested = int(tiers.get(FOCUS, 0)), int(tiers.get(CONTESTED, 0))
    opening = f"{words.capital(words.how_many(focus, 'area is', 'areas are'))} in focus"
    middle = f"{words.how_many(contested, 'more is', 'more are')} contested"
    by = f" No overall score: only one pillar is scored, {pillar_words(run, only)}." if only else ""
    return f"**{opening}; {middle}.** {words.capital(lead)}. {tail}{by}".strip()


def _first(scored: pd.DataFrame) -> tuple[str, str]:
    """Say what is highest, all that share it, and how its interval stands to the next (Markdown)."""
    named, sharing = ordering.leaders([words.plain_markdown(name) for name in scored["label"]], scored["value"])
    first = scored.iloc[0]
    figure = f"{named} with {words.score(first['value'])}"
    if sharing > 1:
        return f"the highest are {figure} each", ""
    lead = f"the highest is {figure} ({words.span(first['low'], first['high'])})"
    together = _tied_with_first(scored)
    if not together:
        return lead, "Its interval stands clear of the next." if len(scored) > 1 else ""
    others = "that of the next" if together == 1 else f"those of the next {together}"
    return lead, f"Its interval overlaps {others}."


def _tied_with_first(scored: pd.DataFrame) -> int:
    """Return how many areas directly after the first overlap it."""
    below = scored["high"].iloc[1:] >= scored["low"].iloc[0]
    return int(below.cumprod().sum())


def _leaders(scored: pd.DataFrame) -> str:
    if scored.empty:
        return "No area is scored."
    named = [f"{label} {words.score(value)}" for label, value in zip(scored["label"], scored["value"], strict=True)]
    return f"Highest: {words.listing(named[:5])}."


def _map_rows(ranked: pd.DataFrame) -> pd.DataFrame:
    return ranked[["unit_id", "value"]].assign(rank=ranked["said"], focus=ranked["tier"].eq(FOCUS))


def _list_rows(ranked: pd.DataFrame) -> pd.DataFrame:
    known = ranked["value"].notna()
    alone = ~known & ranked["position"].notna()  # in order by its only scored pillar, without an overall score
    rows = [f"{place} {label}" for place, label in zip(ranked["place"], ranked["label"], strict=True)]
    detail = intervals(ranked)
    return ranked[["value", "low", "high", "q25", "q75", "tier"]].assign(
        row=rows,
        figure=[words.score(value) for value in ranked["value"]],
        detail=pd.Series(detail, index=ranked.index).where(known, "no score").where(~alone, "one pillar"),
    )


def _unscored(run: AreaRun, ranked: pd.DataFrame, pillar: str | None) -> str:
    """Say which areas have no figure here, and why."""
    without = ranked[ranked["value"].isna()]
    if pillar is None and only_pillar(run):
        return unfed_sentence(run)
    if without.empty or pillar in unfed(run):
        return ""
    if pillar is None:
        reasons = [missing_pillars(run, str(unit)) for unit in without["unit_id"]]
    else:
        reasons = [_observed(run, pillar, float(observed)) for observed in without["observed"]]
    groups = without.assign(reason=reasons).groupby("reason", sort=False)["label"]
    said = [f"{words.plain_markdown(words.listing(labels, at_most=6))} ({reason})" for reason, labels in groups]
    return f"Without a score: {'; '.join(said)}."


def missing_pillars(run: AreaRun, unit_id: str) -> str:
    """Return why pillars of a unit have no score; those that nothing feeds are said once for the whole place."""
    rows = run.pillars[(run.pillars["unit_id"] == unit_id) & run.pillars["score"].isna()]
    rows = rows[~rows["pillar"].isin(unfed(run))]
    return "; ".join(_observed(run, str(p), float(o)) for p, o in zip(rows["pillar"], rows["observed"], strict=True))


def _observed(run: AreaRun, pillar: str, observed: float) -> str:
    least = " ".join(least_observed(run.config.scheme.minimum_observed))
    weight = words.share(0.0 if math.isnan(observed) else observed)
    return f"{pillar_words(run, pillar)} has {weight} of its weight observed; {least} needed"
