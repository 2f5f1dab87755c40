"""The method against closed forms, textbook formulas and other people's code."""

import math

import numpy as np
import pytest
from scipy import stats

from harmmodel.method.activities.allocation import Zone, drawn_events
from harmmodel.method.aggregation import generalised_mean, weighted_mean
from harmmodel.method.contrast import spearman, weighted_count_draws
from harmmodel.method.random_streams import rate_draws, resampled, stream, uniform_draws
from harmmodel.method.shrinkage import Prior, marshall_prior, own_share, posterior_mean
from harmmodel.method.uncertainty import draws_needed, leeway, rank_draws, ranks, share_of_draws_in_top
from harmmodel.method.yearly_rates import poisson_rates

EVENTS = np.array([3.0, 0.0, 12.0, 7.0, 40.0])
EXPOSURE = np.array([120.0, 80.0, 300.0, 150.0, 210.0])


def test_draws_agree_with_the_closed_form_of_the_posterior():
    prior = Prior(mean=0.05, between_variance=0.001, shape=2.5, rate=50.0)
    drawn = rate_draws(10.0, 150.0, prior, draws=20_000, rng=stream(0, "A"))
    assert stats.kstest(drawn, stats.gamma(12.5, scale=1 / 200).cdf).pvalue > 0.001


def test_weights_are_drawn_uniformly_from_their_range():
    drawn = uniform_draws(0.2, 0.5, draws=20_000, rng=stream(0, "weight"))
    assert stats.kstest(drawn, stats.uniform(0.2, 0.3).cdf).pvalue > 0.001


def test_shrinkage_agrees_with_marshalls_formulas_written_out():
    m = EVENTS.sum() / EXPOSURE.sum()
    s2 = sum(n * (y / n - m) ** 2 for y, n in zip(EVENTS, EXPOSURE, strict=True)) / EXPOSURE.sum()
    between = s2 - m / EXPOSURE.mean()
    assert between > 0
    weight = between / (between + m / EXPOSURE)
    prior = marshall_prior(EVENTS, EXPOSURE)
    assert own_share(EXPOSURE, prior.rate) == pytest.approx(weight)
    assert posterior_mean(EVENTS, EXPOSURE, prior) == pytest.approx(m + weight * (EVENTS / EXPOSURE - m))


def test_the_posterior_mean_is_the_mean_of_the_gamma_posterior():
    prior = marshall_prior(EVENTS, EXPOSURE)
    closed = stats.gamma(prior.shape + EVENTS, scale=1 / (prior.rate + EXPOSURE)).mean()
    assert posterior_mean(EVENTS, EXPOSURE, prior) == pytest.approx(closed)


@pytest.mark.parametrize("p", [1.0, 2.0, 3.0, math.inf])
def test_the_generalised_mean_is_the_weighted_norm(p):
    rng = np.random.default_rng(1)
    values, weights = rng.uniform(0, 100, (3, 20)), np.array([0.2, 0.5, 0.3])
    direct = values.max(axis=0) if math.isinf(p) else (weights @ values**p / weights.sum()) ** (1 / p)
    assert generalised_mean(values, weights, p=p) == pytest.approx(direct)


def test_the_quadratic_mean_agrees_with_scipys_power_mean():
    values = np.random.default_rng(2).uniform(1, 100, (3, 10))
    weights = np.array([1.0, 2.0, 4.0])
    assert generalised_mean(values, weights, p=2) == pytest.approx(
        stats.pmean(values, 2, axis=0, weights=weights[:, None])
    )


def test_the_mean_inside_a_pillar_orders_units_as_scikit_criteria_does():
    simple = pytest.importorskip("skcriteria.agg.simple")
    mkdm = pytest.importorskip("skcriteria").mkdm
    values, weights = np.random.default_rng(3).uniform(1, 100, (4, 15)), np.array([0.4, 0.3, 0.2, 0.1])
    matrix = mkdm(values.T, objectives=[max] * 4, weights=weights)
    result = simple.WeightedSumModel().evaluate(matrix)
    mine = weighted_mean(values, weights, minimum=2 / 3)
    assert mine == pytest.approx(np.asarray(result.e_["score"]))
    assert ranks(mine).tolist() == np.asarray(result.rank_).tolist()


def test_ranks_of_draws_agree_with_scipy_with_and_without_ties():
    drawn = np.random.default_rng(4).normal(size=(30, 2500)).astype(np.float32)
    drawn[:, 100:1200] = np.round(drawn[:, 100:1200])
    assert (rank_draws(drawn) == stats.rankdata(-drawn, axis=0)).all()


def test_rank_correlation_agrees_with_scipy():
    first, second = np.random.default_rng(5).integers(0, 6, (2, 40)).astype(float)
    assert spearman(first, second) == pytest.approx(stats.spearmanr(first, second).statistic)


def test_places_in_the_top_add_to_k_and_agree_with_counting():
    drawn = np.random.default_rng(6).gamma(3, size=(25, 2300)).astype(np.float32)
    found = share_of_draws_in_top(drawn, 3)
    assert found.sum() == pytest.approx(3)
    assert found == pytest.approx((stats.rankdata(-drawn, axis=0) <= 3).mean(axis=1))


def test_places_in_the_top_add_to_k_where_many_units_are_clipped():
    drawn = np.minimum(np.random.default_rng(7).gamma(3, size=(25, 300)), 3.0)
    assert share_of_draws_in_top(drawn, 4).sum() == pytest.approx(4)


@pytest.mark.parametrize("k", [1, 3])
def test_leeway_is_the_least_shift_that_changes_the_share_found_by_trying(k):
    rng = np.random.default_rng(8)
    drawn = rng.normal(rng.uniform(40, 60, (12, 1)), 6, (12, 1000))
    needed = (draws_needed(0.8, 1000), draws_needed(0.1, 1000, more=True))
    found = leeway(drawn, k, needed)

    def moved(unit: int, points: float) -> float:
        changed = drawn.copy()
        changed[unit] += points
        return float(share_of_draws_in_top(changed, k)[unit])

    for unit in range(12):
        low, high = -200.0, 200.0
        for _ in range(60):  # bisection knows nothing of margins
            middle = (low + high) / 2
            low, high = (low, middle) if moved(unit, middle) >= 0.8 else (middle, high)
        assert -found[0, unit] == pytest.approx(high, abs=1e-6)
        assert moved(unit, -found[1, unit] - 1e-9) <= 0.1 < moved(unit, -found[1, unit] + 1e-9)


@pytest.mark.parametrize("n", [30, 300])  # few events are drawn one by one, many by NumPy
def test_zone_events_fall_as_the_multinomial_says(n: int):
    drawn = drawn_events([(Zone("1", (0, 1), (0.6, 0.3)), n)], draws=20_000, open_stream=lambda key: stream(0, key))
    assert drawn[0].mean() == pytest.approx(n * 0.6, rel=0.01)
    assert drawn[1].mean() == pytest.approx(n * 0.3, rel=0.01)
    assert drawn[0].var() == pytest.approx(n * 0.6 * 0.4, rel=0.05)
    assert np.cov(drawn[0], drawn[1])[0, 1] == pytest.approx(-n * 0.6 * 0.3, rel=0.05)


def test_places_are_drawn_again_as_the_multinomial_says():
    drawn = resampled(40, draws=20_000, rng=stream(0, "A"))
    assert (drawn.sum(axis=1) == 40).all()
    assert drawn.mean(axis=0) == pytest.approx(np.ones(40), abs=0.05)
    assert drawn.var() == pytest.approx(1 - 1 / 40, rel=0.02)
    assert np.cov(drawn[:, 0], drawn[:, 1])[0, 1] == pytest.approx(-1 / 40, abs=0.02)


def test_jeffreys_draws_of_one_class_are_gamma():
    drawn = weighted_count_draws(
        np.array([[4.0]]),
        np.array([2.0]),
        np.array([900.0]),
        draws=20_000,
        open_stream=lambda kind, unit: stream(0, str(kind), str(unit)),
    )
    assert stats.kstest(drawn[0], stats.gamma(4.5, scale=2.0).cdf).pvalue > 0.001


def test_yearly_intervals_are_garwoods():
    events = np.array([0.0, 1.0, 7.0, 120.0])
    found = poisson_rates(events, np.full(4, 3.0), interval=(0.05, 0.95))
    low = [0.0, *(stats.chi2.ppf(0.05, 2 * events[1:]) / 2 / 3)]
    assert found.low == pytest.approx(low)
    assert found.high == pytest.approx(stats.chi2.ppf(0.95, 2 * (events + 1)) / 2 / 3)
