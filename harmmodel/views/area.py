"""One area in detail: its tier and why, what would change it, its pillars and indicators, its trend and its enforcement."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from harmmodel.views import words
from harmmodel.views.areas import missing_pillars
from harmmodel.views.explain import find_unit
from harmmodel.views.source import interval_name
from harmmodel.warehouse.runs import Run


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
    arrests: tuple[str, str]  # label, figure
    violence: tuple[str, str]
    finding: str  # Markdown
    limits: str


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


def area(run: Run, unit: str) -> Area:
    """Return the detail of *unit*, given as id or label.

    Raises
    ------
    UnknownUnit
        If the run has no such unit.
    """
    unit_id = find_unit(run, unit)
    score = run.scores.set_index("unit_id").loc[unit_id]
    label = str(score["label"])
    return Area(
        unit_id=unit_id,
        title=label,
        facts=_facts(run, score),
        reasons=_reasons(run, unit_id, score),
        pillars=_pillars(run, unit_id, label),
        indicators=_indicators(run, unit_id, label),
        trend=_trend(run, unit_id, label),
        enforcement=_enforcement(run, unit_id),
    )


def _facts(run: Run, score: pd.Series) -> str:
    """Return the line under the name: tier, driver, who leads, score, rank, residents."""
    tier = str(score["tier"])
    parts = [f"{words.TIER_SIGNS[tier]} **{words.capital(tier)}**"]
    if not pd.isna(score["driver"]) and tier != "not scored":
        parts += [f"driver: {_label(run, str(score['driver'])).lower()}", f"lead: {words.plain_markdown(score['lead'])}"]
    if not math.isnan(score["score"]):
        low_high = words.interval(score["score_low"], score["score_high"])
        parts.append(f"harm score **{words.score(score['score'])}** ({interval_name(run)} {low_high}){_from_pillars(run, score)}")
    parts.append(words.rank_range(score["rank_low"], score["rank_high"], len(run.scores)))
    parts.append(f"{words.count(score['residents'])} residents")
    return " · ".join(part for part in parts if part != words.MISSING)


def _from_pillars(run: Run, score: pd.Series) -> str:
    scored, all_pillars = int(score["pillars_scored"]), len(run.config.scheme.pillars)
    return "" if scored == all_pillars else f", from {words.how_many(scored, 'pillar', 'pillars')}"


def _reasons(run: Run, unit_id: str, score: pd.Series) -> tuple[str, ...]:
    gaps = missing_pillars(run, unit_id)
    said = [
        words.plain_markdown(score["reason"]),
        f"{words.capital(gaps)}." if gaps else "",
        what_changes(score),
        _no_contact(score),
        _burden(run, unit_id),
    ]
    return tuple(text for text in said if text)


def what_changes(score: pd.Series) -> str:
    """Say in words how far the score is from the next tiers."""
    more, less = float(score["shift_to_focus"]), float(score["shift_to_baseline"])
    tier = str(score["tier"])
    up = f"about {_points(more)} more would bring it into focus" if more > 0 else ""
    down = f"about {_points(less)} less would make it baseline" if less > 0 else ""
    if tier == "not scored" or not (up or down):
        return ""
    said = words.capital(" and ".join(part for part in (up, down) if part))
    return f"**What would change the tier:** {said[:1].lower()}{said[1:]}, if all other areas stayed as they are."


def _points(value: float) -> str:
    figure = words.number(value) if value >= 1 else "one"
    return f"{figure} {'point' if figure in ('1', 'one') else 'points'}"


def _no_contact(score: pd.Series) -> str:
    """The same area without indicators whose events need contact with the police."""
    if math.isnan(score["rank_no_contact"]) or score["tier"] == "not scored":
        return ""
    same, other = str(score["tier"]), str(score["tier_no_contact"])
    tier = f"still {other}" if same == other else f"{other} instead of {same}"
    figure = "" if math.isnan(score["score_no_contact"]) else f"score {words.score(score['score_no_contact'])}, "
    rank = words.rank(score["rank_no_contact"])
    return f"**Without indicators that need police contact:** {figure}rank {rank}, {tier}."


def _burden(run: Run, unit_id: str) -> str:
    """Rate and burden of the indicator that adds most to each pillar."""
    rows = run.indicators[(run.indicators["unit_id"] == unit_id) & run.indicators["rate"].notna()]
    rows = rows[rows["weight"] > 0].assign(pillar=[run.config.indicators[str(i)].pillar for i in rows.loc[rows["weight"] > 0, "indicator"]])
    said = []
    for pillar in run.config.scheme.pillars:
        mine = rows[rows["pillar"] == pillar.id].sort_values("contribution", ascending=False)
        if len(mine):
            top = mine.iloc[0]
            name = words.plain_markdown(run.config.indicators[str(top["indicator"])].label.lower())
            said.append(f"{name} {words.rate(top['rate'])}{_unit(run, str(top['indicator']))} and {words.share(top['burden'])}")
    if not said:
        return ""
    residents = run.units.set_index("unit_id")["residents"]
    part = words.share(float(residents[unit_id] / residents.sum()))
    city = words.plain_markdown(run.place.label)
    return f"**Rate and burden,** per 100,000 residents and year and as a share of {city}'s events: {'; '.join(said)}. " \
           f"The area has {part} of all residents."


def _unit(run: Run, indicator: str) -> str:
    return " (weighted)" if run.config.indicators[indicator].count.weighted else ""


def _pillars(run: Run, unit_id: str, label: str) -> Strips:
    rows = run.pillars.assign(name=[_label(run, str(p)) for p in run.pillars["pillar"]])
    order = {pillar.id: at for at, pillar in enumerate(run.config.scheme.pillars)}
    mine = rows[rows["unit_id"] == unit_id].sort_values("pillar", key=lambda ids: ids.map(order))
    mine = mine.rename(columns={"score": "value"})[["name", "pillar", "value", "low", "high"]]
    said = [f"{name.lower()} {words.score(value)}" for name, value in zip(mine["name"], mine["value"], strict=True)]
    return Strips(
        title=f"{words.capital(words.NUMBERS[len(mine)]) if len(mine) < 13 else len(mine)} pillars, shown apart",
        note=f"Each grey tick is one of the {len(run.scores)} areas. The dot is this area with its {interval_name(run)}.",
        alt=f"{label} by pillar: {words.listing(said)}.",
        rows=_with_figures(mine),
        ticks=rows.rename(columns={"score": "value"})[["name", "value"]],
    )


def _indicators(run: Run, unit_id: str, label: str) -> Strips:
    order = {indicator: at for at, indicator in enumerate(run.register["indicator"])}
    found = run.config.indicators
    rows = run.indicators[run.indicators["indicator"].isin(list(order))]
    rows = rows.assign(
        name=[found[str(i)].label for i in rows["indicator"]], pillar=[found[str(i)].pillar for i in rows["indicator"]]
    )
    pillars = {pillar.id: at for at, pillar in enumerate(run.config.scheme.pillars)}
    keys = rows["pillar"].map(pillars) * 1000 + rows["indicator"].map(order)
    rows = rows.assign(key=keys).rename(columns={"scaled": "value", "scaled_low": "low", "scaled_high": "high"})
    mine = rows[rows["unit_id"] == unit_id].sort_values("key")
    top = mine.dropna(subset=["value"]).sort_values("value", ascending=False).head(3)
    said = [f"{name} {words.score(value)}" for name, value in zip(top["name"], top["value"], strict=True)]
    unweighted = mine.loc[mine["weight"].eq(0), "name"].tolist()
    tail = f" Shown with weight 0: {words.plain_markdown(words.listing(unweighted))}." if unweighted else ""
    return Strips(
        title="Indicators behind the pillars",
        note=f"Score of each indicator between its goalposts.{tail}",
        alt=f"Indicators of {label}; highest: {words.listing(said)}.",
        rows=_with_figures(mine[["name", "pillar", "value", "low", "high"]]),
        ticks=rows[["name", "value"]],
    )


def _with_figures(rows: pd.DataFrame) -> pd.DataFrame:
    intervals = [words.interval(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)]
    figures = [words.score(value) for value in rows["value"]]
    return rows.assign(
        figure=figures,
        interval=["not scored" if figure == words.MISSING else text for figure, text in zip(figures, intervals, strict=True)],
    )


def _trend(run: Run, unit_id: str, label: str) -> Trend:
    rows = run.trend
    mine, city = (rows[rows["unit_id"] == unit].sort_values("year") for unit in (unit_id, "city"))
    what = run.place.trend.label if run.place.trend else "Events"
    years = f"{int(mine['year'].min())} to {int(mine['year'].max())}" if len(mine) else ""
    last = mine.iloc[-1] if len(mine) else None
    alt = "" if last is None else (
        f"{what} in {label}: {words.rate(last['rate'])} per 100,000 residents in {int(last['year'])}, "
        f"{words.rate(city['rate'].iloc[-1])} in {run.place.label}."
    )
    return Trend(
        title=f"{what} per 100,000 residents",
        note=f"This area and the city, each year {years}. Band: {interval_name(run)}. Residents of one year throughout.",
        alt=alt,
        area=mine[["year", "rate", "low", "high"]],
        city=city[["year", "rate"]],
        labels=("Area", "City"),
        empty=("No yearly counts for this area.", "The place names no class to follow over the years, or it has no records."),
    )


def _enforcement(run: Run, unit_id: str) -> Enforcement:
    found = run.contrast[run.contrast["unit_id"] == unit_id]
    row = found.iloc[0] if len(found) else None
    period = words.period(str(run.facts["contrast_from"]), str(run.facts["contrast_to"]))
    return Enforcement(
        title="Enforcement beside harm",
        note=f"Not part of the score. {period}.",
        arrests=("Share of drug arrests", words.share(None if row is None else row["arrest_share"])),
        violence=("Share of serious violence", words.share(None if row is None else row["violence_share"])),
        finding=_ratio(run, row),
        limits="Serious violence is weighted by offence. Arrests show where police looked, not where drugs do harm.",
    )


def _ratio(run: Run, row: pd.Series | None) -> str:
    if row is None or math.isnan(row["ratio"]):
        return "**No ratio:** drug arrests or serious violence are not known here."
    times = words.ratio(row["ratio"]).replace("×", " times")
    interval = words.span(row["ratio_low"], row["ratio_high"], 1)
    level = {"over": "more enforcement than harm", "under": "less enforcement than harm"}.get(
        str(row["level"]), "no clear difference: the interval contains 1"
    )
    rank = f" Rank {words.rank(row['rank_arrests'])} of {len(run.contrast)} by arrests per resident."
    return (
        f"**{words.capital(times)}** as large a share of drug arrests as of serious violence "
        f"({interval_name(run)} {interval}): {level}.{rank}"
    )


def _label(run: Run, pillar: str) -> str:
    return next((found.label for found in run.config.scheme.pillars if found.id == pillar), pillar)
