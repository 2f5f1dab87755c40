"""Ranks, intervals and rate draws, against the plainest NumPy that does part of the same and other libraries."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from harmmodel.method.area_levels import Record
from harmmodel.method.joint_rates import believed, learned
from harmmodel.method.random_streams import rate_draws, stream
from harmmodel.method.shrinkage import marshall_prior
from harmmodel.method.uncertainty import quantiles, rank_draws, share_of_draws_in_top, top_size

DRAWS = 10_000


def scores(units: int, draws: int) -> np.ndarray:
    """Return made-up draws of scores, shape (units, draws), float32."""
    rng = np.random.default_rng(1)
    return np.abs(rng.gamma(2, 10, (units, 1)) + rng.normal(0, 4, (units, draws))).astype(np.float32)


def ranks_and_intervals(units: int, draws: int) -> float:
    """Intervals of scores and ranks and the chance of the top tenth, as a run computes them; seconds."""
    found = scores(units, draws)
    start = time.perf_counter()
    quantiles(found, (0.05, 0.95, 0.25, 0.75))
    quantiles(rank_draws(found), (0.05, 0.95))
    share_of_draws_in_top(found, top_size(units, 0.1))
    return time.perf_counter() - start


def one_argsort(units: int, draws: int) -> float:
    """One argsort of the same array over the units; seconds."""
    found = scores(units, draws)
    start = time.perf_counter()
    np.argsort(found, axis=0)
    return time.perf_counter() - start


def scikit_criteria(units: int, draws: int) -> float:
    """Rank the same draws with scikit-criteria, a hundredth of them timed and scaled up; seconds."""
    from skcriteria import mkdm
    from skcriteria.agg.simple import WeightedSumModel

    found, some = scores(units, draws), max(draws // 100, 1)
    model = WeightedSumModel()
    start = time.perf_counter()
    for draw in range(some):
        model.evaluate(mkdm(found[:, draw : draw + 1] + 1e-3, [max], weights=[1.0]))
    return (time.perf_counter() - start) * draws / some


def pymcdm(units: int, draws: int) -> float:
    """Rank the same draws with pymcdm, a hundredth of them timed and scaled up; seconds."""
    from pymcdm.helpers import rrankdata

    found, some = scores(units, draws), max(draws // 100, 1)
    start = time.perf_counter()
    for draw in range(some):
        rrankdata(found[:, draw])
    return (time.perf_counter() - start) * draws / some


def joint_rates(units: int, classes: int) -> float:
    """Learn how classes go together and what to expect of each unit, from made-up counts of one level; seconds."""
    rng = np.random.default_rng(3)
    loading, base = rng.uniform(0.3, 1.4, classes), 10 ** rng.uniform(-4.5, -2.5, classes)
    exposure = rng.uniform(2e3, 6e4, units)[:, None] * np.ones(classes)
    level, own = rng.standard_normal((units, 1)), rng.uniform(2, 40, classes)
    rate = base * np.exp(loading * level - loading**2 / 2) * rng.gamma(own, 1 / own, (units, classes))
    record = Record(rng.poisson(exposure * rate).astype(float), exposure)
    start = time.perf_counter()
    believed(learned(record), record)
    return time.perf_counter() - start


def counted(units: int) -> tuple[np.ndarray, np.ndarray]:
    """Return made-up events and exposure, shape (units,) each."""
    rng = np.random.default_rng(2)
    exposure = rng.uniform(1e3, 1e5, units)
    return rng.poisson(exposure * rng.gamma(2, 1e-3, units)).astype(float), exposure


def keyed_draws(units: int, draws: int) -> float:
    """Draw posterior rates with a stream of its own for every unit; seconds."""
    events, exposure = counted(units)
    prior = marshall_prior(events, exposure)
    start = time.perf_counter()
    for unit in range(units):
        rate_draws(events[unit], exposure[unit], prior, draws=draws, rng=stream(0, "rate", "x", str(unit)))
    return time.perf_counter() - start


def bare_gamma(units: int, draws: int) -> float:
    """NumPy's own gamma sampling of the same count, unit by unit from one stream; seconds."""
    events, exposure = counted(units)
    prior = marshall_prior(events, exposure)
    rng = np.random.Generator(np.random.Philox(1))
    start = time.perf_counter()
    for unit in range(units):
        rng.gamma(prior.shape + events[unit], 1 / (prior.rate + exposure[unit]), draws)
    return time.perf_counter() - start


def whole_scoring(units: int, draws: int) -> dict[str, float]:
    """Score made-up areas with 20 classes in three pillars, as a run does; seconds in all."""
    import pandas as pd

    from harmmodel.config.types import PILLARS
    from harmmodel.lenses.areas.score import score_areas
    from harmmodel.lenses.areas.spec import AreaInputs
    from harmmodel.lenses.scheme import PillarSpec
    from tests.schemes import area_scheme, indicator

    rng = np.random.default_rng(3)
    ids = [f"u{n:05d}" for n in range(units)]
    residents = rng.integers(2_000, 90_000, units)
    names = [f"i{n:02d}" for n in range(20)]
    specs = [indicator(id=n, label=n, pillar=PILLARS[k % 3], classes=(n,), high=2000.0) for k, n in enumerate(names)]
    scheme = area_scheme(pillars=tuple(PillarSpec(p, p, 1 / 3, (0.2, 0.5), p) for p in PILLARS), draws=draws)
    counts = pd.concat(
        pd.DataFrame(
            {"unit_id": ids, "indicator": n, "class": n, "events": rng.poisson(residents * rng.gamma(2, 2e-3, units))}
        )
        for n in names
    )
    exposure = pd.DataFrame(
        {"indicator": names, "class": names, "days": 365, "period_from": "2017-01-01", "period_to": "2018-01-01"}
    )
    data = AreaInputs(pd.DataFrame({"unit_id": ids, "label": ids, "residents": residents}), counts, exposure)
    start = time.perf_counter()
    score_areas(data, specs, scheme)
    return {"seconds": time.perf_counter() - start}


def published_snapshot(root: Path) -> Path:
    """Return the snapshot of the published Chicago run."""
    from harmmodel.warehouse.store import editions, snapshots

    return snapshots.folder(root, editions.published(root, "chicago").manifest["snapshot_id"]) / snapshots.HARM
