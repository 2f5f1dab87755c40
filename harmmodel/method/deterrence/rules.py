"""The assumptions of the deterrence model: rules of the game, what may be switched on, seed and number of runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from harmmodel.method.deterrence.worlds import Thresholds


@dataclass(frozen=True)
class Rules:
    """Everything the model assumes about groups and time.

    Attributes
    ----------
    groups : how many
    rounds : how many rounds one run has
    window : the last rounds, over which the outcome is taken
    thresholds : spread of the groups' thresholds, as a share of violations sanctioned
    noise : share of decisions that go the other way than belief says
    prior_sanctioned, prior_escaped : what a group believes before it knows: a Beta distribution
    memory : share of what was learned that is kept at each new violation
    warning : sanctions that a warned group counts before it has met one
    settled_share : a run has settled when at most this share of the groups violates in the window
    """

    groups: int = 100
    rounds: int = 200
    window: int = 50
    thresholds: Thresholds = field(default_factory=Thresholds)
    noise: float = 0.02
    prior_sanctioned: float = 1.0
    prior_escaped: float = 3.0
    memory: float = 0.9
    warning: float = 3.0
    settled_share: float = 0.1

    def __post_init__(self) -> None:
        """Refuse what is no model."""
        if not 0 < self.window <= self.rounds or self.groups < 1:
            raise ValueError("groups, rounds and window must be at least 1, and the window no longer than the run")
        if not (0 <= self.memory < 1 and 0 <= self.noise <= 1 and self.warning >= 0):
            raise ValueError("memory must lie in [0, 1), noise in [0, 1], and a warning counts 0 sanctions or more")
        if min(self.prior_sanctioned, self.prior_escaped) <= 0:
            raise ValueError("both numbers of the prior must be above 0")

    @property
    def reach(self) -> float:
        """The highest belief that unbroken sanctions can bring about; a threshold above it is never deterred."""
        most = self.prior_sanctioned + 1 / (1 - self.memory)
        return most / (most + self.prior_escaped)


@dataclass(frozen=True)
class Twists:
    """What may be switched on; nothing is unless asked for.

    Attributes
    ----------
    surge_extra, surge_rounds : capacity added in the first rounds, and for how many
    retaliation : chance that a sanctioned group's rival violates in the next round, whatever it believes
    removal : chance that a sanction takes a group's leader; the successor has learned nothing
    removal_log_mean, removal_log_sd : log of the factor on the threshold of a group whose leader was taken; drawn once
        per seed, so that seeds carry how unsure this is
    removal_rounds : for how many rounds
    """

    surge_extra: int = 0
    surge_rounds: int = 0
    retaliation: float = 0.0
    removal: float = 0.0
    removal_log_mean: float = 0.0
    removal_log_sd: float = 0.0
    removal_rounds: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no chance or no count."""
        if not (0 <= self.retaliation <= 1 and 0 <= self.removal <= 1):
            raise ValueError("retaliation and removal are chances between 0 and 1")
        if min(self.surge_extra, self.surge_rounds, self.removal_rounds, self.removal_log_sd) < 0:
            raise ValueError("surge, rounds and spread must not be below 0")


@dataclass(frozen=True)
class Experiment:
    """One complete setting: the same one gives the same runs, to the last count.

    Attributes
    ----------
    rules, twists : what is assumed, and what is switched on
    seed : of all random numbers; 0 is a seed like any other
    seeds : how many runs
    """

    rules: Rules = field(default_factory=Rules)
    twists: Twists = field(default_factory=Twists)
    seed: int = 0
    seeds: int = 100

    def __post_init__(self) -> None:
        """Refuse no runs at all."""
        if self.seeds < 1:
            raise ValueError("one run is the least")
