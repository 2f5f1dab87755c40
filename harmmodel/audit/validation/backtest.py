"""Every origin, outcome, level and candidate: the comparison itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.audit.validation import plan
from harmmodel.audit.validation.candidates import Scores, candidates
from harmmodel.audit.validation.lens import months_known
from harmmodel.audit.validation.measure import Bench, Later, Row, measured
from harmmodel.audit.validation.panels import Panel, Wanted, after, all_months, before, month_of
from harmmodel.audit.validation.pillar import cell_pillar, tries
from harmmodel.audit.validation.plan import Ground, Origin
from harmmodel.config import Config
from harmmodel.method.accuracy import jaccard
from harmmodel.method.arrays import Floats
from harmmodel.method.capture import best_order, block_weights, captured, order_by
from harmmodel.method.contrast import spearman
from harmmodel.method.streams import stream
from harmmodel.warehouse import reading
from harmmodel.warehouse.connection import Connection
from harmmodel.warehouse.counts import months_before
from harmmodel.warehouse.validation_data import AREA, HARM, VALIDATION, Points

Say = Callable[[str], None]
TOP = 0.10
LEVELS = (AREA, "7", "8", "9")


@dataclass(frozen=True)
class Backtest:
    """Frames of the comparison.

    Attributes
    ----------
    rows : one per origin, outcome, candidate, resolution and share
    whole : one per origin, outcome, candidate and resolution: figures of the whole order
    curves : points of capture curves
    stability : how much of a candidate's top tenth stays from one yearly origin to the next
    tried : what was tried for the violence pillar of cells
    """

    rows: pd.DataFrame
    whole: pd.DataFrame
    curves: pd.DataFrame
    stability: pd.DataFrame
    tried: pd.DataFrame


def backtest(
    con: Connection, points: Points, config: Config, say: Say, *, replicates: int = plan.REPLICATES
) -> Backtest:
    """Compare all candidates from all origins."""
    panel, found = all_months(points), plan.ground(config, points)
    rows: list[Row] = []
    whole: list[Row] = []
    curves: list[Row] = []
    tops: dict[tuple[str, str], list[set[int]]] = {}
    asked = plan.origins(found, config.scheme.as_of)
    for number, origin in enumerate(asked, start=1):
        say(f"Origin {number} of {len(asked)}: {origin.name}, judged by {origin.start} to {origin.stop}")
        past = before(panel, origin.as_of)
        for level in LEVELS:
            scores = candidates(con, past, origin, level, config, found)
            for bench, judged in _benches(con, panel, origin, level, config, scores, replicates):
                parts = measured(bench, judged)
                for kept, part in zip((rows, whole, curves), parts, strict=True):
                    kept.extend(part)
            if not origin.full:
                _keep_tops(tops, level, scores, panel)
    say("What was tried for the violence pillar of cells")
    return Backtest(
        pd.DataFrame(rows),
        pd.DataFrame(whole),
        pd.DataFrame(curves),
        _stability(tops),
        _tried(panel, config, found, [o for o in asked if o.full]),
    )


def _benches(  # noqa: PLR0913 - a bench is made of all of these
    con: Connection, panel: Panel, origin: Origin, level: str, config: Config, scores: Scores, replicates: int
) -> list[tuple[Bench, Scores]]:
    """Set a bench up for each outcome of an origin, with the candidates it judges."""
    units = panel.levels[level]
    blocks = len(panel.levels[AREA].unit_ids)
    rng = stream(config.scheme.seed, "validation", origin.name, level)
    weights = block_weights(blocks, replicates=replicates, rng=rng)
    named = {name: values for name, values in scores.items() if name != "community_pillar"}
    found = []
    for outcome, (wanted, stop) in plan.outcomes(origin, config).items():
        later = _later(panel, origin, level, config, outcome, wanted, stop)
        found.append((Bench(units, later, weights, _head(origin, outcome, level, later)), named))
    if level == AREA and "community_pillar" in scores:
        deaths, judged = _opioid(con, origin, config, panel)
        if deaths is not None:
            extra = {**scores, "opioid_deaths_last": judged}
            found.append((Bench(units, deaths, weights, _head(origin, plan.OPIOID, level, deaths)), extra))
    return found


def _head(origin: Origin, outcome: str, level: str, later: Later) -> Row:
    return {"origin": origin.name, "outcome": outcome, "resolution": level, "events": int(later.events.sum())}


def _later(  # noqa: PLR0913 - what came later, where, and up to when
    panel: Panel, origin: Origin, level: str, config: Config, outcome: str, wanted: tuple[Wanted, ...], stop: object
) -> Later:
    stop_day = origin.stop if outcome == plan.ASSAULT else plan.outcomes(origin, config)[outcome][1]
    held = after(panel, origin.start, stop_day)
    events = held.counts(level, wanted, since=held.first)
    months = plan.month_span(origin.start, stop_day)
    past = before(panel, origin.as_of)
    expected = float(past.counts(level, wanted, since=past.stop - 12).sum()) * months / 12
    harm = None
    reach = plan.outcomes(origin, config).get(plan.HOMICIDE)
    if outcome == plan.ASSAULT and reach is not None and reach[1] == stop_day:
        values = config.weight_set.values
        deaths = held.counts(level, [Wanted((HARM,), (plan.HOMICIDE,))], since=held.first)
        weight = values[panel_class(panel)].value
        harm = weight * events + values[plan.HOMICIDE].value * deaths
    return Later(events, harm, expected)


def panel_class(panel: Panel) -> str:
    """The class of the file kept for validation."""
    kind = panel.kinds.index(VALIDATION)
    return panel.classes[int(panel.class_[panel.kind == kind][0])]


def _opioid(con: Connection, origin: Origin, config: Config, panel: Panel) -> tuple[Later | None, Floats]:
    """Count opioid deaths after and before the origin: they are known by area and month only."""
    units = panel.levels[AREA].unit_ids

    def counted(start: object, stop: object) -> Floats:
        frame = reading.class_counts(con, [plan.COMMUNITY_CLASS], start, stop)  # type: ignore[arg-type]
        by = dict(zip(frame["unit_id"], frame["events"], strict=True))
        return np.array([float(by.get(unit, 0)) for unit in units])

    source = config.place.classes.get(plan.COMMUNITY_CLASS)
    covers = config.passports[source].covers if source else None
    if covers is None or covers.to < origin.stop or months_known(config, plan.COMMUNITY_CLASS, origin.as_of) < 12:
        return None, np.zeros(len(units))
    year = counted(months_before(origin.as_of, 12), origin.as_of)
    months = plan.month_span(origin.start, origin.stop)
    sizes = panel.levels[AREA].sizes
    rate = np.divide(year, sizes, out=np.zeros_like(year), where=sizes > 0)
    return Later(counted(origin.start, origin.stop), None, float(year.sum()) * months / 12), rate


def _keep_tops(tops: dict[tuple[str, str], list[set[int]]], level: str, scores: Scores, panel: Panel) -> None:
    k = int(np.ceil(TOP * panel.levels[level].size))
    for name, values in scores.items():
        if name != "random":
            top = np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable")[:k]
            tops.setdefault((level, name), []).append(set(top.tolist()))


def _stability(tops: dict[tuple[str, str], list[set[int]]]) -> pd.DataFrame:
    """Mean Jaccard of the top tenth from one yearly origin to the next, and how many units are in all of them."""
    rows = [
        {
            "resolution": level,
            "candidate": name,
            "origins": len(sets),
            "top": len(sets[0]),
            "jaccard": float(np.mean([jaccard(a, b) for a, b in zip(sets, sets[1:], strict=False)])),
            "in_all": len(set.intersection(*sets)),
        }
        for (level, name), sets in tops.items()
        if len(sets) > 1
    ]
    return pd.DataFrame(rows)


def _tried(panel: Panel, config: Config, found: Ground, asked: list[Origin]) -> pd.DataFrame:
    """Mean PEI and rank correlation of each recipe over the origins inside the short sources."""
    rows = []
    for level in LEVELS[1:]:
        units = panel.levels[level]
        shares = np.array(plan.SHARES)
        one = {"blocks": units.blocks, "weights": np.ones((1, len(panel.levels[AREA].unit_ids)))}
        for name, recipe in tries():
            figures = []
            for origin in asked:
                past = before(panel, origin.as_of)
                later = after(panel, origin.start, origin.stop).counts(
                    level, found.history[1:], since=month_of(origin.start)
                )
                values = cell_pillar(past, origin, level, config, found, recipe)
                hit, best = (
                    captured(order, later, units.sizes, shares, **one)[0]
                    for order in (order_by(values), best_order(later, units.sizes))
                )
                figures.append([*(hit / best), spearman(values, later)])
            mean = np.mean(figures, axis=0)
            rows.append({"resolution": level, "method": name, **_named(mean)})
    return pd.DataFrame(rows)


def _named(figures: Floats) -> dict[str, float]:
    return {
        **{f"pei_{share:g}": float(v) for share, v in zip(plan.SHARES, figures, strict=False)},
        "spearman": float(figures[-1]),
    }
