"""The form of a plan: its parts and fields with their words, what they start with, and the plan they make."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from harmmodel.journal import PlanInForce
from harmmodel.views import words
from harmmodel.views.decisions.form import months_later
from harmmodel.views.deterrence.ledger import tied
from harmmodel.views.deterrence.page import Focus
from harmmodel.warehouse.read.groups import GroupRun


@dataclass(frozen=True)
class Field:
    """One thing to fill in."""

    id: str
    label: str
    kind: str = "short"  # short | long | day | count
    help: str = ""


@dataclass(frozen=True)
class FieldGroup:
    """Fields that belong together."""

    id: str
    title: str
    help: str
    fields: tuple[Field, ...]


PARTS = (
    FieldGroup(
        "problem",
        "Problem and name",
        "The plan is about recorded violence that is to fall, never about the volume of a market.",
        (
            Field("problem", "Problem statement", "long", "Which violence, where, since when, as recorded."),
            Field("id", "Name of the plan, as a code", help="small letters, digits, hyphens"),
            Field("reason", "Why this plan", "long", "For those who will ask."),
            Field(
                "departure",
                "Why another group than those first by violence",
                help="where one overlaps, or an earlier one is left out",
            ),
        ),
    ),
    FieldGroup(
        "review",
        "Incident review",
        "Killings and shootings of the last 12 to 36 months: how many involve groups, and of how many nobody knows.",
        (
            Field("review_finding", "Finding", "long", "Which groups, over what, how sure."),
            Field("review_incidents", "Incidents reviewed", "count"),
            Field("review_from", "From", "day"),
            Field("review_group_involved", "Groups involved in", "count"),
            Field("review_to", "To", "day"),
            Field("review_unknown", "Not known for", "count"),
            Field("review_reviewers", "Reviewed by (roles)"),
        ),
    ),
    FieldGroup(
        "partners",
        "Partnership and message",
        "Three different bodies; none speaks for another.",
        (
            Field("enforcement", "Enforcement"),
            Field("services_lead", "Services"),
            Field("community_voice", "Community voice"),
            Field("message", "Message to the groups", "long", "What will follow violence, and what help there is."),
        ),
    ),
    FieldGroup(
        "response",
        "First violent act after notice",
        "What follows it is promised before, so it must be lawful and possible.",
        (
            Field("response_act", "What counts as one, and who establishes it", "long"),
            Field("response_answer", "What follows", "long"),
            Field("response_safeguards", "Safeguards", "long", "Against harm to families and bystanders."),
            Field("response_lead", "Led by"),
            Field("response_within_days", "Within days", "count"),
        ),
    ),
    FieldGroup(
        "end",
        "Legal check, reviews and sunset",
        "The plan ends at its sunset unless a new one is made.",
        (
            Field("legal", "Legal basis and who checked it", "long"),
            Field("review_day_1", "First review", "day"),
            Field("role", words.YOUR_ROLE),
            Field("review_day_2", "Second review", "day"),
            Field("consulted", "Who was consulted, separated by commas"),
            Field("sunset", "Sunset", "day"),
            Field("confirmed", "Names above that are of places or groups, not of people", help="separated by commas"),
        ),
    ),
)
AUDIT_VIOLENCE = Field("violence", "What violence it uses, and how that is known", "long")
AUDIT = (
    Field("territory", "Where it acts, in names of places"),
    Field("panel", "Panel (roles)"),
    Field("confidence", "Confidence: low, medium or high"),
)
ROWS = {
    "promises": (
        "Promise ledger",
        "Only what can be kept: by when, with what, agreed by the body that controls it.",
        (
            Field("text", "promise", "long", "So that anyone can tell whether it was kept."),
            Field("due", "due", "day"),
            Field("means", "with what it can be kept", help="staff, money, places that exist"),
            Field("agreed_by", "agreed by (body)"),
        ),
    ),
    "services": (
        "Service offer",
        "Places that are funded. Without an offer the backfire check counts a warning sign.",
        (
            Field("offer", "what is offered", help="at least 20 characters"),
            Field("provider", "provided by (body)"),
            Field("places", "funded places", "count"),
        ),
    ),
}


def fresh(kind: str, on: dt.date) -> dict[str, Any]:
    """Return what a new promise or service starts with."""
    return {"to": "group", "due": months_later(on, 3)} if kind == "promises" else {"places": 10}


def start(run: GroupRun, selection: Focus, before: PlanInForce | None, on: dt.date) -> dict[str, Any]:
    """Return what the form starts with: the plan that will be superseded, or days and groups alone."""
    if before is not None:
        return _as_fields(before.made.plan.model_dump(mode="python", by_alias=True), selection)
    audits = [
        {"group": g, "rivals": tied(run, g, "rival"), "allies": tied(run, g, "ally"), "confidence": "low"}
        for g in selection.first
    ]
    return {
        "id": "plan-1",
        "groups": list(selection.first),
        "audits": audits,
        "promises": [],
        "services": [],
        "review_from": months_later(on, -24),
        "review_to": on,
        "review_day_1": months_later(on, 3),
        "review_day_2": months_later(on, 6),
        "sunset": months_later(on, 12),
        "response_within_days": 14,
    }


def _as_fields(plan: dict[str, Any], selection: Focus) -> dict[str, Any]:
    review, partners, response = plan["incident_review"], plan["partnership"], plan["response"]
    reviews = sorted(plan["reviews"])
    offered = (*selection.first, *selection.near)
    return {
        **{key: plan[key] for key in ("id", "problem", "reason", "message", "legal", "sunset", "role")},
        "departure": plan["departure"] or "",
        **{key: ", ".join(plan.get(key, ())) for key in ("consulted", "confirmed")},
        "groups": [group for group in plan["groups"] if group in offered],
        **{key: [dict(row) for row in plan[key]] for key in ("audits", "promises", "services")},
        **{f"review_{key}": value for key, value in review.items()},
        **{f"response_{key}": value for key, value in response.items()},
        "enforcement": partners["enforcement"],
        "services_lead": partners["services"],
        "community_voice": partners["community_voice"],
        "review_day_1": reviews[0],
        "review_day_2": reviews[-1],
    }


def content(run: GroupRun, capacity: int, groups: list[str], values: dict[str, Any]) -> dict[str, Any]:
    """Return the plan that the filled form makes, in the shape of the YAML file."""
    review = ("from", "to", "incidents", "group_involved", "unknown", "finding", "reviewers")
    response = ("act", "answer", "within_days", "lead", "safeguards")
    days = dict.fromkeys(day for day in (values["review_day_1"], values["review_day_2"]) if day)
    return {
        **{key: values[key] for key in ("id", "problem", "message", "legal", "sunset", "role", "reason")},
        "place": run.place.id,
        "capacity": capacity,
        "groups": groups,
        "departure": values["departure"] or None,
        **{key: values[key] for key in ("audits", "promises", "services")},
        "incident_review": {key: values[f"review_{key}"] for key in review},
        "partnership": {
            "enforcement": values["enforcement"],
            "services": values["services_lead"],
            "community_voice": values["community_voice"],
        },
        "response": {key: values[f"response_{key}"] for key in response},
        "reviews": list(days),
        **{
            key: [said.strip() for said in values[key].split(",") if said.strip()] for key in ("consulted", "confirmed")
        },
    }
