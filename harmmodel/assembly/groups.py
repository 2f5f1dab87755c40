"""From a snapshot and the config to what the group lens is given, and back to the frames of a run."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from harmmodel.assembly import entered, release
from harmmodel.assembly.common import indicator_fields, judgements, pillar_spec
from harmmodel.config import Config
from harmmodel.lenses.groups.deaths import ONE_SIDED
from harmmodel.lenses.groups.score import GroupScores, score_groups
from harmmodel.lenses.groups.spec import GroupIndicatorSpec, GroupInputs, GroupMethod, in_use
from harmmodel.warehouse.entered.entries import EnteredRecords
from harmmodel.warehouse.load.distil import Distillation
from harmmodel.warehouse.read import areas, groups
from harmmodel.warehouse.store.connection import Connection
from harmmodel.warehouse.store.runs import RunContent
from harmmodel.warehouse.store.snapshots import OpenSnapshot

# A country on a screen is some two degrees to the hundredth of its width, and a town as much less as it is smaller.
OUTLINE_DEGREES, OUTLINE_SHARE = 0.02, 1 / 1500
ROUNDED, NEAR = 1 / 20, 1 / 10  # of that: corners are rounded, so a shared border may gape by twice as much
KEPT_DRAWS = 2000
SHOWN = ("aliases", "ties", "attribution", "totals", "states", "spots", "months", "placed")


def clock(config: Config) -> dt.date:
    """Return the day on which review and expiry are measured: as the place says, else the first of this month."""
    return config.place.clock or dt.datetime.now(dt.UTC).date().replace(day=1)


def moment(config: Config, people: EnteredRecords) -> tuple[str, ...]:
    """Return what besides the snapshot decides a run: the clock, by which reviews fall due, and what people entered."""
    return clock(config).isoformat(), people.digest


def distil(config: Config) -> Distillation:
    """Return what is counted from single events while they lie in the work folder."""
    return Distillation(harm=groups.count)


def judge(snapshot: OpenSnapshot, config: Config, audience: str, people: EnteredRecords) -> RunContent:
    """Score the groups of a snapshot, with those that people entered and what they assessed."""
    con = snapshot.harm
    data, method = inputs(con, people), group_method(config)
    group_scores = score_groups(data, method)
    extra = {name: groups.frame(con, name) for name in SHOWN}
    keys = ["state_id", "municipality"]
    points = groups.frame(con, "municipalities")
    spots = extra["spots"].merge(points, on=keys, how="left", validate="many_to_one")
    extra["spots"] = spots[["group_id", "year", *keys, "longitude", "latitude", "deaths", "events"]]
    outlines = _coarser(areas.boundaries(con))
    frames = {
        "groups": data.groups.assign(in_use=in_use(data.groups, method.clock).to_numpy(dtype=bool)),
        **{
            name: getattr(group_scores, name)
            for name in ("scores", "pillars", "indicators", "register", "orders", "yearly")
        },
        "assessed": group_scores.assessed,
        "sensitivity": group_scores.sensitivity,
        "assessments": data.assessments,
        **extra,
        "areas": areas.areas(con),
        "borders": _borders(outlines),
        "reconciliation": release.told_rows(areas.reconciliation(con, config.scheme.as_of), config, audience),
        "core_account": release.told_core(areas.core_account(con), config, audience),
    }
    draws = {name: values[:, :KEPT_DRAWS].astype(np.float32) for name, values in group_scores.draws.items()}
    manifest = {"draws": config.scheme.draws, "clock": clock(config).isoformat(), "entered": people.digest}
    documents = {
        "manifest": manifest,
        "facts": _facts(group_scores, extra, method) | _sided(data, method),
        "boundaries": outlines,
        "sql": dict(groups.QUERIES),
    }
    return RunContent(frames, draws, documents)


def inputs(con: Connection, people: EnteredRecords) -> GroupInputs:
    """Count everything the lens reads."""
    counted = {name: groups.frame(con, name) for name in ("cells", "sides", "parties", "reached")}
    known, rated = entered.groups(groups.frame(con, "groups"), people), entered.assessments(people)
    return GroupInputs(groups=known, assessments=rated, **counted)


def group_method(config: Config) -> GroupMethod:
    """Return the method in force for the group lens."""
    scheme, common = config.group_scheme, config.scheme
    return GroupMethod(
        **judgements(config),
        pillars=tuple(pillar_spec(p, p.lead) for p in scheme.pillars),
        indicators=tuple(
            GroupIndicatorSpec(**indicator_fields(item, scheme.indicator_weight, config), measure=item.measure)
            for item in config.listed_group_indicators
        ),
        levels=scheme.levels.points,
        sort_key=scheme.sort_key,
        as_of=common.as_of,
        clock=clock(config),
        window_months=scheme.window_months,
        half_life=scheme.half_life_months,
        dyad_share=scheme.dyad_share.value,
        dyad_range=scheme.dyad_share.range,
        own_dead=scheme.own_dead.counted,
    )


def _facts(group_scores: GroupScores, extra: dict[str, pd.DataFrame], method: GroupMethod) -> dict[str, Any]:
    totals = extra["totals"]
    window = totals[totals["year"].isin(method.years)]
    return {
        "from_year": method.years[0],
        "to_year": method.years[-1],
        "deaths": int(window["deaths"].sum()),
        "deaths_coarse": int(window.loc[~window["is_precise"], "deaths"].sum()),
        "events": int(window["events"].sum()),
        "deaths_file": int(totals["deaths"].sum()),
        "deaths_ranked": float(group_scores.orders["deaths"].sum()),
        "groups": len(group_scores.scores),
        "unknown_cells": len(group_scores.sensitivity),
    }


def _sided(data: GroupInputs, method: GroupMethod) -> dict[str, int]:
    """Count the deaths of fights in the window, and those of which the records tell on which side they fell."""
    fights = data.cells[data.cells["year"].isin(method.years) & (data.cells["class"] != ONE_SIDED)]
    return {
        "deaths_fought": int(fights["best"].sum()),
        "deaths_sided": int(fights[["dead_a", "dead_b"]].sum().sum()),
    }


def _borders(outlines: dict[str, Any]) -> pd.DataFrame:
    """Which areas share a border: both directions, one row each; none where there are no outlines."""
    features = outlines["features"]
    ids = [str(f["unit_id"]) for f in features]
    shapes = _shapes(features)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=NEAR * _detail(shapes))
    pairs = sorted({(ids[a], ids[b]) for a, b in zip(first, second, strict=True) if a != b})
    return pd.DataFrame(pairs, columns=["unit_id", "neighbour_id"], dtype="object")


def _shapes(features: list[dict[str, Any]]) -> NDArray[np.object_]:
    return np.asarray(shapely.from_geojson([json.dumps(f["geometry"]) for f in features]))


def _detail(shapes: NDArray[np.object_]) -> float:
    """Return how fine outlines are drawn, in degrees: as fine as a screen shows, whatever the size of the place."""
    if not len(shapes):
        return OUTLINE_DEGREES
    west, _, east, _ = shapely.total_bounds(shapes)
    return min(OUTLINE_DEGREES, float(east - west) * OUTLINE_SHARE)


def _coarser(outlines: dict[str, Any]) -> dict[str, Any]:
    """Draw the outlines of areas with fewer corners, together, so that shared borders stay shared."""
    features = outlines["features"]
    if not features:
        return outlines
    shapes = _shapes(features)
    finest = _detail(shapes)
    thin = shapely.to_geojson(
        shapely.set_precision(shapely.normalize(shapely.coverage_simplify(shapes, finest)), ROUNDED * finest)
    )
    return {
        "type": "FeatureCollection",
        "features": [{**f, "geometry": json.loads(text)} for f, text in zip(features, thin, strict=True)],
    }
