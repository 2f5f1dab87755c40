"""Where harm is greatest, how sure that is and what an area is called: the area lens.

The scoring function takes counts of harm and nothing else: enforcement has no way in.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.lenses.areas.cube import ClassCount, Cube, read_cube
from harmmodel.lenses.areas.estimate import (
    Accumulator,
    IndicatorDraws,
    IndicatorPoint,
    Intervals,
    PillarDraws,
    Scored,
    indicator_point,
    score,
)
from harmmodel.lenses.areas.joint import Learned, learn, priors_frame
from harmmodel.lenses.areas.rates import RateDraws
from harmmodel.lenses.areas.recording import COLUMNS as RECORDING
from harmmodel.lenses.areas.recording import Order, Recording, recording_frame
from harmmodel.lenses.areas.spec import AreaInputs, AreaScheme, IndicatorSpec
from harmmodel.lenses.areas.tiers import change_columns, lead_columns, shares_in_top, tier_columns
from harmmodel.lenses.tiers import NOT_SCORED
from harmmodel.method.aggregation import shares
from harmmodel.method.arrays import Floats, Singles
from harmmodel.method.scales import clipped_share
from harmmodel.method.uncertainty import ends_around, quantiles, rank_draws, ranks


def pillar_weights(scored: Scored, scheme: AreaScheme) -> Floats:
    """Share out the central weights over the scored pillars of each unit; shape (pillars, units)."""
    central = np.array([pillar.weight for pillar in scheme.pillars])
    return shares(np.where(np.isfinite(scored.pillars), central[:, None], 0.0))


def observed(indicators: Sequence[IndicatorPoint], scored: Scored, pillar: str) -> tuple[Floats, Floats]:
    """Give each indicator's share of a pillar, shape (members, units), and the share observed, shape (units,).

    Shares are renormalised over what is observed; 0 for an indicator that does not count or is not observed.
    """
    members = [indicator for indicator in indicators if indicator.spec.pillar == pillar]
    units = scored.overall.shape[0]
    if not members:
        return np.zeros((0, units)), np.zeros(units)
    nominal = shares(np.array([scored.weights[indicator.spec.id] for indicator in members]))
    weights = np.stack(
        [np.where(np.isfinite(m.scaled), weight, 0.0) for m, weight in zip(members, nominal, strict=True)]
    )
    return shares(weights), weights.sum(axis=0)


def pillars_frame(
    cube: Cube, indicators: Sequence[IndicatorPoint], scored: Scored, drawn: PillarDraws, scheme: AreaScheme
) -> pd.DataFrame:
    """One row per unit and pillar; weights are renormalised over the unit's scored pillars."""
    weights = pillar_weights(scored, scheme)
    powers = weights * np.nan_to_num(scored.pillars) ** scheme.p  # squares with the exponent 2, hence the column's name
    of_power = np.where(np.isfinite(scored.pillars), shares(powers), np.nan)
    parts = []
    for place, pillar in enumerate(scheme.pillars):
        ends = pillar_ends(drawn, pillar.id, len(cube.unit_ids), scheme)
        parts.append(
            pd.DataFrame(
                {
                    "unit_id": list(cube.unit_ids),
                    "pillar": pillar.id,
                    "score": scored.pillars[place],
                    "low": ends[0],
                    "high": ends[1],
                    "q25": ends[2],
                    "q75": ends[3],
                    "weight": weights[place],
                    "observed": observed(indicators, scored, pillar.id)[1],
                    "share_of_square": of_power[place],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def pillar_ends(drawn: PillarDraws, pillar: str, units: int, scheme: AreaScheme) -> Floats:
    """Give low, high and both quartiles of a drawn pillar; shape (4, units), NaN where not scored."""
    if pillar not in drawn.pillars:
        return np.full((4, units), np.nan)
    return quantiles(drawn.pillars[pillar], (*scheme.interval, 0.25, 0.75))


def indicators_frame(
    cube: Cube, indicators: Sequence[IndicatorPoint], scored: Scored, intervals: Mapping[str, Intervals]
) -> pd.DataFrame:
    """One row per unit and indicator; contributions add to the pillar's score."""
    weights: dict[str, Floats] = {}
    for pillar in sorted({indicator.spec.pillar for indicator in indicators}):
        members = [indicator.spec.id for indicator in indicators if indicator.spec.pillar == pillar]
        weights |= dict(zip(members, observed(indicators, scored, pillar)[0], strict=True))
    parts = [
        _indicator_rows(cube, indicator, intervals[indicator.spec.id], weights[indicator.spec.id])
        for indicator in indicators
    ]
    return pd.concat(parts, ignore_index=True)


def _indicator_rows(cube: Cube, indicator: IndicatorPoint, ends: Intervals, weight: Floats) -> pd.DataFrame:
    total = indicator.total_events
    return pd.DataFrame(
        {
            "unit_id": list(cube.unit_ids),
            "indicator": indicator.spec.id,
            "events": indicator.events,
            "events_low": np.sum([count.low for count in indicator.classes], axis=0),
            "events_high": np.sum([count.high for count in indicator.classes], axis=0),
            "person_years": indicator.person_years,
            "own_rate": indicator.own_rate,
            "rate": indicator.rate,
            "rate_low": ends.rate_low,
            "rate_high": ends.rate_high,
            "own_share": indicator.own_share,
            "scaled": indicator.scaled,
            "scaled_low": ends.scaled_low,
            "scaled_high": ends.scaled_high,
            "weight": weight,
            "contribution": weight * indicator.scaled,
            "burden": indicator.events / total if total > 0 else np.full(indicator.events.shape, np.nan),
        }
    )


def classes_frame(cube: Cube, indicators: Sequence[IndicatorPoint]) -> pd.DataFrame:
    """One row per unit, indicator and class; rates are of unweighted events per 100,000 person-years.

    expected and variance, of the rate before the unit's own count of the class is looked at, are per person-year.
    """
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "unit_id": list(cube.unit_ids),
                    "indicator": indicator.spec.id,
                    "class": count.name,
                    "events": count.events,
                    "events_low": count.low,
                    "events_high": count.high,
                    "person_years": count.person_years,
                    "own_rate": indicator.class_own_rates[place],
                    "expected": indicator.estimates[place].expected,
                    "variance": indicator.estimates[place].variance,
                    "rate": indicator.class_rates[place],
                    "own_share": indicator.class_own_shares[place],
                    "class_weight": indicator.class_weights[place],
                }
            )
            for indicator in indicators
            for place, count in enumerate(indicator.classes)
        ],
        ignore_index=True,
    )


def register_frame(cube: Cube, indicators: Sequence[IndicatorPoint], scored: Scored) -> pd.DataFrame:
    """One row per indicator: what it weighs, or why it does not."""
    return pd.DataFrame([_register_row(cube, indicator, indicators, scored) for indicator in indicators])


def _register_row(
    cube: Cube, indicator: IndicatorPoint, indicators: Sequence[IndicatorPoint], scored: Scored
) -> dict[str, object]:
    spec, period = indicator.spec, cube.periods[indicator.spec.id]
    members = [other.spec for other in indicators if other.spec.pillar == spec.pillar]
    nominal = math.fsum(other.weight for other in members if other.role == "score")
    actual = math.fsum(scored.weights[other.id] for other in members)
    return {
        "indicator": spec.id,
        "label": spec.label,
        "pillar": spec.pillar,
        "weight_nominal": spec.weight / nominal if spec.role == "score" else 0.0,
        "weight": scored.weights[spec.id] / actual if actual > 0 else 0.0,
        "screened": indicator.screened,
        "reason": indicator.reason,
        "events": indicator.total_events,
        "median_own_share": indicator.median_own_share,
        "units_with_data": int(np.isfinite(indicator.rate).sum()),
        "clipped_share": clipped_share(indicator.rate, low=spec.low, high=spec.high),
        "period_from": period[0],
        "period_to": period[1],
        "unallocated_low": sum(count.unallocated[0] for count in indicator.classes),
        "unallocated_high": sum(count.unallocated[1] for count in indicator.classes),
        "approximate": any(count.zones or _straddle(count) for count in indicator.classes),
        "withheld": sum(len(count.withheld) for count in indicator.classes),
    }


def _straddle(count: ClassCount) -> bool:
    return any(not withheld.zone.is_whole for withheld in count.withheld)


@dataclass(frozen=True)
class AreaScores:
    """Frames of a run, one row per what their names say, in order of unit id; and the draws behind them.

    Attributes
    ----------
    draws : ``overall``, ``overall_no_contact`` and each pillar, shape (units, draws). ``overall`` holds the
        sort key: for a unit with one scored pillar that pillar, although no overall score is printed for it
    class_draws : ``indicator/class``, shape (units, kept draws), unweighted rates per 100,000 person-years
    estimated : what the place taught, to be passed in again where it is to be held
    recording : by how much recording may differ before a tier does; empty unless asked for
    """

    scores: pd.DataFrame
    pillars: pd.DataFrame
    indicators: pd.DataFrame
    classes: pd.DataFrame
    priors: pd.DataFrame
    register: pd.DataFrame
    draws: dict[str, Singles]
    class_draws: dict[str, Singles]
    estimated: Learned
    recording: pd.DataFrame


def score_areas(
    data: AreaInputs,
    indicators: Sequence[IndicatorSpec],
    scheme: AreaScheme,
    *,
    priors: Learned | None = None,
    recording: bool = False,
) -> AreaScores:
    """Score, order and tier the areas of a place.

    Parameters
    ----------
    data : counts of harm
    indicators : what to make of them, in any order
    scheme : all judgements; vary it with ``dataclasses.replace``
    priors : what a place taught, held instead of learned from *data*
    recording : also find by how much recording may differ before each tier does

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
    estimated = learn(cube, specs, priors)
    points = [indicator_point(spec, cube.classes[spec.id], estimated.estimates, scheme) for spec in specs]
    main = score(points, scheme, with_contact=scheme.include_contact)
    bare = score(points, scheme, with_contact=False)
    rates = RateDraws(cube, estimated, scheme)
    drawn = _draw(points, rates, scheme, (main, bare))
    frame = _scores_frame(cube, (main, bare), drawn, scheme)
    held = pd.DataFrame(columns=list(RECORDING))
    if recording:
        orders = Order(main, drawn.main, drawn.gathered[0]), Order(bare, drawn.bare, drawn.gathered[-1])
        held = recording_frame(cube, Recording(points, rates, orders, scheme), frame["tier"].tolist())
    return AreaScores(
        scores=frame,
        pillars=pillars_frame(cube, points, main, drawn.main, scheme),
        indicators=indicators_frame(cube, points, main, drawn.intervals),
        classes=classes_frame(cube, points),
        priors=priors_frame(cube, estimated),
        register=register_frame(cube, points, main),
        draws=_named(drawn, scheme),
        class_draws=drawn.kept,
        estimated=estimated,
        recording=held,
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
    main: PillarDraws
    bare: PillarDraws
    intervals: dict[str, Intervals]
    kept: dict[str, Singles]
    gathered: Sequence[Accumulator]


def _draw(
    points: Sequence[IndicatorPoint], rates: RateDraws, scheme: AreaScheme, scored: tuple[Scored, Scored]
) -> _AllDraws:
    # Both orders come from the same draws: what differs between them is the indicators, never chance.
    same = scored[0].weights == scored[1].weights
    accumulators = [Accumulator(points, one, scheme) for one in (scored[:1] if same else scored)]
    intervals: dict[str, Intervals] = {}
    class_draws: dict[str, Singles] = {}
    for indicator in points:
        drawing = IndicatorDraws(indicator, rates, scheme)
        intervals[indicator.spec.id] = drawing.run(accumulators)
        class_draws |= drawing.kept
    finished = [accumulator.finish() for accumulator in accumulators]
    return _AllDraws(main=finished[0], bare=finished[-1], intervals=intervals, kept=class_draws, gathered=accumulators)


def _named(drawn: _AllDraws, scheme: AreaScheme) -> dict[str, Singles]:
    unknown = np.full_like(drawn.main.overall, np.nan)
    named = {pillar.id: drawn.main.pillars.get(pillar.id, unknown) for pillar in scheme.pillars}
    return {"overall": drawn.main.overall, "overall_no_contact": drawn.bare.overall, **named}


def score_columns(scored: Scored, drawn: PillarDraws, scheme: AreaScheme) -> dict[str, Floats]:
    """Give the overall score with both ends and both quartiles: NaN where one pillar alone is scored."""
    ends = quantiles(drawn.overall, (*scheme.interval, 0.25, 0.75))
    names = ("score_low", "score_high", "score_q25", "score_q75")
    columns = {"score": scored.overall, **dict(zip(names, ends, strict=True))}
    return {name: _printed(scored, values) for name, values in columns.items()}


def _printed(scored: Scored, values: Floats) -> Floats:
    return np.where(np.isfinite(scored.pillars).sum(axis=0) == 1, np.nan, values)


def _scores_frame(cube: Cube, scored: tuple[Scored, Scored], drawn: _AllDraws, scheme: AreaScheme) -> pd.DataFrame:
    main, bare = scored
    columns: dict[str, object] = {"unit_id": list(cube.unit_ids), "label": list(cube.labels)}
    columns["residents"] = cube.residents
    columns |= score_columns(main, drawn.main, scheme)
    order = ranks(main.overall)
    low, high = ends_around(order, rank_draws(drawn.main.overall), scheme.interval)
    columns |= {"rank": order, "rank_low": np.floor(low), "rank_high": np.ceil(high)}
    in_top, in_top_bare = shares_in_top(scored, (drawn.main, drawn.bare), scheme)
    columns |= {"p_top": in_top.top, "p_top_violence": in_top.guarded}
    judged = tier_columns(main, in_top, scheme)
    judged["reason"] = [
        f"No rate is worked out: {lack}." if lack and tier == NOT_SCORED else reason
        for lack, tier, reason in zip(cube.lacks, judged["tier"], judged["reason"], strict=True)
    ]
    if any(cube.unheard):
        judged["reason"] = [
            f"{reason} {said}." if said and tier == NOT_SCORED else reason
            for said, tier, reason in zip(cube.unheard, judged["tier"], judged["reason"], strict=True)
        ]
    columns |= judged | lead_columns(judged["driver"], drawn.main, scheme)
    columns["pillars_scored"] = np.isfinite(main.pillars).sum(axis=0)
    columns |= _pillar_columns(main, drawn.main, scheme)
    columns["score_no_contact"] = _printed(bare, bare.overall)
    columns |= {"rank_no_contact": ranks(bare.overall), "p_top_no_contact": in_top.no_contact}
    columns["tier_no_contact"] = tier_columns(bare, in_top_bare, scheme)["tier"]
    columns |= change_columns(((main, drawn.main), (bare, drawn.bare)), in_top, judged, scheme)
    return pd.DataFrame(columns)


def _pillar_columns(main: Scored, drawn: PillarDraws, scheme: AreaScheme) -> dict[str, object]:
    columns: dict[str, object] = {}
    for place, pillar in enumerate(scheme.pillars):
        low, high, *_ = pillar_ends(drawn, pillar.id, main.overall.shape[0], scheme)
        columns |= {pillar.id: main.pillars[place], f"{pillar.id}_low": low, f"{pillar.id}_high": high}
    return columns
