"""The figures of validation agree with other people's code and with closed forms."""

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, mean_poisson_deviance, ndcg_score

from harmmodel.method.validation import accuracy, capture
from harmmodel.method.validation.capture import discounted_gain, mid_ranks, weighted_correlation

RNG = np.random.default_rng(20180801)
MEAN = RNG.gamma(1.5, 2.0, 300)
LATER = RNG.poisson(MEAN).astype(float)
SCORES = np.round(MEAN + RNG.normal(0, 1, 300))  # with ties
ONCE = {"blocks": np.zeros(300, dtype=int), "weights": np.ones((1, 1))}


def test_ndcg_with_ties_is_that_of_scikit_learn():
    ours = discounted_gain(SCORES, LATER, **ONCE)[0] / discounted_gain(LATER, LATER, **ONCE)[0]
    assert ours == pytest.approx(ndcg_score([LATER], [SCORES]), abs=1e-9)


def test_rank_correlations_are_those_of_scipy():
    ranked = [mid_ranks(values, **ONCE) for values in (SCORES, LATER)]
    ours = weighted_correlation(*ranked, np.ones((1, 300)))[0]
    assert ours == pytest.approx(spearmanr(SCORES, LATER).statistic)
    assert accuracy.kendall(SCORES, LATER) == pytest.approx(kendalltau(SCORES, LATER).statistic)


def test_a_sample_of_blocks_has_the_rank_correlation_of_its_copies():
    blocks = np.arange(300) % 7
    times = np.array([0, 1, 2, 1, 3, 0, 0])
    copied = np.repeat(np.arange(300), times[blocks])
    weights = times[None, :].astype(float)
    ranked = [mid_ranks(values, blocks=blocks, weights=weights) for values in (SCORES, LATER)]
    ours = weighted_correlation(*ranked, weights[:, blocks])[0]
    assert ours == pytest.approx(spearmanr(SCORES[copied], LATER[copied]).statistic)


def test_brier_and_deviance_are_those_of_scikit_learn():
    chances, happened = accuracy.chance_of_any(MEAN), LATER > 0
    assert accuracy.brier(chances, happened) == pytest.approx(brier_score_loss(happened, chances))
    assert accuracy.poisson_deviance(LATER, MEAN) == pytest.approx(mean_poisson_deviance(LATER, MEAN))


def test_calibration_is_an_unpenalised_logistic_regression():
    chances, happened = accuracy.chance_of_any(MEAN / 3), LATER > 0
    fit = accuracy.calibration(chances, happened)
    odds = np.log(chances / (1 - chances))
    theirs = LogisticRegression(C=1e12, tol=1e-10, max_iter=1000).fit(odds[:, None], happened)
    assert fit.slope == pytest.approx(theirs.coef_[0, 0], rel=1e-4)
    assert fit.intercept == pytest.approx(theirs.intercept_[0], rel=1e-4)


def test_taking_all_land_in_finds_no_more_than_its_share():
    assert accuracy.predictive_accuracy_index(1.0, 1.0) == 1.0


def test_morans_i_of_a_row_of_alternating_values():
    # n = 4 on a line: 3 neighbouring pairs, each with product -1, and a spread of 4.
    first, second = np.array([0, 1, 1, 2, 2, 3]), np.array([1, 0, 2, 1, 3, 2])
    assert accuracy.morans_i(np.array([1.0, -1.0, 1.0, -1.0]), first, second) == pytest.approx(4 / 6 * -6 / 4)


def test_generalised_gini_at_its_two_ends():
    # Bernasco and Steenbeek (2017): no concentration when no two events share a place; 1 - 1/c when all do (c < n).
    apart, together = np.zeros(100), np.zeros(100)
    apart[:10], together[0] = 1, 10
    assert capture.generalised_gini(apart) == pytest.approx(0, abs=1e-12)
    assert capture.generalised_gini(together) == pytest.approx(1 - 1 / 10)


def test_generalised_gini_is_the_plain_one_when_events_outnumber_places():
    events = RNG.poisson(30, 50).astype(float)
    gaps = np.abs(events[:, None] - events[None, :]).sum()
    assert capture.generalised_gini(events) == pytest.approx(gaps / (2 * 50**2 * events.mean()))
