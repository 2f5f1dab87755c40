"""Arithmetic of the group lens against published examples and second opinions."""

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from harmmodel.method.groups.assessment import (
    ATTRIBUTES,
    MAXIMUM,
    WEIGHTS,
    krippendorff_alpha,
    leanings,
    sheet,
    weighted_kappa,
)
from harmmodel.method.groups.attribution import age_weight, mean_age_weight, side_draws, total_draws

NAN = float("nan")
# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, the data of part C: 4 observers, 12 units.
OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
)


@pytest.mark.parametrize(("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_krippendorffs_alpha_of_the_published_example(metric, published):
    assert krippendorff_alpha(OBSERVERS, metric=metric) == pytest.approx(published, abs=0.0005)


def test_alpha_does_not_depend_on_the_order_of_raters_or_cells():
    shuffled = OBSERVERS[[2, 0, 3, 1]][:, ::-1]
    assert krippendorff_alpha(shuffled) == pytest.approx(krippendorff_alpha(OBSERVERS))


def test_alpha_and_kappa_say_nothing_where_nothing_can_be_said():
    assert np.isnan(krippendorff_alpha(np.array([[1.0, NAN], [NAN, 2.0]])))
    assert np.isnan(krippendorff_alpha(np.ones((2, 3))))
    assert np.isnan(krippendorff_alpha(np.zeros((0, 0))))
    assert np.isnan(weighted_kappa(np.array([1.0]), np.array([NAN]), levels=4))


@pytest.mark.parametrize("weights", ["linear", "quadratic"])
def test_weighted_kappa_agrees_with_scikit_learn(weights):
    rng = np.random.default_rng(3)
    first = rng.integers(0, 4, 80)
    second = np.clip(first + rng.integers(-1, 3, 80), 0, 3)
    expected = cohen_kappa_score(first, second, weights=weights, labels=[0, 1, 2, 3])
    assert weighted_kappa(first.astype(float), second.astype(float), levels=4, weights=weights) == pytest.approx(
        expected
    )


def test_a_rater_who_is_always_one_level_higher_leans_by_one():
    low = np.array([0.0, 1.0, 2.0, NAN])
    assert leanings(np.stack([low + 1, low, low])).tolist() == [1.0, -0.5, -0.5]


def test_sleipnir_reproduces_the_published_arithmetic():
    assert MAXIMUM == 760
    assert sum(WEIGHTS.values()) == 190
    assert WEIGHTS["Corruption"] == 19
    assert WEIGHTS["Links to criminal extremists"] == 1
    found = sheet({"Corruption": "high", "Violence": "medium", "Infiltration": "low", "Expertise": "nil"})
    rest = 190 - 19 - 18 - 17 - 16
    assert found.published == 4 * 19 + 2 * 18 + 17 + 2 * rest
    assert (found.low, found.high) == (129, 129 + 4 * rest)


def test_in_the_published_sheet_ignorance_scores_as_medium_and_learning_can_only_be_told_by_ours():
    nothing = sheet({})
    assert nothing.published == sheet(dict.fromkeys(ATTRIBUTES, "medium")).published == 380
    assert (nothing.low, nothing.high) == (0, 760)


def test_a_sheet_refuses_what_it_does_not_know():
    with pytest.raises(ValueError, match="Market volume"):
        sheet({"Market volume": "high"})
    with pytest.raises(ValueError, match="huge"):
        sheet({"Violence": "huge"})


def test_drawn_totals_are_triangular():
    drawn = total_draws(10, 20, 50, draws=20_000, rng=np.random.default_rng(1))
    triangle = stats.triang(c=0.25, loc=10, scale=40)
    assert stats.kstest(drawn, triangle.cdf).pvalue > 0.001


def test_shares_of_a_side_are_uniform_and_those_of_its_members_even():
    first, second = side_draws((3, 1), (0, 1), draws=20_000, rng=np.random.default_rng(2))
    assert stats.kstest(first.sum(axis=0), "uniform").pvalue > 0.001
    assert first.mean(axis=1) == pytest.approx(1 / 6, abs=0.01)
    assert (first.sum(axis=0) + second.sum(axis=0)) == pytest.approx(1.0)


def test_the_mean_age_weight_is_the_integral_of_the_weights():
    ages = np.linspace(12, 24, 200_001)
    assert mean_age_weight(12, 24, 12) == pytest.approx(float(age_weight(ages, 12).mean()), rel=1e-5)
    assert sum(mean_age_weight(12 * y, 12 * y + 12, 12) for y in range(60)) == pytest.approx(1.0)
