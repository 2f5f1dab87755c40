"""A plan as people fill it in, for tests: the template of the published run with its texts."""

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

import yaml

TODAY = dt.datetime.now(dt.UTC).date()


def later(days: int) -> str:
    return (TODAY + dt.timedelta(days=days)).isoformat()


PROMISE = {
    "id": "P1",
    "text": "Whoever asks for help to leave is seen by the service within three days.",
    "to": "group",
    "due": later(60),
    "means": "Two case workers paid for a year by the health ministry.",
    "agreed_by": "health ministry",
}
FILLED: dict[str, Any] = {
    "id": "plan-1",
    "place": "mexico",
    "capacity": 1,
    "groups": ["cjng"],
    "problem": "Killings in fights between groups in the west, as recorded in 2020 and 2021.",
    "audits": [
        {
            "group": "cjng",
            "territory": "the west and the Bajío",
            "violence": "Fights with other groups and attacks on civilians, known from event records.",
            "rivals": ["sinaloa", "santa-rosa"],
            "confidence": "medium",
            "panel": "analysts and prosecutors",
            "audited_on": TODAY.isoformat(),
        }
    ],
    "incident_review": {
        "from": later(-730),
        "to": TODAY.isoformat(),
        "incidents": 120,
        "group_involved": 70,
        "unknown": 30,
        "finding": "Seventy involve a group, mostly over territory; thirty are not known.",
        "reviewers": "homicide analysts",
    },
    "partnership": {
        "enforcement": "national police",
        "services": "health ministry",
        "community_voice": "council of affected towns",
    },
    "message": "The violence stops. Who stops it gets help; a killing brings the attention of all partners.",
    "promises": [PROMISE],
    "services": [
        {"id": "S1", "offer": "Counselling and a place in job training.", "places": 40, "provider": "labour office"}
    ],
    "response": {
        "act": "A killing that two sources put down to the group, established by the review panel.",
        "answer": "Prosecution of the crimes of the group that are open, by all partners together.",
        "within_days": 14,
        "lead": "prosecution office",
        "safeguards": "No action against families; homes are searched by warrant alone.",
    },
    "legal": "The legal service of the ministry found a basis in the code of procedure.",
    "reviews": [later(90), later(180)],
    "sunset": later(365),
    "role": "head of the policy unit",
    "consulted": ["people affected", "oversight body"],
    "reason": "It is the first by violence and the promises can be kept.",
    "action": {
        "kind": "notice",
        "state": "11",
        "groups": ["cjng"],
        "begins": later(30),
        "answers": {
            "B1": {"answer": "no"},
            "B2": {"answer": "no"},
            "B3": {"answer": "yes", "response": "Notice goes to the rivals on the same day as well."},
            "B4": {"answer": "no"},
            "B5": {"answer": "no"},
            "B6": {"answer": "no"},
            "B7": {"answer": "no"},
            "B8": {"answer": "no"},
            "B9": {"answer": "no"},
        },
    },
}


def content(**changes: Any) -> dict[str, Any]:
    """The plan with some keys set anew; ``action={...}`` is merged, everything else replaced."""
    plan = copy.deepcopy(FILLED)
    for key, value in changes.items():
        plan[key] = {**plan[key], **value} if key == "action" and value is not None else value
    return plan


def written(home: Path, **changes: Any) -> Path:
    """Write the plan as a YAML file."""
    path = home / "plan.yaml"
    plan = json.loads(json.dumps(content(**changes)))  # nothing is shared, so that no alias is written
    path.write_text(yaml.safe_dump(plan, sort_keys=False, allow_unicode=True), "utf-8")
    return path
