"""The area lens as it would have scored on an earlier day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from harmmodel.assembly import areas
from harmmodel.audit.validation import schedule
from harmmodel.audit.validation.schedule import Ground, Task, longest, month_of
from harmmodel.config import Config, Indicator
from harmmodel.config.types import Pillar
from harmmodel.lenses.areas.cube import read_cube
from harmmodel.lenses.areas.estimate import IndicatorPoint, Scored, indicator_point, score
from harmmodel.lenses.areas.joint import learn
from harmmodel.lenses.areas.spec import PER, AreaInputs, AreaScheme, IndicatorSpec
from harmmodel.method.arrays import Floats
from harmmodel.warehouse.read.validation import AREA
from harmmodel.warehouse.store.connection import Connection

VIOLENCE: Pillar = "violence"


def scored_indicators(config: Config) -> list[Indicator]:
    """Return the indicators that the violence pillar is made of."""
    return [item for item in config.listed_indicators if item.pillar == VIOLENCE and item.role == "score"]


def stand_in(config: Config, ground: Ground) -> float:
    """For how many scored indicators of violence the file kept for validation stands in on the long history."""
    missing = [i for i in scored_indicators(config) if not set(i.count.classes) <= set(ground.long_classes)]
    return float(max(1, len(missing)))


HISTORY = "named_history"  # the indicator made of the file kept for validation
DAYS_PER_MONTH = 365 / 12


@dataclass(frozen=True)
class AreaOrder:
    """Scores of areas on one day, shape (areas,) each, in order of unit id; NaN where not scored."""

    violence: Floats
    violence_raw: Floats
    overall: Floats
    overall_raw: Floats
    community: Floats


def as_of_day(config: Config, as_of: dt.date) -> Config:
    """Return the config with another day from which on nothing is read."""
    return replace(config, scheme=config.scheme.model_copy(update={"as_of": as_of}))


def area_order(con: Connection, task: Task) -> AreaOrder:
    """Score areas with what was recorded before the origin's day."""
    dated = as_of_day(task.config, task.origin.as_of)
    specs = areas.indicator_specs(dated)
    data = areas.released_inputs(con, dated)
    if not task.origin.full:
        data, specs = _with_history(data, specs, task)
    scheme = areas.area_scheme(dated)
    shrunk, raw = (_scored(data, specs, scheme, shrinks=shrinks) for shrinks in (True, False))
    return AreaOrder(
        violence=_pillar(shrunk, scheme, VIOLENCE),
        violence_raw=_pillar(raw, scheme, VIOLENCE),
        overall=_overall(shrunk),
        overall_raw=_overall(raw),
        community=_pillar(shrunk, scheme, "community"),
    )


def _pillar(scored: Scored, scheme: AreaScheme, name: str) -> Floats:
    places = [place for place, pillar in enumerate(scheme.pillars) if pillar.id == name]
    return scored.pillars[places[0]] if places else np.full(scored.overall.shape, np.nan)


def _overall(scored: Scored) -> Floats:
    """Give the overall score where at least two pillars are scored: with one there is none."""
    return np.where(np.isfinite(scored.pillars).sum(axis=0) > 1, scored.overall, np.nan)


def area_points(
    data: AreaInputs, specs: Sequence[IndicatorSpec], scheme: AreaScheme, *, shrinks: bool = True
) -> list[IndicatorPoint]:
    """Shrink and scale each indicator, without draws; without shrinkage each rate is the area's own record."""
    cube = read_cube(data, specs)
    found = learn(cube, specs)
    found = found if shrinks else found.without_shrinkage()
    return [indicator_point(spec, cube.classes[spec.id], found.estimates, scheme) for spec in specs]


def _scored(data: AreaInputs, specs: Sequence[IndicatorSpec], scheme: AreaScheme, *, shrinks: bool) -> Scored:
    return score(area_points(data, specs, scheme, shrinks=shrinks), scheme, with_contact=scheme.include_contact)


def _with_history(
    data: AreaInputs, specs: Sequence[IndicatorSpec], task: Task
) -> tuple[AreaInputs, list[IndicatorSpec]]:
    """Keep the indicators that reach back, and let the file kept for validation stand in for the others of violence.

    The stand-in has no goalposts of its own: its highest rate before the day is 100. It counts as much as the
    indicators it stands in for.
    """
    reaching = set(data.exposure.loc[data.exposure["days"] > 0, "indicator"])
    long_classes = set(task.found.long_classes)
    long = [s for s in specs if s.id in reaching and (s.pillar != VIOLENCE or set(s.classes) <= long_classes)]
    level, held_back = task.past.levels[AREA], task.found.held_back
    events = task.counts(*task.found.history[1:], since=task.past.stop - schedule.HISTORY_MONTHS)
    days = round(schedule.HISTORY_MONTHS * DAYS_PER_MONTH)
    years = level.sizes * days / 365
    rates = np.divide(PER * events, years, out=np.zeros_like(events), where=years > 0)
    weight = stand_in(task.config, task.found)
    own = IndicatorSpec(
        id=HISTORY,
        label=HISTORY,
        pillar=VIOLENCE,
        classes=(held_back,),
        high=max(float(rates.max()), 1.0),
        low=0.0,
        high_range=0.0,  # only points are taken, so neither this nor the weight is drawn
        weighted=False,
        police_contact=False,
        role="score",
        per="resident",
        least=areas.least_exposure(task.config)["resident"],
        least_share=task.config.policy.completeness.share,
        weight=weight,
        weight_range=(weight, weight),
    )
    counted = pd.DataFrame({"unit_id": level.unit_ids, "indicator": HISTORY, "class": held_back, "events": events})
    exposure = pd.DataFrame(
        [{"indicator": HISTORY, "class": held_back, "days": days, "period_from": None, "period_to": None}]
    )
    joined = replace(
        data,
        counts=pd.concat([data.counts, counted], ignore_index=True),
        exposure=pd.concat([data.exposure.astype({"period_from": object, "period_to": object}), exposure]),
    )
    return joined, [*long, own]


def months_known(config: Config, class_: str, as_of: dt.date) -> int:
    """Whole months before *as_of* that the source of a class covers without a gap."""
    covers = longest(config, config.place.classes.get(class_))
    return 0 if covers is None else max(0, month_of(min(as_of, covers.to.replace(day=1))) - month_of(covers.from_))
