"""Edges of the method: nothing recorded, nothing known, nothing to compare."""

import math

import numpy as np
import pytest

from harmmodel.method.activities.allocation import Zone, certain_events, drawn_events, expected_events
from harmmodel.method.activities.excess import resampled_mean
from harmmodel.method.aggregation import generalised_mean, mean_event_weights, shares, weighted_mean
from harmmodel.method.contrast import level, ratio, share_of_total, spearman, top_overlap, weighted_count_draws
from harmmodel.method.random_streams import rate_draws, stream, uniform_draws
from harmmodel.method.scales import clipped_share, scaled
from harmmodel.method.shrinkage import LEAST_OWN_SHARE, marshall_prior, own_share, posterior_mean
from harmmodel.method.uncertainty import (
    draws_needed,
    leeway,
    quantiles,
    rank_draws,
    ranks,
    share_of_draws_in_top,
    top_size,
)
from harmmodel.method.validation.capture import block_weights
from harmmodel.method.yearly_rates import poisson_rates

NAN = float("nan")


def test_no_recorded_event_never_means_no_risk():
    prior = marshall_prior(np.zeros(3), np.array([100.0, 200.0, 300.0]))
    assert (prior.shape, prior.rate) == (0.5, 600.0)
    assert (prior.mean, prior.between_variance) == (prior.shape / prior.rate, prior.shape / prior.rate**2)
    rates = posterior_mean(np.zeros(3), np.array([100.0, 200.0, 300.0]), prior)
    assert (rates > 0).all()
    assert rates[0] > rates[2], "the less is observed, the less is excluded"


def test_areas_that_differ_by_chance_only_keep_one_per_cent_of_their_own_record():
    exposure = np.full(4, 500.0)
    prior = marshall_prior(np.full(4, 10.0), exposure)
    assert own_share(exposure, prior.rate) == pytest.approx(np.full(4, LEAST_OWN_SHARE))


def test_a_prior_without_any_exposure_is_unknown_and_so_are_its_rates():
    prior = marshall_prior(np.array([1.0, NAN]), np.array([NAN, 10.0]))
    assert not prior.is_known
    assert math.isnan(prior.mean)
    assert np.isnan(rate_draws(1.0, 10.0, prior, draws=4, rng=stream(0, "A"))).all()


def test_an_unknown_area_teaches_the_prior_nothing():
    known = marshall_prior(np.array([3.0, 9.0]), np.array([100.0, 100.0]))
    assert marshall_prior(np.array([3.0, NAN, 9.0, 5.0]), np.array([100.0, 100.0, 100.0, NAN])) == known


@pytest.mark.parametrize(("events", "exposure"), [([-1.0], [1.0]), ([1.0], [-1.0]), ([1.0, 2.0], [1.0])])
def test_impossible_counts_are_refused(events, exposure):
    with pytest.raises(ValueError, match="must"):
        marshall_prior(np.array(events), np.array(exposure))


def test_goalposts_that_do_not_rise_are_refused_also_in_a_single_draw():
    with pytest.raises(ValueError, match="goalpost"):
        scaled(np.ones(2), low=0, high=np.array([5.0, 0.0]))


def test_goalposts_may_differ_by_draw():
    assert scaled(np.array([10.0, 10.0]), low=0, high=np.array([20.0, 40.0])).tolist() == [50.0, 25.0]


class Uniform:
    """A stream that draws uniform numbers and nothing else: the versions of NumPy draw these alike."""

    def __init__(self) -> None:
        self.random = stream(0, "A").random


def test_zones_are_divided_and_places_drawn_again_by_uniform_numbers_alone():
    zone = Zone("1", (0, 1), (0.6, 0.3))
    drawn = drawn_events([(zone, 5)], draws=4, open_stream=lambda _: Uniform())
    assert {unit: counts.tolist() for unit, counts in drawn.items()} == {0: [2, 4, 3, 3], 1: [2, 0, 2, 2]}
    assert block_weights(3, replicates=2, rng=Uniform())[1:].tolist() == [[0, 1, 2], [0, 1, 2]]
    low, high = resampled_mean(np.arange(3.0), np.ones(3), draws=9, rng=Uniform(), interval=(0.0, 1.0))
    assert (low, high) == pytest.approx((1 / 3, 5 / 3))


def test_the_clipped_share_of_nothing_is_not_a_number():
    assert math.isnan(clipped_share(np.array([NAN]), low=0, high=1))


def test_a_value_on_a_goalpost_is_not_clipped():
    assert clipped_share(np.array([0.0, 5.0, 10.0]), low=0, high=10) == 0
    assert clipped_share(np.array([-0.1, 5.0, 10.1]), low=0, high=10) == pytest.approx(2 / 3)


def test_two_of_three_equal_weights_are_two_thirds():
    values = np.array([[60.0], [30.0], [NAN]])
    assert weighted_mean(values, np.full(3, 0.1), minimum=2 / 3).tolist() == [45.0]
    assert np.isnan(weighted_mean(values, np.array([1.0, 1.0, 1.1]), minimum=2 / 3)).all()


def test_an_indicator_of_weight_zero_neither_counts_nor_is_missed():
    values = np.array([[60.0, 60.0], [NAN, 90.0]])
    assert weighted_mean(values, np.array([1.0, 0.0]), minimum=2 / 3).tolist() == [60.0, 60.0]


def test_a_pillar_without_any_weight_is_not_scored():
    assert np.isnan(weighted_mean(np.array([[60.0]]), np.array([0.0]), minimum=0.0)).all()
    assert shares(np.zeros(2)).tolist() == [0.0, 0.0]


def test_one_scored_pillar_is_the_sort_key_and_none_is_unknown():
    values = np.array([[NAN, NAN], [42.0, NAN]])
    for p in (1.0, 2.0, 3.0, math.inf):
        result = generalised_mean(values, np.array([0.5, 0.5]), p=p)
        assert result[0] == pytest.approx(42.0)
        assert np.isnan(result[1])


def test_a_pillar_of_weight_zero_is_not_the_worst_one():
    for p in (1.0, 2.0, 3.0, math.inf):
        assert generalised_mean(np.array([[90.0], [10.0]]), np.array([0.0, 1.0]), p=p) == pytest.approx([10.0])


def test_a_power_that_lets_a_clean_pillar_hide_a_severe_one_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        generalised_mean(np.ones((2, 1)), np.ones(2), p=0.5)


def test_class_weights_of_a_place_without_observed_harm_are_unknown():
    assert np.isnan(mean_event_weights(np.array([5.0, 1.0]), np.array([NAN, NAN]))).all()


def test_class_weights_must_be_numbers():
    with pytest.raises(ValueError, match="class weights"):
        mean_event_weights(np.array([5.0, NAN]), np.array([1.0, 1.0]))


def test_a_zone_wholly_in_one_unit_is_certain_and_draws_nothing():
    whole, split = Zone("1", (2,), (1.0,)), Zone("2", (0, 1), (0.5, 0.5))
    assert certain_events([(whole, 7), (split, 4)], units=3).tolist() == [0, 0, 7]
    assert expected_events([(whole, 7), (split, 4)], units=3).tolist() == [2, 2, 7]
    assert set(drawn_events([(whole, 7), (split, 4)], draws=5, open_stream=lambda key: stream(0, key))) == {0, 1}


def test_what_a_zone_leaves_over_lies_outside():
    drawn = drawn_events([(Zone("1", (0,), (0.5,)), 20)], draws=200, open_stream=lambda key: stream(0, key))
    assert drawn[0].max() < 20
    assert drawn[0].mean() == pytest.approx(10, abs=0.6)


@pytest.mark.parametrize("zone", [((0,), (1.2,)), ((0, 1), (0.5, -0.1)), ((0, 1), (0.5,))])
def test_shares_that_are_no_shares_are_refused(zone):
    with pytest.raises(ValueError, match="zone 1"):
        Zone("1", *zone)


def test_a_range_upside_down_is_refused():
    with pytest.raises(ValueError, match="range"):
        uniform_draws(2.0, 1.0, draws=1, rng=stream(0))


def test_names_are_not_run_together_in_a_key():
    assert stream(0, "ab", "c").random() != stream(0, "a", "bc").random()
    assert stream(1, "2").random() != stream(12, "").random()


def test_unknown_units_have_no_interval_no_rank_and_take_no_place():
    draws = np.array([[3.0, 3.0], [NAN, NAN], [1.0, 2.0]])
    assert np.isnan(quantiles(draws, (0.1, 0.9))[:, 1]).all()
    assert np.isnan(rank_draws(draws)[1]).all()
    assert share_of_draws_in_top(draws, 1)[[0, 2]].tolist() == [1.0, 0.0]
    assert np.isnan(share_of_draws_in_top(draws, 1)[1])
    assert np.isnan(leeway(draws, 1, (1, 2))[:, 1]).all()
    assert leeway(draws, 1, (1, 2))[:, 0].tolist() == [2, 1]


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_unit_with_one_unknown_draw_is_unknown_and_the_others_are_ranked_without_it(kind):
    draws = np.array([[9.0, NAN], [2.0, 2.0], [3.0, 1.0]], dtype=kind)
    np.testing.assert_array_equal(rank_draws(draws), [[NAN, NAN], [2, 1], [1, 2]])
    np.testing.assert_array_equal(share_of_draws_in_top(draws, 1), [NAN, 0.5, 0.5])
    assert np.isnan(leeway(draws, 1, (1,))[0, 0])


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_nothing_below_nothing_is_nothing(kind):
    draws = np.array([[-0.0, 0.0], [0.0, -0.0], [-1.0, -1.0]], dtype=kind)
    assert rank_draws(draws).tolist() == [[1.5, 1.5], [1.5, 1.5], [3, 3]]


def test_units_that_tie_share_rank_and_place():
    draws = np.array([[100.0], [100.0], [100.0], [1.0]])
    assert ranks(draws[:, 0]).tolist() == [2, 2, 2, 4]
    assert rank_draws(draws)[:, 0].tolist() == [2, 2, 2, 4]
    assert share_of_draws_in_top(draws, 2).tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3, 0])


def test_a_top_as_large_as_the_place_holds_all_and_a_top_of_nothing_none():
    draws = np.array([[1.0, 2.0], [2.0, 1.0]])
    assert share_of_draws_in_top(draws, 2).tolist() == [1, 1]
    assert share_of_draws_in_top(draws, 0).tolist() == [0, 0]
    assert leeway(draws, 2, (1,)).tolist() == [[math.inf, math.inf]]
    assert leeway(draws, 0, (1,)).tolist() == [[-math.inf, -math.inf]]


def test_a_limit_of_nothing_always_holds_and_one_of_more_than_all_never():
    draws = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 0.0]])
    assert leeway(draws, 1, (0, 3))[:, 0].tolist() == [math.inf, -math.inf]
    assert draws_needed(0.0, 10) == 0
    assert draws_needed(1.0, 10, more=True) == 11


@pytest.mark.parametrize(("share", "draws", "least"), [(0.8, 35, 28), (0.1, 30, 3), (0.8, 7, 6), (0.3, 10, 3)])
def test_a_share_of_draws_is_counted_without_binary_noise(share, draws, least):
    assert draws_needed(share, draws) == least


@pytest.mark.parametrize(("units", "k"), [(77, 8), (70, 7), (30, 3), (1, 1), (0, 0)])
def test_the_top_tenth_is_rounded_up(units, k):
    assert top_size(units, 0.1) == k


def test_shares_of_an_empty_total_are_unknown():
    assert np.isnan(share_of_total(np.zeros(2))).all()
    assert np.isnan(ratio(np.array([0.5]), np.array([0.0]))).all()


def test_a_unit_with_an_unknown_class_has_no_weighted_draws():
    drawn = weighted_count_draws(
        np.array([[1.0, NAN], [0.0, 2.0]]),
        np.ones(2),
        np.ones(2),
        draws=3,
        open_stream=lambda kind, unit: stream(0, str(kind), str(unit)),
    )
    assert (drawn[0] > 0).all()
    assert np.isnan(drawn[1]).all()


def test_an_interval_that_touches_one_is_level():
    assert level(1.0, 1.5) == level(0.5, 1.0) == "level"


def test_rank_correlation_without_variation_is_unknown():
    assert math.isnan(spearman(np.ones(3), np.arange(3.0)))
    assert math.isnan(spearman(np.ones(1), np.ones(1)))


def test_overlap_leaves_unknown_units_out():
    assert top_overlap(np.array([NAN, 3.0, 2.0]), np.array([9.0, 8.0, 7.0]), 2) == 1


def test_a_yearly_rate_without_exposure_is_unknown():
    rates = poisson_rates(np.array([3.0, 3.0]), np.array([0.0, NAN]), interval=(0.05, 0.95))
    assert np.isnan([rates.rate, rates.low, rates.high]).all()


@pytest.mark.parametrize("interval", [(0.0, 0.5), (0.9, 0.1), (0.1, 1.0)])
def test_an_interval_is_two_rising_shares(interval):
    with pytest.raises(ValueError, match="rising"):
        poisson_rates(np.ones(1), np.ones(1), interval=interval)
