"""A decision in words, and the journal as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from harmmodel import journal
from harmmodel.journal import Decision, Entry, Outcome
from harmmodel.views import words
from harmmodel.views.export import csv_bytes

DONE = {"accept": "accepted", "change": "changed", "reject": "rejected"}
SETTING = ("tier", "driver", "lead")
COLUMNS = (
    *("seq", "at", "place", "lens", "unit_id", "label", "run_id", "choice"),
    *(f"proposed_{name}" for name in (*SETTING, "score", "interval")),
    *(f"after_{name}" for name in SETTING),
    *("reason", "role", "consulted", "review_on", "supersedes", "prev", "hash"),
)


def setting(held: Outcome | None) -> str:
    """Tier, driver and lead in a few words.

    >>> setting(Outcome(tier="focus", driver="violence", lead="targeted deterrence"))
    '● Focus (driver violence, lead targeted deterrence)'
    """
    if held is None:
        return "no tier: the proposal is not followed"
    inside = [f"{name} {text}" for name, text in (("driver", held.driver), ("lead", held.lead)) if text]
    return f"{_tier(held.tier)} ({', '.join(inside)})" if inside else _tier(held.tier)


def what(decision: Decision) -> str:
    """Return what was decided, without who and why."""
    done, before = DONE[str(decision.choice)], setting(decision.proposal)
    end = f" to {_difference(decision)}" if decision.choice == "change" else ""
    over = f"; supersedes entry {decision.supersedes}" if decision.supersedes else ""
    return f"{done} {before}{end}{over}"


def _difference(decision: Decision) -> str:
    """Return what a change sets anew: only the parts that differ from the proposal."""
    before, after = decision.proposal, decision.outcome or decision.proposal
    parts = [_tier(after.tier)] if after.tier != before.tier else []
    pairs = (("driver", before.driver, after.driver), ("lead", before.lead, after.lead))
    return ", ".join([*parts, *(f"{name} {new or 'none'}" for name, old, new in pairs if new != old)])


def _tier(tier: str) -> str:
    return f"{words.TIER_SIGNS.get(tier, '')} {words.capital(tier)}".strip()


def sentence(entry: Entry) -> str:
    """Return a line of the journal as a sentence."""
    made = entry.decision
    review = f"Review on {words.date(made.review_on)}." if made.review_on else ""
    return (
        f"{entry.seq}. {words.date(entry.at)}, {made.role} on {made.label} ({made.place} {made.unit_id}): "
        f"{what(made)}. Why: {' '.join(made.reason.split())} Consulted: {words.listing(made.consulted)}. {review} "
        f"Run {made.run_id}."
    )


def as_csv(entries: Sequence[Entry], seal: str | None = None) -> bytes:
    """Return the decisions as CSV; the first row carries the seal, so that a spreadsheet shows it.

    *seal* is that of the whole journal, which holds more than decisions; that of the last decision when left out.
    """
    rows = [_flat(entry) for entry in entries]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"supersedes": "Int64"})
    last = seal or (entries[-1].hash if entries else journal.EMPTY_SEAL)
    return csv_bytes(frame, seal_line=f"Journal of decisions · entries: {len(rows)} · seal of the last: {last}")


def _flat(entry: Entry) -> dict[str, object]:
    made = entry.decision
    row = {name: getattr(made, name) for name in COLUMNS if hasattr(made, name)}
    row |= {f"proposed_{name}": text for name, text in asdict(made.proposal).items()}
    row |= {f"after_{name}": text for name, text in (asdict(made.after) if made.after else {}).items()}
    return row | {
        "seq": entry.seq,
        "at": entry.at.isoformat(timespec="seconds"),
        "consulted": "; ".join(made.consulted),
        "review_on": made.review_on.isoformat() if made.review_on else "",
        "prev": entry.prev,
        "hash": entry.hash,
    }
