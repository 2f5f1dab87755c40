"""What ``config/simulator.yaml`` says: every assumption of the deterrence simulator with its status and reason."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from harmmodel.config.reader import Reader
from harmmodel.config.types import Positive, Reason, Reference, Share, Strict
from harmmodel.config.written_text import Label
from harmmodel.errors import ConfigError
from harmmodel.method.deterrence.game import Policy

FILE = "simulator.yaml"
Status = Literal["re-implementation", "assumption"]
Size = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]


class Assumed(Strict):
    """Status and reason of an assumption."""

    status: Status = Field(description="Where the value comes from; an assumption has no study behind its size.")
    why: Reason = Field(description="Why this value, for those who will ask; at least 20 characters.")


class Whole(Assumed):
    """An assumed count."""

    value: int = Field(ge=0, le=1000, description="The value.")


class AssumedShare(Assumed):
    """An assumed share or chance."""

    value: Share = Field(description="The value, from 0 to 1.")


class Number(Assumed):
    """An assumed number."""

    value: Size = Field(description="The value.")


class Known(Strict):
    """Figures that the simulator is held against."""

    capacity: int = Field(ge=0, description="Sanctions possible in a round.")
    policy: Policy = Field(description="Whom sanctions reach.")
    mean_violators: Size = Field(description="Groups that violate, mean over the last rounds.")
    total_sanctions: Positive = Field(description="Sanctions over the whole run.")


class Variation(Strict):
    """Other values of some assumptions, to see what hangs on them."""

    label: Label = Field(min_length=3, max_length=60, description="Shown to users.")
    changes: dict[str, Size] = Field(min_length=1, description="Key of an assumption, and the value to try.")


class Simulator(Strict):
    """The deterrence simulator. ``config/simulator.yaml``; no score reads it."""

    limits: Reason = Field(description="What the model leaves out, shown beside every figure.")
    references: tuple[Reference, ...] = Field(min_length=1, description="What the model leans on.")
    seed: int = Field(ge=0, description="Of all random numbers; 0 is a seed like any other.")
    runs: int = Field(ge=2, le=1000, description="How many runs with luck of their own.")
    groups: Whole = Field(description="How many groups there are.")
    rounds: Whole = Field(description="How many rounds a run has.")
    window: Whole = Field(description="Last rounds, over which the outcome is taken.")
    threshold_mean: AssumedShare = Field(
        description="Share of violations that must be sanctioned to deter an average group."
    )
    threshold_sd: AssumedShare = Field(description="How much groups differ in that.")
    threshold_low: AssumedShare = Field(description="Least threshold of any group.")
    threshold_high: AssumedShare = Field(description="Highest threshold of any group.")
    noise: AssumedShare = Field(description="Share of decisions that go the other way than belief says.")
    prior_sanctioned: Number = Field(description="First belief: violations sanctioned.")
    prior_escaped: Number = Field(description="First belief: violations not sanctioned.")
    memory: AssumedShare = Field(description="Share of what was learned that is kept at each new violation.")
    warning: Number = Field(description="Sanctions that a warned group counts before it has met one.")
    settled_share: AssumedShare = Field(
        description="A run has tipped when at most this share of groups violates at the end."
    )
    surge_extra: Whole = Field(description="Surge: capacity added in the first rounds.")
    surge_rounds: Whole = Field(description="Surge: for how many rounds.")
    retaliation: AssumedShare = Field(description="Retaliation: chance that the rival of a sanctioned group strikes.")
    removal: AssumedShare = Field(description="Loss of leaders: share of sanctions that take one.")
    removal_factor: Number = Field(description="Loss of leaders: factor on the threshold of such a group.")
    removal_log_sd: AssumedShare = Field(
        description="Loss of leaders: spread of the log of that factor, from seed to seed."
    )
    removal_rounds: Whole = Field(description="Loss of leaders: for how many rounds.")
    misidentified: AssumedShare = Field(
        description="Wrong target: share of sanctions that hit another group than the violator they are meant for."
    )
    escalation: AssumedShare = Field(
        description="Escalation: chance that a group answers with violence a sanction or a violation of its rival."
    )
    capacities: tuple[int, ...] = Field(min_length=2, max_length=100, description="Capacities of the sweep.")
    variation_runs: int = Field(ge=2, le=1000, description="How many runs are made for each variation.")
    variations: tuple[Variation, ...] = Field(default=(), description="Assumptions to change, one row each.")
    reference_runs: int = Field(ge=1, description="How many runs are behind each figure of the reference table.")
    reference: tuple[Known, ...] = Field(default=(), description="Figures this program is held against.")

    @model_validator(mode="after")
    def _consistent(self) -> Simulator:
        if not 1 <= self.groups.value <= 500 or not 1 <= self.window.value <= self.rounds.value:
            raise ValueError("groups must be 1 to 500, and the window at least 1 and no longer than the rounds")
        if not self.threshold_low.value <= self.threshold_mean.value <= self.threshold_high.value:
            raise ValueError("threshold_mean must lie between threshold_low and threshold_high")
        if (
            self.memory.value == 1
            or min(self.prior_sanctioned.value, self.prior_escaped.value, self.removal_factor.value) <= 0
        ):
            raise ValueError(
                "memory must be below 1; prior_sanctioned, prior_escaped and removal_factor must be above 0"
            )
        if list(self.capacities) != sorted(set(self.capacities)) or self.capacities[0] < 0:
            raise ValueError("capacities must increase, and the first must be 0 or more")
        if max(*self.capacities, *(row.capacity for row in self.reference)) > self.groups.value:
            raise ValueError(f"no capacity may be above the number of groups, {self.groups.value}")
        for variation in self.variations:
            self.with_changes(variation.changes)
        return self

    def with_changes(self, changes: dict[str, float]) -> Simulator:
        """Return the same with other values of some assumptions, checked as the file is.

        Raises
        ------
        ValueError
            If a key is no assumption, or a value does not fit it or the others.
        """
        if unknown := sorted(set(changes) - set(self.assumed)):
            raise ValueError(f"variations: {', '.join(unknown)}: no such assumption is in this file. Correct the name")
        content = self.model_dump()
        for name, value in changes.items():
            content[name]["value"] = value
        return Simulator.model_validate({**content, "variations": (), "reference": ()})

    @property
    def assumed(self) -> dict[str, Whole | AssumedShare | Number]:
        """Every assumption by its key, in the order of the file's type."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: item for name, item in fields.items() if isinstance(item, Whole | AssumedShare | Number)}


def load_simulator(project: Path) -> Simulator | None:
    """Load the assumptions; None in a project that has none.

    Raises
    ------
    ConfigError
        With every fault of the file.
    """
    path = project / "config" / FILE
    if not path.exists():
        return None
    reader = Reader(project)
    simulator = reader.model(path, Simulator)
    if simulator is None or reader.faults:
        raise ConfigError("\n  ".join(["The config of the simulator has faults:", *reader.faults]))
    return simulator
