"""Cells are judged by the estimate by which areas are published, so that what is validated is what is published."""

import numpy as np
import pandas as pd
import pytest

from harmmodel.audit.validation import cells, limits
from harmmodel.lenses.areas.cube import read_cube
from harmmodel.lenses.areas.joint import learn
from harmmodel.lenses.areas.spec import AreaInputs

CELLS, MONTHS = 120, 12
NAMES = ("assault", "robbery", "shooting")


@pytest.fixture(scope="module")
def parts():
    """Counts of three classes that follow one level, the last one rare."""
    rng = np.random.default_rng(3)
    level = np.exp(0.8 * rng.standard_normal(CELLS))
    counts = [rng.poisson(mean * level).astype(np.float64) for mean in (8.0, 3.0, 0.4)]
    return [cells.ClassEvents(name, name, y, 1.0, MONTHS) for name, y in zip(NAMES, counts, strict=True)]


def test_cells_are_estimated_as_the_area_lens_estimates_units(parts):
    """The lens, given the same counts on units of one square kilometre over the same months, says the same."""
    ids = [f"{number:03d}" for number in range(CELLS)]
    counts = pd.concat(
        pd.DataFrame({"unit_id": ids, "indicator": p.name, "class": p.name, "events": p.events}) for p in parts
    )
    about = [{"indicator": n, "class": n, "days": 365, "period_from": None, "period_to": None} for n in NAMES]
    units = pd.DataFrame({"unit_id": ids, "label": ids, "residents": np.nan, "km2": 1.0})
    specs = [cells._spec(name, False, [cells._class_count(part)]) for name, part in zip(NAMES, parts, strict=True)]
    cube = read_cube(AreaInputs(units, counts, pd.DataFrame(about)), specs)
    found = learn(cube, specs)
    for part, rate in zip(parts, cells._together(parts, ()), strict=True):
        one = found.estimates[part.name, part.name]
        assert one.block == "harm"  # learned together
        trust = 1 / (1 + one.worth)
        per_month = (one.expected + trust * (part.events - one.expected)) / MONTHS
        np.testing.assert_allclose(rate, per_month, rtol=1e-4)


def test_a_cell_high_in_other_classes_is_believed_in_a_rare_one(parts):
    rare = cells._together(parts, ())[2]
    none = parts[2].events == 0
    high = none & (parts[0].events > np.quantile(parts[0].events, 0.8))
    low = none & (parts[0].events < np.quantile(parts[0].events, 0.2))
    assert rare[high].min() > rare[low].max()


def test_a_class_that_needs_police_contact_teaches_no_other(parts):
    def estimated(events):
        contact = cells.ClassEvents("complaint", "complaint", events, 1.0, MONTHS, police_contact=True)
        return cells._together([*parts, contact], ())

    rng = np.random.default_rng(4)
    one, other = (estimated(rng.poisson(mean, CELLS).astype(np.float64)) for mean in (1.0, 20.0))
    for before, after in zip(one[:3], other[:3], strict=True):
        np.testing.assert_array_equal(before, after)


def test_the_method_in_force_is_the_last_that_was_tried_and_the_former_one_is_kept():
    names, recipes = zip(*cells.tries(), strict=True)
    assert recipes[-1] == cells.IN_FORCE
    assert names[-1].startswith("in force")
    assert cells.AROUND in recipes[:-1]
    assert len(set(recipes)) == len(recipes)


def test_another_way_that_finds_more_in_cells_is_named():
    def said(former, in_force):
        rows = [("9", "around", former), ("9", "in force: together", in_force)]
        return limits._other_ways(pd.DataFrame(rows, columns=["resolution", "method", "pei_0.1"]))

    (better,) = said(0.86, 0.80)
    assert "Another way that was tried for cells finds more in 10% of cells of resolution 9: around (PEI 0.86" in better
    (none,) = said(0.79, 0.80)
    assert none.startswith("No other way that was tried for cells finds more")
    assert limits._other_ways(pd.DataFrame()) == []
