"""What can happen under a plan of targeted deterrence, as stored and in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

KEPT, BROKEN, CLOSED = "promise kept", "promise broken", "plan closed"
NOTICE, ACTED = "notice given", "action taken"
VIOLENCE, RESPONSE = "violent act after notice", "response given"
REVIEW = "review held"
AFTER_SUNSET = (KEPT, BROKEN, REVIEW, CLOSED)
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


@dataclass(frozen=True)
class Tally:
    """What has happened under a plan, summed up: no later step has to look at all those before it."""

    counts: Mapping[str, int] = field(default_factory=dict)  # of steps, by what happened
    promises: Mapping[str, str] = field(default_factory=dict)  # what became of a promise, as last recorded
    first_notice: dt.date | None = None  # the earliest day, whenever it was recorded

    def then(self, step: str, promise: str | None, on: dt.date) -> Tally:
        """Return the tally after one more step."""
        days = [day for day in (self.first_notice, on if step == NOTICE else None) if day]
        return Tally(
            counts={**self.counts, step: self.counts.get(step, 0) + 1},
            promises={**self.promises, promise: step} if promise else self.promises,
            first_notice=min(days, default=None),
        )
