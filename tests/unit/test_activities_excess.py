"""Excess and its test, on tables small enough to check by hand."""

import numpy as np
import pytest

from harmmodel.lenses.activities.areas import _shrunk
from harmmodel.method.activities import excess
from harmmodel.method.activities.excess import Profile


def profile(*rows: tuple[int, ...]) -> Profile:
    linked = np.array(rows, dtype=np.int64)
    n = np.arange(len(rows))
    return Profile(linked, np.full(linked.shape, linked.mean(axis=1, keepdims=True)), n, n)


def judged(*rows: tuple[int, ...], permutations: int = 400):
    shifts = np.random.default_rng(1).integers(0, len(rows[0]), (len(rows), permutations))
    weekly_profile = profile(*rows)
    family = np.ones(len(rows), dtype=np.bool_)
    return excess.tested(weekly_profile, groups=len(rows), family=family, permutations=permutations, shifts=shifts)


def test_the_chance_of_a_departure_is_the_share_of_weeks_that_depart_as_far():
    result = judged((9, 1, 1, 1, 1, 1, 1, 1, 1, 1), permutations=4000)
    assert result.p_alone[0] == pytest.approx(0.1, abs=0.02), "one week of ten"
    assert result.p_family[0] == result.p_alone[0], "a family of one"


def test_no_number_of_permutations_makes_a_chance_of_zero():
    shifts, family = np.array([[1, 2, 1]]), np.array([True])
    result = excess.tested(profile((20, 1, 3, 1)), groups=1, family=family, permutations=3, shifts=shifts)
    assert result.p_alone[0] == 1 / 4, "none of the three departs as far, and the recorded one is among four"


def test_in_a_family_the_furthest_member_of_each_permutation_counts():
    result = judged(*[(9, 1, 1, 1, 1, 1, 1, 1, 1, 1)] * 5, permutations=4000)
    # Each member departs so far in a tenth of permutations, any of five in 1 - 0.9^5 of them: true of the member that
    # departs least in units of its own spread.
    assert result.p_family.max() == pytest.approx(1 - 0.9**5, abs=0.04)
    assert (result.p_family >= result.p_alone).all()


def test_what_is_expected_is_the_mean_of_the_other_weeks_at_the_level_of_the_week():
    linked, city = np.array([[3, 1, 2], [0, 0, 6]]), np.array([[100, 100, 200], [10, 0, 10]])
    np.testing.assert_allclose(excess.expected_counts(linked, city), [[1, 2, 4], [3, 0, 0]])
    assert np.isnan(excess.expected_counts(linked[:, :1], city[:, :1])).all(), "one week has no other"


def test_entering_every_record_twice_moves_no_areas_excess():
    seen, expected = np.array([3.0, 12.0, 30.0]), np.array([5.0, 10.0, 20.0])
    once, twice = _shrunk(seen, expected, 1.5, (0.05, 0.95)), _shrunk(2 * seen, 2 * expected, 3.0, (0.05, 0.95))
    np.testing.assert_allclose(twice, once)


def test_areas_that_agree_are_no_surer_of_their_level_than_their_events_allow():
    _, low, high = _shrunk(np.full(4, 2.0), np.full(4, 2.0), 1.0, (0.05, 0.95))
    assert (high - low > 0.8).all(), "eight events leave the common level itself open by about a third either way"


def test_what_is_taken_out_leads_back_to_what_was_mixed_in():
    true, covered = np.array([0.5, 1.0, 1.5, 3.0]), np.array([0.6, 0.3, 0.5, 0.2])
    mixed = true / (1 - covered + covered * true)
    np.testing.assert_allclose(excess.undiluted(mixed, covered), true)


def test_without_a_ratio_there_is_nothing_to_take_out_and_no_effect_is_large_enough_for_some():
    intervals = excess.undiluted(np.array([np.nan, 1.3, 1.3]), np.array([0.2, np.nan, 0.9]))
    assert np.isnan(intervals[:2]).all()
    assert np.isinf(intervals[2])


@pytest.mark.parametrize("differs", [0.0, 0.5])
def test_the_interval_holds_the_mean_effect_where_effects_differ_between_squares(differs: float):
    rng, squares, weeks, held, narrow = np.random.default_rng(3), 80, 28, 0, 0
    cities, number = 250, np.arange(squares)
    for _ in range(cities):
        level = rng.gamma(1.0, 8.0, squares) + 0.2
        effect = np.exp(rng.normal(0, differs, squares) - differs**2 / 2)
        counts = rng.poisson(level[:, None], (squares, weeks))
        counts[:, 0] = rng.poisson(level * effect)
        expected = (counts.sum(axis=1, keepdims=True) - counts) / (weeks - 1)
        result = excess.tested(
            Profile(counts, expected, np.zeros(squares, dtype=np.int64), number),
            groups=1,
            family=np.array([True]),
            permutations=200,
            shifts=rng.integers(0, weeks, (squares, 200)),
        )
        for name, dispersion in (("narrow", result.dispersion), ("wide", np.fmax(result.dispersion, result.between))):
            low, high = excess.ratio_interval(result.linked, result.expected, dispersion, (0.05, 0.95))
            held += name == "wide" and low[0] <= 1 <= high[0]
            narrow += name == "narrow" and low[0] <= 1 <= high[0]
    assert 0.86 <= held / cities <= 0.97
    assert narrow / cities < 0.75 or not differs, "permutations alone know nothing of effects that differ"


def test_doubling_every_record_leaves_the_variance_between_squares_where_it_was():
    counts = np.random.default_rng(1).poisson(5.0, (40, 10))
    expected = np.full(counts.shape, 5.0)
    once, twice = (Profile(n * counts, n * expected, np.zeros(40, dtype=np.int64), np.arange(40)) for n in (1, 2))
    assert excess.between_squares(twice, 1)[0] == pytest.approx(2 * excess.between_squares(once, 1)[0])
