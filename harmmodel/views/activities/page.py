"""Which activities are linked to serious violence beyond their place? The ladder, and one activity in full."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from harmmodel import nullable
from harmmodel.lenses.tiers import CONTESTED, FOCUS, LOWER, NOTHING, SIGNS, UNMEASURABLE
from harmmodel.views import source, words
from harmmodel.views.activities import held, place
from harmmodel.views.activities import table as activities_table
from harmmodel.views.activities.costs import assumed, has_costs
from harmmodel.views.activities.explain import explain_activity
from harmmodel.views.activities.like import matched_on, verdict_text
from harmmodel.views.activities.place import Cells
from harmmodel.views.activities.table import ladder, tier_text
from harmmodel.views.blocks import Picture, Step, Table, intervals
from harmmodel.views.labels import unit_labels
from harmmodel.views.ordering import leaders, overlap_sentence
from harmmodel.warehouse.store.runs import AreaRun, Frames

KEY = words.tier_key((FOCUS, CONTESTED, LOWER))
NAMES = {"arrests": "Most arrests first", "harm": "Most harm first"}
HOW = (
    "{spent} until they run out; each area takes what it takes now. {found}{left_out}Hours are those of the costs in "
    "force, and capacity, not cash; {assumed}. Shares are of what was recorded, so they have no interval. The order by "
    "harm is made from the same violence, so part of {lead} is built in: Validation sets orders against what was "
    "recorded later. To reach an area is not yet to prevent anything in it."
)
BY_BOTH = {"spent": "The same officer hours, spent in areas in two orders", "lead": "its lead"}
BY_HARM = {"spent": "Officer hours, spent in areas from the most harm on", "lead": "what it reaches"}
BY_ARRESTS = {"spent": "Officer hours, spent in areas from the most arrests on", "lead": "what it reaches"}


def effort(run: AreaRun, tables: Frames) -> Step:
    """Give what each order of areas reaches with the same share of all hours; without arrests there is one order."""
    rows = tables["activity_effort"]
    if rows.empty:
        unknown = held.no_records(tables["activity"]) or "nothing was recorded"
        why = words.capital(unknown if has_costs(run) else assumed(run))
        said = f"{why}, or no area has a place in an order, so what hours reach cannot be told."
        return Step("Equal effort", said, pd.DataFrame(), "No order of areas can be compared")
    frame = pd.DataFrame(
        {
            "Share of all hours": [words.share(v) for v in rows["budget"]],
            "Order of areas": [NAMES[str(v)] for v in rows["order"]],
            "Areas reached in full": [words.number(v) for v in rows["areas"]],
            "Share of arrests": [words.share(v) for v in rows["arrests"]],
            "Share of serious violence, weighted": [words.share(v) for v in rows["violence"]],
        }
    )
    if set(rows["order"]) == set(NAMES):
        said = HOW.format(found=_found(rows), left_out="", assumed=assumed(run), **BY_BOTH)
        return Step("Equal effort, two orders", said, frame, "Shares of arrests and violence reached at equal effort")
    if "harm" not in set(rows["order"]):
        left_out = "The order by harm is left out: no area is scored. "
        said = HOW.format(found=_found(rows), left_out=left_out, assumed=assumed(run), **BY_ARRESTS)
        return Step("Equal effort, by arrests alone", said, frame, "Shares of arrests and violence reached by effort")
    why = held.no_arrests(tables["activity"]) or "arrests are not known"
    left_out = f"The order by arrests is left out and shares of arrests are {words.MISSING}: {why}. "
    said = HOW.format(found=_found(rows), left_out=left_out, assumed=assumed(run), **BY_HARM)
    return Step("Equal effort, by harm alone", said, frame, "Shares of violence reached by effort")


def _found(rows: pd.DataFrame) -> str:
    """Say in a sentence what the largest share of hours reaches."""
    last = rows[rows["budget"] == rows["budget"].max()].set_index("order")["violence"]
    if last.isna().any():
        return ""
    (name, share), *others = [(name, last[name]) for name in ("harm", "arrests") if name in last]
    beside = "".join(f", the order by {other} {words.share(of_other)}" for other, of_other in others)
    return (
        f"With {words.share(float(rows['budget'].max()))} of all hours, the order by {name} reaches areas with "
        f"{words.share(share)} of recorded serious violence by offence weight{beside}. "
    )


SHOWN_FROM = 0.5  # of the policy's minimum of records; activities with fewer stand in the table alone


@dataclass(frozen=True)
class Activities:
    """The answer, the ladder, its table, and the choice of one activity."""

    kicker: str
    answer: str
    ladder: Picture
    band: tuple[float, float]
    interval: str
    options: dict[str, str]
    first: str
    table: Table
    easiest: Table
    effort: Step
    source: str


@dataclass(frozen=True)
class Detail:
    """One activity: what it is, the safety list, what it frees, where its records lie and whom effort reaches."""

    title: str
    reason: str
    safety: Step
    frees: Step
    alternatives: Step
    services: Step
    more: tuple[Step, ...]
    note: str
    cells: Cells
    ratio_map: Picture
    ratio_rows: Picture
    ratio_name: str
    ratio_table: Table


def activities(run: AreaRun) -> Activities:
    """Return what the page says about all activities.

    Raises
    ------
    WrongLens
        If the run holds no activities.
    """
    tables = activities_table.frames(run)
    table = ladder(run, tables)
    facts = run.facts["activity"]
    opening, said = activities_table.finding(run, table)
    counted = f"{words.number(nullable.total(table['records']))} enforcement records"
    named = {str(u): str(label) for u, label in zip(table["unit_id"], table["label"], strict=True)}
    return Activities(
        kicker=source.place_line(run, counted, words.period(facts["from"], facts["to"])),
        answer=f"**{words.plain_markdown(opening)}** {words.plain_markdown(said)}",
        ladder=_ladder(run, table),
        band=(1 - activities_table.near(run), 1 + activities_table.near(run)),
        interval=source.interval_name(run),
        options=named,
        first=_first(table),
        table=_table(run, table),
        easiest=_easiest(run, tables),
        effort=effort(run, tables),
        source=source.source_line(run),
    )


def _first(table: pd.DataFrame) -> str:
    """The activity shown first: a proposal for lower priority, of the easiest to catch if there is one."""
    order = table.assign(lower=table["tier"] == LOWER, easiest=table["easiest"].eq(True)).sort_values(
        ["lower", "easiest", "records"], ascending=False, kind="stable"
    )
    return str(order["unit_id"].iloc[0])


def _ladder(run: AreaRun, table: pd.DataFrame) -> Picture:
    limits = run.config.policy.activities
    steps = table[
        table["enough"]
        | (table["occasions"] >= SHOWN_FROM * limits.minimum_records)
        | ((table["tier"] == UNMEASURABLE) & (table["records"] >= limits.minimum_records))
    ].reset_index(drop=True)
    rows = _ladder_rows(steps)
    clear = rows[rows["judged"]]
    link = run.config.activities.typology.linked_harm if run.config.activities else None
    near = f"within {link.metres:g} m and {link.after:g} days after a record" if link else "after a record"
    how = (
        f"Short-term rise: serious violence {near}, divided by what the same place gives in other weeks; "
        f"{source.interval_name(run)}. "
        "The grey band is too close to chance to matter. "
        f"– marks under {words.count(limits.minimum_records)} records: not judged."
    )
    named, sharing = leaders(clear["row"], clear["value"])
    most = f"{named} {'has' if sharing == 1 else 'have'} the most, {words.excess(clear['value'].max())}."
    top = most if sharing else "No activity can be judged."
    left_out = len(table) - len(steps)
    few = words.how_many(left_out, "activity", "activities")
    note = (
        f"{overlap_sentence(clear['low'].tolist(), clear['high'].tolist())} {KEY} "
        "(proposed; needs a person's decision), – not judged or not measurable here. Place risk: violence around such "
        f"records against the average square kilometre of {words.plain_markdown(run.place.whole)}. Share: of all "
        "enforcement records. "
        f"{words.capital(few)} with very few records of a time and a point stand in the table alone."
    ).strip()
    return Picture(
        "Short-term rise of violence after records, and the effort spent",
        how,
        rows,
        f"Ladder of activities. {top}",
        note,
    )


def _ladder_rows(table: pd.DataFrame) -> pd.DataFrame:
    judged = table["enough"] & (table["tier"] != UNMEASURABLE)
    return pd.DataFrame(
        {
            "row": [
                f"{_sign(t, e)} {n}" for t, e, n in zip(table["tier"], table["enough"], table["label"], strict=True)
            ],
            "tier": table["tier"].where(judged, "not judged"),
            "judged": judged,
            "value": table["excess"],
            "low": table["excess_low"],
            "high": table["excess_high"],
            "figure": [words.excess(v) for v in table["excess"]],
            "detail": intervals(table, "excess", 2),
            "risk": [words.ratio(v) for v in table["place_risk"]],
            "effort": table["effort_share"],
            "effort_said": [words.share(v) for v in table["effort_share"]],
        }
    )


def _sign(tier: str, enough: bool) -> str:
    return SIGNS.get(tier, NOTHING) if enough else NOTHING


def _tiers(table: pd.DataFrame) -> list[str]:
    rows = zip(table["tier"], table["enough"], table["why"], strict=True)
    return [tier_text(tier, bool(enough), str(why)) for tier, enough, why in rows]


def _table(run: AreaRun, table: pd.DataFrame) -> Table:
    name = words.capital(source.interval_name(run))
    frame = pd.DataFrame(
        {
            "Activity": table["label"],
            "Tier": _tiers(table),
            "Records": table["records"],
            "Share, %": 100 * table["effort_share"],
            "Followed": table["linked"],
            "Other weeks": table["expected"],
            "Short-term rise": table["excess"],
            name: intervals(table, "excess", 2),
            "Chance, all together": table["p_family"],
            "Like places": table["like_ratio"],
            "Like places, interval": intervals(table, "like", 2),
            "Like places, verdict": [verdict_text(str(code)) for code in table["like_verdict"]],
            "Matched cells": table["like_matched"],
            "E-value, nearest end": table["like_e_value_end"],
            "Place risk": table["place_risk"],
            "Place risk, interval": intervals(table, "place_risk", 1),
            "Hours": table["hours"],
            "Hours, interval": intervals(table, "hours"),
            "Why": table["reason"],
        }
    )
    facts = run.facts["activity"]
    label = f"Table of all {len(table)} activities ({words.number(facts['permutations'])} permutations)"
    formats: dict[str, Callable[[Any], str]] = {
        **dict.fromkeys(("Records", "Followed", "Hours", "Matched cells"), words.number),
        **dict.fromkeys(
            ("Share, %", "Short-term rise", "Like places", "E-value, nearest end", "Place risk"),
            partial(words.number, decimals=2),
        ),
        "Other weeks": partial(words.number, decimals=1),
        "Chance, all together": partial(words.number, decimals=3),
    }
    alt = "Activities with short-term rise, like places, tier, effort and reason"
    said = f"Like places: violence in cells with such records against like cells. {matched_on(run)}"
    note = words.plain_markdown(f"{said} {held.missing(table)}".strip())
    return Table(label, frame, f"{run.place.id}-activities.csv", alt, formats, note=note)


def _easiest(run: AreaRun, tables: Frames) -> Table:
    rows = tables["activity_easiest"]
    labels = unit_labels(run)
    order = {"place": 0, "tier": 1, "area": 2}
    rows = rows.assign(order=rows["scope"].map(order)).sort_values(["order", "share"], ascending=[True, False])
    names = [
        run.place.label if scope == "place" else f"Areas in tier: {name}" if scope == "tier" else labels.get(name, name)
        for scope, name in zip(rows["scope"], rows["name"], strict=True)
    ]
    frame = pd.DataFrame(
        {
            "Where": names,
            "Records": rows["records"],
            "Easiest to catch": rows["easiest"],
            "Share, %": 100 * rows["share"],
            "Interval, %": intervals(100 * rows[["low", "high"]], decimals=1),
        }
    ).reset_index(drop=True)
    label = "Share of all enforcement that goes to the easiest to catch: possession and the lowest level"
    alt = "Share of the easiest to catch by tier and area"
    formats: dict[str, Callable[[Any], str]] = {
        **dict.fromkeys(("Records", "Easiest to catch"), words.number),
        "Share, %": partial(words.number, decimals=1),
    }
    table = tables["activity"]
    some = nullable.floats(table["records"]) != 0
    counted = "; ".join(table.loc[table["easiest"].eq(True) & some, "label"]) or "none that has records here"
    untold = words.listing(table.loc[table["easiest"].isna() & some, "label"])
    why = "" if untold == "none" else f" {words.MISSING}: the source does not tell of these whether they are: {untold}."
    note = words.plain_markdown(f"Counted as easiest to catch, as config/activities.yaml marks them: {counted}.{why}")
    return Table(label, frame, f"{run.place.id}-easiest.csv", alt, formats, note=note)


def detail(run: AreaRun, unit_id: str) -> Detail:
    """Return one activity in full: its safety list before what it frees."""
    tables = activities_table.frames(run)
    path = explain_activity(run, unit_id, tables)
    records, linked, like, areas, variants, safety, frees, instead, services, *gaps = path.steps
    return Detail(
        title=path.label,
        reason=words.plain_markdown(path.finding),
        safety=safety,
        frees=frees,
        alternatives=instead,
        services=services,
        more=(linked, like, areas, variants, records, *gaps),
        note=path.note,
        cells=place.cells(run, tables, unit_id),
        ratio_map=place.ratio_map(run, tables, unit_id),
        ratio_rows=place.ratio_rows(run, tables, unit_id),
        ratio_name="These records ÷ weighted violence",
        ratio_table=place.ratio_table(run, tables, unit_id),
    )
