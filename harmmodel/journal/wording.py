"""What an entry says in words that people wrote, held against the rules of written text before it is recorded.

These rules know lists of words, which grow. So they are asked when a line is written, and what a writer confirmed is
stored in the line; an examination of the journal does not ask them again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from harmmodel.config import written_text
from harmmodel.writing.persons import Style

LONGEST = 4000


@dataclass(frozen=True)
class Written:
    """A text of an entry: what it is called, and whether it is made of sentences or is a role or a name."""

    called: str
    text: str
    style: Style = "text"


def faults(texts: Iterable[Written], confirmed: Collection[str], labels: Collection[str] = ()) -> tuple[str, ...]:
    """Return why the texts may not be recorded, each headed by what it is called.

    Parameters
    ----------
    confirmed : names that the writer confirmed to be of places or groups; each must stand in a text as such
    labels : names that the entry itself gives to what it is about
    """
    held = list(texts)
    known = (*confirmed, *labels)
    wrong = [
        f"{written.called}: {fault}."
        for written in held
        for fault in written_text.faults(written.text, LONGEST, style=written.style, known=known)
    ]
    idle = [name for name in confirmed if name not in set(names(held))]
    wrong += [f"Confirmed: {name!r} is no name in this text that needs it. Leave it out." for name in idle]
    return tuple(wrong)


def names(texts: Iterable[Written]) -> tuple[str, ...]:
    """Return the pieces that may be names of people, which the writer may confirm to be of places or groups."""
    found = (written_text.names_to_confirm(one.text, LONGEST, style=one.style) for one in texts)
    return tuple(dict.fromkeys(piece for pieces in found for piece in pieces))


def faults_of(record: BaseModel) -> tuple[str, ...]:
    """Return why the texts of a record may not be recorded, with the names that are confirmed and known in it."""
    known = (*_listed(record, "known"), *_listed(record, "label"))
    return faults(of_model(record), tuple(_listed(record, "confirmed")), known)


def _listed(model: BaseModel, key: str) -> Iterator[str]:
    """Return what fields of a name hold, at any depth."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if name == key:
            yield from (value,) if isinstance(value, str) else value
        for inner in value if isinstance(value, tuple) else (value,):
            if isinstance(inner, BaseModel):
                yield from _listed(inner, key)


# Fields that hold a role or a body, in which no number and no day stands; and those that nobody writes in words.
_ROLES = "role panel reviewers enforcement services community_voice agreed_by provider lead approver consulted"
_CODES = (
    "id group groups place plan_id plan_entry run_id kind state rivals allies band asks assumptions assumptions_hash "
    "records projection said ranking step promise to confidence confirmed known"
)
ROLES, CODES = frozenset(_ROLES.split()), frozenset(_CODES.split())


def of_model(model: BaseModel, where: str = "") -> Iterator[Written]:
    """Return every text that people wrote in a model, each called by its path."""
    for name in type(model).model_fields:
        if name not in CODES:
            style: Style = "label" if name in ROLES else "text"
            yield from _of_value(getattr(model, name), style, f"{where}.{name}".lstrip("."))


def _of_value(value: object, style: Style, where: str) -> Iterator[Written]:
    if isinstance(value, BaseModel):
        yield from of_model(value, where)
    elif isinstance(value, str):
        yield Written(where, value, style)
    elif isinstance(value, dict | tuple):
        items = value.items() if isinstance(value, dict) else enumerate(value, start=1)
        for key, inner in items:
            yield from _of_value(inner, style, f"{where}.{key}")
