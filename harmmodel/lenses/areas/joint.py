"""What the place teaches about each class of harm, its areas and kinds of harm taken together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from harmmodel.lenses.areas.cube import Cell, ClassCount, Cube
from harmmodel.lenses.areas.spec import IndicatorSpec
from harmmodel.method.area_levels import JointModel, Record, levels_of
from harmmodel.method.arrays import Floats
from harmmodel.method.joint_rates import believed, learned
from harmmodel.method.shrinkage import Prior, marshall_prior

# Fewer units teach too little about how kinds of harm go together.
LEAST_UNITS, UNITS_PER_CLASS = 30, 2
HARM, CONTACT, VIEW = "harm", "police contact", "view"


@dataclass(frozen=True)
class Estimate:
    """What is believed of one class in each unit before its own count is looked at.

    Attributes
    ----------
    mean : events per unit of exposure over the whole place
    expected, variance : shape (units,), per unit of exposure and its square
    block : the classes that were learned together; empty when this class was learned alone
    column : its place among them
    """

    mean: float
    expected: Floats
    variance: Floats
    block: str = ""
    column: int = -1

    @property
    def worth(self) -> Floats:
        """How much exposure of its own would tell as much as what is expected; shape (units,)."""
        return np.asarray(self.expected / self.variance, dtype=np.float64)

    def prior(self, unit: int) -> Prior:
        """Return the gamma distribution of the same mean and variance in one unit."""
        mean, variance = float(self.expected[unit]), float(self.variance[unit])
        return Prior(mean, variance, shape=mean**2 / variance, rate=mean / variance)


@dataclass(frozen=True)
class Block:
    """Classes that were learned together.

    Attributes
    ----------
    cells : the first that counts each column
    model : of the place
    outer : name of the block whose level this one's follows; empty where there is none
    levels : shape (units,), the mean level of each unit
    """

    cells: tuple[Cell, ...]
    model: JointModel
    outer: str
    levels: Floats


@dataclass(frozen=True)
class Learned:
    """Estimates by indicator and class, and the blocks that gave them by name."""

    estimates: Mapping[Cell, Estimate]
    blocks: Mapping[str, Block]

    def without_shrinkage(self) -> Learned:
        """Believe nothing but each unit's own record."""
        unsure = {
            cell: replace(one, variance=np.full(one.variance.shape, np.inf)) for cell, one in self.estimates.items()
        }
        return Learned(unsure, {})


def learn(
    cube: Cube, indicators: Sequence[IndicatorSpec], held: Learned | None = None, *, alone: bool = False
) -> Learned:
    """Learn from the counts of a place what to expect of each class in each unit.

    Scored classes that need no police contact are learned together and from nothing else. Those that need it are
    learned together as well, and their level follows that of the others: so no record that police contact makes
    possible reaches another class. Each indicator that is only shown is learned from its own classes.

    Parameters
    ----------
    held : models of the place to use, instead of learning them anew
    alone : learn each class for itself, as where units are few
    """
    found: dict[Cell, Estimate] = {}
    blocks: dict[str, Block] = {}
    for name, counts in () if alone else _groups(cube, indicators):
        outer = HARM if name == CONTACT and HARM in blocks else ""
        above = blocks[outer].levels if outer else None
        block = _held_block(held.blocks.get(name), counts, above) if held else _block(counts, outer, above)
        if block:
            blocks[name] = block
            found |= _together(name, block, counts, above)
    for count in (count for counts in cube.classes.values() for count in counts):
        cell = count.indicator, count.name
        if cell not in found:
            found[cell] = _held(held.estimates[cell], count) if held else _alone(count)
    return Learned(found, blocks)


def _groups(cube: Cube, indicators: Sequence[IndicatorSpec]) -> Iterator[tuple[str, list[ClassCount]]]:
    """Yield the name of each block and the counts that it learns from, the one that teaches others first."""
    groups: dict[str, list[ClassCount]] = {HARM: []}
    for spec in sorted(indicators, key=lambda spec: spec.id):
        own = CONTACT if spec.police_contact else HARM
        name = own if spec.role == "score" else f"{VIEW} {spec.id}"
        groups.setdefault(name, []).extend(cube.classes[spec.id])
    yield from groups.items()


def _is_recorded(count: ClassCount) -> bool:
    known = np.isfinite(count.person_years) & np.isfinite(count.events)
    return bool(np.nansum(count.events[known]) > 0)


def _block(counts: Sequence[ClassCount], outer: str, above: Floats | None) -> Block | None:
    """Learn classes together; None where the units are too few, or there is nothing to learn from each other."""
    columns: dict[tuple[object, ...], ClassCount] = {}
    for count in counts:
        if _is_recorded(count):  # what two indicators count alike teaches once
            columns.setdefault(_identity(count), count)
    chosen = list(columns.values())
    if len(chosen) + bool(outer) < 2:
        return None
    record = _record(chosen, above)
    y, x = record.events, record.exposure
    units = int((np.isfinite(x) & np.isfinite(y)).any(axis=1).sum())
    if units < max(LEAST_UNITS, UNITS_PER_CLASS * len(chosen)):
        return None
    with threadpool_limits(1, user_api="blas"):  # the matrices are small: more threads would wait for each other
        model = learned(record)
    cells = tuple((count.indicator, count.name) for count in chosen)
    return Block(cells, model, outer, levels_of(model, record))


def _held_block(held: Block | None, counts: Sequence[ClassCount], above: Floats | None) -> Block | None:
    """Look at counts with a model that was learned before."""
    if held is None:
        return None
    return replace(held, levels=levels_of(held.model, _record(_columns(held, counts), above)))


def _columns(block: Block, counts: Sequence[ClassCount]) -> list[ClassCount]:
    by_cell = {(count.indicator, count.name): count for count in counts}
    return [by_cell[cell] for cell in block.cells]


def _identity(count: ClassCount) -> tuple[object, ...]:
    return count.name, count.days, count.scale, count.events.tobytes(), count.person_years.tobytes()


def _record(counts: Sequence[ClassCount], outer: Floats | None) -> Record:
    events, exposure = np.stack([c.events for c in counts], axis=1), np.stack([c.person_years for c in counts], axis=1)
    return Record(events, exposure, outer)


def _together(
    name: str, block: Block, counts: Sequence[ClassCount], above: Floats | None
) -> Iterator[tuple[Cell, Estimate]]:
    """Yield what is believed of each class that the block knows."""
    columns = _columns(block, counts)
    belief = believed(block.model, _record(columns, above))
    place = {_identity(count): at for at, count in enumerate(columns)}
    for count in counts:
        if (at := place.get(_identity(count))) is not None:
            mean, expected, variance = float(block.model.mean[at]), belief.expected[:, at], belief.variance[:, at]
            yield (count.indicator, count.name), Estimate(mean, expected, variance, name, at)


def _alone(count: ClassCount) -> Estimate:
    prior = marshall_prior(count.events, count.person_years)
    return _everywhere(prior.mean, prior.between_variance, count)


def _everywhere(mean: float, variance: float, count: ClassCount) -> Estimate:
    units = count.events.size
    return Estimate(mean, np.full(units, mean), np.full(units, variance))


def _held(estimate: Estimate, count: ClassCount) -> Estimate:
    """Carry what was learned alone over to units that may be others."""
    return _everywhere(float(estimate.expected[0]), float(estimate.variance[0]), count)


def priors_frame(cube: Cube, found: Learned) -> pd.DataFrame:
    """One row per indicator and class: what the place taught. Means are per unit of exposure, not per 100,000.

    block names the classes that were learned together. intercept, loading and shape are those of the joint model, NaN
    for a class that was learned alone; between_variance is that of such a class, else NaN.
    """
    rows = []
    for count in (count for name in sorted(cube.classes) for count in cube.classes[name]):
        one = found.estimates[count.indicator, count.name]
        joint = [np.nan] * 3
        if one.block:
            model = found.blocks[one.block].model
            joint = [float(part[one.column]) for part in (model.intercept, model.loading, model.shape)]
        between = np.nan if one.block else float(one.variance[0])
        events = float(np.nansum(count.events))
        rows.append((count.indicator, count.name, one.block, one.mean, *joint, between, events, count.days))
    names = ["indicator", "class", "block", "mean", "intercept", "loading", "shape", "between_variance"]
    return pd.DataFrame(rows, columns=[*names, "events", "days"])


def stored_estimates(classes: pd.DataFrame, priors: pd.DataFrame) -> dict[Cell, Estimate]:
    """Give back, from the frames of a finished run, what was believed of each class in its units."""
    means = {(str(i), str(c)): float(mean) for i, c, mean in zip(*(priors[n] for n in MEANS), strict=True)}
    by_cell = classes.sort_values("unit_id").groupby(["indicator", "class"], sort=True)
    return {
        (str(key[0]), str(key[1])): Estimate(
            means[str(key[0]), str(key[1])],
            part["expected"].to_numpy(dtype=np.float64),
            part["variance"].to_numpy(dtype=np.float64),
        )
        for key, part in by_cell
    }


MEANS = ("indicator", "class", "mean")
