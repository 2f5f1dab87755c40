"""Which kinds of entries there are. A kind is one class and one line here; nothing else in the house lists them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from harmmodel.errors import UnknownKind
from harmmodel.journal.decision import Decision
from harmmodel.journal.plan import Check, PlanMade, PlanStep
from harmmodel.journal.record import Entry, Record

# What waits for a review since the same day is listed in this order.
CLASSES: tuple[type[Record], ...] = (
    PlanMade,
    PlanStep,
    Check,
    Decision,
)
KINDS = {kind.kind: kind for kind in CLASSES}


def class_of(kind: str) -> type[Record]:
    """Return the class of a kind.

    Raises
    ------
    UnknownKind
        If no such kind is listed.
    """
    if isinstance(kind, str) and kind not in KINDS:
        raise UnknownKind(f"kind {kind!r} is not known to this version")
    return KINDS[kind]


def from_body(body: dict[str, Any], *, prev: str, own_hash: str) -> Entry[Record]:
    """Return the entry whose record wrote *body*.

    Raises
    ------
    UnknownKind
        If it is of a kind that is not listed.
    KeyError, TypeError, ValueError
        If something is missing or of the wrong kind.
    """
    content = dict(body)
    kind = class_of(content.pop("kind"))
    seq, at = int(content.pop("seq")), dt.datetime.fromisoformat(content.pop("at"))
    if at.tzinfo is None:
        raise ValueError(f"at {at}")
    return Entry(seq, at, kind.from_content(content), prev, own_hash)
