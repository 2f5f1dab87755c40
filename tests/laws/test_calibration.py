"""Intervals hold where the truth is known: on places made from Chicago's own records, of two kinds of truth."""

from dataclasses import replace

import numpy as np
import pytest

from harmmodel.assembly import areas
from harmmodel.audit import calibration
from harmmodel.warehouse.store import editions

SMALL = 12_000  # residents
REPLICATES = 36  # 2,700 intervals, and at least as many statements as replicates


@pytest.fixture(scope="module")
def ground(project):
    run = editions.published(project.path, project.place)
    data = areas.window_inputs(run.units, run.windows(), areas.AS_CONFIGURED)
    residents = run.units.sort_values("unit_id")["residents"].to_numpy(dtype=np.float64)
    scheme = replace(areas.area_scheme(run.config), draws=400)
    specs = areas.indicator_specs(run.config)
    return calibration.Ground(data, specs, scheme, residents < SMALL, narrows=False)


@pytest.mark.parametrize("world", [calibration.GAMMA, calibration.LOGNORMAL])
def test_intervals_hold_and_a_stated_share_of_draws_is_no_boast(ground, world):
    found = calibration.calibrate(ground, world, REPLICATES)
    assert found.coverage["all"] >= 0.86
    assert found.coverage["leading"] >= 0.84
    assert found.coverage["small"] >= 0.84
    assert found.stated >= REPLICATES
    assert found.true >= 0.75


def test_intervals_hold_over_all_areas_also_where_kinds_of_harm_are_unrelated(ground):
    """The records contradict this world; in small areas with little harm intervals do not hold in it."""
    found = calibration.calibrate(ground, calibration.ALONE, 12)
    assert found.coverage["all"] >= 0.86
    assert found.coverage["leading"] >= 0.84


def test_intervals_of_one_class_at_a_time_would_not_hold(ground, monkeypatch):
    """The test can fail: with what was done before, small areas are missed."""
    learn = calibration.learn
    monkeypatch.setattr("harmmodel.lenses.areas.score.learn", lambda *given: learn(*given, alone=True))
    found = calibration.calibrate(ground, calibration.LOGNORMAL, 8)
    assert min(found.coverage["leading"], found.coverage["small"]) < 0.84
