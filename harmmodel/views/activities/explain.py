"""Where an activity's figures come from, and what less enforcement of it would free and could miss."""

from __future__ import annotations

from itertools import takewhile

import pandas as pd

from harmmodel import nullable
from harmmodel.config.activities import Activity, ActivityConfig, MoneyAmount, Quantity, Service
from harmmodel.errors import UnknownUnit
from harmmodel.views import words
from harmmodel.views.activities import held
from harmmodel.views.activities.like import like_places
from harmmodel.views.activities.place import kept_back, safety_table
from harmmodel.views.activities.table import frames, ladder, tier_text
from harmmodel.views.blocks import Explanation, Step, intervals
from harmmodel.views.labels import unit_labels
from harmmodel.views.ordering import overlap_sentence
from harmmodel.views.source import interval_name
from harmmodel.warehouse.store.runs import AreaRun, Frames

FREED = {
    "officer_hours": "Officer hours",
    "custody_nights": "Nights in custody",
    "criminal_records": "Criminal records",
    "force_complaints": "Complaints of force",
}
MONEY = {"capacity": "Value of the time (capacity, not cash)", "cash": "Cash, at most"}
SMALL = 10  # from here on whole numbers


def frees(run: AreaRun, tables: Frames, unit_id: str) -> Step:
    """Hours, custody, time valued, cash and what the cash would buy, each with what it rests on."""
    rows = tables["activity_freed"]
    rows = rows[rows["activity"] == unit_id]
    config, activity = run.config.activities, _activity(run, unit_id)
    bought = {f"buys {s.id}": words.capital(s.buys) for s in config.services.services} if config else {}
    names = {**FREED, **_money_names(config), **bought}
    rests = _rests(config, activity) if config and activity else {}
    frame = pd.DataFrame(
        {
            "What": [names.get(str(w), str(w)) for w in rows["what"]],
            "With values in force": [_figure(v) for v in rows["value"]],
            f"{words.capital(interval_name(run))}": [
                words.MISSING if pd.isna(low) or pd.isna(high) else f"{_figure(low)}–{_figure(high)}"
                for low, high in zip(rows["low"], rows["high"], strict=True)
            ],
            "Rests on": [rests.get(str(w), words.MISSING) for w in rows["what"]],
        }
    )
    facts = run.facts["activity"]
    said = (
        f"What its records took in {words.period(facts['from'], facts['to'])}, not what a decision would free for "
        f"certain. {_not_known(tables, unit_id)}{words.capital(assumed(run))}. {_which_is_cash(config, activity)}"
    )
    return Step("7 What it frees", said, frame, "Hours, custody, time valued, cash and what the cash would buy")


def _not_known(tables: Frames, unit_id: str) -> str:
    """Say why figures of an activity are missing, as a sentence; empty where none is."""
    own = tables["activity"][tables["activity"]["unit_id"] == unit_id]
    if why := held.no_records(own):
        return f"{words.capital(why)}, so what they took is {words.MISSING}. "
    if why := held.no_arrests(own):
        return f"{words.capital(why)}, so what arrests took, and any sum with it, is {words.MISSING}. "
    return ""


def assumed(run: AreaRun) -> str:
    """Say how many values of what enforcement takes are assumptions."""
    few, many = run.config.activities.costs.assumed if run.config.activities else (0, 0)
    return f"{few} of {many} values of config/costs.yaml are assumptions"


def _which_is_cash(config: ActivityConfig | None, activity: Activity | None) -> str:
    """Say what of the money is time that pays for nothing, and what is cash."""
    if config is None or activity is None:
        return ""
    prices = _prices(config, activity)
    time, cash = ([name for name, price in prices.items() if price.is_cash is wanted] for wanted in (False, True))
    said = f"Time of people is capacity and pays for no service: {words.listing(time)}. Cash: {words.listing(cash)}."
    return f"{said} Each service is what all of the cash would buy, not one after the other."


def _prices(config: ActivityConfig, activity: Activity) -> dict[str, MoneyAmount]:
    """Give each price that the money of an activity is made of, by what is paid."""
    court = config.costs.families[config.costs.of(activity.family, "court_cost")[0]].court_cost
    prices = {"hours of officers": config.costs.officer_hour, "nights in custody": config.costs.custody_night}
    return prices | ({"court cases": court} if court else {})


def _money_names(config: ActivityConfig | None) -> dict[str, str]:
    """Name what is freed in money with its currency: the words with which all units of money begin."""
    if config is None:
        return MONEY
    costs = config.costs
    money = (costs.officer_hour, costs.custody_night, costs.of("default", "court_cost")[1])
    side_by_side = zip(*(entry.unit.split() for entry in money), strict=False)
    shared = [tokens[0] for tokens in takewhile(lambda tokens: len(set(tokens)) == 1, side_by_side)]
    while shared and shared[-1] in ("of", "per"):
        shared.pop()
    return {what: ", ".join([name, *([" ".join(shared)] if shared else [])]) for what, name in MONEY.items()}


def _figure(value: float) -> str:
    return words.number(value) if value >= SMALL else words.rate(value)


def _activity(run: AreaRun, unit_id: str) -> Activity | None:
    config = run.config.activities
    return config.activity(unit_id) if config else None


def _rests(config: ActivityConfig, activity: Activity) -> dict[str, str]:
    """What each figure rests on: the value, its range, and its source or that it is an assumption."""
    costs = config.costs
    own = {name: costs.of(activity.family, name)[1] for name in FREED}
    prices = _prices(config, activity)
    return {
        **{name: _quantity(entry) for name, entry in own.items()},
        **{what: _paid(prices, is_cash=what == "cash") for what in MONEY},
        **{f"buys {s.id}": _quantity(s.price) for s in config.services.services},
    }


def _paid(prices: dict[str, MoneyAmount], *, is_cash: bool) -> str:
    parts = [f"{name}: {_quantity(entry)}" for name, entry in prices.items() if entry.is_cash is is_cash]
    return words.capital("; ".join(parts)) or words.MISSING


def _quantity(entry: Quantity) -> str:
    low, high = entry.range
    origin = "an assumption" if entry.source is None else f"source: {entry.source.title}"
    return f"{words.exact(entry.value)} ({words.exact(low)} to {words.exact(high)}) {entry.unit}, {origin}"


def alternatives(run: AreaRun, unit_id: str) -> Step:
    """What could be done instead, who decides and what can go wrong."""
    activity, config = _activity(run, unit_id), run.config.activities
    chosen = set(activity.dispositions) if activity else set()
    rows = [d for d in config.services.dispositions if d.id in chosen] if config else []
    frame = pd.DataFrame(
        [(d.label, d.needs, words.capital(d.decided_by), d.risk) for d in rows],
        columns=["Instead", "What it needs", "Who decides", "Risk"],
    )
    pathway = activity.pathway if activity and activity.pathway else "none is named"
    against = " ".join(f"Against lower priority: {o.what}" for o in (activity.objections if activity else ()))
    said = f"Pathway: {pathway}. Nobody's access depends on a guilty plea or on abstinence. {against}".strip()
    return Step("8 What to do instead", said, frame, "Alternatives, what they need, who decides and their risk")


def services(run: AreaRun, unit_id: str) -> Step:
    """The services of the pathway: what they can take, what is known of them and what the people who use them say."""
    activity, config = _activity(run, unit_id), run.config.activities
    chosen = set(activity.services) if activity else set()
    rows = [s for s in config.services.services if s.id in chosen] if config else []
    frame = pd.DataFrame(
        [(f"{s.label}. {s.offers}", _quantity(s.capacity), _evidence(s), _rating(s)) for s in rows],
        columns=["Service", "Capacity", "Evidence", "Rating by the people who use it"],
    )
    said = (
        "From config/services.yaml. Cash buys a service only as far as its capacity goes."
        if rows
        else "No service is named for this activity."
    )
    return Step("9 Services of the pathway", said, frame, "Services with capacity, evidence and rating")


def _evidence(service: Service) -> str:
    return f"{service.evidence} ({'; '.join(r.title for r in service.references)})"


def _rating(service: Service) -> str:
    return f"{words.share(service.rating)} {service.rated_by}"


AREAS = 8  # shown of those where the excess may be something


def find_activity(run: AreaRun, name: str) -> str:
    """Return the id of the activity with that id or label, in any case.

    Raises
    ------
    UnknownUnit
        If there is none.
    """
    table = run.activities().get("activity")
    if table is None:
        raise UnknownUnit(f"{run.place.id} has no activities")
    wanted = name.strip().casefold()
    same = table["unit_id"].str.casefold().eq(wanted) | table["label"].str.casefold().eq(wanted)
    if not same.any():
        raise UnknownUnit(
            f"{run.place.id} has no activity {name!r}. See the ids: harmmodel show {run.place.id} --lens activity"
        )
    return str(table.loc[same, "unit_id"].iloc[0])


def explain(run: AreaRun, name: str) -> Explanation:
    """Return the path of the activity with that id or label; raises as `find_activity`."""
    return explain_activity(run, find_activity(run, name))


def explain_activity(run: AreaRun, unit_id: str, tables: Frames | None = None) -> Explanation:
    """Return the path of one activity, from its records to what less of it would free and could miss."""
    tables = frames(run) if tables is None else tables
    table = tables["activity"]
    row = table[table["unit_id"] == unit_id].iloc[0]
    whole = ladder(run, tables).set_index("unit_id")
    enough = bool(whole["enough"].get(unit_id, False))
    return Explanation(
        unit_id=unit_id,
        label=str(row["label"]),
        title=f"Where the figures of {row['label']} come from",
        finding=f"{tier_text(str(row['tier']), enough)}. {row['reason']}",
        steps=(
            records(tables, unit_id),
            linked(run, table, row),
            like_places(run, tables, row),
            by_area(run, tables, unit_id),
            variants(run, tables, unit_id),
            safety(run, tables, unit_id),
            frees(run, tables, unit_id),
            alternatives(run, unit_id),
            services(run, unit_id),
        ),
        note="The tool proposes and a person decides. A lower priority needs a reason, the people affected among those "
        "consulted, and a review date.",
    )


def _activities(run: AreaRun) -> ActivityConfig | None:
    return run.config.activities


def records(tables: Frames, unit_id: str) -> Step:
    """Which offences of the source are this activity, and by which rule."""
    rows = tables["activity_rule"]
    rows = rows[rows["activity"] == unit_id].sort_values("records", ascending=False)
    code = [c if isinstance(c, str) else k for c, k in zip(rows["code"], rows["class"], strict=True)]
    grouped = nullable.sums(rows.assign(code=code), ["code", "rule"], ["records"])
    table = grouped.sort_values("records", ascending=False, kind="stable")
    frame = pd.DataFrame(
        {
            "Offence as the source writes it": table["code"].astype(str),
            "Rule": table["rule"].astype(str),
            "Records": [words.number(n) for n in table["records"]],
        }
    )
    return Step("1 Which records", "The first rule that fits classes a record.", frame, "Offences, rules and records")


def linked(run: AreaRun, table: pd.DataFrame, row: pd.Series) -> Step:
    """What followed the records, and what the same place gives in other weeks."""
    facts = run.facts["activity"]
    rows = [
        ("Records judged", words.number(row["judged"])),
        ("Left out: too near an end of the period", words.number(row["left_out"])),
        ("Events that are one occurrence with a record, left out", words.number(row["self_matches"])),
        ("Serious events that followed", words.number(row["linked"])),
        ("What the same places give in other weeks", words.number(row["expected"], 1)),
        ("Followed per record", words.number(_per(row["linked"], row["judged"]), 2)),
        ("Other weeks per record", words.number(_per(row["expected"], row["judged"]), 2)),
        ("Short-term rise", words.excess(row["excess"])),
        (f"Short-term rise, {interval_name(run)}", words.interval(row["excess_low"], row["excess_high"], 2)),
        ("Compared time that itself follows such a record nearby", words.share(row["covered"])),
        ("Short-term rise against time that follows none", words.excess(row["undiluted"])),
        (f"The same, {interval_name(run)}", words.interval(row["undiluted_low"], row["undiluted_high"], 2)),
        ("Chance of so large a departure, this activity alone", words.number(row["p_alone"], 3)),
        ("The same for the furthest of all activities", words.number(row["p_family"], 3)),
        ("Place risk: violence around a record against the city", words.ratio(row["place_risk"])),
        (f"Place risk, {interval_name(run)}", words.interval(row["place_risk_low"], row["place_risk_high"], 1)),
    ]
    said = (
        f"Does violence rise for {_days(run)} days after such records, compared with other weeks of the same place? "
        f"{_choice(run)} Compared with the other weeks of the same places, at the city's level of each week. For the "
        f"test, records are moved {words.number(facts['permutations'])} times by whole weeks, those of one square "
        "together, so that place, weekday and time of day stay. Where such records come week after week at one place, "
        "its other weeks follow such records too, and the figure lies nearer to 1 than the truth. Lower priority must "
        "also hold against time that follows none, on the model that all time after such records has one level."
    )
    said = f"{held.nothing_follows(table, str(row['unit_id']))} {said}".strip()
    return Step("2 Short-term rise", said, pd.DataFrame(rows, columns=["What", "Figure"]), "Linked violence")


def _per(events: float, judged: float) -> float:
    return events / judged if judged else float("nan")


def _days(run: AreaRun) -> str:
    config = _activities(run)
    return f"{config.typology.linked_harm.after:g}" if config else words.MISSING


def _choice(run: AreaRun) -> str:
    config = _activities(run)
    if config is None:
        return ""
    linked_harm = config.typology.linked_harm
    named = words.listing(name.replace("_", " ") for name in linked_harm.classes)
    return f"Counted: {named} within {linked_harm.metres:g} m and {linked_harm.after:g} days after the record."


def by_area(run: AreaRun, tables: Frames, unit_id: str) -> Step:
    """The areas with the highest lower ends of the excess, drawn towards the level of the activity."""
    table = tables["activity_area"]
    table = table[(table["activity"] == unit_id) & (table["judged"] >= run.config.policy.disclosure.internal)]
    labels = unit_labels(run)
    top = table.dropna(subset=["excess"]).sort_values("excess_low", ascending=False).head(AREAS)
    frame = pd.DataFrame(
        {
            "Area": [str(labels.get(unit, unit)) for unit in top["unit_id"]],
            "Records": [words.number(n) for n in top["judged"]],
            "Followed": [words.number(n) for n in top["linked"]],
            "Other weeks": [words.number(n, 1) for n in top["expected"]],
            "Short-term rise": [words.excess(n) for n in top["excess"]],
            "Interval": intervals(top, "excess", 2),
            "Chance, all together": [words.number(n, 3) for n in top["p_family"]],
        }
    )
    whole = tables["activity_area"].dropna(subset=["p_family"])
    apart = int((whole["p_family"] <= run.config.policy.activities.family_error).sum())
    pairs = words.how_many(len(whole), "pair of activity and area", "pairs of activity and area")
    out = words.how_many(apart, "stands", "stand") if apart else "none stands"
    named = words.how_many(len(frame), "area", "areas")
    overlaps = overlap_sentence(top["excess_low"].tolist(), top["excess_high"].tolist())
    shown_areas = f"Shown: the {named} with the highest lower ends. {overlaps}"
    if frame.empty:
        shown_areas = "No area has enough of this activity to be shown."
    said = (
        "Small areas are drawn towards the activity's own level. "
        f"Of all {pairs} with enough expected, {out} out when all are tested together. {shown_areas}"
    ).strip()
    return Step("4 Area by area", said, frame, "Short-term rise by area, with shrinkage")


def variants(run: AreaRun, tables: Frames, unit_id: str) -> Step:
    """The same under other honest choices of distance and days."""
    table = tables["activity_variant"]
    table = table[table["activity"] == unit_id]
    frame = pd.DataFrame(
        {
            "Within": [f"{m:g} m" for m in table["metres"]],
            "Days": [
                f"{a:g} after" + (f", {b:g} before" if b else "")
                for a, b in zip(table["after"], table["before"], strict=True)
            ],
            "Followed": [words.number(n) for n in table["linked"]],
            "Other weeks": [words.number(n, 1) for n in table["expected"]],
            "Short-term rise": [words.excess(n) for n in table["excess"]],
            "Interval": [
                words.interval(low, high, 2)
                for low, high in zip(table["excess_low"], table["excess_high"], strict=True)
            ],
        }
    )
    said = "The first line is in force. A finding that holds under one choice only is no finding."
    return Step("5 Other choices", said, frame, "Short-term rise under other distances and days")


def _anyway(tables: Frames, unit_id: str) -> str:
    """Say how much of what followed the records the same places give in other weeks; empty where nobody can tell."""
    row = tables["activity"].set_index("unit_id").loc[unit_id]
    share = row["expected"] / row["linked"] if row["linked"] else float("nan")
    if not share >= 0:
        return ""
    return f"Other weeks of the same places give {words.share(share)} of the number that followed the records judged. "


def safety(run: AreaRun, tables: Frames, unit_id: str) -> Step:
    """The serious events that did occur near such records: the cost of being wrong."""
    if why := held.nothing_follows(tables["activity"], unit_id):
        said = f"{why} That none was recorded near such a record is not known, so nothing stands here."
        return Step("6 Safety list", said, pd.DataFrame(), "Nothing is known of serious events near such records")
    rows, facts = tables["activity_safety"], run.facts["activity"]
    rows = rows[rows["activity"] == unit_id]
    events, weight, k = rows["events"].sum(), rows["weight"].sum(), run.config.policy.disclosure.internal
    share = events / facts["events"] if facts["events"] else float("nan")
    by_weight = weight / facts["event_weight"] if facts["event_weight"] else float("nan")
    counted = words.capital(kept_back(events, bool(0 < events < k), k=k))
    said = (
        f"{counted} serious events were recorded near such a record in the days after it: "
        f"{words.share(share)} of all serious events, {words.share(by_weight)} by offence weight. "
        f"{_anyway(tables, unit_id)}They show what has to be watched if this turns out wrong. Counts under {k}, "
        "and those that would give them away, are not shown."
    )
    table = safety_table(run, tables, unit_id)
    return Step("6 Safety list", said, table, "Serious events near such records by area and month")
