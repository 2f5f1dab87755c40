"""Uncertain inputs are drawn: goalposts in their range, rates by the seed, shares with a prior as large as the unit."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from harmmodel.lenses.areas.contrast import ContrastInputs, contrast_areas
from harmmodel.lenses.areas.score import AreaScores, score_areas
from harmmodel.lenses.scheme import PillarSpec
from harmmodel.method.contrast import weighted_count_draws
from harmmodel.method.random_streams import stream
from tests.schemes import INTERVAL, area_scheme, indicator
from tests.unit.test_areas import SCHEME, SPECS, place

PILLARS = (PillarSpec("violence", "Violence", 1.0, (1.0, 1.0), "targeted deterrence"),)


def sure(high_range: float) -> AreaScores:
    """Score one indicator of which nothing but the goalpost is uncertain: weights fixed, events by the million."""
    spec = indicator(
        id="violence",
        label="Violence",
        pillar="violence",
        classes=("robbery",),
        high=4e9,
        high_range=high_range,
        weight_range=(1.0, 1.0),
    )
    data = place()
    counts = data.counts[data.counts["class"] == "robbery"]
    data = replace(data, counts=counts.assign(events=counts["events"] * 1_000_000), beat_counts=None, beat_shares=None)
    return score_areas(data, [spec], area_scheme(pillars=PILLARS, draws=2000))


@pytest.mark.parametrize("share", [0.05, 0.2, 0.4])
def test_the_high_goalpost_is_drawn_over_the_whole_of_its_range_and_no_further(share):
    scored = sure(share)
    middle = scored.scores["score"].fillna(scored.scores["violence"]).to_numpy()
    drawn = scored.draws["violence"] / middle[:, None]  # a score is the rate over the goalpost
    assert drawn.min() == pytest.approx(1 / (1 + share), rel=0.01)
    assert drawn.max() == pytest.approx(1 / (1 - share), rel=0.01)
    assert np.median(drawn) == pytest.approx(1, rel=0.05)


def test_a_wider_range_of_the_goalpost_widens_every_interval():
    widths = [(one.scores["violence_high"] - one.scores["violence_low"]).to_numpy() for one in map(sure, (0, 0.1, 0.3))]
    assert (widths[0] < widths[1]).all()
    assert (widths[1] < widths[2]).all()


def test_another_seed_draws_other_rates_and_the_same_seed_the_same():
    first, again, other = (score_areas(place(), SPECS, replace(SCHEME, seed=seed)) for seed in (0, 0, 1))
    assert first.class_draws
    for name, drawn in first.class_draws.items():
        np.testing.assert_array_equal(drawn, again.class_draws[name])
        assert (drawn != other.class_draws[name]).any(axis=1).all(), name
    np.testing.assert_array_equal(first.scores["score"], other.scores["score"], "the estimate needs no draw")


def test_the_prior_of_an_unseen_unit_is_as_large_as_the_unit():
    sizes = np.array([1000.0, 4000.0, 7000.0, np.nan])
    drawn = weighted_count_draws(
        np.zeros((1, 4)), np.ones(1), sizes, draws=40_000, open_stream=lambda _, unit: stream(0, str(unit))
    )
    assert drawn.mean(axis=1) == pytest.approx([0.125, 0.5, 0.875, 0.5], rel=0.05)


def test_the_share_of_a_unit_is_drawn_with_a_prior_in_proportion_to_its_residents():
    residents, violence = np.array([90_000, 50_000, 10_000]), np.array([9, 5, 1])
    units = {"unit_id": ["big", "middle", "small"]}
    ends = {name: [1.0, 2.0, 3.0] for name in ("rank", "rank_low", "rank_high")}
    tiers = {"tier": "baseline", "tier_no_contact": "baseline"}
    data = ContrastInputs(
        scores=pd.DataFrame({**units, "label": units["unit_id"], "residents": residents, **ends, **tiers}),
        arrests=pd.DataFrame({**units, "class": "sale", "arrests": 10_000_000 * violence}),
        violence=pd.DataFrame({**units, "class": "robbery", "events": violence}),
        class_weights={"robbery": 1},
        days=365,
        seed=0,
        draws=20_000,
        interval=INTERVAL,
        burden=0.8,
        held=True,
        unheard=frozenset(),
    )
    frame = contrast_areas(data).frame.set_index("unit_id")
    # Shares of independent gammas are a Dirichlet: each alone is a beta; half an event a unit is 1.5 in all.
    shape = violence + 1.5 * residents / residents.sum()
    low, high = stats.beta(shape, shape.sum() - shape).ppf([[0.05], [0.95]])
    assert frame["ratio_high"].to_numpy() == pytest.approx(violence / 15 / low, rel=0.1)
    assert frame["ratio_low"].to_numpy() == pytest.approx(violence / 15 / high, rel=0.1)
