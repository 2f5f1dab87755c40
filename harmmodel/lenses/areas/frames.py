"""Arrays of the area lens into the frames that a run keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple

import numpy as np
import pandas as pd

from harmmodel.lenses.areas.cube import Cube
from harmmodel.lenses.areas.drawn import Intervals
from harmmodel.lenses.areas.gather import Drawn
from harmmodel.lenses.areas.point import IndicatorPoint, Scored
from harmmodel.lenses.areas.spec import AreaScheme
from harmmodel.method.aggregation import shares
from harmmodel.method.arrays import Floats
from harmmodel.method.scales import clipped_share
from harmmodel.method.uncertainty import quantiles


def pillar_weights(scored: Scored, scheme: AreaScheme) -> Floats:
    """Share out the central weights over the scored pillars of each unit; shape (pillars, units)."""
    central = np.array([pillar.weight for pillar in scheme.pillars])
    return shares(np.where(np.isfinite(scored.pillars), central[:, None], 0.0))


def observed(indicators: Sequence[IndicatorPoint], scored: Scored, pillar: str) -> tuple[Floats, Floats]:
    """Give each indicator's share of a pillar, shape (members, units), and the share observed, shape (units,).

    Shares are renormalised over what is observed; 0 for an indicator that does not count or is not observed.
    """
    members = [found for found in indicators if found.spec.pillar == pillar]
    units = scored.overall.shape[0]
    if not members:
        return np.zeros((0, units)), np.zeros(units)
    nominal = shares(np.array([scored.weights[found.spec.id] for found in members]))
    kept = np.stack([np.where(np.isfinite(m.scaled), weight, 0.0) for m, weight in zip(members, nominal, strict=True)])
    return shares(kept), kept.sum(axis=0)


def pillars_frame(
    cube: Cube, indicators: Sequence[IndicatorPoint], scored: Scored, drawn: Drawn, scheme: AreaScheme
) -> pd.DataFrame:
    """One row per unit and pillar; weights are renormalised over the unit's scored pillars."""
    weights = pillar_weights(scored, scheme)
    squares = weights * np.nan_to_num(scored.pillars) ** 2
    of_square = np.where(np.isfinite(scored.pillars), shares(squares), np.nan)
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
                    "share_of_square": of_square[place],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def pillar_ends(drawn: Drawn, pillar: str, units: int, scheme: AreaScheme) -> Floats:
    """Give low, high and both quartiles of a drawn pillar; shape (4, units), NaN where not scored."""
    if pillar not in drawn.pillars:
        return np.full((4, units), np.nan)
    return quantiles(drawn.pillars[pillar], (*scheme.interval, 0.25, 0.75))


def indicators_frame(
    cube: Cube, indicators: Sequence[IndicatorPoint], scored: Scored, intervals: Mapping[str, Intervals]
) -> pd.DataFrame:
    """One row per unit and indicator; contributions add to the pillar's score."""
    weights: dict[str, Floats] = {}
    for pillar in sorted({found.spec.pillar for found in indicators}):
        members = [found.spec.id for found in indicators if found.spec.pillar == pillar]
        weights |= dict(zip(members, observed(indicators, scored, pillar)[0], strict=True))
    parts = [_indicator_rows(cube, found, intervals[found.spec.id], weights[found.spec.id]) for found in indicators]
    return pd.concat(parts, ignore_index=True)


def _indicator_rows(cube: Cube, found: IndicatorPoint, ends: Intervals, weight: Floats) -> pd.DataFrame:
    total = found.total_events
    return pd.DataFrame(
        {
            "unit_id": list(cube.unit_ids),
            "indicator": found.spec.id,
            "events": found.events,
            "person_years": found.person_years,
            "own_rate": found.own_rate,
            "rate": found.rate,
            "rate_low": ends.rate_low,
            "rate_high": ends.rate_high,
            "own_share": found.own_share,
            "scaled": found.scaled,
            "scaled_low": ends.scaled_low,
            "scaled_high": ends.scaled_high,
            "weight": weight,
            "contribution": weight * found.scaled,
            "burden": found.events / total if total > 0 else np.full(found.events.shape, np.nan),
        }
    )


def classes_frame(cube: Cube, indicators: Sequence[IndicatorPoint]) -> pd.DataFrame:
    """One row per unit, indicator and class; rates are of unweighted events per 100,000 person-years."""
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "unit_id": list(cube.unit_ids),
                    "indicator": found.spec.id,
                    "class": count.name,
                    "events": count.events,
                    "person_years": count.person_years,
                    "own_rate": found.class_own_rates[place],
                    "rate": found.class_rates[place],
                    "own_share": found.class_own_shares[place],
                    "class_weight": found.class_weights[place],
                }
            )
            for found in indicators
            for place, count in enumerate(found.classes)
        ],
        ignore_index=True,
    )


def priors_frame(indicators: Sequence[IndicatorPoint]) -> pd.DataFrame:
    """One row per indicator and class; mean and exposure are in person-years, not per 100,000."""
    rows = [
        (found.spec.id, count.name, *astuple(prior), np.nansum(count.events), count.days)
        for found in indicators
        for count, prior in zip(found.classes, found.priors, strict=True)
    ]
    columns = ["indicator", "class", "mean", "between_variance", "shape", "exposure", "events", "days"]
    return pd.DataFrame(rows, columns=columns)


def register_frame(cube: Cube, indicators: Sequence[IndicatorPoint], scored: Scored) -> pd.DataFrame:
    """One row per indicator: what it weighs, or why it does not."""
    return pd.DataFrame([_register_row(cube, found, indicators, scored) for found in indicators])


def _register_row(
    cube: Cube, found: IndicatorPoint, indicators: Sequence[IndicatorPoint], scored: Scored
) -> dict[str, object]:
    spec, period = found.spec, cube.periods[found.spec.id]
    members = [other.spec for other in indicators if other.spec.pillar == spec.pillar]
    nominal = sum(other.weight for other in members if other.role == "score")
    actual = sum(scored.weights[other.id] for other in members)
    return {
        "indicator": spec.id,
        "label": spec.label,
        "pillar": spec.pillar,
        "weight_nominal": spec.weight / nominal if spec.role == "score" else 0.0,
        "weight": scored.weights[spec.id] / actual if actual > 0 else 0.0,
        "screened": found.screened,
        "reason": found.reason,
        "events": found.total_events,
        "median_own_share": found.median_own_share,
        "units_with_data": int(np.isfinite(found.rate).sum()),
        "clipped_share": clipped_share(found.rate, low=spec.low, high=spec.high),
        "period_from": period[0],
        "period_to": period[1],
        "unallocated": sum(count.unallocated for count in found.classes),
        "approximate": any(count.zones for count in found.classes),
    }
