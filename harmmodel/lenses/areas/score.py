"""Where harm is greatest, how sure that is and what an area is called: the area lens.

The scoring function takes counts of harm and nothing else: enforcement has no way in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.lenses.areas import frames
from harmmodel.lenses.areas.cube import Cell, Cube, read_cube
from harmmodel.lenses.areas.drawn import IndicatorDraws, Intervals
from harmmodel.lenses.areas.gather import Accumulator, Drawn
from harmmodel.lenses.areas.nearest import change_columns
from harmmodel.lenses.areas.point import IndicatorPoint, Priors, Scored, estimate_priors, indicator_point, score
from harmmodel.lenses.areas.spec import AreaInputs, AreaScheme, IndicatorSpec
from harmmodel.lenses.areas.standing import shares_in_top, tier_columns
from harmmodel.method.arrays import Singles
from harmmodel.method.shrinkage import Prior
from harmmodel.method.uncertainty import quantiles, rank_draws, ranks


@dataclass(frozen=True)
class AreaScores:
    """Frames of a run, one row per what their names say, in order of unit id; and the draws behind them.

    Attributes
    ----------
    draws : ``overall``, ``overall_no_contact`` and each pillar, shape (units, draws). ``overall`` holds the
        sort key: for a unit with one scored pillar that pillar, although no overall score is printed for it
    class_draws : ``indicator/class``, shape (units, kept draws), unweighted rates per 100,000 person-years
    estimated : the priors, to be passed in again where they are to be held
    """

    scores: pd.DataFrame
    pillars: pd.DataFrame
    indicators: pd.DataFrame
    classes: pd.DataFrame
    priors: pd.DataFrame
    register: pd.DataFrame
    draws: dict[str, Singles]
    class_draws: dict[str, Singles]
    estimated: dict[Cell, Prior]


def score_areas(
    data: AreaInputs, indicators: Sequence[IndicatorSpec], scheme: AreaScheme, *, priors: Priors | None = None
) -> AreaScores:
    """Score, order and tier the areas of a place.

    Parameters
    ----------
    data : counts of harm
    indicators : what to make of them, in any order
    scheme : all judgements; vary it with ``dataclasses.replace``
    priors : hold these instead of estimating them from *data*

    Returns
    -------
    AreaScores

    Raises
    ------
    ValueError
        If the inputs contradict each other.
    """
    specs = _checked(indicators, scheme)
    cube = read_cube(data, specs)
    held = dict(estimate_priors(cube) if priors is None else priors)
    points = [indicator_point(spec, cube.classes[spec.id], held, scheme) for spec in specs]
    main = score(points, scheme, with_contact=scheme.include_contact)
    bare = score(points, scheme, with_contact=False)
    drawn = _draw(points, cube, scheme, (main, bare))
    return AreaScores(
        scores=_scores_frame(cube, (main, bare), drawn, scheme),
        pillars=frames.pillars_frame(cube, points, main, drawn.main, scheme),
        indicators=frames.indicators_frame(cube, points, main, drawn.intervals),
        classes=frames.classes_frame(cube, points),
        priors=frames.priors_frame(points),
        register=frames.register_frame(cube, points, main),
        draws=_named(drawn, scheme),
        class_draws=drawn.kept,
        estimated=held,
    )


def _checked(indicators: Sequence[IndicatorSpec], scheme: AreaScheme) -> list[IndicatorSpec]:
    specs = sorted(indicators, key=lambda spec: spec.id)
    if not specs:
        raise ValueError("no indicators were given")
    if len({spec.id for spec in specs}) < len(specs):
        raise ValueError("indicator ids repeat")
    known = {pillar.id for pillar in scheme.pillars}
    for spec in specs:
        if spec.pillar not in known:
            raise ValueError(f"{spec.id}: the scheme has no pillar {spec.pillar}")
        if not spec.classes:
            raise ValueError(f"{spec.id}: no classes to count")
    return specs


@dataclass(frozen=True)
class _AllDraws:
    main: Drawn
    bare: Drawn
    intervals: dict[str, Intervals]
    kept: dict[str, Singles]


def _draw(points: Sequence[IndicatorPoint], cube: Cube, scheme: AreaScheme, scored: tuple[Scored, Scored]) -> _AllDraws:
    # Both orders come from the same draws: what differs between them is the indicators, never chance.
    same = scored[0].weights == scored[1].weights
    accumulators = [Accumulator(points, one, scheme) for one in (scored[:1] if same else scored)]
    intervals: dict[str, Intervals] = {}
    kept: dict[str, Singles] = {}
    for found in points:
        drawing = IndicatorDraws(found, cube, scheme)
        intervals[found.spec.id] = drawing.run(accumulators)
        kept |= drawing.kept
    finished = [accumulator.finish() for accumulator in accumulators]
    return _AllDraws(main=finished[0], bare=finished[-1], intervals=intervals, kept=kept)


def _named(drawn: _AllDraws, scheme: AreaScheme) -> dict[str, Singles]:
    unknown = np.full_like(drawn.main.overall, np.nan)
    named = {pillar.id: drawn.main.pillars.get(pillar.id, unknown) for pillar in scheme.pillars}
    return {"overall": drawn.main.overall, "overall_no_contact": drawn.bare.overall, **named}


def _scores_frame(cube: Cube, scored: tuple[Scored, Scored], drawn: _AllDraws, scheme: AreaScheme) -> pd.DataFrame:
    main, bare = scored
    count = np.isfinite(main.pillars).sum(axis=0)
    single = count == 1
    ends = quantiles(drawn.main.overall, (*scheme.interval, 0.25, 0.75))
    columns: dict[str, object] = {"unit_id": list(cube.unit_ids), "label": list(cube.labels)}
    columns["residents"] = cube.residents
    columns["score"] = np.where(single, np.nan, main.overall)
    for name, row in zip(("score_low", "score_high", "score_q25", "score_q75"), ends, strict=True):
        columns[name] = np.where(single, np.nan, row)
    low, high = quantiles(rank_draws(drawn.main.overall), scheme.interval)
    columns |= {"rank": ranks(main.overall), "rank_low": np.floor(low), "rank_high": np.ceil(high)}
    in_top, in_top_bare = shares_in_top(scored, (drawn.main, drawn.bare), scheme)
    columns |= {"p_top": in_top.top, "p_top_violence": in_top.guarded}
    judged = tier_columns(main, in_top, scheme)
    columns |= judged
    columns["pillars_scored"] = count
    columns |= _pillar_columns(main, drawn.main, scheme)
    single_bare = np.isfinite(bare.pillars).sum(axis=0) == 1
    columns["score_no_contact"] = np.where(single_bare, np.nan, bare.overall)
    columns |= {"rank_no_contact": ranks(bare.overall), "p_top_no_contact": in_top.no_contact}
    columns["tier_no_contact"] = tier_columns(bare, in_top_bare, scheme)["tier"]
    columns |= change_columns(((main, drawn.main), (bare, drawn.bare)), in_top, judged, scheme)
    return pd.DataFrame(columns)


def _pillar_columns(main: Scored, drawn: Drawn, scheme: AreaScheme) -> dict[str, object]:
    columns: dict[str, object] = {}
    for place, pillar in enumerate(scheme.pillars):
        low, high, *_ = frames.pillar_ends(drawn, pillar.id, main.overall.shape[0], scheme)
        columns |= {pillar.id: main.pillars[place], f"{pillar.id}_low": low, f"{pillar.id}_high": high}
    return columns
