"""What luck decides in the deterrence model, drawn beforehand: groups, noise, lots, rivals; one for all policies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harmmodel.method.arrays import Bools, Floats
from harmmodel.method.random_streams import stream

Indices = npt.NDArray[np.intp]
KEY = "deterrence"


@dataclass(frozen=True)
class Thresholds:
    """Share of violations that must be sanctioned before a group holds still: normal, cut at both ends."""

    mean: float
    sd: float
    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse a spread that is none."""
        if self.sd < 0 or not 0 <= self.low <= self.mean <= self.high <= 1:
            raise ValueError("thresholds: the mean must lie between the two ends, and the spread not below 0")


@dataclass(frozen=True)
class Kind:
    """What has to be drawn: numbers that decide nothing are left out."""

    groups: int
    rounds: int
    thresholds: Thresholds
    noise: float
    lots: bool
    retaliation: bool
    removal: bool
    misidentified: bool = False
    escalation: bool = False


@dataclass(frozen=True)
class Worlds:
    """Several seeds at once, rounds first where luck differs from round to round.

    Attributes
    ----------
    thresholds : seeds x groups
    noise : rounds x seeds x groups, where a decision goes the other way
    lots, places : rounds x (seeds * groups): the groups in the order of the lot, and the place each group got there
    rival_of : seeds * groups; rivals stand in a ring that has nothing to do with the order of the list
    removal_z : seeds, standard normal
    strike, fall : rounds x seeds x groups, uniform: who answers a sanction on a rival, who loses a leader
    astray, answer : the same: whose sanction hits another group, who answers with violence what was done to it
    """

    thresholds: Floats
    noise: Bools
    lots: Indices
    places: Indices
    rival_of: Indices
    removal_z: Floats
    strike: Floats
    fall: Floats
    astray: Floats
    answer: Floats

    @property
    def seeds(self) -> int:
        """How many."""
        return len(self.thresholds)


def moved(flags: Bools, places: Indices) -> Bools:
    """Put the flags of all groups of all seeds, row by row of capacities, into other places.

    >>> moved(np.array([[[True, False, False]]]), np.array([2, 0, 1]))
    array([[[False,  True, False]]])
    """
    return np.asarray(np.take(flags.reshape(len(flags), -1), places, axis=1).reshape(flags.shape))


def draw(kind: Kind, *, seed: int, seeds: int, size: int) -> Iterator[Worlds]:
    """Draw *seeds* worlds, *size* at a time; the world of a number is the same whichever block it comes in."""
    for start in range(0, seeds, size):
        numbers = range(start, min(start + size, seeds))
        yield _block(kind, [_World(kind, seed, str(number)) for number in numbers])


class _World:
    """The luck of one seed, each part from a stream of its own."""

    def __init__(self, kind: Kind, seed: int, number: str) -> None:
        shape = kind.rounds, kind.groups
        spread = kind.thresholds
        normal = stream(seed, KEY, "thresholds", number).standard_normal(kind.groups)
        self.thresholds = np.clip(spread.mean + spread.sd * normal, spread.low, spread.high)
        self.noise = stream(seed, KEY, "noise", number).random(shape) < kind.noise
        lots = stream(seed, KEY, "lots", number).random(shape if kind.lots else (0, kind.groups))
        self.lots = lots.argsort(axis=1)
        self.ring = stream(seed, KEY, "ring", number).permutation(kind.groups)
        self.removal_z = stream(seed, KEY, "removal", number).standard_normal()
        none = 0, kind.groups
        self.strike = _uniform(seed, "strike", number, shape if kind.retaliation else none)
        self.fall = _uniform(seed, "fall", number, shape if kind.removal else none)
        self.astray = _uniform(seed, "astray", number, shape if kind.misidentified else none)
        self.answer = _uniform(seed, "answer", number, shape if kind.escalation else none)


def _uniform(seed: int, name: str, number: str, shape: tuple[int, int]) -> Floats:
    return stream(seed, KEY, name, number).random(shape)


def _block(kind: Kind, worlds: list[_World]) -> Worlds:
    """Set worlds side by side; places count through all of them."""
    first = kind.groups * np.arange(len(worlds))[:, None]
    lots = np.stack([world.lots for world in worlds], axis=1) + first
    flat = lots.reshape(len(lots), kind.groups * len(worlds))
    rivals = np.empty((len(worlds), kind.groups), np.intp)
    for row, world in zip(rivals, worlds, strict=True):
        row[world.ring] = np.roll(world.ring, 1)
    return Worlds(
        thresholds=np.asarray([world.thresholds for world in worlds]),
        noise=np.stack([world.noise for world in worlds], axis=1),
        lots=flat,
        places=flat.argsort(axis=1) if len(flat) else flat,
        rival_of=(rivals + first).reshape(-1),
        removal_z=np.asarray([world.removal_z for world in worlds]),
        strike=np.stack([world.strike for world in worlds], axis=1),
        fall=np.stack([world.fall for world in worlds], axis=1),
        astray=np.stack([world.astray for world in worlds], axis=1),
        answer=np.stack([world.answer for world in worlds], axis=1),
    )
