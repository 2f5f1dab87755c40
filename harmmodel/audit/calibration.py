"""Do the intervals hold? Places with known truth are made from a place's own records, scored, and looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from harmmodel.lenses.areas.cube import Cell, ClassCount, Cube, read_cube
from harmmodel.lenses.areas.estimate import IndicatorPoint, Scored, indicator_point, score
from harmmodel.lenses.areas.joint import Learned, learn
from harmmodel.lenses.areas.rates import RateDraws
from harmmodel.lenses.areas.score import AreaScores, score_areas
from harmmodel.lenses.areas.spec import AreaInputs, AreaScheme, IndicatorSpec
from harmmodel.method.arrays import Bools, Floats
from harmmodel.method.random_streams import stream
from harmmodel.method.uncertainty import ranks, top_size

# From what the true rates are drawn: all classes of a unit around its level of harm, with own parts of either kind; or
# each class of each unit for itself, which the records contradict and which is told beside.
GAMMA, LOGNORMAL, ALONE = "gamma", "lognormal", "unrelated"
WORLDS = (GAMMA, LOGNORMAL, ALONE)
LEADING = 0.15  # of the units, by their estimated score
Rates = Mapping[Cell, Floats]
Say = Callable[[str], None]
TOLD_EVERY = 5  # replicates
STATED = (0.8, 0.95)  # shares of draws in the top that are looked at: sure, and not nearly certain


@dataclass(frozen=True)
class Truth:
    """A world whose scores are known.

    Attributes
    ----------
    data : counts drawn from it
    scored, no_contact : pillars and overall at the true rates, central weights and goalposts; the same without
        indicators that need police contact
    """

    data: AreaInputs
    scored: Scored
    no_contact: Scored


@dataclass(frozen=True)
class Seen:
    """One replicate: whether the truth lies in the interval, shape (units,), and what was stated of the top.

    Attributes
    ----------
    covered, covered_narrow : of the overall score, by its interval and by one of drawn rates alone
    leading, small : which units stand among the first by their estimated score, and which are small
    p_top, in_top : share of draws in the top, and whether the true score is there; shape (2 · units,), with and
        without indicators that need police contact
    """

    covered: Bools
    covered_narrow: Bools
    leading: Bools
    small: Bools
    p_top: Floats
    in_top: Bools


@dataclass(frozen=True)
class Calibration:
    """What replicates of one world show.

    Attributes
    ----------
    coverage : of all units, the leading and the small ones; shares of (unit, replicate)
    narrow : the same by intervals of rates alone; empty where they were not looked at
    stated, true : how many shares of draws between the limits were stated, and in which share of them it was so
    """

    world: str
    replicates: int
    coverage: dict[str, float]
    narrow: dict[str, float]
    stated: int
    true: float


@dataclass(frozen=True)
class Ground:
    """What worlds are made of.

    Attributes
    ----------
    data : counts of the place; zones and withheld counts are taken as expected
    indicators, scheme : what to make of them
    small : shape (units,), which units are small, in order of unit id
    narrows : whether to look at intervals of rates alone as well, which takes half as long again
    """

    data: AreaInputs
    indicators: Sequence[IndicatorSpec]
    scheme: AreaScheme
    small: Bools
    narrows: bool = True

    @property
    def specs(self) -> list[IndicatorSpec]:
        """The indicators that are scored, in order of their ids."""
        return sorted((spec for spec in self.indicators if spec.role == "score"), key=lambda spec: spec.id)


def calibrate(ground: Ground, world: str, replicates: int, say: Say = lambda _: None) -> Calibration:
    """Score places whose truth is drawn from the records of a place; *world* is one of WORLDS.

    A share of no unit at all, such as of small ones where there are none, is NaN.
    """
    seen = []
    for number, one in enumerate(_replicates(ground, world, replicates), start=1):
        seen.append(one)
        if number % TOLD_EVERY == 0 or number == replicates:
            say(f"Made-up places with {world} truth: {number} of {replicates} scored")
    joined = {name: np.concatenate([getattr(one, name) for one in seen]) for name in Seen.__dataclass_fields__}
    chosen = {"all": np.ones(joined["small"].size, np.bool_), "leading": joined["leading"], "small": joined["small"]}
    coverage = {name: _share(joined["covered"][mask]) for name, mask in chosen.items()}
    narrow = {name: _share(joined["covered_narrow"][mask]) for name, mask in chosen.items() if ground.narrows}
    sure = (joined["p_top"] >= STATED[0]) & (joined["p_top"] < STATED[1])
    return Calibration(world, replicates, coverage, narrow, int(sure.sum()), _share(joined["in_top"][sure]))


def _share(held: Bools) -> float:
    return float(held.mean()) if held.size else float("nan")


def _replicates(ground: Ground, world: str, replicates: int) -> Iterator[Seen]:
    specs, scheme = ground.specs, ground.scheme
    narrow_specs, narrow_scheme = _without_judgement(specs, scheme)
    for draw, truth in enumerate(truths(ground, world, replicates)):
        seed = scheme.seed + draw
        scores = score_areas(truth.data, specs, replace(scheme, seed=seed))
        narrow = scores
        if ground.narrows:
            held = scores.estimated
            narrow = score_areas(truth.data, narrow_specs, replace(narrow_scheme, seed=seed), priors=held)
        yield _seen(scores, narrow, truth, ground)


def _without_judgement(specs: Sequence[IndicatorSpec], scheme: AreaScheme) -> tuple[list[IndicatorSpec], AreaScheme]:
    """Hold weights and goalposts at their central values, so that rates alone are drawn."""
    held = [replace(spec, weight_range=(spec.weight, spec.weight), high_range=0.0) for spec in specs]
    pillars = tuple(replace(pillar, weight_range=(pillar.weight, pillar.weight)) for pillar in scheme.pillars)
    return held, replace(scheme, pillars=pillars)


def _seen(scores: AreaScores, narrow: AreaScores, truth: Truth, ground: Ground) -> Seen:
    frame, share = scores.scores, ground.scheme.top_share
    estimated, true = frame["score"].to_numpy(), truth.scored.overall
    known = np.isfinite(true) & np.isfinite(estimated)
    stated = [frame[name].to_numpy()[known] for name in ("p_top", "p_top_no_contact")]
    return Seen(
        covered=_inside(true, frame)[known],
        covered_narrow=_inside(true, narrow.scores)[known],
        leading=_first(estimated[known], LEADING),
        small=ground.small[known],
        p_top=np.concatenate(stated),
        in_top=np.concatenate([_first(one.overall[known], share) for one in (truth.scored, truth.no_contact)]),
    )


def _first(scores: Floats, share: float) -> Bools:
    """Say which units are among that share of all with the highest scores."""
    return np.asarray(ranks(scores) <= top_size(scores.size, share))


def _inside(true: Floats, frame: pd.DataFrame) -> Bools:
    low, high = (frame[name].to_numpy() for name in ("score_low", "score_high"))
    return np.asarray((low <= true) & (true <= high))


def truths(ground: Ground, world: str, replicates: int) -> Iterator[Truth]:
    """Draw worlds: true rates from what is believed of the place's own, and counts from the rates."""
    specs, scheme = ground.specs, ground.scheme
    cube = read_cube(ground.data, specs)
    found = learn(cube, specs, alone=world == ALONE)
    drawing = RateDraws(cube, found, replace(scheme, draws=replicates))
    counts = {(count.indicator, count.name): count for spec in specs for count in cube.classes[spec.id]}
    rates = {cell: _true_rates(count, drawing, world) for cell, count in counts.items()}
    for draw in range(replicates):
        true = {cell: drawn[:, draw] for cell, drawn in rates.items()}
        made = [_counted(cell, cube, count, true[cell], scheme.seed + draw) for cell, count in counts.items()]
        data = replace(ground.data, counts=pd.concat(made, ignore_index=True), beat_counts=None, beat_shares=None)
        yield Truth(data, *_true_scores(cube, specs, found, true, scheme))


def _true_rates(count: ClassCount, drawing: RateDraws, world: str) -> Floats:
    """Draw the true rates of a class, per unit of exposure; shape (units, replicates)."""
    units, ids = range(count.events.size), drawing.cube.unit_ids
    estimate = drawing.learned.estimates[count.indicator, count.name]
    if world != LOGNORMAL or not estimate.block:
        return np.stack([drawing.of(count, unit) for unit in units]) / count.scale
    model, level = drawing.learned.blocks[estimate.block].model, drawing.levels(estimate.block)
    shape = model.shape[estimate.column] + count.events[:, None]
    prior = model.shape[estimate.column] / model.central(estimate.column, level.astype(np.float64))
    spread = np.sqrt(np.log1p(1 / shape))  # a lognormal distribution of the same mean and variance
    normal = [
        stream(drawing.scheme.seed, "truth", count.indicator, count.name, unit).standard_normal(level.shape[1])
        for unit in ids
    ]
    return np.asarray(shape / (prior + count.person_years[:, None]) * np.exp(spread * np.stack(normal) - spread**2 / 2))


def _true_scores(
    cube: Cube, specs: Sequence[IndicatorSpec], found: Learned, true: Rates, scheme: AreaScheme
) -> tuple[Scored, Scored]:
    """Score the true rates by central weights and goalposts: what a run would print if it knew them."""
    known = found.without_shrinkage()
    points: list[IndicatorPoint] = []
    for spec in specs:
        counts = tuple(
            replace(count, events=true[count.indicator, count.name] * count.person_years)
            for count in cube.classes[spec.id]
        )
        recorded = indicator_point(spec, cube.classes[spec.id], found.estimates, scheme)
        point = indicator_point(spec, counts, known.estimates, scheme)
        points.append(replace(point, screened=recorded.screened))
    return score(points, scheme, with_contact=scheme.include_contact), score(points, scheme, with_contact=False)


def _counted(cell: Cell, cube: Cube, count: ClassCount, rates: Floats, seed: int) -> pd.DataFrame:
    """Draw the counts of a class at its true rates; one row per unit."""
    expected = np.nan_to_num(rates * count.person_years)
    drawn = [
        int(stream(seed, "counted", *cell, unit).poisson(mean))
        for unit, mean in zip(cube.unit_ids, expected, strict=True)
    ]
    return pd.DataFrame({"unit_id": cube.unit_ids, "indicator": cell[0], "class": cell[1], "events": drawn})
