"""Text that people write, of one type in config, entries and journal: first length, then characters, then persons."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, WithJsonSchema, WrapValidator

from harmmodel.config import characters
from harmmodel.writing import persons
from harmmodel.writing.persons import Finding

Named = Literal["place", "group"]
NAMED: tuple[Named, ...] = get_args(Named)  # what a name that looks like a person's may be of, as its writer confirms
LABEL_LENGTH = 200
SHOWN = 5  # faults named of one text


def faults(
    text: str, longest: int, *, style: persons.Style = "text", known: Collection[str] = (), is_confirmed: bool = False
) -> tuple[str, ...]:
    """Return why a text may not be kept; nothing when it may.

    Parameters
    ----------
    longest : characters that it may have; a longer one is not looked at any further
    style : "text" for sentences, "label" for names and roles
    known : labels of places and groups, and the names that the writer confirmed
    is_confirmed : whether the writer confirmed that the whole text names a place or a group

    >>> faults("Ask Mrs Jane Doe", 4000)
    ("'Mrs Jane Doe' is a title before a name. Write a role, a body or the code of a group",)
    >>> faults("Los Zetas", 60, style="label"), faults("Los Zetas", 5)
    ((), ('has 9 characters; write at most 5',))
    """
    if len(text) > longest:
        return (f"has {len(text):,} characters; write at most {longest:,}",)
    if (wrong := characters.fault(text)) is not None:
        return (wrong,)
    found = persons.findings(text, style, known)
    return tuple(str(one) for one in found if not (is_confirmed and one.may_be_confirmed))[:SHOWN]


def names_to_confirm(text: str, longest: int, *, style: persons.Style = "text") -> tuple[str, ...]:
    """Return the pieces that may be names of people, which their writer may confirm to be of places or groups.

    >>> names_to_confirm("Seen beside Belmont Cragin and in North Lawndale.", 4000)
    ('Belmont Cragin',)
    """
    if len(text) > longest:
        return ()
    found: tuple[Finding, ...] = persons.findings(text, style)
    return tuple(dict.fromkeys(one.piece for one in found if one.may_be_confirmed))


class ConfirmedName(str):
    """A label of which a file says ``names: place`` or ``names: group``."""

    __slots__ = ()


def _label(value: Any, check: Callable[[Any], str]) -> str:
    is_confirmed = isinstance(value, ConfirmedName)
    if isinstance(value, dict):
        if set(value) != {"text", "names"} or value["names"] not in NAMED:
            raise ValueError(f"give a text, or text and names, which is {' or '.join(NAMED)}")
        value, is_confirmed = value["text"], True
    text = check(value)
    if wrong := faults(text, LABEL_LENGTH, style="label", is_confirmed=is_confirmed):
        raise ValueError("; ".join(wrong).replace(persons.CONFIRM, CONFIRM_IN_A_FILE))
    return ConfirmedName(text) if is_confirmed else text


CONFIRM_IN_A_FILE = "Write a role, or confirm in the file what it names: {text: …, names: place}, or names: group"
_LABEL_SCHEMA = {
    "anyOf": [
        {"type": "string", "minLength": 1, "maxLength": LABEL_LENGTH},
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["text", "names"],
            "properties": {
                "text": {"type": "string", "description": "The label, which looks like the name of a person."},
                "names": {"enum": list(NAMED), "description": "What it names; this confirms that it is no person."},
            },
        },
    ]
}
Label = Annotated[
    str, Field(min_length=1, max_length=LABEL_LENGTH), WrapValidator(_label), WithJsonSchema(_LABEL_SCHEMA)
]
