"""A decision as people record it, for tests and for the processes that tests start: imports the journal alone."""

import datetime as dt
from dataclasses import replace

from harmmodel.journal import Decision, Proposal

AT = dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)
REVIEW = dt.date(2027, 5, 21)
PROPOSAL = Proposal(tier="focus", driver="violence", lead="targeted deterrence", score="86", interval="81–91")


def decision(unit: str = "1", **changes: object) -> Decision:
    plain = Decision(
        place="tiny",
        run_id="tiny-0123456789ab",
        lens="area",
        unit_id=unit,
        label=f"Area {unit}",
        proposal=PROPOSAL,
        choice="accept",
        reason="The evidence was seen on site and agreed with.",
        role="head of the policy unit",
        consulted=("people affected", "health services"),
        review_on=REVIEW,
    )
    return replace(plain, **changes)
