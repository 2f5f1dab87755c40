"""Deterrence as a game of beliefs: when a limited capacity to sanction brings violence down, and under which policy.

Groups weigh a sanction against what a violation is worth to them. Each round a group violates when the share of its
violations it believes to be sanctioned lies below its threshold, up to a little noise. Capacity allows so many
sanctions a round; the policy says whom they reach. Groups learn from what happened to themselves alone.

Status
------
The idea is Kleiman's and Kilmer's: a threat that is concentrated, announced and kept can tip many into compliance at a
capacity that changes nothing when it is spread at random. The parameters of their Monte-Carlo study could not be
obtained, so the rules of learning, the thresholds and the noise are a re-implementation of our own; its figures were
computed once by other code and are reproduced in tests. Retaliation, the removal of leaders, sanctions that hit the
wrong group and escalation are assumptions added here and are off unless asked for. Nothing is fitted to data: the model
teaches and estimates nothing about a place.

References
----------
Kleiman and Kilmer (2009), The dynamics of deterrence, PNAS 106(34): 14230-14235.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from harmmodel.method.arrays import Bools, Floats
from harmmodel.method.deterrence.draws import Kind, Thresholds, Worlds, draw, moved


@dataclass(frozen=True)
class GameRules:
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

    groups: int
    rounds: int
    window: int
    thresholds: Thresholds
    noise: float
    prior_sanctioned: float
    prior_escaped: float
    memory: float
    warning: float
    settled_share: float

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
    misidentified : share of sanctions that hit another group than the violator they are meant for. The violator learns
        that it escaped; whoever is hit did not violate for it and learns nothing; the capacity is spent
    escalation : chance that a group answers with violence, in the next round and whatever it believes, when it was
        sanctioned or its rival violated: an arms race with the state and between rivals
    """

    surge_extra: int = 0
    surge_rounds: int = 0
    retaliation: float = 0.0
    removal: float = 0.0
    removal_log_mean: float = 0.0
    removal_log_sd: float = 0.0
    removal_rounds: int = 0
    misidentified: float = 0.0
    escalation: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no chance or no count."""
        if not all(
            0 <= chance <= 1 for chance in (self.retaliation, self.removal, self.misidentified, self.escalation)
        ):
            raise ValueError("retaliation, removal, misidentified and escalation are chances between 0 and 1")
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

    rules: GameRules
    twists: Twists
    seed: int
    seeds: int

    def __post_init__(self) -> None:
        """Refuse no runs at all."""
        if self.seeds < 1:
            raise ValueError("one run is the least")


Policy = Literal["random", "concentration", "concentration_warning"]
POLICIES: tuple[Policy, ...] = get_args(Policy)
Counts = npt.NDArray[np.int16]
BLOCK = 120_000  # groups x seeds x capacities at once: the state of a block stays in the processor's cache
MOST_AT_ONCE = 50  # seeds: their luck takes 16 MB


@dataclass(frozen=True)
class Simulation:
    """Runs of one policy: rounds x capacities x seeds, counted in groups."""

    policy: Policy
    rules: GameRules
    capacities: tuple[int, ...]
    violators: Counts
    sanctions: Counts

    @property
    def mean_violators(self) -> Floats:
        """Mean number of groups that violate in the last rounds; capacities x seeds."""
        return np.asarray(self.violators[-self.rules.window :].mean(axis=0, dtype=np.float64))

    @property
    def total_sanctions(self) -> Floats:
        """Sanctions over the whole run; capacities x seeds."""
        return np.asarray(self.sanctions.sum(axis=0, dtype=np.float64))

    @property
    def is_settled(self) -> Bools:
        """Whether few violate at the end; capacities x seeds."""
        return np.asarray(self.mean_violators <= self.rules.settled_share * self.rules.groups)


def simulate(policy: Policy, capacities: Sequence[int], experiment: Experiment) -> Simulation:
    """Run one policy at several capacities.

    Parameters
    ----------
    policy : *random* sanctions violators drawn by lot; *concentration* always the first violators of one fixed list;
        *concentration_warning* the same, after the first groups of that list, as many as the capacity, were warned
    capacities : sanctions possible in a round
    experiment : what is assumed, the seed and the number of runs. Run number i has the same groups, noise and lots
        under every policy and capacity, so that differences between those are differences of policy and not of luck,
        and adding runs changes none of the others

    Returns
    -------
    Every round of every run, as counts of groups.

    Examples
    --------
    >>> rules = GameRules(
    ...     groups=100, rounds=60, window=10, thresholds=Thresholds(mean=0.5, sd=0.1, low=0.05, high=0.95), noise=0.02,
    ...     prior_sanctioned=1, prior_escaped=3, memory=0.9, warning=3, settled_share=0.1,
    ... )
    >>> outcome = simulate("concentration", [0, 100], Experiment(rules, Twists(), seed=0, seeds=2))
    >>> bool((outcome.mean_violators[0] > 90).all()), bool((outcome.mean_violators[1] < 10).all())
    (True, True)
    """
    if policy not in POLICIES:
        raise ValueError(f"no policy {policy!r}; there are {', '.join(POLICIES)}")
    rules, twists = experiment.rules, experiment.twists
    if not capacities or min(capacities) < 0 or max(capacities) > rules.groups:
        raise ValueError(f"capacities must lie between 0 and {rules.groups}")
    kind = Kind(
        rules.groups,
        rules.rounds,
        rules.thresholds,
        rules.noise,
        lots=policy == "random",
        retaliation=twists.retaliation > 0,
        removal=twists.removal > 0,
        misidentified=twists.misidentified > 0,
        escalation=twists.escalation > 0,
    )
    size = min(MOST_AT_ONCE, max(1, BLOCK // (len(capacities) * rules.groups)))
    blocks = draw(kind, seed=experiment.seed, seeds=experiment.seeds, size=size)
    parts = [_run(_State(policy, capacities, experiment, worlds)) for worlds in blocks]
    violators, sanctions = (np.concatenate(part, axis=2) for part in zip(*parts, strict=True))
    return Simulation(policy, rules, tuple(capacities), violators, sanctions)


def _run(state: _State) -> tuple[Counts, Counts]:
    """Run one block of seeds round by round."""
    rounds = state.rules.rounds
    violators, sanctions = (np.empty((rounds, *state.met.shape[:2]), np.int16) for _ in range(2))
    for time in range(rounds):
        violates, sanctioned = state.step(time)
        violators[time] = np.count_nonzero(violates, axis=2)
        sanctions[time] = np.count_nonzero(sanctioned, axis=2)
    return violators, sanctions


class _State:
    """What groups have learned so far: capacities x seeds x groups."""

    def __init__(self, policy: Policy, capacities: Sequence[int], experiment: Experiment, worlds: Worlds) -> None:
        rules, twists = experiment.rules, experiment.twists
        self.policy, self.rules, self.twists, self.worlds = policy, rules, twists, worlds
        self.capacity = np.asarray(capacities, np.int16)[:, None, None]
        shape = len(capacities), worlds.seeds, rules.groups
        self.met = np.zeros(shape)  # sanctions remembered
        self.escaped = np.zeros(shape)
        if policy == "concentration_warning":
            self.met += rules.warning * (np.arange(rules.groups) < self.capacity)
        self.struck = np.zeros(shape, np.bool_)  # groups that strike in this round, whatever they believe
        self.left = np.zeros(shape, np.int16)  # rounds for which the loss of a leader still tempts
        factor = np.exp(twists.removal_log_mean + twists.removal_log_sd * worlds.removal_z)
        self.raised = np.minimum(worlds.thresholds * factor[:, None], rules.thresholds.high)

    def step(self, time: int) -> tuple[Bools, Bools]:
        """Decide, sanction and learn; return who violated and who was sanctioned."""
        rules, twists = self.rules, self.twists
        threshold = self.worlds.thresholds
        if twists.removal:
            threshold = np.where(self.left > 0, self.raised, threshold)
        # Belief a / (a + b) below the threshold, without dividing.
        known = self.met + rules.prior_sanctioned
        violates: Bools = known < threshold * (known + self.escaped + rules.prior_escaped)
        violates ^= self.worlds.noise[time]
        violates |= self.struck
        sanctioned = self._sanctioned(violates, time)
        hit = sanctioned & (self.worlds.astray[time] >= twists.misidentified) if twists.misidentified else sanctioned
        # Only who violated learns something; the others' memory is left as it is.
        keep = np.where(violates, rules.memory, 1)
        self.met *= keep
        self.met += hit
        self.escaped *= keep
        self.escaped += violates ^ hit
        self.struck = self._struck(violates, hit, time)
        if twists.removal:
            self._remove(hit & (self.worlds.fall[time] < twists.removal))
        return violates, sanctioned

    def _struck(self, violates: Bools, hit: Bools, time: int) -> Bools:
        """Give who will strike in the next round for what was done to a rival, by a rival or to itself."""
        twists, worlds = self.twists, self.worlds
        struck = self.struck  # nobody, where neither is switched on
        if twists.retaliation:
            struck = moved(hit, worlds.rival_of) & (worlds.strike[time] < twists.retaliation)
        if twists.escalation:
            provoked = hit | moved(violates, worlds.rival_of)
            answers = provoked & (worlds.answer[time] < twists.escalation)
            struck = struck | answers if twists.retaliation else answers
        return struck

    def _sanctioned(self, violates: Bools, time: int) -> Bools:
        """Give the violators whom the capacity reaches: the first of the list, or the first by lot."""
        surge = self.twists.surge_extra if time < self.twists.surge_rounds else 0
        capacity = np.minimum(self.capacity + np.int16(surge), self.rules.groups).astype(np.int16)
        if self.policy != "random":
            return np.asarray(violates & (np.cumsum(violates, axis=2, dtype=np.int16) <= capacity))
        drawn = moved(violates, self.worlds.lots[time])
        drawn &= np.cumsum(drawn, axis=2, dtype=np.int16) <= capacity
        return moved(drawn, self.worlds.places[time])

    def _remove(self, removed: Bools) -> None:
        """Let successors start from the prior, more tempted than those before them."""
        self.left = np.where(removed, self.twists.removal_rounds, np.maximum(self.left - 1, 0)).astype(np.int16)
        self.met[removed] = 0
        self.escaped[removed] = 0


TAIL = 0.05


@dataclass(frozen=True)
class Tipping:
    """Where one policy tips.

    Attributes
    ----------
    policy : which
    capacity : median over seeds; infinite when half of the runs or more settle nowhere in the sweep
    low, high : between which nine of ten seeds tip
    never : share of seeds that do not settle at the largest capacity
    peak_capacity, peak_sanctions : where most sanctions are given, and how many on average over a run
    """

    policy: Policy
    capacity: float
    low: float
    high: float
    never: float
    peak_capacity: int
    peak_sanctions: float


def tips(is_settled: np.typing.NDArray[np.bool_], capacities: Sequence[int]) -> Floats:
    """Find, for each seed, the capacity from which on the run settles.

    Parameters
    ----------
    is_settled : capacities x seeds
    capacities : increasing

    Returns
    -------
    One capacity per seed: that one and every larger one of the sweep settle. Infinite where the largest does not. A
    smaller capacity that settles below one that does not is luck and does not count.

    Examples
    --------
    >>> settled = np.array([[False, True, False], [True, False, False], [True, True, False]])
    >>> tips(settled, [5, 10, 20])
    array([10., 20., inf])
    """
    if list(capacities) != sorted(set(capacities)) or len(capacities) != len(is_settled):
        raise ValueError("capacities must increase, one for each row")
    from_here_on = np.logical_and.accumulate(is_settled[::-1], axis=0)[::-1]
    sizes = np.asarray([*capacities, np.inf])
    return np.asarray(sizes[len(capacities) - np.count_nonzero(from_here_on, axis=0)], dtype=np.float64)


def tipping(outcome: Simulation) -> Tipping:
    """Summarise where the runs of one policy tip."""
    points = tips(outcome.is_settled, outcome.capacities)
    # No value between two capacities of the sweep is made up, and infinity stays what it is.
    low, middle, high = np.quantile(points, [TAIL, 0.5, 1 - TAIL], method="inverted_cdf")
    sanctions = outcome.total_sanctions.mean(axis=1)
    peak = int(sanctions.argmax())
    return Tipping(
        policy=outcome.policy,
        capacity=float(middle),
        low=float(low),
        high=float(high),
        never=float(np.isinf(points).mean()),
        peak_capacity=outcome.capacities[peak],
        peak_sanctions=float(sanctions[peak]),
    )
