"""Do the intervals of a run hold: figures of made-up places whose truth is known, made from the run's own records."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from harmmodel.assembly import areas
from harmmodel.audit.calibration import STATED, WORLDS, Calibration, Ground, Say, calibrate
from harmmodel.method.arrays import Bools, Floats
from harmmodel.warehouse.store.results import Document
from harmmodel.warehouse.store.runs import AreaRun

DRAWS = 500
REPLICATES, FEWEST_REPLICATES = 20, 5
ENOUGH = 2000  # areas over all replicates of a world: where there are many areas, fewer replicates tell as much
SMALL, FEWEST_SMALL = 0.1, 5  # share of the areas that are called small: those with the fewest residents


def small_areas(residents: Floats) -> Bools:
    """Say which areas are small: the tenth with the fewest residents, at least five.

    Parameters
    ----------
    residents : shape (areas,); NaN where not known, and such an area is never called small

    Examples
    --------
    >>> small_areas(np.array([9.0, 1.0, np.nan, 5.0, 4.0, 3.0, 8.0])).tolist()
    [False, True, False, True, True, True, True]
    """
    number = max(FEWEST_SMALL, math.ceil(SMALL * residents.size))
    small = np.zeros(residents.size, np.bool_)
    small[np.argsort(residents, kind="stable")[:number]] = True
    return np.asarray(small & np.isfinite(residents))


def replicates_of(units: int, most: int) -> int:
    """Return how many places are made up for a world: *most*, fewer where each of them has many areas.

    Examples
    --------
    >>> replicates_of(77, 20), replicates_of(200, 20), replicates_of(5000, 20), replicates_of(5000, 2)
    (20, 10, 5, 2)
    """
    return min(most, max(FEWEST_REPLICATES, math.ceil(ENOUGH / max(units, 1))))


def intervals(run: AreaRun, say: Say, *, replicates: int = REPLICATES) -> Document:
    """Score made-up places of both kinds of truth and say how often the truth lay in the interval.

    Returns
    -------
    draws, areas, small (how many), small_residents (the most that a small area has), stated (ends of the shares of
    draws that are looked at), and worlds: one row each, as `Calibration` has it; a share of nothing is None.
    """
    ground = _ground(run)
    number = replicates_of(len(run.units), replicates)
    found = [calibrate(ground, world, number, say) for world in WORLDS]
    residents = _residents(run)[ground.small]
    return {
        "draws": DRAWS,
        "areas": len(run.units),
        "small": int(ground.small.sum()),
        "small_residents": float(residents.max()) if residents.size else None,
        "stated": list(STATED),
        "worlds": [_row(one) for one in found],
    }


def _ground(run: AreaRun) -> Ground:
    data = areas.window_inputs(run.units, run.windows(), areas.AS_CONFIGURED)
    scheme = replace(areas.area_scheme(run.config, units=len(run.units)), draws=DRAWS)
    return Ground(data, areas.indicator_specs(run.config), scheme, small_areas(_residents(run)), narrows=True)


def _residents(run: AreaRun) -> Floats:
    """Return the residents of each area in order of its id, as the lens orders areas."""
    units = run.units.assign(unit_id=run.units["unit_id"].astype(str)).sort_values("unit_id")
    if "residents" not in units:
        return np.full(len(units), np.nan)
    return np.asarray(units["residents"].to_numpy(dtype=np.float64, na_value=np.nan))


def _row(found: Calibration) -> dict[str, Any]:
    shares = {**found.coverage, **{f"narrow_{name}": share for name, share in found.narrow.items()}, "true": found.true}
    told = {name: None if math.isnan(share) else round(share, 6) for name, share in shares.items()}
    return {"world": found.world, "replicates": found.replicates, **told, "stated": found.stated}
