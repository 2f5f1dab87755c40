"""Rates by a second population, worked out by hand for three areas; what is not known stays so."""

import numpy as np
import pandas as pd
import pytest

from harmmodel.lenses.areas.cube import read_cube
from harmmodel.lenses.areas.denominator import per_present, present
from harmmodel.lenses.areas.spec import AreaInputs, IndicatorSpec

RESIDENTS, JOBS = np.array([1_000.0, 2_000.0, 1_000.0]), np.array([9_000.0, 0.0, np.nan])
FIELDS = {"id": "robbery", "label": "Robbery", "pillar": "violence", "role": "score", "weight": 1.0}
RANGES = {"weight_range": (1.0, 1.0), "low": 0.0, "high": 5_000.0, "high_range": 0.1, "police_contact": False}
KINDS = {"classes": ("robbery",), "weighted": False, "least": 500, "least_share": 0.8}


def counted(per: str, *, adds: bool) -> tuple[list[float], tuple[str, ...]]:
    """Return events per 100,000 persons and year of three areas, half a year observed, and why a rate is lacking."""
    units = pd.DataFrame({"unit_id": list("ABC"), "label": list("ABC"), "residents": RESIDENTS})
    counts = pd.DataFrame({"unit_id": list("ABC"), "indicator": "robbery", "class": "robbery", "events": [20, 20, 20]})
    exposure = pd.DataFrame(
        {"indicator": ["robbery"], "class": "robbery", "days": 182.5, "period_from": "2024-01-01", "period_to": "x"}
    )
    data = AreaInputs(units.assign(present=present(RESIDENTS, JOBS, adds=adds)), counts, exposure)
    specs = [IndicatorSpec(**FIELDS, **RANGES, **KINDS, per="resident")]
    cube = read_cube(data, specs if per == "resident" else per_present(specs))
    count = cube.classes["robbery"][0]
    return (count.scale * count.events / count.person_years).tolist(), cube.lacks


@pytest.mark.parametrize(
    ("per", "adds", "rates"),
    [
        ("resident", True, [4_000, 2_000, 4_000]),  # 20 / (1,000 × half a year)
        ("present", True, [400, 2_000, np.nan]),  # 20 / (10,000 × half a year)
        ("present", False, [20 / 4_500 * 100_000, np.nan, np.nan]),  # no job is no denominator
    ],
)
def test_rates_by_hand(per, adds, rates):
    found, lacks = counted(per, adds=adds)
    assert found == pytest.approx(rates, nan_ok=True)
    unknown = "how many persons it has is not known"
    assert lacks == tuple(unknown if np.isnan(rate) else "" for rate in rates)


def test_rates_per_square_kilometre_stay_as_they_are():
    per_km2 = IndicatorSpec(**FIELDS, **RANGES, **KINDS, per="km2")
    assert per_present([per_km2]) == [per_km2]
