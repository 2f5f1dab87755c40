"""What does each indicator measure, and what can it not show? The register, one card per indicator."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from harmmodel.config.types import Indicator
from harmmodel.lenses.phrases import as_set
from harmmodel.views import gaps, recorded, words
from harmmodel.views.blocks import Table
from harmmodel.views.labels import indicator_order, pillar_label, pillar_short, unfed_sentence
from harmmodel.views.ordering import leaders
from harmmodel.views.source import observed_period, place_line, source_line
from harmmodel.warehouse.store.runs import AreaRun

EVIDENCE = {
    "victim-reported": "Reported by victims or witnesses",
    "physically verified": "Physically verified",
    "police-discovered": "Found by police",
    "event records": "Records of events from reports",
    "expert": "Expert judgement",
    "allegation": "Allegation, not a finding",
}


DOTS_AT_MOST = 200  # more would make dots too small to see


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
    dots: bool  # else a line for each area
    goalposts: tuple[float, float]
    pillar: str
    axis_title: str
    facts: pd.DataFrame  # fact, value
    limits: tuple[str, ...]  # Markdown
    gaps: Table  # of the sources that it counts
    references: tuple[str, ...]  # Markdown
    sql_title: str
    sql: str


@dataclass(frozen=True)
class Register:
    """The list of indicators and the card of the chosen one."""

    kicker: str
    answer: str
    options: dict[str, str]  # indicator to label, in order of the register
    card: Card
    source: str


def options(run: AreaRun) -> dict[str, str]:
    """Return the indicators of the run with their labels, in order of pillars and register."""
    return {name: run.config.indicators[name].label for name in indicator_order(run)}


def register(run: AreaRun, indicator: str | None = None) -> Register:
    """Return the register with the card of *indicator*; the first one when it is unknown."""
    listed = options(run)
    chosen = indicator if indicator in listed else next(iter(listed))
    screened = int(run.register["screened"].sum())
    thin = words.capital(words.how_many(screened, "is", "are"))
    aside = f" {thin} shown with weight 0, being too thin." if screened else ""
    return Register(
        kicker=place_line(run, f"{len(listed)} indicators", "area lens"),
        answer=f"Every indicator has one card: question, evidence, spread, limits and the SQL that counts it.{aside}"
        f" {unfed_sentence(run)}".rstrip(),
        options=listed,
        card=_card(run, chosen),
        source=source_line(run),
    )


def _card(run: AreaRun, name: str) -> Card:
    item, row = run.config.indicators[name], run.register[run.register["indicator"] == name].iloc[0]
    rates = run.indicators.loc[run.indicators["indicator"] == name, ["unit_id", "rate"]]
    rates = rates.merge(run.units[["unit_id", "label"]], on="unit_id")
    many = len(run.units)
    return Card(
        indicator=name,
        title=item.label,
        badges=_badges(run, item, row),
        question=item.question,
        spread_title=f"Spread over the {int(rates['rate'].notna().sum())} areas",
        spread_note=_spread_note(rates),
        spread_alt=_spread_alt(item, rates),
        rates=rates,
        dots=many <= DOTS_AT_MOST,
        goalposts=(run.config.goalposts[name].low, run.config.goalposts[name].high),
        pillar=item.pillar,
        axis_title=words.capital(item.unit),
        facts=pd.DataFrame(_facts(run, item, row), columns=["fact", "value"]),
        limits=tuple(words.plain_markdown(sentence) for sentence in _limits(run, item)),
        gaps=gaps.of_indicator(run, name),
        references=tuple(_reference(r.title, r.href, words.date(str(r.accessed))) for r in item.references),
        sql_title="The SQL that counts it",
        sql=run.sql.get(name, "-- This run keeps no SQL for this indicator."),
    )


def _badges(run: AreaRun, item: Indicator, row: pd.Series) -> tuple[Badge, ...]:
    role = "Role: view, not scored" if item.role == "view" else "Role: harm"
    badges = [Badge(pillar_short(run, item.pillar)), Badge("Weight 0: too thin" if row["screened"] else role)]
    badges.append(Badge(EVIDENCE[item.evidence], caution=item.evidence in ("allegation", "police-discovered")))
    return tuple(badges)


def _spread_note(rates: pd.DataFrame) -> str:
    posts = "Dashed: the goalposts that become 0 and 100."
    if len(rates) <= DOTS_AT_MOST:
        return f"Each dot is one area, placed by its shrunk rate. {posts}"
    middle = words.rate(float(rates["rate"].median()))
    return f"Each thin line is one area, placed by its shrunk rate; half lie at {middle} or below. {posts}"


def _spread_alt(item: Indicator, rates: pd.DataFrame) -> str:
    known = rates.dropna(subset=["rate"])
    if known.empty:
        return f"{item.label}: no area has a rate."
    middle, most = words.rate(float(known["rate"].median())), words.rate(float(known["rate"].max()))
    named, _ = leaders(known["label"], known["rate"])
    return f"{item.label} in {words.areas(len(known))}: median {middle}, highest {named} with {most}."


def _facts(run: AreaRun, item: Indicator, row: pd.Series) -> list[tuple[str, str]]:
    """Return the facts table; each value is plain text."""
    posts = run.config.goalposts[item.id]
    per = "square kilometre" if item.count.per == "km2" else "resident"
    return [
        ("Pillar", pillar_label(run, item.pillar)),
        ("Unit", item.unit),
        ("Evidence", EVIDENCE[item.evidence]),
        ("Police contact", "Needed for an event of this kind" if item.police_contact else "Not needed"),
        ("Classes", words.listing(c.replace("_", " ") for c in item.count.classes)),
        ("Period", f"{observed_period(run, item.id, str(row['period_from']), str(row['period_to']))}, per {per}"),
        ("Coverage", _coverage(run, row)),
        ("Own data", f"{words.share(row['median_own_share'])} in the median area; {_rest(run, item)}"),
        ("Weight", _weight(run, item, row)),
        ("Goalposts", f"{words.exact(posts.low)} and {words.exact(posts.high)}. {posts.why.strip()}"),
        ("Over the top goalpost", f"{words.share(row['clipped_share'])} of areas"),
    ]


def _rest(run: AreaRun, item: Indicator) -> str:
    """Say where the rest of a rate comes from, which is not the area's own record."""
    together = run.priors.loc[run.priors["indicator"] == item.id, "block"] != ""
    other = "from other kinds of harm there" if together.any() else "from the place's mean"
    mixed = together.any() and not together.all()
    return f"the rest is expected {other}{', or from the place’s mean' if mixed else ''}"


def _coverage(run: AreaRun, row: pd.Series) -> str:
    placed, city = float(row["events"]), float(row["unallocated_high"])
    said = [f"{int(row['units_with_data'])} of {len(run.units)} areas; {_counted(placed)} placed"]
    if city > 0:
        part = words.share(city / (placed + city))
        more = words.ends(float(row["unallocated_low"]), city)
        said.append(f"{more} more ({part} of all) name no place in use and stay with {run.place.whole}, in no area")
    if row["approximate"]:
        said.append("The place of record is a police beat; beats are shared out over areas: approximate")
    return ". ".join(said) + "."


def _counted(events: float) -> str:
    return f"{words.number(events)} {'event' if events == 1 else 'events'}"


def _weight(run: AreaRun, item: Indicator, row: pd.Series) -> str:
    if item.role == "view":
        return "None: shown, never part of a score"
    if row["screened"]:
        return f"0: shown, not scored. {words.capital(str(row['reason'])).rstrip('.')}."
    rule = run.config.scheme.indicator_weight
    low, high = as_set(1 - rule.spread).removesuffix("%"), as_set(1 + rule.spread)
    return f"{words.share(row['weight'])} of its pillar; draws take {low} to {high} of this, renormalised"


def _limits(run: AreaRun, item: Indicator) -> tuple[str, ...]:
    """Return what the indicator cannot show, anywhere and at this place, and jumps of recording, a sentence each."""
    own = run.config.goalposts[item.id].limits
    return (*gaps.sentences(item.limits), *(gaps.sentences(own) if own else ()), *recorded.jumps(run, item.id))


def _reference(title: str, href: str, accessed: str) -> str:
    """Return a Markdown link; brackets in an address would end it early."""
    address = href.replace("(", "%28").replace(")", "%29").replace("\\", "%5C")
    return f"[{words.plain_markdown(title)}]({address}), read {accessed}"
