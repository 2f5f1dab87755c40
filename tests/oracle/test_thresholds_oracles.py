"""The Threshold lab against the published check values, closed forms, simulation and SciPy."""

import numpy as np
import pytest
from scipy import stats

from harmmodel.method.thresholds.bunching import BINS, HALF_WIDTH, bunching, exact_interval
from harmmodel.method.thresholds.classification import (
    Lognormal,
    counted_roc_area,
    lognormal,
    roc_area,
    share_above,
    share_above_interval,
    wilson_interval,
)

HELD = Lognormal(np.log(0.6), 0.9)
# Threshold in grams, misclassified-user rate and the precision to which the check value is given.
CHECKS = [
    (0.05, 0.997, 0.0005),
    (0.3, 0.78, 0.005),
    (0.5, 0.58, 0.005),
    (0.75, 0.40, 0.005),
    (1, 0.285, 0.0005),
    (2, 0.09, 0.005),
    (3, 0.037, 0.0005),
    (5, 0.009, 0.0005),
]


@pytest.mark.parametrize(("grams", "rate", "precision"), CHECKS)
def test_the_check_values_of_the_method_are_met(grams, rate, precision):
    assert float(share_above(grams, HELD)) == pytest.approx(rate, abs=precision)


def test_the_rate_is_the_survival_function_of_scipys_lognormal():
    grid = np.geomspace(0.001, 500, 60)
    np.testing.assert_allclose(share_above(grid, HELD), stats.lognorm(s=0.9, scale=0.6).sf(grid), rtol=1e-9)


def test_median_and_90th_percentile_come_back_out():
    found = stats.lognorm(s=lognormal(0.6, 1.9).sigma, scale=lognormal(0.6, 1.9).median)
    assert found.ppf([0.5, 0.9]) == pytest.approx([0.6, 1.9])


@pytest.mark.parametrize("grams", [0.2, 1.0, 4.0])
def test_the_interval_of_a_survey_covers_as_often_as_it_says(grams):
    rng = np.random.default_rng(0)
    truth, n = float(share_above(grams, HELD)), 200
    covered = 0
    for _ in range(400):
        median, p90 = np.quantile(np.exp(rng.normal(HELD.mu, HELD.sigma, n)), (0.5, 0.9))
        low, high = share_above_interval(grams, lognormal(median, p90), respondents=n)
        covered += low <= truth <= high
    assert 0.85 <= covered / 400 <= 0.95


@pytest.mark.parametrize(("hits", "of"), [(0, 40), (3, 40), (20, 40), (40, 40), (1, 1)])
def test_wilson_and_exact_intervals_are_scipys(hits, of):
    test = stats.binomtest(hits, of)
    assert wilson_interval(hits, of) == pytest.approx(tuple(test.proportion_ci(0.9, "wilson")))
    assert exact_interval(hits, of, 0.9) == pytest.approx(tuple(test.proportion_ci(0.9, "exact")))


def test_the_counted_roc_area_is_mann_whitneys_u_and_tends_to_the_closed_form():
    rng = np.random.default_rng(1)
    users, suppliers = rng.normal(0, 0.9, 4000), rng.normal(1.5, 1.4, 3000)
    counted = counted_roc_area(users, suppliers)
    assert counted == pytest.approx(stats.mannwhitneyu(suppliers, users).statistic / (4000 * 3000))
    assert counted == pytest.approx(roc_area(Lognormal(0, 0.9), Lognormal(1.5, 1.4)), abs=0.015)


def weights(rng: np.random.Generator, n: int, moved: float = 0.0):
    """Draw smooth weights, and move a share of those just above 1 g to just below it."""
    found = np.exp(rng.normal(np.log(0.8), 1.0, n))
    hit = (found > 1) & (found < 1.1) & (rng.random(n) < moved)
    return np.where(hit, found * 0.9, found)


def test_smooth_weights_bunch_no_oftener_than_chance_and_moved_ones_are_found():
    rng = np.random.default_rng(2)
    false = sum(bunching(weights(rng, 1000), 1.0).p_value < 0.1 for _ in range(200))
    found = [bunching(weights(rng, 3000, moved=0.5), 1.0) for _ in range(40)]
    assert false / 200 <= 0.16
    assert sum(f.p_value < 0.1 and f.jump < 1 and f.placebo_share < 0.1 for f in found) >= 36


def test_the_jump_is_the_ratio_that_was_planted():
    rng = np.random.default_rng(3)
    flat = np.exp(rng.uniform(np.log(0.4), np.log(2.5), 40_000))
    thinned = flat[(flat <= 1) | (rng.random(flat.size) < 0.6)]
    found = bunching(thinned, 1.0)
    assert found.jump == pytest.approx(0.6, abs=0.08)
    assert found.jump_low < 0.6 < found.jump_high


def test_rounded_weights_alone_are_not_called_bunching():
    rng = np.random.default_rng(4)
    rounded = [np.round(weights(rng, 2000), 1) for _ in range(40)]
    assert sum(bunching(w[w > 0], 1.0).p_value < 0.1 for w in rounded) <= 6


def test_a_tenth_on_each_side_ends_at_the_threshold_and_with_its_last_weight():
    found = bunching(np.array([9.0, 9.01, 10.0, 10.01, 11.0, 11.01]), 10.0)
    assert (found.below, found.above, found.exactly) == (2, 2, 1)


def test_fifty_weights_in_the_window_are_enough():
    weights = 10 * np.exp(np.linspace(-0.69, 0.69, 50))
    assert bunching(weights, 10.0).is_known
    assert not bunching(weights[1:], 10.0).is_known


def test_counts_that_scatter_less_than_chance_are_no_surer_than_chance():
    middles = (np.arange(2 * BINS) - BINS + 0.5) * HALF_WIDTH / BINS
    found = bunching(np.repeat(10 * np.exp(middles), 10), 10.0)
    assert found.jump == pytest.approx(1)
    assert found.jump_high > 1.3 > 1 > 0.77 > found.jump_low
