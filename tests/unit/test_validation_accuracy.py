"""Edges of the figures of validation: ties, nothing recorded, one unit more, and what must never be given."""

import numpy as np
import pytest

from harmmodel.method.validation import accuracy, capture
from harmmodel.method.validation.capture import best_order, block_weights, by_step, captured, order_by
from harmmodel.method.validation.neighbours import Ring, expected_level, shrunk_class, shrunk_towards, surroundings

ONE = {"blocks": np.zeros(4, dtype=int), "weights": np.ones((1, 1))}
SIZES = np.ones(4)


def found(scores, gains, share, sizes=SIZES):
    return float(captured(order_by(np.array(scores)), np.array(gains), sizes, np.array([share]), **ONE)[0, 0])


def test_an_order_without_a_preference_finds_what_chance_would():
    assert found([0.0, 0.0, 0.0, 0.0], [8.0, 0.0, 0.0, 0.0], 0.25) == pytest.approx(0.25)


def test_ties_at_the_border_are_taken_in_part():
    assert found([2.0, 1.0, 1.0, 1.0], [1.0, 3.0, 0.0, 0.0], 0.5) == pytest.approx((1 + 3 / 3) / 4)


def test_unknown_scores_come_last():
    assert found([np.nan, 1.0, 2.0, 3.0], [9.0, 1.0, 1.0, 1.0], 0.75) == pytest.approx(3 / 12)


def test_every_order_spends_the_same_when_units_differ_in_size():
    sizes = np.array([3.0, 1.0, 1.0, 1.0])
    assert found([4.0, 3.0, 2.0, 1.0], [6.0, 0.0, 0.0, 0.0], 0.25, sizes) == pytest.approx(0.5)


def test_no_order_finds_more_than_the_best_one():
    rng = np.random.default_rng(1)
    for _ in range(50):
        gains, sizes = rng.poisson(2, 4).astype(float) + 0.1, rng.uniform(0.5, 2, 4)
        shares = np.array([0.1, 0.3, 0.7])
        best = captured(best_order(gains, sizes), gains, sizes, shares, **ONE)
        other = captured(order_by(rng.normal(size=4)), gains, sizes, shares, **ONE)
        assert (other <= best + 1e-12).all()


def test_nothing_recorded_later_is_not_known_rather_than_zero():
    assert np.isnan(found([1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 0.0, 0.0], 0.5))


def test_a_sample_of_blocks_is_the_same_as_copying_their_units():
    rng = np.random.default_rng(2)
    blocks = np.array([0, 0, 1, 1, 2, 2])
    scores, gains, sizes = rng.normal(size=6), rng.poisson(3, 6).astype(float), rng.uniform(1, 2, 6)
    times = np.array([2, 0, 1])
    copied = np.repeat(np.arange(6), times[blocks])
    drawn = captured(
        order_by(scores), gains, sizes, np.array([0.3, 0.6]), blocks=blocks, weights=times[None, :].astype(float)
    )
    plain = captured(
        order_by(scores[copied]),
        gains[copied],
        sizes[copied],
        np.array([0.3, 0.6]),
        blocks=np.zeros(copied.size, dtype=int),
        weights=np.ones((1, 1)),
    )
    assert drawn == pytest.approx(plain)


def test_the_first_row_of_the_samples_is_the_data_as_they_are():
    weights = block_weights(5, replicates=20, rng=np.random.default_rng(0))
    assert weights.shape == (21, 5)
    assert (weights[0] == 1).all()
    assert (weights.sum(axis=1) == 5).all()


def test_steps_add_up_within_each_block():
    order = order_by(np.array([3.0, 1.0, 2.0]))
    table = by_step(np.array([5.0, 7.0, 11.0]), order, np.array([0, 1, 0]), 2)
    assert table.tolist() == [[0, 5, 16, 16], [0, 0, 0, 7]]


def test_indices_without_land_or_events_are_not_known():
    assert np.isnan(accuracy.predictive_accuracy_index(0.5, 0.0))
    assert np.isnan(accuracy.predictive_efficiency_index(0.0, 0.0))


def test_no_unit_is_held_to_be_without_any_chance():
    expected = accuracy.expected_counts(np.array([0.0, 2.0, 4.0]), 30.0)
    assert expected.sum() == pytest.approx(30)
    assert expected[0] == pytest.approx(expected[1] / 2)
    assert accuracy.expected_counts(np.zeros(3), 6.0).tolist() == [2, 2, 2]


def test_calibration_is_not_known_when_everything_happened():
    fit = accuracy.calibration(np.array([0.2, 0.8]), np.array([True, True]))
    assert np.isnan([fit.slope, fit.intercept]).all()


def test_calibration_of_perfectly_parted_chances_has_no_fit():
    fit = accuracy.calibration(np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, False, True, True]))
    assert np.isnan(fit.slope)


def test_equal_values_have_no_pattern_in_space():
    assert np.isnan(accuracy.morans_i(np.ones(3), np.array([0, 1]), np.array([1, 0])))


def test_without_neighbours_the_place_stands_in():
    assert surroundings(np.array([3.0, 0.0, 0.0]), []).tolist() == [1, 1, 1]


def test_an_empty_cell_among_full_ones_is_expected_to_have_more_than_one_among_empty_ones():
    events = np.array([9.0] * 20 + [0.0] * 20)
    events[10] = 0
    left = np.arange(39)
    rings = [Ring(np.concatenate([left, left + 1]), np.concatenate([left + 1, left]))]
    level = expected_level(events, rings)
    assert level[10] > 2 * level[30]


def test_more_events_never_lower_a_shrunk_count_and_nothing_expected_stays_nothing():
    expected = np.array([2.0, 2.0, 0.0])
    less, more = (shrunk_towards(np.array([n, 1.0, 0.0]), expected) for n in (1.0, 4.0))
    assert more[0] > less[0]
    assert less[2] == 0


def test_a_rare_class_keeps_about_its_own_total():
    rng = np.random.default_rng(0)
    level = rng.gamma(2, 5, 500)
    rare = rng.poisson(level / 40).astype(float)
    assert shrunk_class(rare, level).sum() == pytest.approx(rare.sum(), rel=0.1)


def test_concentration_without_events_is_not_known():
    assert np.isnan(capture.share_of_places(np.zeros(4), 0.5))
    assert np.isnan(capture.generalised_gini(np.zeros(4)))


def test_places_that_stand_out_by_both_are_counted_once():
    counts, harm = np.zeros(20), np.zeros(20)
    counts[0], counts[1], harm[0] = 9, 9, 9
    shared = capture.standing_out(counts, harm)
    assert (shared.by_count, shared.by_harm, shared.both, shared.jaccard) == (2, 1, 1, 0.5)


def test_where_all_places_are_alike_none_stands_out():
    shared = capture.standing_out(np.full(20, 3.0), np.zeros(20))
    assert (shared.by_count, shared.by_harm, shared.both) == (0, 0, 0)
