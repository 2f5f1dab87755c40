"""What does each indicator measure, and what can it not show? The register, one card per indicator."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from harmmodel.config.types import Indicator
from harmmodel.views import words
from harmmodel.views.source import place_line, source_line
from harmmodel.warehouse.runs import Run

EVIDENCE = {
    "victim-reported": "Reported by victims or witnesses",
    "physically verified": "Physically verified",
    "police-discovered": "Found by police",
    "expert": "Expert judgement",
    "allegation": "Allegation, not a finding",
}
APPROXIMATE = "These records name a police beat, not an area. Beats are shared out over areas by land: approximate."


@dataclass(frozen=True)
class Badge:
    """A short fact beside the name; caution is drawn in ochre."""

    text: str
    caution: bool = False


@dataclass(frozen=True)
class Card:
    """Everything the register says about one indicator."""

    indicator: str
    title: str
    badges: tuple[Badge, ...]
    question: str
    spread_title: str
    spread_note: str
    spread_alt: str
    rates: pd.DataFrame  # unit_id, label, rate
    goalposts: tuple[float, float]
    pillar: str
    axis_title: str
    facts: pd.DataFrame  # fact, value
    limits: tuple[str, ...]  # Markdown
    references: tuple[str, ...]  # Markdown
    sql_title: str
    sql: str


@dataclass(frozen=True)
class Register:
    """The list of indicators and the card of the chosen one."""

    kicker: str
    title: str
    answer: str
    options: dict[str, str]  # indicator to label, in order of the register
    card: Card
    source: str


def options(run: Run) -> dict[str, str]:
    """Return the indicators of the run with their labels, in order of pillars and register."""
    order = {pillar.id: at for at, pillar in enumerate(run.config.scheme.pillars)}
    rows = run.register.assign(at=run.register["pillar"].map(order)).sort_values("at", kind="stable")
    return {str(indicator): str(label) for indicator, label in zip(rows["indicator"], rows["label"], strict=True)}


def register(run: Run, indicator: str | None = None) -> Register:
    """Return the register with the card of *indicator*; the first one when it is unknown."""
    listed = options(run)
    chosen = indicator if indicator in listed else next(iter(listed))
    screened = int(run.register["screened"].sum())
    aside = f" {words.capital(words.how_many(screened, 'is', 'are'))} shown with weight 0, being too thin." if screened else ""
    return Register(
        kicker=place_line(run, f"{len(listed)} indicators", "area lens"),
        title="What does each indicator measure, and what can it not show?",
        answer=f"Every indicator has one card: the question, the evidence, the SQL that counts it, its spread and its limits.{aside}",
        options=listed,
        card=_card(run, chosen),
        source=source_line(run),
    )


def _card(run: Run, name: str) -> Card:
    item, row = run.config.indicators[name], run.register.set_index("indicator").loc[name]
    rates = run.indicators.loc[run.indicators["indicator"] == name, ["unit_id", "rate"]]
    rates = rates.merge(run.units[["unit_id", "label"]], on="unit_id")
    many = len(run.units)
    return Card(
        indicator=name,
        title=item.label,
        badges=_badges(run, item, row),
        question=item.question,
        spread_title=f"Spread over the {many} areas",
        spread_note="Each dot is one area, placed by its shrunk rate; the dashed lines are the goalposts that become 0 and 100.",
        spread_alt=_spread_alt(item, rates),
        rates=rates,
        goalposts=(item.goalposts.low, item.goalposts.high),
        pillar=item.pillar,
        axis_title=words.capital(item.unit),
        facts=pd.DataFrame(_facts(run, item, row), columns=["fact", "value"]),
        limits=_limits(item, row),
        references=tuple(_reference(r.title, r.href, words.date(str(r.accessed))) for r in item.references),
        sql_title="The SQL that counts it",
        sql=run.sql.get(name, "-- This run keeps no SQL for this indicator."),
    )


def _badges(run: Run, item: Indicator, row: pd.Series) -> tuple[Badge, ...]:
    role = "Role: view, not scored" if item.role == "view" else "Role: harm"
    badges = [Badge(_short(run, item.pillar)), Badge("Weight 0: too thin" if row["screened"] else role)]
    badges.append(Badge(EVIDENCE[item.evidence], caution=item.evidence in ("allegation", "police-discovered")))
    return tuple(badges)


def _spread_alt(item: Indicator, rates: pd.DataFrame) -> str:
    known = rates.dropna(subset=["rate"])
    if known.empty:
        return f"{item.label}: no area has a rate."
    top = known.loc[known["rate"].idxmax()]
    middle = words.rate(float(known["rate"].median()))
    return f"{item.label} in {len(known)} areas: median {middle}, highest {top['label']} with {words.rate(float(top['rate']))}."


def _facts(run: Run, item: Indicator, row: pd.Series) -> list[tuple[str, str]]:
    """Return the facts table; each value is plain text."""
    posts = item.goalposts
    per = "square kilometre" if item.count.per == "km2" else "resident"
    return [
        ("Pillar", _label(run, item.pillar)),
        ("Unit", item.unit),
        ("Evidence", EVIDENCE[item.evidence]),
        ("Police contact", "Needed for an event of this kind" if item.police_contact else "Not needed"),
        ("Classes", words.listing(c.replace("_", " ") for c in item.count.classes)),
        ("Period", f"{words.period(str(row['period_from']), str(row['period_to']))}, per {per}"),
        ("Coverage", _coverage(run, row)),
        ("Own data", f"{words.share(row['median_own_share'])} in the median area; the rest from the place's mean"),
        ("Weight", _weight(run, item, row)),
        ("Goalposts", f"{words.number(posts.low)} and {words.rate(posts.high)}. {posts.why.strip()}"),
        ("Over the top goalpost", f"{words.share(row['clipped_share'])} of areas"),
    ]


def _coverage(run: Run, row: pd.Series) -> str:
    placed, city = float(row["events"]), float(row["unallocated"])
    where = f"{int(row['units_with_data'])} of {len(run.units)} areas; {words.number(placed)} events"
    if city > 0:
        where += f"; {words.number(city)} more name no place that can be used ({words.share(city / (placed + city))}) and count for the city only"
    return f"{where}. Beats are shared out over areas: approximate." if row["approximate"] else f"{where}."


def _weight(run: Run, item: Indicator, row: pd.Series) -> str:
    if item.role == "view":
        return "None: shown, never part of a score"
    if row["screened"]:
        return f"0: shown, not scored. {words.capital(str(row['reason'])).rstrip('.')}."
    spread = run.config.scheme.indicator_weight.spread
    rule = run.config.scheme.indicator_weight
    return (
        f"{words.share(row['weight'])} of its pillar; drawn at {words.number(rule.value * (1 - spread), 2)} to "
        f"{words.number(rule.value * (1 + spread), 2)} times the equal weight, then renormalised"
    )


def _limits(item: Indicator, row: pd.Series) -> tuple[str, ...]:
    """Return one entry per line or list item of the config text, and what the place of record cannot tell."""
    lines = [line.strip().lstrip("-*").strip() for line in item.limits.strip().splitlines()]
    listed = any(line.lstrip().startswith(("- ", "* ")) for line in item.limits.splitlines())
    said = [line for line in lines if line] if listed else [" ".join(line for line in lines if line)]
    if row["approximate"]:
        said.append(APPROXIMATE)
    return tuple(words.plain_markdown(text) for text in said)


def _reference(title: str, href: str, accessed: str) -> str:
    """Return a Markdown link; brackets in an address would end it early."""
    address = href.replace("(", "%28").replace(")", "%29").replace("\\", "%5C")
    return f"[{words.plain_markdown(title)}]({address}), read {accessed}"


def _label(run: Run, pillar: str) -> str:
    return next((found.label for found in run.config.scheme.pillars if found.id == pillar), pillar)


def _short(run: Run, pillar: str) -> str:
    return next((found.short for found in run.config.scheme.pillars if found.id == pillar), pillar)
