"""Draws of rates: each class in each unit, around the level of harm of the unit that all its classes tell of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from harmmodel.lenses.areas.cube import Cell, ClassCount, Cube, WithheldCount
from harmmodel.lenses.areas.joint import Learned
from harmmodel.lenses.areas.spec import AreaScheme
from harmmodel.method.activities.allocation import drawn_events
from harmmodel.method.area_levels import Record
from harmmodel.method.arrays import Floats, Singles
from harmmodel.method.joint_rates import level_draws, rates_at
from harmmodel.method.random_streams import rate_draws, stream

ZoneDraws = Mapping[int, npt.NDArray[np.int64]]


def zone_draws(count: ClassCount, scheme: AreaScheme) -> ZoneDraws:
    """Draw where the events of zones that straddle units fell, and how many were withheld."""

    def open_stream(zone: str) -> np.random.Generator:
        return stream(scheme.seed, "zone", count.indicator, count.name, zone)

    drawn = dict(drawn_events(count.zones, draws=scheme.draws, open_stream=open_stream))
    for withheld in count.withheld:
        rng = stream(scheme.seed, "withheld", count.indicator, count.name, withheld.zone.key)
        for unit, events in _withheld_draws(withheld, scheme.draws, rng).items():
            drawn[unit] = drawn[unit] + events if unit in drawn else events
    return drawn


def _withheld_draws(withheld: WithheldCount, draws: int, rng: np.random.Generator) -> ZoneDraws:
    """Draw how many events were withheld, and the unit in which each of them fell."""
    zone, most = withheld.zone, int(withheld.judged.last[withheld.cell])
    uniform = rng.random((draws, 1 + most))  # draw by draw, so that fewer draws are the first of more
    events = withheld.judged.drawn(withheld.cell, uniform[:, 0]).astype(np.int64)
    if zone.is_whole:
        return {zone.units[int(np.argmax(zone.shares))]: events}
    reach, fallen = np.cumsum(zone.shares), np.zeros((len(zone.units), draws), dtype=np.int64)
    for number in range(1, most + 1):
        at = np.searchsorted(reach, uniform[:, number], side="right")  # beyond the last: outside the place
        for place in range(len(zone.units)):
            fallen[place] += (at == place) & (number <= events)
    return dict(zip(zone.units, fallen, strict=True))


class RateDraws:
    """Draws rates of the classes of a place.

    Streams are named by what is drawn: one for the level of a unit, which the classes of a block share, and one for
    each class and unit. So what is left out of a score, or learned anew, moves no random number.

    Parameters
    ----------
    cube : counts
    learned : what the place taught
    scheme : seed and size of the draws
    """

    def __init__(self, cube: Cube, learned: Learned, scheme: AreaScheme) -> None:
        self.cube, self.learned, self.scheme = cube, learned, scheme
        self.counts = {(count.indicator, count.name): count for parts in cube.classes.values() for count in parts}
        self.zones: dict[Cell, ZoneDraws] = {}
        self._levels: dict[str, Singles] = {}

    def of(self, count: ClassCount, unit: int) -> Floats:
        """Draw one class's rate in the unit of that position; shape (draws,), per unit of exposure times its scale."""
        cell = count.indicator, count.name
        estimate, exposure = self.learned.estimates[cell], float(count.person_years[unit])
        events, unit_id = self._events(cell, unit), self.cube.unit_ids[unit]
        rng = stream(self.scheme.seed, "rate", count.indicator, count.name, unit_id)
        if estimate.block:
            level = self.levels(estimate.block)[unit].astype(np.float64)
            model = self.learned.blocks[estimate.block].model
            central = model.central(estimate.column, level)
            rate = rates_at(float(model.shape[estimate.column]), central, events, exposure, rng)
        else:
            rate = rate_draws(events, exposure, estimate.prior(unit), draws=self.scheme.draws, rng=rng)
        return rate * count.scale * self._completeness(count.name, unit_id)

    def _completeness(self, class_: str, unit_id: str) -> float | Floats:
        """Draw what the recorded rate of a class has to be multiplied with, where areas may record unlike each other.

        One factor for each unit and draw, the same for all its classes that are not anchors; its median is 1.
        """
        if self.scheme.recording_sd == 0 or class_ in self.scheme.anchors:
            return 1.0
        normal = stream(self.scheme.seed, "recording", unit_id).standard_normal(self.scheme.draws)
        return np.asarray(np.exp(self.scheme.recording_sd * normal), dtype=np.float64)

    def _events(self, cell: Cell, unit: int) -> float | Floats:
        """Return the count of a class in a unit; draws of it, shape (draws,), where zones or ends are all we know."""
        if cell not in self.zones:
            self.zones[cell] = zone_draws(self.counts[cell], self.scheme)
        certain, drawn = float(self.counts[cell].certain[unit]), self.zones[cell]
        return np.asarray(certain + drawn[unit], dtype=np.float64) if unit in drawn else certain

    def levels(self, name: str) -> Singles:
        """Draw the level of all units, as a block of classes tells it, once; shape (units, draws)."""
        if name not in self._levels:
            draws = [self._unit_levels(name, unit) for unit in range(len(self.cube.unit_ids))]
            self._levels[name] = np.stack(draws)
        return self._levels[name]

    def _unit_levels(self, name: str, unit: int) -> Singles:
        block = self.learned.blocks[name]
        events = [self._events(cell, unit) for cell in block.cells]
        shape = (len(events), self.scheme.draws if any(np.ndim(count) for count in events) else 1)
        counts = np.stack([np.broadcast_to(np.asarray(count, dtype=np.float64), shape[1:]) for count in events])
        uniform = stream(self.scheme.seed, "level", name, self.cube.unit_ids[unit]).random(self.scheme.draws)
        own = [self.counts[cell] for cell in block.cells]
        # A unit in which nothing of the outer block is observed stands at its middle, as when it was learned.
        above = float(np.nan_to_num(self.learned.blocks[block.outer].levels[unit])) if block.outer else 0.0
        record = Record(
            np.array([[count.events[unit] for count in own]]),
            np.array([[count.person_years[unit] for count in own]]),
            np.array([above]),
        )
        drawn = level_draws(block.model, counts, record, uniform)
        level = drawn.level
        if block.outer:  # what is drawn of the outer level moves this one, as far as its own counts leave it free
            level = level + drawn.variance * block.model.link * (self.levels(block.outer)[unit] - above)
        return level.astype(np.float32)
