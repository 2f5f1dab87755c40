"""The types of ``config/backfire.yaml``: warning signs, bands and the assumptions of the projection."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from harmmodel.config.reader import Reader
from harmmodel.config.types import Identifier, Positive, Reason, Reference, Share, Strict, Text
from harmmodel.errors import ConfigError

FILE = "backfire.yaml"
Status = Literal["published", "read", "judgement"]
SignId = Annotated[str, Field(pattern=r"^B[1-9][0-9]?$")]
Asked = Literal["approver", "justification", "monitoring"]
EffectId = Literal["leader", "lieutenant", "notice"]


class Sourced(Strict):
    """What every assumption says about itself."""

    status: Status = Field(
        description="published: the size is in the source. read: its direction is. judgement: neither."
    )
    why: Reason = Field(description="The reason, for those who will ask.")
    references: tuple[Reference, ...] = Field(min_length=1, description="Where it can be checked.")


class Sign(Sourced):
    """A warning sign and the points it adds."""

    id: SignId = Field(description="B1, B2 and so on; stands in plans and in the journal, so it is never reused.")
    label: Text = Field(description="Shown to users, in a few words.")
    question: str = Field(pattern=r"\?$", max_length=300, description="What is asked; yes is the warning.")
    points: int = Field(ge=1, le=10, description="Added to the score when the answer is yes.")


class Band(Strict):
    """A range of scores and what it asks for before the action."""

    id: Identifier = Field(description="Name in files and in the journal.")
    label: Text = Field(description="Name shown to users.")
    least: int = Field(ge=0, description="Smallest score of the band.")
    approver: bool = Field(description="True: a second role must approve.")
    justification: bool = Field(description="True: a written justification is needed.")
    monitoring: bool = Field(description="True: a plan for monitoring is needed.")

    @property
    def asks(self) -> tuple[Asked, ...]:
        """What the band asks for."""
        given: dict[Asked, bool] = {
            "approver": self.approver,
            "justification": self.justification,
            "monitoring": self.monitoring,
        }
        return tuple(name for name, is_asked in given.items() if is_asked)


class Effect(Sourced):
    """By what ratio events change after a kind of action."""

    id: EffectId = Field(description="The kind of action.")
    label: Text = Field(description="Name shown to users.")
    centre: Positive = Field(description="Middle of the ratio of events; 1 is no change.")
    spread: Positive = Field(description="Standard deviation of the ratio's logarithm.")
    months: int = Field(ge=1, le=60, description="How long it is taken to last.")


class Spillover(Sourced):
    """How far a change reaches adjacent places."""

    reach: tuple[Share, Share] = Field(description="Log of the ratio next door where the boundary is contested.")

    @model_validator(mode="after")
    def _rising(self) -> Spillover:
        if not self.reach[0] <= self.reach[1]:
            raise ValueError("reach: the first value must not be above the second")
        return self


class Monitoring(Sourced):
    """What counts as a change after the action."""

    ratio: float = Field(gt=1, le=10, description="The rise to be found quickly.")
    limit: float = Field(gt=0, le=50, description="Sum of evidence at which an alarm is given.")
    baseline_months: int = Field(ge=6, le=240, description="Months before the action that say what is usual.")


class Backfire(Strict):
    """Everything the backfire check assumes. ``config/backfire.yaml``."""

    version: Text = Field(description="Name and number of these assumptions; raise it when a value changes.")
    transfer: Reason = Field(description="How far the findings carry to another setting; stands beside every fan.")
    signs: tuple[Sign, ...] = Field(min_length=1, description="The warning signs, in order.")
    bands: tuple[Band, ...] = Field(min_length=2, description="From the least score up.")
    effects: tuple[Effect, ...] = Field(min_length=1, description="One for each kind of action that has a source.")
    spillover: Spillover = Field(description="Adjacent places.")
    monitoring: Monitoring = Field(description="The watch that is kept afterwards.")

    @model_validator(mode="after")
    def _consistent(self) -> Backfire:
        for name, items in (("signs", self.signs), ("bands", self.bands), ("effects", self.effects)):
            if len({item.id for item in items}) != len(items):
                raise ValueError(f"{name}: an id is given twice")
        least = [band.least for band in self.bands]
        if least[0] != 0 or least != sorted(set(least)):
            raise ValueError("bands: they must start at 0 and rise")
        asks = [set(band.asks) for band in self.bands]
        if any(not lower <= higher for lower, higher in pairwise(asks)):
            raise ValueError("bands: a higher band must ask for all that a lower one asks for")
        return self

    @property
    def points(self) -> dict[str, int]:
        """Points by sign."""
        return {sign.id: sign.points for sign in self.signs}

    def band(self, score: int) -> Band:
        """Return the band in which a score lies."""
        return next(band for band in reversed(self.bands) if band.least <= score)


def load_backfire(project: Path) -> tuple[Backfire, str]:
    """Read the assumptions and the hash of their file.

    Raises
    ------
    ConfigError
        With every fault of the file.
    """
    reader = Reader(project)
    path = project / "config" / FILE
    found = reader.model(path, Backfire)
    if found is None:
        raise ConfigError("\n".join(reader.faults))
    return found, reader.hashes[reader.name(path)]
