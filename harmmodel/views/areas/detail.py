"""One area in detail: its tier and why, what would change it, rate and burden, and the pictures beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from shapely.geometry import shape

from harmmodel.lenses.tiers import FOCUS, NOT_SCORED, UNDECIDED
from harmmodel.views import denominator, words
from harmmodel.views.areas import recording
from harmmodel.views.areas.explain import find_unit, reporting
from harmmodel.views.areas.nearest import nearest_tiers, needs_contact
from harmmodel.views.areas.page import missing_pillars
from harmmodel.views.blocks import intervals
from harmmodel.views.corners import advice
from harmmodel.views.labels import (
    PER,
    chance,
    drug_arrests,
    has_arrests,
    has_residents,
    indicator_label,
    indicator_order,
    only_pillar,
    per,
    pillar_label,
    score_name,
    unfed_sentence,
    why_no_arrests,
)
from harmmodel.views.ordering import place_words, ranked
from harmmodel.views.source import interval_name
from harmmodel.warehouse.store.runs import AreaRun

ENDS = ["value", "low", "high"]
LEVELS = {
    "over": "a larger share of drug arrests than of weighted serious violence",
    "under": "a smaller share of drug arrests than of weighted serious violence",
}


@dataclass(frozen=True)
class Strips:
    """Rows of a strip chart with the ticks of all areas behind them."""

    title: str
    note: str
    alt: str
    rows: pd.DataFrame  # name, pillar, value, low, high, figure, interval
    ticks: pd.DataFrame  # name, value


@dataclass(frozen=True)
class Trend:
    """Yearly rates of an area and its city; without rows, *empty* says why."""

    title: str
    note: str
    alt: str
    area: pd.DataFrame  # year, rate, low, high
    city: pd.DataFrame  # year, rate
    labels: tuple[str, str]
    empty: tuple[str, str]


@dataclass(frozen=True)
class Enforcement:
    """Drug enforcement beside harm: never part of the score."""

    title: str
    note: str
    figures: tuple[tuple[str, str], ...]  # label, figure
    finding: str  # Markdown
    limits: str


def pillars(run: AreaRun, unit_id: str, label: str) -> Strips:
    """Return one row per pillar with the ticks of all areas."""
    rows = run.pillars.assign(name=[pillar_label(run, str(p)) for p in run.pillars["pillar"]])
    order = {pillar.id: at for at, pillar in enumerate(run.config.scheme.pillars)}
    own_rows = rows[rows["unit_id"] == unit_id].sort_values("pillar", key=lambda ids: ids.map(order))
    own_rows = own_rows.rename(columns={"score": "value"})[["name", "pillar", "value", "low", "high"]]
    scores = [
        f"{name.lower()} {words.score(value)}" for name, value in zip(own_rows["name"], own_rows["value"], strict=True)
    ]
    return Strips(
        title=f"{words.capital(words.how_many(len(own_rows), 'pillar', 'pillars'))}, shown apart",
        note=f"Each grey tick is one of {len(run.scores)} areas. The dot is this area with its {interval_name(run)}.",
        alt=f"{label} by pillar: {words.listing(scores)}.",
        rows=_with_figures(own_rows),
        ticks=rows.rename(columns={"score": "value"})[["name", "value"]],
    )


def indicators(run: AreaRun, unit_id: str, label: str) -> Strips:
    """Return one row per indicator, in order of pillars, with the ticks of all areas."""
    order = indicator_order(run)
    rows = run.indicators[run.indicators["indicator"].isin(list(order))]
    rows = rows.assign(
        name=[indicator_label(run, i) for i in rows["indicator"]],
        pillar=[run.config.indicators[str(i)].pillar for i in rows["indicator"]],
        at=rows["indicator"].map(order),
    ).rename(columns={"scaled": "value", "scaled_low": "low", "scaled_high": "high"})
    own_rows = rows[rows["unit_id"] == unit_id].sort_values("at")
    top = own_rows.dropna(subset=["value"]).sort_values("value", ascending=False).head(3)
    scores = [f"{name} {words.score(value)}" for name, value in zip(top["name"], top["value"], strict=True)]
    unweighted = run.register.loc[run.register["weight"].eq(0), "indicator"]
    named = [indicator_label(run, name) for name in sorted(unweighted, key=lambda name: order.get(name, 0))]
    tail = f" Shown, not scored: {words.plain_markdown(words.listing(named))}." if named else ""
    return Strips(
        title="Indicators behind the pillars",
        note=f"Score of each indicator between its goalposts.{tail}",
        alt=f"Indicators of {label}; highest: {words.listing(scores)}.",
        rows=_with_figures(own_rows)[["name", "pillar", *ENDS, "figure", "interval"]],
        ticks=rows[["name", "value"]],
    )


def _with_figures(rows: pd.DataFrame) -> pd.DataFrame:
    figures = [words.score(value) for value in rows["value"]]
    details = [
        "no score" if figure == words.MISSING else ends for figure, ends in zip(figures, intervals(rows), strict=True)
    ]
    return rows.assign(figure=figures, interval=details)


def trend(run: AreaRun, unit_id: str, label: str) -> Trend:
    """Return the yearly rates of the class that the place follows."""
    rows = run.trend.dropna(subset=["rate"])
    own_rows, city = (rows[rows["unit_id"] == unit].sort_values("year") for unit in (unit_id, "city"))
    what = run.place.trend.label if run.place.trend else "Events"
    empty = _no_trend(run, unit_id)
    note, alt = "", " ".join(empty)
    if len(own_rows):
        years = words.years(int(own_rows["year"].min()), int(own_rows["year"].max()))
        whole = words.plain_markdown(run.place.whole)
        note = f"This area and {whole}, {years}. Band: {interval_name(run)}. One count of residents throughout."
        alt = f"{what} per 100,000 residents, {years}. {_latest(own_rows, label)}; {_latest(city, run.place.label)}."
    return Trend(
        title=f"{what} per 100,000 residents" if run.place.trend else "Year by year",
        note=note,
        alt=alt,
        area=own_rows[["year", "rate", "low", "high"]],
        city=city[["year", "rate"]],
        labels=("Area", words.capital(run.place.whole.removeprefix("the "))),
        empty=empty,
    )


def _no_trend(run: AreaRun, unit_id: str) -> tuple[str, str]:
    """Return what is missing where an area has no yearly rates, and why."""
    if unit_id in set(run.trend["unit_id"]):
        return "No yearly rates for this area.", "Its residents are not known."
    return "No yearly counts for this area.", "The place follows no class over the years, or it has no records."


def _latest(rows: pd.DataFrame, label: str) -> str:
    return f"{label} {words.rate(rows['rate'].iloc[-1])} in {int(rows['year'].iloc[-1])}" if len(rows) else "no counts"


def enforcement(run: AreaRun, unit_id: str) -> Enforcement:
    """Return enforcement relative to harm, which is never part of the score."""
    rows = run.contrast[run.contrast["unit_id"] == unit_id]
    row = rows.iloc[0] if len(rows) else None
    period = words.period(str(run.facts["contrast_from"]), str(run.facts["contrast_to"]))
    figures = (
        ("Share of drug arrests", words.share(None if row is None else row["arrest_share"])),
        ("Share of weighted violence", words.share(None if row is None else row["violence_share"])),
    )
    return Enforcement(
        title="Enforcement beside harm",
        note=f"Not part of the score. {period}.",
        figures=figures if has_arrests(run) else figures[1:],
        finding=_ratio(run, row) if has_arrests(run) else why_no_arrests(run)[0],
        limits="Serious violence is weighted by offence. Arrests show where police looked, not where drugs do harm."
        if has_arrests(run)
        else "Serious violence is weighted by offence.",
    )


def _ratio(run: AreaRun, row: pd.Series | None) -> str:
    if row is None or math.isnan(row["ratio"]):
        return f"**No ratio:** {_no_ratio(row)}."
    times = words.ratio(row["ratio"]).replace("×", " times")
    interval = words.span(row["ratio_low"], row["ratio_high"], 1)
    level = LEVELS.get(str(row["level"]), "no clear difference: the interval contains 1")
    opening = f"**{words.capital(times)}** as large a share of drug arrests as of weighted serious violence"
    if row["ratio"] == 0:
        opening = "**No drug arrest** is recorded here, beside its share of weighted serious violence"
    return f"{opening} ({interval_name(run)} {interval}): {level}.{_standing(run, row)}"


def _no_ratio(row: pd.Series | None) -> str:
    """Say which part of the ratio is missing."""
    if row is None:
        return "this area is not compared"
    if math.isnan(row["drug_arrests"]):
        return "the source does not hold all drug arrests of this area"
    if row["violence_weighted"] == 0:
        return "no serious violence is recorded here in the period"
    return "too little of the serious violence of this area was reported"


def _standing(run: AreaRun, row: pd.Series) -> str:
    """Give the number of arrests, the place they make and the corner on the Overview."""
    arrests = drug_arrests(row["drug_arrests"])
    places = dict(zip(run.contrast["unit_id"], place_words(run.contrast["rank_arrests"]), strict=True))
    placed = int(run.contrast["rank_arrests"].notna().sum())
    rank = f"by drug arrests per resident place {places[row['unit_id']]}, of {placed}"
    tier = run.scores.set_index("unit_id")["tier"][row["unit_id"]]
    corner = f" On the Overview: {advice(str(tier), str(row['corner']))}." if row["corner"] != NOT_SCORED else ""
    return f" {words.capital(arrests)}; {rank}.{corner}"


@dataclass(frozen=True)
class Area:
    """What is known of one area."""

    unit_id: str
    title: str
    facts: str  # Markdown
    reasons: tuple[str, ...]  # Markdown, one paragraph each
    pillars: Strips
    indicators: Strips
    trend: Trend
    enforcement: Enforcement


def area(run: AreaRun, unit: str) -> Area:
    """Return the detail of *unit*, given as id or label.

    Raises
    ------
    UnknownUnit
        If the run has no such unit.
    """
    unit_id = find_unit(run, unit)
    score = run.scores[run.scores["unit_id"] == unit_id].iloc[0]
    label = str(score["label"])
    return Area(
        unit_id=unit_id,
        title=label,
        facts=_facts(run, score),
        reasons=_reasons(run, unit_id, score),
        pillars=pillars(run, unit_id, label),
        indicators=indicators(run, unit_id, label),
        trend=trend(run, unit_id, label),
        enforcement=enforcement(run, unit_id),
    )


def _facts(run: AreaRun, score: pd.Series) -> str:
    """Return the line under the name: tier, driver, who leads, score, rank, size."""
    tier = str(score["tier"])
    parts = [words.tier(tier, is_bold=True)]
    if tier != NOT_SCORED and score["driver"]:
        driver = words.plain_markdown(pillar_label(run, str(score["driver"])).lower())
        lead = "who leads" if tier == FOCUS else "would lead"
        share = chance(run, score["p_lead"])
        is_clear = score["lead"] != UNDECIDED
        parts += [
            f"driver: {driver} in {share} of draws" if is_clear else f"no clear driver: {driver} in {share} of draws"
        ]
        parts += [f"{lead}: {words.plain_markdown(score['lead'])}"]
    if not math.isnan(score["score"]):
        ends = f"({interval_name(run)} {words.interval(score['score_low'], score['score_high'])})"
        parts.append(f"harm score **{words.score(score['score'])}** {ends}{_from_pillars(run, score)}")
    elif only := only_pillar(run):
        ends = f"({interval_name(run)} {words.interval(score[f'{only}_low'], score[f'{only}_high'])})"
        name = words.plain_markdown(score_name(run).lower())
        parts.append(f"{name} **{words.score(score[only])}** {ends}, the only pillar scored")
    parts.append(words.rank_range(score["rank_low"], score["rank_high"], ranked(run)))
    parts += _size(run, str(score["unit_id"]))
    return " · ".join(part for part in parts if part != words.MISSING)


def _size(run: AreaRun, unit_id: str) -> list[str]:
    """Return the residents where they are known, else the area; of a cell also where it lies, since its name is a code.

    Three decimals of a degree are about 100 m: no finer than the cell itself.
    """
    unit = run.units[run.units["unit_id"] == unit_id].iloc[0]
    known = words.count(unit["residents"])
    size = [f"{words.number(unit['km2'], 2)} km²"] if known == words.MISSING else [f"{known} residents"]
    if run.place.boundaries.h3 is None:
        return size
    shapes = (f["geometry"] for f in run.boundaries["features"] if str(f["unit_id"]) == unit_id)
    middle = shape(next(shapes)).centroid
    north = f"{abs(middle.y):.3f}° {'N' if middle.y >= 0 else 'S'}"
    return [*size, f"middle at {north}, {abs(middle.x):.3f}° {'E' if middle.x >= 0 else 'W'}"]


def _from_pillars(run: AreaRun, score: pd.Series) -> str:
    scored, all_pillars = int(score["pillars_scored"]), len(run.config.scheme.pillars)
    return "" if scored == all_pillars else f", from {words.how_many(scored, 'pillar', 'pillars')}"


def _reasons(run: AreaRun, unit_id: str, score: pd.Series) -> tuple[str, ...]:
    gaps = missing_pillars(run, unit_id)
    sentences = [
        words.plain_markdown(score["reason"]),
        f"{words.capital(gaps)}." if gaps else "",
        words.plain_markdown(reporting(run, unit_id)),
        unfed_sentence(run),
        nearest_tiers(run, score),
        recording.sentence(run, score),
        _no_contact(run, score),
        denominator.sentence(run, unit_id),
        _burden(run, unit_id),
    ]
    return tuple(text for text in sentences if text)


def _no_contact(run: AreaRun, score: pd.Series) -> str:
    """Return how the area stands without indicators whose events need contact with the police."""
    if not needs_contact(run) or math.isnan(score["rank_no_contact"]) or score["tier"] == NOT_SCORED:
        return ""
    same, other = str(score["tier"]), str(score["tier_no_contact"])
    tier = f"still {other}" if same == other else f"{other} instead of {same}"
    figure = "" if math.isnan(score["score_no_contact"]) else f"score {words.score(score['score_no_contact'])}, "
    places = dict(zip(run.scores["unit_id"], place_words(run.scores["rank_no_contact"]), strict=True))
    place = places[score["unit_id"]]
    return f"**Without indicators that need police contact:** {figure}rank {place}, {tier}."


def _burden(run: AreaRun, unit_id: str) -> str:
    """Return rate and burden of the indicator that adds most to each pillar."""
    rows = run.indicators[(run.indicators["unit_id"] == unit_id) & (run.indicators["contribution"] > 0)]
    pillar_of = rows["indicator"].map(lambda name: run.config.indicators[str(name)].pillar)
    ranked = rows.assign(pillar=pillar_of).sort_values("contribution", ascending=False)
    tops = [
        of_pillar.iloc[0]
        for pillar in run.config.scheme.pillars
        if len(of_pillar := ranked[ranked["pillar"] == pillar.id])
    ]
    if not tops:
        return ""
    measures = {per(run, top["indicator"]) for top in tops}
    alike = f"per {PER[measures.pop()]} and year" if len(measures) == 1 else "per year"
    said = "; ".join(_rate_and_burden(run, top, alike) for top in tops)
    city = words.plain_markdown(run.place.label)
    return f"**Rate and burden,** {alike} and as a share of {city}'s events: {said}. {_held(run, unit_id)}"


def _held(run: AreaRun, unit_id: str) -> str:
    """Say what share of the place the unit is, to read a burden against."""
    size = "residents" if has_residents(run) else "km2"
    sizes = run.units.set_index("unit_id")[size]
    share = words.share(sizes[unit_id] / sizes.sum())
    if size == "residents":
        return f"The area has {share} of all residents."
    return f"It covers {share} of the area of all {words.plain_markdown(run.place.unit_noun.many)}."


def _rate_and_burden(run: AreaRun, top: pd.Series, alike: str) -> str:
    name = words.plain_markdown(indicator_label(run, top["indicator"]).lower())
    measure = f" per {PER[per(run, top['indicator'])]}" if alike == "per year" else ""
    return f"{name} {words.rate(top['rate'])}{measure} and {words.share(top['burden'])}"
