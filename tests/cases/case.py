"""What a case is: a change to a project, the message that a person gets, and what holds once config is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.cases.home import Home, Loaded

Change = Callable[[Home], object]


@dataclass(frozen=True)
class Case:
    """An input that goes wrong, or seems to, and what is right.

    Attributes
    ----------
    name : of the kind and what is odd
    change : makes the input of a sound project
    refused : what the message names, each word for word; nothing where the place loads
    unsaid : advice that would do harm
    code : exit code of the refusal
    declared : does what the message advises
    right : holds of what was loaded then, beside the sound project
    place : which project is changed
    """

    name: str
    change: Change
    refused: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    code: int = 11
    declared: Change | None = None
    right: Callable[[Loaded, Loaded], None] | None = None
    place: str = "example"


def same_counts(found: Loaded, sound: Loaded) -> None:
    """Hold that everything counts as in the sound project."""
    assert found.counts.equals(sound.counts)


def told(found: Loaded, *words: str) -> None:
    """Hold that loading said each of these, in one line."""
    assert any(all(word in line for word in words) for line in found.said), found.said
