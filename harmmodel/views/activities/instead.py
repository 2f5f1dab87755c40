"""What less enforcement of an activity would free, what to do instead, and which sources stand behind it."""

from __future__ import annotations

import pandas as pd

from harmmodel.config.activities import ActivityConfig
from harmmodel.config.activity_types import Activity, Quantity, Service
from harmmodel.views import words
from harmmodel.views.areas.path import Step
from harmmodel.views.source import interval_name
from harmmodel.warehouse.store.runfiles import Frames
from harmmodel.warehouse.store.runs import Run

FREED = {
    "officer_hours": "Officer hours",
    "custody_nights": "Nights in custody",
    "criminal_records": "Criminal records",
    "force_complaints": "Complaints of force",
    "cost": "Cost, US dollars",
}
SMALL = 10  # from here on whole numbers


def frees(run: Run, found: Frames, unit_id: str) -> Step:
    """Hours, custody, money and what the money would buy, each with what it rests on."""
    rows = found["activity_freed"]
    rows = rows[rows["activity"] == unit_id]
    config, activity = run.config.activities, _activity(run, unit_id)
    bought = {f"buys {s.id}": words.capital(s.buys) for s in config.services.services} if config else {}
    names = {**FREED, **bought}
    rests = _rests(config, activity) if config and activity else {}
    shown = pd.DataFrame(
        {
            "What": [names.get(str(w), str(w)) for w in rows["what"]],
            "With values in force": [_figure(v) for v in rows["value"]],
            f"{words.capital(interval_name(run))}": [
                f"{_figure(low)}–{_figure(high)}" for low, high in zip(rows["low"], rows["high"], strict=True)
            ],
            "Rests on": [rests.get(str(w), words.MISSING) for w in rows["what"]],
        }
    )
    facts = run.facts["activity"]
    said = (
        f"What its records took in {words.period(facts['from'], facts['to'])}, not what a decision would free for "
        "certain. Most values of config/costs.yaml are assumptions with wide ranges. Each service is what all of the "
        "money would buy, not one after the other."
    )
    return Step("6 What it frees", said, shown, "Hours, custody, cost and what the money would buy")


def _figure(value: float) -> str:
    return words.number(value) if value >= SMALL else words.rate(value)


def _activity(run: Run, unit_id: str) -> Activity | None:
    found = run.config.activities
    return found.activity(unit_id) if found else None


def _rests(config: ActivityConfig, activity: Activity) -> dict[str, str]:
    """What each figure rests on: the value, its range, and its source or that it is an assumption."""
    costs = config.costs
    own = {name: costs.of(activity.family, name)[1] for name in (*FREED, "court_cost") if name != "cost"}
    prices = {"Hours": costs.officer_hour, "nights": costs.custody_night, "court": own["court_cost"]}
    return {
        **{name: _quantity(entry) for name, entry in own.items()},
        "cost": "; ".join(f"{name}: {_quantity(entry)}" for name, entry in prices.items()),
        **{f"buys {s.id}": _quantity(s.price) for s in config.services.services},
    }


def _quantity(entry: Quantity) -> str:
    low, high = entry.range
    origin = "an assumption" if entry.source is None else f"source: {entry.source.title}"
    return f"{words.exact(entry.value)} ({words.exact(low)} to {words.exact(high)}) {entry.unit}, {origin}"


def alternatives(run: Run, unit_id: str) -> Step:
    """What could be done instead, who decides and what can go wrong."""
    activity, config = _activity(run, unit_id), run.config.activities
    chosen = set(activity.dispositions) if activity else set()
    rows = [d for d in config.services.dispositions if d.id in chosen] if config else []
    shown = pd.DataFrame(
        [(d.label, d.needs, words.capital(d.decided_by), d.risk) for d in rows],
        columns=["Instead", "What it needs", "Who decides", "Risk"],
    )
    pathway = activity.pathway if activity and activity.pathway else "none is named"
    against = " ".join(f"Against lower priority: {o.what}" for o in (activity.objections if activity else ()))
    said = f"Pathway: {pathway}. Nobody's access depends on a guilty plea or on abstinence. {against}".strip()
    return Step("7 What to do instead", said, shown, "Alternatives, what they need, who decides and their risk")


def services(run: Run, unit_id: str) -> Step:
    """The services of the pathway: what they can take, what is known of them and what the people who use them say."""
    activity, config = _activity(run, unit_id), run.config.activities
    chosen = set(activity.services) if activity else set()
    rows = [s for s in config.services.services if s.id in chosen] if config else []
    shown = pd.DataFrame(
        [(f"{s.label}. {s.offers}", _quantity(s.capacity), _evidence(s), _rating(s)) for s in rows],
        columns=["Service", "Capacity", "Evidence", "Rating by the people who use it"],
    )
    said = (
        "From config/services.yaml. Money buys a service only as far as its capacity goes."
        if rows
        else "No service is named for this activity."
    )
    return Step("8 Services of the pathway", said, shown, "Services with capacity, evidence and rating")


def _evidence(service: Service) -> str:
    return f"{service.evidence} ({'; '.join(r.title for r in service.references)})"


def _rating(service: Service) -> str:
    return f"{words.share(service.rating)} {service.rated_by}"
