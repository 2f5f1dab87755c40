"""Which kinds of entries there are. A kind is one class and one line here; nothing else in the house lists them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from harmmodel.errors import UnknownKind
from harmmodel.journal.chain import canonical
from harmmodel.journal.decision import Decision
from harmmodel.journal.exact_use import ExactUse
from harmmodel.journal.plan import Check, PlanMade, PlanStep
from harmmodel.journal.publication import PublishedRun
from harmmodel.journal.record import VERSION, Entry, Record

# What waits for a review since the same day is listed in this order.
CLASSES: tuple[type[Record], ...] = (
    PlanMade,
    PlanStep,
    Check,
    Decision,
    PublishedRun,
    ExactUse,
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


class Strange(ValueError):
    """A line holds what no line of its version holds; the text says where and repeats nothing of it."""


def version_of(body: dict[str, Any]) -> int:
    """Return the version of a line; 1 when it carries none.

    Raises
    ------
    UnknownKind
        If it is later than this program's.
    Strange
        If it is no number of a version.
    """
    version = body.get("version", 1)
    if type(version) is not int or version < 1 or ("version" in body and version == 1):
        raise Strange("its version is no whole number from 2 up")
    if version > VERSION:
        raise UnknownKind(f"it was written by a newer version (its line has version {version}, known is {VERSION})")
    return version


def from_body(body: dict[str, Any], *, prev: str, own_hash: str) -> Entry[Record]:
    """Return the entry whose record wrote *body*.

    Raises
    ------
    UnknownKind
        If it is of a kind that is not listed, or of a later version.
    KeyError, TypeError, ValueError
        If something is missing, of the wrong kind, or more than an entry holds.
    """
    content, version = dict(body), version_of(body)
    content.pop("version", None)
    kind = class_of(content.pop("kind"))
    seq, at = int(content.pop("seq")), dt.datetime.fromisoformat(content.pop("at"))
    if at.utcoffset() != dt.timedelta(0):
        raise Strange("its time is not in UTC")
    entry = Entry(seq, at, kind.read_under(version, content), prev, own_hash, version)
    if canonical(entry.body()) != canonical(body):
        _refuse_what_differs(body, entry.body(), is_whole=version == VERSION)
    return entry


def _refuse_what_differs(body: dict[str, Any], written: dict[str, Any], *, is_whole: bool) -> None:
    """Refuse a line that says more, or something else, than the entry that is read from it would write."""
    # An earlier version may lack fields that have a default by now; a line of this one has them all.
    if odd := [*_differing(body, written), *(_differing(written, body) if is_whole else ())]:
        raise Strange(f"it says more, or less, than an entry of its kind does: {', '.join(dict.fromkeys(odd))}")


def _differing(one: object, other: object, where: str = "") -> Iterator[str]:
    """Yield where *one* holds what *other* does not hold, key by key."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key, value in one.items():
            inner = f"{where}.{key}".lstrip(".")
            if key in other:
                yield from _differing(value, other[key], inner)
            else:
                yield inner
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (left, right) in enumerate(zip(one, other, strict=True), start=1):
            yield from _differing(left, right, f"{where}.{place}")
    elif type(one) is not type(other) or one != other:
        yield where
