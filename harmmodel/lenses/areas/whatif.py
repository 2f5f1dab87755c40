"""What another choice would change: the area lens once more, on class rates that were drawn before.

Weights, power and police contact are applied anew to held draws; only another window or another exposure needs new
draws, and those come from the same streams, so that a change of tier is due to the choice and never to chance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from harmmodel.lenses.areas.cube import Cube, read_cube
from harmmodel.lenses.areas.denominator import per_present
from harmmodel.lenses.areas.estimate import (
    Accumulator,
    Estimates,
    IndicatorPoint,
    PillarDraws,
    Scored,
    indicator_point,
    score,
)
from harmmodel.lenses.areas.joint import learn
from harmmodel.lenses.areas.rates import RateDraws
from harmmodel.lenses.areas.score import score_columns
from harmmodel.lenses.areas.spec import PRESENT, AreaInputs, AreaScheme, IndicatorSpec
from harmmodel.lenses.areas.tiers import shares_in_top, tier_columns
from harmmodel.lenses.scheme import high_draws
from harmmodel.method.arrays import Floats, Singles
from harmmodel.method.scales import scaled
from harmmodel.method.uncertainty import ranks

HIGH_LEVEL = 0.95  # as in the config: a high goalpost lies above every area's 95th percentile


@dataclass(frozen=True)
class Basis:
    """What no weight can move: counts, what they taught and drawn rates, of one window and one exposure.

    Attributes
    ----------
    rates : ``indicator/class``, shape (units, draws), unweighted events per unit of exposure and year
    own_scale : ids of the indicators whose goalposts do not fit the exposure and are taken from the draws
    """

    cube: Cube
    estimates: Estimates
    rates: Mapping[str, Singles]
    own_scale: frozenset[str] = frozenset()

    @property
    def draws(self) -> int:
        """How many draws are held."""
        return int(min(rate.shape[1] for rate in self.rates.values()))


def basis(
    data: AreaInputs,
    indicators: Sequence[IndicatorSpec],
    scheme: AreaScheme,
    per: str = "",
    least: Mapping[str, float] | None = None,
) -> Basis:
    """Count *data* and draw ``scheme.kept_draws`` rates of each class.

    Parameters
    ----------
    per : ``resident`` or ``km2`` for all indicators; ``present`` for those per resident; empty for what each asks for.
        Priors are learned from these rates
    least : what an area needs for a rate, by what it is per; that of the indicator where nothing is said
    """
    if per == PRESENT:  # still per 100,000 persons, so the goalposts fit
        return _drawn_basis(data, per_present(indicators), scheme, frozenset())
    moved = frozenset(spec.id for spec in indicators if per and spec.per != per)
    lower = least or {}
    specs = [
        replace(spec, per=per, least=lower.get(per, spec.least)) if spec.id in moved else spec for spec in indicators
    ]
    return _drawn_basis(data, specs, scheme, moved)


def held_basis(
    data: AreaInputs, indicators: Sequence[IndicatorSpec], estimates: Estimates, rates: Mapping[str, Singles]
) -> Basis:
    """As `basis`, with estimates and rates that a run has stored: nothing is learned anew."""
    cube = read_cube(data, _sorted(indicators))
    names = {f"{spec.id}/{count.name}" for spec in indicators for count in cube.classes[spec.id]}
    return Basis(cube, estimates, {name: rates[name] for name in names})


def _sorted(indicators: Sequence[IndicatorSpec]) -> list[IndicatorSpec]:
    return sorted(indicators, key=lambda spec: spec.id)


def _drawn_basis(
    data: AreaInputs, indicators: Sequence[IndicatorSpec], scheme: AreaScheme, own_scale: frozenset[str]
) -> Basis:
    specs = _sorted(indicators)
    cube = read_cube(data, specs)
    found, few = learn(cube, specs), replace(scheme, draws=min(scheme.kept_draws, scheme.draws))
    drawing = RateDraws(cube, found, few)
    rates = {
        f"{count.indicator}/{count.name}": np.stack(
            [drawing.of(count, unit).astype(np.float32) for unit in range(len(cube.unit_ids))]
        )
        for counts in cube.classes.values()
        for count in counts
    }
    return Basis(cube, found.estimates, rates, own_scale)


@dataclass(frozen=True)
class Rescored:
    """The order that a choice leads to.

    Attributes
    ----------
    frame : one row per unit in order of unit id: unit_id, label, score, score_low, score_high, score_q25, score_q75
        (NaN where fewer than two pillars are scored), rank, p_top, tier, driver
    screened : ids of the indicators that do not count because too little is recorded, sorted
    """

    frame: pd.DataFrame
    screened: tuple[str, ...]


def rescored(basis: Basis, indicators: Sequence[IndicatorSpec], scheme: AreaScheme) -> Rescored:
    """Score, order and tier the units again.

    Parameters
    ----------
    basis : counts and draws
    indicators, scheme : the choice; weights of 0 leave a part out
    """
    scheme = replace(scheme, draws=basis.draws)
    points, rates = _points(basis, _sorted(indicators), scheme)
    main = score(points, scheme, with_contact=scheme.include_contact)
    bare = score(points, scheme, with_contact=False)
    drawn = _gathered(points, rates, (main, bare), scheme)
    frame = _frame(basis.cube, (main, bare), drawn, scheme)
    return Rescored(
        frame, tuple(indicator.spec.id for indicator in points if indicator.screened and indicator.spec.role == "score")
    )


def _gathered(
    points: Sequence[IndicatorPoint], rates: Sequence[Floats], scored: tuple[Scored, Scored], scheme: AreaScheme
) -> tuple[PillarDraws, PillarDraws]:
    main, bare = (Accumulator(points, one, scheme) for one in scored)
    for indicator, rate in zip(points, rates, strict=True):
        drawn = scaled(rate, low=indicator.spec.low, high=high_draws(indicator.spec, scheme))
        for unit in np.flatnonzero(np.isfinite(indicator.rate)):
            main.add(indicator.spec.id, indicator.spec.pillar, int(unit), drawn[unit])
            bare.add(indicator.spec.id, indicator.spec.pillar, int(unit), drawn[unit])
    return main.finish(), bare.finish()


def _frame(
    cube: Cube, scored: tuple[Scored, Scored], drawn: tuple[PillarDraws, PillarDraws], scheme: AreaScheme
) -> pd.DataFrame:
    main = scored[0]
    in_top, _ = shares_in_top(scored, drawn, scheme)
    columns: dict[str, object] = {"unit_id": list(cube.unit_ids), "label": list(cube.labels)}
    columns |= score_columns(main, drawn[0], scheme)
    tiers = tier_columns(main, in_top, scheme)
    columns |= {"rank": ranks(main.overall), "p_top": in_top.top, "tier": tiers["tier"], "driver": tiers["driver"]}
    return pd.DataFrame(columns)


def _points(
    basis: Basis, indicators: Sequence[IndicatorSpec], scheme: AreaScheme
) -> tuple[list[IndicatorPoint], list[Floats]]:
    points, rates = [], []
    for spec in indicators:
        indicator = indicator_point(spec, basis.cube.classes[spec.id], basis.estimates, scheme)
        rate = _rate(basis, indicator)
        if spec.id in basis.own_scale:
            own = replace(spec, low=0.0, high=_highest(rate, spec.high))
            indicator = replace(indicator, spec=own, scaled=scaled(indicator.rate, low=0.0, high=own.high))
        points.append(indicator)
        rates.append(rate)
    return points, rates


def _rate(basis: Basis, indicator: IndicatorPoint) -> Floats:
    total = np.zeros((len(basis.cube.unit_ids), basis.draws))
    for count, weight in zip(indicator.classes, indicator.class_weights, strict=True):
        total += weight * basis.rates[f"{count.indicator}/{count.name}"][:, : basis.draws]
    return total


def _highest(rate: Floats, otherwise: float) -> float:
    """Give the largest 95th percentile of any unit, as the rule for goalposts asks."""
    known = rate[np.isfinite(rate).all(axis=1)]
    if known.size == 0:
        return otherwise
    highest = float(np.quantile(known, HIGH_LEVEL, axis=1).max())
    return highest if highest > 0 else otherwise
