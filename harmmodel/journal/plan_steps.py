"""What can happen under a plan of targeted deterrence, as stored and in words."""

from __future__ import annotations

from typing import Literal

KEPT, BROKEN, CLOSED = "promise kept", "promise broken", "plan closed"
NOTICE, ACTED = "notice given", "action taken"
VIOLENCE, RESPONSE = "violent act after notice", "response given"
REVIEW = "review held"
STATES = ("open", "due", "kept", "broken")
Happened = Literal[
    "notice given",
    "violent act after notice",
    "response given",
    "action taken",
    "service taken up",
    "promise kept",
    "promise broken",
    "review held",
    "plan closed",
]
STEPS: dict[Happened, str] = {
    "notice given": "Notice was given to the groups",
    "violent act after notice": "A violent act after notice",
    "response given": "The response to it was given",
    "action taken": "Another action was taken",
    "service taken up": "A service was taken up",
    "promise kept": "A promise was kept",
    "promise broken": "A promise was broken",
    "review held": "A review was held",
    "plan closed": "The plan is closed",
}
